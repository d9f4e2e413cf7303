"""The figures of a run as tables: by what they say, and by class of question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dealqa.evaluation.estimates import Estimate
from dealqa.web.markup import text
from dealqa.web.quality.runs import Run, estimate_in
from dealqa.web.quality.words import GROUPS, HEADLINES, REST, Told, class_words, figure, span

__all__ = ["class_table", "metric_tables", "table", "tiles"]

NOT_MEASURED: Final = "not measured"
NOTHING_TO_JUDGE: Final = "nothing to judge"

_TOLD: Final = {told.metric: told for _, metrics in GROUPS.values() for told in metrics}
_CLASS_HEADS: Final = {
    "correct": "All in all right",
    "hit@1": "Right passage first",
    "answer_match": "Right answer",
    "citation_recall": "Supported by citations",
    "refusal_recall": "Rightly refused",
    "false_refusal": "Wrongly refused",
}


def tiles(run: Run) -> str:
    """The figures for the top of the page."""
    return f'<ul class="tiles">{"".join(_tile(_TOLD[name], run.estimate(name)) for name in HEADLINES)}</ul>'


def metric_tables(run: Run) -> str:
    """The main metrics by groups, and all others behind a line that opens."""
    rows = []
    for heading, (about, metrics) in GROUPS.items():
        rows.append(
            f'<tr class="group"><th colspan="4" scope="colgroup"><strong>{heading}</strong> '
            f'<span class="soft small">{about}</span></th></tr>'
        )
        rows += [_row(told, run.estimate(told.metric)) for told in metrics]
    main = _metric_table("The main figures", rows)
    rest = _metric_table("All other figures", [_row(told, run.estimate(told.metric)) for told in REST])
    return f"{main}<details><summary>All other figures</summary>{rest}</details>"


def class_table(run: Run) -> str:
    """A row for each class of question; says so when the run names none."""
    if not run.by_class:
        return '<p class="soft">This run does not tell classes of question apart.</p>'
    rows = []
    for name, figures in run.by_class.items():
        cells = [_class_cell(_TOLD[metric], estimate_in(figures, metric)) for metric in _CLASS_HEADS]
        correct = estimate_in(figures, "correct")
        number = f'<td class="number">{correct.n if correct else "–"}</td>'
        label = class_words(run.suite, name)
        rows.append(f'<tr><th scope="row" dir="auto">{text(label)}</th>{number}{"".join(cells)}</tr>')
    return table("By class of question", ["Class", "Questions", *_CLASS_HEADS.values()], rows)


def table(name: str, heads: Sequence[str], rows: Iterable[str]) -> str:
    """A table that scrolls by itself where it is too wide.

    Args:
        name: what the table is, for those who cannot see it.
        heads: of the columns; all but the first are set above figures.
        rows: HTML of the rows.
    """
    numeric = (' class="number"' if place else "" for place in range(len(heads)))
    head = "".join(f'<th scope="col"{kind}>{text(label)}</th>' for label, kind in zip(heads, numeric, strict=True))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(name)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _tile(told: Told, estimate: Estimate | None) -> str:
    if estimate is None or estimate.mean is None:
        value, below = "–", NOT_MEASURED if estimate is None else NOTHING_TO_JUDGE
    else:
        value = figure(estimate.mean, is_share=told.is_share)
        below = f"{span(estimate, is_share=told.is_share)}, of {estimate.n:,}"
    return (
        f'<li class="card"><span class="words">{told.words}</span><strong>{value}</strong>'
        f'<span class="soft small">{below}</span></li>'
    )


def _metric_table(name: str, rows: Iterable[str]) -> str:
    return table(name, ("What is measured", "Figure", "95% interval", "Questions"), rows)


def _row(told: Told, estimate: Estimate | None) -> str:
    note = " · less is better" if told.less_is_better else ""
    head = f'<th scope="row">{told.words} <span class="term">{told.term}{note}</span></th>'
    if estimate is None or estimate.mean is None:
        why = NOT_MEASURED if estimate is None else NOTHING_TO_JUDGE
        return f'<tr>{head}<td class="number soft" colspan="3">{why}</td></tr>'
    cells = (figure(estimate.mean, is_share=told.is_share), span(estimate, is_share=told.is_share), f"{estimate.n:,}")
    numbers = "".join(f'<td class="number">{cell}</td>' for cell in cells)
    return f"<tr>{head}{numbers}</tr>"


def _class_cell(told: Told, estimate: Estimate | None) -> str:
    value = None if estimate is None else estimate.mean
    return f'<td class="number">{figure(value, is_share=told.is_share)}</td>'
