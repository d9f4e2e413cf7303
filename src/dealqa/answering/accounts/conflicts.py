"""Statements of the documents that disagree on what is asked: both are given, with their dates, the later one first."""

from __future__ import annotations

from collections.abc import Sequence

from dealqa.answering.accounts.attribution import differently_told, told_by_others
from dealqa.answering.accounts.same_matter import (
    counts_the_same,
    of_other_places,
    rows_of_other_things,
    same_but_for_figures,
    same_matter,
    same_names,
    same_thing,
)
from dealqa.answering.quoting import said_anew
from dealqa.answering.weighing.evidence import SUPPORT, Evidence
from dealqa.answering.weighing.kinds_of_answer import wanted_figures
from dealqa.answering.weighing.ranking import Candidate
from dealqa.answering.wording import title_of
from dealqa.figures import figures
from dealqa.guards.amounts import counted, units_in
from dealqa.types import Question
from dealqa.understanding.asked_accounts import asks_for_accounts, bare_number, offered_figures

__all__ = ["accounts", "disagreement"]

SURE = 0.7
"""How probable a statement with another figure must be, as a share of the best one's probability, to contradict it."""

SAID_AGAIN = 0.15
"""The same as `SURE` for what is the best one over again but for the figure. Chosen, as are `ASKED_FOR`, `HINTED` and
`COUNTED`, on the dev split and further questions of the same kind."""

AS_MUCH = 0.9
"""How much of the question's terms, and of its names, a statement must cover to be about the same thing, as a share of
what the best one covers: "the jobs in construction" are not "the long-term jobs"."""

LESS, FOR_IT = 0.6, 0.25
"""So much of the terms is enough where the evidence model is for the statement (its support)."""

ASKED_FOR = 0.15
"""The same as `SURE` where the question itself offers the figure for choice ("£120m or £130m?")."""

ANOTHER_SOURCE = 0.15
"""The same as `SURE` for what somebody else says of the same thing ("the press printed £1.2bn"): who names a source has
another account in mind. Chosen on the dev split."""

HINTED = 0.3
"""The same as `SURE` where the question asks for more than one account ("do the papers agree?")."""

COUNTED = 0.35
"""The same as `SURE` for another number of what the question wants counted, and for little else."""

MOST = 4
"""How many statements are set next to each other."""

_IN_WORDS = ("yes_no", "agent", "place")
"""Kinds of answer on which statements disagree in words."""

_NO_ACCOUNTS = ("list", "definition", "reason", "comparison", "any")
_UNCERTAIN = "proposed"


