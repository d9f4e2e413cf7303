"""The page "Documents": what is indexed, how far each file was read, what was not read, and what to do about it.

It is a page of its own, rendered here from the live generation each time it is asked for, without a script. Whatever
comes from a document, a path or the reader's filter goes through `text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from dealqa.coverage import (
    Recognition,
    counted,
    document_notes,
    extent,
    failure_sentence,
    recognition_here,
    totals_of,
    visible,
)
from dealqa.errors import DealqaError
from dealqa.types import DocumentInfo
from dealqa.updating import Outcome, Progress, Updater
from dealqa.web.library.update_box import DOCUMENTS_PATH, FILTER, View, refresh_tag, update_box
from dealqa.web.markup import page, text
from dealqa.web.readers import EVERYBODY, Reader, TheReader

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["DOCUMENTS_PATH", "Inventory", "add_documents_page", "documents_page"]

_SHOWN: Final = 300
"""How many documents, and how many files that were not read, are shown at once; the filter finds the others."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What there is to show.

    Attributes:
        failures: (path, reason, message) of each file that was not read.
        notices: what is wrong with the index though it is served.
        update: how far the index is being brought up to date, or what came of that.
        corpus: the folder of documents.
    """

    documents: tuple[DocumentInfo, ...]
    failures: tuple[tuple[str, str, str], ...] = ()
    notices: tuple[str, ...] = ()
    recognition: Recognition = "ready"
    update: Progress | Outcome | None = None
    corpus: str = ""


def add_documents_page(app: FastAPI, assistant: Assistant, updater: Updater) -> None:
    """Serve the page at `DOCUMENTS_PATH`.

    `?q=` filters by title and path, `?only=part` by what was not read fully; with `?still=1` it does not load itself
    again while the index is brought up to date.
    """

    @app.get(DOCUMENTS_PATH, response_class=HTMLResponse)
    def documents(reader: TheReader, q: str = "", only: str = "", still: str = "") -> HTMLResponse:
        update = updater.state()  # before the documents: what it says is done is to be seen among them
        try:
            inventory = Inventory(
                assistant.documents(),
                tuple(assistant.failures()),
                assistant.state().notices,
                recognition_here(assistant.settings.ocr),
                update,
                str(assistant.settings.corpus),
            )
        except DealqaError as err:
            return HTMLResponse(_page(f'<p class="problem" role="alert">{text(str(err))}</p>', reader), status_code=503)
        return HTMLResponse(documents_page(inventory, View.of(q, only, still), reader))


def documents_page(inventory: Inventory, view: View | None = None, reader: Reader = EVERYBODY) -> str:
    """The whole page as HTML.

    Args:
        view: which documents to show, all by default; all words of the filter count, in whatever case.
        reader: who looks at it.
    """
    view = view or View()
    update = update_box(inventory.update, view, inventory.corpus)
    refresh = refresh_tag(inventory.update, view)
    if not inventory.documents:
        return _page(
            f"{_nothing_yet()}{update}{_notices(inventory.notices)}{_failures(inventory.failures)}",
            reader,
            head=refresh,
        )
    there, amiss = totals_of(inventory.documents, len(inventory.failures)).lines()
    words = view.wanted.casefold().split()
    found = [
        info
        for info in inventory.documents
        if not (view.only_partial and info.coverage.complete) and all(word in _searched(info) for word in words)
    ]
    failures = [failure for failure in inventory.failures if all(word in failure[0].casefold() for word in words)]
    noted = f"To note: {amiss}." if amiss else "Everything was read."
    return _page(
        f'<p class="sums">{text(there)}.<br>{text(noted)}</p>'
        f"{_notices(inventory.notices)}{update}{_filter(view)}"
        f"{_failures(failures)}{_documents(found, len(inventory.documents), inventory.recognition)}",
        reader,
        head=refresh,
    )


def _searched(info: DocumentInfo) -> str:
    return "\n".join((info.title, info.path, *info.duplicates)).casefold()


def _page(body: str, reader: Reader, *, head: str = "") -> str:
    return page("Documents", body, reader=reader, current="Documents", styles=("documents.css",), head=head)


def _nothing_yet() -> str:
    return (
        '<p class="none">There are no documents yet. Put some into the folder of documents and bring the index up to '
        "date.</p>"
    )


def _notices(notices: Sequence[str]) -> str:
    lines = "".join(f"<li>{text(visible(notice))}</li>" for notice in notices)
    return f'<ul class="notices" aria-label="The index needs attention">{lines}</ul>' if lines else ""


def _filter(view: View) -> str:
    checked = " checked" if view.only_partial else ""
    clear = f'<a href="{DOCUMENTS_PATH}">Show all</a>' if view.wanted or view.only_partial else ""
    still = '<input type="hidden" name="still" value="1">' if view.still else ""
    return (
        f'<form role="search" action="{DOCUMENTS_PATH}"><label for="q">Title or path</label>'
        f'<input type="search" id="q" name="q" value="{text(view.wanted)}" maxlength="{FILTER}" dir="auto">'
        f'<label class="only"><input type="checkbox" name="only" value="part"{checked}> only what was read in part'
        f"</label>{still}<button>Filter</button>{clear}</form>"
    )


def _failures(failures: Sequence[tuple[str, str, str]]) -> str:
    if not failures:
        return ""
    lines = "".join(f'<li dir="auto">{text(failure_sentence(*failure))}</li>' for failure in failures[:_SHOWN])
    more = _beyond(len(failures))
    return (
        f'<section class="unread" aria-labelledby="unread"><h2 id="unread">Not read: {counted(len(failures), "file")}'
        f"</h2><ul>{lines}</ul>{more}</section>"
    )


def _documents(found: Sequence[DocumentInfo], of: int, recognition: Recognition) -> str:
    if not found:
        return '<p class="none" role="status">No document fits this filter.</p>'
    heading = counted(of, "document") if len(found) == of else f"{len(found):,} of {counted(of, 'document')}"
    items = "".join(_document(info, recognition) for info in found[:_SHOWN])
    return (
        f'<section aria-labelledby="indexed"><h2 id="indexed">{heading}</h2><ul class="documents">{items}</ul>'
        f"{_beyond(len(found))}</section>"
    )


def _beyond(number: int) -> str:
    more = number - _SHOWN
    return f'<p class="none">{more:,} more are not shown: narrow them down with the filter.</p>' if more > 0 else ""


def _document(info: DocumentInfo, recognition: Recognition) -> str:
    how = extent(info).replace("all", "in full", 1).replace("part:", "in part:", 1)
    facts = [counted(info.passages, "passage"), f"read {how}"]
    if info.pages:
        facts.insert(0, counted(info.pages, "page"))
    notes = "".join(f'<li dir="auto">{text(visible(note))}</li>' for note in document_notes(info, recognition))
    listed = f'<ul class="notes">{notes}</ul>' if notes else ""
    part = "" if info.coverage.complete else ' class="part"'
    return (
        f'<li{part}><h3 dir="auto">{text(visible(info.title))}</h3><p class="path">{text(visible(info.path))}</p>'
        f'<p class="facts">{text(" · ".join(facts))}</p>{listed}</li>'
    )
