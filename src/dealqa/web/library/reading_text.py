"""The text of a part of a document as HTML: headings, lists, tables, ends of pages, and where passages begin."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from dealqa.index.changes import PassagePlace
from dealqa.types import Block, Document, Span
from dealqa.web.evidence.marking import marked
from dealqa.web.evidence.tables import runs_of_rows, table
from dealqa.web.library.reading_parts import Levels, Part
from dealqa.web.markup import text

__all__ = ["TARGET", "text_of"]

TARGET = "passage"
"""The id of where the stretch begins that was asked for."""

_OWN_MARKER = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]\s|[-*•–]\s")
"""How a list item begins that brings its own number or bullet."""

_HEADINGS = ("title", "heading")
_DEEPEST = 6
_ROW = "<tr>"


def text_of(document: Document, part: Part, passages: Sequence[PassagePlace], target: Span | None) -> str:
    """The blocks of a part, all of their text escaped.

    Args:
        passages: of the whole document, in their order.
        target: a stretch that is marked.
    """
    writer = _Writer(document, part, passages, target)
    return "".join(writer.lines())


class _Writer:
    def __init__(self, document: Document, part: Part, passages: Sequence[PassagePlace], target: Span | None) -> None:
        self._document = document
        self._part = part
        self._starts = [place.start for place in passages]
        self._target = target
        self._levels = Levels()
        self._page: int | None = None
        self._number = part.first
        before = [block.end for block in document.blocks if part.blocks and block.end <= part.blocks[0].start]
        self._end = before[-1] if before else 0
        """Where the block before the one that is written ends; a passage may begin between the two."""

    def lines(self) -> Iterator[str]:
        listing = False
        for run in self._runs():
            if run[0].page is not None and run[0].page != self._page:
                self._page = run[0].page
                yield "</ul>" if listing else ""
                yield f'<p class="page-begins" id="page-{self._page}"><span>page {self._page}</span></p>'
                listing = False
            item = run[0].kind == "list_item"
            if item != listing:
                yield '<ul class="items">' if item else "</ul>"
                listing = item
            yield self._run(run)
            self._number += len(run)
        yield "</ul>" if listing else ""

    def _runs(self) -> Iterator[list[Block]]:
        """Blocks that are shown as one: the rows of a table on one page, every other block alone."""
        for run in runs_of_rows(self._document, self._part.blocks):
            rest = run
            while rest:
                same = next((n for n, block in enumerate(rest) if block.page != rest[0].page), len(rest))
                yield rest[:same]
                rest = rest[same:]

    def _run(self, run: Sequence[Block]) -> str:
        if run[0].kind == "table_row":
            shown = table(self._document, run, self._target)
            if shown is not None:
                return self._numbered(shown, run)
        return "".join(self._block(block) for block in run)

    def _block(self, block: Block) -> str:
        kind, words = block.kind, self._words(block)
        if kind in _HEADINGS:
            tag = f"h{min(_DEEPEST, 1 + self._levels.depth(block))}"
            return f'<{tag} id="h-{self._number}" dir="auto">{words}</{tag}>'
        if kind == "list_item":
            own = _OWN_MARKER.match(self._document.text, block.start, block.end)
            return f'<li class="{"marked" if own else "plain"}" dir="auto">{words}</li>'
        return f'<p class="{kind}" dir="auto">{words}</p>'

    def _words(self, block: Block) -> str:
        """The block's text with an anchor where a passage begins."""
        body, target = self._document.text, self._target
        parts: list[str] = []
        start = block.start
        for ordinal in self._beginning(block.end):
            at = max(block.start, self._starts[ordinal])
            parts.append(marked(body, (start, at), target) + self._anchor(ordinal))
            start = at
        return self._mark(block) + "".join([*parts, marked(body, (start, block.end), target)])

    def _numbered(self, shown: str, rows: Sequence[Block]) -> str:
        """A table with an anchor in the first cell of each row in which a passage begins."""
        head, *lines = shown.split(_ROW)  # what the cells say is escaped, so it holds none
        repeated = len(lines) - len(rows)  # the header, where the document's own stands further above
        for place, row in enumerate(rows, start=repeated):
            anchors = "".join(self._anchor(ordinal) for ordinal in self._beginning(row.end))
            mark = self._mark(row)
            if anchors or mark:
                cell, rest = lines[place].split(">", 1)
                lines[place] = f"{cell}>{mark}{anchors}{rest}"
        return _ROW.join([head, *lines])

    def _mark(self, block: Block) -> str:
        """Where what was asked for begins, if it begins in this block."""
        here = self._target is not None and block.start <= self._target[0] < block.end
        return f'<span id="{TARGET}"></span>' if here else ""

    def _beginning(self, end: int) -> range:
        """The passages, counted from 0, that begin between the end of the block before and an offset."""
        first, last = bisect_left(self._starts, self._end), bisect_left(self._starts, end)
        self._end = max(self._end, end)
        return range(first, max(first, last))

    def _anchor(self, ordinal: int) -> str:
        name = str(ordinal + 1)
        here = self._target is not None and bisect_right(self._starts, self._target[0]) == ordinal + 1
        current = ' aria-current="true"' if here else ""
        return (
            f'<a class="passage" id="p-{name}" href="#p-{name}"{current}>'
            f'<span class="unseen">{text("Passage ")}</span>{name}</a>'
        )
