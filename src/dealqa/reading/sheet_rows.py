"""Rows of a sheet, or of a file with separated values, to blocks: tables with their headers, lines that stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dealqa.reading.blocks import JoinedBlocks, one_line
from dealqa.reading.headings import looks_like_heading
from dealqa.reading.metadata import is_field
from dealqa.reading.tables import Heads, row_text, two_lines_of_heads

__all__ = ["MAX_ROWS", "SheetRow", "add_sheet"]

MAX_ROWS = 100_000
"""Rows that are read of one file; a gap says when there are more."""

_HEADER_CHARS = 80
_FIRST_LINES = 8
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-/–]\d\d(?:\d\d)?)?")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as it is shown.

    Attributes:
        cells: texts; empty cells are "".
        values: for each cell, whether it is a number, an amount, a percentage or a date.
        bold: whether all that is written in it is bold.
    """

    cells: tuple[str, ...]
    values: tuple[bool, ...]
    bold: bool = False

    @property
    def filled(self) -> list[int]:
        """The columns that hold something."""
        return [k for k, cell in enumerate(self.cells) if cell]


def add_sheet(blocks: JoinedBlocks, rows: Iterable[SheetRow], groups: Iterator[int], *, level: int) -> str:
    """Add a sheet: tables row by row; a row with a single cell is a line of text.

    A line at the very top that looks like a heading is one, at `level`, or the document's title if `level` is 0.
    A table's header is its first row, if that holds words only, short ones, and nearly all columns have one. A table
    that goes on after an empty row keeps its header, unless a bold row or another number of columns begins a new one.

    Returns:
        That heading, or "".
    """
    sheet = _Sheet(blocks, level)
    for area in _areas(rows):
        sheet.add(area, next(groups))
    return sheet.heading


class _Sheet:
    """Writes the areas of one sheet."""

    def __init__(self, blocks: JoinedBlocks, level: int) -> None:
        self.heading = ""
        self._blocks = blocks
        self._level = level
        self._heads = Heads()
        self._columns = 0
        self._lines = 0

    def add(self, area: Sequence[SheetRow], group: int) -> None:
        in_table = False
        self._heads = Heads(self._heads.header)  # a table may go on after an empty row
        for i, row in enumerate(area):
            filled = row.filled
            if len(filled) == 1:
                self._add_line(one_line(row.cells[filled[0]]))
            elif self._lines < _FIRST_LINES and _is_field(row):
                self._blocks.add("paragraph", ": ".join(row.cells[k].rstrip(": ") for k in filled))
            else:
                is_header = not in_table and i + 1 < len(area) and (self._is_header(row) or _spans(row, area[i + 1]))
                if is_header or not (in_table or len(row.cells) == self._columns):
                    self._heads = Heads()
                self._blocks.add("table_row", row_text(row.cells), table_header=self._heads.header, group=group)
                self._heads.read(row.cells, is_header=is_header)
                self._columns, in_table = len(row.cells), True
            self._lines += 1
        self._blocks.tables += in_table

    def _add_line(self, text: str) -> None:
        if self._lines or not looks_like_heading(text, first=True):
            self._blocks.add("paragraph", text)
            return
        self.heading = text
        if self._level == 0:
            self._blocks.add("title", text)
        elif text != (self._blocks.outline.path or ("",))[-1]:  # the sheet's name again says nothing new
            self._blocks.add("heading", text, level=self._level)

    def _is_header(self, row: SheetRow) -> bool:
        filled = row.filled
        if len(filled) < max(2, len(row.cells) - 1):
            return False
        if self._heads.header and not row.bold and len(row.cells) == self._columns:
            return False
        if any(row.values[k] and not _YEAR.fullmatch(row.cells[k]) for k in filled):
            return False
        return all(len(row.cells[k]) <= _HEADER_CHARS and not row.cells[k].endswith(".") for k in filled)


def _spans(row: SheetRow, below: SheetRow) -> bool:
    """Whether a row without values is the upper line of a header."""
    return not any(row.values) and two_lines_of_heads(row.cells, below.cells) is not None


def _areas(rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
    """Runs of rows between empty ones, without the columns at their sides that are empty in the whole run."""
    area: list[SheetRow] = []
    for row in rows:
        if row.filled:
            area.append(row)
        elif area:
            yield _trimmed(area)
            area = []
    if area:
        yield _trimmed(area)


def _trimmed(area: list[SheetRow]) -> list[SheetRow]:
    first = min(row.filled[0] for row in area)
    last = max(row.filled[-1] for row in area) + 1
    padding = ("",) * last
    return [
        SheetRow((row.cells + padding)[first:last], (row.values + (False,) * last)[first:last], row.bold)
        for row in area
    ]


def _is_field(row: SheetRow) -> bool:
    """Whether the row is "Date" and a date, "Status" and a status, or the like."""
    filled = [row.cells[k] for k in row.filled]
    return len(filled) == 2 and is_field(f"{filled[0].rstrip(': ')}: {filled[1]}")
