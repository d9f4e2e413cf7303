"""The evidence model that ships, read back into weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from training.evidence_model.network import Network, load_encoder
from training.evidence_model.read_back import read_back, restore
from training.evidence_model.train import tensors

from dealqa.answering.evidence_model import pair_encoding
from dealqa.answering.evidence_model.reader import FOLDER, evidence_model
from dealqa.config import load_settings
from dealqa.embedding.source import locate_model

PAIRS = [
    ("How much does Leeds keep?", "Leeds keeps half of the growth.", "Leeds deal"),
    ("How much does Leeds keep?", "It rained on the day of the signing.", "Leeds deal"),
    ("When does the zone end?", "The zone ends on 31 March 2038.", "Newcastle · Term"),
    ("Who chairs the board?", "The zone ends on 31 March 2038.", "Newcastle · Term"),
]


@pytest.fixture(scope="module")
def encoder_folder():
    return locate_model(load_settings()).folder


@pytest.fixture(scope="module")
def weights():
    from importlib.resources import as_file, files

    with as_file(files("dealqa").joinpath(FOLDER)) as folder:
        return read_back(folder / "model.onnx")


def test_the_model_reads_as_it_did_once_its_weights_are_read_back(encoder_folder, weights):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(encoder_folder / "tokenizer.json"))
    tokenizer.no_padding()
    network = Network(load_encoder(encoder_folder)).eval()
    restore(network, weights)
    with torch.no_grad():
        read = network(**tensors(pair_encoding.encode_pairs(tokenizer, PAIRS))).numpy()
    assert np.abs(read - evidence_model().logits(PAIRS)).max() < 1.0  # what eight bits of what is reckoned with cost


def test_weights_that_are_missing_are_told(encoder_folder, weights):
    network = Network(load_encoder(encoder_folder))
    with pytest.raises(ValueError, match=r"head\.bias"):
        restore(network, {name: one for name, one in weights.items() if name != "head.bias"})
