"""The rows of a suite's file, with their line numbers: JSON lines or CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from dealqa.errors import SuiteError

__all__ = ["COMMENT_MARK", "QUESTIONS_FILE", "read_csv", "read_jsonl"]

QUESTIONS_FILE = "questions.jsonl"
COMMENT_MARK = "#"  # at the beginning of a line of JSON lines
ALTERNATIVES_MARK = "|"  # between alternative answers in a CSV cell


def _read_text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return stream.read()
    except FileNotFoundError as err:
        raise SuiteError(
            f"There is no evaluation suite at {path}.",
            hint=f"A suite is a folder with {QUESTIONS_FILE}, or a CSV file with the columns question and answer.",
        ) from err
    except UnicodeDecodeError as err:
        raise SuiteError(f"{path} is not UTF-8 (byte {err.start}).", hint="Save the file as UTF-8.") from err
    except OSError as err:
        raise SuiteError(f"{path} cannot be read: {err.strerror}.") from err


def read_jsonl(path: Path) -> list[tuple[int, Any]]:
    """The JSON values of a file with one a line, each with its line number; blank lines and comments are passed over.

    Raises:
        SuiteError: the file is missing, is no UTF-8, or a line is no JSON; the message names the line.
    """
    rows = []
    # Not splitlines(): U+2028 and its like may stand inside a JSON string.
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith(COMMENT_MARK):
            continue
        try:
            rows.append((number, json.loads(line)))
        except json.JSONDecodeError as err:
            raise SuiteError(f"{path}, line {number}: this is not JSON: {err.msg} at column {err.colno}.") from err
    return rows


def read_csv(path: Path) -> list[tuple[int, Any]]:
    """The rows of a CSV as if they were JSON objects; an empty answer means that the question must be refused.

    Alternative answers stand in one cell with "|" between them. A column `id` is optional.

    Raises:
        SuiteError: the file is missing, is no UTF-8 or no CSV, or lacks a column; the message names the line.
    """
    reader = csv.DictReader(io.StringIO(_read_text(path), newline=""), strict=True)
    rows: list[tuple[int, Any]] = []
    try:
        names = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
        if not {"question", "answer"} <= names.keys():
            raise SuiteError(
                f"{path}, line 1: the columns question and answer are needed, found {', '.join(names) or 'none'}.",
                hint="The first line of the file names the columns, separated by commas.",
            )
        for row in reader:
            if None in row:
                raise SuiteError(
                    f"{path}, line {reader.line_num}: there are more cells than columns.",
                    hint="Put a cell that holds a comma into double quotes.",
                )
            cells = {name: (row[column] or "").strip() for name, column in names.items()}
            answers = [part.strip() for part in cells["answer"].split(ALTERNATIVES_MARK) if part.strip()]
            rows.append(
                (
                    reader.line_num,
                    {
                        "id": cells.get("id") or f"line-{reader.line_num}",
                        "question": cells["question"],
                        "answers": answers,
                        "answerable": bool(answers),
                    },
                )
            )
    except csv.Error as err:
        raise SuiteError(f"{path}, line {reader.line_num}: this is not valid CSV: {err}.") from err
    return rows
