"""Build a document's text and blocks: headings become paths, spans are trimmed, in order, and never overlap."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from dealqa.reading.cleaning import clean
from dealqa.types import Block, BlockKind, Box, Coverage, Page, Span

__all__ = ["JoinedBlocks", "Line", "Outline", "Parsed", "SpanBlocks", "lines_of", "one_line", "trim"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a format's parser found in a file.

    Attributes:
        title, date, status: as the format itself states them; None where it does not.
    """

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    title: str | None = None
    date: str | None = None
    status: str | None = None
    warnings: tuple[str, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)


class Line(NamedTuple):
    """A line of a text: `text[start:end]` without its line end; the next one begins at `next`."""

    start: int
    end: int
    next: int


def lines_of(text: str) -> list[Line]:
    """The lines of a text with CR, LF and CRLF line ends, as Markdown counts them."""
    lines: list[Line] = []
    for match in _LINE.finditer(text):
        if match.end() > match.start():
            body = match.group().rstrip("\r\n")
            lines.append(Line(match.start(), match.start() + len(body), match.end()))
    return lines


def trim(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends; `(start, start)` when nothing is left."""
    body = text[start:end]
    stripped = body.strip()
    if not stripped:
        return start, start
    begin = start + len(body) - len(body.lstrip())
    return begin, begin + len(stripped)


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


class Outline:
    """The headings above the place where we are; deeper ones end where a higher one begins."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, str]] = []

    @property
    def path(self) -> tuple[str, ...]:
        """The headings, outermost first."""
        return tuple(text for _, text in self._stack)

    @property
    def depth(self) -> int:
        """The level of the innermost heading, 0 before the first."""
        return self._stack[-1][0] if self._stack else 0

    def enter(self, level: int, text: str) -> tuple[str, ...]:
        """Open a section; returns the path that its heading has, itself included."""
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        self._stack.append((level, text))
        return self.path


class SpanBlocks:
    """Blocks over a text that is there already: the formats whose text is the file itself."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.outline = Outline()
        self.blocks: list[Block] = []

    def add(
        self, kind: BlockKind, start: int, end: int, *, level: int = 1, label: str = "", table_header: str = ""
    ) -> bool:
        """Add the span as a block, trimmed and without what an earlier block holds.

        `level` and `label` (the text without markup, for the path) are for headings only.

        Returns:
            Whether anything was left to add.
        """
        if self.blocks:
            start = max(start, self.blocks[-1].end)
        start, end = trim(self.text, start, end)
        if start >= end:
            return False
        path, depth = self.outline.path, None
        if kind == "heading":
            path, depth = self.outline.enter(level, one_line(label or self.text[start:end])), level
        self.blocks.append(
            Block(kind=kind, start=start, end=end, heading_path=path, level=depth, table_header=table_header)
        )
        return True

    def extend(self, end: int) -> None:
        """Let the last block reach to `end`."""
        last = self.blocks[-1]
        start, end = trim(self.text, last.start, max(end, last.end))
        self.blocks[-1] = Block(
            kind=last.kind,
            start=start,
            end=end,
            heading_path=last.heading_path,
            level=last.level,
            table_header=last.table_header,
        )


class JoinedBlocks:
    """Blocks whose texts make the document's text: one after another, blank lines between.

    Rows of one table and items of one list are joined with a single line feed: those that share `group`.

    Attributes:
        removed, normalised, hidden, lookalikes: what cleaning found in all of them, as in `cleaning.Cleaned`.
        tables: how many tables were added.
    """

    def __init__(self) -> None:
        self.outline = Outline()
        self.blocks: list[Block] = []
        self.removed = 0
        self.normalised = False
        self.hidden = 0
        self.lookalikes = 0
        self.tables = 0
        self._parts: list[str] = []
        self._texts: dict[int, str] = {}
        self._length = 0
        self._group: int | None = None

    @property
    def length(self) -> int:
        """Characters so far."""
        return self._length

    def add(
        self,
        kind: BlockKind,
        text: str,
        *,
        level: int = 1,
        table_header: str = "",
        page: int | None = None,
        boxes: tuple[Box, ...] = (),
        group: int | None = None,
        path: tuple[str, ...] | None = None,
    ) -> bool:
        """Add a block with this text, cleaned and trimmed; returns whether anything was left to add.

        `path` is for what belongs under other headings than those it comes after: a footnote.
        """
        cleaned = clean(text)
        self.removed += cleaned.removed
        self.normalised = self.normalised or cleaned.normalised
        self.hidden += cleaned.hidden
        self.lookalikes += cleaned.lookalikes
        body = cleaned.text.strip()
        if not body:
            return False
        self._append(self._separator(group))
        self._group = group
        start = self._length
        self._texts[start] = body
        self._append(body)
        depth = None
        path = self.outline.path if path is None else path
        if kind == "heading":
            path, depth = self.outline.enter(level, one_line(body)), level
        elif kind == "title":  # names the whole document, so it stands above no section of its own
            path, depth = (one_line(body),), level
        self.blocks.append(
            Block(
                kind=kind,
                start=start,
                end=self._length,
                heading_path=path,
                level=depth,
                page=page,
                table_header=table_header,
                boxes=boxes,
            )
        )
        return True

    def text(self) -> str:
        """The document's text."""
        return "".join(self._parts)

    def span_text(self, block: Block) -> str:
        """The text of one of the blocks."""
        return self._texts[block.start]

    def _separator(self, group: int | None) -> str:
        if not self._parts:
            return ""
        return "\n" if group is not None and group == self._group else "\n\n"

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)
