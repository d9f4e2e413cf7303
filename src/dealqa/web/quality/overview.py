"""The page "Quality": the newest evaluation, or the one that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dealqa.coverage import counted, visible
from dealqa.web.markup import page, text
from dealqa.web.quality.cases import KINDS, Cases, Wanted
from dealqa.web.quality.comparing import beside
from dealqa.web.quality.evaluator import State
from dealqa.web.quality.links import CANDIDATES_PATH, QUALITY_PATH, cases_address
from dealqa.web.quality.plots import plots
from dealqa.web.quality.run_box import refresh_tag, run_box
from dealqa.web.quality.runs import Run, Runs
from dealqa.web.quality.tables import class_table, metric_tables, tiles
from dealqa.web.quality.words import CAUSE_WORDS, day_and_time, figure, split_words
from dealqa.web.readers import Reader

__all__ = ["STYLES", "broken_runs", "overview"]

STYLES: Final = ("quality.css",)
SCRIPTS: Final = ("quality.js",)

_CHOICES: Final = 50
"""How many runs can be chosen from."""


def overview(
    runs: Runs,
    run: Run | None,
    earlier: Run | None,
    cases: Cases,
    *,
    reader: Reader,
    state: State | None,
    suites: Sequence[str],
    evals: Path,
    still: bool = False,
) -> str:
    """The whole page as HTML.

    Args:
        run: the one to show; None when there is none.
        earlier: what it is compared with; None when there is nothing to compare it with.
        cases: those of `run` that may be looked at.
        state: of an evaluation that runs or has ended.
        suites: names of the suites that can be asked.
        evals: the folder of suites.
        still: do not load the page again by itself while an evaluation runs.
    """
    asking = run_box(state, suites, evals, reader, still=still)
    broken = broken_runs(runs)
    if run is None:
        body = f"{_none_yet(evals)}{broken}{asking}"
    else:
        body = (
            f"{_facts(run)}{tiles(run)}{_choice(runs, run, earlier)}{broken}{asking}"
            f'<section aria-labelledby="wrong"><h2 id="wrong">What went wrong</h2>{_wrong(run, cases)}</section>'
            f'<section aria-labelledby="figures"><h2 id="figures">The figures</h2>{_INTERVALS}{metric_tables(run)}'
            f"</section>{_compared(run, earlier, cases)}"
            f'<section aria-labelledby="classes"><h2 id="classes">By class of question</h2>{class_table(run)}</section>'
            f'<section aria-labelledby="sure"><h2 id="sure">How sure, and how right</h2>{plots(run)}</section>'
        )
    remarks = (
        f'<p class="more"><a href="{CANDIDATES_PATH}">What readers said of answers</a>: candidates for new questions'
        "</p>"
        if reader.edits
        else ""
    )
    return page(
        "Quality",
        f"{body}{remarks}",
        reader=reader,
        current="Quality",
        styles=STYLES,
        scripts=SCRIPTS,
        head=refresh_tag(state, still=still),
    )


_INTERVALS: Final = (
    '<p class="soft">Another set of questions like these would give other figures: the 95% interval says within which '
    "bounds. “Questions” is how many could be judged.</p>"
)


def broken_runs(runs: Runs) -> str:
    """The runs that cannot be shown, each with the reason; "" when there are none."""
    lines = "".join(
        f"<li>{text(visible(broken.key))} cannot be shown: {text(broken.reason)}.</li>" for broken in runs.broken
    )
    return f'<ul class="notices" aria-label="Evaluations that cannot be shown">{lines}</ul>' if lines else ""


def _none_yet(evals: Path) -> str:
    if not evals.is_dir():
        return (
            f'<p class="soft">There is no folder “{text(visible(str(evals)))}” where dealqa was started, so there '
            "are no questions to ask. To make one with an example: <code>dealqa eval --init "
            f"{text(visible(str(evals / 'my-suite')))}</code>.</p>"
        )
    return '<p class="soft">There is no evaluation yet. Ask a suite of questions to see how good the answers are.</p>'


def _facts(run: Run) -> str:
    asked, right = run.count("n"), run.estimate("correct")
    lead = (
        f"{counted(asked, 'question')} asked." if asked is not None else "How many questions were asked is not known."
    )
    if asked is not None and right is not None and right.mean is not None:
        lead = (
            f"Of {counted(asked, 'question')}, {round(right.mean * right.n):,} came out right:"
            f" {figure(right.mean, is_share=True)}."
        )
    unanswerable = run.count("unanswerable")
    if unanswerable:
        lead += f" {unanswerable:,} of them have no answer in the documents and had to be refused."
    if run.count("errors"):
        lead += f" {run.count('errors')} ended in an error."
    facts = {
        "Questions": f"{run.suite or 'of an unnamed suite'}, {split_words(run.split)}",
        "Asked": day_and_time(run.written) if run.written else "a baseline that is kept for comparison",
        "Documents": _documents(run),
        "Generation": run.words("generation") or "not recorded",
        "Model": run.words("model") or "not recorded",
        "dealqa": run.words("dealqa") or "not recorded",
    }
    listed = "".join(f"<div><dt>{name}</dt><dd>{text(visible(value))}</dd></div>" for name, value in facts.items())
    return f'<p class="lead">{lead}</p><dl class="facts">{listed}</dl>'


def _documents(run: Run) -> str:
    documents, passages = run.count("documents"), run.count("passages")
    if documents is None or passages is None:
        return "not recorded"
    return f"{counted(documents, 'document')}, {counted(passages, 'passage')}"


def _choice(runs: Runs, run: Run, earlier: Run | None) -> str:
    if len(runs.runs) < 2:
        return ""
    shown = "".join(_option(other, is_chosen=other == run) for other in _nearest(runs.runs, run))
    others = _nearest(runs.comparable(run), earlier)
    chosen = "".join(_option(other, is_chosen=other == earlier) for other in others)
    second = (
        f'<span class="field"><label for="with">Compared with</label><select id="with" name="with">{chosen}</select>'
        "</span>"
        if others
        else ""
    )
    return (
        f'<form class="row choice" action="{QUALITY_PATH}"><span class="field"><label for="run">Evaluation</label>'
        f'<select id="run" name="run">{shown}</select></span>{second}<button>Show</button></form>'
    )


def _nearest(runs: Sequence[Run], wanted: Run | None) -> Sequence[Run]:
    """The first of them, and the one that is wanted."""
    first = runs[:_CHOICES]
    return first if wanted is None or wanted in first else (*first, wanted)


def _option(run: Run, *, is_chosen: bool) -> str:
    when = f" – {day_and_time(run.written)}" if run.written else ""
    selected = " selected" if is_chosen else ""
    return f'<option value="{text(run.key)}"{selected}>{text(visible(run.key))}{when}</option>'


def _compared(run: Run, earlier: Run | None, cases: Cases) -> str:
    if earlier is None:
        name = "another evaluation"
        told = '<p class="soft">There is no other evaluation of the same questions to compare this one with.</p>'
    else:
        name, told = visible(earlier.key), beside(run, earlier, cases)
    return f'<section aria-labelledby="before"><h2 id="before">Compared with {text(name)}</h2>{told}</section>'


def _wrong(run: Run, cases: Cases) -> str:
    note = f'<p class="soft">{text(cases.reason)}</p>' if cases.reason else ""
    if not cases.cases:
        return f"{note}{_causes(run)}"
    counts = cases.counts()
    items = "".join(
        f'<li><a href="{text(cases_address(run, Wanted(kind).query()))}">{words}</a>'
        f'<span class="count">{counts[kind]:,}</span></li>'
        for kind, words in KINDS.items()
        if counts[kind] and kind != "right"
    )
    if not items:
        return f"{note}<p>Nothing: all questions came out right.</p>"
    total = sum(counts.values()) - counts["right"]
    return (
        f'{note}<ul class="kinds">{items}</ul><p><a class="button" href="{text(cases_address(run))}">'
        f"Look at {'it' if total == 1 else f'all {total:,}'}</a></p>"
    )


def _causes(run: Run) -> str:
    """How often which cause, where the cases themselves are not shown."""
    causes = run.content.get("causes")
    rows = [
        f'<li>{words} <span class="count">{number:,}</span></li>'
        for cause, words in CAUSE_WORDS.items()
        if isinstance(causes, dict) and isinstance(number := causes.get(cause), int)
    ]
    return f'<ul class="kinds">{"".join(rows)}</ul>' if rows else ""
