"""Does a file's content agree with its suffix?"""

from __future__ import annotations

import re

from dealqa.errors import UnreadableDocument
from dealqa.reading.cleaning import printable

__all__ = ["SUFFIXES", "check_kind", "unsupported"]

_HEAD = 1024
_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive, as Office files are"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file, or one with a password"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!\x1a", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ\x00", "a compressed file"),
    (b"\x28\xb5\x2f\xfd", "a compressed file"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%!PS", "a PostScript file"),
    (b"RIFF", "a picture, or a recording"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
)
_PDF = "a PDF file"
_PAGE = "an HTML page"
_TWO = "that of two formats at once"
_PAGE_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype\s+html|<html)[\s>]", re.I)
_NEVER_PAGES = frozenset({".txt", ".csv", ".tsv"})
_OFFICE = (".docx", ".xlsx", ".pptx")
_EXPECTED = {".pdf": _PDF, **dict.fromkeys(_OFFICE, _MAGIC[0][1])}
_NAMES = {
    ".csv": "CSV",
    ".docx": "Word",
    ".eml": "mail",
    ".htm": "HTML",
    ".html": "HTML",
    ".md": "Markdown",
    ".pdf": "PDF",
    ".pptx": "PowerPoint",
    ".tsv": "TSV",
    ".txt": "text",
    ".xlsx": "Excel",
}


SUFFIXES = frozenset(_NAMES)
"""The files that are documents, by suffix in lower case."""

_UNPACK = "Unpack it, and put the documents themselves in the folder."
_RECOGNISE = "Make it a PDF, or run text recognition (OCR) on it and keep the text."
_INSTEAD = {
    ".doc": "Save it as .docx.",
    ".docm": "Save it as .docx, without its macros.",
    ".dot": "Save it as .docx.",
    ".dotx": "Save it as .docx.",
    ".dotm": "Save it as .docx, without its macros.",
    ".rtf": "Save it as .docx.",
    ".odt": "Save it as .docx.",
    ".pages": "Save it as .docx or .pdf.",
    ".xls": "Save it as .xlsx.",
    ".xlsb": "Save it as .xlsx.",
    ".xlsm": "Save it as .xlsx, without its macros.",
    ".xltx": "Save it as .xlsx.",
    ".xltm": "Save it as .xlsx, without its macros.",
    ".ods": "Save it as .xlsx.",
    ".ppt": "Save it as .pptx.",
    ".pptm": "Save it as .pptx, without its macros.",
    ".potx": "Save it as .pptx.",
    ".pps": "Save it as .pptx.",
    ".ppsx": "Save it as .pptx.",
    ".odp": "Save it as .pptx.",
    ".msg": "Save it as .eml.",
    ".pst": "Save its mails as .eml.",
    ".mbox": "Save its mails as .eml.",
    ".epub": "Save it as .html or .pdf.",
    ".mht": "Save it as .html or .pdf.",
    ".mhtml": "Save it as .html or .pdf.",
    ".xhtml": "Save it as .html.",
    ".xml": "Save it as .html, .pdf or .txt.",
    **dict.fromkeys((".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"), _UNPACK),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".webp", ".heic"), _RECOGNISE),
}
"""What to do with files of kinds that are not read."""


def unsupported(path: str, suffix: str) -> UnreadableDocument:
    """The error for a file of a kind that is not read; says what to do with it."""
    return UnreadableDocument(
        path,
        "unsupported",
        f"The file {printable(path)} is of a kind that is not read.",
        hint=_INSTEAD.get(suffix) or f"The kinds that are read: {', '.join(sorted(SUFFIXES))}.",
    )


def check_kind(data: bytes, suffix: str, path: str) -> None:
    """Pass when the first bytes are those of the suffix's format.

    Raises:
        UnreadableDocument: "encrypted" for an Office file with a password, "corrupt" for a PDF or Office file that is
            none or is another format as well, "undecodable" for a text file that is something else.
    """
    found = _kind(data)
    expected = _EXPECTED.get(suffix)
    if found is None and suffix in _NEVER_PAGES and _PAGE_BEGINS.match(data):
        found = _PAGE
    if found == expected:
        return
    name = printable(path)
    if suffix in _OFFICE and data.startswith(_MAGIC[1][0]) and "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableDocument(
            path,
            "encrypted",
            f"The file {name} is password protected.",
            hint="Save a copy without the password and index again.",
        )
    content = f"its content is {found}" if found else f"its content is not that of a {_NAMES[suffix]} file"
    raise UnreadableDocument(
        path,
        "corrupt" if expected else "undecodable",
        f"The file {name} is named as a {_NAMES[suffix]} file, but {content}.",
        hint="Give it the name that fits, or save it anew in the format that its name says.",
    )


def _kind(data: bytes) -> str | None:
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)
    if b"%PDF-" in data[:_HEAD]:
        if kind is not None:  # PDF programs look for their mark anywhere in the first kilobyte
            return _TWO
        if data[:5].strip()[:1] in (b"%", b""):
            return _PDF
    return kind
