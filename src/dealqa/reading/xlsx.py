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
from dealqa.reading.left_out import LeftOut, visible_length
from dealqa.reading.metadata import readable_name
from dealqa.reading.number_formats import shown
from dealqa.reading.sheet_extras import count_extras
from dealqa.reading.sheet_layout import MAX_COLUMNS, SheetLayout, read_layout
from dealqa.reading.sheet_looks import SheetLooks
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
    RecursionError,
)
_NO_TITLES = ("untitled", "book1", "workbook")

_OPENPYXL = threading.Lock()
"""openpyxl says through Python's warnings what it does not know; to silence them is a matter of the whole process."""


_REPEATED = 300  # characters of a cell that stands in several rows
_MOST_HIDDEN_ROWS = 20_000
_EMPTY = SheetRow((), ())


def parse_xlsx(data: bytes, path: str) -> Parsed:
    """Blocks of an Excel workbook (.xlsx).

    A row is one block, "cell | cell"; where there are several sheets, the name of each is a heading. Values are as
    the sheet shows them (see `dealqa.reading.number_formats`). Hidden sheets, rows, columns and cells are left out and
    counted. Gaps: formulas without a stored value, rows and columns beyond the limits, text boxes, embedded files.

    Raises:
        UnreadableDocument: corrupt, encrypted, hidden_markup or too_large.
    """
    check_zip(data, path, EXCEL)
    try:
        with _OPENPYXL, python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                reader = _Reader(book, path)
                reader.read()
            finally:
                book.close()
            stated = one_line(book.properties.title or "")
        count_extras(data, path, reader.left_out)
    except _BROKEN as err:
        raise corrupt(path, EXCEL) from err
    blocks, left_out = reader.blocks, reader.left_out
    left_out.tables = blocks.tables
    left_out.hide("zero_width", blocks.hidden)
    title = stated if stated.lower() not in _NO_TITLES else ""
    return Parsed(
        text=blocks.text(),
        blocks=tuple(blocks.blocks),
        title=title or reader.heading or readable_name(path),
        warnings=(*left_out.warnings(), *cleaning_warnings(blocks.removed, blocks.normalised, blocks.lookalikes)),
        coverage=left_out.coverage(),
    )


class _Reader:
    """One pass over a workbook's sheets."""

    def __init__(self, book: Workbook, path: str) -> None:
        self.blocks = JoinedBlocks()
        self.left_out = LeftOut()
        self.heading = ""
        self._book = book
        self._path = path
        self._groups = count()
        self._rows_left = MAX_ROWS
        self._looks = SheetLooks(getattr(book, "loaded_theme", None))

    def read(self) -> None:
        sheets = [sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
        many = len(sheets) > 1
        for sheet in sheets:
            layout = self._layout(sheet)
            if many and self._rows_left > 0:
                self.blocks.add("heading", sheet.title, level=1)
            heading = add_sheet(self.blocks, self._rows(sheet, layout), self._groups, level=2 if many else 0)
            self.heading = self.heading or heading
            self._tell(sheet.title, layout)
        if self._rows_left < 0:
            self.left_out.gaps.append(f"Only the first {MAX_ROWS:,} rows were read.")
        self._tell_hidden([sheet for sheet in self._book.worksheets if sheet.sheet_state != "visible"])

    def _layout(self, sheet: ReadOnlyWorksheet) -> SheetLayout:
        # The stream that openpyxl reads from: its own class for this kind of sheet offers no public way to it.
        with sheet._get_source() as source:
            return read_layout(source, self._path)

    def _rows(self, sheet: ReadOnlyWorksheet, layout: SheetLayout) -> Iterator[SheetRow]:
        """The rows that are seen, as they are shown; an empty row for each run of empty ones."""
        begun: dict[int, tuple[str, bool]] = {}  # by column: what the last cell says that is no part of one above it
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
        rows = sheet.iter_rows(max_row=layout.last_row or 1, max_col=layout.last_column or 1)
        for number, cells in enumerate(rows, start=1):
            if number not in layout.filled_rows:
                yield _EMPTY
                continue
            row = self._row(cells, number, layout, begun)
            if number in layout.hidden_rows:
                continue
            if row.filled:
                self._rows_left -= 1
                if self._rows_left < 0:
                    return
            yield row

    def _row(
        self, cells: Sequence[Any], number: int, layout: SheetLayout, begun: dict[int, tuple[str, bool]]
    ) -> SheetRow:
        """The cells of a row that are seen; a merged cell stands in each of its rows, if they hold anything besides."""
        found: list[tuple[str, bool]] = []
        bold: list[bool] = []
        for column, cell in enumerate(cells, start=1):
            is_hidden = number in layout.hidden_rows or column in layout.hidden_columns
            if (number, column) not in layout.merged:
                text = self._text(cell, layout, is_hidden)
                begun[column] = text, bool(text) and cell.data_type in "nd"
                if text and column not in layout.hidden_columns:
                    bold.append(self._looks.of(cell).bold)
            elif len(begun.get(column, ("",))[0]) > _REPEATED:
                begun[column] = "", False
            if column not in layout.hidden_columns:
                found.append(begun.get(column, ("", False)))
        if not bold:  # nothing of its own
            return _EMPTY
        return SheetRow(tuple(text for text, _ in found), tuple(value for _, value in found), all(bold))

    def _text(self, cell: Any, layout: SheetLayout, is_hidden: bool) -> str:
        """What a cell shows; what it hides is counted."""
        if cell.value is None:
            return ""
        text = one_line(shown(cell.value, cell.number_format or ""))
        kind = "marked_hidden" if is_hidden else self._looks.of(cell).hidden_kind(coloured=layout.coloured)
        if kind is not None:
            self.left_out.hide(kind, text)
        elif not text and cell.value != 0:  # its number format shows nothing
            self.left_out.hide("marked_hidden", str(cell.value))
        return text if kind is None or is_hidden else ""

    def _tell(self, title: str, layout: SheetLayout) -> None:
        where = f" on the sheet {title!r}"
        for found, noun in ((layout.hidden_rows, "rows"), (layout.hidden_columns, "columns")):
            if found:
                self.left_out.remarks.append(f"Hidden {noun}{where} were left out: {len(found)}.")
        if layout.uncalculated:
            self.left_out.gaps.append(
                f"Formulas{where} have no stored value: {layout.uncalculated}. "
                "Open the file in a spreadsheet program and save it."
            )
        if layout.beyond:
            self.left_out.gaps.append(f"Only the first {MAX_COLUMNS} columns{where} were read.")

    def _tell_hidden(self, sheets: Sequence[ReadOnlyWorksheet]) -> None:
        if sheets:
            self.left_out.remarks.append(f"Hidden sheets were left out: {', '.join(sheet.title for sheet in sheets)}.")
        for sheet in sheets:
            layout = self._layout(sheet)
            sheet.reset_dimensions()
            last = min(layout.last_row, _MOST_HIDDEN_ROWS)
            rows = sheet.iter_rows(max_row=last or 1, max_col=layout.last_column or 1, values_only=True)
            length = sum(visible_length(str(value)) for row in rows for value in row if value is not None)
            self.left_out.hide("marked_hidden", length)
