from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

from dealqa.evaluation.estimates import (
    BINS,
    Estimate,
    area_under_risk_coverage,
    area_under_roc,
    calibration_bins,
    expected_calibration_error,
    mean,
    risk_coverage,
)
from dealqa.evaluation.resampling import risk_coverage_area


def test_a_mean_leaves_out_and_counts_what_had_nothing_to_judge() -> None:
    estimate = mean([1.0, None, 0.0, 1.0, None])
    assert (estimate.mean, estimate.n, estimate.excluded) == (pytest.approx(2 / 3, abs=1e-4), 3, 2)


def test_a_mean_of_nothing_is_none_and_never_zero() -> None:
    assert mean([None, None]) == Estimate(None, None, None, 0, 2)


def test_the_interval_of_equal_values_has_no_width() -> None:
    assert mean([1.0] * 20) == Estimate(1.0, 1.0, 1.0, 20, 0)


def test_the_interval_is_near_that_of_the_normal_approximation() -> None:
    # p = 0.5, n = 400: 0.5 ± 1.96 · sqrt(0.25 / 400) = 0.5 ± 0.049.
    estimate = mean([0.0, 1.0] * 200)
    assert estimate.low == pytest.approx(0.451, abs=0.01)
    assert estimate.high == pytest.approx(0.549, abs=0.01)


def test_the_same_values_give_the_same_interval() -> None:
    values = list(np.random.default_rng(4).random(50))
    assert mean(values) == mean(values)


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    # Answerable .9 .4; unanswerable .5 .1: right are (.9,.5) (.9,.1) (.4,.1), wrong is (.4,.5).
    assert area_under_roc([0.9, 0.4, 0.5, 0.1], [True, True, False, False]).mean == 0.75


def test_auroc_counts_a_tie_as_half() -> None:
    assert area_under_roc([0.5, 0.5], [True, False]).mean == 0.5


def test_auroc_agrees_with_scikit_learn() -> None:
    draw = np.random.default_rng(1)
    labels = [draw.random() < 0.4 for _ in range(200)]
    scores = [round(draw.random() + 0.3 * label, 1) for label in labels]
    assert area_under_roc(scores, labels).mean == pytest.approx(roc_auc_score(labels, scores), abs=1e-4)


def test_auroc_leaves_out_a_case_without_confidence() -> None:
    estimate = area_under_roc([0.9, None, 0.1], [True, True, False])
    assert (estimate.mean, estimate.n, estimate.excluded) == (1.0, 2, 1)


def test_auroc_of_one_kind_of_case_has_nothing_to_judge() -> None:
    assert area_under_roc([0.9, 0.8], [True, True]) == Estimate(None, None, None, 0, 2)


def test_aurc_is_the_mean_risk_over_all_coverages() -> None:
    # By falling confidence the losses are 0, 1, 0: risks 0, 1/2, 1/3; mean 5/18.
    estimate = area_under_risk_coverage([0.2, 0.9, 0.5], [0.0, 0.0, 1.0])
    assert estimate.mean == pytest.approx(5 / 18, abs=1e-4)


def test_aurc_puts_the_wrong_answer_first_among_equal_confidences() -> None:
    # Losses 1, 0: risks 1, 1/2; mean 3/4, whatever the order of the cases.
    assert area_under_risk_coverage([0.5, 0.5], [0.0, 1.0]).mean == 0.75
    assert area_under_risk_coverage([0.5, 0.5], [1.0, 0.0]).mean == 0.75


def test_aurc_leaves_out_refusals() -> None:
    estimate = area_under_risk_coverage([0.9, 0.1], [0.0, None])
    assert (estimate.mean, estimate.n, estimate.excluded) == (0.0, 1, 1)


def test_aurc_without_an_answer_has_nothing_to_judge() -> None:
    assert area_under_risk_coverage([0.9], [None]) == Estimate(None, None, None, 0, 1)


def test_the_interval_of_aurc_surrounds_it() -> None:
    draw = np.random.default_rng(2)
    confidences = [draw.random() for _ in range(100)]
    losses = [float(draw.random() > confidence) for confidence in confidences]
    estimate = area_under_risk_coverage(confidences, losses)
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.mean is not None
    assert estimate.low < estimate.mean < estimate.high


