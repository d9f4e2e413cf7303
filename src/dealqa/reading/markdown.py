"""Markdown: markdown-it's blocks, put back on the file's own characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from dealqa.reading.blocks import Line, Parsed, SpanBlocks, lines_of, one_line, trim
from dealqa.reading.headings import MAX_HEADING
from dealqa.reading.html_spans import HtmlSpans, hidden_spans
from dealqa.reading.left_out import LeftOut
from dealqa.reading.metadata import read_front_matter
from dealqa.reading.tables import Heads
from dealqa.types import BlockKind

__all__ = ["parse_markdown"]

_TAGS = re.compile(r"</?[A-Za-z][^<>]*>|<!--|-->")
_SAID = ("text", "code_inline", "softbreak", "hardbreak", "image", "text_special")
_CONTAINERS = re.compile(r"[\s>]*")
_DEEPEST = 6


def parse_markdown(text: str) -> Parsed:
    """Blocks of a Markdown text (CommonMark and tables).

    Indented lines are text here, not code. Raw HTML in it is read for its visible text; comments and hidden
    elements are left out.
    """
    front = read_front_matter(text)
    body = re.sub(r"[^\r\n]", " ", text[: front.end]) + text[front.end :]  # keeps lines and offsets as they are
    reader = _Reader(body, text)
    reader.read(MarkdownIt("commonmark").enable("table").disable("code").parse(body))
    return Parsed(
        text=text,
        blocks=tuple(reader.blocks.blocks),
        title=front.title,
        date=front.date,
        status=front.status,
        warnings=reader.left_out.warnings(),
        coverage=reader.left_out.coverage(),
    )


class _Reader:
    """One pass over the tokens."""

    def __init__(self, body: str, text: str) -> None:
        self.body = body
        self.lines: list[Line] = lines_of(body)
        self.blocks = SpanBlocks(text)
        self.left_out = LeftOut()
        self.html = HtmlSpans(self.blocks, self.left_out)
        self.items: list[int] = []  # the list items that we are in, by the index of their token
        self.last_item = -1  # the item that the last block belongs to

    def read(self, tokens: Sequence[Token]) -> None:
        for i, token in enumerate(tokens):
            if token.type == "list_item_open":
                self.items.append(i)
            elif token.type == "list_item_close":
                self.items.pop()
            elif token.type == "html_block":
                self.html.feed(*self._line_span(token))
            elif not self.html.hiding:
                self._block(tokens, i)
            elif token.type in ("inline", "fence"):
                self.html.hide(token.content)

    def _block(self, tokens: Sequence[Token], i: int) -> None:
        token = tokens[i]
        if token.type == "heading_open":
            inline = tokens[i + 1]
            start, end = self._inline_span(inline)
            self._add_heading(start, end, int(token.tag[1:]), inline)
        elif token.type == "paragraph_open":
            self._paragraph(tokens[i + 1])
        elif token.type == "fence":
            self._code(token)
        elif token.type == "table_open":
            self._table(tokens[i:])

    def _add_heading(self, start: int, end: int, level: int, inline: Token) -> None:
        self.last_item = -1
        self._add("heading", start, end, level=level, label=_plain(inline))

    def _paragraph(self, inline: Token) -> None:
        start, end = self._inline_span(inline)
        if self.items:
            if self.last_item == self.items[-1] and not self._hides(start, end):
                self.blocks.extend(end)
            elif self._add("list_item", start, end):
                self.last_item = self.items[-1]
            return
        if _is_bold_line(inline):
            level = min(self.blocks.outline.depth + (0 if self._after_bold() else 1), _DEEPEST)
            self._add_heading(start, end, max(level, 1), inline)
            return
        self._add("paragraph", start, end)

    def _add(
        self, kind: BlockKind, start: int, end: int, *, level: int = 1, label: str = "", table_header: str = ""
    ) -> bool:
        """Add the parts of a span that are seen, each as a block; returns whether there were any."""
        added, begin = False, start
        for hidden_start, hidden_end, why in hidden_spans(self.body, start, end):
            added = (
                self.blocks.add(kind, begin, hidden_start, level=level, label=label, table_header=table_header) or added
            )
            if why is None:
                self.left_out.deletions += 1
            else:
                self.left_out.hide(why, _TAGS.sub(" ", self.body[hidden_start:hidden_end]))
            begin = hidden_end
            kind = "paragraph" if kind == "heading" and added else kind
        return self.blocks.add(kind, begin, end, level=level, label=label, table_header=table_header) or added

    def _hides(self, start: int, end: int) -> bool:
        """Whether the span, or what stands between it and the last block, hides something."""
        last = self.blocks.blocks[-1].end
        return bool(self.body[last:start].strip(" \t\r\n>") or hidden_spans(self.body, start, end))

    def _after_bold(self) -> bool:
        """Whether the innermost heading is itself a bold line: its equal, then, not its parent."""
        last = next((block for block in reversed(self.blocks.blocks) if block.kind == "heading"), None)
        return last is not None and self.blocks.text.startswith(("**", "__"), last.start)

    def _code(self, token: Token) -> None:
        start, end = self._line_span(token)
        if token.map:
            start = self.lines[min(token.map[0] + 1, len(self.lines) - 1)].start
            last = self.lines[min(token.map[1], len(self.lines)) - 1]
            if self.body[last.start : last.end].strip(" \t>").startswith(token.markup):
                end = last.start
        self.blocks.add("paragraph", start, end)

    def _table(self, tokens: Sequence[Token]) -> None:
        heads, in_head = Heads(), False
        cells: list[str] = []
        row: Token | None = None
        for token in tokens:
            if token.type == "table_close":
                self.left_out.tables += 1
                return
            if token.type in ("thead_open", "thead_close"):
                in_head = token.type == "thead_open"
            elif token.type == "tr_open":
                row, cells = token, []
            elif token.type == "inline":
                cells.append(_plain(token))
            elif token.type == "tr_close" and row is not None:
                start, end = _row_span(self.body, *self._line_span(row))
                if any(cells):
                    self._add("table_row", start, end, table_header=heads.header)
                heads.read(cells, is_header=in_head)

    def _line_span(self, token: Token) -> tuple[int, int]:
        first, last = token.map or (0, 0)
        if first >= len(self.lines) or last <= first:
            return len(self.body), len(self.body)
        return self.lines[first].start, self.lines[min(last, len(self.lines)) - 1].end

    def _inline_span(self, inline: Token) -> tuple[int, int]:
        """Where an inline token's content stands: its first line's beginning, its last line's end."""
        start, end = self._line_span(inline)
        parts = [part.strip() for part in inline.content.split("\n")]
        first_end = self.body.find("\n", start, end)
        begin = self.body.find(parts[0], start, end if first_end < 0 else first_end)
        if begin < 0:
            marks = _CONTAINERS.match(self.body, start, end)
            begin = marks.end() if marks else start
        last_start = begin if len(parts) == 1 else max(begin, self.body.rfind("\n", start, end) + 1)
        last = self.body.rfind(parts[-1], last_start, end)
        return trim(self.body, begin, last + len(parts[-1]) if last >= 0 else end)


