"""Encodings that a file or a mail may name: the ones that are text, and no others."""

from __future__ import annotations

import codecs
import re

__all__ = ["decode_as", "decode_declared"]

_TEXT = re.compile(
    r"ascii|utf-(?:7|8|16|32)(?:-[bl]e|-sig)?|iso8859-\d+|iso2022_\w+|cp\d+|windows-\d+|koi8-\w|mac-\w+|"
    r"gb(?:2312|k|18030)|hz|big5(?:hkscs)?|euc_\w+|shift_jis\w*|johab|tis-620|ptcp154|kz1048"
)
"""Python's names; its other codecs pack, escape or take time that grows with the square of the text."""
_NARROW = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})


def decode_as(data: bytes, name: str) -> str | None:
    """The text in the encoding of this name; None when there is no such encoding or the bytes are not in it."""
    try:
        known = codecs.lookup(name.strip().strip("\"'")).name
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    if _TEXT.fullmatch(known) is None:
        return None
    try:
        return data.decode("cp1252" if known == "iso8859-1" else known)
    except UnicodeError:
        return None


def decode_declared(data: bytes, name: str) -> str:
    """The text of bytes that say, rightly or wrongly, in which encoding they are; never fails.

    UTF-8 is rarely anything else by chance, so it comes before the narrow encodings that are often declared wrongly.
    """
    known = ""
    try:
        known = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        known = ""
    tried = ("utf-8", name, "cp1252") if known in _NARROW or not known else (name, "utf-8", "cp1252")
    for encoding in tried:
        text = decode_as(data, encoding)
        if text is not None:
            return text
    return data.decode("cp1252", errors="replace")
