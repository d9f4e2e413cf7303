"""A matrix as a workbook: the answers on one sheet, the quotes that they rest on on another."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from dealqa.matrix.filling import CellState, Matrix
from dealqa.matrix.sources import marks, sources_of

__all__ = ["as_xlsx"]

LONGEST = 32_000
"""Characters of a cell; a workbook takes 32,767."""

_FIRST_WIDTH, _ANSWER_WIDTH = 32, 44  # in characters
_FILLS: dict[CellState, PatternFill] = {
    "conflict": PatternFill("solid", fgColor="FFF3D6"),
    "not found": PatternFill("solid", fgColor="F2F2F2"),
}
_HEAD = PatternFill("solid", fgColor="1F3A5F")
_QUOTES = (("number", 9), ("row", 30), ("question", 36), ("quote", 70), ("document", 38), ("title", 34), ("page", 7),
           ("section", 34))  # fmt: skip


def as_xlsx(matrix: Matrix) -> bytes:
    """The bytes of a workbook with the sheets "Answers", "Quotes" and "About"."""
    book = Workbook()
    answers: Worksheet = book.active
    answers.title = "Answers"
    sources = sources_of(matrix)
    _head(answers, [("", _FIRST_WIDTH), *((question, _ANSWER_WIDTH) for question in matrix.questions)])
    for at, (row, cells) in enumerate(matrix.complete_rows, start=2):
        _put(answers.cell(at, 1), row.label, bold=True)
        for column, cell in enumerate(cells, start=2):
            label = "conflict: " if cell.state == "conflict" else ""
            _put(answers.cell(at, column), f"{label}{cell.text} {marks(cell, sources)}".strip())
            if cell.state in _FILLS:
                answers.cell(at, column).fill = _FILLS[cell.state]
    answers.freeze_panes = "B2"

    quotes = book.create_sheet("Quotes")
    _head(quotes, _QUOTES)
    at = 1
    for cell in matrix.cells:
        for one in cell.answer.citations:
            at += 1
            number = sources[one.document_id, one.start, one.end].number
            where = [one.document, one.title, "" if one.page is None else str(one.page), " › ".join(one.heading_path)]
            told = [f"[{number}]", cell.row.label, cell.question, " ".join(one.quote.split()), *where]
            for column, text in enumerate(told, start=1):
                _put(quotes.cell(at, column), text)
    quotes.freeze_panes = "A2"
    if at > 1:
        quotes.auto_filter.ref = f"A1:{get_column_letter(len(_QUOTES))}{at}"

    about = book.create_sheet("About")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 60
    for at, (name, value) in enumerate(_about(matrix), start=1):
        _put(about.cell(at, 1), name, bold=True)
        _put(about.cell(at, 2), value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _about(matrix: Matrix) -> list[tuple[str, str]]:
    return [
        ("How far", matrix.asked),
        ("Generation of the index", matrix.generation),
        ("Answered", f"{matrix.count('answered'):,}"),
        ("Conflict", f"{matrix.count('conflict'):,}: the documents differ; each statement is given"),
        ("Not found", f"{matrix.count('not found'):,}: nothing in the documents was found that answers"),
        ("How to read it", "Each sentence is a document's own. [3] is the quote with that number on the sheet Quotes."),
    ]


def _head(sheet: Worksheet, columns: Sequence[tuple[str, int]]) -> None:
    for column, (text, width) in enumerate(columns, start=1):
        cell = sheet.cell(1, column)
        _put(cell, text)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width


def _put(cell: SheetCell, text: str, *, bold: bool = False) -> None:
    """Text as text: what begins like a formula is none."""
    cell.value = "".join(char for char in text if char.isprintable() or char in "\n\t")[:LONGEST]
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
