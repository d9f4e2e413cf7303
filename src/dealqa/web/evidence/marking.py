"""The text of a document as HTML with the quote marked in it, letter for letter.

All marks of a quote joined are the quote. What parts its words in the document but is not shown (the bars of a table,
the line feed between two blocks) stays in the marks, unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dealqa.types import Block, Document, Span
from dealqa.web.markup import text

__all__ = ["gap_after", "marked"]


def marked(body: str, span: Span, quote: Span | None, unseen: Sequence[Span] = ()) -> str:
    """The text of `span`, with the part of it that is the quote in a mark, which the page's script can focus.

    Args:
        body: of the whole document; all spans count in it.
        quote: None where nothing is to be marked.
        unseen: parts of `span` that stay in the text but are not shown.
    """
    start, end = span
    if quote is None or quote[0] >= end or quote[1] <= start:
        return _seen(body, (start, end), unseen)
    begin, stop = max(start, quote[0]), min(end, quote[1])
    return (
        f'{_seen(body, (start, begin), unseen)}<mark tabindex="-1">{_seen(body, (begin, stop), unseen)}</mark>'
        f"{_seen(body, (stop, end), unseen)}"
    )


def gap_after(document: Document, block: Block, quote: Span | None) -> Span | None:
    """What stands between a block and the one after it, where the quote goes on across it; else None."""
    if quote is None or not quote[0] < block.end < quote[1]:
        return None
    after = next((other.start for other in document.blocks if other.start >= block.end), len(document.text))
    return block.end, min(after, quote[1])


def _seen(body: str, span: Span, unseen: Sequence[Span]) -> str:
    """The text of `span`, in which what is unseen is wrapped."""
    start, end = span
    bounds = {start, end}
    bounds.update(bound for hidden in unseen for bound in hidden if start < bound < end)
    parts: list[str] = []
    for begin, stop in pairwise(sorted(bounds)):
        part = text(body[begin:stop])
        if any(hidden[0] <= begin and stop <= hidden[1] for hidden in unseen):
            part = f'<span class="unseen" aria-hidden="true">{part}</span>'
        parts.append(part)
    return "".join(parts)
