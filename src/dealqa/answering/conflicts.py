"""Statements of the documents that disagree on what is asked: both are given, with their dates, the later one first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.answering.evidence import SUPPORT, Evidence
from dealqa.answering.kinds_of_answer import KINDS_OF_FIGURE
from dealqa.answering.quoting import said_anew
from dealqa.answering.ranking import Candidate
from dealqa.answering.wording import title_of
from dealqa.figures import Figure, figures
from dealqa.guards.amounts import counted, units_in
from dealqa.rows import cells_of, is_row
from dealqa.terms import LIGHT_WORDS, stem, stems, words
from dealqa.types import Question

__all__ = ["accounts", "disagreement", "offered_figures"]

SURE = 0.7
"""How probable a statement with another figure must be, as a share of the best one's probability, to contradict it."""

AS_MUCH = 0.9
"""How much of the question's terms, and of its names, a statement must cover to be about the same thing, as a share of
what the best one covers: "the jobs in construction" are not "the long-term jobs"."""

LESS, FOR_IT = 0.6, 0.25
"""So much of the terms is enough where the evidence model is for the statement (its support)."""

OWN_TERMS = 0.5
"""How many of the question's terms that the best statement holds another one must hold itself."""

ALIKE = 0.6
"""How like the best statement another one must be (Jaccard, of stems without figures) to be the same one with another
figure, for which `HINTED` is sure enough."""

ASKED_FOR = 0.25
"""The same as `SURE` where the question itself offers the figure for choice ("£120m or £130m?")."""

HINTED = 0.4
"""The same as `SURE` where the question asks for more than one account ("do the papers agree?"). Chosen on the dev
split."""

MOST = 4
"""How many statements are set next to each other."""

_OFFERED = re.compile(
    r"(?P<one>[£$€]?\d[\d,.]*)\s*(?P<scale_one>million|billion|thousand|m|bn|k)?\b[^.?;]{0,60}?(?:\bor\b|/|\bvs\b\.?)"
    r"\s*(?:[a-z' ]{0,30}\s)?(?P<other>[£$€]?\d[\d,.]*)\s*(?P<scale>million|billion|thousand|m|bn|k)?(?![\w.,]*\d)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:(?:sources?|accounts?|papers?|reports?|figures?|numbers?|documents?) (?:\w+ ){0,3}(?:agree|differ|disagree"
    r"|diverge|vary|conflict|contradict)"
    r"|(?:more than one|different|several|various|two|conflicting|competing|diverging) (?:\w+ )?(?:figures?|numbers?"
    r"|values?|totals?|accounts?|dates?|sums?|answers?|versions?|stories|things)"
    r"|(?:has|have|had) (?:[^?,;.]{1,80} )?(?:changed|altered|shifted|revised|gone up|gone down)"
    r"|how (?:has|have|did) [^?;.]{1,100} (?:changed?|shift(?:ed)?|evolved?|moved?|developed?|differ(?:ed)?)"
    r"|from what to what|from one [^?;.]{1,40} to the next|then and now|before and after|compared with (?:what|the)"
    r"|measured against|still the (?:one|same)|(?:first|early|earlier|original|initial)\b[^?;.]{1,90}"
    r"\b(?:v|vs|versus|against|finally|in the end|eventually|later|now|today)\b)",
    re.IGNORECASE,
)
"""A question that asks for more than one account itself."""

_REPORTED = re.compile(
    r"\b(?:according to|press|newspapers?|magazines?|local paper|media|journalists?|reports? (?:say|put|said)|reported"
    r"|sources? (?:say|said)|by the [a-z ]{0,20}statement|(?:said|says|say) that|wrote|writes|quoted|claim(?:s|ed)"
    r"|credit(?:s|ed))\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:revamp(?:s|ed)?|revis(?:es|ed)|replac(?:es|ed)|supersed(?:es|ed)|no longer|not any longer|instead|in the end"
    r"|since then|originally|at first|first papers|turned out)\b",
    re.IGNORECASE,
)
_FORECAST = re.compile(
    r"\b(?:forecasts?|expect(?:s|ed|ation)?|plan(?:s|ned)?|propos(?:es|ed|al)|aims?|targets?|promis(?:es|ed)"
    r"|(?:is|are|was|were) to|to be|will|would|could)\b",
    re.IGNORECASE,
)
_IN_WORDS = ("yes_no", "agent", "place")
"""Kinds of answer on which statements disagree in words."""

_NO_ACCOUNTS = ("list", "definition", "reason", "comparison", "any")
_UNCERTAIN = "proposed"


def offered_figures(question: Question) -> frozenset[str]:
    """The figures that a question offers for choice: those of £120m and £130m for "120 or 130 million"."""
    match = _OFFERED.search(question.resolved)
    if match is None:
        return frozenset()
    first = f"{match['one']}{match['scale_one'] or match['scale'] or ''}"
    return frozenset(_number(figure) for text in (first, match[0]) for figure in figures(text)[-1:])


