"""Verify every citation and every figure against the stored text. Never calls a model; trusts nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from dealqa.deals import Registry
from dealqa.guards import source_of, unsupported_claim
from dealqa.types import AnswerSentence, Citation, Document

__all__ = ["objection", "quote_stands", "verify"]


def quote_stands(citation: Citation, document: Document) -> bool:
    """Whether the quote is the document's text at its offsets, to the character."""
    inside = 0 <= citation.start < citation.end <= len(document.text)
    return inside and document.text[citation.start : citation.end] == citation.quote


def objection(
    sentence: AnswerSentence,
    citations: Sequence[Citation],
    document: Callable[[str], Document],
    registry: Registry | None = None,
) -> str | None:
    """Why a sentence must not be shown, or None when it stands.

    It stands when it cites something, each citation it names exists and is verbatim, and it claims nothing that its
    quotes do not say: no other figure, place or name, nothing denied or affirmed, more certain or less
    (`dealqa.guards`).

    Args:
        citations: of the whole answer; the sentence names some of them by number.
        document: the stored document with an id; raises KeyError for an id that is not stored.
        registry: says which names mean the same deal; without it no two names of deals do.
    """
    if not sentence.citations:
        return "it cites nothing"
    by_number = {citation.number: citation for citation in citations}
    sources = []
    for number in sentence.citations:
        citation = by_number.get(number)
        if citation is None:
            return f"citation {number} does not exist"
        try:
            stored = document(citation.document_id)
        except KeyError:
            return f"citation {number} names a document that is not in the index"
        if not quote_stands(citation, stored):
            return f"the quote of citation {number} is not what the document says there"
        sources.append(source_of(citation, stored))
    return unsupported_claim(sentence.text, sources, registry)


def verify(
    sentences: Sequence[AnswerSentence],
    citations: Sequence[Citation],
    document: Callable[[str], Document],
    registry: Registry | None = None,
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...], int]:
    """The sentences that stand, the citations that they still use, numbered anew from 1, and how many were dropped."""
    standing = [sentence for sentence in sentences if objection(sentence, citations, document, registry) is None]
    used = list(dict.fromkeys(number for sentence in standing for number in sentence.citations))
    renumbered = {old: new for new, old in enumerate(used, start=1)}
    by_number = {citation.number: citation for citation in citations}
    kept = tuple(replace(by_number[old], number=new) for old, new in renumbered.items())
    final = tuple(
        replace(sentence, citations=tuple(renumbered[number] for number in sentence.citations)) for sentence in standing
    )
    return final, kept, len(sentences) - len(standing)
