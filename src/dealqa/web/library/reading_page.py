"""The page on which a document is read: its whole stored text, its contents, and what there is to say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from dealqa.coverage import Recognition, document_notes, recognition_here, visible
from dealqa.errors import DealqaError
from dealqa.index.changes import PassagePlace
from dealqa.types import Document, DocumentInfo, Span
from dealqa.web.evidence.originals import is_inside_mail
from dealqa.web.evidence.panel import original_address
from dealqa.web.library.dates import shown_date
from dealqa.web.library.listing import READ_PATH, read_address
from dealqa.web.library.names import format_of
from dealqa.web.library.reading_parts import Entry, Part, contents, part_at, parts_of
from dealqa.web.library.reading_text import text_of
from dealqa.web.library.removal import remove_address
from dealqa.web.library.view import DOCUMENTS_PATH
from dealqa.web.markup import page, text
from dealqa.web.readers import EVERYBODY, Reader, TheReader

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["Opened", "add_reading_page", "reading_page"]

_HASH: Final = 12
"""How much of a file's hash is shown."""

_LARGEST: Final = 10
"""Digits of a number in an address."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as it is opened.

    Attributes:
        passages: of the whole document, in their order.
        part: the number of the part that is shown, from 1; another one than there is means the nearest.
        target: a stretch that is marked; its part is the one that is shown.
    """

    document: Document
    info: DocumentInfo
    passages: tuple[PassagePlace, ...] = ()
    part: int = 1
    target: Span | None = None
    recognition: Recognition = "ready"


def add_reading_page(app: FastAPI, assistant: Assistant) -> None:
    """Serve the page at `READ_PATH`.

    `?document=` names it by its id; `&part=` is for documents that are too long for one page; `&passage=` names a
    passage by its id, `&start=` and `&end=` a stretch by its offsets, which is marked and has the id "passage".
    """

    @app.get(READ_PATH, response_class=HTMLResponse)
    def read(
        reader: TheReader, document: str = "", part: str = "", passage: str = "", start: str = "", end: str = ""
    ) -> HTMLResponse:
        try:
            found = assistant.document(document)
            info = next(one for one in assistant.documents() if one.id == document)
            passages = assistant.passages(document)
        except (KeyError, StopIteration):
            return HTMLResponse(_missing(reader), status_code=404)
        except DealqaError as err:
            body = f'<p class="problem" role="alert">{text(visible(str(err)))}</p>'
            return HTMLResponse(page("Documents", body, reader=reader, current="Documents"), status_code=503)
        target = _target(found, passages, passage, (_number(start), _number(end)))
        recognition = recognition_here(assistant.settings.ocr)
        opened = Opened(found, info, passages, _number(part) or 1, target, recognition)
        return HTMLResponse(reading_page(opened, reader))


def reading_page(opened: Opened, reader: Reader = EVERYBODY) -> str:
    """The whole page as HTML."""
    document, info = opened.document, opened.info
    parts = parts_of(document)
    number = part_at(parts, opened.target[0]) if opened.target else min(max(1, opened.part), len(parts))
    part = parts[number - 1]
    turn = _turn(info, number, parts)
    words = text_of(document, part, opened.passages, opened.target) or '<p class="none">This document has no text.</p>'
    body = (
        f"{_way(info)}{_facts(info, reader)}{_notes(opened)}"
        f'<div class="reading">{_contents(info, contents(document, parts), number)}'
        f'<article class="text quote" aria-label="Text">{turn}{words}{turn}</article></div>'
    )
    return page(visible(info.title), body, reader=reader, current="Documents", styles=("documents.css", "reading.css"))


def _missing(reader: Reader) -> str:
    body = (
        "<p>There is no such document. It may have been changed, renamed or removed since this address was made.</p>"
        f'<p><a href="{DOCUMENTS_PATH}">All documents</a></p>'
    )
    return page("Not found", body, reader=reader, current="Documents")


def _target(
    document: Document, passages: Sequence[PassagePlace], passage: str, span: tuple[int | None, int | None]
) -> Span | None:
    place = next((one for one in passages if one.id == passage), None)
    if place is not None:
        return place.start, place.end
    start, end = span
    if start is None or end is None or not start < end <= len(document.text):
        return None
    return start, end


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= _LARGEST else None


def _way(info: DocumentInfo) -> str:
    original = ""
    if not is_inside_mail(info.path):
        address = text(original_address(info.id))
        original = f'<a class="button" href="{address}" target="_blank" rel="noopener">Open the document</a>'
    return f'<p class="way row"><a href="{DOCUMENTS_PATH}">All documents</a>{original}</p>'


def _facts(info: DocumentInfo, reader: Reader) -> str:
    short = (
        ("Date", shown_date(info.date) if info.date else ""),
        ("Status", info.status or ""),
        ("Format", format_of(info.path)),
        ("Pages", f"{info.pages:,}" if info.pages else ""),
        ("Passages", f"{info.passages:,}"),
        ("Characters", f"{info.characters:,}"),
        ("SHA-256", f"{info.sha256[:_HASH]}…"),
    )
    long = (
        ("File", info.path),
        ("Also at", ", ".join(info.duplicates)),
        ("Deal" if len(info.deals) == 1 else "Deals", " · ".join(info.deals)),
    )
    lines = _told(short, "short") + _told(long, "long")
    remove = (
        f'<p class="small"><a href="{text(remove_address(document=info.id))}">Remove this document …</a></p>'
        if reader.edits
        else ""
    )
    return f'<section class="card about" aria-label="About this document"><dl>{lines}</dl>{remove}</section>'


def _told(facts: Sequence[tuple[str, str]], kind: str) -> str:
    return "".join(
        f'<div class="{kind}"><dt>{name}</dt><dd dir="auto">{text(visible(value))}</dd></div>'
        for name, value in facts
        if value
    )


def _notes(opened: Opened) -> str:
    notes = document_notes(opened.info, opened.recognition)
    lines = "".join(f'<li dir="auto">{text(visible(note))}</li>' for note in notes)
    return f'<ul class="notices" aria-label="How it was read">{lines}</ul>' if lines else ""


def _contents(info: DocumentInfo, entries: Sequence[Entry], shown: int) -> str:
    if len(entries) < 2:
        return ""
    lines = "".join(
        f'<li class="depth-{min(entry.depth, 4)}"><a href="{_to(info, entry, shown)}" dir="auto">{text(entry.text)}'
        "</a></li>"
        for entry in entries
    )
    return f'<nav class="contents" aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>{lines}</ol></nav>'


def _to(info: DocumentInfo, entry: Entry, shown: int) -> str:
    if entry.part == shown:
        return f"#h-{entry.block}"
    return text(read_address(info.id, f"h-{entry.block}", part=entry.part))


def _turn(info: DocumentInfo, number: int, parts: Sequence[Part]) -> str:
    if len(parts) == 1:
        return ""
    before = f'<a rel="prev" href="{text(read_address(info.id, part=number - 1))}">Previous</a>' if number > 1 else ""
    after = (
        f'<a rel="next" href="{text(read_address(info.id, part=number + 1))}">Next</a>' if number < len(parts) else ""
    )
    return (
        f'<nav class="turn row" aria-label="Parts of the document">{before}'
        f"<span>Part {number} of {len(parts)}</span>{after}</nav>"
    )
