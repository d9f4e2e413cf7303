"""The layout of a worksheet, read from its XML: hidden rows and columns, merged cells, formulas without a value.

openpyxl leaves all that out when it reads a sheet as a stream.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

from lxml import etree

from dealqa.reading.office_xml import check_declarations

__all__ = ["MAX_COLUMNS", "SheetLayout", "read_layout"]

MAX_COLUMNS = 256
"""Columns that are read of a sheet; a gap says when there are more."""

_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_MOST_MERGED = 100_000
_LAST_ROW = 1_048_576
_LETTERS = re.compile(r"[^A-Z]")


@dataclass(slots=True)
class SheetLayout:
    """How a sheet is laid out; rows and columns count from 1.

    Attributes:
        merged: for each cell that a merged cell reaches down to, the row where the merged cell begins.
        uncalculated: how many formulas have no stored value.
        filled_rows: rows in which some cell has a value.
        last_row: the last of them; 0 when there is none.
        last_column: the last column with a value, `MAX_COLUMNS` at most.
        beyond: whether something stands right of column `MAX_COLUMNS`.
        coloured: whether the sheet has tables or rules that may colour cells beside their own style.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: dict[tuple[int, int], int] = field(default_factory=dict)
    uncalculated: int = 0
    filled_rows: set[int] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0
    beyond: bool = False
    coloured: bool = False


def read_layout(source: IO[bytes], path: str) -> SheetLayout:
    """The layout of a worksheet part of the workbook at `path`.

    Raises:
        UnreadableDocument: hidden_markup.
        lxml.etree.LxmlError: the part is no well-formed XML.
    """
    reader = _LayoutReader()
    for event, element in etree.iterparse(source, events=("start", "end"), resolve_entities=False, no_network=True):
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if event == "start":
            if element.getparent() is None:
                check_declarations([element], path)
            reader.begin(name, element)
            continue
        reader.end(name, element)
        if name == "row":  # what has been read is let go
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return reader.layout


class _LayoutReader:
    """Takes the elements of a worksheet as they come."""

    def __init__(self) -> None:
        self.layout = SheetLayout()
        self._row = self._column = 0
        self._hide_others = False

    def begin(self, name: str, element: etree._Element) -> None:
        if name == "row":
            self._row, self._column = _number(element.get("r")) or self._row + 1, 0
            hidden = element.get("hidden")
            if _is_true(hidden) or (self._hide_others and hidden is None):
                self.layout.hidden_rows.add(self._row)
        elif name == "sheetFormatPr":
            self._hide_others = _is_true(element.get("zeroHeight"))

    def end(self, name: str, element: etree._Element) -> None:
        if name == "c":
            self._column = _column(_LETTERS.sub("", element.get("r") or "")) or self._column + 1
            _take_cell(self.layout, element, self._row, self._column)
        elif name == "col" and (_is_true(element.get("hidden")) or element.get("width") == "0"):
            first, last = _number(element.get("min")), _number(element.get("max"))
            self.layout.hidden_columns.update(range(max(first, 1), min(last, MAX_COLUMNS) + 1))
        elif name in ("tablePart", "conditionalFormatting"):
            self.layout.coloured = True
        elif name == "mergeCell":
            _take_merged(self.layout, element.get("ref") or "")


def _take_cell(layout: SheetLayout, cell: etree._Element, row: int, column: int) -> None:
    children = {etree.QName(child).localname: child for child in cell if isinstance(child.tag, str)}
    if "f" in children and not ("v" in children and children["v"].text):
        layout.uncalculated += cell.get("t") != "str"  # a formula may well give an empty text
    if not ("is" in children or ("v" in children and children["v"].text)) or row > _LAST_ROW:
        return
    layout.filled_rows.add(row)
    layout.last_row = max(layout.last_row, row)
    layout.last_column = max(layout.last_column, min(column, MAX_COLUMNS))
    layout.beyond = layout.beyond or column > MAX_COLUMNS


def _take_merged(layout: SheetLayout, reference: str) -> None:
    match = _RANGE.fullmatch(reference)
    if match is None:
        return
    left, right = _column(match[1]), min(_column(match[3]), MAX_COLUMNS)
    top, bottom = int(match[2]), min(int(match[4]), _LAST_ROW)
    if len(layout.merged) + (bottom - top) > _MOST_MERGED or right < left:
        return
    for row in range(top + 1, bottom + 1):
        layout.merged[row, left] = top


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")
