"""Single words that turn a sentence round: more or less, before or after, public or private; seasons and ranks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.figures import figures, lowered
from dealqa.guards.source import Source

__all__ = ["opposite_objection"]

_PAIRS: tuple[tuple[str, str], ...] = (
    (
        r"increas\w*|rise[sn]?|rose|rising|gr[oe]w(?:s|n|th|ing)?|rais\w*",
        r"decreas\w*|fall(?:s|en|ing)?|fell|declin\w*|reduc\w*|shr[aiu]nk\w*",
    ),
    (r"before|prior to", r"after|following"),
    (r"public", r"private"),
    (r"more", r"less|fewer"),
    (r"early", r"late"),
    (r"most|majority|largest|highest|biggest", r"least|minority|smallest|lowest"),
    (r"gain(?:s|ed)?|w[io]ns?", r"los[et]s?|loss(?:es)?"),
    (r"open(?:s|ed|ing)?", r"clos(?:e|es|ed|ing|ure)"),
    (r"lend(?:s|ing)?|lent", r"borrow(?:s|ed|ing)?"),
    (r"urban", r"rural"),
    (r"above|over", r"below|under"),
    (r"include[sd]?|including", r"exclude[sd]?|excluding"),
    (r"always", r"never"),
    (r"for|in favour", r"against|oppos(?:e|es|ed|ing)"),
    (r"success(?:es|ful(?:ly)?)?|succeed\w*", r"fail(?:s|ed|ure|ures)?|unsuccessful(?:ly)?"),
    (r"local", r"national"),
    (r"permanent(?:ly)?", r"temporar(?:y|ily)"),
    (r"directly", r"indirectly"),
)  # fmt: skip
_OPPOSITES = [tuple(re.compile(rf"\b(?:{words})\b") for words in pair) for pair in _PAIRS]
_SEASON = re.compile(r"\b(spring|summer|autumn|winter|mid)(?=[\s-])")
_ORDINAL = re.compile(
    r"\b(first|second(?!s)|third(?!s)|fourth|fifth(?!s)|sixth|seventh|eighth|ninth|tenth|\d+(?=(?:st|nd|rd|th)\b))"
)
_TIME = re.compile(r"\b(before|after|until|since)\s(?:the\s)?")
_TIMES = {
    "before": r"\b(?:before|prior|until|by|earlier|ahead)\b",
    "after": r"\b(?:after|following|since|from|later|afterwards|start\w*|began|begin\w*)\b",
    "until": r"\b(?:until|till|to|by|before|end\w*|up)\b",
    "since": r"\b(?:since|from|after|began|start\w*|on|in)\b",
}
_NAMES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMBERS = {name: str(number) for number, name in enumerate(_NAMES, start=1)}


def opposite_objection(text: str, sources: Sequence[Source]) -> str | None:
    """Which word of a sentence turns round what its sources say, or is a season or rank that they do not name."""
    low = lowered(text)
    given = lowered("\n".join(source.text for source in sources))
    for pair in _OPPOSITES:
        for mine, other in (pair, pair[::-1]):
            match = mine.search(low)
            if match and not mine.search(given) and other.search(given) and not other.search(low):
                return f"its “{match.group()}” is the opposite of what it cites"
    if turned := _moved_in_time(text, low, given):
        return turned
    around = lowered("\n".join(source.words for source in sources))
    for match in _SEASON.finditer(low):
        if not re.search(rf"\b{match[1]}\b", around):
            return f"its “{match[1]}” is not in what it cites"
    ranks = _ranks(around)
    for rank in _ranks(text):
        if rank not in ranks:
            return f"its rank {rank} is not in what it cites"
    return None


def _moved_in_time(text: str, low: str, given: str) -> str | None:
    """A date "before" or "after" which something is said to be, while the quote says nothing of the kind."""
    dates = {figure.start for figure in figures(text) if figure.kind in ("date", "year")}
    for match in _TIME.finditer(low):
        if match.end() in dates and not re.search(_TIMES[match[1]], given):
            return f"its “{match[1]}” is not in what it cites"
    return None


def _ranks(text: str) -> set[str]:
    spans = [(figure.start, figure.end) for figure in figures(text)]
    found = set()
    for match in _ORDINAL.finditer(lowered(text)):
        if not any(start <= match.start() < end for start, end in spans):
            found.add(_NUMBERS.get(match[1], match[1]))
    return found
