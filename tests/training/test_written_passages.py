"""The passages that were written to train the evidence model on."""

from __future__ import annotations

from importlib.resources import files

import pytest
from tokenizers import Tokenizer
from training.evidence_model.data import NO_SPAN
from training.questions import load
from training.written_passages.groups import HELD, WRITTEN, written_groups

from dealqa.answering.evidence_model import FOLDER


@pytest.fixture(scope="module")
def passages():
    return load(WRITTEN)


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


def test_every_question_is_shown_with_all_sentences_of_its_passage(passages, held):
    of_held = asked(passages[::HELD])
    assert [[sentence for _, sentence, _ in group.pairs] for group in held] == [sentences for sentences, _ in of_held]


def test_the_sentences_that_answer_are_labelled_and_no_others(passages, held):
    of_held = [question["answered_by"] for _, question in asked(passages[::HELD])]
    assert [[i for i, label in enumerate(group.labels) if label] for group in held] == of_held


def test_a_sentence_that_does_not_answer_has_no_span(held):
    spans = [span for group in held for span, label in zip(group.spans, group.labels, strict=True) if not label]
    assert spans and set(spans) == {NO_SPAN}


def test_a_passage_is_held_out_or_trained_on_and_never_both(tokenizer, held):
    shown = {pair[1] for group in held for pair in group.pairs}
    assert shown.isdisjoint(pair[1] for group in written_groups(tokenizer, held=False) for pair in group.pairs)
