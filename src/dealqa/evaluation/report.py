"""A run as files for programs and as tables for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealqa.errors import SuiteError
from dealqa.evaluation.baselines import Baseline
from dealqa.evaluation.causes import CAUSES
from dealqa.evaluation.estimates import RESAMPLES, SEED, Estimate
from dealqa.evaluation.judging import METRICS, Judgement, Verdict, verdict_to_dict
from dealqa.evaluation.retrieval_metrics import CHARACTER_DEPTHS
from dealqa.evaluation.run import EvalRun, Outcome

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

__all__ = [
    "METRICS_FILE",
    "PREDICTIONS_FILE",
    "VERDICTS_FILE",
    "metrics_to_dict",
    "render",
    "write_json",
    "write_run",
]

PREDICTIONS_FILE = "predictions.jsonl"
METRICS_FILE = "metrics.json"
VERDICTS_FILE = "verdicts.jsonl"

CLASS_COLUMNS = (
    "correct",
    "hit@1",
    "hit@5",
    "answer_match",
    "figure_match",
    "list_f1",
    "citation_precision",
    "refusal_recall",
    "false_refusal",
)
FAILURES_SHOWN = 5  # of each cause; verdicts.jsonl holds all
QUESTION_WIDTH = 90
NOTHING_JUDGED = "–"


def metrics_to_dict(run: EvalRun, judgement: Judgement, baselines: Sequence[Baseline] = ()) -> dict[str, Any]:
    """What `metrics.json` holds, with JSON types only.

    All that depends on the clock stands under "latency_ms" and "seconds"; the rest is the same for every run of the
    same suite on the same index.
    """
    cases = [outcome.case for outcome in run.outcomes]
    return {
        "suite": run.suite.name,
        "split": run.suite.split,
        "n": len(cases),
        "answerable": sum(case.answerable for case in cases),
        "unanswerable": sum(not case.answerable for case in cases),
        "errors": sum(outcome.error is not None for outcome in run.outcomes),
        "generation": run.generation,
        "model": run.model,
        "dealqa": version("dealqa"),
        "documents": run.documents,
        "passages": run.passages,
        "unreadable": list(run.unreadable),
        "bootstrap": {"resamples": RESAMPLES, "seed": SEED, "interval": 0.95},
        "metrics": _to_dicts(judgement.metrics),
        "by_class": {name: _to_dicts(estimates) for name, estimates in judgement.by_class.items()},
        "risk_coverage": [
            {"coverage": point.coverage, "risk": point.risk, "threshold": point.threshold}
            for point in judgement.risk_coverage
        ],
        "calibration": [
            {"confidence": part.confidence, "right": part.right, "n": part.n} for part in judgement.calibration
        ],
        "causes": judgement.causes,
        "failures": [
            {"id": verdict.case.id, "class": verdict.case.case_class or None, "cause": verdict.cause, "error": error}
            for verdict, error in _failures(run, judgement)
        ],
        "evidence_not_located": list(run.not_located),
        "baselines": {baseline.system: dict(baseline.figures) for baseline in baselines},
        "latency_ms": dict(judgement.latency_ms),
        "seconds": dict(run.seconds),
    }


def write_run(run: EvalRun, judgement: Judgement, folder: Path, baselines: Sequence[Baseline] = ()) -> None:
    """Writes `predictions.jsonl`, `verdicts.jsonl` and `metrics.json` into the folder, which is made if need be.

    - `predictions.jsonl`: the answer contract with 64 hits, the case's id in front, one object a line in the suite's
      order; a question that failed has "id", "question" and "error" only. The same for every run on the same index
      but for "timings_ms".
    - `verdicts.jsonl`: of each case its numbers by metric and why it failed; the same for every run on the same index.
    - `metrics.json`: see `metrics_to_dict`.

    Raises:
        SuiteError: the folder cannot be written to.
    """
    _write(folder / PREDICTIONS_FILE, _lines(_prediction(outcome) for outcome in run.outcomes))
    _write(folder / VERDICTS_FILE, _lines(verdict_to_dict(verdict) for verdict in judgement.verdicts))
    write_json(metrics_to_dict(run, judgement, baselines), folder / METRICS_FILE)


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Writes one JSON object, indented, as UTF-8.

    Raises:
        SuiteError: the file cannot be written.
    """
    _write(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _prediction(outcome: Outcome) -> dict[str, Any]:
    if outcome.prediction is None:
        return {"id": outcome.case.id, "question": outcome.case.question, "error": outcome.error}
    return {"id": outcome.case.id, **outcome.prediction}


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as err:
        raise SuiteError(f"{path} cannot be written: {err.strerror}.", hint="Name another folder with --out.") from err


def _to_dicts(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: estimate.to_dict() for name, estimate in estimates.items()}


def _failures(run: EvalRun, judgement: Judgement) -> list[tuple[Verdict, str | None]]:
    errors = [outcome.error for outcome in run.outcomes]
    pairs = zip(judgement.verdicts, errors, strict=True)
    return [(verdict, error) for verdict, error in pairs if verdict.cause is not None]


def render(run: EvalRun, judgement: Judgement, baselines: Sequence[Baseline] = ()) -> Group:
    """The run as tables for a terminal: metrics, by class, beside the baselines, and failures by cause."""
    from rich.console import Group

    parts: list[Any] = [_plain(_headline(run, judgement)), _metrics_table(judgement), _characters_table(judgement)]
    if judgement.by_class:
        parts.append(_class_table(judgement))
    if baselines:
        parts.append(_baseline_table(judgement, baselines))
    if judgement.causes:
        parts.append(_failure_table(run, judgement))
    if run.unreadable:
        parts.append(_plain(f"Files that could not be read: {_some(run.unreadable)}."))
    if run.not_located:
        parts.append(_plain(f"Evidence that is in no indexed document: {_some(run.not_located)}."))
    return Group(*parts)


def _headline(run: EvalRun, judgement: Judgement) -> str:
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
    titles = {metric.name: metric.title for metric in METRICS}
    table = _table("By class of question", ("class", "n", *(titles[name] for name in CLASS_COLUMNS)))
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


def _failure_table(run: EvalRun, judgement: Judgement) -> Table:
    table = _table("Failures by cause", ("cause", "cases", "what it means", "for example"))
    for cause, count in judgement.causes.items():
        failed = [(verdict, error) for verdict, error in _failures(run, judgement) if verdict.cause == cause]
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


def _some(ids: Sequence[str], most: int = 10) -> str:
    rest = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + rest
