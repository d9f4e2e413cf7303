"""From a sentence that was found to a quote that can be read alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dealqa.answering.evidence import Evidence
from dealqa.places import find_places
from dealqa.terms import STOP_WORDS, stems, words
from dealqa.types import Citation, Hit, Span

__all__ = ["SAME", "citation_of", "cite", "overlap", "said_anew"]

SAME = 0.75
"""Two sentences that share this much of their words (Jaccard) say the same."""

_LEANS_BACK = re.compile(
    r"^\W*(?:it|its|they|their|these|this|that|those|he|she|his|her|such|both"
    r"|the (?:latter|former|fund|deal|scheme|board))\b",
    re.IGNORECASE,
)


_NAMES_AND_FIGURES = re.compile(r"\d[\d.,]*\w*|\b[A-Z]\w+")


def cite(evidence: Evidence, number: int, *, where: bool = False) -> Citation:
    """The sentence as a citation, with the one before it where it cannot be understood alone.

    Args:
        where: a place is asked for: a sentence that names none cannot be understood without one before it that does.
    """
    return citation_of(evidence.hit, _span(evidence, where=where), number)


def citation_of(hit: Hit, span: Span, number: int) -> Citation:
    """A stretch of a passage, in the document's offsets, as a citation."""
    (start, end), passage, document = span, hit.passage, hit.document
    return Citation(
        number=number,
        document_id=document.id,
        document=document.path,
        title=document.title,
        page=passage.page,
        heading_path=passage.heading_path,
        start=start,
        end=end,
        quote=passage.text[start - passage.start : end - passage.start],
    )


def overlap(one: str, other: str) -> float:
    """The share of their words that two texts have in common, in [0, 1]."""
    a, b = stems(one), stems(other)
    return len(a & b) / len(a | b) if a | b else 1.0


def said_anew(evidence: Evidence, others: Iterable[Evidence]) -> bool:
    """Whether a sentence says something that none of the others says: hardly the same words, or of another name."""
    own = _telling(evidence.text)
    return all(overlap(evidence.text, other.text) < SAME or _telling(other.text) != own for other in others)


def _telling(text: str) -> set[str]:
    """The names and figures of a text: look-alikes differ in nothing else."""
    return {word for word in _NAMES_AND_FIGURES.findall(text) if word.lower() not in STOP_WORDS}


def _span(evidence: Evidence, *, where: bool) -> Span:
    """The sentence, with the one before it when it cannot be understood alone ("It offers £45 million …")."""
    sentences = evidence.hit.passage.sentences
    at = sentences.index(evidence.span)
    before = evidence.hit.passage.sentence_text(sentences[at - 1]) if at else ""
    names_the_place = where and not find_places(words(evidence.text)) and bool(find_places(words(before)))
    if at and (names_the_place or _LEANS_BACK.match(evidence.text)):
        gap = evidence.hit.passage.text[
            sentences[at - 1][1] - evidence.hit.passage.start : evidence.span[0] - evidence.hit.passage.start
        ]
        if "\n\n" not in gap and before.rstrip()[-1:] in ".!?”\"'":
            return sentences[at - 1][0], evidence.span[1]
    return evidence.span
