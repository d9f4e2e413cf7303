"""Spreadsheets, comma-separated tables and slides; the same paper gives the same bytes.

In a spreadsheet each heading with a table is a sheet, after a sheet that says what the paper is. A CSV file holds the
paper's one table and nothing else. On slides each heading is a slide.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime
from typing import Any

import pptx
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from papers import ABOUT, Block, Source, parse, plain
from pptx.util import Cm, Pt

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def moment(source: Source) -> datetime:
    """The first moment of the paper's date."""
    return datetime.fromisoformat(f"{source.head['date']}-01-01"[:10])


def repacked(packed: io.BytesIO, modified: datetime | None = None) -> bytes:
    """An office file stored without compression and without the time of day.

    Args:
        packed: the file as its library wrote it.
        modified: what to put for the time of the last change, for libraries that take it from the clock.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            content = old.read(name)
            if modified is not None and name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + f"{modified:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            new.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content)
    return file.getvalue()


def _cell(text: str) -> str | int:
    """A year as a number, anything else as it is."""
    return int(text) if re.fullmatch(r"\d{4}", text) else text


def _table(sheet: Any, block: Block) -> None:
    for row in block.cells:
        sheet.append([_cell(plain(cell)) for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number in range(len(block.cells[0])):
        sheet.column_dimensions[chr(ord("A") + number)].width = 34


def render_xlsx(source: Source) -> bytes:
    """A workbook: a sheet about the paper, a sheet for each heading, the references last."""
    book = Workbook()
    sheet = book.active
    sheet.title = "About"
    for line in (source.head["title"], *source.facts_line):
        sheet.append([line])
    sheet["A1"].font = Font(bold=True, size=14)
    for block in parse(source.text)[0]:
        if block.kind == "heading":
            sheet = book.create_sheet(plain(block.cells[0][0])[:31])
        elif block.kind == "table":
            _table(sheet, block)
        else:
            for row in block.cells:
                sheet.append([plain(row[0])])
                sheet.cell(sheet.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions["A"].width = 60
    properties = book.properties
    properties.creator, properties.title = "dealqa", source.head["title"]
    properties.created = moment(source)
    packed = io.BytesIO()
    book.save(packed)
    return repacked(packed, moment(source))


def render_csv(source: Source) -> bytes:
    """The paper's one table, a line a row; its other text has no place in this format."""
    tables = [block for block in parse(source.text)[0] if block.kind == "table"]
    if len(tables) != 1:
        raise ValueError(f"{source.name} has {len(tables)} tables; a CSV file holds one.")
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([[plain(cell) for cell in row] for row in tables[0].cells])
    return file.getvalue().encode()


def _body(slide: Any) -> Any:
    """The text frame of a slide, emptied."""
    frame = slide.placeholders[1].text_frame
    frame.word_wrap = True
    return frame


def _write(frame: Any, block: Block, size: int) -> None:
    for row in block.cells:
        fresh = frame.paragraphs[0] if not frame.text else frame.add_paragraph()
        fresh.text = plain(row[0])
        fresh.font.size = Pt(size)


def _slide_table(slide: Any, block: Block) -> None:
    rows, columns = len(block.cells), len(block.cells[0])
    shape = slide.shapes.add_table(rows, columns, Cm(1.3), Cm(10.5), Cm(22.8), Cm(0.9 * rows))
    for y, row in enumerate(block.cells):
        for x, cell in enumerate(row):
            shape.table.cell(y, x).text = plain(cell)
            shape.table.cell(y, x).text_frame.paragraphs[0].font.size = Pt(12)


def render_pptx(source: Source) -> bytes:
    """Slides: a title slide, then one for each heading, the references last."""
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[0])
    slide.shapes.title.text = source.head["title"]
    slide.placeholders[1].text = "\n".join(source.facts_line)
    frame = None
    for block in parse(source.text)[0]:
        if block.kind == "heading":
            slide = show.slides.add_slide(show.slide_layouts[1])
            slide.shapes.title.text = plain(block.cells[0][0])
            frame = _body(slide)
        elif block.kind == "table":
            _slide_table(slide, block)
        elif frame is None:
            raise ValueError(f"{source.name} has text before its first heading; it would be on no slide.")
        else:
            _write(frame, block, 7 if slide.shapes.title.text == "References" else 18)
    slide.notes_slide.notes_text_frame.text = ABOUT
    core = show.core_properties
    core.title, core.author, core.subject = source.head["title"], "dealqa", source.head["kind"]
    core.created = core.modified = core.last_printed = moment(source)
    core.last_modified_by, core.revision, core.comments = "dealqa", 1, ""
    packed = io.BytesIO()
    show.save(packed)
    return repacked(packed, moment(source))
