"""Word files: paragraphs, lists, tables and notes in order, tracked changes taken as accepted."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from itertools import count

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from dealqa.reading.blocks import JoinedBlocks, Parsed, one_line
from dealqa.reading.cleaning import cleaning_warnings
from dealqa.reading.colours import WHITE, Colour
from dealqa.reading.headings import looks_like_heading
from dealqa.reading.left_out import LeftOut
from dealqa.reading.office_xml import chart_rows, chart_title, diagram_texts, only_pictures
from dealqa.reading.tables import add_table
from dealqa.reading.word_numbers import Numbers, number_of
from dealqa.reading.word_parts import PAGE_COLOUR, add_margins, check_parts, comment_count, part_of, read_notes
from dealqa.reading.word_runs import ParagraphText, RunReader, unwrapped
from dealqa.reading.word_styles import Styles, outline_level
from dealqa.reading.word_tables import TableReader
from dealqa.reading.zip_guard import WORD, check_zip, corrupt
from dealqa.types import BlockKind

__all__ = ["parse_docx"]

_PARAGRAPH, _TABLE = qn("w:p"), qn("w:tbl")
_FOREIGN = (qn("w:altChunk"), qn("w:subDoc"))
_DEEPEST = 9
_LITTLE_TEXT = 200
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
    RecursionError,
    TypeError,
    ValueError,
    AttributeError,  # a required part is missing
    OSError,
)
_NO_TITLE = re.compile(r"(?:untitled|document|word document|microsoft word|title|template)\b.*|.*\.docx?", re.I)


def parse_docx(data: bytes, path: str) -> Parsed:
    """Blocks of a Word file (.docx).

    Insertions of tracked changes are kept, deletions and hidden text left out; both are counted. Notes follow the
    paragraph that refers to them, what headers and footers say stands at the end, once. Automatic numbers stand in
    front of the text that they number. Charts and diagrams are read from their data. Comments are not read.

    Raises:
        UnreadableDocument: corrupt, encrypted, hidden_markup or too_large.
    """
    check_zip(data, path, WORD)
    try:
        word = docx.Document(io.BytesIO(data))
        check_parts(word, path)
        reader = _Reader(word, path)
        reader.read()
        stated = one_line(word.core_properties.title or "")
    except _BROKEN as err:
        raise corrupt(path, WORD) from err
    blocks, left_out = reader.blocks, reader.left_out
    if reader.has_pictures and not blocks.blocks:
        raise only_pictures(path)
    titles = [block.heading_path[-1] for block in blocks.blocks if block.kind == "title"]
    title = titles[0] if titles else stated
    return Parsed(
        text=blocks.text(),
        blocks=tuple(blocks.blocks),
        title=title if title and not _NO_TITLE.fullmatch(title) else None,
        warnings=(*left_out.warnings(), *cleaning_warnings(blocks.removed, blocks.normalised, blocks.lookalikes)),
        coverage=left_out.coverage(),
    )


class _Reader:
    """One pass over a document."""

    def __init__(self, word: WordDocument, path: str) -> None:
        self.blocks = JoinedBlocks()
        self.left_out = LeftOut()
        self._word = word
        self._path = path
        self._styles = Styles(word.styles.element)
        self._runs = RunReader(self._styles, self.left_out)
        self._tables = TableReader(self._styles, self._runs, self.left_out)
        self._notes = read_notes(word, path)
        self._numbers = Numbers(word)
        self._groups = count()
        self._list: int | None = None
        self._carried = ""
        self._depth = 0  # of the last heading with a style; bold lines stand one below it
        self._unread: Counter[str] = Counter()

    @property
    def has_pictures(self) -> bool:
        """Whether pictures were seen, and not read."""
        return self._runs.pictures > 0

    def read(self) -> None:
        """Read the body, then the headers and footers, then count the rest."""
        coloured = self._word.element.find(PAGE_COLOUR) is not None
        self._content(self._word.element.body, None if coloured else WHITE)
        self.blocks.add("paragraph", self._carried)
        add_margins(self.blocks, self._word, self._runs, self._path)
        self._tell()

    def _content(self, parent: etree._Element, behind: Colour | None) -> None:
        """Read what stands in a body, or in a text box."""
        for element in unwrapped(parent, self.left_out):
            if element.tag == _PARAGRAPH:
                self._paragraph(element, behind)
            elif element.tag == _TABLE:
                self._list = None
                self._table(element, behind)
            elif element.tag in _FOREIGN:
                self._unread["embedded file"] += 1

    def _table(self, table: etree._Element, behind: Colour | None) -> None:
        """Add a table's rows, then the tables that stand in its cells, then what hangs on its paragraphs."""
        read = self._tables.read(table, behind)
        add_table(self.blocks, read.rows, group=next(self._groups))
        for inner, ground in read.inner:
            self._table(inner, ground)
        for paragraph in read.paragraphs:
            self._attached(paragraph)

    def _tell(self) -> None:
        left_out, runs = self.left_out, self._runs
        left_out.tables = self.blocks.tables
        left_out.hide("zero_width", self.blocks.hidden)
        self._unread["embedded file"] += runs.embedded
        left_out.count_unread(self._unread)
        comments = comment_count(self._word, self._path)
        if comments:
            left_out.remarks.append(f"Comments in the margin were not read: {comments}.")
        if runs.pictures:
            left_out.remarks.append(f"Pictures were not read: {runs.pictures}.")
            if self.blocks.length < _LITTLE_TEXT:
                left_out.gaps.append("The file shows pictures and hardly any text; what they show was not read.")
        if runs.struck:
            left_out.remarks.append(f"Text that is struck through was read: {runs.struck} times.")

    def _paragraph(self, element: etree._Element, behind: Colour | None) -> None:
        read = self._runs.read(element, behind)
        properties = element.find(qn("w:pPr"))
        read.text, self._carried = self._carried + read.text, ""
        mark = None if properties is None else properties.find(qn("w:rPr"))
        if mark is not None and mark.find(qn("w:del")) is not None:  # joined to the next paragraph
            self._carried = read.text
            self._attached(read)
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
        style = self._styles.of_paragraph(properties)
        name, level = number_of(properties)
        if style is not None:
            name = style.numbering if name is None else name
            level = style.number_level if level is None else level
        return "" if name is None else self._numbers.next(name, level or 0)

    def _attached(self, read: ParagraphText) -> None:
        """Add what hangs on a paragraph: notes, each where it is first referred to; text boxes; charts; diagrams."""
        for name in read.notes:
            note = self._notes.pop(name, None)
            if note is not None:
                self.blocks.add("footnote", self._tables.cell(note, WHITE).text)
        carried, self._carried = self._carried, ""
        for box in read.boxes:
            self._content(box, None)
        self._carried = carried + self._carried
        for relation in read.charts:
            self._chart(relation)
        for relation in read.diagrams:
            self._diagram(relation)

    def _chart(self, relation: str) -> None:
        root = part_of(self._word, relation, self._path)
        rows = [] if root is None else chart_rows(root)
        if root is None or not rows:
            self._unread["chart"] += 1
            return
        self.blocks.add("paragraph", chart_title(root))
        add_table(self.blocks, rows, group=next(self._groups))

    def _diagram(self, relation: str) -> None:
        root = part_of(self._word, relation, self._path)
        texts = [] if root is None else diagram_texts(root)
        if not texts:
            self._unread["diagram"] += 1
        group = next(self._groups)
        for text in texts:
            self.blocks.add("list_item", text, group=group)

    def _kind(self, properties: etree._Element | None, read: ParagraphText) -> tuple[BlockKind | None, int]:
        """The kind of a paragraph's block and its level; None for a line of a table of contents."""
        style = self._styles.of_paragraph(properties)
        own = None if properties is None else properties.find(qn("w:outlineLvl"))
        stated = None if own is None else outline_level(own)
        if style is not None and style.contents:
            return None, 0
        if style is not None and style.title:
            return "title", 1
        level = stated or (None if style is None else style.level)
        if level is not None:
            self._depth = min(max(level, 1), _DEEPEST)
            return "heading", self._depth
        numbered = None if properties is None else properties.find(qn("w:numPr"))
        if numbered is not None or (style is not None and style.is_list):
            return "list_item", 0
        if read.bold and looks_like_heading(one_line(read.text)):
            return "heading", min(self._depth + 1, _DEEPEST)
        return "paragraph", 0
