"""Dropout with masks that were drawn once."""

from __future__ import annotations

import copy

import pytest
import torch
from training.evidence_model.dropout import RATE, replace_dropout
from transformers import BertConfig, BertModel

SMALL = BertConfig(vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)


class Network(torch.nn.Module):
    def __init__(self, rate=RATE):
        super().__init__()
        self.encoder = BertModel(SMALL, add_pooling_layer=False)
        self.dropout = torch.nn.Dropout(rate)


@pytest.fixture(scope="module")
def networks():
    torch.manual_seed(1)
    plain = Network().eval()
    replaced = copy.deepcopy(plain)
    replace_dropout(replaced)
    return plain, replaced.eval()


def test_a_network_reads_the_same_when_it_is_not_trained_padding_or_not(networks):
    ids = torch.randint(1, 50, (3, 12))
    mask = torch.ones_like(ids)
    mask[1, 7:] = 0
    with torch.no_grad():
        plain, replaced = (one.encoder(input_ids=ids, attention_mask=mask).last_hidden_state for one in networks)
    assert torch.allclose(plain[mask > 0], replaced[mask > 0], atol=1e-5)


def test_a_tenth_is_dropped_in_training_and_the_mean_stays(networks):
    given = torch.ones(200, 500)
    dropped = networks[1].dropout.train()(given)
    networks[1].dropout.eval()
    assert 0.09 < float((dropped == 0).float().mean()) < 0.11
    assert 0.99 < float(dropped.mean()) < 1.01


def test_no_torch_dropout_is_left(networks):
    assert not [one for one in networks[1].modules() if isinstance(one, torch.nn.Dropout)]


def test_another_rate_is_refused():
    with pytest.raises(ValueError, match="another rate"):
        replace_dropout(Network(rate=0.3))
