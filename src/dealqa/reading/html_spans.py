"""Visible text of raw HTML inside a Markdown file, as spans of that file."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from dealqa.reading.blocks import SpanBlocks
from dealqa.reading.html_styles import own_hiding_kind
from dealqa.reading.left_out import LeftOut
from dealqa.types import BlockKind, HiddenKind

__all__ = ["HIDING_TAGS", "INLINE_TAGS", "HtmlSpans", "hidden_spans"]

HIDING_TAGS = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object", "form", "button", "nav"})
"""Elements whose content is no text of the document."""

_VOID_NAMES = "area base br col embed hr img input link meta source track wbr"
_INLINE_NAMES = (
    "a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike strong "
    "sub sup time tt u var wbr"
)
_NO_TEXT = frozenset({"script", "style", "noscript"})
_VOID = frozenset(_VOID_NAMES.split())
INLINE_TAGS = frozenset(_INLINE_NAMES.split())
"""Elements that stand inside a line of text."""
_UNREAD = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.S)  # the parser is slow on what does not end
_TAG = re.compile(r"<!--(?P<comment>.*?)(?:-->|\Z)|<(?P<close>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>[^<>]*)>", re.S)
_ATTRIBUTE = re.compile(r"([\w-]{1,40})(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("li", "dd", "dt"), "list_item"),
    **dict.fromkeys(("tr", "td", "th"), "table_row"),
}


class _Element(NamedTuple):
    """An open element and what kind of block its text is."""

    tag: str
    kind: BlockKind
    level: int


def hidden_spans(text: str, start: int, end: int) -> list[tuple[int, int, HiddenKind | None]]:
    """Where HTML inside a line hides something: comments, and elements that their own attributes hide.

    Deleted text is among them, with None for its kind. An element that is never closed hides the rest.
    """
    found: list[tuple[int, int, HiddenKind | None]] = []
    begun, name, depth = -1, "", 0
    kind: HiddenKind | None = None
    for match in _TAG.finditer(text, start, end):
        tag = (match["name"] or "").lower()
        if depth:
            if tag == name and not match["rest"].endswith("/"):
                depth += -1 if match["close"] else 1
                if depth == 0:
                    found.append((begun, match.end(), kind))
        elif match["comment"] is not None:
            found.append((match.start(), match.end(), "marked_hidden"))
        elif not match["close"] and tag not in _VOID:
            why = own_hiding_kind(_attributes(match["rest"]))
            if why or tag == "del":
                begun, name, depth, kind = match.start(), tag, 1, why
    if depth:
        found.append((begun, end, kind))
    return found


def _attributes(text: str) -> dict[str, str | None]:
    return {
        match[1].lower(): next((value for value in match.group(2, 3, 4) if value is not None), None)
        for match in _ATTRIBUTE.finditer(text)
    }


class HtmlSpans(HTMLParser):
    """Feeds the text of HTML blocks into `blocks`; what is hidden stays hidden over several blocks."""

    def __init__(self, blocks: SpanBlocks, left_out: LeftOut) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks = blocks
        self._left_out = left_out
        self._why: HiddenKind | None = None
        self._hidden: list[str] = []
        self._open: list[_Element] = []
        self._lines: list[int] = []
        self._start = self._end = -1

    @property
    def hiding(self) -> bool:
        """Whether an element is open that hides what follows."""
        return bool(self._hidden)

    def hide(self, text: str) -> None:
        """Count text that stands in the element that hides it; that of scripts and styles is no text."""
        if self._why is not None:
            self._left_out.hide(self._why, text)

    def feed(self, start: int, end: int) -> None:  # type: ignore[override]
        """Read the HTML in `blocks.text[start:end]`."""
        piece = _UNREAD.sub(self._blank, self.blocks.text[start:end])
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
        why = own_hiding_kind(dict(attrs)) or ("marked_hidden" if tag == "template" else None)
        if tag not in _VOID and (tag in HIDING_TAGS or tag == "del" or why):
            self._flush()
            self._hidden.append(tag)
            self._why = why if tag not in _NO_TEXT else None
            self._left_out.deletions += tag == "del"
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
        if self._hidden:
            self.hide(data)
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

    def _blank(self, match: re.Match[str]) -> str:
        self._left_out.hide("marked_hidden", match.group().removeprefix("<!--").removesuffix("-->"))
        return re.sub(r"[^\n]", " ", match.group())

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
