"""One file to what is in it: its suffix and its first bytes choose the parser."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import Parsed
from dealqa.reading.cleaning import clean, cleaning_warnings, printable
from dealqa.reading.decoding import decode
from dealqa.reading.docx import parse_docx
from dealqa.reading.file_reading import FileReading, Limits
from dealqa.reading.html import parse_html
from dealqa.reading.markdown import parse_markdown
from dealqa.reading.metadata import find_date, find_status, find_title
from dealqa.reading.opening import read_bytes
from dealqa.reading.pdf import parse_pdf
from dealqa.reading.plain import parse_plain
from dealqa.reading.pptx import parse_pptx
from dealqa.reading.separated import parse_csv, parse_tsv
from dealqa.reading.sniffing import check_kind, unsupported
from dealqa.reading.xlsx import parse_xlsx
from dealqa.types import Document

__all__ = ["read_content", "read_document"]


def read_document(root: Path, path: str, *, max_bytes: int) -> Document:
    """The document in the file `path` (relative, with "/") of the folder `root`, read in this very process.

    There is no limit on time and memory, and a parser that crashes takes this process with it: for files that are
    trusted, as those of tests. `Readers` is for all others. What lies inside the file is not returned.

    Raises:
        UnsafePath: the path leads out of the folder, goes through a link, or is no ordinary file.
        UnreadableDocument: the file cannot be read; `reason` says why in a word, the message in a sentence.
    """
    return read_content(read_bytes(root, path, max_bytes=max_bytes), path).documents[0]


def read_content(data: bytes, path: str, *, limits: Limits | None = None) -> FileReading:
    """What is in a file with these bytes and this name.

    Raises:
        UnreadableDocument: the file cannot be read; `reason` says why in a word, the message in a sentence.
    """
    limits = limits or Limits()
    suffix = PurePosixPath(path).suffix.lower()
    parse = _PARSERS.get(suffix)
    if not data.strip():
        raise _empty(path)
    if parse is None:
        raise unsupported(path, suffix)
    check_kind(data, suffix, path)
    parsed = parse(data, path)
    _check_limits(parsed, path, limits)
    if not parsed.blocks:
        raise _empty(path)
    return FileReading((_document(parsed, data, path),))


def _document(parsed: Parsed, data: bytes, path: str) -> Document:
    digest = hashlib.sha256(data).hexdigest()
    return Document(
        id=f"d{digest[:16]}",
        path=path,
        title=find_title(parsed, path),
        text=parsed.text,
        blocks=parsed.blocks,
        sha256=digest,
        pages=parsed.pages,
        date=parsed.date or find_date(parsed),
        status=parsed.status or find_status(parsed),
        warnings=parsed.warnings,
        coverage=parsed.coverage,
    )


def _check_limits(parsed: Parsed, path: str, limits: Limits) -> None:
    for name, setting, there, allowed in (
        ("pages", "max_pages", len(parsed.pages), limits.max_pages),
        ("characters", "max_characters", len(parsed.text), limits.max_characters),
    ):
        if there > allowed:
            raise UnreadableDocument(
                path,
                "too_large",
                f"The file {printable(path)} has {there:,} {name}, more than the {allowed:,} that are read.",
                hint=f"Raise the setting {setting}, or split the file.",
            )


def _empty(path: str) -> UnreadableDocument:
    return UnreadableDocument(
        path, "empty", f"The file {printable(path)} has no text in it.", hint="Remove it, or put the document there."
    )


def _text_parser(parse: Callable[[str], Parsed]) -> Callable[[bytes, str], Parsed]:
    """A parser of bytes for a format whose text is the file itself."""

    def parse_bytes(data: bytes, path: str) -> Parsed:
        text, warnings = decode(data, path)
        cleaned = clean(text)
        parsed = parse(cleaned.text)
        return Parsed(
            text=parsed.text,
            blocks=parsed.blocks,
            title=parsed.title,
            date=parsed.date,
            status=parsed.status,
            warnings=(*warnings, *cleaning_warnings(cleaned.removed, cleaned.normalised), *parsed.warnings),
            coverage=parsed.coverage,
        )

    return parse_bytes


_PARSERS: dict[str, Callable[[bytes, str], Parsed]] = {
    ".txt": _text_parser(parse_plain),
    ".md": _text_parser(parse_markdown),
    ".html": parse_html,
    ".htm": parse_html,
    ".docx": parse_docx,
    ".pdf": parse_pdf,
    ".xlsx": parse_xlsx,
    ".csv": parse_csv,
    ".tsv": parse_tsv,
    ".pptx": parse_pptx,
}
