"""Bytes to text: UTF-8, UTF-16 and UTF-32 with a byte order mark, else Windows-1252; never a guess beyond that."""

from __future__ import annotations

import codecs
import re

from dealqa.errors import UnreadableDocument
from dealqa.reading.cleaning import printable

__all__ = ["decode"]

_MARKED = (  # UTF-32's mark begins with that of UTF-16, so it stands first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.01


def decode(data: bytes, path: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file, line ends as they are, and warnings.

    A byte order mark stays in the text, so that cleaning removes and counts it.

    Raises:
        UnreadableDocument: with reason "undecodable".
    """
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return _checked(_decoded(data, encoding, path), path), (f"The file was read as {encoding.upper()}.",)
    if b"\0" in data:
        raise _undecodable(path, "holds NUL bytes and is no text")
    try:
        return _checked(data.decode("utf-8"), path), ()
    except UnicodeDecodeError:
        text = _decoded(data, "cp1252", path)
    return _checked(text, path), ("The file is not UTF-8; it was read as Windows-1252.",)


def _decoded(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as err:
        raise _undecodable(path, "is in no encoding that is read here") from err


def _checked(text: str, path: str) -> str:
    if len(_CONTROL.findall(text)) > _MAX_CONTROL_SHARE * len(text):
        raise _undecodable(path, "is full of control characters and is no text")
    return text


def _undecodable(path: str, what: str) -> UnreadableDocument:
    return UnreadableDocument(
        path, "undecodable", f"The file {printable(path)} {what}.", hint="Save it as plain text in UTF-8."
    )
