"""Take out of an HTML page what is no text of the document: what stands beside the content, and what nobody sees."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import islice

from lxml import etree
from lxml import html as lxml_html

from dealqa.reading.html_spans import HIDING_TAGS
from dealqa.reading.html_styles import Look, StyleSheet, hiding_kind
from dealqa.reading.left_out import LeftOut, visible_length
from dealqa.types import HiddenKind

__all__ = ["above", "is_marked_hidden", "prune"]

_DROPPED = HIDING_TAGS | {"head", "aside", "del", "select", "textarea", "audio", "video", "canvas", "embed", "dialog"}
_NO_TEXT = frozenset({"script", "style", "noscript"})
_EMBEDDED = {
    "audio": "recording",
    "embed": "embedded file",
    "iframe": "embedded page",
    "object": "embedded file",
    "video": "recording",
}
_LANDMARKS = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog"})
_HEAD_OF_PAGE = frozenset({"header", "footer"})
_CONTENT = frozenset({"main", "article", "section"})
_MARK_PARTS = 8
_STRUCK = ("s", "strike")


def prune(root: lxml_html.HtmlElement) -> LeftOut:
    """Empty all elements that are no text of the page and all text that is not seen; returns what that was.

    Emptied elements stay where they are, as elements inside a line. Takes one pass, however deep the page is.
    """
    pruner = _Pruner(root)
    pruner.prune(root)
    return pruner.told()


def above(root: lxml_html.HtmlElement, *tags: str) -> set[lxml_html.HtmlElement]:
    """All elements that hold an element with one of these tags."""
    found: set[lxml_html.HtmlElement] = set()
    for element in root.iter(*tags):
        parent = element.getparent()
        while parent is not None and parent not in found:
            found.add(parent)
            parent = parent.getparent()
    return found


def is_marked_hidden(element: lxml_html.HtmlElement) -> bool:
    """Whether an element has the attribute that hides it."""
    return element.get("hidden") is not None and element.get("hidden").lower() != "until-found"


def _style_sheet(root: lxml_html.HtmlElement) -> StyleSheet:
    elsewhere = any("stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link"))
    sheets = [style.text or "" for style in root.iter("style") if "print" not in (style.get("media") or "")]
    return StyleSheet(sheets, complete=not elsewhere)


class _Pruner:
    """One pass over a page."""

    def __init__(self, root: lxml_html.HtmlElement) -> None:
        self._sheet = _style_sheet(root)
        self._content_forms = above(root, "h1", "h2", "main")
        self._left_out = LeftOut()
        self._embedded: Counter[str] = Counter()
        self._struck = 0
        self._content = 0
        self._looks = [Look() if self._sheet.complete else Look(colour=None, ground=None)]

    def prune(self, root: lxml_html.HtmlElement) -> None:
        doomed: lxml_html.HtmlElement | None = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start" and doomed is None:
                declared = self._declared(element)
                if self._is_dropped(element, declared):
                    doomed = element
                else:
                    self._open(element, declared)
            elif event == "end" and (doomed is None or element is doomed):
                if doomed is None:
                    self._close(element)
                else:
                    element.clear(keep_tail=True)
                    element.tag = "span"
                doomed = None
                if self._looks[-1].kind is not None:
                    element.tail = self._seen(element.tail)

    def told(self) -> LeftOut:
        left_out = self._left_out
        left_out.count_unread(self._embedded)
        if self._struck:
            left_out.remarks.append(f"Text that is struck through was read: {self._struck} times.")
        return left_out

    def _declared(self, element: lxml_html.HtmlElement) -> dict[str, str]:
        attributes = element.attrib
        return self._sheet.declared(
            str(element.tag), attributes.get("id", ""), attributes.get("class", ""), attributes.get("style", "")
        )

    def _is_dropped(self, element: lxml_html.HtmlElement, declared: dict[str, str]) -> bool:
        if element.tag in ("html", "body"):  # pages that a script shows once it has run
            return False
        hidden = "marked_hidden" if is_marked_hidden(element) else hiding_kind(declared)
        if element.tag == "template":
            hidden = "marked_hidden"
        elif self._is_aside(element):
            self._count_aside(element, hidden)
            return True
        if hidden is not None:
            self._left_out.hide(hidden, _length(element))
        return hidden is not None or _is_note_mark(element)

    def _count_aside(self, element: lxml_html.HtmlElement, hidden: HiddenKind | None) -> None:
        if element.tag == "del":
            self._left_out.deletions += bool(_length(element))
        elif element.tag in _EMBEDDED and hidden is None and _shows_something(element):
            self._embedded[_EMBEDDED[element.tag]] += 1

    def _is_aside(self, element: lxml_html.HtmlElement) -> bool:
        """Whether an element stands beside the content: navigation, the page's header and footer, controls."""
        if element.tag == "form":  # some systems put the whole page into one
            return element not in self._content_forms
        if element.tag in _DROPPED or (element.get("role") or "").lower() in _LANDMARKS:
            return True
        return element.tag in _HEAD_OF_PAGE and not self._content

    def _open(self, element: lxml_html.HtmlElement, declared: dict[str, str]) -> None:
        self._content += element.tag in _CONTENT
        self._left_out.insertions += element.tag == "ins"
        self._struck += element.tag in _STRUCK
        before = self._looks[-1]
        if not self._sheet.complete and (element.get("class") or element.get("id")):
            before = replace(before, colour=None, ground=None)  # style sheets elsewhere may colour it
        if element.tag in ("html", "body"):
            declared = {name: value for name, value in declared.items() if "color" in name or "background" in name}
        colour = element.get("color") if element.tag == "font" else None
        self._looks.append(before.inside(declared, colour, element.get("bgcolor")))
        if self._looks[-1].kind is not None:
            element.text = self._seen(element.text)

    def _close(self, element: lxml_html.HtmlElement) -> None:
        self._content -= element.tag in _CONTENT
        self._looks.pop()

    def _seen(self, text: str | None) -> str | None:
        """The text as it stands in the innermost open element, where nobody sees it: None, or white space."""
        kind = self._looks[-1].kind
        if text is None or kind is None or not text.strip():
            return text
        self._left_out.hide(kind, text)
        return None


def _length(element: lxml_html.HtmlElement) -> int:
    length = 0
    for part in element.iter(etree.Element):
        if part.tag not in _NO_TEXT:
            length += visible_length(part.text or "")
        if part is not element:
            length += visible_length(part.tail or "")
    return length


def _shows_something(element: lxml_html.HtmlElement) -> bool:
    """Whether an embedded page or file is more than a counter of visits, which is a pixel high."""
    sizes = (element.get("width"), element.get("height"))
    return not any(size in ("0", "1", "0px", "1px") for size in sizes)


def _is_note_mark(element: lxml_html.HtmlElement) -> bool:
    """Whether this is the raised number of a footnote, which would run into the word before it."""
    if element.tag != "sup" and element.get("role") != "doc-noteref":
        return False
    parts = list(islice(element.iter(etree.Element), _MARK_PARTS))
    if len(parts) == _MARK_PARTS or not any(part.tag == "a" for part in parts):
        return False
    return re.fullmatch(r"[\[(]?[\d*†‡]{1,4}[\])]?", element.text_content().strip()) is not None
