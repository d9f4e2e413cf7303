"""Which part of a sentence is the kind of answer that is asked for: a figure of that kind, a name, a place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dealqa.answering.frames import is_asserted
from dealqa.figures import Figure, FigureKind, figures
from dealqa.guards.amounts import counted, units_in
from dealqa.places import find_places
from dealqa.rows import cells_of, is_row
from dealqa.terms import content_words, stem, stems, words
from dealqa.types import AnswerType, Question

__all__ = [
    "ENUMERATES",
    "KINDS_OF_FIGURE",
    "figure_asked_for",
    "figures_asked_for",
    "has_answer_type",
    "units_asked_for",
    "wanted_figures",
]

KINDS_OF_FIGURE: Mapping[AnswerType, frozenset[FigureKind]] = {
    "amount": frozenset({"money"}),
    "percentage": frozenset({"percentage", "money", "number"}),
    "count": frozenset({"number", "percentage"}),
    "date": frozenset({"date", "year"}),
    "duration": frozenset({"duration"}),
    "comparison": frozenset({"money", "percentage", "number", "duration"}),
}
"""The kinds of figure that answer a question for something."""

_WORDS_OF_TYPE: Mapping[AnswerType, re.Pattern[str]] = {
    "date": re.compile(
        r"\b(?:last|next|this|early|late|mid|since|by|in)[ -]"
        r"(?:january|february|march|april|may|june|july|august|september"
        r"|october|november|december|spring|summer|autumn|winter|week|month|year)\b|\byesterday\b|\btoday\b",
        re.IGNORECASE,
    ),
    "percentage": re.compile(r"\b(?:all|whole|half|third|quarter|majority|none)\b", re.IGNORECASE),
    "count": re.compile(r"\b(?:none|no|single|both|dozen)\b", re.IGNORECASE),
    "duration": re.compile(r"\b(?:until|indefinite|permanent|to|from)\b.*\b(?:19|20)\d\d", re.IGNORECASE),
    "amount": re.compile(r"\bno (?:money|cost|charge)\b|\bfree of charge\b", re.IGNORECASE),
}

ENUMERATES = re.compile(r"[^,;:.]{2,80}, [^,;:.]{2,80},? and ")
"""Three items or more: "A, B and C"."""

_ROLE = re.compile(
    r"\b(?:minister|mayor|council|councillor|leader|chair|board|committee|government|authority|partnership|lep|department"
    r"|secretary|treasury|company|university|agency|head|officer|director|firm|panel|commission)s?\b",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"\b(?:cit(?:y(?!'s? |[ -](?:deal|region|council|growth))|ies)|towns?|places?"
    r"|(?<!city )(?<!city-)regions?(?! deal))\b",
    re.IGNORECASE,
)
"""Asks for places; a City Deal, a city council and a city region are no cities that are asked for."""

_STRICTLY_A_SHARE = re.compile(
    r"\bper ?cent(?:age)?\b|\b(?:interest )?rates? of\b|\binterest rate\b|\bproportion\b", re.I
)
_BOUND = re.compile(
    r"\b(?:(?:up|close|as (?:much|many) as) to|(?:at (?:least|most)|as (?:much|many) as|more than|less than|fewer than"
    r"|no more than|not more than|over|under|about|around|nearly|almost|some|roughly|approximately|a maximum of"
    r"|a minimum of|up to))\s$",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)?\b|\b[A-Z]{2,}\b")
_HOW_MANY = re.compile(r"\bhow many ((?:[\w’'-]+ ?){1,4})", re.IGNORECASE)
_RATES = re.compile(r"\bbusiness rates?\b", re.IGNORECASE)
_ASKED_ABOUT = frozenset({"deal", "city", "town", "area", "place", "site", "council", "line", "station"})
"""What a question is rather about than for, unless it says "how many"."""

_COUNTS = re.compile(r"\b(?:how (?:many|much)|numbers? of) ((?:[\w’'-]+ ?){1,4})", re.IGNORECASE)
_MEASURED_IN = tuple(
    (re.compile(rf"^(?:[\w-]+ )?(?:{asked})\b", re.IGNORECASE), frozenset(units))
    for asked, units in (
        ("space|land|area|ground|floor", ("metre", "hectare", "acre", "foot", "mile", "kilometre")),
        ("heat|energy|electricity|power|gas", ("gwh", "mwh", "mw")),
        ("carbon|waste|co2|cargo", ("tonne",)),
    )
)
"""What has no number but a measure, and what it is measured in."""

_OTHER_THINGS = re.compile(r"\s(?:[a-z-]+\s){0,3}?[a-z-]{3,}s\b")
_WHOM = re.compile(
    r"\s(?:(?:young|unemployed|local|more|other)\s){0,3}(?:people|persons|governments|ministers)\b|\sof (?:them|whom)\b"
)
_SOMEBODY = (
    r"\b(?:people|persons|adults|residents|inhabitants|youngsters|teenagers|claimants|jobless|unemployed|neets?|men"
    r"|women)\b"
)
_PEOPLE = re.compile(_SOMEBODY, re.IGNORECASE)
_PEOPLE_BEHIND = re.compile(rf"[^\d,;]{{0,40}}?{_SOMEBODY}", re.IGNORECASE)
_AT_WORK = re.compile(r"\b(?:employ\w*|jobs?|work(?:ing|ers?)?)\b", re.IGNORECASE)
_PERSONS = frozenset({"apprenticeship", "graduate", "member", "student", "visitor", "volunteer"})
"""What is counted and is people; all else that is known is not: "15,000 jobs" are no people who are helped."""

_AGED = re.compile(r"\b(?:aged?|ages)\s(?:\d+\s?(?:to|and|or|-|–)\s?)?$", re.IGNORECASE)
_NEXT = re.compile(r"[\s-]*((?:[\w’'-]+[\s-]+){0,3}[\w’'-]+)")


def has_answer_type(question: Question, sentence: str) -> tuple[bool, bool]:
    """Whether a kind of answer is asked for that can be looked for, and whether the sentence holds one.

    A figure or name that already stands in the question is no answer to it.
    """
    kind = question.sought
    if kind == "list" and _PLACES.search(question.resolved):
        kind = "place"
    if kind == "list":  # items may also stand one a line, so that no sentence lacks them
        enumerates = ENUMERATES.search(sentence) is not None
        return enumerates, enumerates
    if kind in KINDS_OF_FIGURE:
        found = bool(figures_asked_for(question, sentence)) or (kind == "amount" and _is_row_of_numbers(sentence))
        return True, found or bool(kind in _WORDS_OF_TYPE and _WORDS_OF_TYPE[kind].search(sentence))
    if kind in ("agent", "place"):
        known = set(words(question.resolved))
        fresh = [match for match in _NAME.finditer(sentence) if match.start() and match.group().lower() not in known]
        named = {name.lower() for _, _, name in find_places(words(sentence))} - {p.lower() for p in question.places}
        if kind == "place" and _PLACES.search(question.resolved):
            return True, bool(named)
        if kind == "place":
            return True, bool(named) or bool(fresh)
        return True, bool(fresh) or bool(_ROLE.search(sentence))
    return False, False


def _is_row_of_numbers(sentence: str) -> bool:
    """Whether a sentence is a row with numbers: in a table the pounds stand in the head, or above it."""
    cells = cells_of(sentence)[1:] if is_row(sentence) else []
    return any(figure.kind == "number" for cell in cells for figure in figures(cell))


def figures_asked_for(question: Question, text: str) -> frozenset[str]:
    """The values in a text that are of the kind that is asked for."""
    return frozenset(figure.value for figure in wanted_figures(question, text))


def wanted_figures(question: Question, text: str) -> list[Figure]:
    """The figures in a text that are of the kind that is asked for, in order.

    Those that the question names itself are left out, and those that count others than it asks for: of "15,000 jobs, of
    which 8,800 are in engineering" neither is a number of homes.
    """
    kinds = KINDS_OF_FIGURE.get(question.sought, frozenset())
    if question.sought == "percentage" and _STRICTLY_A_SHARE.search(question.resolved):
        kinds = kinds & {"percentage"}
    asked = units_asked_for(question)
    if asked:
        kinds = kinds & {"number"}
    found = [one for one in figures(text) if one.kind in kinds and one.value not in question.figures]
    if question.sought in ("count", "comparison"):
        found = [one for one in found if not _AGED.search(text, 0, one.start)]
    if question.sought == "count":  # "44% of people in the North" says how many, "a rate of 5%" does not
        found = [one for one in found if one.kind == "number" or text.startswith(" of ", one.end)]
    if not asked:
        return _of_people(text, found) if _counts_people(question) else found
    units = [counted(text, one) for one in found]
    others = any(units) and asked.isdisjoint(units)
    if question.sought == "comparison" and not others:  # "2,800 tenants" are no apprenticeships
        others = asked.isdisjoint(units_in(text)) and any(_OTHER_THINGS.match(text, one.end) for one in found)
    row = is_row(text)
    return [
        one
        for one, unit in zip(found, units, strict=True)
        if unit in asked or (not unit and (_alone_in_cell(text, one) if row else not (others or _of_whom(text, one))))
    ]


def _counts_people(question: Question) -> bool:
    """Whether a question wants people counted, and not by the work that there is for them."""
    counts = _COUNTS.search(question.resolved) if question.sought == "count" else None
    return counts is not None and bool(_PEOPLE.search(counts[1])) and not _AT_WORK.search(question.resolved)


def _of_people(text: str, found: Sequence[Figure]) -> list[Figure]:
    """The figures that may count people: none of "15,000 jobs, of which 8,800 are in engineering" does."""
    units = [counted(text, one) for one in found]
    things = any(unit and unit not in _PERSONS for unit in units)
    return [
        one
        for one, unit in zip(found, units, strict=True)
        if unit in _PERSONS or (not unit and (not things or _PEOPLE_BEHIND.match(text, one.end)))
    ]


def _of_whom(text: str, figure: Figure) -> bool:
    """Whether a figure is one of people or governments, which no unit that is asked for is."""
    return _WHOM.match(text, figure.end) is not None


def _alone_in_cell(row: str, figure: Figure) -> bool:
    """Whether a figure fills its cell, so that the head of the table says what it counts: "a board of 12" does not."""
    for cell in cells_of(row):
        if any(one.value == figure.value for one in figures(cell)):
            return not content_words(cell.replace(row[figure.start : figure.end], " "))
    return False


def units_asked_for(question: Question) -> frozenset[str]:
    """What a question wants counted or measured, as `dealqa.guards.amounts.counted` gives it; empty if not known."""
    if question.sought not in ("count", "comparison"):
        return frozenset()
    counts = _COUNTS.search(question.resolved)
    if counts is None:
        return units_in(_RATES.sub(" ", question.resolved)) - _ASKED_ABOUT
    return next((units for asked, units in _MEASURED_IN if asked.search(counts[1])), units_in(counts[1]))


def figure_asked_for(question: Question, text: str) -> str:
    """The one figure in a text that is of the kind that is asked for, as it is written; "" for none or several.

    What bounds it ("up to") belongs to it; one whose bound stands elsewhere cannot be cut out.
    """
    kinds = KINDS_OF_FIGURE.get(question.sought, frozenset())
    if not kinds or not is_asserted(text):
        return ""  # "It is untrue that …" is shown whole or not at all
    wanted = [one for one in figures(text) if one.kind in kinds and one.value not in question.figures]
    if question.sought == "count":
        wanted = _of_what_is_counted(question, text, wanted) or wanted
    if not wanted or len({one.value for one in wanted}) > 1:
        return ""
    start, end = wanted[0].start, wanted[0].end
    bound = _BOUND.search(text, 0, start)
    if bound is None:
        return "" if wanted[0].bound else text[start:end]
    return text[bound.start() : end]


def _of_what_is_counted(question: Question, text: str, wanted: Sequence[Figure]) -> list[Figure]:
    """Those figures right behind which stands what the question counts: of "250 sites on 400 hectares" the sites."""
    asked = _HOW_MANY.search(question.resolved)
    if asked is None:
        return []
    for word in content_words(asked[1])[:2]:
        found = [one for one in wanted if (behind := _NEXT.match(text, one.end)) and stem(word) in stems(behind[1])]
        if found:
            return found
    return []
