"""Figures of a sentence: each stands in what it cites, with the same bound, rate and unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from dealqa.figures import Figure, figures, given_values, lowered
from dealqa.figures.marks import BOUND_WORDS, has_rate_word
from dealqa.guards.source import Source
from dealqa.terms import words

__all__ = ["counted", "figure_objection", "units_in"]

_MEETS = {"<=": {"<=", "to"}, ">=": {">=", "from"}, "from": {"from"}, "to": {"to"}}
"""By which bounds of the quote a bound of the sentence is met, besides its own: the end of a range is at most that."""

_NOTICED = {"<=", "<", ">=", ">", "from", "to"}
"""Bounds of the quote that the sentence must not leave out; "about" is a manner of speaking."""

_UNITS = {
    name: unit[0]
    for unit in (
        ("hectare", "hectares", "ha"), ("acre", "acres"), ("kilometre", "kilometres", "km"), ("mile", "miles"),
        ("metre", "metres", "m"), ("tonne", "tonnes"), ("mw", "megawatt", "megawatts"), ("gwh",), ("mwh",),
        ("foot", "feet", "ft"), ("job", "jobs"), ("home", "homes", "house", "houses", "dwelling", "dwellings"),
        ("apprenticeship", "apprenticeships", "apprentice", "apprentices"),
        ("business", "businesses", "firm", "firms", "company", "companies"),
        ("council", "councils", "authority", "authorities"), ("city", "cities"), ("town", "towns"), ("deal", "deals"),
        ("line", "lines"), ("station", "stations"), ("area", "areas", "zone", "zones"), ("place", "places"),
        ("site", "sites"), ("member", "members"), ("student", "students", "pupil", "pupils"), ("school", "schools"),
        ("graduate", "graduates"), ("volunteer", "volunteers"), ("visitor", "visitors"),
    )
    for name in unit
}  # fmt: skip
"""What is counted and measured in deal papers, and what says the same."""

_STEP = re.compile(r"\b(by|to|from)\s(?:an?\s|about\s|around\s|nearly\s|some\s|almost\s|minus\s)*-?$")
_FOLLOWING = re.compile(r"[\s-]*((?:[a-z²]+[\s-]+){0,3}[a-z²]+)")


class _Said(NamedTuple):
    """What is said of a figure: its bound, its rate, what it counts, and "by" or "to" before it."""

    bound: str
    per: str
    unit: str
    step: str


def figure_objection(text: str, sources: Sequence[Source]) -> str | None:
    """Which figure of a sentence its sources do not support, and why not; None when they support all."""
    claimed = figures(text)
    if not claimed:
        return None
    given: dict[tuple[str, bool], dict[_Said, tuple[Figure, Source]]] = {}
    for source in sources:
        cited = lowered(source.text)
        for one in source.figures:
            said = _Said(one.bound, one.per, *_around(one, cited))
            given.setdefault((one.value, one.points), {}).setdefault(said, (one, source))
    every = [one for source in sources for one in source.figures]
    dates = given_values(every, "\n".join(source.text for source in sources))
    low = lowered(text)
    seen: set[tuple[str, bool, _Said]] = set()
    for figure in claimed:
        says = _Said(figure.bound, figure.per, *_around(figure, low))
        if (figure.value, figure.points, says) in seen:
            continue
        seen.add((figure.value, figure.points, says))
        equal = given.get((figure.value, figure.points))
        if equal is None:
            if figure.value in dates and figure.kind in ("date", "year"):
                continue
            return f"its figure {figure.value} is not in what it cites"
        if objected := _meant(figure, says, list(equal.items()), low):
            return objected
    return None


def _meant(figure: Figure, says: _Said, equal: Sequence[tuple[_Said, tuple[Figure, Source]]], low: str) -> str | None:
    """Whether one of the figures of the same value says the same; else why the nearest does not."""
    if figure.kind in ("date", "year"):
        return None
    bounded = [(said, found) for said, found in equal if _bound_kept(figure.bound, said.bound)]
    if not bounded:
        if figure.bound:
            return f"its “{BOUND_WORDS[figure.bound]}” {figure.value} is not in what it cites"
        return f"it leaves out “{BOUND_WORDS[equal[0][0].bound]}” before {figure.value}"
    rated = [(said, found) for said, found in bounded if _rate_kept(figure, *found, low)]
    if not rated:
        return f"what its figure {figure.value} is a rate of is not what it cites says"
    if says.unit and not any(_unit_kept(says.unit, said.unit, found[1]) for said, found in rated):
        return f"what its figure {figure.value} counts is not what it cites says"
    if says.step and all(said.step and "by" in (says.step, said.step) and says.step != said.step for said, _ in rated):
        return f"its “{says.step}” {figure.value} is not in what it cites"
    return None


def counted(text: str, figure: Figure) -> str:
    """What a number counts or measures, in one form ("home" for "10,000 new homes"); "" where that is not known.

    Args:
        figure: one of `figures(text)`.
    """
    return _unit_after(lowered(text), figure.end) if figure.kind == "number" else ""


def units_in(text: str) -> frozenset[str]:
    """What is counted or measured that a text names, in the forms that `counted` gives."""
    return frozenset(_UNITS[word] for word in words(text) if word in _UNITS)


def _around(figure: Figure, low: str) -> tuple[str, str]:
    """What a number counts, and the step that leads to a percentage or an amount of money."""
    if figure.kind == "number":
        return _unit_after(low, figure.end), ""
    return "", _step_before(low, figure.start) if figure.kind in ("money", "percentage") else ""


def _bound_kept(claimed: str, given: str) -> bool:
    if claimed == given:
        return True
    if not claimed:
        return given not in _NOTICED
    return given in _MEETS.get(claimed, ())


def _rate_kept(figure: Figure, one: Figure, source: Source, low: str) -> bool:
    if figure.per == one.per:
        return True
    if figure.per and not one.per:
        return has_rate_word(lowered(source.text), figure.per)
    return not figure.per and has_rate_word(low, one.per)


def _step_before(low: str, start: int) -> str:
    """Whether something grew or fell "by" a figure, or "to" or "from" it."""
    match = _STEP.search(low[max(0, start - 24) : start])
    return match[1] if match else ""


def _unit_after(low: str, end: int) -> str:
    """The first thing counted or measured in the few words after a number."""
    match = _FOLLOWING.match(low, end)
    if match is None:
        return ""
    for word in re.split(r"[\s-]+", match[1]):
        if word in _UNITS:
            return _UNITS[word]
        if word in ("and", "or", "to", "in", "by", "for", "of", "over", "with", "from"):
            return ""
    return ""


def _unit_kept(unit: str, other: str, source: Source) -> bool:
    return other == unit if other else unit in {_UNITS.get(word) for word in words(source.words)}
