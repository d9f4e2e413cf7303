"""The box on the page "Documents" that brings the index up to date: a button, how far it is, and what came of it.

It works without a script: a form is posted, and the page loads itself again every two seconds while a run goes on.
Everything that is not ours (paths, messages) goes through `text`.
"""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from dealqa.coverage import counted, visible
from dealqa.updating import Outcome, Progress, Updater
from dealqa.web.library.view import DOCUMENTS_PATH, View
from dealqa.web.markup import text
from dealqa.web.readers import Editor, FromOurPage

__all__ = ["DOCUMENTS_PATH", "UPDATE_PATH", "View", "add_update_route", "refresh_tag", "update_box"]

UPDATE_PATH: Final = f"{DOCUMENTS_PATH}/update"

_REFRESH_SECONDS: Final = 2

_STAGES: Final = {
    "reading": ("Reading", "file"),
    "embedding": ("Embedding", "passage"),
    "publishing": ("Writing the index of", "passage"),
}


def add_update_route(app: FastAPI, updater: Updater) -> None:
    """Let a form on our own page begin a run; whoever posts while one goes on is shown that one."""

    @app.post(UPDATE_PATH, dependencies=[FromOurPage])
    def update(request: Request, editor: Editor) -> Response:
        updater.start()
        return RedirectResponse(View.asked(request.query_params).address(), status_code=303)


def refresh_tag(state: Progress | Outcome | None, view: View) -> str:
    """What makes the page load itself again while a run goes on; "" otherwise."""
    if not isinstance(state, Progress) or view.still:
        return ""
    return f'<meta http-equiv="refresh" content="{_REFRESH_SECONDS}">'


def update_box(state: Progress | Outcome | None, view: View, corpus: str) -> str:
    """The box.

    Args:
        state: of the run.
        view: is kept when the form is posted.
        corpus: the folder of documents, to be named beside the button.
    """
    if isinstance(state, Progress):
        return _running(state, view)
    told = _told(state) if state is not None else ""
    return (
        f'<section class="update" aria-label="Bring up to date">{told}'
        f'<form method="post" action="{text(view.address(UPDATE_PATH))}"><button>Bring up to date</button>'
        f'<p>Reads what is new or changed in <span class="folder">{text(visible(corpus))}</span>. Questions are '
        "answered meanwhile.</p></form></section>"
    )


def _running(state: Progress, view: View) -> str:
    if state.stage in _STAGES:
        doing, noun = _STAGES[state.stage]
        far = f"{doing} {state.done:,} of {counted(state.total, noun)} …"
    else:
        far = "Looking for changes …"
    # Without a value the browser shows that something is going on, and not how far.
    value = f' value="{state.done}" max="{state.total}"' if state.total else ""
    turn = (
        ("This page stands still.", "Reload it by itself", False)
        if view.still
        else ("This page loads itself again every two seconds.", "Stop reloading", True)
    )
    return (
        '<section class="update running" role="status" aria-label="Bringing the documents up to date">'
        f'<p class="far"><label for="far">{text(far)}</label></p><progress id="far"{value}></progress>'
        f'<p class="aside">Until it is done, questions are answered from what was there before. {turn[0]} '
        f'<a href="{text(view.address(still=turn[2]))}">{turn[1]}</a></p></section>'
    )


def _told(outcome: Outcome) -> str:
    at = f'<time datetime="{outcome.at.isoformat(timespec="seconds")}">{outcome.at:%H:%M}</time>'
    if not outcome.ok:
        return (
            f'<div class="told failed" role="alert"><p><strong>Not brought up to date</strong> at {at}</p>'
            f"<p>{text(visible(outcome.message))}</p><p>{text(visible(outcome.hint))}</p></div>"
        )
    unread = (
        f'<p>{counted(outcome.unread, "file")} could not be read: <a href="{DOCUMENTS_PATH}#unread">which, and what to '
        "do</a></p>"
        if outcome.unread
        else ""
    )
    return (
        f'<div class="told" role="status"><p><strong>Up to date</strong> at {at}</p>'
        f"<p>{text(visible(outcome.message))}</p>{unread}</div>"
    )
