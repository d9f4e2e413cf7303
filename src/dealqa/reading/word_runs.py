"""The text of a Word paragraph as it reads once all changes are accepted and hidden text is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from docx.oxml.ns import qn
from lxml import etree

__all__ = ["ParagraphText", "RunReader", "is_on", "unwrapped"]

_DELETED = frozenset({qn("w:del"), qn("w:moveFrom")})
_INSERTED = frozenset({qn("w:ins"), qn("w:moveTo")})
_PLAIN_WRAPPERS = ("hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo")
_WRAPPERS = frozenset(
    {
        *_INSERTED,
        *(
            qn(f"w:{name}")
            for name in ("hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo")
        ),
    }
)
_RUN, _TEXT, _PROPERTIES = qn("w:r"), qn("w:t"), qn("w:rPr")
_NOTES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}
_SYMBOLS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_PARAGRAPH, _VALUE, _ID = qn("w:p"), qn("w:val"), qn("w:id")
_BOX = qn("w:txbxContent")


@dataclass(slots=True)
class ParagraphText:
    """What a paragraph says.

    Attributes:
        bold: whether every visible run of it is bold.
        notes: the foot- and endnotes that it refers to: kind and id.
        boxes: paragraphs of text boxes that are anchored in it.
    """

    text: str = ""
    bold: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)


class RunReader:
    """Reads paragraphs and counts what it leaves out."""

    def __init__(self, hidden_styles: frozenset[str]) -> None:
        self.insertions = 0
        self.deletions = 0
        self.hidden = 0
        self._hidden_styles = hidden_styles

    def read(self, paragraph: etree._Element) -> ParagraphText:
        """The text of a `w:p` element, as if every tracked change had been accepted."""
        found = ParagraphText()
        pieces: list[str] = []
        bold: list[bool] = []
        for run in self._runs(paragraph):
            properties = run.find(_PROPERTIES)
            text = self._run_text(run, found)
            if self._is_hidden(properties):
                self.hidden += bool(text.strip())
                continue
            pieces.append(text)
            if text.strip():
                bold.append(is_on(properties, "w:b"))
        found.text = "".join(pieces)
        found.bold = bool(bold) and all(bold)
        return found

    def _runs(self, parent: etree._Element) -> Iterator[etree._Element]:
        for child in parent:
            if child.tag == _RUN:
                yield child
            elif child.tag in _DELETED:
                self.deletions += 1
            elif child.tag in _WRAPPERS:
                self.insertions += child.tag in _INSERTED
                yield from self._runs(child)

    def _is_hidden(self, properties: etree._Element | None) -> bool:
        if properties is None:
            return False
        style = properties.find(qn("w:rStyle"))
        if style is not None and style.get(_VALUE) in self._hidden_styles and properties.find(qn("w:vanish")) is None:
            return True
        return is_on(properties, "w:vanish")

    def _run_text(self, run: etree._Element, found: ParagraphText) -> str:
        pieces: list[str] = []
        for child in run:
            if child.tag == _TEXT:
                pieces.append(child.text or "")
            elif child.tag in _SYMBOLS:
                pieces.append(_SYMBOLS[child.tag])
            elif child.tag in _NOTES:
                found.notes.append((_NOTES[child.tag], child.get(_ID) or ""))
            elif child.tag != _PROPERTIES:
                found.boxes += _box_paragraphs(child)
        return "".join(pieces)


def _box_paragraphs(element: etree._Element) -> list[etree._Element]:
    """Paragraphs of the text boxes in a drawing; of two renderings of the same box, the first."""
    box = next(element.iter(_BOX), None)
    return [] if box is None else [child for child in unwrapped(box) if child.tag == _PARAGRAPH]


def is_on(properties: etree._Element | None, name: str) -> bool:
    """Whether a toggle such as `w:b` or `w:vanish` is set and not set to false."""
    toggle = None if properties is None else properties.find(qn(name))
    return toggle is not None and (toggle.get(_VALUE) or "true").lower() not in ("0", "false", "off", "none")


def unwrapped(parent: etree._Element) -> Iterator[etree._Element]:
    """The children of a body or cell, with content controls and the like opened and deleted parts left out."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from unwrapped(child)
        elif child.tag not in _DELETED:
            yield child
