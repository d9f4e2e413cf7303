"""The evaluations on the disk: which there are, and what they hold.

They may be of any version of dealqa, or damaged: nothing is taken to be there that was not looked at.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from dealqa.evaluation.child import UNFINISHED
from dealqa.evaluation.estimates import Estimate
from dealqa.evaluation.report import METRICS_FILE

__all__ = ["BrokenRun", "Run", "Runs", "estimate_in", "find_runs"]

RUNS, BASELINES = "runs", "baseline"
"""The folders that `dealqa eval` writes to by default, and that the project keeps its baselines in."""

_REMEMBERED: Final = 32
"""Of how many runs the figures are kept in memory, about 1 MB each."""


@dataclass(frozen=True, slots=True)
class Run:
    """An evaluation.

    Attributes:
        key: tells it apart and is shown: "runs/city-deals-dev".
        written: when its figures were written; None for a baseline, whose files are as old as the copy of dealqa.
        content: what `metrics.json` holds; an object, and of that no more is known.
    """

    key: str
    folder: Path
    written: datetime | None
    content: Mapping[str, Any]

    @property
    def suite(self) -> str:
        """The suite's name; "" when it is not said."""
        return self.words("suite")

    @property
    def split(self) -> str:
        """The part of the suite that was asked; "" for all of it."""
        return self.words("split")

    def words(self, name: str) -> str:
        """A text of the content; "" when it holds none."""
        value = self.content.get(name)
        return value if isinstance(value, str) else ""

    def count(self, name: str) -> int | None:
        """A number of things of the content; None when it does not say."""
        value = self.content.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

    def estimate(self, metric: str) -> Estimate | None:
        """A figure over all cases; None when this run did not measure it."""
        return estimate_in(self.content.get("metrics"), metric)

    @property
    def by_class(self) -> Mapping[str, Any]:
        """The figures of each class of question, for `estimate_in`."""
        found = self.content.get("by_class")
        return found if isinstance(found, dict) else {}

    def points(self, name: str, keys: Sequence[str]) -> list[tuple[float, ...]]:
        """The rows of a curve that hold a number for each key."""
        rows = self.content.get(name)
        read = [[_number(row.get(key)) for key in keys] for row in rows or () if isinstance(row, dict)] if rows else []
        return [tuple(value for value in row if value is not None) for row in read if None not in row]


@dataclass(frozen=True, slots=True)
class BrokenRun:
    """A folder that should hold a run, and why it cannot be shown."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Runs:
    """All there is: the runs with the newest first and the baselines at the end, and what could not be read."""

    runs: tuple[Run, ...]
    broken: tuple[BrokenRun, ...]

    def named(self, key: str) -> Run | None:
        """The run with this key."""
        return next((run for run in self.runs if run.key == key), None)

    def comparable(self, run: Run) -> tuple[Run, ...]:
        """The others of the same suite and split: those before it with the newest first, baselines, then later ones."""
        place = self.runs.index(run)
        others = (*self.runs[place + 1 :], *self.runs[:place])
        return tuple(other for other in others if (other.suite, other.split) == (run.suite, run.split))


def find_runs(evals: Path) -> Runs:
    """The runs and baselines below the folder of suites; each time anew, for `dealqa eval` writes them too."""
    runs: list[Run] = []
    broken: list[BrokenRun] = []
    for kind in (RUNS, BASELINES):
        for folder in _folders(evals / kind):
            found = _read(folder, f"{kind}/{folder.name}", is_baseline=kind == BASELINES)
            if isinstance(found, Run):
                runs.append(found)
            else:
                broken.append(found)
    runs.sort(key=lambda run: run.key)
    runs.sort(key=lambda run: run.written.timestamp() if run.written else 0.0, reverse=True)
    return Runs(tuple(runs), tuple(broken))


def estimate_in(figures: Any, metric: str) -> Estimate | None:
    """A figure among the figures of a run or of a class; None when it was not measured or is no figure."""
    entry = figures.get(metric) if isinstance(figures, dict) else None
    if not isinstance(entry, dict):
        return None
    mean, low, high = (_number(entry.get(name)) for name in ("mean", "low", "high"))
    n, excluded = (entry.get(name) for name in ("n", "excluded"))
    if not isinstance(n, int) or (mean is None and n):
        return None
    return Estimate(mean, low, high, n, excluded if isinstance(excluded, int) else 0)


def _folders(parent: Path) -> list[Path]:
    try:
        return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith(UNFINISHED))
    except OSError:  # there are none yet
        return []


def _read(folder: Path, key: str, *, is_baseline: bool) -> Run | BrokenRun:
    file = folder / METRICS_FILE
    try:
        state = file.stat()
        content = _content(file, state.st_mtime_ns, state.st_size)
    except FileNotFoundError:
        return BrokenRun(key, f"it has no {METRICS_FILE}: the evaluation did not end")
    except OSError as err:
        return BrokenRun(key, f"{METRICS_FILE} cannot be read ({err.strerror})")
    except (ValueError, RecursionError):
        return BrokenRun(key, f"{METRICS_FILE} is damaged: it is no JSON")
    if not isinstance(content, dict) or not isinstance(content.get("metrics"), dict):
        return BrokenRun(key, f"{METRICS_FILE} holds no figures")
    written = None if is_baseline else datetime.fromtimestamp(state.st_mtime).astimezone()
    return Run(key, folder, written, content)


@lru_cache(maxsize=_REMEMBERED)
def _content(file: Path, _changed: int, _size: int) -> Any:
    return json.loads(file.read_bytes())


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)
