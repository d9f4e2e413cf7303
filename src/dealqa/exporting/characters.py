"""Characters on their way into a file: what cannot be seen and could mislead, and what no file can hold."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["REPLACEMENT", "is_right_to_left", "shortened", "shown"]

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_UNSHOWN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters, most of them forbidden in XML
    "\ud800-\udfff"  # surrogates that belong to no pair: no encoding has them
    "\u202a-\u202e\u2066-\u2069"  # they turn the order of letters round: "gpj.exe" is read as "exe.jpg"
    "\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"  # annotations, and code points that are no characters
    "\U000e0000-\U000e007f"  # letters that nobody sees
    "]"
)

_RIGHT_TO_LEFT: Final = ("R", "AL")


def shown(text: str) -> str:
    """Text on one line, white space evened out; each character that could not be shown as it is becomes U+FFFD."""
    return _UNSHOWN.sub(REPLACEMENT, " ".join(text.split()))


def shortened(text: str, most: int) -> str:
    """Text of at most `most` characters, cut after a whole word where there is one in its second half."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    space = cut.rfind(" ", most // 2)
    return (cut[:space] if space > 0 else cut).rstrip(" ,;:.–-") + "…"


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction, as in Unicode's rule for paragraphs, is of a right-to-left script."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction == "L":
            return False
        if direction in _RIGHT_TO_LEFT:
            return True
    return False
