"""Verify every citation and every figure against the stored text. Never calls a model; trusts nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dealqa.figures import unsupported
from dealqa.types import AnswerSentence, Citation, Document

__all__ = ["objection", "quote_stands", "verify"]

_NEGATION = re.compile(r"\b(?:not|no|never|neither|nor|none|cannot|without|n't)\b|n['’]t\b", re.IGNORECASE)


def quote_stands(citation: Citation, document: Document) -> bool:
    """Whether the quote is the document's text at its offsets, to the character."""
    inside = 0 <= citation.start < citation.end <= len(document.text)
    return inside and document.text[citation.start : citation.end] == citation.quote


def objection(
    sentence: AnswerSentence, citations: Sequence[Citation], document: Callable[[str], Document]
) -> str | None:
    """Why a sentence must not be shown, or None when it stands.

    It stands when it cites something, each citation it names exists and is verbatim, each of its figures occurs in
    what it cites, and it denies nothing that its quotes do not deny.

    Args:
        citations: of the whole answer; the sentence names some of them by number.
        document: the stored document with an id; raises KeyError for an id that is not stored.
    """
    if not sentence.citations:
        return "it cites nothing"
    by_number = {citation.number: citation for citation in citations}
    cited: list[Citation] = []
    for number in sentence.citations:
        citation = by_number.get(number)
        if citation is None:
            return f"citation {number} does not exist"
        try:
            stands = quote_stands(citation, document(citation.document_id))
        except KeyError:
            return f"citation {number} names a document that is not in the index"
        if not stands:
            return f"the quote of citation {number} is not what the document says there"
        cited.append(citation)
    quotes = "\n".join(f"{_table_header(citation, document)}\n{citation.quote}" for citation in cited)
    missing = unsupported(sentence.text, quotes)
    if missing:
        return f"its figure {missing[0]} is not in what it cites"
    if _NEGATION.search(sentence.text) and not _NEGATION.search(quotes):
        return "it denies something that its quotes do not deny"
    return None


def _table_header(citation: Citation, document: Callable[[str], Document]) -> str:
    """The header of the table that the quote is a row of: a row is read out with the heads of its columns."""
    blocks = document(citation.document_id).blocks
    return next((block.table_header for block in blocks if block.start <= citation.start < block.end), "")


def verify(
    sentences: Sequence[AnswerSentence], citations: Sequence[Citation], document: Callable[[str], Document]
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...], int]:
    """The sentences that stand, the citations that they still use, numbered anew from 1, and how many were dropped."""
    standing = [sentence for sentence in sentences if objection(sentence, citations, document) is None]
    used = list(dict.fromkeys(number for sentence in standing for number in sentence.citations))
    renumbered = {old: new for new, old in enumerate(used, start=1)}
    by_number = {citation.number: citation for citation in citations}
    kept = tuple(_with_number(by_number[old], new) for old, new in renumbered.items())
    final = tuple(
        AnswerSentence(sentence.text, tuple(renumbered[number] for number in sentence.citations))
        for sentence in standing
    )
    return final, kept, len(sentences) - len(standing)


def _with_number(citation: Citation, number: int) -> Citation:
    return Citation(
        number=number,
        document_id=citation.document_id,
        document=citation.document,
        title=citation.title,
        page=citation.page,
        heading_path=citation.heading_path,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
    )
