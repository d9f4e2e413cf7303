"""Both engines give the same vectors, and neither reports to anybody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dealqa.embedding import OnnxEmbedder, locate_model
from dealqa.embedding.embedder import BULK_TEXTS
from dealqa.embedding.engines import OpenVinoEngine
from dealqa.embedding.export import ensure_exported
from dealqa.embedding.source import GRAPH
from dealqa.errors import ConfigError

TEXTS = [f"Paragraph {number}: the council keeps {number}% of the growth." * (1 + number % 7) for number in range(40)]


@pytest.fixture(scope="module")
def folder(deal_settings) -> Path:
    return ensure_exported(locate_model(deal_settings), deal_settings.cache)


def test_many_passages_have_the_vectors_that_each_has_alone(folder):
    embedder = OnnxEmbedder(folder)
    assert len(TEXTS) >= BULK_TEXTS
    together, _ = embedder.embed_passages(TEXTS, [()] * len(TEXTS))
    alone = OnnxEmbedder(folder).encode(TEXTS)
    assert np.abs(together - alone).max() < 1e-5


def test_sentences_have_the_same_vectors_in_both_engines(folder):
    spans = [((0, 20), (20, len(text))) for text in TEXTS]
    _, together = OnnxEmbedder(folder).embed_passages(TEXTS, spans)
    _, alone = OnnxEmbedder(folder).embed_passages(TEXTS[:2], spans[:2])
    assert np.abs(together[1] - alone[1]).max() < 1e-5


def test_half_the_precision_is_near_enough_and_has_a_fingerprint_of_its_own(folder):
    exact = OnnxEmbedder(folder)
    try:
        fast = OnnxEmbedder(folder, precision="bf16")
        found, _ = fast.embed_passages(TEXTS, [()] * len(TEXTS))
    except ConfigError as err:
        pytest.skip(str(err))
    assert (found * exact.encode(TEXTS)).sum(axis=1).min() > 0.9999
    assert fast.fingerprint != exact.fingerprint


def test_the_tools_that_report_their_use_are_not_imported(folder):
    code = (
        "import sys; from pathlib import Path; from dealqa.embedding.engines import OpenVinoEngine\n"
        "OpenVinoEngine(Path(sys.argv[1]), threads=1, precision='f32')\n"
        "print([name for name in sys.modules if 'telemetry' in name and 'openvino' in name])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(folder / GRAPH)], check=True, capture_output=True, text=True, timeout=100
    )
    assert found.stdout.strip() == "[]"


def test_an_engine_gives_a_vector_a_text_and_a_vector_a_token(folder):
    engine = OpenVinoEngine(folder / GRAPH, threads=1, precision="f32")
    arrays = {name: np.ones((1, 4), dtype=np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    vectors, tokens = engine.run(arrays)
    assert (vectors.shape[0], tokens.shape[:2]) == (1, (1, 4))
