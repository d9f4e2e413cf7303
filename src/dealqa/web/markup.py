"""HTML of our own pages: escaping, and the frame that all of them stand in.

Nothing that comes from a document, a question, a file name or an error is ever markup: every such string goes through
`text`, and what it returns is the only thing that is put between tags or into an attribute.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from dealqa.web.readers import Reader

__all__ = ["PAGES", "navigation", "page", "text"]

PAGES: Final = {"Ask": "/", "Compare": "/compare", "Documents": "/documents", "Quality": "/quality"}
"""The pages by their names, in the order of the navigation."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text(value: str) -> str:
    """`value` escaped for HTML text and double-quoted attributes; control characters become U+FFFD."""
    return html.escape(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", value), quote=True)


def navigation(current: str, reader: Reader, content: str = "main") -> str:
    """The bar at the top of every page.

    Args:
        current: a name of `PAGES`, or "" for a page that is none of them.
        reader: who looks at it; whoever has signed in can sign out.
        content: the id of the element that the reader of a screen can skip to.
    """
    links = "".join(
        f'<li><a href="{address}"{here}>{name}</a></li>'
        for name, address in PAGES.items()
        for here in (' aria-current="page"' if name == current else "",)
    )
    leave = (
        f'<form class="reader" method="post" action="/logout"><span dir="auto">{text(reader.name)}</span>'
        "<button>Sign out</button></form>"
        if reader.name
        else ""
    )
    return (
        f'<a class="skip" href="#{content}">Skip to the content</a>'
        f'<div class="bar"><a class="brand" href="/">dealqa</a><nav aria-label="Pages"><ul>{links}</ul></nav>'
        f"{leave}</div>"
    )


def page(
    title: str,
    body: str,
    *,
    reader: Reader,
    current: str = "",
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    head: str = "",
) -> str:
    """A whole page in our frame.

    Args:
        title: of the page, plain; it is its heading, too.
        body: HTML, everything in it that is not ours escaped by `text`.
        current: see `navigation`.
        styles, scripts: names of files among the assets.
        head: HTML for the head besides.
    """
    sheets = "".join(f'<link rel="stylesheet" href="/dealqa/{name}">' for name in ("tokens.css", "pages.css", *styles))
    loaded = "".join(f'<script type="module" src="/dealqa/{name}"></script>' for name in scripts)
    # A page that tells nobody where it is would post its form as coming from nowhere; to others it tells nothing.
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{text(title)} – dealqa</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="referrer" content="same-origin">{head}{sheets}{loaded}'
        '<link rel="icon" href="/dealqa/favicon.svg"></head><body class="page">'
        f"<header>{navigation(current, reader)}</header>"
        f'<main id="main"><h1 dir="auto">{text(title)}</h1>{body}</main></body></html>'
    )