def test_aurc_agrees_with_its_definition_on_every_resample() -> None:
    # The closed form that the bootstrap uses, against cases repeated as often as they were drawn.
    draw = np.random.default_rng(5)
    confidences = [round(draw.random(), 1) for _ in range(12)]
    losses = [float(draw.random() < 0.5) for _ in range(12)]
    weights = draw.multinomial(12, np.full(12, 1 / 12), size=20).astype(float)
    order = sorted(range(12), key=lambda place: (-confidences[place], -losses[place]))
    for row, area in zip(weights, risk_coverage_area(confidences, losses)(weights), strict=True):
        drawn = [losses[place] for place in order for _ in range(int(row[place]))]
        assert area == pytest.approx(np.mean([np.mean(drawn[: k + 1]) for k in range(len(drawn))]))


def test_the_risk_coverage_curve_has_a_point_for_each_threshold() -> None:
    points = risk_coverage([0.9, 0.5, 0.5, 0.1, 0.7], [0.0, 1.0, 0.0, 1.0, None])
    assert [(point.threshold, point.coverage, point.risk) for point in points] == [
        (0.9, 0.25, 0.0),
        (0.5, 0.75, 0.3333),
        (0.1, 1.0, 0.5),
    ]


def test_the_calibration_error_is_the_mean_gap_of_its_bins() -> None:
    # Ten answers, ten bins: gaps of 0.2 for the nine right ones at 0.8, 0.8 for the wrong one.
    confidences = [0.8 + step / 1e6 for step in range(10)]
    assert expected_calibration_error(confidences, [0.0] * 9 + [1.0]).mean == pytest.approx((9 * 0.2 + 0.8) / 10)


def test_answers_of_equal_confidence_are_not_told_apart_by_the_calibration_error() -> None:
    # Ten bins, each holding the whole group's share of right answers: |0.5 - 0.5| in all.
    for losses in ([0.0] * 5 + [1.0] * 5, [0.0, 1.0] * 5):
        assert expected_calibration_error([0.5] * 10, losses).mean == 0.0


def test_the_calibration_error_agrees_with_scikit_learns_calibration_curve() -> None:
    draw = np.random.default_rng(6)
    confidences = list(draw.permutation(np.linspace(0.01, 0.99, 200)))
    losses = [float(draw.random() > confidence**2) for confidence in confidences]
    right, sure = calibration_curve([1 - loss for loss in losses], confidences, n_bins=BINS, strategy="quantile")
    expected = float(np.mean(np.abs(right - sure)))  # bins of 20 each
    assert expected_calibration_error(confidences, losses).mean == pytest.approx(expected, abs=1e-4)


def test_the_interval_of_the_calibration_error_surrounds_it() -> None:
    draw = np.random.default_rng(7)
    confidences = [draw.random() for _ in range(130)]
    losses = [float(draw.random() > confidence) for confidence in confidences]
    estimate = expected_calibration_error(confidences, losses)
    assert estimate.mean is not None
    assert estimate.low is not None
    assert estimate.high is not None
    assert 0.0 <= estimate.low < estimate.mean < estimate.high


def test_the_calibration_error_leaves_out_refusals() -> None:
    estimate = expected_calibration_error([0.9, 0.2], [0.0, None])
    assert (estimate.mean, estimate.n, estimate.excluded) == (pytest.approx(0.1), 1, 1)


def test_the_calibration_error_of_nothing_is_none() -> None:
    assert expected_calibration_error([0.9], [None]) == Estimate(None, None, None, 0, 1)


def test_calibration_bins_hold_nearly_equally_many_answers() -> None:
    bins = calibration_bins([0.1, 0.2, 0.3, 0.4, 0.9], [1.0, 1.0, 0.0, 1.0, 0.0], bins=2)
    assert [(part.confidence, part.right, part.n) for part in bins] == [(0.2, 0.3333, 3), (0.65, 0.5, 2)]


def test_there_are_no_bins_of_nothing() -> None:
    assert calibration_bins([0.5], [None]) == ()
    assert risk_coverage([0.5], [None]) == ()
