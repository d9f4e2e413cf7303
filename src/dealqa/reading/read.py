"""One file of the corpus to one `Document`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import Parsed
from dealqa.reading.cleaning import printable
from dealqa.reading.docx import parse_docx
from dealqa.reading.html import parse_html
from dealqa.reading.metadata import find_date, find_status, find_title
from dealqa.reading.opening import read_bytes
from dealqa.reading.pdf import parse_pdf
from dealqa.reading.pptx import parse_pptx
from dealqa.reading.separated import parse_csv, parse_tsv
from dealqa.reading.sniffing import check_kind
from dealqa.reading.text_files import parse_markdown_file, parse_text_file
from dealqa.reading.xlsx import parse_xlsx
from dealqa.types import Document

__all__ = ["read_document"]


def read_document(root: Path, path: str, *, max_bytes: int) -> Document:
    """The document in the file `path` (relative, with "/") of the folder `root`.

    Raises:
        UnsafePath: the path leads out of the folder, goes through a link, or is no ordinary file.
        UnreadableDocument: the file cannot be read; `reason` says why in a word, the message in a sentence.
    """
    suffix = PurePosixPath(path).suffix.lower()
    parse = _PARSERS.get(suffix)
    data = read_bytes(root, path, max_bytes=max_bytes)
    if not data.strip():
        raise _empty(path)
    if parse is None:
        raise UnreadableDocument(
            path,
            "unsupported",
            f"The file {printable(path)} is of a kind that is not read.",
            hint=f"The kinds that are read: {', '.join(sorted(_PARSERS))}.",
        )
    check_kind(data, suffix, path)
    parsed = parse(data, path)
    if not parsed.blocks:
        raise _empty(path)
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


_PARSERS: dict[str, Callable[[bytes, str], Parsed]] = {
    ".txt": parse_text_file,
    ".md": parse_markdown_file,
    ".html": parse_html,
    ".htm": parse_html,
    ".docx": parse_docx,
    ".pdf": parse_pdf,
    ".xlsx": parse_xlsx,
    ".csv": parse_csv,
    ".tsv": parse_tsv,
    ".pptx": parse_pptx,
}
