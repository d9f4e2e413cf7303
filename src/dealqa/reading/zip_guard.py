"""Look into a ZIP container before any library opens it: no bombs, no passwords, no document type declarations."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, NamedTuple

from lxml import etree

from dealqa.errors import UnreadableDocument
from dealqa.reading.cleaning import printable

__all__ = [
    "EXCEL",
    "MAX_ENTRIES",
    "MAX_ENTRY_BYTES",
    "MAX_RATIO",
    "MAX_TOTAL_BYTES",
    "POWERPOINT",
    "WORD",
    "OfficeKind",
    "check_zip",
    "corrupt",
]

MAX_ENTRIES = 10_000
MAX_ENTRY_BYTES = 64 * 1024 * 1024
MAX_TOTAL_BYTES = 256 * 1024 * 1024
MAX_RATIO = 100
_RATIO_FLOOR_BYTES = 1024 * 1024
"""Small files full of repetition compress well and harm nobody."""
_ENCRYPTED = 0x1
_LOCAL_HEADER = 30
_PIECE = 1024 * 1024
_CONTENT_TYPES = "[Content_Types].xml"
_DOCTYPE = b"<!DOCTYPE"
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_DECLARED = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)""")
_ENCODING = re.compile(rb"utf-?8|utf-?16(?:le|be)?|us-ascii|iso-8859-\d+|windows-125\d", re.I)
"""What declares another encoding could spell a declaration in bytes that look like something else."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    etree.LxmlError,
    SyntaxError,  # lxml's XMLSyntaxError is one
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


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
        UnreadableDocument: "corrupt" (damaged, strange names, parts that overlap, another kind of file), "encrypted",
            "hidden_markup" (a document type declaration, which can hide and multiply text), or "too_large" (more
            entries, bytes or compression than `MAX_ENTRIES`, `MAX_ENTRY_BYTES`, `MAX_TOTAL_BYTES`, `MAX_RATIO`).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_names(entries, path, kind)
            _check_sizes(entries, len(data), path, kind)
            _check_places(entries, archive.start_dir, path, kind)
            is_xml = _xml_parts(archive, path, kind)
            for entry in entries:
                if is_xml(entry.filename):
                    with archive.open(entry) as file:
                        _check_xml(file, path, kind)
    except _BROKEN as err:
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
    names = [entry.filename.replace("\\", "/") for entry in entries]
    different = {name.lower() for name in names}  # Office does not tell capitals from small letters
    if len(different) != len(names) or any(name.startswith("/") or ".." in name.split("/") for name in names):
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
    large = any(entry.file_size > MAX_ENTRY_BYTES for entry in entries)
    flat = total > _RATIO_FLOOR_BYTES and total > MAX_RATIO * max(size, 1)
    if len(entries) > MAX_ENTRIES or total > MAX_TOTAL_BYTES or large or flat or steep:
        raise UnreadableDocument(
            path,
            "too_large",
            f"The file {printable(path)} unpacks to more than is read ({MAX_ENTRIES:,} parts, "
            f"{MAX_ENTRY_BYTES // 1024**2} MiB a part, {MAX_TOTAL_BYTES // 1024**2} MiB in all, "
            f"{MAX_RATIO} times its size).",
            hint=f"Open it in {kind.program} and save it anew, or split it.",
        )


def _check_places(entries: list[zipfile.ZipInfo], end: int, path: str, kind: OfficeKind) -> None:
    """No two parts share bytes: a few bytes that are many parts at once are how the worst bombs are made."""
    for entry in sorted(entries, key=lambda entry: entry.header_offset, reverse=True):
        if entry.header_offset + _LOCAL_HEADER + len(entry.filename) + entry.compress_size > end:
            raise corrupt(path, kind, "holds parts that overlap")
        end = entry.header_offset


def _xml_parts(archive: zipfile.ZipFile, path: str, kind: OfficeKind) -> Callable[[str], bool]:
    """Whether the part with a name is XML: its suffix says so, or the list of content types does."""
    named: set[str] = set()
    if _CONTENT_TYPES in archive.namelist():
        with archive.open(_CONTENT_TYPES) as file:
            _check_xml(file, path, kind)
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        for element in etree.fromstring(archive.read(_CONTENT_TYPES), parser).iter(etree.Element):
            if element.get("ContentType", "").strip().lower().endswith("xml"):
                part = element.get("PartName") or f".{element.get('Extension', '')}"
                named.add(part.lower().lstrip("/"))

    def is_xml(name: str) -> bool:
        low = name.lower()
        return low.endswith(_XML_SUFFIXES) or low in named or f".{low.rpartition('.')[2]}" in named

    return is_xml


def _check_xml(file: IO[bytes], path: str, kind: OfficeKind) -> None:
    """Look for a declaration anywhere: a long comment may stand in front of it."""
    tail = b""
    while piece := file.read(_PIECE):
        if not tail and not _plain_xml(piece):
            raise corrupt(path, kind, "holds parts in an encoding that Office files never have")
        seen = tail + piece.replace(b"\0", b"")  # NUL bytes: UTF-16
        if _DOCTYPE in seen:
            raise UnreadableDocument(
                path,
                "hidden_markup",
                f"The file {printable(path)} holds a document type declaration, which can hide and multiply text and "
                "which Office files never have.",
                hint=f"Open it in {kind.program} and save it anew.",
            )
        tail = seen[1 - len(_DOCTYPE) :]


def _plain_xml(head: bytes) -> bool:
    for mark in _MARKS:
        head = head.removeprefix(mark)
    head = head.replace(b"\0", b"").lstrip()
    declared = _DECLARED.match(head)
    return head[:1] in (b"<", b"") and (declared is None or _ENCODING.fullmatch(declared.group(1)) is not None)
