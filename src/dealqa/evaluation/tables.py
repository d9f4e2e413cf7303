"""A run as tables for people at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dealqa.evaluation.baselines import Baseline
from dealqa.evaluation.causes import CAUSES
from dealqa.evaluation.comparison import Comparison, listed
from dealqa.evaluation.estimates import Estimate
from dealqa.evaluation.judging import METRICS, Judgement, Verdict
from dealqa.evaluation.report import failures
from dealqa.evaluation.retrieval_metrics import CHARACTER_DEPTHS
from dealqa.evaluation.run import EvalRun

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

__all__ = ["CLASS_COLUMNS", "headline", "render"]

CLASS_COLUMNS = {
    "correct": "no failure",
    "hit@1": "hit@1",
    "hit@5": "hit@5",
    "answer_match": "answer match",
    "figure_match": "figures",
    "list_f1": "items F1",
    "citation_precision": "citation prec.",
    "citation_recall": "citation recall",
    "refusal_recall": "refusal recall",
    "false_refusal": "false refusals",
}
"""Metrics of the table by class, with headings that are short."""
FAILURES_SHOWN = 5  # of each cause; verdicts.jsonl holds all
QUESTION_WIDTH = 90
NOTHING_JUDGED = "–"


def render(
    run: EvalRun,
    judgement: Judgement,
    baselines: Sequence[Baseline] = (),
    comparison: Comparison | None = None,
) -> Group:
    """The run as tables for a terminal: metrics, by class, beside the baselines and an earlier run, and failures."""
    from rich.console import Group

    parts: list[Any] = [_plain(headline(run, judgement)), _metrics_table(judgement), _characters_table(judgement)]
    if judgement.by_class:
        parts.append(_class_table(judgement))
    if baselines:
        parts.append(_baseline_table(judgement, baselines))
    if judgement.causes:
        parts.append(_failure_table(run, judgement))
    if comparison is not None:
        parts += [_change_table(comparison), _plain("\n".join(_changed_cases(comparison)))]
    if run.unreadable:
        parts.append(_plain(f"Files that could not be read: {listed(run.unreadable)}."))
    if run.not_located:
        parts.append(_plain(f"Evidence that is in no indexed document: {listed(run.not_located)}."))
    return Group(*parts)


def headline(run: EvalRun, judgement: Judgement) -> str:
    """One sentence: what was asked of what, and how long it took."""
    split = f" ({run.suite.split})" if run.suite.split else ""
    latency = judgement.latency_ms
    speed = "" if latency["p50"] is None else f", answers in {latency['p50']} ms (median), {latency['p95']} ms (p95)"
    indexed = f"indexed in {run.seconds['index']:.1f} s, " if "index" in run.seconds else ""
    return (
        f"{run.suite.name}{split}: {len(run.outcomes)} questions of {run.documents} documents, "
        f"{indexed}asked in {run.seconds['ask']:.1f} s{speed}."
    )


def _metrics_table(judgement: Judgement) -> Table:
    table = _table("Metrics", ("metric", "figure", "95% interval", "judged", "nothing to judge"))
    group = METRICS[0].group
    for metric in METRICS:
        if metric.group == "characters":
            continue  # a table of their own
        estimate = judgement.metrics[metric.name]
        if metric.group != group:
            table.add_section()
            group = metric.group
        title = metric.title if metric.higher_is_better else f"{metric.title} (less is better)"
        table.add_row(title, _figure(estimate.mean), _interval(estimate), str(estimate.n), str(estimate.excluded))
    return table


def _characters_table(judgement: Judgement) -> Table:
    depths = [str(depth) for depth in CHARACTER_DEPTHS]
    table = _table("Characters of the first k passages that are evidence", ("k", *depths))
    for kind in ("precision", "recall"):
        estimates = [judgement.metrics[f"char_{kind}@{depth}"] for depth in depths]
        table.add_row(kind, *(_figure(estimate.mean) for estimate in estimates))
    return table


def _class_table(judgement: Judgement) -> Table:
    table = _table("By class of question", ("class", "n", *CLASS_COLUMNS.values()))
    for name, estimates in judgement.by_class.items():
        n = str(estimates["correct"].n)
        table.add_row(_plain(name), n, *(_figure(estimates[column].mean) for column in CLASS_COLUMNS))
    return table


def _baseline_table(judgement: Judgement, baselines: Sequence[Baseline]) -> Table:
    columns = [metric for metric in METRICS if any(metric.name in baseline.figures for baseline in baselines)]
    table = _table("Beside the baselines", ("system", *(metric.title for metric in columns)))
    for baseline in baselines:
        table.add_row(_plain(baseline.system), *(_figure(baseline.figures.get(metric.name)) for metric in columns))
    table.add_section()
    table.add_row("dealqa, this run", *(_figure(judgement.metrics[metric.name].mean) for metric in columns))
    return table


def _change_table(comparison: Comparison) -> Table:
    names = ("metric", "before", "now", "difference", "95% interval", "cases better", "cases worse", "")
    table = _table(f"Beside {comparison.name}, on {comparison.shared} cases that both have", names)
    for change in comparison.changes.values():
        if change.metric.group == "characters" or not change.difference:
            continue
        span = NOTHING_JUDGED if change.low is None else f"{change.low:+.3f} to {change.high:+.3f}"
        mark = ("worse" if (change.loss or 0.0) > 0 else "better") if change.is_beyond_chance else "may be chance"
        table.add_row(
            change.metric.title,
            _figure(change.before),
            _figure(change.after),
            f"{change.difference:+.3f}",
            span,
            str(len(change.gains)),
            str(len(change.losses)),
            mark,
        )
    if not table.row_count:
        table.add_row("no metric changed", *[""] * 7)
    return table


def _changed_cases(comparison: Comparison) -> list[str]:
    """Every case whose verdict is another one now, a line each, and which cases could not be compared."""
    lines = [f"{len(comparison.repaired)} cases gained, {len(comparison.broken)} lost, {len(comparison.moved)} moved."]
    for sign, cases in (("+", comparison.repaired), ("-", comparison.broken), ("~", comparison.moved)):
        lines += [f"  {sign} {case.id}: {case.before or 'right'} → {case.after or 'right'}" for case in cases]
    for ids, what in (
        (comparison.rewritten, "question or gold was changed"),
        (comparison.only_before, "only in the earlier run"),
        (comparison.only_after, "only in this run"),
    ):
        if ids:
            lines.append(f"Not compared, {what}: {listed(ids)}.")
    return lines


def _failure_table(run: EvalRun, judgement: Judgement) -> Table:
    table = _table("Failures by cause", ("cause", "cases", "what it means", "for example"))
    for cause, count in judgement.causes.items():
        failed = [(verdict, error) for verdict, error in failures(run, judgement) if verdict.cause == cause]
        examples = [_example(verdict, error) for verdict, error in failed[:FAILURES_SHOWN]]
        table.add_row(cause, str(count), CAUSES[cause], _plain("\n".join(examples)))
        table.add_section()
    return table


def _example(verdict: Verdict, error: str | None) -> str:
    question = " ".join(verdict.case.question.split())
    short = question if len(question) <= QUESTION_WIDTH else question[: QUESTION_WIDTH - 1] + "…"
    return f"{short} ({error})" if error else short


def _table(title: str, columns: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        numeric = place > 0 and column not in ("what it means", "for example")
        table.add_column(column, justify="right" if numeric else "left")
    return table


def _plain(text: str) -> Text:
    """Text from a suite as a terminal may show it: no markup is read in it, no control character gets through."""
    from rich.text import Text

    return Text(
        "".join(letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text)
    )


def _figure(value: float | None) -> str:
    return NOTHING_JUDGED if value is None else f"{value:.3f}"


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return NOTHING_JUDGED
    return f"{estimate.low:.3f} to {estimate.high:.3f}"
