"""Compare: a statement for each side of a question, or "not stated" where the documents have none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from dealqa.answering.draft import Corpus, Search, SentenceKey
from dealqa.answering.refusing.refusals import MIN_NAMES, answers
from dealqa.answering.weighing.kinds_of_answer import KINDS_OF_FIGURE, figures_asked_for, units_asked_for
from dealqa.answering.weighing.ranking import Candidate, Ranking, Reader, rank
from dealqa.figures import Figure, figures
from dealqa.places import find_places
from dealqa.rows import is_row, under_heads
from dealqa.terms import content_words, related, stems, words
from dealqa.types import Question
from dealqa.understanding.comparisons import AND_WHICH_IN, things_compared

__all__ = ["Side", "Statement", "has_figure_of", "of_different_deals", "sides_of", "statements", "told_together"]


EASED = 0.7
"""The share of the threshold that a statement of one side must reach: it is half of what the question asks for."""

NEARLY = 0.7
"""How probable a row with a column for each side must be, as a share of the best statement's probability."""

TOGETHER = 0.5
"""How probable a sentence that tells of all sides must be, as a share of the least probable side's."""

_JOINED = re.compile(r"\s*(?:,|and|&|/|, and)\s*")


_JOINING = r"(?:,|\band\b|\bor\b|&|\bvs\b\.?|\bv\b|\bversus\b|\bthan\b|\bas against\b)"
"""What joins the sides of a question."""

_COMPARES = re.compile(
    r"\bhow (?:do|does|did)\b(?=.*\bdiffer)|\bdiffer(?:s|ed|ences?)?\b(?: (?:between|from)\b)?"
    r"|\bcompare[sd]?\b(?: (?:with|to)\b)?",
    re.IGNORECASE,
)
"""Words that make no sense where one side is asked alone."""

