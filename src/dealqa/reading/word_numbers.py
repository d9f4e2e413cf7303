"""The automatic numbers of a Word file: what Word writes in front of a numbered paragraph and stores nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

__all__ = ["Numbers", "number_of"]

_VALUE = qn("w:val")
_LEVELS = 9
_LARGEST = 9_999
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(slots=True)
class _Level:
    """How one level of a list is numbered: the first number, its kind, and a pattern such as "%1.%2"."""

    start: int = 1
    kind: str = "decimal"
    pattern: str = ""


@dataclass(slots=True)
class _List:
    """A list definition and where its count stands; lists that share a definition share the count."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


def number_of(properties: etree._Element | None) -> tuple[str | None, int | None]:
    """The list and the level that a `w:pPr` element names; None for what it leaves to the style."""
    numbered = None if properties is None else properties.find(qn("w:numPr"))
    if numbered is None:
        return None, None
    named, level = numbered.find(qn("w:numId")), numbered.find(qn("w:ilvl"))
    return (
        None if named is None else named.get(_VALUE),
        None if level is None else min(_integer(level.get(_VALUE), 0), _LEVELS - 1),
    )


class Numbers:
    """Counts the numbered paragraphs of a document, which must be asked for in order."""

    def __init__(self, word: WordDocument) -> None:
        self._lists: dict[str, _List] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        rels = word.part.rels.values()
        part = next((rel.target_part for rel in rels if rel.reltype == RELATIONSHIP_TYPE.NUMBERING), None)
        if part is None:
            return
        root = parse_xml(part.blob)
        definitions = {
            element.get(qn("w:abstractNumId")): _List(_levels(element)) for element in root.findall(qn("w:abstractNum"))
        }
        for element in root.findall(qn("w:num")):
            name, abstract = element.get(qn("w:numId")), element.find(qn("w:abstractNumId"))
            if name is not None and abstract is not None and abstract.get(_VALUE) in definitions:
                self._lists[name] = definitions[abstract.get(_VALUE)]
                self._restarts[name] = _restarts(element)

    def next(self, name: str, level: int) -> str:
        """The number of the next paragraph of a list, as it is shown; "" for a bullet or an unknown kind of number."""
        known = self._lists.get(name)
        if known is None or level not in known.levels:
            return ""
        restarts = self._restarts[name]
        if level in restarts:
            known.counts[level] = restarts.pop(level) - 1
        known.counts[level] = known.counts.get(level, known.levels[level].start - 1) + 1
        for deeper in range(level + 1, _LEVELS):
            known.counts.pop(deeper, None)
        return _label(known, level)


def _levels(definition: etree._Element) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for element in definition.findall(qn("w:lvl")):
        values = {child.tag: child.get(_VALUE) or "" for child in element if isinstance(child.tag, str)}
        levels[_integer(element.get(qn("w:ilvl")), 0)] = _Level(
            start=_integer(values.get(qn("w:start")), 1),
            kind=values.get(qn("w:numFmt"), "decimal"),
            pattern=values.get(qn("w:lvlText"), ""),
        )
    return levels


def _restarts(element: etree._Element) -> dict[int, int]:
    """Where a list begins to count anew, though others share its definition: level → first number."""
    found: dict[int, int] = {}
    for override in element.findall(qn("w:lvlOverride")):
        start = override.find(qn("w:startOverride"))
        if start is not None:
            found[_integer(override.get(qn("w:ilvl")), 0)] = _integer(start.get(_VALUE), 1)
    return found


def _label(known: _List, level: int) -> str:
    """The pattern with the counts of its levels in place; "" if one of them is no number."""
    kinds = [int(digit) - 1 for digit in re.findall(r"%([1-9])", known.levels[level].pattern)]
    if not kinds:
        return ""
    label = known.levels[level].pattern
    for k in kinds:
        named = known.levels.get(k, _Level())
        written = _written(known.counts.get(k, named.start), named.kind)
        if not written:
            return ""
        label = label.replace(f"%{k + 1}", written, 1)
    return label.strip()


def _written(number: int, kind: str) -> str:
    if not 0 <= number <= _LARGEST:
        return ""
    if kind == "decimal":
        return str(number)
    if kind == "decimalZero":
        return f"{number:02d}"
    if number == 0:
        return ""
    if kind in ("lowerLetter", "upperLetter"):
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif kind in ("lowerRoman", "upperRoman"):
        text = _roman(number)
    else:
        return ""
    return text.upper() if kind.startswith("upper") else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else otherwise