def accounts(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The statements that disagree on what is asked; only the best one where none does.

    Two statements disagree when both answer the question, are about the same names and terms of it, and give figures
    of the same kind and unit, none of them the same.

    Args:
        candidates: what is about the question's names, the best first; not empty.
    """
    if offered := offered_figures(question):
        found = _of_each(offered, candidates)
        return found or [candidates[0]]
    if _SEVERAL.search(question.resolved):
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
        other = bool(rates) and all(known[rate].isdisjoint(values[rate]) for rate in rates)
        if other and _rivals(question, candidate, chosen):
            chosen.append(candidate)
            for rate in rates:
                known[rate] |= values[rate]
    return chosen


def _several(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best statement with a figure, and others that give another one of the same kind.

    Without figures: the best statement, and the next one where one of the two reports or tells of a change.
    """
    likely = [one for one in candidates if one.probability >= HINTED * candidates[0].probability]
    told = [one for one in likely if _by_kind(one)]
    if not told:
        return [likely[0], *[one for one in likely[1:] if _contrasts(one, likely[0])][:1]]
    chosen, known = [told[0]], _by_kind(told[0])
    for candidate in told[1:]:
        if len(chosen) == MOST:
            break
        values = _by_kind(candidate)
        shared = known.keys() & values.keys()
        if any(known[kind].isdisjoint(values[kind]) for kind in shared):
            chosen.append(candidate)
            for kind in shared:
                known[kind] |= values[kind]
    return chosen


def _by_kind(candidate: Candidate) -> dict[str, set[str]]:
    """The figures of a statement by what they count, or else by their kind; years only say when."""
    text = candidate.evidence.text
    found: dict[str, set[str]] = {}
    for figure in figures(text):
        if figure.kind != "year":
            found.setdefault(counted(text, figure) or figure.kind, set()).add(figure.value)
    return found


def _rivals(question: Question, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether a statement answers the question about as well as the best one, of the same things."""
    best, own = chosen[0].evidence, candidate.evidence
    if _rows_of_other_things(own, best):
        return False
    sure = HINTED if _same_but_for_figures(own.text, best.text) else SURE
    return (
        candidate.probability >= sure * chosen[0].probability
        and own.features["names"] >= AS_MUCH * best.features["names"]
        and own.features["coverage"]
        >= (LESS if own.features.get(SUPPORT, -1.0) >= FOR_IT else AS_MUCH) * best.features["coverage"]
        and _same_thing(question, own.text, best.text)
        and _same_names(question, own, best)
        and said_anew(own, [one.evidence for one in chosen])
    )


def _rows_of_other_things(one: Evidence, best: Evidence) -> bool:
    """Whether two rows of a document have other labels, neither of which says when: "New roads", and "Old roads"."""
    if one.hit.document.id != best.hit.document.id or not (is_row(one.text) and is_row(best.text)):
        return False
    labels = {cells_of(text)[0] for text in (one.text, best.text)}
    return len(labels) == 2 and not any(figures(label) for label in labels)


def _same_but_for_figures(one: str, best: str) -> bool:
    """Whether a statement is nearly the best one over again: "deals worth up to £1.1bn" and "worth up to £1.4bn".

    What came of a forecast is no other account of it.
    """
    if (_FORECAST.search(one) is None) != (_FORECAST.search(best) is None):
        return False
    a, b = (stems(_without_figures(text)) for text in (one, best))
    return bool(a | b) and len(a & b) >= ALIKE * len(a | b)


def _without_figures(text: str) -> str:
    for figure in reversed(figures(text)):
        text = text[: figure.start] + " " + text[figure.end :]
    return text


def _same_thing(question: Question, one: str, best: str) -> bool:
    """Whether a statement says in its own words, and not only through what stands around it, what the best one does.

    The figures that the question names tell that, or else most of its terms that the best one holds.
    """
    asked = set(question.figures)
    if asked and all(asked <= {figure.value for figure in figures(text)} for text in (one, best)):
        return True
    terms = {stem(term) for term in question.terms if term not in LIGHT_WORDS} & stems(best)
    return len(terms & stems(one)) >= OWN_TERMS * len(terms)


def _same_names(question: Question, one: Evidence, best: Evidence) -> bool:
    """Whether a statement holds, or stands under, each name of the question that the best one does.

    Names of deals have others that mean the same, which `names` among the features knows.
    """
    if question.deals:
        return True
    named = {stem(word) for name in question.names for word in words(name)}
    return named & _with_headings(best) <= _with_headings(one)


def _with_headings(evidence: Evidence) -> set[str]:
    return stems(evidence.text) | stems(evidence.hit.passage.context)


def _contrasts(one: Candidate, other: Candidate) -> bool:
    """Whether one of two statements is what somebody says, or tells of a change, and the other is not or does not."""
    a, b = one.evidence.text, other.evidence.text
    return any((mark.search(a) is None) != (mark.search(b) is None) for mark in (_REPORTED, _CHANGED))


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
        here = {_number(figure) for figure in figures(candidate.evidence.text)} & missing
        if here:
            chosen.append(candidate)
            missing -= here
    return chosen


def _values(question: Question, evidence: Evidence) -> dict[str, set[str]]:
    """The figures of the kind that is asked for by what they are a rate of ("" for totals).

    Those that the question names, and those that count others than it asks for, are left out.
    """
    kinds = KINDS_OF_FIGURE.get(question.sought, frozenset())
    asked = units_in(question.resolved)
    found: dict[str, set[str]] = {}
    for figure in figures(evidence.text):
        unit = counted(evidence.text, figure)
        if figure.kind in kinds and figure.value not in question.figures and (not asked or not unit or unit in asked):
            found.setdefault(figure.per, set()).add(figure.value)
    return found


def _number(figure: Figure) -> str:
    """A figure without its unit: the question's "120 or 130 million" does not say of what."""
    return re.sub(r"^[A-Z]{3} |%$| [a-z]+$", "", figure.value)
