"""The lines of a PDF's pages to its blocks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from dealqa.reading.blocks import JoinedBlocks
from dealqa.reading.pdf_columns import in_columns
from dealqa.reading.pdf_layout import Layout, PdfBlock, body_size, drop_running, join_pages, page_blocks, vocabulary
from dealqa.reading.pdf_lines import PageLines
from dealqa.reading.pdf_notes import Note, part_notes
from dealqa.reading.tables import Heads, looks_like_header, row_text
from dealqa.types import BlockKind, Page

__all__ = ["PdfWriter"]

_LARGEST = 1.02
_LARGER = 1.12


class PdfWriter:
    """Turns the lines of all pages into blocks.

    Attributes:
        blocks: of the whole document.
        pages: one for each page of the file.
        tables: how many tables there are.
    """

    def __init__(self, pages: Sequence[PageLines]) -> None:
        self.blocks = JoinedBlocks()
        self.pages: list[Page] = []
        self.tables = 0
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
        self._heads = Heads()

    def write(self) -> None:
        """Write all pages; to be called once."""
        called: dict[tuple[int, str], tuple[str, ...]] = {}  # page, mark: the headings above what the mark stands in
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
            self._group, self._heads = next(self._groups), Heads()
            self.tables += block.row is not None
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
        self.blocks.add("table_row", text, table_header=self._heads.header, page=page, boxes=boxes, group=self._group)
        first = len(self.blocks.blocks) < 2 or self.blocks.blocks[-2].kind != "table_row"
        is_header = first and (all(line.bold for line in block.lines) or looks_like_header(cells))
        self._heads.read(cells, is_header=is_header)


def _title_block(heads: Sequence[PdfBlock], body: float) -> PdfBlock | None:
    """The document's title: a heading on the first page in larger type than every other heading and the text."""
    first = [block for block in heads if block.lines[0].box.page == 1]
    if not first:
        return None
    best = max(first, key=lambda block: block.size)
    others = (block.size for block in heads if block is not best)
    return best if best.size > _LARGEST * max(others, default=0.0) and best.size > _LARGER * body else None
