"""Visible text of raw HTML inside a Markdown file, as spans of that file."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from dealqa.reading.blocks import SpanBlocks
from dealqa.types import BlockKind

__all__ = ["HIDING_ATTRIBUTES", "HIDING_TAGS", "INLINE_TAGS", "HtmlSpans", "is_hidden"]

HIDING_TAGS = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object", "form", "button", "nav"})
"""Elements whose content is no text of the document."""

HIDING_ATTRIBUTES = ("hidden", "aria-hidden", "style")
"""Attributes that may hide an element; `is_hidden` looks at these."""

_VOID_NAMES = "area base br col embed hr img input link meta source track wbr"
_INLINE_NAMES = (
    "a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike strong "
    "sub sup time tt u var wbr"
)
_VOID = frozenset(_VOID_NAMES.split())
INLINE_TAGS = frozenset(_INLINE_NAMES.split())
"""Elements that stand inside a line of text."""
_UNREAD = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.S)  # the parser is slow on what does not end
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.I,
)


_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("li", "dd", "dt"), "list_item"),
    **dict.fromkeys(("tr", "td", "th"), "table_row"),
}


class _Element(NamedTuple):
    """An open element and what kind of block its text is."""

    tag: str
    kind: BlockKind
    level: int


def is_hidden(attributes: dict[str, str | None]) -> bool:
    """Whether an element's attributes hide it from a reader."""
    if "hidden" in attributes or (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    return _HIDING_STYLE.search(attributes.get("style") or "") is not None


class HtmlSpans(HTMLParser):
    """Feeds the text of HTML blocks into `blocks`; what is hidden stays hidden over several blocks."""

    def __init__(self, blocks: SpanBlocks) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks = blocks
        self.hidden_parts = 0
        self._hidden: list[str] = []
        self._open: list[_Element] = []
        self._lines: list[int] = []
        self._start = self._end = -1

    @property
    def hiding(self) -> bool:
        """Whether an element is open that hides what follows."""
        return bool(self._hidden)

    def warnings(self) -> tuple[str, ...]:
        """What was left out, in a sentence."""
        if not self.hidden_parts:
            return ()
        return (f"Hidden parts that a reader does not see were left out: {self.hidden_parts}.",)

    def feed(self, start: int, end: int) -> None:  # type: ignore[override]
        """Read the HTML in `blocks.text[start:end]`."""
        piece = _UNREAD.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), self.blocks.text[start:end])
        tail = piece.rfind(">") + 1
        piece = piece[:tail] + piece[tail:].replace("<", " ")  # begins tags that never end
        self.reset()
        self._lines = [start, *(start + match.end() for match in re.finditer("\n", piece))]
        super().feed(piece)
        super().close()
        self._flush()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element: a block begins, or a hidden part."""
        if self._hidden:
            if tag not in _VOID:
                self._hidden.append(tag)
            return
        if tag not in _VOID and (tag in HIDING_TAGS or is_hidden(dict(attrs))):
            self._flush()
            self._hidden.append(tag)
            self.hidden_parts += 1
        elif tag not in INLINE_TAGS and tag != "br":
            self._flush(row=tag in ("td", "th"))
            self._open.append(self._element(tag))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself holds no text."""

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag in self._hidden:
            while self._hidden and self._hidden.pop() != tag:
                pass
        elif not self._hidden and tag not in INLINE_TAGS:
            self._flush(row=tag in ("td", "th"))
            if any(element.tag == tag for element in self._open):
                while self._open.pop().tag != tag:
                    pass

    def handle_data(self, data: str) -> None:
        """Text: it lengthens the block that is open."""
        if self._hidden or not data.strip():
            return
        start = self._offset() + len(data) - len(data.lstrip())
        self._start = start if self._start < 0 else self._start
        self._end = start + len(data.strip())

    def handle_entityref(self, name: str) -> None:
        """A named character: part of the text, as it is written."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """A numbered character: part of the text, as it is written."""
        self.handle_data(f"&#{name};")

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _flush(self, *, row: bool = False) -> None:
        if self._start < 0 or row:
            return
        element = self._open[-1] if self._open else _Element("", "paragraph", 1)
        label = re.sub(r"<[^>]*>", "", self.blocks.text[self._start : self._end])
        self.blocks.add(element.kind, self._start, self._end, level=element.level, label=label)
        self._start = self._end = -1

    def _element(self, tag: str) -> _Element:
        if re.fullmatch("h[1-6]", tag):
            return _Element(tag, "heading", int(tag[1]))
        if tag in _KINDS:
            return _Element(tag, _KINDS[tag], 1)
        parent = self._open[-1] if self._open else None
        return _Element(tag, parent.kind if parent else "paragraph", parent.level if parent else 1)
