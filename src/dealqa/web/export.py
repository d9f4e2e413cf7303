"""Answers as files to hand on: Markdown, DOCX or PDF, made of what the shelf holds for the reader who asks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import FastAPI, Query
from fastapi.responses import PlainTextResponse, Response

from dealqa.exporting import MEDIA_TYPES, Exported, Format, export
from dealqa.web.readers import Reader, TheReader
from dealqa.web.shelf import Shelf, Shelved

__all__ = ["EXPORT_PATH", "MOST_ANSWERS", "add_export_route", "file_name"]

EXPORT_PATH: Final = "/export"

MOST_ANSWERS: Final = 100
"""Answers of one file: a long conversation, and a second or two of work."""

_ID: Final = 64
"""The longest id that is looked up; the shelf's have 22 characters."""

_NAME: Final = 60
"""Characters of a file's name without its ending."""

GONE: Final = "This answer is no longer held by the server. Ask again, then export it."


def add_export_route(app: FastAPI, shelf: Shelf) -> None:
    """Serve `GET /export?format=docx&answer=<id>&answer=<id>…`: these answers in this order as one file to keep.

    404 when one of them is not held, or was given to somebody else; 422 for another format, no answer or too many.
    """

    @app.get(EXPORT_PATH)
    def exported(
        reader: TheReader,
        format: Format,  # it is the parameter's name in the address
        answer: Annotated[list[Annotated[str, Query(max_length=_ID)]], Query(min_length=1, max_length=MOST_ANSWERS)],
    ) -> Response:
        held = _held(shelf, answer, reader)
        if held is None:
            return PlainTextResponse(GONE, status_code=404, headers={"Cache-Control": "no-store"})
        data = export([Exported(one.question, one.answer, one.at) for one in held], format)
        return Response(
            data,
            media_type=MEDIA_TYPES[format],
            headers={
                "Content-Disposition": _disposition(held[0].question, format),
                "Cache-Control": "no-store",
            },
        )


def _held(shelf: Shelf, ids: Sequence[str], reader: Reader) -> list[Shelved] | None:
    found = [shelf.get(one, reader) for one in ids]
    held = [one for one in found if one is not None]
    return held if len(held) == len(found) else None


def _disposition(question: str, format: Format) -> str:
    """The header that names the file, in ASCII and, for whoever reads it, in full (RFC 6266)."""
    name = file_name(question)
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    plain = re.sub(r"-+", "-", ascii_name).strip("-") or "answer"
    return f"attachment; filename=\"{plain}.{format}\"; filename*=UTF-8''{quote(name, safe='')}.{format}"


def file_name(question: str) -> str:
    """A name for a file, without its ending: the words of a question with hyphens between them.

    Nothing but letters, digits and hyphens is in it: no dots, slashes or quotation marks.
    """
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", question))
    name = ""
    for word in words:
        if len(name) + 1 + len(word) > _NAME:
            break
        name = f"{name}-{word}" if name else word
    return name or (words[0][:_NAME] if words else "answer")
