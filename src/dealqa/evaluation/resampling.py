"""Figures of a suite as functions of how often each case is drawn, which is what the bootstrap needs.

A `Statistic` takes weights of shape (r, n): r resamples, each saying how often each of the n cases was drawn; it
returns r figures, NaN where a resample holds nothing to judge. A row of ones gives the figure of the suite itself.
Two runs over the same cases are compared on the same rows: that pairs them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BINS",
    "RESAMPLES",
    "SEED",
    "Floats",
    "Statistic",
    "calibration_error",
    "mean_of",
    "resamples",
    "risk_coverage_area",
    "roc_area",
]

RESAMPLES = 1000
SEED = 20120705
BINS = 10  # of equal mass, for the calibration error

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]


@lru_cache(maxsize=8)
def resamples(n: int) -> Floats:
    """How often each of n cases is drawn in each resample: (RESAMPLES, n), every row adds up to n.

    Drawn with a fixed seed: the same number of cases gives the same resamples.
    """
    weights = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(np.float64)
    weights.flags.writeable = False
    return weights


def mean_of(values: Sequence[float | None]) -> Statistic:
    """The mean of the values that are not None."""
    judged = np.array([value is not None for value in values], dtype=np.float64)
    filled = np.array([0.0 if value is None else value for value in values], dtype=np.float64)

    def statistic(weights: Floats) -> Floats:
        return _divided(weights @ filled, weights @ judged)

    return statistic


def roc_area(confidences: Sequence[float | None], labels: Sequence[bool]) -> Statistic:
    """The area under the ROC curve; a case without a confidence is left out (`estimates.area_under_roc`)."""
    known = _known(confidences)
    member, _ = _levels([0.0 if value is None else value for value in confidences])
    positives = np.array(labels, dtype=np.float64) * known
    negatives = (1.0 - np.array(labels, dtype=np.float64)) * known

    def statistic(weights: Floats) -> Floats:
        positive, negative = (weights * positives) @ member, (weights * negatives) @ member
        below = np.cumsum(negative, axis=1) - negative
        won = (positive * (below + negative / 2)).sum(axis=1)
        return _divided(won, positive.sum(axis=1) * negative.sum(axis=1))

    return statistic


def risk_coverage_area(confidences: Sequence[float | None], losses: Sequence[float | None]) -> Statistic:
    """The area under the risk-coverage curve (`estimates.area_under_risk_coverage`)."""
    keys = [
        (-value, -loss, place)
        for place, (value, loss) in enumerate(zip(confidences, losses, strict=True))
        if value is not None and loss is not None
    ]
    order = [place for _, _, place in sorted(keys)]
    ordered = np.array([losses[place] for place in order], dtype=np.float64)

    def statistic(weights: Floats) -> Floats:
        drawn = weights[:, order]
        kept, lost = np.cumsum(drawn, axis=1), np.cumsum(drawn * ordered, axis=1)
        before, lost_before = kept - drawn, lost - drawn * ordered
        # A case with loss l that is drawn w times after k cases with losses L adds Σ_{m≤w} (L + m·l) / (k + m), which
        # is w·l + (L - k·l) (H(k + w) - H(k)), H being the harmonic numbers.
        harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, int(weights.sum(axis=1).max(initial=0)) + 1))])
        steps = harmonic[kept.astype(np.int64)] - harmonic[before.astype(np.int64)]
        total = (drawn * ordered + (lost_before - before * ordered) * steps).sum(axis=1)
        return _divided(total, drawn.sum(axis=1))

    return statistic


def calibration_error(confidences: Sequence[float | None], losses: Sequence[float | None]) -> Statistic:
    """The expected calibration error over bins of equal mass (`estimates.expected_calibration_error`)."""
    judged = _known(confidences) * _known(losses)
    member, levels = _levels([0.0 if value is None else value for value in confidences])
    right = np.array([0.0 if loss is None else 1.0 - loss for loss in losses])

    def statistic(weights: Floats) -> Floats:
        drawn = (weights * judged) @ member  # (r, levels): how many cases stand on each confidence
        gaps = (weights * judged * right) @ member - drawn * levels
        per_case = np.divide(gaps, drawn, out=np.zeros_like(gaps), where=drawn > 0)
        upper = np.cumsum(drawn, axis=1)
        total = upper[:, -1:]
        error = np.zeros(len(weights))
        for number in range(BINS):  # what of each level falls into the bin; a level on an edge is shared
            low, high = total * (number / BINS), total * ((number + 1) / BINS)
            inside = np.clip(np.minimum(upper, high) - np.maximum(upper - drawn, low), 0.0, None)
            error += np.abs((inside * per_case).sum(axis=1))
        return _divided(error, total[:, 0])

    return statistic


def _known(values: Sequence[float | None]) -> Floats:
    return np.array([value is not None for value in values], dtype=np.float64)


def _levels(confidences: Sequence[float]) -> tuple[Floats, Floats]:
    """A matrix that adds up what stands on one confidence, (n cases, g distinct confidences), and these, rising."""
    levels, places = np.unique(np.array(confidences, dtype=np.float64), return_inverse=True)
    member = np.zeros((len(confidences), len(levels)))
    member[np.arange(len(confidences)), places] = 1.0
    return member, levels


def _divided(above: Floats, below: Floats) -> Floats:
    quotient = np.full(len(below), np.nan)
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient
