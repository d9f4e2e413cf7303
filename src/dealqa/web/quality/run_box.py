"""The box on the page "Quality" that asks a suite: a form, how far it is, a button to stop it, and what came of it.

It works without a script: forms are posted, and the page loads itself again every two seconds while a suite is asked.
With a script only the box changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dealqa.coverage import counted, visible
from dealqa.web.markup import text
from dealqa.web.quality.evaluator import Asked, Asking, Failed, State, Stopped
from dealqa.web.quality.links import PROGRESS_PATH, QUALITY_PATH, RUN_PATH, STOP_PATH, run_address
from dealqa.web.readers import Reader

__all__ = ["DEFAULT_SUITE", "progress_words", "refresh_tag", "run_box", "told_progress"]

DEFAULT_SUITE: Final = "city_deals"
"""What is asked unless another suite is chosen; like `dealqa eval`."""

_REFRESH_SECONDS: Final = 2

_STAGES: Final = {
    "reading": ("Reading {} of {}", "file"),
    "embedding": ("Embedding {} of {}", "passage"),
    "publishing": ("Writing the index of {} of {}", "passage"),
    "asking": ("Asked {} of {}", "question"),
}


def run_box(state: State | None, suites: Sequence[str], evals: Path, reader: Reader, *, still: bool = False) -> str:
    """The box as HTML; for readers who are no editors only what runs or has ended."""
    if isinstance(state, Asking):
        return _running(state, reader, still=still)
    told = "" if state is None else _told(state, reader)
    if not reader.edits:
        return told and f'<section class="ask card" aria-label="The last evaluation">{told}</section>'
    return (
        f'<section class="ask card" aria-labelledby="ask"><h2 id="ask">Ask the questions again</h2>{told}'
        f"{_form(suites, evals)}</section>"
    )


def refresh_tag(state: State | None, *, still: bool) -> str:
    """What makes the page load itself again where there are no scripts; "" when nothing runs."""
    if not isinstance(state, Asking) or still:
        return ""
    return f'<noscript><meta http-equiv="refresh" content="{_REFRESH_SECONDS}"></noscript>'


def told_progress(state: State | None) -> dict[str, Any]:
    """How far it is, for the page's script."""
    if not isinstance(state, Asking):
        return {"running": False}
    progress = state.progress
    return {"running": True, "told": progress_words(state), "done": progress.done, "total": progress.total}


def progress_words(state: Asking) -> str:
    """How far it is, in words: "Asked 120 of 356 questions …"."""
    progress = state.progress
    if progress.stage == "judging":
        return "Judging the answers …"
    if progress.stage not in _STAGES:
        return "Looking for changes in the documents …"
    words, noun = _STAGES[progress.stage]
    return f"{words.format(f'{progress.done:,}', counted(progress.total, noun))} …"


def _form(suites: Sequence[str], evals: Path) -> str:
    if not suites:
        where = text(visible(str(evals)))
        return (
            f'<p class="soft">There is no suite of questions in the folder “{where}”. A suite is a folder with a file '
            f"<code>questions.jsonl</code>; <code>dealqa eval --init {where}/my-suite</code> writes an example.</p>"
        )
    chosen = DEFAULT_SUITE if DEFAULT_SUITE in suites else suites[0]
    options = "".join(
        f'<option value="{text(name)}"{" selected" if name == chosen else ""}>{text(visible(name))}</option>'
        for name in suites
    )
    return (
        f'<form class="row" method="post" action="{RUN_PATH}"><label for="suite">Suite of questions</label>'
        f'<select id="suite" name="suite">{options}</select><button class="first">Ask them</button></form>'
        '<p class="soft small">Brings the index up to date, then asks all questions for tuning (the split dev). A few '
        "hundred questions take some minutes; readers are answered meanwhile.</p>"
    )


def _running(state: Asking, reader: Reader, *, still: bool) -> str:
    progress = state.progress
    # Without a value the browser shows that something is going on, and not how far.
    value = f' value="{progress.done}" max="{progress.total}"' if progress.total else ""
    stop = f'<form method="post" action="{STOP_PATH}"><button>Stop</button></form>' if reader.edits else ""
    turn = (
        f'This page stands still. <a href="{QUALITY_PATH}">Reload it by itself</a>'
        if still
        else f'This page loads itself again every two seconds. <a href="{QUALITY_PATH}?still=1">Stop reloading</a>'
    )
    return (
        f'<section class="ask card" aria-labelledby="ask" data-progress="{PROGRESS_PATH}">'
        f'<h2 id="ask">Asking {text(visible(state.suite))}</h2>'
        f'<p class="far"><label for="far">{text(progress_words(state))}</label></p>'
        f'<progress id="far"{value}></progress>'
        f'<p class="unseen" role="status"></p>{stop}<noscript><p class="soft small">{turn}</p></noscript></section>'
    )


def _told(state: Asked | Stopped | Failed, reader: Reader) -> str:
    suite = text(visible(state.suite))
    if isinstance(state, Asked):
        return (
            f'<div class="done" role="status"><p><strong>{suite} was asked</strong> at {_clock(state.at)}: '
            f'{counted(state.cases, "question")}. <a href="{text(run_address(state.key))}">The figures</a></p></div>'
        )
    if isinstance(state, Stopped):
        told = f"<strong>Stopped</strong> at {_clock(state.at)}. Nothing was kept."
        return f'<div class="done" role="status"><p>{told}</p></div>'
    # Paths and errors are for those who can do something about them.
    lines = (state.message, state.hint) if reader.edits else ("An editor can see why.",)
    told = "".join(f"<p>{text(visible(line))}</p>" for line in lines if line)
    errors = "\n".join(text(visible(line)) for line in state.errors) if reader.edits else ""
    shown = f'<p>The last that it said:</p><pre tabindex="0">{errors}</pre>' if errors else ""
    return (
        f'<div class="problem" role="alert"><p><strong>{suite} was not asked to the end</strong> '
        f"({_clock(state.at)})</p>{told}{shown}</div>"
    )


def _clock(at: datetime) -> str:
    return f'<time datetime="{at.isoformat(timespec="seconds")}">{at:%H:%M}</time>'