def _plain(inline: Token) -> str:
    """The text of an inline token without markup, and without what HTML in it hides."""
    marked = "".join(
        child.content if child.type == "html_inline" else escape(_said(child), quote=False)
        for child in inline.children or ()
        if child.type in _SAID or child.type == "html_inline"
    )
    for start, end, _ in reversed(hidden_spans(marked, 0, len(marked))):
        marked = marked[:start] + " " + marked[end:]
    return one_line(unescape(_TAGS.sub("", marked)))


def _said(child: Token) -> str:
    return " " if child.type in ("softbreak", "hardbreak") else child.content


def _is_bold_line(inline: Token) -> bool:
    children = [child for child in inline.children or () if child.type != "text" or child.content.strip()]
    kinds = [child.type for child in children]
    if kinds != ["strong_open", "text", "strong_close"]:
        return False
    words = children[1].content.strip()
    return len(words) <= MAX_HEADING and not words.endswith((".", ",", ";", "!"))


def _row_span(text: str, start: int, end: int) -> tuple[int, int]:
    """A table row without its outer bars; a bar that stays at an end says that the cell there is empty."""
    start, end = trim(text, start, end)
    if text[start:end].startswith("|"):
        start += 1
    if text[start:end].endswith("|") and not text[start:end].endswith("\\|"):
        end -= 1
    return trim(text, start, end)
