"""Figures of other systems on the public suites, to stand beside ours.

Measured once on the project's question sets (squad2, tatqa, hotpotqa) with all-MiniLM-L6-v2 and passages of 1000
characters with 200 overlap (LangChain's RecursiveCharacterTextSplitter). A hit is a passage that overlaps gold
evidence. They are reference figures, not re-measured by `dealqa eval`; their "best sentence right" was judged on the
sentence ranked first, ours is judged on the first one quoted (`metrics.best_sentence`), so that column is a guide only.

- "plain LangChain recipe": the passages by cosine alone.
- "BM25": the passages by BM25 alone.
- "rrf": reciprocal rank fusion (k = 60) of the two, the title in front of each passage.
- "re-scored": the 30 best of rrf by passage cosine + best-sentence cosine + 0.4 x idf-weighted term coverage +
  0.4 x BM25 / max.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dealqa.errors import SuiteError
from dealqa.evaluation.cases import Suite

__all__ = ["BASELINES_FILE", "PUBLISHED", "Baseline", "baselines_for", "load_baselines"]

BASELINES_FILE = "baselines.json"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What another system, or an earlier run, reached: its name and figures by the name of the metric."""

    system: str
    figures: Mapping[str, float]


PUBLISHED: Mapping[str, tuple[Baseline, ...]] = {
    "squad2": (
        Baseline("plain LangChain recipe", {"hit@1": 0.685, "hit@5": 0.940}),
        Baseline("BM25", {"hit@1": 0.805, "hit@5": 0.965}),
        Baseline("rrf", {"hit@1": 0.785, "hit@5": 0.980}),
        Baseline("re-scored", {"hit@1": 0.870, "hit@5": 0.990, "best_sentence": 0.875}),
        Baseline("sentence cosine alone", {"best_sentence": 0.755}),
    ),
    "tatqa": (
        Baseline("plain LangChain recipe", {"hit@1": 0.845, "hit@5": 0.995}),
        Baseline("BM25", {"hit@1": 0.915, "hit@5": 1.000}),
        Baseline("rrf", {"hit@1": 0.830, "hit@5": 1.000}),
        Baseline("re-scored", {"hit@1": 0.910, "hit@5": 1.000, "best_sentence": 0.820}),
        Baseline("sentence cosine alone", {"best_sentence": 0.690}),
    ),
    "hotpotqa": (
        Baseline("plain LangChain recipe", {"hit@1": 0.900, "hit@5": 1.000, "recall@5": 0.820, "recall@10": 0.873}),
        Baseline("BM25", {"hit@1": 0.890, "hit@5": 1.000, "recall@5": 0.875, "recall@10": 0.955}),
        Baseline("rrf", {"hit@1": 0.930, "hit@5": 1.000, "recall@5": 0.872, "recall@10": 0.925}),
        Baseline("re-scored", {"hit@1": 0.950, "hit@5": 1.000, "best_sentence": 0.640}),
        Baseline("sentence cosine alone", {"best_sentence": 0.530}),
    ),
}
"""Published reference figures, by the name of the suite."""


def baselines_for(suite: Suite, path: Path | None = None) -> tuple[Baseline, ...]:
    """The figures to stand beside a run of the suite.

    Args:
        suite: what was asked.
        path: a file of baselines; without it the suite's own `baselines.json`, without that the published figures of
            a suite of this name.

    Raises:
        SuiteError: the file cannot be read or is malformed.
    """
    own = suite.folder / BASELINES_FILE
    if path is not None:
        return load_baselines(path)
    return load_baselines(own) if own.is_file() else PUBLISHED.get(suite.name, ())


def load_baselines(path: Path) -> tuple[Baseline, ...]:
    """Baselines from a JSON file: `{"name of system": {"hit@1": 0.8, ...}, ...}`, or an earlier run's `metrics.json`.

    Raises:
        SuiteError: the file cannot be read, is no JSON, or a figure is no number; the message names it.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise SuiteError(f"The baselines {path} cannot be read: {err.strerror}.") from err
    except ValueError as err:  # no JSON, or no UTF-8
        raise SuiteError(f"The baselines {path} are not valid JSON: {err}.") from err
    if not isinstance(content, dict):
        raise SuiteError(f"The baselines {path} must be a JSON object of systems.", hint=_FORM)
    if isinstance(content.get("metrics"), dict):
        content = {f"run of {path.parent.name}": _means(content["metrics"])}
    return tuple(Baseline(system, _figures(path, system, figures)) for system, figures in content.items())


_FORM = 'Write {"name of the system": {"hit@1": 0.8}}, or give the metrics.json of an earlier run.'


def _means(metrics: Mapping[str, Any]) -> dict[str, Any]:
    means = {name: entry.get("mean") if isinstance(entry, dict) else entry for name, entry in metrics.items()}
    return {name: value for name, value in means.items() if value is not None}


def _figures(path: Path, system: str, figures: Any) -> dict[str, float]:
    if not isinstance(figures, dict):
        raise SuiteError(f"In the baselines {path}, {system!r} must be an object of figures.", hint=_FORM)
    for name, value in figures.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SuiteError(f"In the baselines {path}, {system!r} has {name!r} = {value!r}, no number.", hint=_FORM)
    return {name: float(value) for name, value in figures.items()}
