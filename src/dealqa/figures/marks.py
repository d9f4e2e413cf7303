"""What stands around a figure and changes what it says: bounds ("up to", "at least", "about") and rates ("a year")."""

from __future__ import annotations

import re

__all__ = ["BOUND_WORDS", "bound_of", "has_rate_word", "rate_of"]

BOUND_WORDS = {
    "<=": "up to",
    "<": "less than",
    ">=": "at least",
    ">": "more than",
    "~": "about",
    "from": "the range",
    "to": "the range",
}
"""How a bound is called in an objection."""

_LOOKBACK = 56
"""Characters before a figure in which its bound stands."""

_BETWEEN = (
    r"(?:\s(?:an?|the|further|additional|another|extra|total(?:\sof)?|estimated|annual|yearly|worth"
    r"|of|possible|aged)){0,4}"
)

_BOUNDS: tuple[tuple[str, str], ...] = (
    (
        "<=",
        r"up\sto|at\s(?:the\s)?most|(?:no|not)\s(?:more|greater|higher|later)\sthan|(?:a|the)?\s?maximum(?:\s(?:of|is))?"
        r"|not\sexceed(?:ing)?|as\s(?:much|many|high)\sas|capped\sat|limited\sto|≤",
    ),
    (
        ">=",
        r"at\s(?:the\s(?:very\s)?)?least|(?:no|not)\s(?:less|fewer|lower)\sthan|(?:a|the)?\s?minimum(?:\s(?:of|is))?|≥",
    ),
    ("<", r"(?:less|fewer|lower|smaller)\sthan|just\sunder|under|below|<"),
    (
        ">",
        r"(?:more|greater|higher|larger)\sthan|just\sover|over|above|exceed(?:s|ed|ing)?|in\sexcess\sof|upwards?\sof|>",
    ),
    (
        "~",
        r"around|about|approximately|approx\.?|roughly|some|circa|c\.|ca\.|nearly|almost|close\sto|estimated(?:\sat)?|~",
    ),
)
_BEFORE = re.compile("|".join(rf"(?P<b{i}>(?<![a-z])(?:{words}))" for i, (_, words) in enumerate(_BOUNDS)))
_REST = re.compile(rf"{_BETWEEN}\s?")
_AFTER = re.compile(
    r"\s?(?:(?P<least>\+|\bplus\b|\bor\s(?:more|over|above|higher)\b|\band\s(?:more|above|over)\b|\bat\s(?:the\s)?least\b)"
    r"|(?P<most>\bor\s(?:less|fewer|under|below|lower)\b|\bat\s(?:the\s)?most\b))"
)
_NO_BOUND = {"duration": {"over", "under", "above", "below"}, "year": {"over", "some", "about", "up to"}}

_UNIT = (
    r"(?P<unit>year|annum|month|week|day|quarter|hour|head|capita|person|household|home|house|job|place|pupil|student)"
)
_RATE_AFTER = re.compile(
    rf"(?:\s(?!and\b|or\b|over\b|for\b|in\b|by\b|to\b|from\b|of\b|per\b|each\b|every\b|an?\b)[a-z][a-z'’-]*){{0,3}}+"
    rf"(?:\s(?:per|each|every|an?)\s|\s?/\s?){_UNIT}\b|\s(?P<adverb>annually|yearly|monthly|weekly|daily|p\.?a\b)"
)
_RATE_BEFORE = re.compile(
    r"\b(?P<adverb>annual(?:ly)?|yearly|monthly|weekly|daily)(?:\s(?!and\b|or\b|over\b|for\b)[a-z]+){0,3}\s$"
)
_ADVERBS = {"a": "year", "y": "year", "p": "year", "m": "month", "w": "week", "d": "day"}
_SAME = {"annum": "year", "capita": "head", "person": "head", "house": "home"}
_RATE_WORD = {
    "year": re.compile(r"\b(?:annual(?:ly)?|yearly|(?:a|per|each|every)\s(?:year|annum)|p\.?a\.?)(?![a-z])"),
    "month": re.compile(r"\b(?:monthly|(?:a|per|each|every)\smonth)\b"),
    "week": re.compile(r"\b(?:weekly|(?:a|per|each|every)\sweek)\b"),
    "day": re.compile(r"\b(?:daily|(?:a|per|each|every)\sday)\b"),
}


def bound_of(low: str, floor: int, start: int, end: int, kind: str) -> str:
    """The bound, as `Figure.bound` says, of a figure at [start, end) of a lower-case text; it begins after `floor`."""
    window = low[max(floor, start - _LOOKBACK) : start]
    found = ""
    for match in _BEFORE.finditer(window):
        if _REST.fullmatch(window, match.end()) and match.group() not in _NO_BOUND.get(kind, ()):
            found = _BOUNDS[int(str(match.lastgroup)[1:])][0]
            break
    after = _AFTER.match(low, end)
    if not found and after is not None and kind != "year":
        return ">=" if after["least"] else "<="
    return found


def rate_of(low: str, start: int, end: int) -> tuple[str, int]:
    """What a figure at [start, end) of a lower-case text is a rate of, "" for a total, and where that is said."""
    after = _RATE_AFTER.match(low, end)
    if after is not None:
        unit = after["unit"]
        return (_SAME.get(unit, unit) if unit else _ADVERBS[after["adverb"][0]]), after.end()
    before = _RATE_BEFORE.search(low[max(0, start - 48) : start])
    return (_ADVERBS[before["adverb"][0]] if before else ""), end


def has_rate_word(low: str, per: str) -> bool:
    """Whether a lower-case text says "a year", "annual" and the like anywhere."""
    word = _RATE_WORD.get(per)
    return word is not None and word.search(low) is not None
