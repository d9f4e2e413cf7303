"""Take documents in: a form with files, what it answers, and the way of a file into the folder of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dealqa.errors import DealqaError
from dealqa.reading import SUFFIXES
from dealqa.web.library.deeds import Deed, Deeds
from dealqa.web.library.intake import ready_folder, settle
from dealqa.web.library.receiving import UploadError, UploadLimits, receive
from dealqa.web.library.renewal import Renewal
from dealqa.web.library.view import DOCUMENTS_PATH
from dealqa.web.markup import page, text
from dealqa.web.readers import Editor, FromOurPage, Reader

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["UPLOAD_PATH", "add_upload_route", "upload_form"]

UPLOAD_PATH: Final = f"{DOCUMENTS_PATH}/upload"

_MIB: Final = 1024 * 1024


def add_upload_route(app: FastAPI, assistant: Assistant, renewal: Renewal, deeds: Deeds) -> None:
    """Let an editor send files from a form on our own page."""
    limits = UploadLimits(file=assistant.settings.max_file_bytes)

    @app.post(UPLOAD_PATH, dependencies=[FromOurPage])
    async def upload(request: Request, editor: Editor) -> Response:
        try:
            folder = await run_in_threadpool(ready_folder, assistant.settings.corpus)
            received = await receive(request, folder, limits)
            if not received:
                raise UploadError(400, "No file was chosen.", hint="Choose one or more files, then send them.")
            sent = await run_in_threadpool(settle, assistant, received)
        except DealqaError as err:
            return _refused(str(err), err.status if isinstance(err, UploadError) else 503, editor)
        except OSError as err:
            return _refused(f"The files could not be written: {err.strerror}. Nothing was taken.", 507, editor)
        deeds.note(editor, Deed(sent=tuple(sent)))
        if any(one.new for one in sent):
            renewal.request()
        # Without a "#…" behind it: a browser would not load such an address again by itself.
        return RedirectResponse(DOCUMENTS_PATH, status_code=303)


def upload_form(limits: UploadLimits) -> str:
    """The form."""
    kinds = ",".join(sorted(SUFFIXES))
    return (
        f'<form class="upload" method="post" action="{UPLOAD_PATH}" enctype="multipart/form-data" '
        f'data-most-files="{limits.files}" data-most-bytes="{limits.request}" data-file-bytes="{limits.file}">'
        '<label for="documents">Add documents</label>'
        '<div class="row"><input type="file" id="documents" name="documents" multiple required '
        f'accept="{kinds}" aria-describedby="documents-hint"><button class="first">Add</button></div>'
        '<p id="documents-hint">PDF, Word, Excel, PowerPoint, HTML, Markdown, text, CSV or mail, up to '
        f"{limits.file // _MIB} MiB each; {limits.files} files and {limits.request // _MIB} MiB at once.</p>"
        '<p class="sending" role="status"></p></form>'
    )


def _refused(message: str, status: int, reader: Reader) -> Response:
    body = (
        f'<p class="problem" role="alert">{text(message)}</p>'
        f'<p><a href="{DOCUMENTS_PATH}">Back to the documents</a></p>'
    )
    # What was not read of the request is not read any more.
    headers = {"Connection": "close", "Cache-Control": "no-store"}
    whole = page("Not taken", body, reader=reader, current="Documents", styles=("documents.css",))
    return HTMLResponse(whole, status_code=status, headers=headers)
