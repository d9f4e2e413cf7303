"""The page "Compare" before anything is asked: the form, and the comparisons that the reader made before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dealqa.coverage import counted, visible
from dealqa.errors import DealqaError
from dealqa.matrix import MOST_CELLS, Row
from dealqa.web.compare.links import COMPARE_PATH, again_address, run_address
from dealqa.web.compare.orders import MOST_QUESTIONS, By, Draft, key_of
from dealqa.web.compare.runs import KEPT, Run, StillAsking
from dealqa.web.compare.said import shortened, size_of, state_words, when
from dealqa.web.markup import page, text
from dealqa.web.readers import Reader

__all__ = ["EXAMPLES", "Choice", "form_page", "not_there"]

EXAMPLES: Final = (
    "When was the deal signed?",
    "How many jobs will be created?",
    "How much will the government invest?",
)
"""Questions that the form offers."""

_LISTED: Final = 2_000
"""Rows of one kind that the form lists; more of them are asked from the command line."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be asked, and by whom it was.

    Attributes:
        deals, documents: rows that can be chosen.
        runs: the reader's own comparisons, the newest first.
    """

    deals: tuple[Row, ...]
    documents: tuple[Row, ...]
    runs: tuple[Run, ...] = ()


def form_page(choice: Choice, draft: Draft, reader: Reader, problem: DealqaError | None = None) -> str:
    """The whole page as HTML.

    Args:
        draft: what the form is filled in with.
        problem: why what was ordered is not asked.
    """
    told = _problem(problem) if problem is not None else ""
    if not choice.documents:
        body = (
            '<p class="card">There are no documents yet, so there is nothing to compare. '
            'Put some in on the page <a href="/documents">Documents</a>.</p>'
        )
    else:
        body = _form(choice, draft)
    lead = (
        '<p class="soft">Ask the same questions of many deals or documents at once. Every answer is quoted and cited; '
        "what the documents do not say is marked as not found.</p>"
    )
    return page(
        "Compare",
        f"{told}{lead}{body}{_earlier(choice.runs)}",
        reader=reader,
        current="Compare",
        styles=("compare.css",),
        scripts=("compare-form.js",),
    )


def not_there(reader: Reader, sentence: str = "This comparison is no longer held.") -> str:
    """The page for an address that leads to nothing (any more)."""
    body = (
        f"<p>The server keeps the last {KEPT} comparisons until it is started again, each for the reader who made it. "
        f'<a href="{COMPARE_PATH}">Go to Compare</a> to ask again.</p>'
    )
    return page(sentence.rstrip("."), body, reader=reader, current="Compare", styles=("compare.css",))


def _problem(problem: DealqaError) -> str:
    there = ""
    if isinstance(problem, StillAsking):
        there = f' <a href="{run_address(problem.run.id)}">Show it</a>'
    return f'<div class="problem" role="alert"><p>{text(visible(str(problem)))}{there}</p></div>'


def _form(choice: Choice, draft: Draft) -> str:
    by: By = draft.by if choice.deals else "documents"
    return (
        f'<form class="compare" method="post" action="{COMPARE_PATH}">{_questions(draft)}'
        f"{_kind(choice, by)}"
        f"{_rows('deal', choice.deals, draft.deals)}{_rows('document', choice.documents, draft.documents)}"
        f'<p class="row"><button class="first">Compare</button><span class="soft small">At most {MOST_CELLS:,} '
        "answers at once; a few hundred take a minute or two.</span></p></form>"
    )


def _questions(draft: Draft) -> str:
    examples = "".join(
        f'<li><a href="{COMPARE_PATH}?example={number}" data-question="{text(question)}">{text(question)}</a></li>'
        for number, question in enumerate(EXAMPLES, start=1)
    )
    return (
        '<div class="field"><label for="questions">Questions</label>'
        f'<p class="soft small" id="questions-hint">One a line, at most {MOST_QUESTIONS}. The name of the deal is put '
        "behind each, or where you write <code>{deal}</code>.</p>"
        '<textarea id="questions" name="questions" rows="5" dir="auto" aria-describedby="questions-hint" '
        f'placeholder="{text(EXAMPLES[0])}&#10;{text(EXAMPLES[1])}">\n{text(draft.questions)}</textarea></div>'
        f'<div class="examples"><p class="small" id="examples">Put in an example:</p><ul aria-labelledby="examples">'
        f"{examples}</ul></div>"
    )


def _kind(choice: Choice, by: By) -> str:
    if not choice.deals:
        return (
            '<input type="hidden" name="by" value="documents"><p class="soft small">These documents have no list of '
            "deals, so each row is a document.</p>"
        )
    radios = "".join(
        f'<label><input type="radio" name="by" value="{kind}" id="by-{kind}"{" checked" if kind == by else ""}> '
        f"{words}</label>"
        for kind, words in (("deals", "a deal"), ("documents", "a document"))
    )
    return f'<fieldset class="kind"><legend>Each row is</legend><div class="row">{radios}</div></fieldset>'


def _rows(noun: str, rows: Sequence[Row], chosen: frozenset[str] | None) -> str:
    if not rows:
        return ""
    boxes = "".join(_box(noun, row, chosen) for row in rows[:_LISTED])
    more = (
        f'<p class="soft small">The first {_LISTED:,} of {counted(len(rows), noun)} are listed; <code>dealqa matrix'
        "</code> asks all of them.</p>"
        if len(rows) > _LISTED
        else ""
    )
    # What only a script can do is shown by it.
    return (
        f'<fieldset class="which of-{noun}s" data-noun="{noun}"><legend>Which {noun}s</legend>'
        f'<div class="tools row" hidden><label for="filter-{noun}s">Filter</label>'
        f'<input type="search" id="filter-{noun}s" autocomplete="off" dir="auto">'
        '<button type="button" data-check="all">All</button><button type="button" data-check="none">None</button>'
        '<span class="soft small" role="status"></span></div>'
        f'<ul class="choices">{boxes}</ul>{more}</fieldset>'
    )


def _box(noun: str, row: Row, chosen: frozenset[str] | None) -> str:
    key = key_of(row)
    checked = " checked" if chosen is None or key in chosen else ""
    path = f'<span class="path">{text(visible(row.document))}</span>' if row.document else ""
    return (
        f'<li><label><input type="checkbox" name="{noun}" value="{key}"{checked}>'
        f'<span dir="auto">{text(visible(row.label))}{path}</span></label></li>'
    )


def _earlier(runs: Sequence[Run]) -> str:
    if not runs:
        return ""
    items = "".join(_run(run) for run in runs)
    return (
        '<section aria-labelledby="earlier"><h2 id="earlier">Your comparisons</h2>'
        f'<ul class="runs">{items}</ul><p class="soft small">They are kept until the server is started again.</p>'
        "</section>"
    )


def _run(run: Run) -> str:
    far = f"{len(run.matrix().cells):,} of {counted(run.order.cells, 'cell')}"
    state = state_words(run)
    told = state if run.state in ("waiting", "done") else f"{state}, {far}"
    failed = ' class="failed"' if run.state == "failed" else ""
    first = shortened(run.order.questions[0])
    more = f" and {len(run.order.questions) - 1:,} more" if len(run.order.questions) > 1 else ""
    return (
        f'<li class="card"><h3><a href="{run_address(run.id)}">{size_of(run)}</a></h3>'
        f'<p dir="auto">{text(first)}{more}</p><p class="soft small"><time datetime="{run.at.isoformat()}">'
        f"{when(run.at)}</time> · <span{failed}>{told}</span> · "
        f'<a href="{again_address(run.id)}">Ask again<span class="unseen">: {size_of(run)}, {when(run.at)}</span></a>'
        "</p></li>"
    )
