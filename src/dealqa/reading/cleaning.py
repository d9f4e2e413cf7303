"""Take out of a text what a reader cannot see, and say how much that was."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Cleaned", "clean", "cleaning_warnings", "printable"]

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters; tab and line ends stay
    "\u00ad"  # soft hyphen
    "\u061c\u200e\u200f"  # direction marks
    "\u180b-\u180f"  # Mongolian selectors
    "\u200b-\u200d\u2060-\u2064\ufeff"  # zero-width characters, byte order mark
    "\u202a-\u202e\u2066-\u206f"  # direction overrides and isolates
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors, which can smuggle bytes
    "\ufff9-\ufffb\ufffe\uffff"  # annotation marks and non-characters
    "\U000e0000-\U000e007f"  # tags: a whole hidden alphabet
    "\ud800-\udfff"  # surrogates, which cannot be stored
    "]"
)
_LINE_ENDS = str.maketrans(dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n"))


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text in Unicode NFC without invisible characters.

    Attributes:
        removed: how many invisible characters were taken out.
        normalised: whether NFC or the unusual line ends changed anything besides.
    """

    text: str
    removed: int
    normalised: bool


def clean(text: str) -> Cleaned:
    """The text as a reader sees it; cleaning it again changes nothing.

    Unusual line ends (form feed, U+2028 and the like) become a line feed, one for one.
    """
    visible, removed = _INVISIBLE.subn("", text)
    normal = unicodedata.normalize("NFC", visible.translate(_LINE_ENDS))
    return Cleaned(text=normal, removed=removed, normalised=normal != visible)


def cleaning_warnings(removed: int, normalised: bool) -> tuple[str, ...]:
    """What to tell the reader of a document about the cleaning; empty when nothing was changed."""
    warnings: list[str] = []
    if removed:
        noun = "character was" if removed == 1 else "characters were"
        warnings.append(f"{removed} invisible {noun} removed; offsets count the text without them.")
    if normalised:
        warnings.append("Some characters were written in their usual form (Unicode NFC, plain line ends).")
    return tuple(warnings)


def printable(name: str) -> str:
    """A file name that is safe to show: control characters and undecodable bytes become a question mark."""
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "?", name)
