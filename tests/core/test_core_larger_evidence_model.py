"""The larger evidence model: how its graph is made of an encoder and the changes that ship, and what is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import MPNetConfig, MPNetModel

from dealqa.answering.evidence_model import FOLDER, EvidenceModel, evidence_model, load_evidence_model
from dealqa.answering.evidence_model.larger import CHANGES, LARGER, convert, merged
from dealqa.answering.evidence_model.pair_encoding import encode_pairs, padded
from dealqa.answering.weighing.evidence import SECOND_SUPPORT, SUPPORT
from dealqa.answering.weighing.ranking import READ_AGAIN, rank
from dealqa.config import Settings
from dealqa.errors import ModelInvalid, ModelMissing

SHIPPED = Path(str(files("dealqa").joinpath(LARGER)))
WORDS = ["when", "was", "the", "deal", "signed", "leeds", "bristol", "in", "september", "2012", "five", "councils"]
PAIRS = [
    ("when was the leeds deal signed", "the leeds deal was signed in september 2012", "leeds"),
    ("when was the leeds deal signed", "signed in the five councils", "bristol deal"),
    ("in 2012", "the councils", ""),
]
WIDTH, RANK = 16, 2


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> Path:
    """A folder like that of all-mpnet-base-v2, of a model with two narrow layers and chance weights."""
    folder = tmp_path_factory.mktemp("encoder")
    names = ["<s>", "<pad>", "</s>", "<unk>", *WORDS]
    config = MPNetConfig(
        vocab_size=len(names),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    torch.manual_seed(1)
    MPNetModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel({name: i for i, name in enumerate(names)}, unk_token="<unk>"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "modules.json").write_text("[]", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def changes() -> dict[str, np.ndarray]:
    """Of one matrix and one norm, with a head."""
    drawn = np.random.default_rng(1)
    return {
        "encoder.layer.1.attention.attn.q.narrow": drawn.normal(size=(RANK, WIDTH)).astype(np.float16),
        "encoder.layer.1.attention.attn.q.wide": drawn.normal(size=(WIDTH, RANK)).astype(np.float16),
        "encoder.layer.0.output.LayerNorm.weight": drawn.normal(1.0, 0.1, size=WIDTH).astype(np.float16),
        "head.weight": drawn.normal(size=(1, WIDTH)).astype(np.float16),
        "head.bias": np.array([0.5], dtype=np.float16),
    }


def logits_of(reader, folder: Path) -> np.ndarray:
    arrays = padded(encode_pairs(Tokenizer.from_file(str(folder / "tokenizer.json")), PAIRS))
    with torch.no_grad():
        return reader(*(torch.from_numpy(arrays[name]) for name in ("input_ids", "attention_mask"))).numpy()


@pytest.mark.parametrize("large", [False, True], ids=["onnxruntime", "OpenVINO"])
def test_the_graph_gives_the_logits_of_the_encoder_with_its_changes(encoder, changes, tmp_path, large):
    convert(encoder, changes, tmp_path)
    found = EvidenceModel(tmp_path, large=large).logits(PAIRS)
    assert found == pytest.approx(logits_of(merged(encoder, changes), encoder), abs=0.1 if large else 1e-4)
    assert {path.name for path in tmp_path.iterdir()} == {"model.onnx", "tokenizer.json", "card.json"}


def test_the_product_of_the_narrow_matrices_is_added_to_the_matrix_of_the_encoder(encoder, changes):
    name = "encoder.layer.1.attention.attn.q"
    before = dict(MPNetModel.from_pretrained(encoder, add_pooling_layer=False).named_parameters())[f"{name}.weight"]
    after = dict(merged(encoder, changes).model.named_parameters())[f"{name}.weight"]
    added = changes[f"{name}.wide"].astype(np.float32) @ changes[f"{name}.narrow"].astype(np.float32)
    assert (after - before).detach().numpy() == pytest.approx(added, abs=1e-5)


def test_a_pair_is_marked_as_the_encoder_was_trained_to_read_it(encoder):
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    ((ids, segments),) = encode_pairs(tokenizer, [("when", "signed", "leeds")])
    assert [tokenizer.id_to_token(i) for i in ids] == ["<s>", "when", "</s>", "signed", "</s>", "leeds", "</s>"]
    assert segments == [0, 0, 0, 1, 1, 0, 0]


def test_a_tokenizer_without_marks_of_either_kind_is_an_error():
    tokenizer = Tokenizer(models.WordLevel({"deal": 0}, unk_token="deal"))  # noqa: S106
    with pytest.raises(ValueError, match="marks"):
        encode_pairs(tokenizer, [("deal", "deal", "")])


def test_without_the_setting_the_small_model_reads():
    assert load_evidence_model(Settings()) is evidence_model()
    assert evidence_model().second is None


def test_an_encoder_of_other_weights_is_refused_by_name(encoder, tmp_path):
    settings = Settings(larger_evidence_model=str(encoder), cache=tmp_path)
    with pytest.raises(ModelInvalid, match="does not hold the weights of sentence-transformers/all-mpnet-base-v2"):
        load_evidence_model(settings)
    assert not list((tmp_path / "models").iterdir())


def test_an_encoder_that_is_not_there_is_named_with_the_setting(tmp_path):
    with pytest.raises(ModelMissing, match="nowhere") as caught:
        load_evidence_model(Settings(larger_evidence_model=str(tmp_path / "nowhere"), cache=tmp_path))
    assert "DEALQA_LARGER_EVIDENCE_MODEL" in caught.value.hint


def test_a_folder_with_code_of_its_own_is_refused(encoder, tmp_path):
    shutil.copytree(encoder, tmp_path / "encoder")
    (tmp_path / "encoder" / "modeling.py").write_text("", encoding="utf-8")
    with pytest.raises(ModelInvalid, match="code of its own"):
        load_evidence_model(Settings(larger_evidence_model=str(tmp_path / "encoder"), cache=tmp_path))


def test_the_changes_that_ship_are_those_that_the_card_names():
    card = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
    assert hashlib.sha256((SHIPPED / CHANGES).read_bytes()).hexdigest() == card["sha256"][CHANGES]
    assert (SHIPPED / CHANGES).stat().st_size <= 25_000_000


def test_the_best_sentences_are_read_once_more_and_the_others_follow_them(deals):
    question = deals.understand("What does Bristol retain?")
    hits = deals.search(question)
    reader = EvidenceModel(Path(str(files("dealqa").joinpath(FOLDER))), second=evidence_model())
    with deals.hold() as snapshot:
        found = rank(question, hits, snapshot, reader).candidates
    again = [SECOND_SUPPORT in one.evidence.features for one in found]
    assert again == [True] * READ_AGAIN + [False] * (len(found) - READ_AGAIN)
    assert len(found) > READ_AGAIN
    first, second = ([one.evidence.features[name] for one in found[:READ_AGAIN]] for name in (SUPPORT, SECOND_SUPPORT))
    assert first == pytest.approx(second, abs=0.15)  # the same model twice; its eight bits depend on what else it reads
