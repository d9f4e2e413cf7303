"""Rows of a table as text: "cell | cell | cell"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dealqa.reading.blocks import JoinedBlocks, one_line

__all__ = ["Row", "add_table", "looks_like_header", "row_text"]

_SEPARATOR = " | "
_VALUE = re.compile(r"[\s(£$€–-]*\d[\d.,]*\s*(?:%|m|bn|million|billion)?\)?")
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[-/–]\s*\d{2,4})?")


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; a cell that spans columns is followed by empty ones, so that columns stay in line.

    Attributes:
        header: whether the document marks the row as a header.
    """

    cells: tuple[str, ...]
    header: bool = False


def row_text(cells: Sequence[str]) -> str:
    """The cells joined by bars; bars inside a cell become slashes."""
    return _SEPARATOR.join(one_line(cell).replace("|", "/") for cell in cells).strip()


def add_table(blocks: JoinedBlocks, rows: Sequence[Row], *, group: int, page: int | None = None) -> None:
    """Add a table's rows as blocks; each body row carries the table's header.

    Where no row is marked as a header, the first is one if it looks like one: three columns or more, and no values.
    """
    header, marked = "", any(row.header for row in rows)
    added = False
    for i, row in enumerate(rows):
        if not any(cell.strip() for cell in row.cells):
            continue
        added = blocks.add("table_row", row_text(row.cells), table_header=header, group=group, page=page) or added
        if row.header or (i == 0 and len(rows) > 1 and not marked and looks_like_header(row.cells)):
            header = row_text(row.cells)
    blocks.tables += added


def looks_like_header(cells: Sequence[str]) -> bool:
    """Whether a table's first row looks like its header: three columns or more, filled, and no values."""
    texts = [one_line(cell) for cell in cells]
    filled = [text for text in texts if text]
    if len(texts) < 3 or len(filled) < len(texts) - 1:
        return False
    return not any(_VALUE.fullmatch(text) and not _YEAR.fullmatch(text) for text in filled)
