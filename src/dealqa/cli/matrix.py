"""`dealqa matrix`: many questions of every deal or document, as files and as a table in the terminal."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.table import Table
from rich.text import Text

from dealqa.assistant import Assistant
from dealqa.cli import terminal
from dealqa.config import Settings
from dealqa.errors import ConfigError, QuestionError
from dealqa.matrix import FORMATS, Matrix, fill, rows_of_deals, rows_of_documents, write_matrix

__all__ = ["run"]

SHOWN = 110
"""Characters of a cell in the terminal; the files have all of it."""

LARGEST = 1024 * 1024
"""Bytes of a file of questions."""


def run(options: argparse.Namespace, settings: Settings) -> Matrix:
    """Ask, write the files that were asked for, and show what was found.

    Raises:
        ConfigError: a file cannot be read or written, or options contradict each other.
        QuestionError: see `dealqa.matrix.fill`.
    """
    outs = options.out or []
    for path in outs:  # a slip is told before the work
        if path.suffix.lower() not in FORMATS:
            raise ConfigError(
                f"A matrix cannot be written as {path.name!r}.", hint=f"Give the file one of: {', '.join(FORMATS)}."
            )
        if not path.parent.is_dir():
            raise ConfigError(f"There is no folder {path.parent}.", hint="Make it first, or name another file.")
    if options.deal and (options.document or options.by == "documents"):
        raise ConfigError("--deal and documents were both asked for.", hint="Ask by deal or by document.")
    if options.document and options.by == "deals":
        raise ConfigError("--document was given with --by deals.", hint="Leave out --by.")
    questions = [*options.questions, *(_read(options.file) if options.file is not None else [])]
    if any(not question.strip() for question in questions):
        raise QuestionError("A question is empty.", hint="Leave it out.")
    with Assistant(settings) as assistant, assistant.hold() as snapshot:
        by_document = options.by == "documents" or bool(options.document)
        rows = (
            rows_of_documents(snapshot, options.document or ())
            if by_document
            else rows_of_deals(snapshot, options.deal or ())
        )
        with terminal.progress() as report:
            matrix = fill(assistant, snapshot, questions, rows, progress=report)
    for path in outs:
        write_matrix(matrix, path)
    if not options.json:
        _show(matrix, outs)
    return matrix


def _read(path: Path) -> list[str]:
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path} is larger than {LARGEST // 1024} KiB.", hint="Ask in parts.")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as err:
        raise ConfigError(f"{path} cannot be read: {err.strerror}.", hint="Name a text file.") from err
    except UnicodeDecodeError as err:
        raise ConfigError(f"{path} is no text in UTF-8.", hint="Save it as UTF-8.") from err
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _show(matrix: Matrix, outs: list[Path]) -> None:
    table = Table(header_style="bold", show_lines=True)
    table.add_column("")
    for question in matrix.questions:
        table.add_column(Text(question))
    for row, cells in matrix.complete_rows:
        told = [Text(_short(cell.text), style="dim" if cell.state == "not found" else "") for cell in cells]
        table.add_row(Text(row.label), *told)
    terminal.show(table)
    states = ", ".join(f"{matrix.count(state):,} {state}" for state in ("answered", "conflict", "not found"))
    interrupted = "" if len(matrix.complete_rows) == len(matrix.rows) else " (interrupted)"
    terminal.say(f"{matrix.asked}{interrupted}: {states}. Generation {matrix.generation}.")
    if outs:
        terminal.say(f"Written: {', '.join(map(str, outs))}")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 2].rstrip()} …"
