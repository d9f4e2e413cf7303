"""What the page "Documents" says of what was done: files that were sent, what was removed, what changed last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dealqa.coverage import counted, failure_sentence, visible
from dealqa.index.changes import Changes, Named
from dealqa.types import DocumentInfo
from dealqa.updating import Outcome, Progress
from dealqa.web.library.deeds import Deed
from dealqa.web.library.intake import Sent
from dealqa.web.library.listing import read_address
from dealqa.web.markup import text

__all__ = ["changes_told", "deed_told"]

_NAMED: Final = 50
"""How many names are shown of one kind of change."""

_LEFT_OUT: Final = (
    "It lies in the folder of documents and is not in the index: look whether .dealqaignore names it, and bring the "
    "index up to date."
)


def deed_told(
    deed: Deed,
    documents: Sequence[DocumentInfo],
    failures: Sequence[tuple[str, str, str]],
    update: Progress | Outcome | None,
) -> str:
    """What came of what a reader did last."""
    if deed.sent:
        known = {info.sha256: info for info in documents}
        unread = {failure[0]: failure for failure in failures}
        running = isinstance(update, Progress)
        lines = "".join(_sent(sent, known, unread, running=running) for sent in deed.sent)
        return (
            '<section class="deed" aria-labelledby="sent"><h2 id="sent">What came of '
            f"{'the file' if len(deed.sent) == 1 else f'the {len(deed.sent)} files'}</h2>"
            f'<ul class="sent" role="status">{lines}</ul></section>'
        )
    back = ' <a href="/documents/removed">Removed files</a>' if deed.removed else ""
    what = "Removed" if deed.removed else "Put back"
    names = ", ".join(visible(name) for name in deed.removed or deed.put_back)
    note = f" {text(visible(deed.note))}" if deed.note else ""
    told = f"<strong>{what}:</strong> {text(names)}.{note}{back}"
    return f'<div class="deed done" role="status"><p dir="auto">{told}</p></div>'


def _sent(sent: Sent, known: dict[str, DocumentInfo], unread: dict[str, tuple[str, str, str]], *, running: bool) -> str:
    info = known.get(sent.sha256) if sent.path else None
    if info is not None:
        state, kind = ("taken in" if sent.new else "already there"), "good"
        more = f' <a href="{text(read_address(info.id))}">Read it</a>'
    elif not sent.path:
        state, kind, more = "not taken", "bad", ""
    elif running:
        state, kind, more = "being read", "going", ""
    elif sent.path in unread:
        state, kind = "could not be read", "bad"
        more = f" {text(failure_sentence(*unread[sent.path]))}"
    else:
        state, kind, more = "not in the index", "bad", f" {_LEFT_OUT}"
    note = f" {text(sent.note)}" if sent.note else ""
    return (
        f'<li class="{kind}" dir="auto"><span class="name">{text(sent.name)}</span>: <strong>{state}</strong>.'
        f"{note}{more}</li>"
    )


def changes_told(changes: Changes | None) -> str:
    """How the newest state of the documents differs from the one before."""
    if not changes:
        return ""
    kinds = (
        ("added", changes.added),
        ("changed", changes.changed),
        ("renamed", changes.renamed),
        ("removed", changes.removed),
    )
    found = [(word, named) for word, named in kinds if named]
    summary = ", ".join(f"{word} {len(named):,}" for word, named in found)
    lists = "".join(f"<h3>{word.capitalize()}</h3><ul>{_names(named)}</ul>" for word, named in found)
    return f'<details class="changes"><summary>Changed last: {summary}</summary>{lists}</details>'


def _names(named: Sequence[Named]) -> str:
    lines = "".join(
        f'<li dir="auto">{text(visible(one.title))} <span class="path">{text(visible(one.path))}</span></li>'
        for one in named[:_NAMED]
    )
    beyond = len(named) - _NAMED
    return f"{lines}<li>and {counted(beyond, 'other')}</li>" if beyond > 0 else lines
