"""Excel workbooks: each visible sheet's rows as they are shown, with the values that were stored with formulas."""

from __future__ import annotations

import io
import threading
import warnings as python_warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from dealqa.reading.blocks import JoinedBlocks, Parsed, one_line
from dealqa.reading.cleaning import cleaning_warnings
from dealqa.reading.metadata import readable_name
from dealqa.reading.number_formats import shown
from dealqa.reading.sheet_layout import MAX_COLUMNS, SheetLayout, read_layout
from dealqa.reading.sheet_rows import MAX_ROWS, SheetRow, add_sheet
from dealqa.reading.zip_guard import EXCEL, check_zip, corrupt

__all__ = ["parse_xlsx"]

_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    SyntaxError,  # the XML parsers' errors are such
    ArithmeticError,  # numbers beyond all bounds
    EOFError,
    LookupError,
    NotImplementedError,
    ValueError,
    TypeError,
    AttributeError,  # a required part is missing
    OSError,
)
_NO_TITLES = ("untitled", "book1", "workbook")

_OPENPYXL = threading.Lock()
"""openpyxl says through Python's warnings what it does not know; to silence them is a matter of the whole process."""


_EMPTY = SheetRow((), ())


def parse_xlsx(data: bytes, path: str) -> Parsed:
    """Blocks of an Excel workbook (.xlsx).

    A row is one block, "cell | cell"; where there are several sheets, the name of each is a heading. Values are as
    the sheet shows them (see `dealqa.reading.number_formats`). Hidden sheets, rows and columns are left out, charts,
    pictures and comments not read; warnings say what is missing.

    Raises:
        UnreadableDocument: corrupt, encrypted or too_large.
    """
    check_zip(data, path, EXCEL)
    try:
        with _OPENPYXL, python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                reader = _Reader(book)
                reader.read()
            finally:
                book.close()
            stated = one_line(book.properties.title or "")
    except _BROKEN as err:
        raise corrupt(path, EXCEL) from err
    blocks = reader.blocks
    title = stated if stated.lower() not in _NO_TITLES else ""
    return Parsed(
        text=blocks.text(),
        blocks=tuple(blocks.blocks),
        title=title or reader.heading or readable_name(path),
        warnings=(*reader.warnings, *cleaning_warnings(blocks.removed, blocks.normalised)),
    )


class _Reader:
    """One pass over a workbook's sheets."""

    def __init__(self, book: Workbook) -> None:
        self.blocks = JoinedBlocks()
        self.warnings: list[str] = []
        self.heading = ""
        self._book = book
        self._groups = count()
        self._rows_left = MAX_ROWS

    def read(self) -> None:
        sheets = [sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
        hidden = [sheet.title for sheet in self._book.worksheets if sheet.sheet_state != "visible"]
        if hidden:
            self.warnings.append(f"Hidden sheets were left out: {', '.join(hidden)}.")
        many = len(sheets) > 1
        for sheet in sheets:
            # The stream that openpyxl reads from: its own class for this kind of sheet offers no public way to it.
            with sheet._get_source() as source:
                layout = read_layout(source)
            if many and self._rows_left > 0:
                self.blocks.add("heading", sheet.title, level=1)
            heading = add_sheet(self.blocks, self._rows(sheet, layout), self._groups, level=2 if many else 0)
            self.heading = self.heading or heading
            self._warn(sheet.title, layout)
        if self._rows_left < 0:
            self.warnings.append(f"Only the first {MAX_ROWS:,} rows were read.")

    def _rows(self, sheet: ReadOnlyWorksheet, layout: SheetLayout) -> Iterator[SheetRow]:
        """The rows that are seen, as they are shown; an empty row for each run of empty ones."""
        begun: dict[int, tuple[str, bool]] = {}  # by column: what the last cell says that is no part of one above it
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
        rows = sheet.iter_rows(max_row=layout.last_row or 1, max_col=layout.last_column or 1)
        for number, cells in enumerate(rows, start=1):
            if number not in layout.filled_rows:
                yield _EMPTY
                continue
            row = _row(cells, number, layout, begun)
            if number in layout.hidden_rows:
                continue
            if row.filled:
                self._rows_left -= 1
                if self._rows_left < 0:
                    return
            yield row

    def _warn(self, title: str, layout: SheetLayout) -> None:
        where = f" on the sheet {title!r}"
        for found, noun in ((layout.hidden_rows, "rows"), (layout.hidden_columns, "columns")):
            if found:
                self.warnings.append(f"Hidden {noun}{where} were left out: {len(found)}.")
        if layout.uncalculated:
            self.warnings.append(
                f"Formulas{where} without a stored value were left out: {layout.uncalculated}. "
                "Open the file in a spreadsheet program and save it."
            )
        if layout.beyond:
            self.warnings.append(f"Only the first {MAX_COLUMNS} columns{where} were read.")


def _row(cells: Sequence[Any], number: int, layout: SheetLayout, begun: dict[int, tuple[str, bool]]) -> SheetRow:
    """The cells of a row that are seen; a merged cell stands in each of its rows, if they hold anything besides."""
    found: list[tuple[str, bool]] = []
    bold: list[bool] = []
    for column, cell in enumerate(cells, start=1):
        if (number, column) not in layout.merged:
            text = one_line(shown(cell.value, cell.number_format or ""))
            begun[column] = text, bool(text) and cell.data_type in "nd"
            if text and column not in layout.hidden_columns:
                bold.append(bool(cell.font.b))
        if column not in layout.hidden_columns:
            found.append(begun[column])
    if not bold:  # nothing of its own
        return _EMPTY
    return SheetRow(tuple(text for text, _ in found), tuple(value for _, value in found), all(bold))
