"""The questions on the dossiers that look answered and are not, and their twins."""

from __future__ import annotations

import json
import random
from importlib.resources import files

import pytest
from tokenizers import Tokenizer
from training.dossiers.groups import FILE, NEAR, WRONG, near_groups
from training.questions import load

from dealqa.answering.evidence_model import FOLDER

UNANSWERED = {"none", "premise"}


@pytest.fixture(scope="module")
def dossiers():
    return load(FILE)


@pytest.fixture(scope="module")
def questions():
    return load(NEAR)


def test_every_sentence_that_is_named_stands_in_the_dossier(dossiers, questions):
    for asked in questions:
        documents = dossiers[asked["dossier"]]["documents"]
        assert all(documents[number]["sentences"][at] for number, at in asked["by"] + asked["not"])


def test_no_sentence_both_answers_and_only_looks_so(questions):
    assert [q["question"] for q in questions if {*map(tuple, q["by"])} & {*map(tuple, q["not"])}] == []


def test_nothing_answers_what_looks_answered_or_supposes_what_is_not_so(questions):
    assert [q["question"] for q in questions if (not q["by"]) != (q["kind"] in UNANSWERED)] == []


def test_most_questions_are_not_answered_and_many_are(questions):
    share = sum(q["kind"] in UNANSWERED for q in questions) / len(questions)
    assert 0.5 < share < 0.75


def test_no_question_is_asked_twice_of_a_dossier(dossiers, questions):
    asked = [(number, q["question"].lower()) for number, one in enumerate(dossiers) for q in one["questions"]]
    asked += [(q["dossier"], q["question"].lower()) for q in questions]
    assert len(set(asked)) == len(asked)


def test_no_question_is_nearly_a_question_that_figures_are_reported_on(questions, close_to_a_test_question):
    assert close_to_a_test_question(q["question"] for q in questions) == []


def test_a_question_is_shown_with_what_only_looks_like_its_answer_labelled_so(questions, dossiers, tmp_path):
    chosen = questions[:20]
    file = tmp_path / "near.jsonl"
    file.write_text("\n".join(json.dumps(q) for q in chosen), encoding="utf-8")
    random.seed(1)
    tokenizer = Tokenizer.from_file(str(files("dealqa").joinpath(FOLDER, "tokenizer.json")))
    for asked, group in zip(chosen, near_groups(tokenizer, near=file), strict=True):
        documents = dossiers[asked["dossier"]]["documents"]
        label_of = {text: label for (_, text, _), label in zip(group.pairs, group.labels, strict=True)}
        wrong = [documents[number]["sentences"][at] for number, at in asked["not"][:WRONG]]
        assert [label_of[text] for text in wrong] == [0] * len(wrong)
        assert any(group.labels) == bool(asked["by"])
