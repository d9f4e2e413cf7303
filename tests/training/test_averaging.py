"""Averaging the weights of two trained evidence models."""

from __future__ import annotations

import pytest
import torch
from training.evidence_model.average import averaged


def test_each_weight_is_the_mean_of_the_models():
    mean = averaged([{"head": torch.tensor([1.0, -1.0])}, {"head": torch.tensor([3.0, 0.0])}])
    assert mean["head"].tolist() == [2.0, -0.5]


def test_whole_numbers_are_taken_from_the_first_model():
    assert averaged([{"ids": torch.tensor([1])}, {"ids": torch.tensor([4])}])["ids"].tolist() == [1]


@pytest.mark.parametrize("other", [{"tail": torch.zeros(2)}, {"head": torch.zeros(3)}])
def test_models_of_different_weights_are_not_averaged(other):
    with pytest.raises(ValueError, match="not the same weights"):
        averaged([{"head": torch.zeros(2)}, other])
