"""Cases of a run: the list of those that went wrong, and one of them with what was expected and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dealqa.coverage import counted, visible
from dealqa.web.markup import page, text
from dealqa.web.quality.cases import KINDS, Case, Cases, Wanted, classes_in, neighbours
from dealqa.web.quality.links import CASES_PATH, QUALITY_PATH, case_address, cases_address, run_address
from dealqa.web.quality.overview import STYLES
from dealqa.web.quality.runs import Run
from dealqa.web.quality.said import cause_words, expected, judged, place_found, said
from dealqa.web.quality.words import class_words
from dealqa.web.readers import Reader

__all__ = ["case_page", "cases_page", "not_there"]

_SHOWN: Final = 300
"""How many cases are listed at once; the filter finds the others."""


def cases_page(run: Run, cases: Cases, wanted: Wanted, reader: Reader) -> str:
    """The list, as a whole page."""
    chosen = wanted.chosen(cases)
    note = f'<p class="soft">{text(cases.reason)}</p>' if cases.reason else ""
    if not cases.cases:
        body = note
    elif not chosen:
        body = f'{note}{_filter(run, cases, wanted)}<p role="status">No question fits this filter.</p>'
    else:
        items = "".join(_item(run, case, wanted) for case in chosen[:_SHOWN])
        rest = len(chosen) - _SHOWN
        more = f'<p class="soft">{rest:,} more are not shown: narrow them down with the filter.</p>' if rest > 0 else ""
        body = (
            f"{note}{_filter(run, cases, wanted)}<h2>{counted(len(chosen), 'question')}</h2>"
            f'<ol class="cases">{items}</ol>{more}'
        )
    return _page("Questions one by one", f"{_up(run)}{body}", reader)


def case_page(run: Run, case: Case, cases: Cases, wanted: Wanted, reader: Reader) -> str:
    """One case, as a whole page; the one before and the one after it are of the list that it was opened from."""
    note = f'<p class="soft">{text(cases.reason)}</p>' if cases.reason else ""
    if case.rewritten:
        note += (
            '<p class="problem">This question was rewritten after it had been asked: what was expected then may have'
            " been something else.</p>"
        )
    history = case.gold.history if case.gold is not None else ()
    question = text(case.question or "The words of this question are not known.")
    body = (
        f"{_way(run, case, cases, wanted)}{note}"
        f'<section class="card asked" aria-labelledby="asked"><h2 id="asked">The question</h2>{_history(history)}'
        f'<p class="question" dir="auto">{question}</p><p class="soft small">{_whereabouts(run, case)}</p></section>'
        f'<section aria-labelledby="judged"><h2 id="judged">What was judged</h2><p><strong class="kind {case.kind}">'
        f"{KINDS[case.kind]}.</strong> {text(cause_words(case))} {place_found(case)}</p>{judged(case)}</section>"
        f'<div class="sides"><section class="card" aria-labelledby="expected"><h2 id="expected">What was expected</h2>'
        f'{expected(case)}</section><section class="card" aria-labelledby="said"><h2 id="said">What dealqa said</h2>'
        f"{said(case.prediction)}</section></div>"
    )
    return _page(f"Question {visible(case.id)}", body, reader)


def not_there(message: str, reader: Reader) -> str:
    """A whole page that says that something cannot be shown."""
    return _page(
        "Not shown", f'<p>{text(message)}</p><p><a href="{QUALITY_PATH}">To the newest evaluation</a></p>', reader
    )


def _page(title: str, body: str, reader: Reader) -> str:
    return page(title, body, reader=reader, current="Quality", styles=STYLES)


def _up(run: Run) -> str:
    return (
        f'<p class="way"><a href="{text(run_address(run.key))}">Back to the figures of {text(visible(run.key))}</a></p>'
    )


def _filter(run: Run, cases: Cases, wanted: Wanted) -> str:
    counts = cases.counts()
    kinds = [("", "all that went wrong"), *((kind, words) for kind, words in KINDS.items() if counts[kind])]
    classes = [("", "all classes"), *((name, class_words(run.suite, name)) for name in classes_in(cases))]
    return (
        f'<form class="row choice" role="search" action="{CASES_PATH}">'
        f'<input type="hidden" name="run" value="{text(run.key)}">'
        f"{_select('kind', 'What came of it', kinds, wanted.kind)}"
        f"{_select('class', 'Class of question', classes, wanted.case_class) if len(classes) > 1 else ''}"
        "<button>Filter</button></form>"
    )


def _select(name: str, label: str, choices: Iterable[tuple[str, str]], chosen: str) -> str:
    options = "".join(
        f'<option value="{text(value)}"{" selected" if value == chosen else ""}>{text(visible(words))}</option>'
        for value, words in choices
    )
    select = f'<select id="{name}" name="{name}">{options}</select>'
    return f'<span class="field"><label for="{name}">{label}</label>{select}</span>'


def _item(run: Run, case: Case, wanted: Wanted) -> str:
    address = text(case_address(run, case.id, wanted.query()))
    asked = text(case.question or f"Question {case.id}")
    return (
        f'<li class="card"><a dir="auto" href="{address}">{asked}</a><p class="small"><strong class="kind {case.kind}">'
        f"{KINDS[case.kind]}.</strong> {text(cause_words(case))}</p>"
        f'<p class="soft small">{_whereabouts(run, case)}</p></li>'
    )


def _whereabouts(run: Run, case: Case) -> str:
    parts = [visible(case.id)]
    if case.case_class:
        parts.append(class_words(run.suite, visible(case.case_class)))
    return text(" · ".join(parts))


def _history(history: Sequence[str]) -> str:
    items = "".join(f'<li dir="auto">{text(question)}</li>' for question in history)
    return f'<p class="soft small">Asked before:</p><ol class="history">{items}</ol>' if items else ""


def _way(run: Run, case: Case, cases: Cases, wanted: Wanted) -> str:
    before, after, place = neighbours(wanted.chosen(cases), case.id)
    links = [f'<a href="{text(cases_address(run, wanted.query()))}">Back to the list</a>']
    if place:
        total = len(wanted.chosen(cases))
        links.append(f'<span class="soft">{place:,} of {total:,}</span>')
    links += [
        f'<a rel="{rel}" href="{text(case_address(run, other.id, wanted.query()))}">{words}</a>'
        for other, rel, words in ((before, "prev", "← Previous"), (after, "next", "Next →"))
        if other is not None
    ]
    return f'<nav class="row way" aria-label="Questions">{"".join(links)}</nav>'
