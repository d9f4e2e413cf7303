"""The parts of a Word file beside its body: notes, comments, headers and footers, charts and diagrams."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from dealqa.reading.blocks import JoinedBlocks, one_line
from dealqa.reading.office_xml import check_declarations, local_name, parse_part
from dealqa.reading.word_runs import RunReader, unwrapped

__all__ = ["PAGE_COLOUR", "add_margins", "check_parts", "comment_count", "part_of", "read_notes"]

PAGE_COLOUR = qn("w:background")

_PARAGRAPH = qn("w:p")
_TYPE, _RELATION = qn("w:type"), qn("r:id")
_MARGINS = (qn("w:headerReference"), qn("w:footerReference"))
_PAGE_NUMBER = re.compile(r"\bpage\b\s*(?:\d+|[ivxlc]+)?(?:\s*(?:of|/)\s*\d*)?|^\W*\d+(?:\s*(?:of|/)\s*\d+)?\W*$", re.I)
_TOP_BLOCKS = 30
_MOST_MARGINS = 200


def check_parts(word: WordDocument, path: str) -> None:
    """Pass when no part of the file has a document type declaration.

    Raises:
        UnreadableDocument: hidden_markup.
    """
    elements = (getattr(part, "element", None) for part in word.part.package.iter_parts())
    check_declarations((element for element in elements if element is not None), path)


def part_of(word: WordDocument, relation: str, path: str) -> etree._Element | None:
    """The root of the part that a relation of the main part leads to; None when there is none inside the file.

    Raises:
        UnreadableDocument: hidden_markup.
    """
    rel = word.part.rels.get(relation)
    if rel is None or rel.is_external:
        return None
    element = getattr(rel.target_part, "element", None)
    return parse_part(rel.target_part.blob, path) if element is None else element


def _by_type(word: WordDocument, relation: str, path: str) -> etree._Element | None:
    found = next((name for name, rel in word.part.rels.items() if rel.reltype == relation), None)
    return None if found is None else part_of(word, found, path)


def read_notes(word: WordDocument, path: str) -> dict[tuple[str, str], etree._Element]:
    """The foot- and endnotes by kind and id."""
    notes: dict[tuple[str, str], etree._Element] = {}
    for kind, relation in (("footnote", RELATIONSHIP_TYPE.FOOTNOTES), ("endnote", RELATIONSHIP_TYPE.ENDNOTES)):
        root = _by_type(word, relation, path)
        for note in () if root is None else root:
            if local_name(note) == kind:
                notes[kind, note.get(qn("w:id")) or ""] = note
    return notes


def comment_count(word: WordDocument, path: str) -> int:
    """How many comments stand in the margin."""
    root = _by_type(word, RELATIONSHIP_TYPE.COMMENTS, path)
    return 0 if root is None else sum(local_name(comment) == "comment" for comment in root)


def add_margins(blocks: JoinedBlocks, word: WordDocument, runs: RunReader, path: str) -> None:
    """Add what headers and footers say, once, at the end: "Draft", a version, a date, a watermark.

    Page numbers say nothing, nor does a line whose words all stand near the top of the text.
    """
    top = {word for block in blocks.blocks[:_TOP_BLOCKS] for word in _words(blocks.span_text(block))}
    seen: set[str] = set()
    for root in _margins(word, path):
        for line in _lines(root, runs):
            text = one_line(_PAGE_NUMBER.sub(" ", line)).strip(" |·•–—-")
            key = re.sub(r"\d+", "0", text.casefold())
            words = _words(text)
            if key in seen or len(seen) >= _MOST_MARGINS or not any(len(word) > 2 for word in words):
                continue
            seen.add(key)
            if not words <= top:
                blocks.add("footnote", text, path=())


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _margins(word: WordDocument, path: str) -> Iterator[etree._Element]:
    """The headers and footers that are shown, each once."""
    both_sides = bool(word.settings.odd_and_even_pages_header_footer)
    seen: set[str] = set()
    for section in word.element.body.iter(qn("w:sectPr")):
        first = section.find(qn("w:titlePg"))
        shown = {"default", *(["even"] if both_sides else []), *(["first"] if _is_set(first) else [])}
        for reference in section:
            name = reference.get(_RELATION)
            if reference.tag not in _MARGINS or reference.get(_TYPE, "default") not in shown or name in seen:
                continue
            seen.add(name)
            root = part_of(word, name or "", path)
            if root is not None:
                yield root


def _is_set(toggle: etree._Element | None) -> bool:
    return toggle is not None and (toggle.get(qn("w:val")) or "1").lower() not in ("0", "false", "off")


def _lines(root: etree._Element, runs: RunReader) -> Iterator[str]:
    """The lines of a header or footer, in text boxes and watermarks too."""
    for path in root.iter("{*}textpath"):  # a watermark
        yield path.get("string") or ""
    waiting: list[Any] = [root]
    while waiting:
        element = waiting.pop()
        if element.tag != _PARAGRAPH:
            waiting += reversed(_children(element))
            continue
        read = runs.read(element, None)
        yield from read.text.split("\n")
        waiting += read.boxes


def _children(element: etree._Element) -> list[etree._Element]:
    opened: Iterable[etree._Element] = unwrapped(element)
    return [child for child in opened if isinstance(child.tag, str)]
