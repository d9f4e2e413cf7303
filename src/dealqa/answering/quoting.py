"""From a sentence that was found to a quote that can be read alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from math import prod

from dealqa.answering.draft import SentenceKey
from dealqa.answering.weighing.evidence import Evidence
from dealqa.places import find_places
from dealqa.rows import is_row
from dealqa.terms import STOP_WORDS, stems, words
from dealqa.types import Citation, Hit, Span

__all__ = ["SAME", "answered_by_quote", "citation_of", "cite", "overlap", "said_anew"]

SAME = 0.75
"""Two sentences that share this much of their words (Jaccard) say the same."""

AS_WELL = 0.4
"""A sentence right beside the one that answers is quoted with it if it is at least this probable, as a share of that
one's probability. Chosen on the dev split and further questions: at 0.4 a quote is an eighth longer, and two fifths of
what is added is gold evidence; of what is added between 0.4 and 0.3 it is a seventh."""

_LEANS_BACK = re.compile(
    r"^\W*(?:it|its|they|their|these|this|that|those|he|she|his|her|such|both"
    r"|the (?:latter|former|fund|deal|scheme|board))\b",
    re.IGNORECASE,
)


_NAMES_AND_FIGURES = re.compile(r"\d[\d.,]*\w*|\b[A-Z]\w+")


def cite(
    evidence: Evidence,
    number: int,
    *,
    where: bool = False,
    read: Mapping[SentenceKey, float] | None = None,
    elsewhere: Collection[SentenceKey] = (),
) -> Citation:
    """The sentence as a citation, with the one before it where it cannot be understood alone.

    Args:
        where: a place is asked for: a sentence that names none cannot be understood without one before it that does.
        read: the sentences that were read closely, with the probability that each answers; those right beside this one
            that answer nearly as well are quoted with it.
        elsewhere: of these, those that are quoted by themselves.
    """
    start, end = _span(evidence, where=where)
    first, last = _with_neighbours(evidence, read or {}, elsewhere)
    return citation_of(evidence.hit, (min(start, first), max(end, last)), number)


def answered_by_quote(evidence: Evidence, read: Mapping[SentenceKey, float]) -> float:
    """The probability that a sentence, or one that is quoted with it, answers: that not all of them fail to.

    Args:
        read: see `cite`; the sentence is among them.
    """
    keys = [evidence.key, *((evidence.hit.document.id, span) for span in _neighbours(evidence, read, ()))]
    return 1.0 - prod(1.0 - read[key] for key in keys)


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
        follows = _follows(evidence.hit, sentences[at - 1], evidence.span)
        if follows and before.rstrip()[-1:] in ".!?”\"'":
            return sentences[at - 1][0], evidence.span[1]
    return evidence.span


def _with_neighbours(evidence: Evidence, read: Mapping[SentenceKey, float], elsewhere: Collection[SentenceKey]) -> Span:
    spans = [evidence.span, *_neighbours(evidence, read, elsewhere)]
    return min(start for start, _ in spans), max(end for _, end in spans)


def _neighbours(
    evidence: Evidence, read: Mapping[SentenceKey, float], elsewhere: Collection[SentenceKey]
) -> list[Span]:
    """The sentences right before and behind one that answer nearly as well ("There are two. One is …").

    A row of a table stands for itself.
    """
    if is_row(evidence.text) or evidence.key not in read:
        return []
    hit, least = evidence.hit, AS_WELL * read[evidence.key]
    sentences = hit.passage.sentences
    at = sentences.index(evidence.span)
    beside = [*sentences[max(0, at - 1) : at], *sentences[at + 1 : at + 2]]
    return [
        span
        for span in beside
        if read.get((hit.document.id, span), 0.0) >= least
        and (hit.document.id, span) not in elsewhere
        and not is_row(hit.passage.sentence_text(span))
        and _follows(hit, min(span, evidence.span), max(span, evidence.span))
    ]


def _follows(hit: Hit, one: Span, other: Span) -> bool:
    """Whether of two neighbouring sentences of a passage the second stands in the same paragraph as the first."""
    return "\n\n" not in hit.passage.text[one[1] - hit.passage.start : other[0] - hit.passage.start]
