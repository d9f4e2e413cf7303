"""Which figure belongs to which place, where one quote tells of several: "£30m for Leeds and £45m for Hull"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.figures import figures, lowered
from dealqa.guards.source import Source
from dealqa.places import find_places

__all__ = ["pairing_objection"]

_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(
    r"[;\n]|[.!?](?=\s|$)|,\s(?=and\b|but\b|while\b|whereas\b)|\b(?:and|but|while|whereas|although|though|because|if|unless)\b|,\s(?=[a-z]*\s?[£€$\d])"
)
_KINDS = frozenset({"money", "percentage", "duration", "number"})


def pairing_objection(text: str, sources: Sequence[Source]) -> str | None:
    """Which figure of a sentence its quote gives to another place; None where that cannot be told, or none is."""
    claimed = _pairs(text)
    if not claimed:
        return None
    given: dict[str, set[str]] = {}
    for source in sources:
        for value, place in _pairs(source.quote).items():
            given.setdefault(value, set()).add(place)
    for value, place in claimed.items():
        others = given.get(value)
        elsewhere = others and not any(place in other or other in place for other in others)
        if elsewhere and any(place in _places(source.quote) for source in sources):
            return f"its figure {value} is that of another place in what it cites"
    return None


def _pairs(text: str) -> dict[str, str]:
    """Value → place, for the figures whose part of a sentence names one place; not for a value that stands twice."""
    pairs: dict[str, str] = {}
    twice: set[str] = set()
    start = 0
    borders = [(match.start(), match.end(), match.group()) for match in _PARTS.finditer(text)]
    for end, after, mark in [*borders, (len(text), len(text), "")]:
        part = text[start:end]
        found = [figure for figure in figures(part) if figure.kind in _KINDS]
        places = _places(part)
        if places and not found and mark.strip(" ,") in ("", "and"):
            continue  # "Leeds and Hull get £5m" is one part
        for figure in found:
            if len(places) != 1 or pairs.get(figure.value, places[0]) != places[0]:
                twice.add(figure.value)
            else:
                pairs[figure.value] = places[0]
        start = after
    return {value: place for value, place in pairs.items() if value not in twice}


def _places(part: str) -> list[str]:
    listed = [match.group() for match in _WORD.finditer(lowered(part))]
    return list(dict.fromkeys(" ".join(listed[first:past]) for first, past, _ in find_places(listed)))
