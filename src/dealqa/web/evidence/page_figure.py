"""The page of a PDF on which a quote stands, as a figure: the page's picture, and frames over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlencode

from dealqa.types import Box
from dealqa.web.markup import text

__all__ = ["PAGE_PATH", "VIEW_PATH", "Framed", "ShownPage", "page_address", "page_figure", "view_address"]

PAGE_PATH: Final = "/evidence/page"
VIEW_PATH: Final = "/evidence/view"

Framed = Literal["quote", "block", "nothing"]
"""What is framed: the words of the quote; the paragraph or the row that it stands in; nothing, because it is not known
where on the page it stands."""

_CAPTIONS: Final = {
    "quote": "The quote is framed.",
    "block": "The paragraph in which it stands is framed.",
    "nothing": "Where on the page the quote stands is not known exactly, so nothing is framed.",
}
_MARGIN: Final = 1.5
"""Points between what is framed and its frame."""


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page that a quote stands on.

    Attributes:
        width, height: in points.
        boxes: what to frame on it.
        problem: why the page cannot be shown; then there is no picture.
    """

    document_id: str
    number: int
    width: float
    height: float
    boxes: tuple[Box, ...] = ()
    framed: Framed = "nothing"
    problem: str = ""


def page_address(document_id: str, page: int) -> str:
    """Where the picture of a page is."""
    return f"{PAGE_PATH}?{urlencode({'document': document_id, 'page': page})}"


def view_address(document_id: str, start: int, end: int) -> str:
    """Where the pages on which a quote stands are shown large."""
    return f"{VIEW_PATH}?{urlencode({'document': document_id, 'start': start, 'end': end})}"


def page_figure(page: ShownPage, title: str, larger: str = "") -> str:
    """The figure of one page.

    Args:
        title: of the document.
        larger: where the page is shown larger; the picture leads there. Empty on the page that does.
    """
    if page.problem:
        return f'<p class="not-shown" role="note">Page {page.number} is not shown. {text(page.problem)}</p>'
    address = text(page_address(page.document_id, page.number))
    name = f"Page {page.number} of {text(title)}"
    picture = (
        f'<img src="{address}" alt="{name}{", larger" if larger else ""}" loading="lazy" '
        f'width="{page.width:.0f}" height="{page.height:.0f}">{_frames(page)}'
    )
    if larger:
        sheet = f'<a class="paper" href="{text(larger)}" target="_blank" rel="noopener">{picture}</a>'
    else:
        sheet = f'<div class="paper">{picture}</div>'
    return f"<figure>{sheet}<figcaption>Page {page.number}. {_CAPTIONS[page.framed]}</figcaption></figure>"


def _frames(page: ShownPage) -> str:
    if not page.boxes:
        return ""
    rectangles = "".join(_rectangle(box, page.height) for box in page.boxes)
    return (
        f'<svg viewBox="0 0 {page.width:.2f} {page.height:.2f}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{rectangles}</svg>'
    )


def _rectangle(box: Box, height: float) -> str:
    """A box, whose origin is at the lower left, in a drawing whose origin is at the upper left."""
    across, down = box.left - _MARGIN, height - box.top - _MARGIN
    wide, high = box.right - box.left + 2 * _MARGIN, box.top - box.bottom + 2 * _MARGIN
    return f'<rect class="frame" x="{across:.2f}" y="{down:.2f}" width="{wide:.2f}" height="{high:.2f}" rx="2"/>'
