"""Look into a ZIP container before any library opens it: no bombs, no passwords, no document type declarations."""

from __future__ import annotations

import io
import zipfile
import zlib

from dealqa.errors import UnreadableDocument
from dealqa.reading.cleaning import printable

__all__ = ["MAX_ENTRIES", "MAX_RATIO", "MAX_TOTAL_BYTES", "check_zip", "corrupt"]

MAX_ENTRIES = 10_000
MAX_TOTAL_BYTES = 256 * 1024 * 1024
MAX_RATIO = 200
_RATIO_FLOOR_BYTES = 1024 * 1024
"""Small files full of repetition compress well and harm nobody."""
_ENCRYPTED = 0x1
_XML_HEAD = 4096


def check_zip(data: bytes, path: str) -> None:
    """Pass when the container is harmless to open.

    Raises:
        UnreadableDocument: "corrupt" (damaged, strange names, a document type declaration), "encrypted",
            or "too_large" (more entries, bytes or compression than `MAX_ENTRIES`, `MAX_TOTAL_BYTES`, `MAX_RATIO`).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_names(entries, path)
            _check_sizes(entries, len(data), path)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(entry) as file:
                        _check_xml(file.read(_XML_HEAD), path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as err:
        raise corrupt(path) from err


def corrupt(path: str, what: str = "is damaged and cannot be read as a Word file") -> UnreadableDocument:
    """The error for a container that cannot be opened."""
    return UnreadableDocument(
        path, "corrupt", f"The file {printable(path)} {what}.", hint="Open it in a word processor and save it anew."
    )


def _check_names(entries: list[zipfile.ZipInfo], path: str) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnreadableDocument(
            path,
            "encrypted",
            f"The file {printable(path)} is password protected.",
            hint="Save a copy without the password and index again.",
        )
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise corrupt(path, "holds parts with the same name or with names that lead outside it")


def _check_sizes(entries: list[zipfile.ZipInfo], size: int, path: str) -> None:
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
            hint="Open it in a word processor and save it anew, or split it.",
        )


def _check_xml(head: bytes, path: str) -> None:
    if b"<!DOCTYPE" in head.replace(b"\0", b""):  # NUL bytes: UTF-16
        raise corrupt(path, "holds a document type declaration, which Word files never do")
