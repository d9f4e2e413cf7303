"""One slide of a PowerPoint file: its title, its shapes in reading order, its notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.table import Table

from dealqa.reading.blocks import JoinedBlocks, one_line
from dealqa.reading.left_out import LeftOut
from dealqa.reading.office_xml import chart_rows, chart_title, diagram_texts, local_name, parse_part
from dealqa.reading.pptx_looks import SlideLooks
from dealqa.reading.tables import Row, add_table
from dealqa.types import HiddenKind

__all__ = ["Deck", "SlideReader", "all_text"]

_EMU_PER_POINT = 12_700
_SAME_HEIGHT = 12 * _EMU_PER_POINT
_FURNITURE = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER)
_BULLETED = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY, PP_PLACEHOLDER.VERTICAL_OBJECT)
_DEEPEST_GROUP = 20
_REPEATED = 300  # characters of a cell that stands in several rows
_NOTES = "Speaker's notes"


@dataclass(slots=True)
class Deck:
    """What is gathered from slide to slide.

    Attributes:
        width, height: of a slide, in EMU; 0 where the file does not say.
        groups: numbers for tables and lists.
        unread: parts that were not read, by what they are.
    """

    path: str
    width: int
    height: int
    blocks: JoinedBlocks = field(default_factory=JoinedBlocks)
    left_out: LeftOut = field(default_factory=LeftOut)
    groups: Iterator[int] = field(default_factory=count)
    unread: Counter[str] = field(default_factory=Counter)
    pictures: int = 0
    comments: int = 0

    def is_beside(self, shape: Any) -> bool:
        """Whether a shape lies off the slide."""
        left, top, width, height = shape.left, shape.top, shape.width, shape.height
        if None in (left, top, width, height) or not self.width:
            return False
        return bool(left >= self.width or top >= self.height or left + width <= 0 or top + height <= 0)


class SlideReader:
    """Reads one slide into the blocks of its deck."""

    def __init__(self, deck: Deck, slide: Slide, number: int) -> None:
        self._deck = deck
        self._blocks = deck.blocks
        self._left_out = deck.left_out
        self._slide = slide
        self._page = number
        self._looks = SlideLooks(slide)

    def read(self) -> None:
        """Add the title, the shapes from top to bottom, and the notes."""
        slide, page = self._slide, self._page
        title = slide.shapes.title
        if title is not None and title.has_text_frame and self._hidden_kind(title) is None:
            paragraphs = title.text_frame._txBody.findall(qn("a:p"))
            text = one_line(" ".join(self._text(paragraph, title) for paragraph in paragraphs))
            opening = page == 1 and title.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE
            self._blocks.add("title" if opening else "heading", text, level=1, page=page)
        for shape, direct in self._ordered(slide.shapes):
            if title is None or shape.shape_id != title.shape_id:
                self._shape(shape, direct)
        if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
            path = (*self._blocks.outline.path, _NOTES)
            for paragraph in notes._txBody.findall(qn("a:p")):
                self._blocks.add("footnote", self._text(paragraph, None), page=page, path=path)
        comments = (rel for rel in slide.part.rels.values() if rel.reltype.endswith("/comments"))
        self._deck.comments += sum(not rel.is_external for rel in comments)

    def _hidden_kind(self, shape: Any) -> HiddenKind | None:
        properties = next(shape._element.iter(qn("p:cNvPr")), None)
        if properties is not None and properties.get("hidden") in ("1", "true"):
            return "marked_hidden"
        return "off_page" if self._deck.is_beside(shape) else None

    def _ordered(self, shapes: Iterable[Any], depth: int = 0) -> Iterator[tuple[Any, bool]]:
        """The shapes that are seen, from top to bottom and left to right, and whether they stand in no group.

        Those of a group stay together.
        """
        placed = sorted(shapes, key=lambda shape: shape.top or 0)
        band = 0
        keys: dict[int, tuple[int, int]] = {}
        for k, shape in enumerate(placed):
            if (shape.top or 0) - band > _SAME_HEIGHT or k == 0:
                band = shape.top or 0
            keys[id(shape)] = band, shape.left or 0
        for shape in sorted(placed, key=lambda shape: keys[id(shape)]):
            kind = self._hidden_kind(shape)
            if kind is not None and (depth == 0 or kind == "marked_hidden"):
                self._left_out.hide(kind, all_text(shape._element), self._page)
            elif shape._element.tag != qn("p:grpSp"):
                yield shape, depth == 0
            elif depth < _DEEPEST_GROUP:
                yield from self._ordered(shape.shapes, depth + 1)
            else:
                self._deck.unread["deeply nested group of shapes"] += 1

    def _shape(self, shape: Any, direct: bool) -> None:
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        if kind in _FURNITURE:
            return
        if shape._element.tag == qn("p:pic"):
            self._picture(shape._element)
        elif getattr(shape, "has_table", False):
            self._table(shape.table)
        elif shape._element.tag == qn("p:graphicFrame"):
            self._graphic(shape._element)
        elif shape.has_text_frame:
            self._frame(shape, bulleted=kind in _BULLETED, direct=direct)

    def _picture(self, element: etree._Element) -> None:
        plays = any(local_name(child) in ("videoFile", "audioFile", "wavAudioFile") for child in element.iter())
        if plays:
            self._deck.unread["recording"] += 1
        else:
            self._deck.pictures += 1

    def _graphic(self, frame: etree._Element) -> None:
        """Read a chart or a diagram from its data; anything else is counted."""
        for element in frame.iter():
            name = local_name(element)
            if name == "chart" and (rows := self._chart_rows(element.get(qn("r:id")))):
                add_table(self._blocks, rows, group=next(self._deck.groups), page=self._page)
                return
            if name == "relIds" and (texts := self._diagram(element.get(qn("r:dm")))):
                group = next(self._deck.groups)
                for text in texts:
                    self._blocks.add("list_item", text, page=self._page, group=group)
                return
            if name == "oleObj":
                self._deck.unread["embedded file"] += 1
                return
        self._deck.unread["chart or diagram"] += 1

    def _part(self, relation: str | None) -> etree._Element | None:
        rel = self._slide.part.rels.get(relation) if relation else None
        if rel is None or rel.is_external:
            return None
        element = getattr(rel.target_part, "_element", None)
        return parse_part(rel.target_part.blob, self._deck.path) if element is None else element

    def _chart_rows(self, relation: str | None) -> list[Row]:
        root = self._part(relation)
        rows = [] if root is None else chart_rows(root)
        if root is not None and rows:
            self._blocks.add("paragraph", chart_title(root), page=self._page)
        return rows

    def _diagram(self, relation: str | None) -> list[str]:
        root = self._part(relation)
        return [] if root is None else diagram_texts(root)

    def _frame(self, shape: Any, *, bulleted: bool, direct: bool) -> None:
        """A text frame's paragraphs: list items where they have bullets or numbers, or stand below others."""
        group = next(self._deck.groups)
        filled: list[tuple[etree._Element, str]] = []
        for paragraph in shape.text_frame._txBody.findall(qn("a:p")):
            if text := self._text(paragraph, shape if direct else None):
                filled.append((paragraph.find(qn("a:pPr")), text))
        for properties, text in filled:
            marked = _is_marked(properties)
            below = properties is not None and properties.get("lvl", "0") != "0"
            listed = below or (bulleted and len(filled) > 1 if marked is None else marked)
            self._blocks.add(
                "list_item" if listed else "paragraph", text, page=self._page, group=group if listed else None
            )

    def _table(self, table: Table) -> None:
        rows: list[Row] = []
        above: list[str] = []
        for k, row in enumerate(table.rows):
            cells: list[str] = []
            for cell in row.cells:
                text = one_line(" ".join(self._text(paragraph, None) for paragraph in cell._tc.iter(qn("a:p"))))
                if cell._tc.vMerge and len(cells) < len(above):
                    text = above[len(cells)]  # the cell above reaches down: each row says what it belongs to
                    text = text if len(text) <= _REPEATED else ""
                cells.append("" if cell._tc.hMerge else text)
            rows.append(Row(tuple(cells), header=k == 0 and bool(table.first_row) and len(table.rows) > 1))
            above = cells
        add_table(self._blocks, rows, group=next(self._deck.groups), page=self._page)

    def _text(self, paragraph: etree._Element, shape: Any | None) -> str:
        """A paragraph's text as it is seen; its own line breaks stay."""
        pieces: list[str] = []
        for child in paragraph:
            name = local_name(child)
            if name == "br":
                pieces.append("\n")
            elif name in ("r", "fld"):
                text = "".join(part.text or "" for part in child.findall(qn("a:t")))
                kind = self._looks.hidden_kind(child, shape) if text.strip() else None
                if kind is None:
                    pieces.append(text.replace("\v", "\n"))
                else:
                    self._left_out.hide(kind, text, self._page)
            elif name == "m":  # a formula
                pieces += [part.text or "" for part in child.iter("{*}t")]
        lines = (one_line(line) for line in "".join(pieces).split("\n"))
        return "\n".join(line for line in lines if line)


def all_text(element: etree._Element) -> str:
    """All text in an element, seen or not."""
    return " ".join(text.text or "" for text in element.iter(qn("a:t")))


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
