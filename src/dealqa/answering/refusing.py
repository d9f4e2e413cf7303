"""When not to answer, and how to say so: from what the question names and what the evidence covers."""

from __future__ import annotations

from collections.abc import Sequence

from dealqa.answering.draft import Corpus, Draft
from dealqa.answering.evidence import Evidence
from dealqa.places import known_places
from dealqa.terms import LIGHT_WORDS, STOP_WORDS, stem, stems, synonyms, words
from dealqa.types import AnswerType, Citation, Question, Refusal, RefusalReason

__all__ = ["MIN_COVERAGE", "MIN_NAMES", "missing_kind", "refuse", "unknown_names", "unmet"]

MIN_NAMES = 0.6
"""The least coverage of the names that a question asks about: below it the sentence may be about somebody else."""

MIN_COVERAGE = 0.46
"""The least coverage of the question's terms by the passage: below it something else is spoken of, however alike the
rest is ("the venture capital fund of Leeds" is not its transport fund). Chosen on the dev split."""

NEAREST = 2
"""How many of the nearest statements a refusal offers."""

_KINDS: dict[AnswerType, str] = {
    "amount": "an amount of money",
    "percentage": "a percentage",
    "count": "a number",
    "date": "a date",
    "duration": "a length of time",
    "agent": "a person or body",
    "place": "a place",
}


def unknown_names(question: Question, corpus: Corpus) -> tuple[str, ...]:
    """The names in the question that no document mentions: a name with a word in it that occurs nowhere."""
    unknown: list[str] = []
    for name in question.names:
        parts = [word for word in words(name) if word not in STOP_WORDS]
        missing = [word for word in parts if not corpus.mentions(word)]
        if missing:
            place = next(
                (shown for key, shown in known_places().items() if key in name.lower() and key in missing), None
            )
            unknown.append(place or name)
    return tuple(dict.fromkeys(unknown))


def unmet(question: Question, evidence: Evidence) -> tuple[str, ...]:
    """The question's words, as asked, that neither the sentence nor its passage covers."""
    found = stems(evidence.hit.passage.text) | stems(evidence.hit.passage.context)
    named = {stem(word) for name in question.names for word in words(name)}
    return tuple(
        term
        for term in question.terms
        if term not in LIGHT_WORDS
        and stem(term) not in found
        and stem(term) not in named
        and not synonyms().get(stem(term), frozenset()) & found
    )


def missing_kind(question: Question) -> str:
    """The kind of answer that is asked for, in words, or "" when the question does not say."""
    return _KINDS.get(question.sought, "")


def refuse(
    reason: RefusalReason, message: str, confidence: float, nearest: Sequence[tuple[Evidence, Citation]] = ()
) -> Draft:
    """A refusal, with the nearest things that the documents do say."""
    citations: list[Citation] = []
    for _, citation in nearest[:NEAREST]:
        citations.append(citation)
    return Draft((), (), confidence, Refusal(reason, message, tuple(citations)))
