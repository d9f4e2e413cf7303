"""A long document in parts of a size that a browser can show, and the contents that lead to them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dealqa.types import Block, Document

__all__ = ["Entry", "Levels", "Part", "contents", "part_at", "parts_of"]

BLOCKS: Final = 400
"""Blocks of a part."""

CHARACTERS: Final = 150_000
"""Characters after which a part ends, however few blocks it has."""

PIECE: Final = 20_000
"""Characters of a block that are shown as one; a longer one is cut, at white space where there is some."""

ENTRIES: Final = 200
"""Lines of the contents; where there are more headings, the deeper ones are left out."""

_HEADINGS = ("title", "heading")


@dataclass(frozen=True, slots=True)
class Part:
    """Some blocks of a document that are shown at once.

    Attributes:
        first: the number of its first block, counted over all parts.
    """

    first: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents.

    Attributes:
        part: from 1.
        block: the number of the heading's block, counted over all parts.
        depth: 1 for the outermost.
    """

    text: str
    part: int
    block: int
    depth: int


class Levels:
    """Depths of headings without gaps: below one of level 1 comes depth 2, even where the document says level 4."""

    def __init__(self) -> None:
        self._open: list[int] = []

    def depth(self, block: Block) -> int:
        """Of a heading that follows those that were given before; 1 for the outermost."""
        level = 0 if block.kind == "title" else block.level or 1
        while self._open and self._open[-1] >= level:
            self._open.pop()
        self._open.append(level)
        return len(self._open)


def parts_of(document: Document) -> tuple[Part, ...]:
    """The document's parts, in order; one without blocks for a document that has none."""
    parts: list[Part] = []
    blocks: list[Block] = []
    first, characters = 0, 0
    for block in _pieces(document):
        if len(blocks) == BLOCKS or (blocks and characters + block.end - block.start > CHARACTERS):
            parts.append(Part(first, tuple(blocks)))
            first, characters, blocks = first + len(blocks), 0, []
        blocks.append(block)
        characters += block.end - block.start
    return (*parts, Part(first, tuple(blocks)))


def part_at(parts: Sequence[Part], offset: int) -> int:
    """The number of the part, from 1, in which an offset of the text stands, or after which it does."""
    starts = [part.blocks[0].start for part in parts if part.blocks]
    return max(1, bisect_right(starts, offset))


def contents(document: Document, parts: Sequence[Part]) -> tuple[Entry, ...]:
    """The document's headings, as many as are shown."""
    levels = Levels()
    found = [
        Entry(" ".join(document.text[block.start : block.end].split())[:200], number, part.first + place, depth)
        for number, part in enumerate(parts, start=1)
        for place, block in enumerate(part.blocks)
        if block.kind in _HEADINGS
        for depth in (levels.depth(block),)
    ]
    deepest = max((entry.depth for entry in found), default=0)
    while len(found) > ENTRIES and deepest > 1:
        deepest -= 1
        found = [entry for entry in found if entry.depth <= deepest]
    return tuple(found[:ENTRIES])


def _pieces(document: Document) -> Iterator[Block]:
    for block in document.blocks:
        start = block.start
        while block.end - start > PIECE:
            cut = max(document.text.rfind(" ", start, start + PIECE), document.text.rfind("\n", start, start + PIECE))
            end = cut + 1 if cut > start else start + PIECE
            yield replace(block, kind="paragraph", start=start, end=end)
            start = end
        yield block if start == block.start else replace(block, kind="paragraph", start=start)
