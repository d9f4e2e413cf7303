"""Clauses of a text, the words they hold, and which clause of a quote a clause of a sentence comes from."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dealqa.figures import figures, lowered
from dealqa.terms import STOP_WORDS, stem

__all__ = ["Clause", "clauses_of", "likeness", "likest"]

_BORDER = re.compile(
    r"[.;:!?](?=[\s\"”’')\]]|$)|[\n|()]|\s[-–—]\s|—|,\s"
    r"|\b(?:and|but|or|while|whereas|although|though|because|if|unless|that|which|who|whose|where|when|so)\b"
    r"|\b(?=nor\b)",
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][a-z]+)?")
_MARK = re.compile(r"[*_`\\]")
_VERBAL = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "shall",
        "should",
        "can",
        "could",
        "may",
        "might",
        "must",
        "it",
        "they",
        "this",
        "that",
        "there",
    ]
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a text.

    Attributes:
        text: in lower case, its figures' letters included.
        words: its words in order, lower case.
        stems: the stems of its content words, and the values of its figures.
        joined: what stands in front of it: "or", "and", "," and the like.
        verbal: whether it holds a verb for certain, and so states something.
    """

    text: str
    words: tuple[str, ...]
    stems: frozenset[str]
    joined: str
    verbal: bool


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in order, empty ones left out."""
    text = _MARK.sub(" ", text)
    low = lowered(text)
    found = figures(text)
    starts = [figure.start for figure in found]
    clauses: list[Clause] = []
    start, first, joined = 0, 0, ""
    borders = [(border.start(), border.end(), border.group().strip() or "nor") for border in _BORDER.finditer(low)]
    for end, after, mark in [*borders, (len(low), len(low), "")]:
        past = bisect.bisect_left(starts, end)
        if past and end < found[past - 1].end:
            continue  # "6 hundred and fifty" is no two clauses
        clause = _clause(low[start:end], joined, {figure.value for figure in found[first:past]})
        if clause is not None:
            clauses.append(clause)
        start, first, joined = after, past, mark
    return tuple(clauses)


def _clause(text: str, joined: str, values: set[str]) -> Clause | None:
    words = tuple(match.group().replace("’", "'") for match in _WORD.finditer(text))
    if not words and not values:
        return None
    stems = {stem(word.removesuffix("'s")) for word in words if word not in STOP_WORDS and not _negates(word)}
    return Clause(text.strip(), words, frozenset(stems | values), joined, not _VERBAL.isdisjoint(words))


def _negates(word: str) -> bool:
    return word.endswith("n't") or word in ("never", "without", "cannot", "none", "neither", "nothing", "nobody")


def likeness(clause: Clause, other: Clause) -> float:
    """The share of a clause's stems that another one holds, in [0, 1]."""
    return len(clause.stems & other.stems) / len(clause.stems) if clause.stems else 0.0


def likest(clause: Clause, given: Sequence[Clause], *, within: float = 0.0) -> list[Clause]:
    """The clauses of `given` that are most like a clause, and those that are almost as like it."""
    rated = [(likeness(clause, other), other) for other in given]
    best = max((rate for rate, _ in rated), default=0.0)
    return [other for rate, other in rated if rate > 0 and rate >= best - within]
