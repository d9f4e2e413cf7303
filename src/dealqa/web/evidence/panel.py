"""The evidence panel as HTML: a citation's quote where it stands in its document, with what is around it.

There is no guessing: what is marked is `document.text[start:end]`, and only if that is the citation's quote, letter
for letter; otherwise the panel says that they disagree and marks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dealqa.types import Block, Citation, Document, Span
from dealqa.web.ask.conversation import citation_name, citation_target
from dealqa.web.markup import text

__all__ = ["Selection", "empty_panel", "panel"]

_BLOCKS_AROUND = 3
"""How many blocks are shown before and after those that the quote stands in."""

_CHARACTERS_AROUND = 1_500
"""How much is shown on either side where a document has no blocks around the quote."""

_MARKER = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]\s|[-*•–]\s")
"""How a list item begins that brings its own number or bullet: "1. ", "(a) ", "iv) "."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One citation, opened.

    Attributes:
        turn: of the conversation, from 1.
        evidence: all that the answer of that turn offers; `citation` is one of them.
        document: None when it could not be read; `problem` then says why.
    """

    turn: int
    evidence: tuple[Citation, ...]
    citation: Citation
    document: Document | None
    problem: str = ""


def empty_panel(message: str = "Ask a question, and the sentences that answer it are shown here.") -> str:
    """The panel before there is anything to show."""
    return (
        '<section class="panel empty" tabindex="-1" aria-label="Evidence"><h2>Evidence</h2>'
        f"<p>{text(message)}</p></section>"
    )


def panel(selection: Selection) -> str:
    """The list of the answer's evidence and the selected piece of it in its surroundings.

    The mark can be focused; `data-shown` names the citation for the page's script.
    """
    citation = selection.citation
    shown = citation_target(selection.turn, citation)
    if selection.document is None:
        passage = f'<p class="disagree" role="alert">{text(selection.problem)}</p>'
    else:
        passage = _passage(selection.document, citation)
    return (
        f'<section class="panel" aria-label="Evidence" data-shown="{shown}"><h2>Evidence</h2>'
        f"{_list(selection)}"
        f'<article class="document" tabindex="-1" aria-label="{text(citation_name(citation))}">'
        f"{_whereabouts(citation)}{passage}</article>"
        f'<p class="back"><a href="#turn-{selection.turn}" data-back="{shown}">Back to the answer</a></p></section>'
    )


def _list(selection: Selection) -> str:
    links = "".join(
        f'<li><a href="{citation_target(selection.turn, citation)}"{current}>'
        f'<span class="number">{citation.number}</span><span>{text(citation_name(citation))}</span></a></li>'
        for citation in selection.evidence
        for current in (' aria-current="true"' if citation.number == selection.citation.number else "",)
    )
    return f'<ol class="sources" aria-label="Citations of this answer">{links}</ol>'


def _whereabouts(citation: Citation) -> str:
    path = f'<span class="path">{text(citation.document)}</span>'
    page = f"<span>page {citation.page}</span>" if citation.page is not None else ""
    headings = [heading for heading in citation.heading_path if heading != citation.title]
    trail = f'<p class="trail">{text(" › ".join(headings))}</p>' if headings else ""
    return f'<h3 dir="auto">{text(citation.title)}</h3><p class="whereabouts">{path}{page}</p>{trail}'


def _passage(document: Document, citation: Citation) -> str:
    quote: Span | None = (citation.start, citation.end)
    warning = ""
    if document.text[citation.start : citation.end] != citation.quote or not citation.quote:
        quote = None
        warning = (
            '<p class="disagree" role="alert">The quote is not what the stored document holds at this place, '
            "so nothing is marked. Index the documents again.</p>"
        )
    before, blocks, after = _surroundings(document, citation)
    if blocks and _covers(document, blocks, citation):
        body = "".join(_blocks(document, blocks, quote))
    else:
        start = max(0, citation.start - _CHARACTERS_AROUND)
        end = min(len(document.text), citation.end + _CHARACTERS_AROUND)
        before, after = start > 0, end < len(document.text)
        body = f'<p class="plain" dir="auto">{_marked(document, (start, end), quote)}</p>'
    gap = '<p class="gap" aria-hidden="true">⋯</p>'
    return f'{warning}<div class="text">{gap if before else ""}{body}{gap if after else ""}</div>'


def _surroundings(document: Document, citation: Citation) -> tuple[bool, Sequence[Block], bool]:
    """The blocks to show, and whether the document goes on before and after them."""
    inside = [
        position
        for position, block in enumerate(document.blocks)
        if block.start < citation.end and block.end > citation.start
    ]
    if not inside:
        return False, (), False
    first = max(0, inside[0] - _BLOCKS_AROUND)
    last = min(len(document.blocks), inside[-1] + 1 + _BLOCKS_AROUND)
    return first > 0, document.blocks[first:last], last < len(document.blocks)


def _covers(document: Document, blocks: Sequence[Block], citation: Citation) -> bool:
    """Whether all words of the quote stand inside blocks, so that showing blocks loses none of them."""
    covered = "".join(
        document.text[max(block.start, citation.start) : min(block.end, citation.end)]
        for block in blocks
        if block.start < citation.end and block.end > citation.start
    )
    return "".join(covered.split()) == "".join(document.text[citation.start : citation.end].split())


def _blocks(document: Document, blocks: Sequence[Block], quote: Span | None) -> Iterator[str]:
    header = ""
    for block in blocks:
        if block.kind == "table_row" and block.table_header and block.table_header != header:
            yield f'<p class="table_header" dir="auto">{text(block.table_header)}</p>'
        header = block.table_header
        own_marker = block.kind == "list_item" and _MARKER.match(document.text[block.start : block.end])
        kind = "list_item marked" if own_marker else block.kind
        yield f'<p class="{kind}" dir="auto">{_marked(document, (block.start, block.end), quote)}</p>'


def _marked(document: Document, span: Span, quote: Span | None) -> str:
    """The text of `span`, with the part of it that is the quote in a mark, which the page's script can focus."""
    start, end = span
    if quote is None or quote[0] >= end or quote[1] <= start:
        return text(document.text[start:end])
    begin, stop = max(start, quote[0]), min(end, quote[1])
    return (
        f'{text(document.text[start:begin])}<mark tabindex="-1">{text(document.text[begin:stop])}</mark>'
        f"{text(document.text[stop:end])}"
    )
