"""Names of files that somebody sends: a name of ours is made of each, or it is refused.

What is left is one name without folders, that every system can keep and that the indexer does not pass over.
"""

from __future__ import annotations

import os.path
import re
from typing import Final

from dealqa.reading import SUFFIXES
from dealqa.reading.cleaning import clean
from dealqa.reading.sniffing import unsupported

__all__ = ["NAME_BYTES", "clean_name", "format_of", "suffix_of"]

NAME_BYTES: Final = 150
"""Bytes of a name in UTF-8: file systems allow 255 and more, some of them less, and a number may be added."""

_FORMATS: Final = {
    ".csv": "CSV",
    ".docx": "Word",
    ".eml": "Mail",
    ".htm": "HTML",
    ".html": "HTML",
    ".md": "Markdown",
    ".pdf": "PDF",
    ".pptx": "PowerPoint",
    ".tsv": "TSV",
    ".txt": "Text",
    ".xlsx": "Excel",
}

_NOT_EVERYWHERE = re.compile(r'[<>:"|?*]+')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)
"""Names of devices on Windows, with whatever suffix."""


def clean_name(sent: str) -> str:
    """The name under which a file is kept that was sent under another, perhaps a hostile one.

    Raises:
        UnreadableDocument: nothing is left of the name, or its suffix is none that is read.
    """
    last = re.split(r"[/\\]", clean(sent).text)[-1]
    name = " ".join(_NOT_EVERYWHERE.sub("_", last).split())
    name = name.lstrip(".~ ").rstrip(". ")  # the indexer passes over ".name" and "~$name"
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - there is no path
    stem = stem.rstrip(". ")
    if not stem or suffix.lower() not in SUFFIXES:
        raise unsupported(name or "(without a name)", suffix.lower())
    if _RESERVED.fullmatch(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    room = NAME_BYTES - len(suffix.encode("utf-8"))
    return stem.encode("utf-8")[:room].decode("utf-8", "ignore").rstrip(". ") + suffix


def suffix_of(path: str) -> str:
    """The suffix of a path, in lower case."""
    return os.path.splitext(path)[1].lower()  # noqa: PTH122 - "/" parts it on every system


def format_of(path: str) -> str:
    """What a document's format is called."""
    return _FORMATS.get(suffix_of(path), "Other")
