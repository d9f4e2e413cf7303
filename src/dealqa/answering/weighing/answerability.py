"""The answerability model: a few weights in a readable file, fitted once, that turn evidence into a probability."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dealqa.answering.weighing.evidence import FEATURES, SECOND_SUPPORT, SUPPORT, TOGETHER, Evidence

__all__ = ["ALONE", "WITH", "WITHOUT", "WITH_LARGER", "Answerability", "answerability"]

WITHOUT, WITH = "without the evidence model", "with the evidence model"
WITH_LARGER = "with the larger evidence model"
"""The parts of the file."""

ALONE = {
    WITHOUT: FEATURES,
    WITH: (*FEATURES, SUPPORT),
    WITH_LARGER: (*FEATURES, SUPPORT, SECOND_SUPPORT),
}
"""By part, the features of a sentence that its weights are of; deciding looks at `TOGETHER` besides."""


@dataclass(frozen=True, slots=True)
class Answerability:
    """Two sets of weights over a sentence's features, by the feature's name.

    Attributes:
        choosing: which sentence answers best; comparable within one question only.
        threshold: the least probability with which a sentence is given as an answer; fitted on the dev split.
        deciding: whether it answers at all: P = 1 / (1 + exp(-(bias + Σ weight · feature))).
    """

    choosing: Mapping[str, float]
    deciding: Mapping[str, float]
    bias: float
    threshold: float

    def preference(self, evidence: Evidence) -> float:
        """How good an answer the sentence is beside the question's other sentences; higher is better."""
        return _sum(self.choosing, evidence)

    def probability(self, evidence: Evidence) -> float:
        """The probability that this sentence answers the question, in (0, 1)."""
        logit = self.bias + _sum(self.deciding, evidence)
        return 1.0 / (1.0 + math.exp(-max(min(logit, 30.0), -30.0)))


def _sum(weights: Mapping[str, float], evidence: Evidence) -> float:
    return sum(weight * evidence.features[name] for name, weight in weights.items())


@cache
def answerability(part: str) -> Answerability:
    """The weights that ship with the package (`data/answerability.json`, which also says what they were fitted on).

    Args:
        part: `WITHOUT`, for sentences that no evidence model has read; `WITH`, for such as the small one has;
            `WITH_LARGER`, for such as both have.
    """
    stored = json.loads(files("dealqa").joinpath("data/answerability.json").read_text(encoding="utf-8"))
    fitted = stored[part]
    alone = ALONE[part]
    if tuple(fitted["choosing"]) != alone or tuple(fitted["deciding"]) != (*alone, *TOGETHER):
        raise RuntimeError("data/answerability.json was fitted on other features; run training/fit_answerability.py")
    return Answerability(fitted["choosing"], fitted["deciding"], fitted["bias"], fitted["threshold"])
