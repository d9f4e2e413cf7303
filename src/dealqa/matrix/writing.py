"""A matrix as a file: CSV, XLSX, DOCX or Markdown, each cell with its quotes and where they stand."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dealqa.errors import ConfigError
from dealqa.matrix.docx_table import as_docx
from dealqa.matrix.filling import Cell, Matrix
from dealqa.matrix.sources import Source, harmless, marks, sources_of
from dealqa.matrix.xlsx_sheets import as_xlsx

__all__ = ["FORMATS", "as_csv", "as_markdown", "write_matrix", "write_whole"]

CSV_COLUMNS = ("row", "question", "state", "answer", "confidence", "quote", "document", "title", "page", "section")


def write_matrix(matrix: Matrix, path: Path) -> None:
    """Write a matrix into a file; its ending says in which format. A file that is there is replaced whole.

    Raises:
        ConfigError: the ending is none of `FORMATS`, or the file cannot be written.
    """
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        raise ConfigError(
            f"A matrix cannot be written as {path.name!r}.", hint=f"Give the file one of: {', '.join(FORMATS)}."
        )
    write_whole(path, write(matrix))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever finds half of it; one that is there is replaced.

    Raises:
        ConfigError: it cannot be written; nothing has changed then.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        scratch.write_bytes(data)
        scratch.replace(path)
    except OSError as err:
        scratch.unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written: {err.strerror}.", hint="Name another file.") from err


def as_csv(matrix: Matrix) -> bytes:
    """A line for each quote of each cell, and one for each cell without; UTF-8 with a mark that Excel looks for."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for cell in matrix.cells:
        answer = (cell.row.label, cell.question, cell.state, cell.text, f"{cell.answer.confidence:.2f}")
        for quoted in _quoted(cell):
            writer.writerow([harmless(value) for value in (*answer, *quoted)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _quoted(cell: Cell) -> Iterator[tuple[str, ...]]:
    if not cell.answer.citations:
        yield ("",) * 5
    for one in cell.answer.citations:
        page = "" if one.page is None else str(one.page)
        yield " ".join(one.quote.split()), one.document, one.title, page, " › ".join(one.heading_path)


def as_markdown(matrix: Matrix) -> bytes:
    """A table of the answers with the numbers of their quotes, and the quotes below."""
    sources = sources_of(matrix)
    lines = ["# Matrix", "", f"{matrix.asked}; generation {matrix.generation}.", ""]
    lines += [_row(["", *matrix.questions]), _row(["---"] * (1 + len(matrix.questions)))]
    for row, cells in matrix.complete_rows:
        lines.append(_row([row.label, *(_told(cell, sources) for cell in cells)]))
    lines += ["", "## Quotes", ""]
    lines += [f"{source.number}. {_plain(source.told)}: “{_plain(source.quote)}”" for source in sources.values()]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _told(cell: Cell, sources: Mapping[tuple[str, int, int], Source]) -> str:
    numbers = marks(cell, sources)
    state = "conflict: " if cell.state == "conflict" else ""
    return f"{state}{cell.text} {numbers}".strip()


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell if cell == '---' else _plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    """Text as Markdown that shows it as it is: on one line, no mark of it means anything."""
    escaped = "".join(f"\\{char}" if char in "\\`*_{}[]<>#|!~$&" else char for char in " ".join(text.split()))
    return escaped.replace("://", ":\u200b//").replace("www.", "www\u200b.")


FORMATS: Mapping[str, Callable[[Matrix], bytes]] = {
    ".csv": as_csv,
    ".xlsx": as_xlsx,
    ".docx": as_docx,
    ".md": as_markdown,
}
"""Ending of a file → what makes its content."""
