"""When not to answer, and how to say so: from what the question names and what the evidence covers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.answering.draft import Corpus, Draft
from dealqa.answering.quoting import cite, said_anew
from dealqa.answering.weighing.evidence import SUPPORT, Evidence
from dealqa.answering.weighing.ranking import Candidate
from dealqa.places import find_places, known_places
from dealqa.terms import LIGHT_WORDS, STOP_WORDS, related, stem, stems, words
from dealqa.types import AnswerType, Citation, Question, Refusal, RefusalReason

__all__ = [
    "MIN_NAMES",
    "MUST_HAVE",
    "answers",
    "names_nothing",
    "nearest",
    "refuse",
    "unknown_names",
    "unknown_words",
    "what_is_missing",
]

MIN_NAMES = 0.6
"""The least coverage of the deals and places that a question asks about: below it the sentence may be about another."""

MIN_COVERAGE = 0.46
"""The least coverage of the question's terms by the passage where the evidence model has not read the sentence: below
it something else is spoken of, however alike the rest is ("the venture capital fund of Leeds" is not its transport
fund). Chosen on the dev split."""

SOME_LENGTH = 6
"""Of so many words of a question about the documents at least one stands in them."""

SURE_OF_A_NAME = 0.4
"""From which support on a name that no document mentions may be another name of what the sentence tells of. Chosen on
the dev split."""

NEAREST = 2
"""How many of the nearest statements a refusal offers."""

MUST_HAVE = ("amount", "percentage", "count", "date", "duration")
"""Kinds of answer that are there or not: a sentence without an amount does not say how much."""

_KINDS: dict[AnswerType, str] = {
    "amount": "an amount of money",
    "percentage": "a percentage",
    "count": "a number",
    "date": "a date",
    "duration": "a length of time",
    "agent": "a person or body",
    "place": "a place",
}
_ABBREVIATION = re.compile(r"[A-Z]{3,}")

_ASKING = frozenset({"tell", "say", "show", "know", "ask", "explain", "answer", "want"})
"""Words that ask for something and do not say for what."""


def names_nothing(question: Question) -> bool:
    """Whether nothing in a question could be looked up: it has no name, and no words but such as ask."""
    return not question.names and _ASKING.issuperset(question.terms)


def unknown_words(question: Question, corpus: Corpus) -> bool:
    """Whether a question of some length has not one word that stands in the documents: of another language, or of none.

    A short one may have a word for each of the documents' own ("quarrels" for "disputes").
    """
    asked = [term for term in question.terms if term not in LIGHT_WORDS]
    return len(asked) >= SOME_LENGTH and not any(corpus.mentions(term) for term in asked)


def unknown_names(question: Question, corpus: Corpus, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The names in the question that no document mentions: a name with a word in it that occurs nowhere.

    Where the evidence model is sure of a sentence, only places and abbreviations are looked at: the documents may call
    a body otherwise.

    Args:
        candidates: what was found, the best first.
    """
    sure = bool(candidates) and candidates[0].evidence.features.get(SUPPORT, -1.0) >= SURE_OF_A_NAME
    abbreviates = not question.text.isupper()  # all is in capitals then, and nothing an abbreviation
    unknown: list[str] = []
    for name in question.names:
        short = abbreviates and _ABBREVIATION.fullmatch(name) is not None
        if sure and not short and not find_places(words(name)):
            continue
        parts = [word for word in words(name) if word not in STOP_WORDS]
        missing = [word for word in parts if not corpus.mentions(word)]
        if missing:
            place = next(
                (shown for key, shown in known_places().items() if key in name.lower() and key in missing), None
            )
            unknown.append(place or name)
    return tuple(dict.fromkeys(unknown))


def answers(question: Question, candidate: Candidate, threshold: float) -> bool:
    """Whether a sentence answers: it is probable, what is asked of is spoken of, and the kind of answer is in it."""
    features = candidate.evidence.features
    if question.sought in MUST_HAVE and features["type_missing"]:
        return False
    spoken_of = SUPPORT in features or features["passage_coverage"] >= MIN_COVERAGE
    return spoken_of and candidate.probability >= threshold


def what_is_missing(question: Question, candidate: Candidate) -> str:
    """What the documents do not say, as a sentence for the reader."""
    about = f" on {' and '.join(question.names)}" if question.names else ""
    if missing := _unmet(question, candidate.evidence):
        listed = ", ".join(f"“{term}”" for term in missing[:3])
        return f"The documents do not answer this: nothing was found{about} that speaks of {listed}."
    if candidate.evidence.features["type_missing"] and (kind := _KINDS.get(question.sought, "")):
        return f"The documents do not answer this: what they say{about} does not give {kind}."
    return f"The documents do not answer this: nothing that was found{about} says it."


def nearest(candidates: Sequence[Candidate]) -> tuple[Citation, ...]:
    """The nearest things that the documents do say, the best first."""
    chosen: list[Evidence] = []
    for candidate in candidates:
        if said_anew(candidate.evidence, chosen):
            chosen.append(candidate.evidence)
        if len(chosen) == NEAREST:
            break
    return tuple(cite(evidence, number) for number, evidence in enumerate(chosen, start=1))


def _unmet(question: Question, evidence: Evidence) -> tuple[str, ...]:
    """The question's words, as asked, that neither the sentence nor its passage covers."""
    found = stems(evidence.hit.passage.text) | stems(evidence.hit.passage.context)
    named = {stem(word) for name in question.names for word in words(name)}
    return tuple(
        term
        for term in question.terms
        if term not in LIGHT_WORDS
        and stem(term) not in found
        and stem(term) not in named
        and not related().get(stem(term), frozenset()) & found
    )


def refuse(reason: RefusalReason, message: str, confidence: float, candidates: Sequence[Candidate] = ()) -> Draft:
    """A refusal, with the nearest of the candidates."""
    return Draft((), (), confidence, Refusal(reason, message, nearest(candidates)))
