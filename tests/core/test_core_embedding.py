"""The embedder agrees with the model that it was converted from; and only a model that can be trusted is found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dealqa.config import Settings
from dealqa.embedding import OnnxEmbedder, locate_model
from dealqa.embedding.export import ensure_exported
from dealqa.embedding.source import DEFAULT_MODEL_SHA256, MODEL_PACKAGE
from dealqa.errors import ModelInvalid, ModelMissing

SENTENCES = [
    "What does Bristol retain?",
    "The joint committee shall publish its plan before the money for the second year is released.",
    "£1.2bn over thirty years, signed on 5 July 2012.",
    "x",
    "Élan vital — 城市协议 🏗️",
    "the hub advises firms and trains young people " * 40,
]

ORIGINAL = """
import json, sys
from sentence_transformers import SentenceTransformer
folder, sentences = json.load(sys.stdin)
model = SentenceTransformer(folder, device="cpu", local_files_only=True)
json.dump(model.encode(sentences, normalize_embeddings=True).tolist(), sys.stdout)
"""


@pytest.fixture(scope="session")
def official() -> Path:
    """The folder of the default model's official weights."""
    return locate_model(Settings()).folder


@pytest.mark.slow
def test_a_vector_is_the_one_that_sentence_transformers_gives(embedder, official):
    # In a process of its own: importing sentence-transformers takes seconds, memory, and warns of its own matters.
    child = subprocess.run(
        [sys.executable, "-c", ORIGINAL],
        input=json.dumps([str(official), SENTENCES]),
        capture_output=True,
        text=True,
        check=True,
    )
    expected = np.asarray(json.loads(child.stdout), dtype=np.float32)
    assert (expected * embedder.encode(SENTENCES)).sum(axis=1).min() >= 0.9999


def test_vectors_are_of_unit_length_and_single_precision(embedder):
    vectors = embedder.encode(SENTENCES)
    assert vectors.shape == (len(SENTENCES), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_the_same_text_has_the_same_vector_every_time(embedder):
    assert np.array_equal(embedder.encode(SENTENCES), embedder.encode(SENTENCES))


def test_neither_the_neighbours_of_a_text_nor_their_order_change_its_vector(embedder):
    alone = np.vstack([embedder.encode([sentence]) for sentence in SENTENCES])
    many = [*SENTENCES, *(f"Filling of {n} words " + "and more " * n for n in range(25))]
    np.testing.assert_allclose(embedder.encode(many)[: len(SENTENCES)], alone, atol=1e-5)
    np.testing.assert_allclose(embedder.encode(SENTENCES[::-1])[::-1], alone, atol=1e-5)


def test_a_question_has_one_vector(embedder):
    assert embedder.embed_question("Who pays?").shape == (embedder.dimension,)


def test_nothing_to_embed_gives_nothing(embedder):
    vectors, parts = embedder.embed_passages([], [])
    assert (vectors.shape, parts) == ((0, embedder.dimension), [])


def test_each_sentence_of_a_passage_has_a_vector_of_unit_length(embedder):
    texts = ["Paper\nOne here. Two there.", "Short."]
    spans = [[(6, 15), (16, 26)], []]
    vectors, parts = embedder.embed_passages(texts, spans)
    assert vectors.shape == (2, embedder.dimension)
    assert [part.shape for part in parts] == [(2, embedder.dimension), (0, embedder.dimension)]
    np.testing.assert_allclose(np.linalg.norm(parts[0], axis=1), 1.0, atol=1e-5)


def test_a_sentence_vector_is_nearest_to_the_question_that_its_sentence_answers(embedder):
    text = "The metro runs on four lines. The fund holds millions for young firms."
    at = text.index("The fund")
    _, (parts,) = embedder.embed_passages([text], [[(0, at - 1), (at, len(text))]])
    assert int(np.argmax(parts @ embedder.embed_question("How many lines has the metro?"))) == 0
    assert int(np.argmax(parts @ embedder.embed_question("How much money is in the fund?"))) == 1


def test_the_tokens_of_a_text_are_counted_beyond_the_models_limit(embedder):
    assert embedder.count_tokens(["", "one two", "word " * 1000]) == [2, 4, 1002]


def test_progress_is_told_of_every_text(embedder):
    told: list[int] = []
    embedder.embed_passages([f"Text {n}" for n in range(50)], [[] for _ in range(50)], told.append)
    assert sum(told) == 50


def copy_of(folder: Path, target: Path, *, without: str = "") -> Path:
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns(*([without] if without else [])))
    return target


def test_the_package_with_the_official_weights_is_the_default():
    source = locate_model(Settings())
    assert (source.origin, source.sha256) == ("package", DEFAULT_MODEL_SHA256)


def test_a_folder_that_is_configured_comes_before_all_else(official, tmp_path):
    folder = copy_of(official, tmp_path / "mine")
    source = locate_model(Settings(model=str(folder)))
    assert (source.origin, source.folder, source.sha256) == ("folder", folder, DEFAULT_MODEL_SHA256)


def test_weights_that_are_no_safetensors_are_not_read(official, tmp_path):
    folder = copy_of(official, tmp_path / "mine", without="*.safetensors")
    (folder / "pytorch_model.bin").write_bytes(b"pickled")
    with pytest.raises(ModelInvalid, match="no safetensors"):
        locate_model(Settings(model=str(folder)))


def test_a_model_with_code_of_its_own_is_turned_away(official, tmp_path):
    folder = copy_of(official, tmp_path / "mine")
    (folder / "1_Pooling" / "modeling_mine.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    with pytest.raises(ModelInvalid, match=r"modeling_mine\.py.*never run"):
        locate_model(Settings(model=str(folder)))


def test_a_folder_that_is_no_model_is_turned_away(tmp_path):
    with pytest.raises(ModelInvalid, match=r"no modules\.json"):
        locate_model(Settings(model=str(tmp_path)))


@pytest.mark.parametrize(
    "name", ["nobody/no-such-model", "no-such-model", "/no/such/folder", "no such: name!", "a/b/c"]
)
def test_a_model_that_is_nowhere_is_missing_and_the_hint_says_what_to_do(name):
    with pytest.raises(ModelMissing, match="not on this machine") as caught:
        locate_model(Settings(model=name))
    assert "DEALQA_MODEL" in caught.value.hint
    assert "DEALQA_ALLOW_DOWNLOAD" in caught.value.hint


def test_a_download_that_is_allowed_and_impossible_says_so():
    # The tests are offline by HF_HUB_OFFLINE, and fenced in besides.
    with pytest.raises(ModelMissing, match="could not be downloaded"):
        locate_model(Settings(model="nobody/no-such-model", allow_download=True))


def test_a_package_with_other_weights_than_the_published_ones_is_turned_away(official, tmp_path, monkeypatch):
    package = tmp_path / MODEL_PACKAGE
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('its code ran')", encoding="utf-8")
    weights = copy_of(official, package / "model") / "model.safetensors"
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelInvalid, match="not the published ones"):
        locate_model(Settings())


@pytest.mark.parametrize("damage", ["manifest.json", "model.onnx", "tokenizer.json"])
def test_a_damaged_conversion_is_named_with_its_folder(damage, tmp_path):
    folder = tmp_path / "converted"
    shutil.copytree(ensure_exported(locate_model(Settings()), Path(os.environ["DEALQA_CACHE"])), folder)
    (folder / damage).write_bytes(b"\x00 not what it should be")
    with pytest.raises(ModelInvalid, match="is damaged") as caught:
        OnnxEmbedder(folder, threads=1)
    assert str(folder) in str(caught.value)
