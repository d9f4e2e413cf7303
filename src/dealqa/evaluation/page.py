"""A run as one HTML page: no script, no outside request, everything escaped, readable on paper."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from dealqa.evaluation.comparison import Comparison, listed
from dealqa.evaluation.estimates import Estimate
from dealqa.evaluation.failure_cards import failures_by_cause, plain
from dealqa.evaluation.gate import GateFailure
from dealqa.evaluation.judging import METRICS, Judgement, Metric
from dealqa.evaluation.page_style import STYLE
from dealqa.evaluation.plots import bar_plot, calibration_plot, histogram, line_plot
from dealqa.evaluation.report import write_text
from dealqa.evaluation.run import EvalRun
from dealqa.evaluation.tables import CLASS_COLUMNS, headline

__all__ = ["page", "write_page"]

TILES = ("correct", "hit@1", "hit@5", "answer_match", "figure_match", "citation_precision", "refusal_recall", "auroc")
CLASS_PLOTS = ("correct", "hit@1", "answer_match", "citation_precision")
GROUPS = {
    "retrieval": "Passages",
    "characters": "Characters of the passages",
    "answers": "Answers",
    "citations": "Citations",
    "refusals": "Refusals",
    "confidence": "Confidence",
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
DASH = "–"
CAUSE_LABELS = 110  # width of the names of causes beside their bars


def page(
    run: EvalRun,
    judgement: Judgement,
    comparison: Comparison | None = None,
    gate: Sequence[GateFailure] | None = None,
) -> str:
    """The whole page.

    Args:
        comparison: with an earlier run, to be shown as well.
        gate: what the gate objected to; None when no gate was asked.
    """
    split = f", {run.suite.split}" if run.suite.split else ""
    title = f"{plain(run.suite.name)}{split}: how good are the answers?"
    parts = [
        f"<h1>{title}</h1><p>{plain(headline(run, judgement))}</p>",
        f'<p class="soft">Model {plain(run.model)}, generation {plain(run.generation)}, {run.passages} passages.'
        " Intervals are 95% bootstrap intervals over the cases.</p>",
        _navigation(comparison, judgement),
        _tiles(judgement),
    ]
    if comparison is not None:
        parts.append(_comparison(comparison, gate))
    parts += [_plots(run, judgement), _by_class(judgement), _metrics(judgement)]
    parts.append(f'<h2 id="failures">Failures</h2>{_not_seen(run)}{failures_by_cause(run, judgement)}')
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def write_page(content: str, path: Path) -> None:
    """Writes the page as UTF-8.

    Raises:
        SuiteError: the file cannot be written.
    """
    write_text(path, content)


def _navigation(comparison: Comparison | None, judgement: Judgement) -> str:
    names = ["plots", "classes", "metrics", "failures"]
    if not judgement.by_class:
        names.remove("classes")
    links = [f'<a href="#{name}">{name}</a>' for name in (["comparison"] if comparison else []) + names]
    return f"<nav>{' · '.join(links)}</nav>"


def _tiles(judgement: Judgement) -> str:
    titles = {metric.name: metric.title for metric in METRICS}
    tiles = []
    for name in TILES:
        estimate = judgement.metrics[name]
        small = f"{_interval(estimate)}, n = {estimate.n}" if estimate.n else "nothing to judge"
        tiles.append(f'<div class="tile">{titles[name]}<b>{_figure(estimate.mean)}</b><small>{small}</small></div>')
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _plots(run: EvalRun, judgement: Judgement) -> str:
    figures = []
    if judgement.risk_coverage:
        points = [(point.coverage, point.risk) for point in judgement.risk_coverage]
        figures.append(
            _figure_of(
                "Risk and coverage",
                line_plot(points, title="Risk and coverage", across="share of the answers given", up="share wrong"),
                "If only the surest answers were given."
                f" Area {_figure(judgement.metrics['aurc'].mean)}; less is better.",
            )
        )
        bins = [(part.confidence, part.right, part.n) for part in judgement.calibration]
        figures.append(
            _figure_of(
                "Calibration of the confidence",
                calibration_plot(bins, title="Calibration", across="confidence", up="share right"),
                "A tenth of the answers in each point; on the dashed line the confidence is what it says."
                f" Mean gap {_figure(judgement.metrics['calibration_error'].mean)}.",
            )
        )
    latencies = [outcome.latency_ms for outcome in run.outcomes if outcome.latency_ms is not None]
    if latencies:
        middle, late = judgement.latency_ms["p50"], judgement.latency_ms["p95"]
        figures.append(
            _figure_of(
                "Time to an answer",
                histogram(latencies, title="Latency", across="milliseconds", up="questions"),
                f"Half of the answers came within {middle:.0f} ms, 95% within {late:.0f} ms.",
            )
        )
    if judgement.causes:
        cases = len(judgement.verdicts)
        rows = [
            (cause.replace("_", " "), count / cases, None, None, count) for cause, count in judgement.causes.items()
        ]
        figures.append(
            _figure_of(
                "Why cases failed",
                bar_plot(rows, title="Share of all cases by cause of failure", labels=CAUSE_LABELS),
                f"Share of all {cases} cases; the first stage that went wrong counts.",
            )
        )
    return f'<h2 id="plots">Plots</h2><div class="plots">{"".join(figures)}</div>'


def _figure_of(title: str, plot: str, caption: str) -> str:
    return f"<figure><h3>{title}</h3>{plot}<figcaption>{caption}</figcaption></figure>"


def _by_class(judgement: Judgement) -> str:
    if not judgement.by_class:
        return ""
    titles = {metric.name: metric.title for metric in METRICS}
    plots = []
    for name in CLASS_PLOTS:
        rows = [
            (label, estimates[name].mean, estimates[name].low, estimates[name].high, estimates[name].n)
            for label, estimates in judgement.by_class.items()
            if estimates[name].n
        ]
        if rows:
            drawn = bar_plot(rows, title=f"{titles[name]} by class")
            plots.append(f"<figure><h3>{titles[name].capitalize()}</h3>{drawn}</figure>")
    head = "".join(f"<th>{title}</th>" for title in ("class", "n", *CLASS_COLUMNS.values()))
    rows_of_table = "".join(
        f"<tr><td>{plain(label)}</td><td>{estimates['correct'].n}</td>"
        + "".join(f"<td>{_figure(estimates[name].mean)}</td>" for name in CLASS_COLUMNS)
        + "</tr>"
        for label, estimates in judgement.by_class.items()
    )
    table = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows_of_table}</tbody></table></div>'
    return f'<h2 id="classes">By class of question</h2>{table}<div class="plots after">{"".join(plots)}</div>'


def _metrics(judgement: Judgement) -> str:
    heads = ("metric", "figure", "95% interval", "judged", "nothing to judge")
    head = "".join(f"<th>{title}</th>" for title in heads)
    parts = []
    for group, metrics in groupby(METRICS, key=lambda metric: metric.group):
        parts.append(f'<tr class="group"><th colspan="5" scope="rowgroup">{GROUPS[group]}</th></tr>')
        parts += [_metric_row(metric, judgement.metrics[metric.name]) for metric in metrics]
    table = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(parts)}</tbody></table></div>'
    return f'<h2 id="metrics">All metrics</h2>{table}'


def _metric_row(metric: Metric, estimate: Estimate) -> str:
    note = "" if metric.higher_is_better else ' <span class="soft">(less is better)</span>'
    cells = (_figure(estimate.mean), _interval(estimate), str(estimate.n), str(estimate.excluded))
    return f"<tr><td>{metric.title}{note}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _comparison(comparison: Comparison, gate: Sequence[GateFailure] | None) -> str:
    parts = [f'<h2 id="comparison">Beside {plain(comparison.name)}</h2>', _gate(gate)]
    parts.append(f"<p>{comparison.shared} cases are in both runs; the figures below are of these.</p>")
    heads = ("metric", "before", "now", "difference", "95% interval", "better", "worse")
    rows = []
    for change in comparison.changes.values():
        if not change.difference:
            continue
        tone = ("bad" if (change.loss or 0.0) > 0 else "good") if change.is_beyond_chance else "soft"
        span = DASH if change.low is None else f"{change.low:+.3f} to {change.high:+.3f}"
        rows.append(
            f"<tr><td>{change.metric.title}</td><td>{_figure(change.before)}</td><td>{_figure(change.after)}</td>"
            f'<td class="{tone}">{change.difference:+.3f}</td><td>{span}</td>'
            f'<td title="{plain(", ".join(change.gains))}">{len(change.gains)}</td>'
            f'<td title="{plain(", ".join(change.losses))}">{len(change.losses)}</td></tr>'
        )
    head = "".join(f"<th>{title}</th>" for title in heads)
    body = "".join(rows) or '<tr><td colspan="7">No metric changed.</td></tr>'
    parts.append(f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')
    for name, cases in (("Gained", comparison.repaired), ("Lost", comparison.broken), ("Moved", comparison.moved)):
        lines = [f"{plain(case.id)}: {_cause(case.before)} → {_cause(case.after)}" for case in cases]
        if lines:
            parts.append(f"<h3>{name} ({len(lines)})</h3><p>{'<br>'.join(lines)}</p>")
    unseen = (*comparison.rewritten, *comparison.only_before, *comparison.only_after)
    if unseen:
        parts.append(f'<p class="soft">Not compared, new, gone or rewritten: {plain(listed(unseen, 40))}.</p>')
    return "".join(parts)


def _gate(gate: Sequence[GateFailure] | None) -> str:
    if gate is None:
        return ""
    if not gate:
        return '<p class="verdict">The gate is passed: nothing that it names became worse than it allows.</p>'
    lines = "<br>".join(plain(failure.message) for failure in gate)
    return f'<p class="verdict failed"><b>The gate is failed.</b><br>{lines}</p>'


def _cause(cause: str | None) -> str:
    return plain((cause or "right").replace("_", " "))


def _not_seen(run: EvalRun) -> str:
    parts = []
    if run.unreadable:
        parts.append(f"<p>Files that could not be read: {plain(listed(run.unreadable))}.</p>")
    if run.not_located:
        parts.append(f"<p>Evidence that is in no indexed document: {plain(listed(run.not_located))}.</p>")
    return "".join(parts)


def _figure(value: float | None) -> str:
    return DASH if value is None else f"{value:.3f}"


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return DASH
    return f"{estimate.low:.3f} to {estimate.high:.3f}"
