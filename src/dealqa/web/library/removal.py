"""Remove documents, after a page that asks once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dealqa.coverage import counted, visible
from dealqa.errors import DealqaError, StoreError
from dealqa.index.removed import set_aside
from dealqa.types import DocumentInfo
from dealqa.web.evidence.originals import is_inside_mail
from dealqa.web.library.deeds import Deed, Deeds
from dealqa.web.library.listing import read_address
from dealqa.web.library.renewal import Renewal
from dealqa.web.library.view import DOCUMENTS_PATH
from dealqa.web.markup import page, text
from dealqa.web.readers import Editor, FromOurPage, Reader

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["REMOVED_PATH", "REMOVE_PATH", "add_removal_routes", "frame", "refused", "remove_address"]

REMOVE_PATH: Final = f"{DOCUMENTS_PATH}/remove"
REMOVED_PATH: Final = f"{DOCUMENTS_PATH}/removed"

_LAST: Final = (
    "This is the last document, and an index holds one at least. Add another one first, or change the folder of "
    "documents and run `dealqa index --rebuild`."
)
_ATTACHED: Final = "This document came attached to a mail and has no file of its own. Remove the mail {mail} instead."


@dataclass(frozen=True, slots=True)
class _Doomed:
    """What is to be removed.

    Attributes:
        document: None for a file that could not be read.
        files: paths that hold its bytes.
        mails: mails that it is attached to, which stay.
        attached: documents that are attached to it, and go with it.
        problem: why it cannot be removed; "" if it can.
    """

    name: str
    document: DocumentInfo | None
    files: tuple[str, ...]
    mails: tuple[str, ...] = ()
    attached: tuple[DocumentInfo, ...] = ()
    problem: str = ""


def remove_address(*, document: str = "", unread: str = "") -> str:
    """Where it is asked whether a document, or a file that could not be read, is to be removed; not escaped."""
    given = {"document": document} if document else {"unread": unread}
    return f"{REMOVE_PATH}?{urlencode(given)}"


def add_removal_routes(app: FastAPI, assistant: Assistant, renewal: Renewal, deeds: Deeds) -> None:
    """Serve the page that asks, and its form."""

    @app.get(REMOVE_PATH)
    def ask(editor: Editor, document: str = "", unread: str = "") -> Response:
        doomed = _found(assistant, document, unread)
        if isinstance(doomed, str):
            return refused(doomed, 404, editor)
        return frame(f"Remove {doomed.name}?", _question(doomed), editor)

    @app.post(REMOVE_PATH, dependencies=[FromOurPage])
    def remove(editor: Editor, document: str = "", unread: str = "") -> Response:
        doomed = _found(assistant, document, unread)
        if isinstance(doomed, str):
            return refused(doomed, 404, editor)
        if doomed.problem:
            return refused(doomed.problem, 409, editor)
        return _removed(assistant, doomed, renewal, deeds, editor)


def frame(title: str, body: str, reader: Reader, status: int = 200) -> Response:
    """A page among those of the documents."""
    whole = page(title, body, reader=reader, current="Documents", styles=("documents.css",))
    return HTMLResponse(whole, status_code=status)


def _found(assistant: Assistant, document: str, unread: str) -> _Doomed | str:
    """What is meant, looked up among what is indexed or was not read; else why there is nothing."""
    try:
        infos, failures = assistant.documents(), assistant.failures()
    except StoreError as err:
        return str(err)
    if document:
        info = next((one for one in infos if one.id == document), None)
        return _document(info, infos) if info is not None else "There is no such document."
    if any(path == unread for path, _, _ in failures):
        last = len(infos) == 1 and infos[0].path == unread  # its last readable version is all that there is
        return _Doomed(visible(unread), None, (unread,), problem=_LAST if last else "")
    return "There is no such file."


def _document(info: DocumentInfo, infos: Sequence[DocumentInfo]) -> _Doomed:
    places = (info.path, *info.duplicates)
    files = tuple(path for path in places if not is_inside_mail(path))
    mails = tuple(path for path in places if is_inside_mail(path))
    below = tuple(f"{file}/" for file in files)
    attached = tuple(one for one in infos if all(path.startswith(below) for path in (one.path, *one.duplicates)))
    problem = ""
    if not files:
        problem = _ATTACHED.format(mail=visible(mails[0].rpartition("/")[0]))
    elif not mails and len(infos) <= 1 + len(attached):
        problem = _LAST
    return _Doomed(visible(info.title), info, files, mails, attached, problem)


def _question(doomed: _Doomed) -> str:
    if doomed.problem:
        return f'<p class="problem" role="alert">{text(doomed.problem)}</p>{_back(doomed)}'
    files = "".join(f'<li dir="auto">{text(visible(path))}</li>' for path in doomed.files)
    what = "This file" if len(doomed.files) == 1 else f"These {len(doomed.files)} files with the same bytes"
    told = [f'<p>{what} will be taken out of the folder of documents:</p><ul class="files">{files}</ul>']
    if doomed.document is not None:
        passages = counted(doomed.document.passages, "passage")
        told.append(f"<p>Questions will no longer be answered from its {passages}.</p>")
    if doomed.attached:
        names = "".join(f'<li dir="auto">{text(visible(info.title))}</li>' for info in doomed.attached)
        told.append(f'<p>What is attached to it goes with it:</p><ul class="files">{names}</ul>')
    if doomed.mails:
        names = ", ".join(visible(path) for path in doomed.mails)
        told.append(
            f'<p dir="auto">It stays in the index all the same, because it is attached to a mail: {text(names)}.</p>'
        )
    action = remove_address(document=doomed.document.id) if doomed.document else remove_address(unread=doomed.files[0])
    return (
        f'<div class="card">{"".join(told)}<p>It can be put back from the <a href="{REMOVED_PATH}">removed files</a>'
        " until somebody runs <code>dealqa purge</code>.</p>"
        f'<form class="row" method="post" action="{text(action)}"><button class="first">Remove</button>'
        f"{_keep(doomed)}</form></div>"
    )


def _keep(doomed: _Doomed) -> str:
    address = read_address(doomed.document.id) if doomed.document else DOCUMENTS_PATH
    return f'<a class="button" href="{text(address)}">Keep it</a>'


def _back(doomed: _Doomed) -> str:
    return f"<p>{_keep(doomed)}</p>"


def _removed(assistant: Assistant, doomed: _Doomed, renewal: Renewal, deeds: Deeds, editor: Reader) -> Response:
    """Move all its files; what could not be moved is told, and what was is brought into the index nevertheless."""
    sha256 = doomed.document.sha256 if doomed.document else None
    gone: list[str] = []
    problems: list[str] = []
    for path in doomed.files:
        try:
            set_aside(assistant.settings, path, title=doomed.name, by=editor.name, sha256=sha256)
            gone.append(path)
        except DealqaError as err:
            problems.append(str(err))
    if gone:
        deeds.note(editor, Deed(removed=(doomed.name,), note=" ".join(problems)))
        renewal.request()
        return RedirectResponse(DOCUMENTS_PATH, status_code=303)
    return refused(" ".join(problems), 409, editor)


def refused(message: str, status: int, reader: Reader) -> Response:
    """A page that says why something was not done."""
    body = (
        f'<p class="problem" role="alert">{text(visible(message))}</p>'
        f'<p><a href="{DOCUMENTS_PATH}">Back to the documents</a></p>'
    )
    return frame("Documents", body, reader, status)