def accounts(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The statements that disagree on what is asked; only the best one where none does.

    Two statements disagree when both answer the question, are about the same names and terms of it, and give figures
    of the same kind and unit, none of them the same; or, where words answer it, when they are told differently.

    Args:
        candidates: what is about the question's names, the best first; not empty.
    """
    if offered := offered_figures(question):
        found = _of_each(offered, candidates)
        return found or [candidates[0]]
    if asks_for_accounts(question):
        return _several(candidates)
    if question.answer_type in _NO_ACCOUNTS:
        return [candidates[0]]
    best = candidates[0]
    if question.sought in _IN_WORDS:
        others = [one for one in candidates[1:] if _rivals(question, one, [best]) and _contrasts(one, best)]
        return [best, *others[:1]]
    chosen = [best]
    known = _values(question, best.evidence)
    for candidate in candidates[1:]:
        if len(chosen) == MOST:
            break
        values = _values(question, candidate.evidence)
        rates = known.keys() & values.keys()
        other = bool(rates) and not any(_agree(known[rate], values[rate]) for rate in rates)
        if other and _rivals(question, candidate, chosen):
            chosen.append(candidate)
            for rate in rates:
                known[rate] |= values[rate]
    return chosen


def _agree(known: set[str], values: set[str]) -> bool:
    """Whether two statements have a value in common; "May 2020" (2020-05) is no other date than 12 May 2020."""
    return any(
        one == other or f"{one}-" in f"{other}-" or f"{other}-" in f"{one}-" for one in known for other in values
    )


def _several(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best statement with a figure, and others that give another one of the same kind.

    Without figures: the best statement, and the next one where one of the two reports or tells of a change.
    """
    likely = _as_likely_as(candidates[0], candidates)
    told = [one for one in likely if _by_kind(one)]
    if not told:
        return [likely[0], *[one for one in likely[1:] if _contrasts(one, likely[0])][:1]]
    chosen, known = [told[0]], _by_kind(told[0])
    for candidate in _as_likely_as(told[0], candidates):
        if len(chosen) == MOST:
            break
        values = _by_kind(candidate)
        shared = known.keys() & values.keys()
        if any(known[kind].isdisjoint(values[kind]) for kind in shared):
            chosen.append(candidate)
            for kind in shared:
                known[kind] |= values[kind]
    return chosen


def _as_likely_as(best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    return [one for one in candidates if one.probability >= HINTED * best.probability]


def _by_kind(candidate: Candidate) -> dict[str, set[str]]:
    """The figures of a statement by what they count, or else by their kind; years only say when."""
    text = candidate.evidence.text
    named = units_in(text)
    found: dict[str, set[str]] = {}
    for figure in figures(text):
        # "The number of homes is still 17,420": what is counted may stand before the figure.
        only = next(iter(named)) if figure.kind == "number" and len(named) == 1 else ""
        if figure.kind != "year":
            found.setdefault(counted(text, figure) or only or figure.kind, set()).add(figure.value)
    return found


def _rivals(question: Question, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether a statement answers the question about as well as the best one, of the same things."""
    best, own = chosen[0].evidence, candidate.evidence
    if rows_of_other_things(own, best):
        return False
    other_source = told_by_others(own.text, best.text) and same_matter(own.text, best.text)
    counts = counts_the_same(question, own.text, best.text)
    said_again = same_but_for_figures(own.text, best.text)
    sure = SURE
    if other_source:
        sure = ANOTHER_SOURCE
    elif counts:
        sure = COUNTED
    if said_again:
        sure = min(sure, SAID_AGAIN)
    return (
        candidate.probability >= sure * chosen[0].probability
        and own.features["names"] >= AS_MUCH * best.features["names"]
        and (counts or said_again or _covers(question, own, best))
        and same_names(question, own, best)
        and not of_other_places(question, own, best)
        and said_anew(own, [one.evidence for one in chosen])
    )


def _covers(question: Question, own: Evidence, best: Evidence) -> bool:
    """Whether a statement covers what the question asks for about as well as the best one."""
    supported = own.features.get(SUPPORT, -1.0) >= FOR_IT
    enough = (LESS if supported else AS_MUCH) * best.features["coverage"]
    return own.features["coverage"] >= enough and same_thing(question, own.text, best.text)


def _contrasts(one: Candidate, other: Candidate) -> bool:
    """Whether two statements are told differently, and not of one and the same figures."""
    values, others = _by_kind(one), _by_kind(other)
    shared = values.keys() & others.keys()
    agree = bool(shared) and all(values[kind] & others[kind] for kind in shared)
    return not agree and differently_told(one.evidence.text, other.evidence.text)


def disagreement(chosen: Sequence[Candidate]) -> tuple[list[Candidate], str]:
    """Statements that disagree in the order in which they are given, and what the reader is told about them.

    The later comes first; what was only proposed, and what has no date, comes last.
    """
    order = sorted(chosen, key=_standing, reverse=True)
    said = "; ".join(dict.fromkeys(title_of(one.evidence.hit.document) for one in order))
    if len({_standing(one) for one in order}) == 1:  # of one date, or of none that is known
        return order, f"The documents differ on this, and which statement is the later one is not known: {said}."
    return order, f"The documents differ on this; the later statement comes first: {said}."


def _standing(candidate: Candidate) -> tuple[bool, str]:
    document = candidate.evidence.hit.document
    return document.status != _UNCERTAIN and document.date is not None, document.date or ""


def _of_each(offered: frozenset[str], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best statement of each figure that is offered; one that holds both stands for both."""
    chosen: list[Candidate] = []
    missing = set(offered)
    for candidate in candidates:
        if candidate.probability < ASKED_FOR * candidates[0].probability:
            break
        here = {bare_number(figure) for figure in figures(candidate.evidence.text)} & missing
        if here:
            chosen.append(candidate)
            missing -= here
    return chosen


def _values(question: Question, evidence: Evidence) -> dict[str, set[str]]:
    """The figures of the kind that is asked for by what they are a rate of ("" for totals)."""
    found: dict[str, set[str]] = {}
    for figure in wanted_figures(question, evidence.text):
        found.setdefault(figure.per, set()).add(figure.value)
    return found
