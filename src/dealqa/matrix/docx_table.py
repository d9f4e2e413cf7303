"""A matrix as a Word file: a table on pages lying on their side, and the quotes with their numbers."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.shared import Pt

from dealqa.matrix.filling import Matrix
from dealqa.matrix.sources import marks, sources_of

__all__ = ["as_docx"]

_SMALL = Pt(8)


def as_docx(matrix: Matrix) -> bytes:
    """The bytes of a Word file."""
    file = docx.Document()
    section = file.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    sources = sources_of(matrix)
    file.add_heading("Matrix", level=1)
    file.add_paragraph(f"{matrix.asked}; generation {matrix.generation}.")
    rows = matrix.complete_rows
    table = file.add_table(rows=1 + len(rows), cols=1 + len(matrix.questions))
    table.style = "Table Grid"
    for at, question in enumerate(matrix.questions, start=1):
        _put(table.cell(0, at), question, bold=True)
    _repeat(table.rows[0])
    # A row's cells are looked up once: python-docx counts them anew at each access.
    for line, (row, cells) in zip(table.rows[1:], rows, strict=True):
        places = line.cells
        _put(places[0], row.label, bold=True)
        for place, cell in zip(places[1:], cells, strict=True):
            label = "conflict: " if cell.state == "conflict" else ""
            _put(place, f"{label}{cell.text} {marks(cell, sources)}".strip())
    file.add_heading("Quotes", level=2)
    for source in sources.values():
        paragraph = file.add_paragraph()
        _write(paragraph, f"[{source.number}] {source.told}: “{source.quote}”")
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _put(place: Any, text: str, *, bold: bool = False) -> None:
    _write(place.paragraphs[0], text, bold=bold)


def _write(paragraph: Any, text: str, *, bold: bool = False) -> None:
    run = paragraph.add_run("".join(char for char in text if char.isprintable() or char in "\n\t"))
    run.font.size, run.bold = _SMALL, bold


def _repeat(row: Any) -> None:
    """Let the row stand at the top of each page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
