"""The list of removed files, from which each can be put back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response

from dealqa.coverage import visible
from dealqa.errors import DealqaError
from dealqa.index.removed import Entry, put_back, removed_entries
from dealqa.web.library.deeds import Deed, Deeds
from dealqa.web.library.removal import REMOVED_PATH, frame, refused
from dealqa.web.library.renewal import Renewal
from dealqa.web.library.view import DOCUMENTS_PATH
from dealqa.web.markup import text
from dealqa.web.readers import Editor, FromOurPage

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["PUT_BACK_PATH", "add_removed_files"]

PUT_BACK_PATH: Final = f"{DOCUMENTS_PATH}/put-back"

_SHOWN: Final = 300
"""How many removed files are listed."""

_BACK: Final = f'<p><a href="{DOCUMENTS_PATH}">Back to the documents</a></p>'


def add_removed_files(app: FastAPI, assistant: Assistant, renewal: Renewal, deeds: Deeds) -> None:
    """Serve the list, and the form that puts one back."""

    @app.get(REMOVED_PATH)
    def removed(editor: Editor) -> Response:
        try:
            entries = removed_entries(assistant.settings.index)
        except DealqaError as err:
            return refused(str(err), 503, editor)
        return frame("Removed files", _list(entries), editor)

    @app.post(PUT_BACK_PATH, dependencies=[FromOurPage])
    def back(editor: Editor, entry: str = "") -> Response:
        try:
            known, path = put_back(assistant.settings, entry)
        except KeyError:
            return refused("There is no such removed file: it was put back, or deleted for good.", 404, editor)
        except DealqaError as err:
            return refused(str(err), 409, editor)
        note = "" if path == known.path else f"Another file lies at {known.path} now."
        deeds.note(editor, Deed(put_back=(path,), note=note))
        renewal.request()
        return RedirectResponse(DOCUMENTS_PATH, status_code=303)


def _list(entries: Sequence[Entry]) -> str:
    if not entries:
        return f'<p class="none">There are none: nothing was removed, or it was deleted for good.</p>{_BACK}'
    items = "".join(_entry(entry) for entry in entries[:_SHOWN])
    beyond = len(entries) - _SHOWN
    more = f'<p class="none">{beyond:,} older ones are not shown.</p>' if beyond > 0 else ""
    return (
        '<p class="soft">No question is answered from these. They are kept beside the index until somebody runs '
        f'<code>dealqa purge</code>, which deletes them for good.</p><ul class="documents">{items}</ul>{more}'
        f"{_BACK}"
    )


def _entry(entry: Entry) -> str:
    action = text(f"{PUT_BACK_PATH}?{urlencode({'entry': entry.id})}")
    who = f" by {entry.by}" if entry.by else ""
    when = datetime.fromisoformat(entry.at).astimezone()
    return (
        f'<li class="row"><div><h2 dir="auto">{text(visible(entry.title))}</h2>'
        f'<p class="path">{text(visible(entry.path))}</p><p class="facts">removed on '
        f'<time datetime="{text(entry.at)}">{when.day} {when:%B %Y at %H:%M}</time>{text(visible(who))}</p></div>'
        f'<form method="post" action="{action}"><button>Put back<span class="unseen"> {text(visible(entry.title))}'
        "</span></button></form></li>"
    )
