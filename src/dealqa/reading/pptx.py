"""PowerPoint files: slides as pages, their titles as headings, texts in reading order, notes as footnotes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import pptx
from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.table import Table
from pptx.text.text import TextFrame

from dealqa.reading.blocks import JoinedBlocks, Parsed, one_line
from dealqa.reading.cleaning import cleaning_warnings
from dealqa.reading.tables import Row, add_table
from dealqa.reading.zip_guard import POWERPOINT, check_zip, corrupt
from dealqa.types import Page

__all__ = ["parse_pptx"]

_BROKEN = (
    PythonPptxError,
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    SyntaxError,  # lxml's XMLSyntaxError is one
    ArithmeticError,  # numbers beyond all bounds
    EOFError,
    LookupError,
    NotImplementedError,
    ValueError,
    TypeError,
    AttributeError,  # a required part is missing
    OSError,
)
_EMU_PER_POINT = 12_700
_SAME_HEIGHT = 12 * _EMU_PER_POINT
_FURNITURE = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER)
_BULLETED = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY, PP_PLACEHOLDER.VERTICAL_OBJECT)
_DEEPEST_GROUP = 20
_NO_TITLES = ("powerpoint presentation", "presentation", "untitled", "slide 1")


def parse_pptx(data: bytes, path: str) -> Parsed:
    """Blocks and pages of a PowerPoint file (.pptx): a slide is a page, numbered as in the file.

    Hidden slides and shapes, and shapes off the slide, are left out; charts, diagrams and pictures are not read;
    warnings say how many there are. Slide numbers, dates and footers are left out.

    Raises:
        UnreadableDocument: corrupt, encrypted or too_large.
    """
    check_zip(data, path, POWERPOINT)
    try:
        deck = pptx.Presentation(io.BytesIO(data))
        reader = _Reader(deck.slide_width or 0, deck.slide_height or 0)
        for number, slide in enumerate(deck.slides, start=1):
            reader.read(slide, number)
        stated = one_line(deck.core_properties.title or "")
    except _BROKEN as err:
        raise corrupt(path, POWERPOINT) from err
    titles = [block.heading_path[-1] for block in reader.blocks.blocks if block.kind == "title"]
    return Parsed(
        text=reader.blocks.text(),
        blocks=tuple(reader.blocks.blocks),
        pages=tuple(reader.pages),
        title=stated if stated and stated.lower() not in _NO_TITLES else next(iter(titles), None),
        warnings=(*reader.warnings(), *cleaning_warnings(reader.blocks.removed, reader.blocks.normalised)),
    )


class _Reader:
    """Reads slide after slide and counts what it leaves out."""

    def __init__(self, width: int, height: int) -> None:
        self.blocks = JoinedBlocks()
        self.pages: list[Page] = []
        self._width = width
        self._height = height
        self._groups = count()
        self._hidden_slides: list[int] = []
        self._hidden_shapes = 0
        self._unread = 0

    def read(self, slide: Slide, number: int) -> None:
        before = len(self.blocks.blocks)
        if slide._element.get("show") in ("0", "false"):
            self._hidden_slides.append(number)
        else:
            self._slide(slide, number)
        added = self.blocks.blocks[before:]
        start = added[0].start if added else self.blocks.length
        size = self._width / _EMU_PER_POINT, self._height / _EMU_PER_POINT
        self.pages.append(Page(number, start, self.blocks.length, *size))

    def warnings(self) -> list[str]:
        found: list[str] = []
        if self._hidden_slides:
            found.append(f"Hidden slides were left out: {', '.join(map(str, self._hidden_slides))}.")
        if self._hidden_shapes:
            found.append(f"Texts that are hidden or off the slide were left out: {self._hidden_shapes}.")
        if self._unread:
            found.append(f"Charts and diagrams were not read: {self._unread}.")
        return found

    def _slide(self, slide: Slide, number: int) -> None:
        title = slide.shapes.title
        if title is not None and title.has_text_frame and self._is_seen(title):
            text = one_line(title.text_frame.text.replace("\v", " "))
            opening = number == 1 and title.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE
            self.blocks.add("title" if opening else "heading", text, level=1, page=number)
        for shape in self._ordered(slide.shapes):
            if title is None or shape.shape_id != title.shape_id:
                self._shape(shape, number)
        if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
            for paragraph in notes.paragraphs:
                self.blocks.add("footnote", _text(paragraph), page=number)

    def _ordered(self, shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
        """The shapes that are seen, from top to bottom and left to right; those of a group stay together."""
        placed = sorted(shapes, key=lambda shape: shape.top or 0)
        band = 0
        keys: dict[int, tuple[int, int]] = {}
        for k, shape in enumerate(placed):
            if (shape.top or 0) - band > _SAME_HEIGHT or k == 0:
                band = shape.top or 0
            keys[id(shape)] = band, shape.left or 0
        for shape in sorted(placed, key=lambda shape: keys[id(shape)]):
            if depth == 0 and not self._is_seen(shape):
                self._hidden_shapes += _has_text(shape)
            elif shape._element.tag == qn("p:grpSp"):
                if depth < _DEEPEST_GROUP:
                    yield from self._ordered(shape.shapes, depth + 1)
            else:
                yield shape

    def _is_seen(self, shape: Any) -> bool:
        properties = next(shape._element.iter(qn("p:cNvPr")), None)
        if properties is not None and properties.get("hidden") in ("1", "true"):
            return False
        left, top, width, height = shape.left, shape.top, shape.width, shape.height
        if None in (left, top, width, height) or not self._width:
            return True
        return bool(left < self._width and top < self._height and left + width > 0 and top + height > 0)

    def _shape(self, shape: Any, page: int) -> None:
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        if kind in _FURNITURE:
            return
        if getattr(shape, "has_table", False):
            self._table(shape.table, page)
        elif shape.has_text_frame:
            self._frame(shape.text_frame, page, bulleted=kind in _BULLETED)
        elif shape._element.tag == qn("p:graphicFrame"):
            self._unread += 1

    def _frame(self, frame: TextFrame, page: int, *, bulleted: bool) -> None:
        """A text frame's paragraphs: list items where they have bullets or numbers, or stand below others."""
        group = next(self._groups)
        filled = [paragraph for paragraph in frame.paragraphs if _text(paragraph)]
        for paragraph in filled:
            marked = _is_marked(paragraph._p.find(qn("a:pPr")))
            listed = paragraph.level > 0 or (bulleted and len(filled) > 1 if marked is None else marked)
            if listed:
                self.blocks.add("list_item", _text(paragraph), page=page, group=group)
            else:
                self.blocks.add("paragraph", _text(paragraph), page=page)

    def _table(self, table: Table, page: int) -> None:
        rows: list[Row] = []
        above: list[str] = []
        for k, row in enumerate(table.rows):
            cells: list[str] = []
            for cell in row.cells:
                text = one_line(cell.text.replace("\v", " "))
                if cell._tc.vMerge and len(cells) < len(above):
                    text = above[len(cells)]  # the cell above reaches down: each row says what it belongs to
                cells.append("" if cell._tc.hMerge else text)
            rows.append(Row(tuple(cells), header=k == 0 and bool(table.first_row) and len(table.rows) > 1))
            above = cells
        add_table(self.blocks, rows, group=next(self._groups), page=page)


def _text(paragraph: Any) -> str:
    """A paragraph's text; its own line breaks stay."""
    lines = (one_line(line) for line in paragraph.text.split("\v"))
    return "\n".join(line for line in lines if line)


def _has_text(shape: Any) -> bool:
    return any((text.text or "").strip() for text in shape._element.iter(qn("a:t")))


def _is_marked(properties: etree._Element | None) -> bool | None:
    """Whether a paragraph itself has a bullet or a number; None where it leaves that to its frame."""
    if properties is None:
        return None
    if properties.find(qn("a:buNone")) is not None:
        return False
    return (
        True
        if any(properties.find(qn(f"a:{name}")) is not None for name in ("buChar", "buAutoNum", "buBlip"))
        else None
    )
