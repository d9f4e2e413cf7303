"""Word files: paragraphs, lists, tables and notes in order, tracked changes taken as accepted."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from itertools import count

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from dealqa.reading.blocks import JoinedBlocks, Parsed, one_line
from dealqa.reading.cleaning import cleaning_warnings
from dealqa.reading.headings import looks_like_heading
from dealqa.reading.tables import Row, add_table
from dealqa.reading.word_numbers import Numbers, number_of
from dealqa.reading.word_runs import ParagraphText, RunReader, is_on, unwrapped
from dealqa.reading.zip_guard import WORD, check_zip, corrupt
from dealqa.types import BlockKind

__all__ = ["parse_docx"]

_PARAGRAPH, _TABLE, _ROW, _CELL, _VALUE = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:val")
_DEEPEST = 9
_MOST_COLUMNS = 200
_BROKEN = (
    OpcError,
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    SyntaxError,  # lxml's XMLSyntaxError is one
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    ValueError,
    AttributeError,  # a required part is missing
    OSError,
)
_NO_TITLE = re.compile(r"(?:untitled|document|word document|microsoft word|title|template)\b.*|.*\.docx?", re.I)


def parse_docx(data: bytes, path: str) -> Parsed:
    """Blocks of a Word file (.docx).

    Insertions of tracked changes are kept, deletions and hidden text left out; warnings say how many. Notes follow
    the paragraph that refers to them. Automatic numbers stand in front of the text that they number. Headers, footers
    and comments are not read.

    Raises:
        UnreadableDocument: corrupt, encrypted or too_large.
    """
    check_zip(data, path, WORD)
    try:
        word = docx.Document(io.BytesIO(data))
        reader = _Reader(word)
        reader.read_body()
        stated = one_line(word.core_properties.title or "")
    except _BROKEN as err:
        raise corrupt(path, WORD) from err
    titles = [block.heading_path[-1] for block in reader.blocks.blocks if block.kind == "title"]
    title = titles[0] if titles else stated
    return Parsed(
        text=reader.blocks.text(),
        blocks=tuple(reader.blocks.blocks),
        title=title if title and not _NO_TITLE.fullmatch(title) else None,
        warnings=(*reader.warnings(), *cleaning_warnings(reader.blocks.removed, reader.blocks.normalised)),
    )


class _Style:
    """What a paragraph style means for us: its own settings, else those of the style it is based on."""

    def __init__(self, element: etree._Element, parents: dict[str, etree._Element]) -> None:
        self.level: int | None = None
        self.title = self.is_list = self.contents = False
        self.numbering: str | None = None
        self.number_level: int | None = None
        seen: set[int] = set()
        while element is not None and id(element) not in seen:
            seen.add(id(element))
            self._take(element)
            based = element.find(qn("w:basedOn"))
            element = parents.get(based.get(_VALUE)) if based is not None else None

    def _take(self, element: etree._Element) -> None:
        name_element = element.find(qn("w:name"))
        name = (name_element.get(_VALUE) or "").lower() if name_element is not None else ""
        heading = re.match(r"heading (\d)", name)
        outline = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if self.level is None and heading:
            self.level = int(heading.group(1))
        elif self.level is None and outline is not None and (outline.get(_VALUE) or "9") < "9":
            self.level = int(outline.get(_VALUE)) + 1
        self.title = self.title or name == "title"
        self.is_list = (
            self.is_list or name.startswith("list") or element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
        )
        numbering, number_level = number_of(element.find(qn("w:pPr")))
        self.numbering = numbering if self.numbering is None else self.numbering
        self.number_level = number_level if self.number_level is None else self.number_level
        self.contents = self.contents or re.match(r"toc \d|table of figures", name) is not None


class _Reader:
    """One pass over a document's body."""

    def __init__(self, word: WordDocument) -> None:
        self.blocks = JoinedBlocks()
        self._body = word.element.body
        styles = {style.get(qn("w:styleId")): style for style in word.styles.element.findall(qn("w:style"))}
        self._styles = {name: _Style(style, styles) for name, style in styles.items()}
        self._default = next((name for name, style in styles.items() if _is_default(style)), "")
        hidden = (name for name, style in styles.items() if is_on(style.find(qn("w:rPr")), "w:vanish"))
        self._runs = RunReader(frozenset(hidden))
        self._notes = _notes(word)
        self._numbers = Numbers(word)
        self._groups = count()
        self._list: int | None = None
        self._carried = ""
        self._rows_deleted = 0
        self._depth = 0  # of the last heading with a style; bold lines stand one below it

    def read_body(self) -> None:
        for element in unwrapped(self._body):
            if element.tag == _PARAGRAPH:
                self._paragraph(element)
            elif element.tag == _TABLE:
                self._list = None
                add_table(self.blocks, self._rows(element), group=next(self._groups))
        self.blocks.add("paragraph", self._carried)

    def warnings(self) -> tuple[str, ...]:
        found: list[str] = []
        inserted, deleted = self._runs.insertions, self._runs.deletions + self._rows_deleted
        if inserted or deleted:
            found.append(
                f"The file has tracked changes: {inserted} insertions were kept and {deleted} deletions left out."
            )
        if self._runs.hidden:
            found.append(f"Hidden text was left out: {self._runs.hidden} runs.")
        return tuple(found)

    def _paragraph(self, element: etree._Element) -> None:
        read = self._runs.read(element)
        properties = element.find(qn("w:pPr"))
        read.text, self._carried = self._carried + read.text, ""
        mark = None if properties is None else properties.find(qn("w:rPr"))
        if mark is not None and mark.find(qn("w:del")) is not None:  # joined to the next paragraph
            self._carried = read.text
            return
        kind, level = self._kind(properties, read)
        number = self._number(properties)
        if kind != "list_item":
            self._list = None
        elif self._list is None:
            self._list = next(self._groups)
        if kind is not None:
            lines = (one_line(line) for line in read.text.split("\n"))
            text = "\n".join(line for line in lines if line)
            if text and number and not text.startswith(number):
                text = f"{number} {text}"
            self.blocks.add(kind, one_line(text) if level else text, level=level, group=self._list)
        self._attached(read)

    def _number(self, properties: etree._Element | None) -> str:
        """What Word writes in front of the paragraph: its own number, or that of its style."""
        style = self._style(properties)
        name, level = number_of(properties)
        if style is not None:
            name = style.numbering if name is None else name
            level = style.number_level if level is None else level
        return "" if name is None else self._numbers.next(name, level or 0)

    def _style(self, properties: etree._Element | None) -> _Style | None:
        named = None if properties is None else properties.find(qn("w:pStyle"))
        return self._styles.get((named.get(_VALUE) if named is not None else self._default) or "")

    def _attached(self, read: ParagraphText) -> None:
        """Add the notes and text boxes that hang on a paragraph."""
        for note in read.notes:
            paragraphs = (self._runs.read(child).text for child in self._notes.get(note, ()))
            self.blocks.add("footnote", one_line(" ".join(paragraphs)))
        for box in read.boxes:
            self._paragraph(box)

    def _kind(self, properties: etree._Element | None, read: ParagraphText) -> tuple[BlockKind | None, int]:
        """The kind of a paragraph's block and its level; None for a line of a table of contents."""
        style = self._style(properties)
        own = None if properties is None else properties.find(qn("w:outlineLvl"))
        if style is not None and style.contents:
            return None, 0
        if style is not None and style.title:
            return "title", 1
        if own is not None and (own.get(_VALUE) or "9") < "9":
            self._depth = int(own.get(_VALUE)) + 1
            return "heading", self._depth
        if style is not None and style.level is not None:
            self._depth = style.level
            return "heading", self._depth
        numbered = None if properties is None else properties.find(qn("w:numPr"))
        if numbered is not None or (style is not None and style.is_list):
            return "list_item", 0
        if read.bold and looks_like_heading(one_line(read.text)):
            return "heading", min(self._depth + 1, _DEEPEST)
        return "paragraph", 0

    def _rows(self, table: etree._Element) -> list[Row]:
        rows: list[Row] = []
        above: list[str] = []
        for tr in unwrapped(table):
            if tr.tag != _ROW:
                continue
            properties = tr.find(qn("w:trPr"))
            if properties is not None and properties.find(qn("w:del")) is not None:
                self._rows_deleted += 1
                continue
            cells = self._cells(tr, above)
            rows.append(Row(tuple(cells), header=is_on(properties, "w:tblHeader")))
            above = cells
        return rows

    def _cells(self, tr: etree._Element, above: list[str]) -> list[str]:
        cells: list[str] = []
        for tc in unwrapped(tr):
            if tc.tag != _CELL or len(cells) > _MOST_COLUMNS:
                continue
            properties = tc.find(qn("w:tcPr"))
            merge = None if properties is None else properties.find(qn("w:vMerge"))
            text = self._cell_text(tc)
            if merge is not None and merge.get(_VALUE) != "restart" and len(cells) < len(above):
                text = above[len(cells)]  # the cell above reaches down: each row says what it belongs to
            cells += [text, *[""] * (_grid_span(properties) - 1)]
        return cells

    def _cell_text(self, parent: etree._Element) -> str:
        pieces: list[str] = []
        for element in unwrapped(parent):
            if element.tag == _PARAGRAPH:
                pieces.append(self._runs.read(element).text)
            elif element.tag in (_TABLE, _ROW, _CELL):
                pieces.append(self._cell_text(element))
        return one_line(" ".join(pieces))


def _grid_span(properties: etree._Element | None) -> int:
    span = None if properties is None else properties.find(qn("w:gridSpan"))
    value = (span.get(_VALUE) or "1") if span is not None else "1"
    return min(max(int(value), 1), _MOST_COLUMNS)


def _is_default(style: etree._Element) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true")


def _notes(word: WordDocument) -> dict[tuple[str, str], list[etree._Element]]:
    """Paragraphs of the foot- and endnotes, by kind and id."""
    notes: dict[tuple[str, str], list[etree._Element]] = {}
    for kind, relation in (("footnote", RELATIONSHIP_TYPE.FOOTNOTES), ("endnote", RELATIONSHIP_TYPE.ENDNOTES)):
        part = next((rel.target_part for rel in word.part.rels.values() if rel.reltype == relation), None)
        if part is None:
            continue
        for note in parse_xml(part.blob):
            notes[kind, note.get(qn("w:id")) or ""] = list(note.iter(_PARAGRAPH))
    return notes
