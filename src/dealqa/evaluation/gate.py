"""The gate: which metrics may not become worse, and by how much they may. `evals/gate.toml` is ours."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dealqa.errors import SuiteError
from dealqa.evaluation.comparison import Comparison, MetricChange, listed
from dealqa.evaluation.judging import METRICS

__all__ = ["GATE_FILE", "Gate", "GateFailure", "GateRule", "gate_failures", "load_gate"]

GATE_FILE = Path("evals") / "gate.toml"
"""Where the gate is looked for when no file is named, relative to the current folder."""

LEAST_SHARED = 0.8
DIRECTIONS = {"higher": True, "lower": False}
KEYS = frozenset({"name", "better", "tolerated_loss", "strict"})


@dataclass(frozen=True, slots=True)
class GateRule:
    """What is asked of one metric.

    Attributes:
        tolerated_loss: how much worse the metric may become, in its own unit.
        strict: a greater loss fails even when it may be chance; without it the interval of the difference must leave
            out "no change" as well.
    """

    metric: str
    tolerated_loss: float = 0.0
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """All rules, and the share of this run's cases that the earlier run must have for them to mean anything."""

    rules: tuple[GateRule, ...]
    least_shared: float = LEAST_SHARED


@dataclass(frozen=True, slots=True)
class GateFailure:
    """A metric that became worse than the gate allows ("shared": too few cases in common), and a sentence on it."""

    metric: str
    message: str


def load_gate(path: Path) -> Gate:
    """The gate in a TOML file; `evals/README.md` describes the format.

    Raises:
        SuiteError: the file cannot be read or is malformed; the message names it and says what is wrong.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise SuiteError(f"The gate {path} cannot be read: {err.strerror}.", hint="Name one with --gate.") from err
    except ValueError as err:  # no TOML, or no UTF-8
        raise SuiteError(f"The gate {path} is not valid TOML: {err}.") from err
    entries = content.get("metric", [])
    unknown = sorted(set(content) - {"metric", "least_shared"})
    if unknown or not isinstance(entries, list) or not entries:
        reason = f"there is no key called {unknown[0]!r}" if unknown else "it names no [[metric]]"
        raise _flaw(path, reason)
    least = content.get("least_shared", LEAST_SHARED)
    if not _is_number(least) or not 0 <= least <= 1:
        raise _flaw(path, '"least_shared" must be a number from 0 to 1')
    rules = tuple(_rule(path, entry) for entry in entries)
    if len({rule.metric for rule in rules}) < len(rules):
        raise _flaw(path, "a metric is named twice")
    return Gate(rules, float(least))


def _rule(path: Path, entry: Any) -> GateRule:
    if not isinstance(entry, Mapping) or set(entry) - KEYS:
        raise _flaw(path, f"a [[metric]] has the keys {', '.join(sorted(KEYS))} and no others")
    known = {metric.name: metric for metric in METRICS}
    metric = known.get(entry.get("name", ""))
    if metric is None:
        raise _flaw(path, f"there is no metric called {entry.get('name')!r}")
    # The direction is known; it is asked for so that whoever reads the file need not know it, and checked.
    if DIRECTIONS.get(entry.get("better", "")) is not metric.higher_is_better:
        right = "higher" if metric.higher_is_better else "lower"
        raise _flaw(path, f'"better" of {metric.name} must be "{right}"')
    tolerated, strict = entry.get("tolerated_loss", 0.0), entry.get("strict", False)
    if not _is_number(tolerated) or tolerated < 0:
        raise _flaw(path, f'"tolerated_loss" of {metric.name} must be a number that is not negative')
    if not isinstance(strict, bool):
        raise _flaw(path, f'"strict" of {metric.name} must be true or false')
    return GateRule(metric.name, float(tolerated), strict)


def _flaw(path: Path, reason: str) -> SuiteError:
    return SuiteError(f"The gate {path} is malformed: {reason}.", hint="evals/README.md describes the format.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def gate_failures(gate: Gate, comparison: Comparison) -> tuple[GateFailure, ...]:
    """What the gate objects to, in the order of its rules; nothing when it is passed."""
    found = []
    share = comparison.shared / comparison.total
    if share < gate.least_shared:
        found.append(
            GateFailure(
                "shared",
                f"only {comparison.shared} of {comparison.total} cases are in {comparison.name} with the same question"
                f" and gold ({share:.0%}, the gate asks for {gate.least_shared:.0%}): renew it",
            )
        )
    for rule in gate.rules:
        reason = _objection(rule, comparison.changes.get(rule.metric))
        if reason is not None:
            found.append(GateFailure(rule.metric, f"{rule.metric} {reason}"))
    return tuple(found)


def _objection(rule: GateRule, change: MetricChange | None) -> str | None:
    if change is None:
        return "is not known to the earlier run: renew it"
    if change.before is None:
        return None
    if change.after is None or change.loss is None:
        return f"was {change.before:.3f}; now there is nothing to judge it by"
    if change.loss <= rule.tolerated_loss or not (rule.strict or change.is_beyond_chance):
        return None
    span = "" if change.low is None else f", 95% interval {change.low:+.3f} to {change.high:+.3f}"
    cases = f"; worse in {listed(change.losses)}" if change.losses else ""
    return (
        f"went from {change.before:.3f} to {change.after:.3f} (difference {change.difference:+.3f}{span};"
        f" tolerated {rule.tolerated_loss:g}){cases}"
    )
