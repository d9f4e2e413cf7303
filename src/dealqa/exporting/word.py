"""A paper as a Word file with real footnotes."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any, Final

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph

from dealqa.exporting.characters import is_right_to_left
from dealqa.exporting.paper import Block, Comparison, Heading, Listing, Note, Notes, Paper, Paragraph, Told
from dealqa.exporting.word_notes import Footnotes, element
from dealqa.exporting.word_styles import LANGUAGE, NAMES, SHADE, SIDE_WIDTH, STATEMENT_WIDTH, prepare

__all__ = ["as_docx"]

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The only time that the archive's entries have: the same paper always gives the same bytes."""


def as_docx(paper: Paper) -> bytes:
    """The bytes of a Word file."""
    file: Any = docx.Document()
    prepare(file)
    _describe(file, paper)
    written = _Written(file)
    written.line("Title", paper.title)
    for fact in paper.facts:
        written.line("Subtitle", fact)
    file.paragraphs[-1].paragraph_format.space_after = Pt(
        12
    )  # what follows may be a table, which has no space of its own
    for block in paper.blocks:
        written.add(block)
    written.line(NAMES["closing"], paper.closing)
    _number_pages(file)
    out = io.BytesIO()
    file.save(out)
    return _without_times(out.getvalue())


class _Written:
    """A Word file as far as it is written."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._footnotes = Footnotes(file)

    def line(self, style: str, text: str) -> None:
        """A paragraph of text alone."""
        self._say(self._file.add_paragraph(style=style), Told(text))

    def add(self, block: Block) -> None:
        """One block."""
        match block:
            case Heading():
                self.line(f"Heading {block.level}", block.text)
            case Paragraph():
                self._paragraph(block)
            case Listing("statements"):
                for item in block.items:
                    self._say(self._file.add_paragraph(style="List Bullet"), item)
            case Listing():
                for item in block.items:
                    self._say(self._file.add_paragraph(style="Quote"), Told(f"“{item.text}”", item.notes))
            case Comparison():
                self._comparison(block)
            case Notes():
                for note in block.notes:
                    self._note(note)

    def _paragraph(self, block: Paragraph) -> None:
        paragraph = self._file.add_paragraph(style=NAMES[block.kind])
        if block.label:
            paragraph.add_run(f"{block.label} ").bold = True
        for place, part in enumerate(block.parts):
            if place:
                paragraph.add_run(" ")
            self._say(paragraph, part)

    def _comparison(self, block: Comparison) -> None:
        table = self._file.add_table(rows=1 + len(block.rows), cols=2, style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, (SIDE_WIDTH, STATEMENT_WIDTH), strict=True):
            column.width = width
        rows = [("Compared", Told("What the documents say")), *block.rows]
        for row, (side, told) in zip(table.rows, rows, strict=True):
            for cell, width in zip(row.cells, (SIDE_WIDTH, STATEMENT_WIDTH), strict=True):
                cell.width = width
                cell.paragraphs[0].style = NAMES["cell"]
            self._say(row.cells[0].paragraphs[0], Told(side), bold=True)
            stated = row.cells[1].paragraphs[0]
            if told is None:
                stated.add_run("not stated").italic = True
            else:
                self._say(stated, told)
        _shade(table.rows[0])
        table.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))
        table.rows[0].cells[1].paragraphs[0].runs[0].bold = True
        self._file.add_paragraph(style=NAMES["after_table"])

    def _note(self, note: Note) -> None:
        paragraph = WordParagraph(self._footnotes.add(note.number), self._file)
        for text, italic in ((" ", False), (note.title, True), (note.place, False), (f"“{note.quote}”", False)):
            _write(paragraph, text).italic = italic or None
        _write(paragraph, note.origin)

    def _say(self, paragraph: Any, told: Told, *, bold: bool | None = None) -> None:
        if is_right_to_left(told.text):
            paragraph._p.get_or_add_pPr().append(element("bidi"))
        _write(paragraph, told.text).bold = bold
        self._footnotes.mark(paragraph._p, told.notes)


def _write(paragraph: Any, text: str) -> Any:
    """A run; it is told to Word where it runs from right to left, for that is how its fonts are chosen."""
    run = paragraph.add_run(text)
    if is_right_to_left(text):
        run.font.rtl = True
    return run


def _shade(row: Any) -> None:
    for cell in row.cells:
        cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=SHADE))


def _describe(file: Any, paper: Paper) -> None:
    about = file.core_properties
    about.title, about.author, about.language = paper.title, "dealqa", LANGUAGE
    about.comments = about.keywords = about.last_modified_by = ""
    about.created = about.modified = datetime.fromisoformat(paper.at).replace(tzinfo=None)
    # The template brings a picture of an empty page along.
    package = file.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            package.rels.pop(name)


def _number_pages(file: Any) -> None:
    paragraph = file.sections[0].footer.paragraphs[0]
    for text, field in (("dealqa · page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(text)
        number = element("fldSimple", instr=f" {field} ")
        number.append(element("r"))
        number[0].append(element("t"))
        number[0][0].text = "1"
        paragraph._p.append(number)


def _without_times(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            kept.writestr(zipfile.ZipInfo(name, _EARLIEST), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
