"""The list of documents: which of them fit the filters, in which order, a page of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlencode

from dealqa.coverage import Recognition, counted, document_notes, extent, visible
from dealqa.types import DocumentInfo
from dealqa.web.library.dates import shown_date
from dealqa.web.library.names import format_of
from dealqa.web.library.view import DOCUMENTS_PATH, FILTER, View
from dealqa.web.markup import text

__all__ = ["READ_PATH", "SHOWN", "filter_form", "fitting", "listed_documents", "read_address"]

READ_PATH: Final = f"{DOCUMENTS_PATH}/read"

SHOWN: Final = 300
"""How many documents stand on one page of the list."""

_SORTS: Final = {"path": "Path", "title": "Title", "date": "Date, latest first"}


def read_address(document_id: str, anchor: str = "", **more: int | str) -> str:
    """Where a document is read, not escaped for HTML.

    Args:
        anchor: the id of an element there.
        more: parameters besides; those without a value are left out.
    """
    given = {name: value for name, value in more.items() if value}
    return f"{READ_PATH}?{urlencode({'document': document_id, **given})}{f'#{anchor}' if anchor else ''}"


def fitting(documents: Iterable[DocumentInfo], view: View) -> list[DocumentInfo]:
    """The documents that fit all filters, in the order that is wanted."""
    words = view.wanted.casefold().split()
    found = [
        info
        for info in documents
        if not (view.only_partial and info.coverage.complete)
        and view.format in ("", format_of(info.path))
        and (not view.deal or view.deal in info.deals)
        and view.status in ("", info.status)
        and view.year in ("", _year(info))
        and all(word in _searched(info) for word in words)
    ]
    if view.sort == "title":
        found.sort(key=lambda info: (info.title.casefold(), info.path))
    elif view.sort == "date":
        found.sort(key=lambda info: info.date or "", reverse=True)  # stable: by path among those of one date
    return found


def filter_form(documents: Sequence[DocumentInfo], view: View) -> str:
    """The form above the list; of each kind of filter there is, the choices that the documents offer."""
    checked = " checked" if view.only_partial else ""
    clear = f'<a href="{DOCUMENTS_PATH}">Show all</a>' if view.narrowed else ""
    still = '<input type="hidden" name="still" value="1">' if view.still else ""
    choices = "".join(
        _choice(label, name, chosen, sorted(offered, reverse=name == "year"))
        for label, name, chosen, offered in (
            ("Format", "format", view.format, {format_of(info.path) for info in documents}),
            ("Deal", "deal", view.deal, {deal for info in documents for deal in info.deals}),
            ("Status", "status", view.status, {info.status for info in documents if info.status}),
            ("Year", "year", view.year, {_year(info) for info in documents} - {""}),
        )
    )
    order = "".join(_option(name, label, name == view.sort) for name, label in _SORTS.items())
    return (
        f'<form role="search" class="filter" action="{DOCUMENTS_PATH}"><div class="row words">'
        '<label for="q">Title or path</label>'
        f'<input type="search" id="q" name="q" value="{text(view.wanted)}" maxlength="{FILTER}" dir="auto">'
        f'<button>Filter</button></div><div class="row choices">{choices}'
        f'<p><label for="sort">Sort by</label><select id="sort" name="sort">{order}</select></p>'
        f'<label class="only"><input type="checkbox" name="only" value="part"{checked}> only what was read in part'
        f"</label>{clear}</div>{still}</form>"
    )


def listed_documents(found: Sequence[DocumentInfo], of: int, view: View, recognition: Recognition) -> str:
    """A page of the list with the way to the others.

    Args:
        of: how many documents there are in all.
    """
    if not found:
        return '<p class="none" role="status">No document fits this filter.</p>'
    pages = -(-len(found) // SHOWN)
    page = min(view.page, pages)
    heading = counted(of, "document") if len(found) == of else f"{len(found):,} of {counted(of, 'document')}"
    items = "".join(_document(info, recognition) for info in found[(page - 1) * SHOWN : page * SHOWN])
    return (
        f'<section aria-labelledby="indexed"><h2 id="indexed">{heading}</h2><ul class="documents">{items}</ul>'
        f"{_pages(view, page, pages)}</section>"
    )


def _searched(info: DocumentInfo) -> str:
    return "\n".join((info.title, info.path, *info.duplicates)).casefold()


def _year(info: DocumentInfo) -> str:
    return (info.date or "")[:4]


def _choice(label: str, name: str, chosen: str, offered: Sequence[str]) -> str:
    if len(offered) < 2 and not chosen:
        return ""
    values = offered if chosen in ("", *offered) else [chosen, *offered]
    options = "".join(_option(value, value, value == chosen) for value in values)
    return (
        f'<p><label for="{name}">{label}</label><select id="{name}" name="{name}"><option value="">Any</option>'
        f"{options}</select></p>"
    )


def _option(value: str, label: str, chosen: bool) -> str:
    return f'<option value="{text(value)}"{" selected" if chosen else ""}>{text(visible(label))}</option>'


def _pages(view: View, page: int, pages: int) -> str:
    if pages == 1:
        return ""
    before = f'<a rel="prev" href="{text(view.on(page - 1).address())}">Previous</a>' if page > 1 else ""
    after = f'<a rel="next" href="{text(view.on(page + 1).address())}">Next</a>' if page < pages else ""
    return (
        f'<nav class="turn row" aria-label="Pages of the list">{before}<span>Page {page} of {pages}</span>{after}</nav>'
    )


def _document(info: DocumentInfo, recognition: Recognition) -> str:
    how = extent(info).replace("all", "in full", 1).replace("part:", "in part:", 1)
    facts = [
        format_of(info.path),
        *([shown_date(info.date)] if info.date else []),
        *([info.status] if info.status else []),
        *([counted(info.pages, "page")] if info.pages else []),
        counted(info.passages, "passage"),
        f"read {how}",
    ]
    notes = "".join(f'<li dir="auto">{text(visible(note))}</li>' for note in document_notes(info, recognition))
    listed = f'<ul class="notes">{notes}</ul>' if notes else ""
    deals = f'<p class="deals">{text(visible(" · ".join(info.deals)))}</p>' if info.deals else ""
    part = "" if info.coverage.complete else ' class="part"'
    return (
        f'<li{part}><h3 dir="auto"><a href="{text(read_address(info.id))}">{text(visible(info.title))}</a></h3>'
        f'<p class="path">{text(visible(info.path))}</p>'
        f'<p class="facts">{text(visible(" · ".join(facts)))}</p>{deals}{listed}</li>'
    )
