"""Real footnotes for a Word file, which python-docx has no words for: the part that holds them, and the marks.

Word numbers footnotes itself, in the order of their marks; a `Paper` numbers its notes in the same order.
"""

from __future__ import annotations

from typing import Any, Final

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

__all__ = ["MARK_STYLE", "TEXT_STYLE", "Footnotes", "element"]

TEXT_STYLE, MARK_STYLE = "footnote text", "footnote reference"
"""The names under which Word knows these styles."""

_RULES: Final = (("separator", "-1"), ("continuationSeparator", "0"))
"""The lines between text and notes; Word wants them as two notes of their own."""

_AFTER_RULES: Final = ("w:endnotePr", "w:compat")
"""What may follow the mention of the rules among the settings, in the order of the schema."""


def element(name: str, /, **attributes: str) -> Any:
    """An element of WordprocessingML; its attributes are in the same namespace."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


class Footnotes:
    """The footnotes of one Word file, in its package from the start.

    Args:
        file: the document; the styles `TEXT_STYLE` and `MARK_STYLE` are in it.
    """

    def __init__(self, file: Any) -> None:
        self._text_style: str = file.styles[TEXT_STYLE].style_id
        self._mark_style: str = file.styles[MARK_STYLE].style_id
        self._root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
        self._marked: set[int] = set()
        for kind, number in _RULES:
            self._root.append(_rule(kind, number))
        _mention_rules(file.settings.element)
        name = PackURI("/word/footnotes.xml")
        part = XmlPart(name, CONTENT_TYPE.WML_FOOTNOTES, self._root, file.part.package)
        file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    def add(self, number: int) -> Any:
        """A new note; its paragraph element, which has its number and nothing else yet."""
        note, paragraph, style, mark = element("footnote", id=str(number)), element("p"), element("pPr"), element("r")
        style.append(element("pStyle", val=self._text_style))
        mark.append(self._superscript())
        mark.append(element("footnoteRef"))
        paragraph.append(style)
        paragraph.append(mark)
        note.append(paragraph)
        self._root.append(note)
        return paragraph

    def mark(self, paragraph: Any, numbers: tuple[int, ...]) -> None:
        """Let notes be marked at the end of a paragraph element, with commas between their numbers.

        A footnote has one mark; where it is marked again, its number is a reference to that one.
        """
        for place, number in enumerate(numbers):
            if place:
                paragraph.append(self._run(_text(",")))
            if number in self._marked:
                again = element("fldSimple", instr=rf" NOTEREF _Ref{number:06} \f \h ")
                again.append(self._run(_text(str(number))))
                paragraph.append(again)
            else:
                self._marked.add(number)
                paragraph.append(element("bookmarkStart", id=str(number), name=f"_Ref{number:06}"))
                paragraph.append(self._run(element("footnoteReference", id=str(number))))
                paragraph.append(element("bookmarkEnd", id=str(number)))

    def _run(self, content: Any) -> Any:
        run = element("r")
        run.append(self._superscript())
        run.append(content)
        return run

    def _superscript(self) -> Any:
        properties = element("rPr")
        properties.append(element("rStyle", val=self._mark_style))
        return properties


def _text(text: str) -> Any:
    made = element("t")
    made.text = text
    return made


def _rule(kind: str, number: str) -> Any:
    note, paragraph, run = element("footnote", type=kind, id=number), element("p"), element("r")
    run.append(element(kind))
    paragraph.append(run)
    note.append(paragraph)
    return note


def _mention_rules(settings: Any) -> None:
    mention = element("footnotePr")
    for _, number in _RULES:
        mention.append(element("footnote", id=number))
    settings.insert_element_before(mention, *_AFTER_RULES)
