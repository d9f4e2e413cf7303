"""Places of the United Kingdom, for knowing one when it is typed in lower case or misspelt."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["find_places", "known_places", "other_names"]


@cache
def known_places() -> dict[str, str]:
    """Lower-case name → the name to show, other names of a place included."""
    known: dict[str, str] = {}
    for line in files("dealqa").joinpath("data/places.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            for name in line.split(" = "):
                known[name.lower()] = name
    return known


@cache
def _shared_names() -> dict[str, tuple[str, ...]]:
    lines = files("dealqa").joinpath("data/places.txt").read_text(encoding="utf-8").lower().splitlines()
    groups = [tuple(line.split(" = ")) for line in lines if not line.startswith("#") and " = " in line]
    return {name: group for group in groups for name in group}


def other_names(place: str) -> tuple[str, ...]:
    """All names of a place in lower case, its own included, where it has several; else none."""
    return _shared_names().get(place.lower(), ())


def find_places(words: list[str]) -> list[tuple[int, int, str]]:
    """Known places in a list of lower-case words: (first word, past the last word, name), longest match first.

    A hyphen or "and" inside a name is a word boundary or a word like any other.
    """
    known = known_places()
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(words):
        for length in (5, 4, 3, 2, 1):
            name = " ".join(words[at : at + length])
            if len(words) >= at + length and name in known:
                found.append((at, at + length, known[name]))
                at += length
                break
        else:
            at += 1
    return found
