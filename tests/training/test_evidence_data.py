"""The training data of the evidence model: where the answer stands, and which sentences are shown."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from tokenizers import Tokenizer
from training.evidence_model.data import NO_SPAN, own, public

from dealqa.answering.evidence_model import FOLDER


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(files("dealqa").joinpath(FOLDER, "tokenizer.json")))


def line(**given):
    candidates = [
        {"sentence": "The fund is £45 million.", "around": "Deal", "label": 1},
        *({"sentence": f"Wrong {number}.", "around": "", "label": 0} for number in range(6)),
    ]
    asked = {"question": "How much is it?", "answerable": True, "answers": ["£45 million"], "candidates": candidates}
    return {**asked, "held": False, **given}


@pytest.fixture
def folder(tmp_path):
    lines = [line(), line(held=True), line(answers=["not there"])]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return tmp_path


def test_a_span_holds_the_tokens_of_the_answer(folder, tokenizer):
    group = public(folder, "set", tokenizer, 4, held=False)[0]
    (first, last), ids = group.spans[0], group.encoded[0][0]
    assert tokenizer.decode(ids[first : last + 1]).replace(" ", "") == "£45million"
    assert group.spans[1:] == [NO_SPAN] * 4


def test_an_answer_that_is_not_in_the_sentence_has_no_span(folder, tokenizer):
    assert public(folder, "set", tokenizer, 4, held=False)[1].spans[0] == NO_SPAN


def test_of_each_question_so_many_wrong_sentences_are_shown_and_the_first_two_among_them(folder, tokenizer):
    group = public(folder, "set", tokenizer, 4, held=False)[0]
    shown = [sentence for _, sentence, _ in group.pairs]
    assert len(shown) == 5 and shown[:3] == ["The fund is £45 million.", "Wrong 0.", "Wrong 1."]
    assert group.labels == [1, 0, 0, 0, 0]


def test_what_is_held_out_is_not_trained_on(folder, tokenizer):
    assert len(public(folder, "set", tokenizer, None, held=True)) == 1
    assert len(public(folder, "set", tokenizer, None, held=False)) == 2


def test_pairs_of_one_question_stay_together_and_the_last_questions_are_held_out(tmp_path, tokenizer):
    pairs = [
        {"question": f"Q{number}?", "heading": "H", "sentence": f"S{label}.", "label": label, "group": f"g{number}"}
        for number in range(40)
        for label in (0, 1)
    ]
    (tmp_path / "deals.jsonl").write_text("\n".join(map(json.dumps, pairs)), encoding="utf-8")
    train, held = own(tmp_path, tokenizer, 40)
    assert [len(group.labels) for group in train + held] == [2] * 40
    assert len(held) == 2 and held[-1].pairs[0][0] == "Q39?"
