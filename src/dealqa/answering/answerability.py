"""The answerability model: a few weights in a readable file, fitted once, that turn evidence into a probability."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dealqa.answering.evidence import FEATURES, Evidence

__all__ = ["Answerability", "answerability"]


@dataclass(frozen=True, slots=True)
class Answerability:
    """A logistic regression over `FEATURES`: P = 1 / (1 + exp(-(bias + Σ weight · feature)))."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, evidence: Evidence) -> float:
        """The probability that this sentence answers the question, in (0, 1)."""
        logit = self.bias + sum(w * x for w, x in zip(self.weights, evidence.vector, strict=True))
        return 1.0 / (1.0 + math.exp(-max(min(logit, 30.0), -30.0)))


@cache
def answerability() -> Answerability:
    """The model that ships with the package (`data/answerability.json`, which also says what it was fitted on)."""
    stored = json.loads(files("dealqa").joinpath("data/answerability.json").read_text(encoding="utf-8"))
    if tuple(stored["features"]) != FEATURES:
        raise RuntimeError("data/answerability.json was fitted on other features; run training/fit_answerability.py")
    return Answerability(tuple(stored["weights"]), stored["bias"])
