"""A figure and how far it can be trusted: means, areas and errors with bootstrap intervals.

All intervals are 95% percentile intervals over 1000 resamples of the cases, drawn with a fixed seed: the same values
give the same interval. Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dealqa.evaluation.resampling import (
    BINS,
    RESAMPLES,
    SEED,
    Floats,
    Statistic,
    calibration_error,
    mean_of,
    resamples,
    risk_coverage_area,
    roc_area,
)

__all__ = [
    "BINS",
    "RESAMPLES",
    "SEED",
    "CalibrationBin",
    "Estimate",
    "RiskPoint",
    "area_under_risk_coverage",
    "area_under_roc",
    "calibration_bins",
    "expected_calibration_error",
    "interval",
    "mean",
    "risk_coverage",
]

INTERVAL = (2.5, 97.5)  # percentiles
DIGITS = 4


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


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """A point of the risk-coverage curve: only the answers that are at least so sure are given.

    Attributes:
        coverage: which share of all answers those are.
        risk: which share of those is wrong.
        threshold: the confidence from which on an answer is given.
    """

    coverage: float
    risk: float
    threshold: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """A bin of answers of similar confidence: their mean confidence, the share that is right, and how many they are."""

    confidence: float
    right: float
    n: int


def mean(values: Sequence[float | None]) -> Estimate:
    """The mean of what is not None, with its interval; None means nothing to judge and is counted as excluded."""
    judged = [value for value in values if value is not None]
    return _estimate(mean_of(judged), len(judged), len(values) - len(judged))


def area_under_roc(confidences: Sequence[float | None], answerable: Sequence[bool]) -> Estimate:
    """The probability that an answerable case is given a higher confidence than an unanswerable one.

    AUROC = P(c_answerable > c_unanswerable) + P(c_answerable = c_unanswerable) / 2, over all pairs; 0.5 is chance.
    Source: Hanley & McNeil (1982), doi:10.1148/radiology.143.1.7063747 (the Mann-Whitney form).
    Nothing to judge: a case without a confidence is excluded; without both kinds of case the area is None.
    """
    pairs = [(value, kind) for value, kind in zip(confidences, answerable, strict=True) if value is not None]
    if len({kind for _, kind in pairs}) < 2:
        return Estimate(None, None, None, 0, len(confidences))
    statistic = roc_area([value for value, _ in pairs], [kind for _, kind in pairs])
    return _estimate(statistic, len(pairs), len(confidences) - len(pairs))


def area_under_risk_coverage(confidences: Sequence[float | None], losses: Sequence[float | None]) -> Estimate:
    """The mean share of wrong answers when only the surest 1, 2, … n answers are given; smaller is better.

    AURC = 1/n Σ_k (1/k Σ_{i≤k} loss_i), answers ordered by falling confidence; among equal confidences the wrong
    ones come first, so that ties never flatter. Source: Geifman, Uziel & El-Yaniv (2019), arXiv:1805.08206.
    Nothing to judge: a case whose confidence or loss is None is excluded; without any case the area is None.
    """
    sure, lost = _judged(confidences, losses)
    return _estimate(risk_coverage_area(sure, lost), len(sure), len(confidences) - len(sure))


def expected_calibration_error(confidences: Sequence[float | None], losses: Sequence[float | None]) -> Estimate:
    """How far, on average, the confidence of an answer is from the share of such answers that is right.

    ECE = Σ_b n_b / n |right_b - confidence_b| over 10 bins of equal mass: ordered by confidence, each bin holds a
    tenth of the answers. Answers of equal confidence are never told apart: on the edge of a bin they are shared in
    proportion. 0 is perfect; with few answers the figure is too high by chance. Cases that are drawn twice make it
    higher still, so the interval is moved to where the figure is the middle of its resamples. Source: Naeini, Cooper &
    Hauskrecht (2015), doi:10.1609/aaai.v29i1.9602; bins of equal mass: Nixon et al. (2019), arXiv:1904.01685.
    Nothing to judge: a case whose confidence or loss is None (a refusal: whether the answer that was withheld would
    have been right is not known) is excluded.
    """
    sure, lost = _judged(confidences, losses)
    return _estimate(calibration_error(sure, lost), len(sure), len(confidences) - len(sure), centred=True)


def risk_coverage(confidences: Sequence[float | None], losses: Sequence[float | None]) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve, one point for each threshold of the confidence that tells answers apart.

    coverage(t) = |{i : c_i ≥ t}| / n, risk(t) = Σ_{i : c_i ≥ t} loss_i / |{i : c_i ≥ t}|, by falling t. Source and rule
    for nothing to judge: as `area_under_risk_coverage`, which also counts the steps between equal confidences.
    """
    sure, lost = _judged(confidences, losses)
    points = []
    for threshold in sorted(set(sure), reverse=True):
        kept = [loss for value, loss in zip(sure, lost, strict=True) if value >= threshold]
        points.append(RiskPoint(_rounded(len(kept) / len(sure)), _rounded(sum(kept) / len(kept)), threshold))
    return tuple(points)


def calibration_bins(
    confidences: Sequence[float | None], losses: Sequence[float | None], bins: int = BINS
) -> tuple[CalibrationBin, ...]:
    """Answers in bins of nearly equal size by rising confidence, for a picture of the calibration.

    Source and rule for nothing to judge: as `expected_calibration_error`, which shares answers on the edge of a bin.
    """
    sure, lost = _judged(confidences, losses)
    order = sorted(range(len(sure)), key=lambda place: (sure[place], lost[place]))
    parts = np.array_split(np.array(order, dtype=np.int64), min(bins, len(order))) if order else []
    return tuple(
        CalibrationBin(
            _rounded(float(np.mean([sure[place] for place in part]))),
            _rounded(1.0 - float(np.mean([lost[place] for place in part]))),
            len(part),
        )
        for part in parts
    )


def interval(resampled: Floats) -> tuple[float, float] | tuple[None, None]:
    """The 95% percentile interval of the figures of resamples, those that hold nothing to judge left out."""
    defined = resampled[~np.isnan(resampled)]
    if not len(defined):
        return None, None
    low, high = np.percentile(defined, INTERVAL)
    return _rounded(float(low)), _rounded(float(high))


def _judged(confidences: Sequence[float | None], losses: Sequence[float | None]) -> tuple[list[float], list[float]]:
    pairs = [
        (value, loss) for value, loss in zip(confidences, losses, strict=True) if value is not None and loss is not None
    ]
    return [value for value, _ in pairs], [loss for _, loss in pairs]


def _estimate(statistic: Statistic, n: int, excluded: int, *, centred: bool = False) -> Estimate:
    if not n:
        return Estimate(None, None, None, 0, excluded)
    point = float(statistic(np.ones((1, n)))[0])
    drawn = statistic(resamples(n))
    if centred:
        drawn = np.maximum(drawn + point - np.nanmedian(drawn), 0.0)
    low, high = interval(drawn)
    return Estimate(_rounded(point), low, high, n, excluded)


def _rounded(value: float) -> float:
    return round(value, DIGITS) + 0.0  # -0.0 is 0.0
