"""What the evidence links to: the picture of a page, the pages shown large, the original file.

Whatever cannot be given is a 404 with a plain sentence; nothing in a request is ever taken for a path.
"""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from dealqa.errors import DealqaError, StoreError
from dealqa.web.evidence.originals import original_of
from dealqa.web.evidence.page_figure import PAGE_PATH, VIEW_PATH, page_figure
from dealqa.web.evidence.pages import EvidencePages
from dealqa.web.evidence.panel import ORIGINAL_PATH, original_address
from dealqa.web.markup import page as whole_page
from dealqa.web.markup import text
from dealqa.web.readers import Reader, TheReader
from dealqa.web.security import SANDBOX

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["add_evidence_routes"]

_PRIVATE: Final = "private, no-cache"
"""Kept by this browser alone, and asked for again each time, because a document may be taken out of the index."""

_INLINE: Final = {".pdf": "application/pdf", ".txt": "text/plain", ".md": "text/plain"}
"""What a browser may show itself; it runs nothing of theirs."""

_TYPES: Final = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eml": "message/rfc822",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".tsv": "text/tab-separated-values",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Not every system knows these."""

_LONGEST: Final = 20_000
"""Characters of a stretch that is shown on its pages."""


def add_evidence_routes(app: FastAPI, assistant: Assistant, pages: EvidencePages) -> None:
    """Serve the pictures of pages, the pages shown large, and the original files."""

    @app.get(PAGE_PATH)
    def picture(request: Request, reader: TheReader, document: str = "", page: str = "") -> Response:
        return _picture(pages, document, page, request.headers.get("if-none-match", ""))

    @app.get(VIEW_PATH)
    def view(reader: TheReader, document: str = "", start: str = "", end: str = "") -> Response:
        return _view(assistant, pages, (document, start, end), reader)

    @app.get(ORIGINAL_PATH)
    def original(reader: TheReader, document: str = "") -> Response:
        return _original(assistant, document)


def _picture(pages: EvidencePages, document: str, page: str, known: str) -> Response:
    number = _number(page)
    try:
        if number is None:
            raise KeyError(page)
        png, name = pages.png(document, number)
    except KeyError:
        return _not_there("There is no such page.")
    except DealqaError as err:
        return _problem(err)
    headers = {"Cache-Control": _PRIVATE, "ETag": f'"{name}"'}
    if known == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(png, media_type="image/png", headers=headers)


def _view(assistant: Assistant, pages: EvidencePages, place: tuple[str, str, str], reader: Reader) -> Response:
    document_id, start, end = place[0], _number(place[1]), _number(place[2])
    try:
        document = assistant.document(document_id)
        if start is None or end is None or not start < end <= min(len(document.text), start + _LONGEST):
            raise KeyError(document_id)
        shown = pages.shown(document, (start, end))
    except KeyError:
        return _not_there("There is no such place in the documents.")
    except DealqaError as err:
        return _problem(err)
    figures = "".join(page_figure(page, document.title) for page in shown)
    body = (
        f'<div class="large-pages"><blockquote class="quote" dir="auto"><p>{text(document.text[start:end])}</p>'
        f'</blockquote><p class="small"><a href="{text(original_address(document.id))}">Open the document</a></p>'
        f"{figures or '<p>This document has no pages that could be shown.</p>'}</div>"
    )
    whole = whole_page(document.title, body, reader=reader, styles=("evidence.css",))
    return HTMLResponse(whole, headers={"Cache-Control": _PRIVATE})


def _original(assistant: Assistant, document_id: str) -> Response:
    try:
        found = original_of(assistant, document_id)
    except KeyError:
        return _not_there("There is no such document.")
    except DealqaError as err:
        return _problem(err)
    name = PurePosixPath(found.path).name
    suffix = PurePosixPath(name).suffix.lower()
    kind = "inline" if suffix in _INLINE else "attachment"
    headers = {
        "Cache-Control": _PRIVATE,
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": SANDBOX,
        "Content-Type": _media_type(suffix, found.data),  # given as `media_type` it would always say UTF-8
    }
    return Response(found.data, headers=headers)


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _media_type(suffix: str, data: bytes) -> str:
    kind = _INLINE.get(suffix) or _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    if kind != "text/plain":
        return kind
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return kind  # the browser finds out by itself
    return "text/plain; charset=utf-8"


def _not_there(sentence: str) -> Response:
    return PlainTextResponse(sentence, status_code=404, headers={"Cache-Control": "no-store"})


def _problem(err: DealqaError) -> Response:
    """404 for what is wrong with one file, 503 for what is wrong with the index."""
    status = 503 if isinstance(err, StoreError) else 404
    return PlainTextResponse(str(err), status_code=status, headers={"Cache-Control": "no-store"})
