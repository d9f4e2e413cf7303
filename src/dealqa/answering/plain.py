"""A text as it is looked at: one form for each letter, no marks, nothing that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["mixes_alphabets", "plain", "usual"]

_MARKS: Final = str.maketrans("", "", "*_~`#\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_WORD = re.compile(r"[^\W\d_]{4,}")
_FRACTION = re.compile(r"([\u00bc-\u00be\u2150-\u215e])")

_ALIKE: Final = frozenset(["LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"])
"""Alphabets that have letters which look like those of another."""


def usual(text: str) -> str:
    """A text in the usual form of each letter (NFKC): "⑨③%" is a figure like any other. "8½" does not become "81⁄2"."""
    return "".join(
        part if _FRACTION.fullmatch(part) else unicodedata.normalize("NFKC", part) for part in _FRACTION.split(text)
    )


def plain(text: str) -> str:
    """A text in the usual form of each letter, on one line, without marks of Markdown; of a link, its words."""
    return " ".join(_LINK.sub(r"\1", usual(text)).translate(_MARKS).split())


def mixes_alphabets(text: str) -> bool:
    """Whether a word has letters of several alphabets, as one that is to look like another word has."""
    return any(
        len({_alphabet(letter) for letter in word} & _ALIKE) > 1
        for word in _WORD.findall(usual(text))
        if not word.isascii()
    )


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0]
