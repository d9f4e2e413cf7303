"""The evidence panel as HTML: a citation's quote where it stands in its document, what is around it, and its page.

There is no guessing: what is marked is `document.text[start:end]`, and only if that is the citation's quote, letter
for letter; otherwise the panel says that they disagree and marks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from dealqa.types import Block, Citation, Document, Span
from dealqa.web.ask.turns import citation_name, citation_target
from dealqa.web.evidence.marking import gap_after, marked
from dealqa.web.evidence.page_figure import ShownPage, page_figure, view_address
from dealqa.web.evidence.tables import runs_of_rows, table
from dealqa.web.markup import text

__all__ = ["ORIGINAL_PATH", "Selection", "Ways", "empty_panel", "original_address", "panel"]

ORIGINAL_PATH: Final = "/evidence/original"
READ_PATH: Final = "/documents/read"

_BLOCKS_AROUND = 3
"""How many blocks are shown before and after those that the quote stands in."""

_CHARACTERS_AROUND = 1_500
"""How much is shown on either side where a document has no blocks around the quote."""

_MARKER = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]\s|[-*•–]\s")
"""How a list item begins that brings its own number or bullet: "1. ", "(a) ", "iv) "."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the links of a panel lead that stands outside a conversation.

    Attributes:
        citation: gives the address at which another citation is opened.
        back: the address of what the panel was opened from.
        back_text: what the link to it says.
    """

    citation: Callable[[Citation], str]
    back: str
    back_text: str


@dataclass(frozen=True, slots=True)
class Selection:
    """One citation, opened.

    Attributes:
        turn: of the conversation, from 1; without meaning where there are `ways`.
        evidence: all that the answer of that turn offers; `citation` is one of them.
        document: None when it could not be read; `problem` then says why.
        pages: of a PDF, those that the quote stands on.
        has_file: whether the document is a file that can be opened; what came attached to a mail is none.
        ways: on a page without a conversation, where the links lead.
    """

    turn: int
    evidence: tuple[Citation, ...]
    citation: Citation
    document: Document | None
    problem: str = ""
    pages: tuple[ShownPage, ...] = ()
    has_file: bool = True
    ways: Ways | None = None

    def address(self, citation: Citation) -> str:
        """Where a citation of the same answer is opened; an address may hold anything, so write it as text."""
        return self.ways.citation(citation) if self.ways else citation_target(self.turn, citation)


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
    links = pages = ""
    if selection.document is None:
        passage = f'<p class="disagree" role="alert">{text(selection.problem)}</p>'
    else:
        passage, links, pages = _passage(selection.document, citation), _links(selection), _pages(selection)
    return (
        f'<section class="panel" aria-label="Evidence" data-shown="{shown}"><h2>Evidence</h2>'
        f"{_list(selection)}{_steps(selection)}"
        f'<article class="document" tabindex="-1" aria-label="{text(citation_name(citation))}">'
        f"{_whereabouts(citation)}{passage}</article>"
        # Right after the quote, so that whoever reads with the keyboard is back at once.
        f'<div class="onward"><p class="back">{_back(selection, shown)}</p>{links}</div>{pages}</section>'
    )


def original_address(document_id: str, page: int | None = None) -> str:
    """Where the original file of a document is; a viewer of PDFs opens it at the page."""
    at = f"#page={page}" if page is not None else ""
    return f"{ORIGINAL_PATH}?{urlencode({'document': document_id})}{at}"


def _back(selection: Selection, shown: str) -> str:
    if selection.ways is not None:
        return f'<a href="{text(selection.ways.back)}">{text(selection.ways.back_text)}</a>'
    return f'<a href="#turn-{selection.turn}" data-back="{shown}">Back to the answer</a>'


def _list(selection: Selection) -> str:
    links = "".join(
        f'<li><a href="{text(selection.address(citation))}"{current}>'
        f'<span class="number">{citation.number}</span><span>{text(citation_name(citation))}</span></a></li>'
        for citation in selection.evidence
        for current in (' aria-current="true"' if citation.number == selection.citation.number else "",)
    )
    return f'<ol class="sources" aria-label="Citations of this answer">{links}</ol>'


def _steps(selection: Selection) -> str:
    """The way to the citations before and after this one."""
    numbers = [citation.number for citation in selection.evidence]
    if len(numbers) < 2:
        return ""
    place = numbers.index(selection.citation.number)
    before = selection.evidence[place - 1] if place else None
    after = selection.evidence[place + 1] if place + 1 < len(numbers) else None
    return (
        f'<nav class="steps" aria-label="Citations, one by one">{_step("Previous", selection, before)}'
        f"<span>{place + 1} of {len(numbers)}</span>{_step('Next', selection, after)}</nav>"
    )


def _step(name: str, selection: Selection, citation: Citation | None) -> str:
    if citation is None:
        return f'<a role="link" aria-disabled="true">{name}</a>'
    return f'<a href="{text(selection.address(citation))}">{name}</a>'


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
        body = f'<p class="plain" dir="auto">{marked(document.text, (start, end), quote)}</p>'
    gap = '<p class="gap" aria-hidden="true">⋯</p>'
    return f'{warning}<div class="text">{gap if before else ""}{body}{gap if after else ""}</div>'


def _pages(selection: Selection) -> str:
    citation = selection.citation
    if not selection.pages:
        return ""
    larger = view_address(citation.document_id, citation.start, citation.end)
    figures = "".join(page_figure(page, citation.title, larger) for page in selection.pages)
    name = "The page" if len(selection.pages) == 1 else "The pages"
    return f'<details class="pages" open><summary>{name}</summary>{figures}</details>'


def _links(selection: Selection) -> str:
    citation, document, page = selection.citation, selection.citation.document_id, selection.citation.page
    place = urlencode({"document": document, "start": citation.start, "end": citation.end})
    read = text(f"{READ_PATH}?{place}#passage")
    links = f'<li><a href="{read}">Read the whole document</a></li>'
    if selection.has_file:
        original = text(original_address(document, page))
        links += f'<li><a href="{original}" target="_blank" rel="noopener">Open the document</a></li>'
    return f'<ul class="links">{links}</ul>'


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
    for run in runs_of_rows(document, blocks):
        shown = table(document, run, quote) if run[0].kind == "table_row" else None
        if shown is not None:
            yield shown
        else:
            yield from _lines(document, run, quote)


def _lines(document: Document, blocks: Sequence[Block], quote: Span | None) -> Iterator[str]:
    """Blocks one below the other; rows, too, whose cells do not fit under their header."""
    header = ""
    for block in blocks:
        if block.kind == "table_row" and block.table_header and block.table_header != header:
            yield f'<p class="table_header" dir="auto">{text(block.table_header)}</p>'
        header = block.table_header
        own_marker = block.kind == "list_item" and _MARKER.match(document.text[block.start : block.end])
        kind = "list_item marked" if own_marker else block.kind
        gap = gap_after(document, block, quote)
        words = marked(document.text, (block.start, gap[1] if gap else block.end), quote, (gap,) if gap else ())
        yield f'<p class="{kind}" dir="auto">{words}</p>'
