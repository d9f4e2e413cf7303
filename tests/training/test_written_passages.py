"""The passages that were written to train the evidence model on."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from tokenizers import Tokenizer
from training.evidence_model.data import NO_SPAN
from training.questions import load
from training.written_passages.groups import FILES, HELD, held_out, written_groups

from dealqa.answering.evidence_model import FOLDER


@pytest.fixture(scope="module")
def passages():
    return [passage for file in FILES for passage in load(file)]


@pytest.fixture(scope="module")
def passages_held():
    return [passage for file in FILES for passage in held_out(file)]


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.from_file(str(files("dealqa").joinpath(FOLDER, "tokenizer.json")))


@pytest.fixture(scope="module")
def held(tokenizer):
    return written_groups(tokenizer, held=True)


def asked(passages):
    return [(passage["sentences"], question) for passage in passages for question in passage["questions"]]


def test_the_words_of_every_answer_stand_in_a_sentence_that_answers(passages):
    wrong = [
        question["question"]
        for sentences, question in asked(passages)
        if "answer" in question
        and not any(question["answer"].lower() in sentences[i].lower() for i in question["answered_by"])
    ]
    assert wrong == []


def test_about_half_of_the_questions_on_a_passage_are_answered_by_nothing(passages):
    answered = [bool(question["answered_by"]) for _, question in asked(passages)]
    assert 0.45 < sum(answered) / len(answered) < 0.55


def test_no_question_is_asked_twice_of_a_passage(passages):
    asked_twice = [
        one["title"] for one in passages if len({q["question"] for q in one["questions"]}) < len(one["questions"])
    ]
    assert asked_twice == []


def test_no_passage_is_written_twice(passages):
    assert len({passage["title"] for passage in passages}) == len(passages)


def test_no_question_is_nearly_a_question_that_figures_are_reported_on(passages, close_to_a_test_question):
    assert close_to_a_test_question(question["question"] for _, question in asked(passages)) == []


def test_every_question_is_shown_with_all_sentences_of_its_passage(passages_held, held):
    of_held = asked(passages_held)
    assert [[sentence for _, sentence, _ in group.pairs] for group in held] == [sentences for sentences, _ in of_held]


def test_the_sentences_that_answer_are_labelled_and_no_others(passages_held, held):
    of_held = [question["answered_by"] for _, question in asked(passages_held)]
    assert [[i for i, label in enumerate(group.labels) if label] for group in held] == of_held


def test_a_sentence_that_does_not_answer_has_no_span(held):
    spans = [span for group in held for span, label in zip(group.spans, group.labels, strict=True) if not label]
    assert spans and set(spans) == {NO_SPAN}


@pytest.mark.parametrize(("name", "held"), [("plain", 2), ("reworded", 0)])
def test_a_passage_is_held_out_or_trained_on_and_never_both(tokenizer, tmp_path, name, held):
    file = tmp_path / f"{name}.jsonl"
    questions = [{"question": "what is it", "answered_by": [0]}]
    lines = [{"title": f"T{n}", "sentences": [f"It is {n}."], "questions": questions} for n in range(2 * HELD)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    shown = [
        [pair[1] for group in written_groups(tokenizer, [file], held=out) for pair in group.pairs]
        for out in (True, False)
    ]
    assert len(shown[0]) == held
    assert sorted(shown[0] + shown[1]) == sorted(f"It is {n}." for n in range(2 * HELD))
