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
    """Two sets of weights over `FEATURES`.

    Attributes:
        choosing: which sentence answers best; comparable within one question only.
        threshold: the least probability with which a sentence is given as an answer; fitted on the dev split.
        deciding: whether it answers at all: P = 1 / (1 + exp(-(bias + Σ weight · feature))).
    """

    choosing: tuple[float, ...]
    deciding: tuple[float, ...]
    bias: float
    threshold: float

    def preference(self, evidence: Evidence) -> float:
        """How good an answer the sentence is beside the question's other sentences; higher is better."""
        return sum(w * x for w, x in zip(self.choosing, evidence.vector, strict=True))

    def probability(self, evidence: Evidence) -> float:
        """The probability that this sentence answers the question, in (0, 1)."""
        logit = self.bias + sum(w * x for w, x in zip(self.deciding, evidence.vector, strict=True))
        return 1.0 / (1.0 + math.exp(-max(min(logit, 30.0), -30.0)))


@cache
def answerability() -> Answerability:
    """The model that ships with the package (`data/answerability.json`, which also says what it was fitted on)."""
    stored = json.loads(files("dealqa").joinpath("data/answerability.json").read_text(encoding="utf-8"))
    if tuple(stored["features"]) != FEATURES:
        raise RuntimeError("data/answerability.json was fitted on other features; run training/fit_answerability.py")
    return Answerability(tuple(stored["choosing"]), tuple(stored["deciding"]), stored["bias"], stored["threshold"])
