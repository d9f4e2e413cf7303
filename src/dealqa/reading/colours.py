"""Colours of text and ground: when are two so close that nobody can read one on the other?"""

from __future__ import annotations

import re

__all__ = ["BLACK", "WHITE", "Colour", "css_colour", "hex_colour", "is_faint"]

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

_CLOSE = 16
_NAMES: dict[str, Colour] = {
    "white": WHITE, "black": BLACK, "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255), "floralwhite": (255, 250, 240), "azure": (240, 255, 255), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "silver": (192, 192, 192), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "navy": (0, 0, 128), "lightgrey": (211, 211, 211), "lightgray": (211, 211, 211),
    "darkgrey": (169, 169, 169), "darkgray": (169, 169, 169),
}  # fmt: skip
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/]\s*([\d.]{1,8})(%?)\s*)?\)")


def is_faint(colour: Colour, ground: Colour) -> bool:
    """Whether text of this colour cannot be told from its ground."""
    return all(abs(one - other) <= _CLOSE for one, other in zip(colour, ground, strict=True))


def hex_colour(text: str | None) -> Colour | None:
    """A colour such as "FF0000"; None for anything else ("auto")."""
    if text is None or re.fullmatch(r"[0-9A-Fa-f]{6}", text) is None:
        return None
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def css_colour(text: str) -> Colour | str | None:
    """A colour as style sheets write it; "transparent" for one without ink; None where it is not known."""
    value = text.strip().lower()
    if value in _NAMES:
        return _NAMES[value]
    if value == "transparent":
        return "transparent"
    if value.startswith("#"):
        digits = value[1:]
        if len(digits) in (4, 8) and set(digits[3 if len(digits) == 4 else 6 :]) == {"0"}:
            return "transparent"
        return hex_colour("".join(digit * 2 for digit in digits[:3]) if len(digits) in (3, 4) else digits[:6])
    match = _RGB.fullmatch(value)
    if match is None:
        return None
    if match[4] and re.fullmatch(r"0*\.?0*", match[4]):
        return "transparent"
    if match[4] and match[4] + match[5] not in ("1", "1.0", "100%"):  # what is below shines through
        return None
    red, green, blue = (min(int(part), 255) for part in match.group(1, 2, 3))
    return red, green, blue
