"""A figure and how far it can be trusted: means, areas and ratios with bootstrap intervals.

All intervals are 95% percentile intervals over 1000 resamples of the cases, drawn with a fixed seed: the same values
give the same interval, and the resamples of one suite are the same for every metric (so that differences can be
paired). Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["RESAMPLES", "SEED", "Estimate", "area_under_risk_coverage", "area_under_roc", "mean"]

RESAMPLES = 1000
SEED = 20120705
INTERVAL = (2.5, 97.5)  # percentiles
DIGITS = 4

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% bootstrap interval.

    Attributes:
        mean: None when there was nothing to judge.
        low: lower end of the interval; None like `mean`.
        high: upper end of the interval; None like `mean`.
        n: how many cases were judged.
        excluded: how many cases had nothing to judge; they count neither for nor against.
    """

    mean: float | None
    low: float | None
    high: float | None
    n: int
    excluded: int

    def to_dict(self) -> dict[str, Any]:
        """The estimate with JSON types only."""
        return {"mean": self.mean, "low": self.low, "high": self.high, "n": self.n, "excluded": self.excluded}


def mean(values: Sequence[float | None]) -> Estimate:
    """The mean of what is not None, with its interval; None means nothing to judge and is counted as excluded."""
    judged = np.array([value for value in values if value is not None], dtype=np.float64)
    excluded = len(values) - len(judged)
    if not len(judged):
        return Estimate(None, None, None, 0, excluded)
    weights = _weights(len(judged))
    return _estimate(float(judged.mean()), weights @ judged / len(judged), len(judged), excluded)


def area_under_roc(confidences: Sequence[float | None], answerable: Sequence[bool]) -> Estimate:
    """The probability that an answerable case is given a higher confidence than an unanswerable one.

    AUROC = P(c_answerable > c_unanswerable) + P(c_answerable = c_unanswerable) / 2, over all pairs; 0.5 is chance.
    Source: Hanley & McNeil (1982), doi:10.1148/radiology.143.1.7063747 (the Mann-Whitney form).
    Nothing to judge: a case without a confidence is excluded; without both kinds of case the area is None.
    """
    pairs = [(value, kind) for value, kind in zip(confidences, answerable, strict=True) if value is not None]
    excluded = len(confidences) - len(pairs)
    labels = np.array([kind for _, kind in pairs], dtype=bool)
    if not labels.any() or labels.all():
        return Estimate(None, None, None, 0, len(confidences))
    _, groups = np.unique(np.array([value for value, _ in pairs]), return_inverse=True)
    # A matrix that adds up what stands on one confidence: (n cases, g distinct confidences), one 1 a row.
    member = np.zeros((len(pairs), int(groups.max()) + 1))
    member[np.arange(len(pairs)), groups] = 1.0

    def area(weights: Floats) -> Floats:
        positive, negative = (weights * labels) @ member, (weights * ~labels) @ member
        below = np.cumsum(negative, axis=1) - negative
        total = positive.sum(axis=1) * negative.sum(axis=1)
        won = (positive * (below + negative / 2)).sum(axis=1)
        defined = total > 0  # a resample may hold one kind of case only
        return np.asarray(won[defined] / total[defined], dtype=np.float64)

    point = float(area(np.ones((1, len(pairs))))[0])
    return _estimate(point, area(_weights(len(pairs))), len(pairs), excluded)


def area_under_risk_coverage(confidences: Sequence[float | None], losses: Sequence[float | None]) -> Estimate:
    """The mean share of wrong answers when only the surest 1, 2, … n answers are given; smaller is better.

    AURC = 1/n Σ_k (1/k Σ_{i≤k} loss_i), answers ordered by falling confidence; among equal confidences the wrong
    ones come first, so that ties never flatter. Source: Geifman, Uziel & El-Yaniv (2019), arXiv:1805.08206.
    Nothing to judge: a case whose confidence or loss is None is excluded; without any case the area is None.
    """
    pairs = [
        (value, loss) for value, loss in zip(confidences, losses, strict=True) if value is not None and loss is not None
    ]
    excluded = len(confidences) - len(pairs)
    if not pairs:
        return Estimate(None, None, None, 0, excluded)
    ordered = np.array([loss for _, loss in sorted(pairs, key=lambda pair: (-pair[0], -pair[1]))])
    n = len(ordered)

    def area(rows: Floats) -> Floats:
        return np.asarray((np.cumsum(rows, axis=1) / np.arange(1, n + 1)).mean(axis=1), dtype=np.float64)

    # A resample in the order of confidence: each loss repeated as often as it was drawn.
    drawn = np.repeat(np.tile(ordered, RESAMPLES), _weights(n).astype(np.int64).ravel()).reshape(RESAMPLES, n)
    return _estimate(float(area(ordered[None, :])[0]), area(drawn), n, excluded)


@lru_cache(maxsize=8)
def _weights(n: int) -> Floats:
    """How often each of n cases is drawn in each resample: (RESAMPLES, n), every row adds up to n."""
    weights = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(np.float64)
    weights.flags.writeable = False
    return weights


def _estimate(point: float, resampled: Floats, n: int, excluded: int) -> Estimate:
    if not len(resampled):
        return Estimate(round(point, DIGITS), None, None, n, excluded)
    low, high = np.percentile(resampled, INTERVAL)
    return Estimate(round(point, DIGITS), round(float(low), DIGITS), round(float(high), DIGITS), n, excluded)
