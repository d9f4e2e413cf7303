"""Does a file's content agree with its suffix?"""

from __future__ import annotations

from dealqa.errors import UnreadableDocument
from dealqa.reading.cleaning import printable

__all__ = ["check_kind"]

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
    (b"Rar!", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
)
_PDF = "a PDF file"
_OFFICE = (".docx", ".xlsx", ".pptx")
_EXPECTED = {".pdf": _PDF, **dict.fromkeys(_OFFICE, _MAGIC[0][1])}
_NAMES = {
    ".csv": "CSV",
    ".docx": "Word",
    ".htm": "HTML",
    ".html": "HTML",
    ".md": "Markdown",
    ".pdf": "PDF",
    ".pptx": "PowerPoint",
    ".tsv": "TSV",
    ".txt": "text",
    ".xlsx": "Excel",
}


def check_kind(data: bytes, suffix: str, path: str) -> None:
    """Pass when the first bytes are those of the suffix's format.

    Raises:
        UnreadableDocument: "encrypted" for an Office file with a password, "corrupt" for a PDF or Office file that is
            none, "undecodable" for a text file that is something else.
    """
    found = _kind(data)
    expected = _EXPECTED.get(suffix)
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
    if b"%PDF-" in data[:_HEAD] and data[:5].strip()[:1] in (b"%", b""):
        return _PDF
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)
