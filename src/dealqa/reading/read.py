"""One file to what is in it: its suffix and its first bytes choose the parser."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import Parsed
from dealqa.reading.cleaning import printable
from dealqa.reading.file_reading import FileReading, Limits
from dealqa.reading.metadata import find_date, find_status, find_title
from dealqa.reading.ocr import RecognisedWord
from dealqa.reading.opening import read_bytes
from dealqa.reading.sniffing import SUFFIXES, check_kind, unsupported
from dealqa.types import Document

if TYPE_CHECKING:
    from dealqa.reading.eml import Attachment

__all__ = ["MAX_DEPTH", "Recognised", "read_content", "read_document"]

MAX_DEPTH = 3
"""How deep attachments of attached messages are read."""

Recognised = Mapping[str, Mapping[int, Sequence[RecognisedWord]]]
"""By path and by page, the words that were recognised on the picture of the page."""


def read_document(root: Path, path: str, *, max_bytes: int) -> Document:
    """The document in the file `path` (relative, with "/") of the folder `root`, read in this very process.

    There is no limit on time and memory, and a parser that crashes takes this process with it: for files that are
    trusted, as those of tests. `Readers` is for all others. What lies inside the file is not returned.

    Raises:
        UnsafePath: the path leads out of the folder, goes through a link, or is no ordinary file.
        UnreadableDocument: the file cannot be read; `reason` says why in a word, the message in a sentence.
    """
    return read_content(read_bytes(root, path, max_bytes=max_bytes), path).documents[0]


def read_content(
    data: bytes,
    path: str,
    *,
    limits: Limits | None = None,
    recognised: Recognised | None = None,
    pictured: dict[str, bytes] | None = None,
) -> FileReading:
    """What is in a file with these bytes and this name.

    Args:
        data: the file.
        path: its name.
        limits: how much is read.
        recognised: by path, for a PDF or one that is attached to a mail, and page: the words on pictures of pages.
        pictured: where PDFs are put, by path, of which pages are pictures.

    Raises:
        UnreadableDocument: the file cannot be read; `reason` says why in a word, the message in a sentence.
    """
    reader = _Reader(limits or Limits(), recognised or {}, {} if pictured is None else pictured)
    reader.read(data, path, depth=0)
    return FileReading(tuple(reader.documents), tuple(reader.problems))


class _Reader:
    """Reads a file, and what is attached to it, and what is attached to that."""

    def __init__(self, limits: Limits, recognised: Recognised, pictured: dict[str, bytes]) -> None:
        self.documents: list[Document] = []
        self.problems: list[UnreadableDocument] = []
        self._limits = limits
        self._recognised = recognised
        self._pictured = pictured
        self._characters = 0

    def read(self, data: bytes, path: str, *, depth: int) -> None:
        suffix = PurePosixPath(path).suffix.lower()
        if not data.strip():
            raise _empty(path)
        if suffix not in SUFFIXES:
            raise unsupported(path, suffix)
        check_kind(data, suffix, path)
        if suffix == ".eml":
            from dealqa.reading.eml import parse_mail

            mail = parse_mail(data, path)
            self._keep(mail.parsed, data, path)
            self.problems += mail.problems
            for attachment in mail.attachments:
                self._read_attached(attachment, path, depth + 1)
        elif suffix == ".pdf":
            self._keep(self._parse_pdf(data, path), data, path)
        else:
            self._keep(_parser(suffix)(data, path), data, path)

    def _parse_pdf(self, data: bytes, path: str) -> Parsed:
        from dealqa.reading.pdf import parse_pdf  # its libraries are large

        words = self._recognised.get(path)
        try:
            parsed = parse_pdf(data, path, recognised=words, max_pages=self._limits.max_pages)
        except UnreadableDocument as err:
            if err.reason == "no_text":
                self._pictured[path] = data
            raise
        if parsed.coverage.unread_pages or parsed.coverage.recognised:
            self._pictured[path] = data
        return parsed

    def _read_attached(self, attachment: Attachment, path: str, depth: int) -> None:
        inner = f"{path}/{attachment.name}"
        try:
            if depth > MAX_DEPTH:
                raise UnreadableDocument(
                    inner,
                    "unsupported",
                    f"The file {printable(inner)} is attached to a message inside {MAX_DEPTH} others.",
                    hint="Save it beside the message.",
                )
            self.read(attachment.data, inner, depth=depth)
        except UnreadableDocument as err:
            self.problems.append(err)

    def _keep(self, parsed: Parsed, data: bytes, path: str) -> None:
        self._characters += len(parsed.text)
        for name, setting, there, allowed in (
            ("pages", "max_pages", len(parsed.pages), self._limits.max_pages),
            ("characters", "max_characters", self._characters, self._limits.max_characters),
        ):
            if there > allowed:
                raise UnreadableDocument(
                    path,
                    "too_large",
                    f"The file {printable(path)} has {there:,} {name}, more than the {allowed:,} that are read.",
                    hint=f"Raise the setting {setting}, or split the file.",
                )
        if not parsed.blocks:
            raise _empty(path)
        self.documents.append(_document(parsed, data, path))


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


def _empty(path: str) -> UnreadableDocument:
    return UnreadableDocument(
        path, "empty", f"The file {printable(path)} has no text in it.", hint="Remove it, or put the document there."
    )


def _parser(suffix: str) -> Callable[[bytes, str], Parsed]:
    """The parser of a format; its libraries are imported with its first file, not with that of another format."""
    module, function = _PARSERS[suffix]
    parser: Callable[[bytes, str], Parsed] = getattr(importlib.import_module(f"dealqa.reading.{module}"), function)
    return parser


_PARSERS = {
    ".txt": ("text_files", "parse_text_file"),
    ".md": ("text_files", "parse_markdown_file"),
    ".html": ("html", "parse_html"),
    ".htm": ("html", "parse_html"),
    ".docx": ("docx", "parse_docx"),
    ".xlsx": ("xlsx", "parse_xlsx"),
    ".csv": ("separated", "parse_csv"),
    ".tsv": ("separated", "parse_tsv"),
    ".pptx": ("pptx", "parse_pptx"),
}
