"""The evidence model: what it reads, what it says, and that its files are what they should be."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from core_corpus import candidate_of, hit_of, settings_for
from tokenizers import Tokenizer

from dealqa.answering.evidence_model import FOLDER, EvidenceModel, evidence_model
from dealqa.answering.evidence_model.pair_encoding import MOST_TOKENS, encode_pairs, padded
from dealqa.answering.weighing.evidence_text import sentence_in_context
from dealqa.answering.weighing.ranking import Ranking, standing
from dealqa.assistant import Assistant
from dealqa.errors import ModelInvalid
from dealqa.index import build_index

SHIPPED = Path(str(files("dealqa").joinpath(FOLDER)))
ASKED = "When was the Leeds City Deal signed?"
SIGNED = "The Leeds City Deal was signed in September 2012 by five councils."


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))


@pytest.mark.parametrize(
    "other",
    [
        "The Bristol City Deal was signed in July 2012 by four councils.",
        "The Leeds City Deal keeps half of the growth in business rates.",
        "A board of the five councils meets every month.",
    ],
    ids=["another deal", "another attribute", "beside the point"],
)
def test_the_sentence_that_answers_gets_the_higher_logit(other):
    right, wrong = evidence_model().logits([(ASKED, SIGNED, "Leeds City Deal"), (ASKED, other, "City Deals")])
    assert right > wrong


def test_the_same_pairs_get_the_same_logits():
    pairs = [(ASKED, SIGNED, ""), (ASKED, "It rained.", "Weather"), ("Why?", SIGNED, "Leeds")]
    first, again = (evidence_model().logits(pairs) for _ in range(2))
    assert np.array_equal(first, again) and first.shape == (3,) and first.dtype == np.float32


def test_logits_come_in_the_order_of_the_pairs_however_long_each_is():
    pairs = [(ASKED, SIGNED * repeats, "") for repeats in (6, 1, 3, 40)]
    together = evidence_model().logits(pairs)
    alone = np.concatenate([evidence_model().logits([pair]) for pair in pairs])
    assert np.abs(together - alone).max() < 0.5  # eight bits: the others in a pass move the scale a little


def test_every_processor_reads_as_the_one_that_wrote_the_card():
    examples = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))["examples"]
    # One by one: the others in a pass move the scale. Where sums of eight bits are cut off they are .26 off on average.
    read = np.array([evidence_model().logits([tuple(one["pair"])])[0] for one in examples])
    assert np.abs(read - np.array([one["logit"] for one in examples])).mean() < 0.08


def test_no_pairs_give_no_logits():
    assert evidence_model().logits([]).shape == (0,)


@pytest.mark.parametrize("text", ["", "\x00", "😀" * 500, "£" * 3000, "עברית العربية"])
def test_whatever_the_text_is_there_is_a_finite_logit(text):
    assert np.isfinite(evidence_model().logits([(text, text, text)])).all()


def test_the_package_stays_small():
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 25 * 2**20


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_was_altered_is_named_and_not_loaded(name, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(ModelInvalid, match=name):
        EvidenceModel(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "card.json"])
def test_a_file_that_is_missing_is_named(name, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    (folder / name).unlink()
    with pytest.raises(ModelInvalid, match=name):
        EvidenceModel(folder)


def test_the_card_says_what_it_was_trained_on_and_how_well_it_reads_what_it_has_not_seen():
    card = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
    first = card["training"]
    while "before" in first:
        first = first["before"]
    assert set(first["questions"]) == {"squad2", "tatqa", "hotpotqa", "deals"}
    assert set(card["held_out, 8 bits"]) == set(card["held_out, 32 bits"])


def test_a_pair_is_read_as_question_sentence_and_what_stands_around(tokenizer):
    ((ids, segments),) = encode_pairs(tokenizer, [("who pays", "the bank pays", "a paper")])
    tokens = [tokenizer.id_to_token(i) for i in ids]
    assert tokens == ["[CLS]", "who", "pays", "[SEP]", "the", "bank", "pays", "[SEP]", "a", "paper", "[SEP]"]
    assert segments == [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0]


def test_nothing_around_is_left_out(tokenizer):
    ((ids, segments),) = encode_pairs(tokenizer, [("who", "it", "")])
    assert len(ids) == len(segments) == 5


def test_long_texts_are_cut_to_what_the_model_takes(tokenizer):
    ((ids, _),) = encode_pairs(tokenizer, [("why " * 900, "word " * 900, "head " * 900)])
    assert len(ids) == MOST_TOKENS <= 512


def test_padding_is_masked():
    arrays = padded([([1, 2, 3], [0, 1, 1]), ([4], [0])])
    assert arrays["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert arrays["input_ids"].tolist() == [[1, 2, 3], [4, 0, 0]]


def test_a_sentence_is_shown_with_its_headings_and_the_sentence_before():
    hit = hit_of("It is big. It costs £3m.", ["It is big.", "It costs £3m."], context="Leeds › Trams\nName | Cost")
    assert sentence_in_context(hit, hit.passage.sentences[1]) == (
        "It costs £3m.",
        "Leeds › Trams · Name | Cost · It is big.",
    )


def test_a_margin_is_to_the_best_that_says_something_else():
    stood = standing(
        [{"a"}, {"a"}, {"b"}], [frozenset({"1"}), frozenset({"1"}), frozenset({"2"})], ["x", "y", "z"], [3, 2, 1]
    )
    assert [margin for margin, _ in stood] == [0.5, 0.25, -0.5]


def test_documents_that_give_the_same_figure_agree():
    figures = [frozenset({"1"})] * 3 + [frozenset({"2"})]
    stood = standing([{"a"}, {"b"}, {"c"}, {"d"}], figures, ["x", "y", "y", "z"], [4, 3, 2, 1])
    assert [agreement for _, agreement in stood] == [0.5, 0.5, 0.5, 0.0]


def test_a_sentence_alone_is_as_clear_as_can_be():
    assert standing([{"a"}], [frozenset()], ["x"], [0.0]) == [(1.0, 0.0)]


def test_a_passage_counts_by_its_most_probable_sentence():
    low, high = candidate_of("One.", 0.2), candidate_of("One.", 0.8)
    assert Ranking((low, high), 0.5).passages == {low.evidence.hit.passage.id: 0.8}


def test_a_sentence_that_announces_a_list_is_read_with_what_follows_it(tmp_path):
    text = "# Westport\n\nThe sites of Westport are these.\n\n- the harbour;\n- the brickworks.\n\nThey open in May.\n"
    settings = settings_for(tmp_path, {"sites.md": text})
    build_index(settings)
    with Assistant(settings) as assistant:
        (hit,) = assistant.search(assistant.understand("Which are the sites of Westport?"))
    read = [sentence_in_context(hit, span)[0] for span in hit.passage.sentences]
    assert "The sites of Westport are these. the harbour; the brickworks. They open in May." in read
    assert "They open in May." in read
