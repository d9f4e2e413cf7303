"""Pages of the PDFs that are cited: on which of them a quote stands, where exactly, and their pictures."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dealqa.errors import CorpusError, DealqaError
from dealqa.reading.page_viewer import PageViewer
from dealqa.reading.page_words import Quoted
from dealqa.types import Block, Box, Document, Span
from dealqa.web.evidence.originals import Original, is_inside_mail, original_of
from dealqa.web.evidence.page_figure import ShownPage

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["EvidencePages", "has_pages", "place_of"]

ROOM: Final = 32 * 1024 * 1024
"""Bytes of drawn pages that are kept; a page of text has about 300 KB."""

MOST_PAGES: Final = 3
"""On how many pages a quote is shown; it is a sentence or two, which a page's end may break."""


class EvidencePages:
    """Shows pages of the documents of one assistant. Safe to use from several threads; `close` ends its process."""

    def __init__(self, assistant: Assistant, room: int = ROOM) -> None:
        self._assistant = assistant
        self._viewer = PageViewer(assistant.settings)
        self._drawn = _Drawn(room)

    def close(self) -> None:
        """End the process that draws."""
        self._viewer.close()

    def png(self, document_id: str, page: int) -> tuple[bytes, str]:
        """The picture of a page (1-based) of a document as a PNG file, and a name for this picture.

        Raises:
            KeyError: there is no such document, it has no pages, or not this one.
            CorpusError: the file is gone or has changed, or the page cannot be drawn.
            StoreError: the index cannot be read.
        """
        original = original_of(self._assistant, document_id)
        if not has_pages(original.info.path) or not 1 <= page <= original.info.pages:
            raise KeyError(document_id)
        key = original.info.sha256, page
        png = self._drawn.get(key)
        if png is None:
            png = self._viewer.png(original.data, page)
            self._drawn.put(key, png)
        return png, f"{original.info.sha256[:32]}-{page}"

    def shown(self, document: Document, span: Span) -> tuple[ShownPage, ...]:
        """The pages of a document that a quote stands on, with where it stands; none for a document without pages."""
        if not has_pages(document.path):
            return ()
        blocks = [block for block in document.blocks if block.start < span[1] and block.end > span[0]]
        try:
            original = original_of(self._assistant, document.id)
        except KeyError:
            return ()
        except DealqaError as err:
            return tuple(replace(page, boxes=(), problem=str(err)) for page in _by_block(document, blocks))
        return place_of(document, blocks, self._places(document, blocks, span, original))

    def _places(
        self, document: Document, blocks: Sequence[Block], span: Span, original: Original
    ) -> tuple[Box, ...] | None:
        quoted = [
            Quoted(
                document.text[block.start : block.end],
                max(span[0], block.start) - block.start,
                min(span[1], block.end) - block.start,
                block.kind == "table_row",
                block.boxes,
            )
            for block in blocks
        ]
        if not quoted or not all(block.boxes for block in blocks):
            return None
        try:
            return self._viewer.places(original.data, quoted)
        except CorpusError:  # the frame around the paragraph needs no look at the page; the picture says what is wrong
            return None


def has_pages(path: str) -> bool:
    """Whether a document's pages can be shown: a PDF that is a file of its own."""
    return path.lower().endswith(".pdf") and not is_inside_mail(path)


def place_of(document: Document, blocks: Sequence[Block], places: Sequence[Box] | None) -> tuple[ShownPage, ...]:
    """The pages with what is to be framed on them.

    Args:
        blocks: those that the quote stands in.
        places: where the quote itself stands, if that is known.
    """
    if not places:
        return _by_block(document, blocks)
    numbers = sorted({place.page for place in places})
    return tuple(
        replace(page, boxes=tuple(place for place in places if place.page == page.number), framed="quote")
        for page in _pages(document, numbers)
    )


def _by_block(document: Document, blocks: Sequence[Block]) -> tuple[ShownPage, ...]:
    frames = [frame for block in blocks for frame in _frames(block)]
    numbers = sorted({frame.page for frame in frames} or {block.page for block in blocks if block.page is not None})
    found: list[ShownPage] = []
    for page in _pages(document, numbers):
        boxes = tuple(frame for frame in frames if frame.page == page.number)
        found.append(replace(page, boxes=boxes, framed="block" if boxes else "nothing"))
    return tuple(found)


def _frames(block: Block) -> list[Box]:
    """One frame around all lines of a block on each page that it stands on."""
    found: list[Box] = []
    for number in sorted({box.page for box in block.boxes}):
        boxes = [box for box in block.boxes if box.page == number]
        left, bottom = min(box.left for box in boxes), min(box.bottom for box in boxes)
        found.append(Box(number, left, bottom, max(box.right for box in boxes), max(box.top for box in boxes)))
    return found


def _pages(document: Document, numbers: Sequence[int]) -> list[ShownPage]:
    sizes = {page.number: page for page in document.pages if page.width > 0 and page.height > 0}
    return [
        ShownPage(document.id, number, sizes[number].width, sizes[number].height)
        for number in numbers[:MOST_PAGES]
        if number in sizes
    ]


class _Drawn:
    """Drawn pages, the ones used last, by the hash of their file and their number; safe to use from several threads."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._held: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[str, int]) -> bytes | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: tuple[str, int], png: bytes) -> None:
        with self._lock:
            self._bytes += len(png) - len(self._held.pop(key, b""))
            self._held[key] = png
            while self._bytes > self._room:
                self._bytes -= len(self._held.popitem(last=False)[1])
