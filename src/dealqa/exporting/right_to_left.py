"""Text from right to left for a PDF, which holds shapes in the order in which they are seen.

This is the part of Unicode's bidirectional algorithm that a paragraph without embeddings needs, and the joining of
Arabic letters by the presentation forms that Unicode has for them. It makes text legible, not beautiful.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, Literal

__all__ = ["has_right_to_left", "joined", "visual_order"]

_Direction = Literal["L", "R", "number", "neutral"]

_LAM: Final = "\u0644"

_TATWEEL: Final = "\u0640"

_MIRRORED: Final = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))


_KINDS: Final = {
    (False, False): "isolated",
    (False, True): "initial",
    (True, True): "medial",
    (True, False): "final",
}
"""(whether a letter is linked with the one before, with the one after) → what its shape is called."""


def has_right_to_left(text: str) -> bool:
    """Whether there is a letter of a right-to-left script in it."""
    return not text.isascii() and any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


@functools.cache
def _forms() -> dict[tuple[str, str], str]:
    """(how it is joined, letters) → the one character that is drawn for them."""
    found: dict[tuple[str, str], str] = {}
    for code in (*range(0xFB50, 0xFDF0), *range(0xFE70, 0xFEFD)):
        kind, *letters = unicodedata.decomposition(chr(code)).split(" ")
        if kind in ("<isolated>", "<initial>", "<medial>", "<final>"):
            found.setdefault((kind.strip("<>"), "".join(chr(int(letter, 16)) for letter in letters)), chr(code))
    return found


def joined(text: str, has: Callable[[str], bool]) -> str:
    """Arabic letters in the shapes that they have beside their neighbours.

    Args:
        has: whether a character can be drawn; a letter whose shape cannot stays as it is.
    """
    letters = list(text)
    places = [place for place, letter in enumerate(letters) if unicodedata.category(letter) != "Mn"]
    forms = _forms()
    shapes = dict(enumerate(letters))
    skipped = -1
    for at, place in enumerate(places):
        if place == skipped:
            continue
        before = letters[places[at - 1]] if at else ""
        after = letters[places[at + 1]] if at + 1 < len(places) else ""
        linked = _joins_next(before)
        pair = letters[place] + after
        if letters[place] == _LAM and ("isolated", pair) in forms and places[at + 1] == place + 1:
            shape = forms["final" if linked else "isolated", pair]
            if has(shape):  # lam and alef are always written as one
                shapes[place], shapes[place + 1], skipped = shape, "", place + 1
                continue
        follows = _joins_next(letters[place]) and _joins_before(after)
        kind = {(True, True): "medial", (True, False): "final", (False, True): "initial"}.get(
            (linked, follows), "isolated"
        )
        shape = forms.get((kind, letters[place]), letters[place])
        shapes[place] = shape if has(shape) else letters[place]
    return "".join(shapes[place] for place in range(len(letters)))


def _joins_next(letter: str) -> bool:
    return letter == _TATWEEL or ("initial", letter) in _forms()


def _joins_before(letter: str) -> bool:
    return letter == _TATWEEL or ("final", letter) in _forms()


def visual_order(text: str, *, right_to_left: bool) -> list[tuple[int, str]]:
    """The characters of one line from left to right, each with its place in the text; brackets are turned round.

    Args:
        right_to_left: whether the paragraph runs that way.
    """
    base = 1 if right_to_left else 0
    directions = _settled(text, "R" if right_to_left else "L")
    levels = [_level(direction, base) for direction in directions]
    order = list(range(len(text)))
    for level in range(max(levels, default=0), 0, -1):
        order = _turned(order, levels, level)
    return [
        (place, _MIRRORED.get(text[place], text[place]) if levels[place] % 2 else text[place])
        for place in _marks_behind(order, text)
    ]


def _settled(text: str, base: Literal["L", "R"]) -> list[_Direction]:
    """The direction of each character; those without one have that of what is around them."""
    found: list[_Direction] = []
    strong: _Direction = base
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            strong = "L"
        elif kind in ("R", "AL"):
            strong = "R"
        numeric = kind in ("EN", "AN", "ET", "ES", "CS")
        if kind == "NSM":
            found.append(found[-1] if found else base)
        elif kind in ("L", "R", "AL"):
            found.append(strong)
        elif numeric and strong == "R" and (kind in ("EN", "AN") or found[-1:] == ["number"]):
            found.append("number")
        elif kind in ("EN", "AN"):
            found.append("L")
        else:
            found.append("neutral")
    return _without_neutrals(_trimmed(found, text), base)


def _trimmed(directions: list[_Direction], text: str) -> list[_Direction]:
    """A number ends with a digit or a percent sign; a full stop behind it is none of it."""
    for place in range(len(text) - 1, -1, -1):
        last = place + 1 == len(text) or directions[place + 1] != "number"
        if directions[place] == "number" and last and unicodedata.bidirectional(text[place]) in ("ES", "CS"):
            directions[place] = "neutral"
    return directions


def _without_neutrals(directions: list[_Direction], base: Literal["L", "R"]) -> list[_Direction]:
    before: _Direction = base
    place = 0
    while place < len(directions):
        end = place
        while end < len(directions) and directions[end] == "neutral":
            end += 1
        if end > place:
            after = _side(directions[end]) if end < len(directions) else base
            directions[place:end] = [before if before == after else base] * (end - place)
            place = end
        else:
            before = _side(directions[place])
            place += 1
    return directions


def _side(direction: _Direction) -> _Direction:
    return "R" if direction == "number" else direction


def _level(direction: _Direction, base: int) -> int:
    """How often a character is turned round with what is beside it."""
    if direction == "number":
        return 2
    return 1 if direction == "R" else base * 2


def _turned(order: Sequence[int], levels: Sequence[int], level: int) -> list[int]:
    """Each stretch of at least this level the other way round."""
    found: list[int] = []
    stretch: list[int] = []
    for place in order:
        if levels[place] >= level:
            stretch.append(place)
        else:
            found += [*reversed(stretch), place]
            stretch = []
    return [*found, *reversed(stretch)]


def _marks_behind(order: Sequence[int], text: str) -> list[int]:
    """Vowel points behind the letter that they belong to, whichever way that runs."""
    found: list[int] = []
    waiting: list[int] = []
    for place in order:
        if unicodedata.category(text[place]) == "Mn" and (not found or found[-1] != place - 1):
            waiting.append(place)
        else:
            found += [place, *reversed(waiting)]
            waiting = []
    return [*found, *waiting]