_LEFT_OVER = re.compile(rf"\W*{AND_WHICH_IN}\W*$", re.IGNORECASE)
"""What is left of "…, and which in that of Reading?" without Reading."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that a question compares.

    Attributes:
        label: as the question names it.
        question: asked of this side alone; its words are those of the whole question.
        is_thing: whether it is no deal or place, but something named by words: "the county's pension fund".
    """

    label: str
    question: Question
    is_thing: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What the documents say of one side.

    Attributes:
        best: the sentence that answers; None where none does.
        candidates: what was found about this side, the best first.
        passages, read: see `Ranking`.
    """

    side: Side
    best: Candidate | None
    candidates: Sequence[Candidate]
    passages: Mapping[str, float]
    read: Mapping[SentenceKey, float]


def has_figure_of(side: Side, text: str) -> bool:
    """Whether a figure of the kind that is asked for is said of this side, and not of another place beside it.

    A figure belongs to the place that is named last before it, else to the first that is named after it: "the fund of
    Leeds is £1bn, twice that of Sheffield" gives no figure for Sheffield.
    """
    wanted = figures_asked_for(side.question, text)
    own = set(words(side.label))
    if not find_places(words(side.label)):
        return bool(wanted)
    return any(owner is None or not own.isdisjoint(owner) for _, owner in _owned(wanted, text))


def _owned(wanted: AbstractSet[str], text: str) -> list[tuple[Figure, set[str] | None]]:
    """The figures with a wanted value, each with the words of the places that it belongs to; None without any."""
    groups = _places(text)
    found: list[tuple[Figure, set[str] | None]] = []
    for figure in figures(text):
        if figure.value in wanted:
            before = [named for at, named in groups if at < figure.start]
            found.append((figure, before[-1] if before else next((named for _, named in groups), None)))
    return found


def _places(text: str) -> list[tuple[int, set[str]]]:
    """Where places are named, in order, and the words of their names; "Newcastle and Gateshead" are named together."""
    names = {name for _, _, name in find_places(words(text))}
    spans = sorted(
        match.span() for name in names for match in re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)
    )
    groups: list[tuple[int, set[str]]] = []
    past = -1
    for start, end in spans:
        named = set(words(text[start:end]))
        if groups and _JOINED.fullmatch(text, past, start):
            groups[-1] = (groups[-1][0], groups[-1][1] | named)
        else:
            groups.append((start, named))
        past = max(past, end)
    return groups


def sides_of(question: Question, corpus: Corpus) -> list[Side]:
    """What a question compares: its places, or else its names that are different deals, or else two things.

    Empty for less than two.
    """
    labels = list(question.places)
    if len(labels) < 2:
        labels = _names_of_deals(question, corpus)
    if len(labels) >= 2:
        return [Side(label, _alone(question, label, labels, corpus)) for label in labels]
    things = things_compared(question.resolved)
    return [
        Side(one, _without(question, other, one), is_thing=True)
        for one, other in zip(things, reversed(things), strict=True)
    ]


def of_different_deals(sides: Sequence[Side]) -> bool:
    """Whether there are sides, each has a deal, and no two share one."""
    known: set[str] = set()
    for side in sides:
        if not side.question.deals or not known.isdisjoint(side.question.deals):
            return False
        known.update(side.question.deals)
    return bool(sides)


def _names_of_deals(question: Question, corpus: Corpus) -> list[str]:
    """Names that no other name shares a deal with."""
    found: dict[str, frozenset[str]] = {}
    for name in question.names:
        deals = frozenset(deal.name for deal in corpus.registry.deals_named(name))
        if all(deals.isdisjoint(others) or not deals for others in found.values()):
            found[name] = deals
    return list(found) if any(found.values()) else []


def _alone(question: Question, label: str, labels: Sequence[str], corpus: Corpus) -> Question:
    others = [other for other in labels if other != label]
    gone = {word for other in others for word in words(other)} - set(words(label))
    resolved = question.resolved
    for other in others:
        name = rf"\b{re.escape(other)}\b(?:['’]s)?"
        pattern = rf"{_JOINING}\s+(?:the |in |of |for |at |that of )*{name}|{name}\s*{_JOINING}?"
        resolved = re.sub(pattern, " ", resolved, flags=re.IGNORECASE)
    resolved = _LEFT_OVER.sub("", _COMPARES.sub(" ", resolved))
    deals = {deal.name for deal in corpus.registry.deals_named(label)}
    return replace(
        question,
        resolved=" ".join(resolved.split()),
        names=tuple(name for name in question.names if not any(other.lower() in name.lower() for other in others)),
        places=tuple(place for place in question.places if place == label),
        deals=tuple(deal for deal in question.deals if deal in deals),
        terms=tuple(term for term in question.terms if term not in gone),
    )


def _without(question: Question, other: str, own: str) -> Question:
    """The question without the other of two things that are no deals: both are asked of the same deals."""
    gone = set(content_words(other)) - set(content_words(own))
    joined = rf"\W*{_JOINING}?\s*(?:with |from |to )?{re.escape(other)}\s*{_JOINING}?"
    resolved = _COMPARES.sub(" ", re.sub(joined, " ", question.resolved, flags=re.IGNORECASE))
    return replace(
        question,
        resolved=" ".join(resolved.split()),
        names=tuple(name for name in question.names if name.lower() not in other.lower()),
        terms=tuple(term for term in question.terms if term not in gone),
    )


def _speaks_of(side: Side, one: Candidate) -> bool:
    """Whether a sentence names a side: all words of a place or deal, half of those of a thing or words for the same."""
    own = stems(content_words(side.label))
    found = stems(one.evidence.text)
    if not side.is_thing:
        return own <= found
    return 2 * sum(word in found or not related().get(word, frozenset()).isdisjoint(found) for word in own) >= len(own)


def _under_its_head(side: Side, about: list[Candidate]) -> list[Candidate]:
    """The candidates, with a row that has a column for this side first where it is nearly as probable as the best one.

    "Term | 20 years | 15 years" under the names of two deals was made for comparing them.
    """
    own = set(words(side.label))
    for one in about:
        row = one.evidence.text
        if not is_row(row) or one.probability < NEARLY * about[0].probability:
            continue
        heads = (head for head, _ in under_heads(row, one.evidence.hit.passage.table_header))
        if own <= {word for head in heads for word in words(head)}:
            return [one, *(other for other in about if other is not one)]
    return about


def told_together(
    question: Question, sides: Sequence[Side], ranking: Ranking, stated: Sequence[Candidate]
) -> tuple[Candidate | None, bool]:
    """The best sentence that tells of all sides, and whether it is enough.

    It is enough if it has a figure for each and is as probable as what is stated of each alone, or if it is the best
    one on two things.

    "The Leeds fund of £1bn is twice the size of the Sheffield fund, which could be worth £500m": who compares has it
    from the documents themselves, and of the same kind on both sides.

    Args:
        ranking: of the whole question.
        stated: the statements of the sides alone.
    """
    alone = min((one.probability for one in stated), default=0.0)
    least = max(EASED * ranking.threshold, TOGETHER * alone)
    likely = [one for one in ranking.candidates if one.probability >= least and not is_row(one.evidence.text)]
    if question.sought in KINDS_OF_FIGURE:
        found = next((one for one in likely if _has_a_figure_of_each(sides, one)), None)
        return found, found is not None and found.probability >= alone
    found = next((one for one in likely if all(_speaks_of(side, one) for side in sides)), None)
    return found, sides[0].is_thing and found is ranking.candidates[0]


def _has_a_figure_of_each(sides: Sequence[Side], one: Candidate) -> bool:
    """Whether a sentence gives each side a figure, and all of them figures of one kind."""
    text = one.evidence.text
    if sides[0].is_thing:
        wanted = figures_asked_for(sides[0].question, text)
        counts = Counter(figure.kind for figure in figures(text) if figure.value in wanted)
        return max(counts.values(), default=0) > 1 and all(_speaks_of(side, one) for side in sides)
    kinds: list[set[str]] = []
    for side in sides:
        others = {word for other in sides if other is not side for word in words(other.label)}
        own = set(words(side.label)) - others  # East Midlands and West Midlands
        owned = _owned(figures_asked_for(side.question, text), text)
        kinds.append({figure.kind for figure, owner in owned if owner is not None and not own.isdisjoint(owner)})
    return bool(set.intersection(*kinds))


def statements(
    question: Question, sides: Sequence[Side], search: Search, corpus: Corpus, reader: Reader | None
) -> list[Statement]:
    """For each side its best statement, or None where nothing answers, and what was found about it."""
    found: list[Statement] = []
    for side in sides:
        ranking = rank(side.question, search(side.question), corpus, reader)
        about = [one for one in ranking.candidates if one.evidence.features["subjects"] >= MIN_NAMES]
        if side.is_thing:  # no deal keeps what is said of one of them from what is said of the other
            about = [one for one in about if _speaks_of(side, one)]
        if side.question.sought in KINDS_OF_FIGURE:  # what is weighed is a figure, where there is one
            about.sort(key=lambda one: not has_figure_of(side, one.evidence.text))
        about = _under_its_head(side, about)
        least = EASED * ranking.threshold
        counts = bool(units_asked_for(side.question))  # a side of which no such number is given is not stated
        stated = [one for one in about if not (counts and one.evidence.features["type_missing"])]
        best = next((one for one in stated if answers(side.question, one, least)), None)
        found.append(Statement(side, best, about or list(ranking.candidates), ranking.passages, ranking.read))
    return found
