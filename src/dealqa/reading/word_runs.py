"""The text of a Word paragraph as it reads once all changes are accepted and hidden text is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from docx.oxml.ns import qn
from lxml import etree

from dealqa.reading.colours import Colour
from dealqa.reading.left_out import LeftOut
from dealqa.reading.office_xml import chosen, local_name
from dealqa.reading.word_styles import Styles, hidden_kind, is_on

__all__ = ["ParagraphText", "RunReader", "unwrapped"]

_DELETED = frozenset({qn("w:del"), qn("w:moveFrom")})
_INSERTED = frozenset({qn("w:ins"), qn("w:moveTo")})
_PLAIN_WRAPPERS = ("hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo")
_WRAPPERS = frozenset({*_INSERTED, *(qn(f"w:{name}") for name in _PLAIN_WRAPPERS)})
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_RUN, _TEXT, _PROPERTIES = qn("w:r"), qn("w:t"), qn("w:rPr")
_FIELD, _RUBY, _RUBY_BASE = qn("w:fldChar"), qn("w:ruby"), qn("w:rubyBase")
_NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
_SYMBOLS = {
    qn("w:tab"): " ",
    qn("w:ptab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_VALUE, _ID = qn("w:val"), qn("w:id")
_RELATION = qn("r:id")
_DIAGRAM_DATA = qn("r:dm")
_BOX = "txbxContent"


@dataclass(slots=True)
class ParagraphText:
    """What a paragraph says.

    Attributes:
        bold: whether every visible run of it is bold.
        notes: the foot- and endnotes that it refers to: kind and id.
        boxes: the contents of text boxes that are anchored in it.
        charts, diagrams: relations to the parts that hold their data.
    """

    text: str = ""
    bold: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    diagrams: list[str] = field(default_factory=list)


class RunReader:
    """Reads paragraphs and counts what it leaves out.

    Attributes:
        pictures, embedded: how many pictures and how many files of other programs stand in what was read.
        struck: how many runs are struck through; they are read.
    """

    def __init__(self, styles: Styles, left_out: LeftOut) -> None:
        self.pictures = 0
        self.embedded = 0
        self.struck = 0
        self._styles = styles
        self._left_out = left_out

    def read(self, paragraph: etree._Element, behind: Colour | None) -> ParagraphText:
        """The text of a `w:p` element, as if every tracked change had been accepted.

        Args:
            paragraph: the element.
            behind: the colour of the page or cell behind it; None where it is not known.
        """
        found = ParagraphText()
        properties = paragraph.find(qn("w:pPr"))
        look = self._styles.paragraph_look(properties)
        ground = self._styles.paragraph_ground(properties, behind)
        pieces: list[str] = []
        bold: list[bool] = []
        fields: list[bool] = []  # of each open field: whether its result has begun
        for run in self._runs(paragraph):
            if run.tag != _RUN:  # a formula
                pieces.append("".join(text.text or "" for text in run.iter(f"{_MATHS}t")))
                continue
            own = run.find(_PROPERTIES)
            run_look = self._styles.run_look(own, look)
            kind = hidden_kind(run_look, ground)
            text = self._run_text(run, found if kind is None else ParagraphText(), fields)
            if kind is not None:
                self._left_out.hide(kind, text)
                continue
            pieces.append(text)
            if text.strip():
                bold.append(is_on(own, "w:b"))
                self.struck += bool(run_look.get("struck"))
        found.text = "".join(pieces)
        found.bold = bool(bold) and all(bold)
        return found

    def _runs(self, parent: etree._Element) -> Iterator[etree._Element]:
        for child in parent:
            if child.tag == _RUN or child.tag == f"{_MATHS}oMath":
                yield child
            elif child.tag in _DELETED:
                self._left_out.deletions += 1
            elif child.tag in _WRAPPERS or child.tag == f"{_MATHS}oMathPara":
                self._left_out.insertions += child.tag in _INSERTED
                yield from self._runs(child)
            elif child.tag == _ALTERNATIVES and (choice := chosen(child)) is not None:
                yield from self._runs(choice)

    def _run_text(self, run: etree._Element, found: ParagraphText, fields: list[bool]) -> str:
        pieces: list[str] = []
        for child in run:
            if child.tag == _FIELD:
                _take_field(child.get(qn("w:fldCharType")), fields)
            elif child.tag == _TEXT and all(fields):
                pieces.append(child.text or "")
            elif child.tag == _TEXT:  # stands in the code of a field, not in its result
                self._left_out.hide("marked_hidden", child.text or "")
            elif child.tag in _SYMBOLS:
                pieces.append(_SYMBOLS[child.tag])
            elif child.tag in _NOTES:
                found.notes.append((_NOTES[child.tag], child.get(_ID) or ""))
            elif child.tag == _RUBY:
                base = child.find(_RUBY_BASE)
                pieces += [] if base is None else [text.text or "" for text in base.iter(_TEXT)]
            elif child.tag != _PROPERTIES:
                self._take_drawing(child, found)
        return "".join(pieces)

    def _take_drawing(self, drawing: etree._Element, found: ParagraphText) -> None:
        """Note the text boxes, charts, diagrams, pictures and embedded files in a drawing."""
        waiting = [drawing]
        while waiting:
            element = waiting.pop()
            name = local_name(element)
            if name == "AlternateContent":
                choice = chosen(element)
                waiting += [] if choice is None else [choice]
                continue
            if name == "docPr" and element.get("hidden") in ("1", "true"):
                self._hide_drawing(drawing)
                return
            if name == _BOX:
                found.boxes.append(element)
                continue
            if name == "object":
                self.embedded += 1
                continue
            if name == "chart" and element.get(_RELATION):
                found.charts.append(element.get(_RELATION))
            elif name == "relIds" and element.get(_DIAGRAM_DATA):
                found.diagrams.append(element.get(_DIAGRAM_DATA))
            self.pictures += name in ("pic", "imagedata")
            waiting += reversed(element)

    def _hide_drawing(self, drawing: etree._Element) -> None:
        self._left_out.hide("marked_hidden", "".join(text.text or "" for text in drawing.iter(_TEXT)))


def _take_field(kind: str | None, fields: list[bool]) -> None:
    """Follow the marks around a field: its code comes first, then what it shows."""
    if kind == "begin":
        fields.append(False)
    elif kind == "separate" and fields:
        fields[-1] = True
    elif kind == "end" and fields:
        fields.pop()


def unwrapped(parent: etree._Element, left_out: LeftOut | None = None) -> Iterator[etree._Element]:
    """The children of a body or cell, with content controls and the like opened and deleted parts left out.

    Deleted parts are counted where there is something to count them in.
    """
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from unwrapped(child, left_out)
        elif child.tag == _ALTERNATIVES:
            if (choice := chosen(child)) is not None:
                yield from unwrapped(choice, left_out)
        elif child.tag not in _DELETED:
            yield child
        elif left_out is not None:
            left_out.deletions += 1
