"""A text as it is looked at: one form for each letter, no marks, nothing that cannot be seen."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["mixes_alphabets", "plain"]

_MARKS: Final = str.maketrans("", "", "*_~`#\u00ad\u200b\u200c\u200d\u2060\ufeff")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_WORD = re.compile(r"[^\W\d_]{4,}")


def plain(text: str) -> str:
    """A text in the usual form of each letter (NFKC), on one line, without marks of Markdown; of a link, its words."""
    return " ".join(_LINK.sub(r"\1", unicodedata.normalize("NFKC", text)).translate(_MARKS).split())


def mixes_alphabets(text: str) -> bool:
    """Whether a word has letters of several alphabets, as one that is to look like another word has."""
    usual = unicodedata.normalize("NFKC", text)
    return any(len({_alphabet(letter) for letter in word}) > 1 for word in _WORD.findall(usual) if not word.isascii())


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0]
