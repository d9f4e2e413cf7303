"""Two runs of a suite side by side: what became better or worse, by how much, and in which cases.

Runs are compared on the cases that both have, told by id and by the fingerprint of question and gold: a case that was
rewritten in between is another case. The interval of a difference is a paired bootstrap: both runs are resampled with
the same draws of cases, and the difference of their figures is taken in each. Source: Efron & Tibshirani (1993),
chapter 13; pairing: Koehn (2004), Statistical significance tests for machine translation evaluation, EMNLP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dealqa.errors import SuiteError
from dealqa.evaluation.estimates import interval
from dealqa.evaluation.judging import METRICS, SET_METRICS, Metric
from dealqa.evaluation.resampling import (
    Statistic,
    calibration_error,
    mean_of,
    resamples,
    risk_coverage_area,
    roc_area,
)
from dealqa.evaluation.rows import read_jsonl

__all__ = ["VERDICTS_FILE", "CaseChange", "Comparison", "EarlierRun", "MetricChange", "compare", "listed", "load_run"]

VERDICTS_FILE = "verdicts.jsonl"
KEYS = frozenset({"id", "gold", "answerable", "refused", "confidence", "cause", "scores"})
DIGITS = 4

Row = Mapping[str, Any]
"""A line of `verdicts.jsonl`."""


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """The verdicts of an earlier run, and what to call it."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class MetricChange:
    """How a metric changed on the shared cases.

    Attributes:
        before: the earlier figure on the shared cases; None when there was nothing to judge.
        after: the present one.
        difference: after - before, whatever direction is better; None when one of them is.
        low: lower end of the 95% interval of the difference; None like it, or when no resample could be judged.
        high: upper end.
        gains: ids of the cases whose own number became better; empty for metrics of a set of cases.
        losses: ids of those whose own number became worse.
    """

    metric: Metric
    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    gains: tuple[str, ...]
    losses: tuple[str, ...]

    @property
    def loss(self) -> float | None:
        """By how much the metric became worse; negative when it became better."""
        if self.difference is None:
            return None
        return -self.difference if self.metric.higher_is_better else self.difference

    @property
    def is_beyond_chance(self) -> bool:
        """Whether the interval of the difference leaves out "no change"."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    def to_dict(self) -> dict[str, Any]:
        """The change with JSON types only."""
        return {
            "before": self.before,
            "after": self.after,
            "difference": self.difference,
            "low": self.low,
            "high": self.high,
            "gains": list(self.gains),
            "losses": list(self.losses),
        }


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that failed for another reason before, or did not fail: None stands for "no failure"."""

    id: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside an earlier one.

    Attributes:
        name: of the earlier run.
        shared: how many cases both have, on which everything below was measured.
        only_before: ids of cases that only the earlier run has.
        only_after: ids of cases that only this run has.
        rewritten: ids of cases whose question or gold is not the same in both.
        changes: one for each metric that both runs know, in the order of `METRICS`.
        repaired: cases that failed and do not any more.
        broken: cases that did not fail and do now.
        moved: cases that fail for another cause than before.
    """

    name: str
    shared: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    rewritten: tuple[str, ...]
    changes: Mapping[str, MetricChange]
    repaired: tuple[CaseChange, ...]
    broken: tuple[CaseChange, ...]
    moved: tuple[CaseChange, ...]

    @property
    def total(self) -> int:
        """How many cases this run has."""
        return self.shared + len(self.rewritten) + len(self.only_after)

    def to_dict(self) -> dict[str, Any]:
        """The comparison with JSON types only."""
        return {
            "with": self.name,
            "shared": self.shared,
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
            "rewritten": list(self.rewritten),
            "metrics": {name: change.to_dict() for name, change in self.changes.items()},
            **{
                kind: [{"id": case.id, "before": case.before, "after": case.after} for case in cases]
                for kind, cases in (("repaired", self.repaired), ("broken", self.broken), ("moved", self.moved))
            },
        }


def load_run(path: Path) -> EarlierRun:
    """The verdicts of an earlier run.

    Args:
        path: the folder that the run was written to, or one of the files in it.

    Raises:
        SuiteError: there is no `verdicts.jsonl`, or a line of it is malformed.
    """
    folder = path if path.is_dir() else path.parent
    file = path if path.name.endswith(".jsonl") and path.name != "predictions.jsonl" else folder / VERDICTS_FILE
    if not file.is_file():
        raise SuiteError(
            f"There is no earlier run at {path}: {file} is missing.",
            hint="Name the folder that `dealqa eval --out` wrote to.",
        )
    rows = read_jsonl(file)
    for line, row in rows:
        if not isinstance(row, dict) or not row.keys() >= KEYS or not isinstance(row["scores"], dict):
            raise SuiteError(
                f"{file}, line {line}: this is no verdict of this version of dealqa.",
                hint="Run `dealqa eval --out` again with the version that you want to compare with.",
            )
    if not rows:
        raise SuiteError(f"{file} holds no verdicts.")
    return EarlierRun(str(path), tuple(row for _, row in rows))


def compare(earlier: EarlierRun, verdicts: Sequence[Row]) -> Comparison:
    """This run's verdicts beside those of an earlier run.

    Args:
        earlier: from `load_run`.
        verdicts: of this run, each in the form of `judging.verdict_to_dict`.

    Raises:
        SuiteError: the two have no case in common.
    """
    before = {row["id"]: row for row in earlier.rows}
    after = {row["id"]: row for row in verdicts}
    both = [name for name in after if name in before]
    shared = [name for name in both if after[name]["gold"] == before[name]["gold"]]
    if not shared:
        raise SuiteError(
            f"This run and {earlier.name} have no case in common.",
            hint="Compare runs of the same suite and the same split.",
        )
    old, new = [before[name] for name in shared], [after[name] for name in shared]
    cases = [CaseChange(name, before[name]["cause"], after[name]["cause"]) for name in shared]
    different = [case for case in cases if case.before != case.after]
    return Comparison(
        name=earlier.name,
        shared=len(shared),
        only_before=tuple(name for name in before if name not in after),
        only_after=tuple(name for name in after if name not in before),
        rewritten=tuple(name for name in both if after[name]["gold"] != before[name]["gold"]),
        changes={metric.name: _change(metric, old, new) for metric in METRICS if _is_known(metric, old, new)},
        repaired=tuple(case for case in different if case.after is None),
        broken=tuple(case for case in different if case.before is None),
        moved=tuple(case for case in different if None not in (case.before, case.after)),
    )


def _is_known(metric: Metric, old: Sequence[Row], new: Sequence[Row]) -> bool:
    return metric.name in SET_METRICS or all(metric.name in row["scores"] for row in (*old, *new))


def _change(metric: Metric, old: Sequence[Row], new: Sequence[Row]) -> MetricChange:
    ones, drawn = np.ones((1, len(old))), resamples(len(old))
    statistics = _statistic(metric, old), _statistic(metric, new)
    before, after = (_number(float(statistic(ones)[0])) for statistic in statistics)
    difference = low = high = None
    if before is not None and after is not None:
        difference = _number(after - before)
        low, high = interval(statistics[1](drawn) - statistics[0](drawn))
    gains, losses = _by_case(metric, old, new)
    return MetricChange(metric, before, after, difference, low, high, gains, losses)


def _statistic(metric: Metric, rows: Sequence[Row]) -> Statistic:
    confidences = [row["confidence"] for row in rows]
    if metric.name == "auroc":
        return roc_area(confidences, [row["answerable"] for row in rows])
    if metric.name in SET_METRICS:
        area = risk_coverage_area if metric.name == "aurc" else calibration_error
        return area(confidences, [row["scores"].get("wrong_answer") for row in rows])
    return mean_of([row["scores"][metric.name] for row in rows])


def _by_case(metric: Metric, old: Sequence[Row], new: Sequence[Row]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    gains: list[str] = []
    losses: list[str] = []
    for before, after in zip(old, new, strict=True) if metric.name not in SET_METRICS else ():
        first, second = before["scores"][metric.name], after["scores"][metric.name]
        if first is None or second is None or first == second:
            continue
        better = (second > first) == metric.higher_is_better
        (gains if better else losses).append(after["id"])
    return tuple(gains), tuple(losses)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(value, DIGITS) + 0.0


def listed(ids: Sequence[str], most: int = 10) -> str:
    """Some ids in one line, and how many more there are."""
    rest = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + rest
