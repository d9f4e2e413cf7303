"""PDF files: pages, paragraphs with their places, headings by type size; read by pdfium, one file at a time."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from itertools import count

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import JoinedBlocks, Parsed, one_line
from dealqa.reading.cleaning import cleaning_warnings, printable
from dealqa.reading.pdf_columns import in_columns
from dealqa.reading.pdf_layout import Layout, PdfBlock, body_size, drop_running, join_pages, page_blocks, vocabulary
from dealqa.reading.pdf_lines import PageLines, page_lines
from dealqa.reading.pdf_notes import Note, part_notes
from dealqa.reading.tables import looks_like_header, row_text
from dealqa.types import BlockKind, Page

__all__ = ["MAX_PAGES", "parse_pdf"]

MAX_PAGES = 5_000

_PDFIUM = threading.Lock()
"""pdfium may be used by one thread at a time only; a second one crashes the process."""

_LARGEST = 1.02
_LARGER = 1.12

_NO_TITLE = re.compile(
    r"\(?(?:untitled|anonymous|unspecified|unknown|microsoft word|microsoft powerpoint|print|layout|slide)\b.*"
    r"|.*\.(?:docx?|pdf|indd|qxd|rtf|odt|pptx?|xlsx?|tmp|html?)",
    re.I,
)


def parse_pdf(data: bytes, path: str) -> Parsed:
    """Blocks and pages of a PDF; its scripts, forms and attachments are not touched.

    Raises:
        UnreadableDocument: encrypted, corrupt, no_text, or too_large (more than `MAX_PAGES` pages).
    """
    warnings: list[str] = []
    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as err:
            raise _open_error(path) from err
        try:
            stated = one_line(document.get_metadata_value("Title"))
            pages = _read_pages(document, path, warnings)
        finally:
            document.close()
    warnings += _page_warnings(pages, path)
    writer = _Writer(pages)
    writer.write()
    blocks = writer.blocks
    return Parsed(
        text=blocks.text(),
        blocks=tuple(blocks.blocks),
        pages=tuple(writer.pages),
        title=stated if len(stated.split()) > 1 and not _NO_TITLE.fullmatch(stated) else None,
        warnings=(*warnings, *cleaning_warnings(blocks.removed, blocks.normalised)),
    )


def _open_error(path: str) -> UnreadableDocument:
    """What pdfium says went wrong; to be called right after it failed, under the lock."""
    if pdfium_c.FPDF_GetLastError() in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
        return UnreadableDocument(
            path,
            "encrypted",
            f"The file {printable(path)} is password protected.",
            hint="Save a copy without the password and index again.",
        )
    return _corrupt(path)


def _corrupt(path: str) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        "corrupt",
        f"The file {printable(path)} is damaged and cannot be read as a PDF.",
        hint="Get the file anew, or open it in a PDF viewer and save it.",
    )


def _read_pages(document: pdfium.PdfDocument, path: str, warnings: list[str]) -> list[PageLines]:
    number_of_pages = len(document)
    if number_of_pages == 0:
        raise _corrupt(path)
    if number_of_pages > MAX_PAGES:
        raise UnreadableDocument(
            path,
            "too_large",
            f"The file {printable(path)} has {number_of_pages} pages, more than the {MAX_PAGES} that are read.",
            hint="Split the file.",
        )
    if pdfium_c.FPDF_GetSecurityHandlerRevision(document.raw) >= 0:
        warnings.append("The file opens without a password, but its owner has restricted what may be done with it.")
    pages: list[PageLines] = []
    for index in range(number_of_pages):
        try:
            page = document[index]
        except pdfium.PdfiumError:
            warnings.append(f"Page {index + 1} is damaged and was not read.")
            pages.append(PageLines(index + 1, 0.0, 0.0, (), 0, True))
            continue
        try:
            pages.append(page_lines(page, index + 1))
        finally:
            page.close()
    return pages


def _page_warnings(pages: Sequence[PageLines], path: str) -> list[str]:
    """Sentences on pages without text and hidden characters.

    Raises:
        UnreadableDocument: no page has any text.
    """
    if not any(page.lines for page in pages):
        raise UnreadableDocument(
            path,
            "no_text",
            f"The file {printable(path)} has no text: its pages are scanned images or empty.",
            hint="Run text recognition (OCR) on it, for example with ocrmypdf, and index again.",
        )
    found: list[str] = []
    silent = [str(page.number) for page in pages if not page.lines and not page.blank]
    if silent:
        noun = "Page" if len(silent) == 1 else "Pages"
        found.append(f"{noun} {', '.join(silent)} without text (a scanned image?) could not be read.")
    hidden = sum(page.hidden for page in pages)
    if hidden:
        found.append(f"Characters too small to read or off the page were left out: {hidden}.")
    return found


class _Writer:
    """Turns the lines of all pages into blocks."""

    def __init__(self, pages: Sequence[PageLines]) -> None:
        self.blocks = JoinedBlocks()
        self.pages: list[Page] = []
        self._source = pages
        body, words = body_size(pages), vocabulary(pages)
        parted = [part_notes(lines, body) for lines in drop_running(pages)]
        self._found = [page_blocks(in_columns(lines)) for lines, _ in parted]
        self._notes = [notes for _, notes in parted]
        plain = Layout(body, words)
        heads = [b for page in self._found for b in page if plain.heading_level(b) is not None]
        self._title = _title_block(heads, body)
        sizes = {round(block.size * 2) / 2 for block in heads if block is not self._title}
        self._layout = Layout(body, words, tuple(sorted(sizes, reverse=True)))
        join_pages(self._found, self._layout)
        self._groups = count()
        self._group: int | None = None
        self._header = ""

    def write(self) -> None:
        called: dict[
            tuple[int, str], tuple[str, ...]
        ] = {}  # page and mark → the headings above what the mark stands in
        for page, found, notes in zip(self._source, self._found, self._notes, strict=True):
            before = len(self.blocks.blocks)
            self._group = None
            for i, block in enumerate(found):
                self._add(block, page.number, found[i - 1] if i else None)
                for line in block.lines:
                    called.update({(line.box.page, mark): self.blocks.outline.path for mark in line.marks})
            for note in notes:
                self._add_note(note, page.number, called.get((page.number, note.mark), ()))
            added = self.blocks.blocks[before:]
            start = added[0].start if added else self.blocks.length
            self.pages.append(Page(page.number, start, self.blocks.length, page.width, page.height))

    def _add(self, block: PdfBlock, page: int, previous: PdfBlock | None) -> None:
        boxes = tuple(line.box for line in block.lines)
        text = self._layout.text(block)
        level = self._layout.heading_level(block)
        grouped = block.row is not None or (block.listed and level is None)
        if not grouped:
            self._group = None
        elif self._group is None or previous is None or (previous.row is None) != (block.row is None):
            self._group, self._header = next(self._groups), ""
        if block is self._title:
            self.blocks.add("title", text, level=1, page=page, boxes=boxes)
        elif level is not None:
            self.blocks.add("heading", text, level=level, page=page, boxes=boxes)
        elif block.row is not None:
            self._add_row(block, self._layout.cells(block.row), page)
        else:
            kind: BlockKind = "list_item" if block.listed else "paragraph"
            self.blocks.add(kind, text, page=page, boxes=boxes, group=self._group)

    def _add_note(self, note: Note, page: int, path: tuple[str, ...]) -> None:
        boxes = tuple(line.box for line in note.lines)
        self.blocks.add("footnote", self._layout.join(note.lines), page=page, boxes=boxes, path=path)

    def _add_row(self, block: PdfBlock, cells: tuple[str, ...], page: int) -> None:
        text = row_text(cells)
        boxes = tuple(line.box for line in block.lines)
        self.blocks.add("table_row", text, table_header=self._header, page=page, boxes=boxes, group=self._group)
        first = len(self.blocks.blocks) < 2 or self.blocks.blocks[-2].kind != "table_row"
        if first and (all(line.bold for line in block.lines) or looks_like_header(cells)):
            self._header = text


def _title_block(heads: Sequence[PdfBlock], body: float) -> PdfBlock | None:
    """The document's title: a heading on the first page in larger type than every other heading and the text."""
    first = [block for block in heads if block.lines[0].box.page == 1]
    if not first:
        return None
    best = max(first, key=lambda block: block.size)
    others = (block.size for block in heads if block is not best)
    return best if best.size > _LARGEST * max(others, default=0.0) and best.size > _LARGER * body else None
