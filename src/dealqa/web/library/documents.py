"""The page "Documents": what is indexed, how far each file was read, what was not read, and what to do about it.

It is a page of its own, rendered here from the live generation each time it is asked for, without a script. Whatever
comes from a document, a path or the reader's filter goes through `text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from dealqa.coverage import Recognition, counted, failure_sentence, recognition_here, totals_of, visible
from dealqa.errors import DealqaError
from dealqa.index.changes import Changes
from dealqa.types import DocumentInfo
from dealqa.updating import Outcome, Progress, Updater
from dealqa.web.library.deeds import Deed, Deeds
from dealqa.web.library.listing import filter_form, fitting, listed_documents
from dealqa.web.library.reading_page import add_reading_page
from dealqa.web.library.receiving import UploadLimits
from dealqa.web.library.removal import REMOVED_PATH, add_removal_routes, remove_address
from dealqa.web.library.removed_files import add_removed_files
from dealqa.web.library.renewal import Renewal
from dealqa.web.library.telling import changes_told, deed_told
from dealqa.web.library.update_box import DOCUMENTS_PATH, View, refresh_tag, update_box
from dealqa.web.library.upload import add_upload_route, upload_form
from dealqa.web.markup import page, text
from dealqa.web.readers import EVERYBODY, Reader, TheReader

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["DOCUMENTS_PATH", "Inventory", "add_documents_page", "documents_page"]

_FAILURES: Final = 300
"""How many files that were not read are shown at once; the filter finds the others."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What there is to show.

    Attributes:
        failures: (path, reason, message) of each file that was not read.
        notices: what is wrong with the index though it is served.
        update: how far the index is being brought up to date, or what came of that.
        corpus: the folder of documents.
        deed: what the reader did last.
        changes: how what is shown differs from what was there before.
        limits: of what is sent at once.
    """

    documents: tuple[DocumentInfo, ...]
    failures: tuple[tuple[str, str, str], ...] = ()
    notices: tuple[str, ...] = ()
    recognition: Recognition = "ready"
    update: Progress | Outcome | None = None
    corpus: str = ""
    deed: Deed | None = None
    changes: Changes | None = None
    limits: UploadLimits | None = None


def add_documents_page(app: FastAPI, assistant: Assistant, updater: Updater) -> None:
    """Serve the list, the page on which a document is read, and the ways to add, remove and put back documents."""
    renewal, deeds = Renewal(updater), Deeds()
    _add_list(app, assistant, renewal, deeds)
    add_reading_page(app, assistant)
    add_upload_route(app, assistant, renewal, deeds)
    add_removal_routes(app, assistant, renewal, deeds)
    add_removed_files(app, assistant, renewal, deeds)


def _add_list(app: FastAPI, assistant: Assistant, renewal: Renewal, deeds: Deeds) -> None:
    """Serve the list at `DOCUMENTS_PATH`.

    `View` says what its parameters are; with `?still=1` it does not load itself again while the index is brought up
    to date.
    """

    @app.get(DOCUMENTS_PATH, response_class=HTMLResponse)
    def documents(request: Request, reader: TheReader) -> HTMLResponse:
        update = renewal.state()  # before the documents: what it says is done is to be seen among them
        try:
            inventory = Inventory(
                assistant.documents(),
                tuple(assistant.failures()),
                assistant.state().notices,
                recognition_here(assistant.settings.ocr),
                update,
                str(assistant.settings.corpus),
                deeds.last(reader),
                assistant.changes(),
                UploadLimits(file=assistant.settings.max_file_bytes),
            )
        except DealqaError as err:
            return HTMLResponse(_page(f'<p class="problem" role="alert">{text(str(err))}</p>', reader), status_code=503)
        return HTMLResponse(documents_page(inventory, View.asked(request.query_params), reader))


def documents_page(inventory: Inventory, view: View | None = None, reader: Reader = EVERYBODY) -> str:
    """The whole page as HTML.

    Args:
        view: which documents to show, all by default; all words of the filter count, in whatever case.
        reader: who looks at it; only an editor is shown how to change something.
    """
    view = view or View()
    refresh = refresh_tag(inventory.update, view)
    above = f"{_notices(inventory.notices)}{_deed(inventory)}{_workbench(inventory, view, reader)}"
    if not inventory.documents:
        return _page(f"{_nothing_yet()}{above}{_failures(inventory.failures, reader)}", reader, head=refresh)
    there, amiss = totals_of(inventory.documents, len(inventory.failures)).lines()
    words = view.wanted.casefold().split()
    found = fitting(inventory.documents, view)
    failures = [failure for failure in inventory.failures if all(word in failure[0].casefold() for word in words)]
    noted = f"To note: {amiss}." if amiss else "Everything was read."
    return _page(
        f'<p class="sums">{text(there)}.<br>{text(noted)}</p>{above}{changes_told(inventory.changes)}'
        f"{filter_form(inventory.documents, view)}{_failures(failures, reader)}"
        f"{listed_documents(found, len(inventory.documents), view, inventory.recognition)}",
        reader,
        head=refresh,
    )


def _page(body: str, reader: Reader, *, head: str = "") -> str:
    return page(
        "Documents",
        body,
        reader=reader,
        current="Documents",
        styles=("documents.css",),
        scripts=("library.js",) if reader.edits else (),
        head=head,
    )


def _deed(inventory: Inventory) -> str:
    if inventory.deed is None:
        return ""
    return deed_told(inventory.deed, inventory.documents, inventory.failures, inventory.update)


def _workbench(inventory: Inventory, view: View, reader: Reader) -> str:
    """What an editor does; a reader is only told that something is going on."""
    running = isinstance(inventory.update, Progress)
    update = update_box(inventory.update, view, inventory.corpus) if reader.edits or running else ""
    if not reader.edits:
        return update
    # A page that loads itself again would forget the files that were chosen.
    form = upload_form(inventory.limits) if inventory.limits and (view.still or not running) else ""
    return f'<div class="workbench">{form}{update}</div><p class="small"><a href="{REMOVED_PATH}">Removed files</a></p>'


def _nothing_yet() -> str:
    return (
        '<p class="none">There are no documents yet. Put some into the folder of documents and bring the index up to '
        "date.</p>"
    )


def _notices(notices: Sequence[str]) -> str:
    lines = "".join(f"<li>{text(visible(notice))}</li>" for notice in notices)
    return f'<ul class="notices problem" aria-label="The index needs attention">{lines}</ul>' if lines else ""


def _failures(failures: Sequence[tuple[str, str, str]], reader: Reader) -> str:
    if not failures:
        return ""
    lines = "".join(_failure(failure, reader) for failure in failures[:_FAILURES])
    beyond = len(failures) - _FAILURES
    more = f'<p class="none">{beyond:,} more are not shown: narrow them down with the filter.</p>' if beyond > 0 else ""
    return (
        f'<section class="unread" aria-labelledby="unread"><h2 id="unread">Not read: {counted(len(failures), "file")}'
        f"</h2><ul>{lines}</ul>{more}</section>"
    )


def _failure(failure: tuple[str, str, str], reader: Reader) -> str:
    remove = (
        f' <a href="{text(remove_address(unread=failure[0]))}">Remove<span class="unseen"> {text(visible(failure[0]))}'
        "</span> …</a>"
        if reader.edits
        else ""
    )
    return f'<li dir="auto">{text(failure_sentence(*failure))}{remove}</li>'
