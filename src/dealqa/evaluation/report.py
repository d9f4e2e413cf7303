"""A run as files for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dealqa.errors import SuiteError
from dealqa.evaluation.baselines import Baseline
from dealqa.evaluation.comparison import VERDICTS_FILE, Comparison
from dealqa.evaluation.estimates import RESAMPLES, SEED, Estimate
from dealqa.evaluation.gate import GateFailure
from dealqa.evaluation.judging import Judgement, Verdict, verdict_to_dict
from dealqa.evaluation.run import EvalRun, Outcome

__all__ = [
    "METRICS_FILE",
    "PREDICTIONS_FILE",
    "VERDICTS_FILE",
    "failures",
    "metrics_to_dict",
    "write_baseline",
    "write_json",
    "write_run",
    "write_text",
]

PREDICTIONS_FILE = "predictions.jsonl"
METRICS_FILE = "metrics.json"

CLOCK = ("latency_ms", "seconds")
"""What differs from run to run in `metrics.json`."""


def metrics_to_dict(
    run: EvalRun,
    judgement: Judgement,
    baselines: Sequence[Baseline] = (),
    comparison: Comparison | None = None,
    gate: Sequence[GateFailure] | None = None,
) -> dict[str, Any]:
    """What `metrics.json` holds, with JSON types only.

    All that depends on the clock stands under `CLOCK`; the rest is the same for every run of the same suite on the same
    index.

    Args:
        gate: what the gate objected to; None when no gate was asked.
    """
    compared: dict[str, Any] = {}
    if comparison is not None:
        compared["comparison"] = comparison.to_dict()
    if gate is not None:
        compared["gate"] = [{"metric": failure.metric, "message": failure.message} for failure in gate]
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
            for verdict, error in failures(run, judgement)
        ],
        "evidence_not_located": list(run.not_located),
        "baselines": {baseline.system: dict(baseline.figures) for baseline in baselines},
        **compared,
        "latency_ms": dict(judgement.latency_ms),
        "seconds": dict(run.seconds),
    }


def write_run(
    run: EvalRun,
    judgement: Judgement,
    folder: Path,
    baselines: Sequence[Baseline] = (),
    comparison: Comparison | None = None,
    gate: Sequence[GateFailure] | None = None,
) -> None:
    """Writes `predictions.jsonl`, `verdicts.jsonl` and `metrics.json` into the folder, which is made if need be.

    - `predictions.jsonl`: the answer contract with 64 hits, the case's id in front, one object a line in the suite's
      order; a question that failed has "id", "question" and "error" only. The same for every run on the same index
      but for "timings_ms".
    - `verdicts.jsonl`: of each case its numbers by metric and why it failed; the same for every run on the same index.
    - `metrics.json`: see `metrics_to_dict`.

    Raises:
        SuiteError: the folder cannot be written to.
    """
    write_text(folder / PREDICTIONS_FILE, _lines(_prediction(outcome) for outcome in run.outcomes))
    write_text(folder / VERDICTS_FILE, _lines(verdict_to_dict(verdict) for verdict in judgement.verdicts))
    write_json(metrics_to_dict(run, judgement, baselines, comparison, gate), folder / METRICS_FILE)


def write_baseline(run: EvalRun, judgement: Judgement, folder: Path) -> None:
    """Writes what later runs are compared with, small and free of timings, so that it can be kept with the code.

    `verdicts.jsonl` as `write_run` writes it, and `metrics.json` with the figures over all cases.

    Raises:
        SuiteError: the folder cannot be written to.
    """
    content = metrics_to_dict(run, judgement)
    left_out = {*CLOCK, "by_class", "generation", "failures", "risk_coverage", "calibration", "baselines"}
    kept = {name: value for name, value in content.items() if name not in left_out}
    write_text(folder / VERDICTS_FILE, _lines(verdict_to_dict(verdict) for verdict in judgement.verdicts))
    write_json(kept, folder / METRICS_FILE)


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Writes one JSON object, indented, as UTF-8.

    Raises:
        SuiteError: the file cannot be written.
    """
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def _prediction(outcome: Outcome) -> dict[str, Any]:
    if outcome.prediction is None:
        return {"id": outcome.case.id, "question": outcome.case.question, "error": outcome.error}
    return {"id": outcome.case.id, **outcome.prediction}


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_text(path: Path, text: str) -> None:
    """Writes a text as UTF-8 with plain line ends, its folder being made if need be.

    Raises:
        SuiteError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as err:
        raise SuiteError(f"{path} cannot be written: {err.strerror}.", hint="Name another file or folder.") from err


def _to_dicts(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: estimate.to_dict() for name, estimate in estimates.items()}


def failures(run: EvalRun, judgement: Judgement) -> list[tuple[Verdict, str | None]]:
    """The cases that failed, each with the error that it ended in, if it did."""
    errors = [outcome.error for outcome in run.outcomes]
    pairs = zip(judgement.verdicts, errors, strict=True)
    return [(verdict, error) for verdict, error in pairs if verdict.cause is not None]
