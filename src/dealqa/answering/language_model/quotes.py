"""Where a quote stands that somebody copied, perhaps with other quotation marks, dashes or line breaks."""

from __future__ import annotations

import re
from typing import Final

from dealqa.types import Span

__all__ = ["SHORTEST", "find_quote", "parts_of", "sentences_of"]

SHORTEST: Final = 8
"""Characters; what is shorter ("the City") stands everywhere and shows nothing."""

_ALIKE: Final = {ord(old): new for olds, new in (("‘’‚‛′", "'"), ("“”„‟″", '"'), ("‐‑‒–—−", "-")) for old in olds}
_GAP = re.compile(r"\s*(?:\.\.\.|…|\[\.\.\.\]|\[…\])\s*")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"‘'(\d£])")


def parts_of(quote: str) -> list[str]:
    """The stretches of a quote that has dots where something was left out."""
    return [part for part in _GAP.split(quote) if part]


def sentences_of(quote: str) -> list[str]:
    """The sentences of a quote, for one that puts next to each other what does not stand next to each other."""
    return [part for part in _END.split(quote) if part]


def find_quote(quote: str, text: str) -> list[Span]:
    """Every place where a quote stands in a text; only white space, quotation marks and dashes may differ.

    Case counts, and so does every figure: "80%" is not found where "100%" stands.
    """
    wanted, _ = _evened(quote)
    wanted = wanted.strip().strip('"').strip()
    if len(wanted) < SHORTEST:
        return []
    held, places = _evened(text)
    found: list[Span] = []
    at = held.find(wanted)
    while at >= 0:
        if _whole(held, at, at + len(wanted)):
            found.append((places[at], places[at + len(wanted) - 1] + 1))
        at = held.find(wanted, at + 1)
    return found


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no word or figure is cut: "00% of the growth" does not stand in "100% of the growth"."""
    before = start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
    after = end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum())
    cut_figure = start >= 2 and text[start].isdigit() and text[start - 1] in ".," and text[start - 2].isdigit()
    more_figure = end + 1 < len(text) and text[end - 1].isdigit() and text[end] in ".," and text[end + 1].isdigit()
    return before and after and not cut_figure and not more_figure


def _evened(text: str) -> tuple[str, list[int]]:
    """The text with one space for each stretch of white space, and where each of its characters stood."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if characters and characters[-1] == " ":
                continue
            character = " "
        characters.append(_ALIKE.get(ord(character), character))
        places.append(place)
    return "".join(characters), places
