"""Look into a ZIP container before any library opens it: no bombs, no passwords, no document type declarations."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import IO, NamedTuple

from dealqa.errors import UnreadableDocument
from dealqa.reading.cleaning import printable

__all__ = [
    "EXCEL",
    "MAX_ENTRIES",
    "MAX_RATIO",
    "MAX_TOTAL_BYTES",
    "POWERPOINT",
    "WORD",
    "OfficeKind",
    "check_zip",
    "corrupt",
]

MAX_ENTRIES = 10_000
MAX_TOTAL_BYTES = 256 * 1024 * 1024
MAX_RATIO = 200
_RATIO_FLOOR_BYTES = 1024 * 1024
"""Small files full of repetition compress well and harm nobody."""
_ENCRYPTED = 0x1
_PIECE = 1024 * 1024
_DOCTYPE = b"<!DOCTYPE"


class OfficeKind(NamedTuple):
    """A kind of Office file: what it is called, where its parts lie, and what to open it with."""

    name: str
    folder: str
    program: str


WORD = OfficeKind("Word", "word/", "a word processor")
EXCEL = OfficeKind("Excel", "xl/", "a spreadsheet program")
POWERPOINT = OfficeKind("PowerPoint", "ppt/", "a presentation program")


def check_zip(data: bytes, path: str, kind: OfficeKind) -> None:
    """Pass when the container is harmless to open and no Office file of another kind.

    Raises:
        UnreadableDocument: "corrupt" (damaged, strange names, a document type declaration, another kind of file),
            "encrypted", or "too_large" (more entries, bytes or compression than `MAX_ENTRIES`, `MAX_TOTAL_BYTES`,
            `MAX_RATIO`).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_names(entries, path, kind)
            _check_sizes(entries, len(data), path, kind)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(entry) as file:
                        _check_xml(file, path, kind)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as err:
        raise corrupt(path, kind) from err


def corrupt(path: str, kind: OfficeKind, what: str = "") -> UnreadableDocument:
    """The error for a container that cannot be opened."""
    what = what or f"is damaged and cannot be read as {_a(kind)} file"
    return UnreadableDocument(
        path, "corrupt", f"The file {printable(path)} {what}.", hint=f"Open it in {kind.program} and save it anew."
    )


def _a(kind: OfficeKind) -> str:
    return f"an {kind.name}" if kind.name[0] in "AEIOU" else f"a {kind.name}"


def _check_names(entries: list[zipfile.ZipInfo], path: str, kind: OfficeKind) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnreadableDocument(
            path,
            "encrypted",
            f"The file {printable(path)} is password protected.",
            hint="Save a copy without the password and index again.",
        )
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise corrupt(path, kind, "holds parts with the same name or with names that lead outside it")
    if not any(name.startswith(kind.folder) for name in names):
        for other in (WORD, EXCEL, POWERPOINT):
            if any(name.startswith(other.folder) for name in names):
                raise UnreadableDocument(
                    path,
                    "corrupt",
                    f"The file {printable(path)} is named as {_a(kind)} file, but its content is {_a(other)} file.",
                    hint="Give it the name that fits.",
                )


def _check_sizes(entries: list[zipfile.ZipInfo], size: int, path: str, kind: OfficeKind) -> None:
    total = sum(entry.file_size for entry in entries)
    steep = any(
        entry.file_size > _RATIO_FLOOR_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or total > MAX_TOTAL_BYTES or total > MAX_RATIO * max(size, 1) or steep:
        raise UnreadableDocument(
            path,
            "too_large",
            f"The file {printable(path)} unpacks to more than is read "
            f"({MAX_ENTRIES} parts, {MAX_TOTAL_BYTES // 1024**2} MiB, {MAX_RATIO} times its size).",
            hint=f"Open it in {kind.program} and save it anew, or split it.",
        )


def _check_xml(file: IO[bytes], path: str, kind: OfficeKind) -> None:
    """Look for a declaration anywhere: a long comment may stand in front of it."""
    tail = b""
    while piece := file.read(_PIECE):
        seen = tail + piece.replace(b"\0", b"")  # NUL bytes: UTF-16
        if _DOCTYPE in seen:
            raise corrupt(path, kind, "holds a document type declaration, which Office files never do")
        tail = seen[1 - len(_DOCTYPE) :]
