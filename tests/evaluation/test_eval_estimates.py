from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from dealqa.evaluation.estimates import Estimate, area_under_risk_coverage, area_under_roc, mean


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
