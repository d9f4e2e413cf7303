"""The dossiers that were written to train the evidence model on, and what keeps it from forgetting."""

from __future__ import annotations

import json
import random
from importlib.resources import files

import pytest
import torch
from tokenizers import Tokenizer
from training.dossiers.groups import FILE, RIGHT, dossier_groups
from training.evidence_model.data import NO_SPAN, Group
from training.evidence_model.train import loss_of
from training.questions import load

from dealqa.answering.evidence_model import FOLDER


@pytest.fixture(scope="module")
def dossiers():
    return load(FILE)


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.from_file(str(files("dealqa").joinpath(FOLDER, "tokenizer.json")))


@pytest.fixture(scope="module")
def some(tokenizer, tmp_path_factory):
    """The groups of the first dossiers, with these."""
    lines = FILE.read_text(encoding="utf-8").splitlines()[:4]
    file = tmp_path_factory.mktemp("dossiers") / "some.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    random.seed(1)
    return [json.loads(line) for line in lines], dossier_groups(tokenizer, file)


def asked(dossiers):
    return [(dossier, question) for dossier in dossiers for question in dossier["questions"]]


def sentence(dossier, place):
    return dossier["documents"][place[0]]["sentences"][place[1]]


def test_what_answers_a_question_and_what_looks_so_stands_in_its_dossier(dossiers):
    for dossier, question in asked(dossiers):
        assert all(sentence(dossier, place) for place in question["by"] + question["not"])


def test_no_sentence_both_answers_a_question_and_only_looks_so(dossiers):
    both = [q["question"] for _, q in asked(dossiers) if {*map(tuple, q["by"])} & {*map(tuple, q["not"])}]
    assert both == []


def test_only_questions_of_the_kind_none_are_answered_by_nothing(dossiers):
    odd = [q["question"] for _, q in asked(dossiers) if (not q["by"]) != (q["kind"] == "none")]
    assert odd == []


def test_most_questions_take_sentences_of_several_papers(dossiers):
    several = [len({number for number, _ in q["by"]}) > 1 for _, q in asked(dossiers)]
    assert sum(several) > 0.5 * len(several)


def test_no_question_is_nearly_a_question_that_figures_are_reported_on(dossiers, close_to_a_test_question):
    assert close_to_a_test_question(question["question"] for _, question in asked(dossiers)) == []


def test_the_sentences_that_answer_are_labelled_and_no_others(some):
    dossiers, groups = some
    for (dossier, question), group in zip(asked(dossiers), groups, strict=True):
        right = {sentence(dossier, place) for place in question["by"]}
        assert [int(text in right) for _, text, _ in group.pairs] == group.labels
        assert sum(group.labels) == min(RIGHT, len(question["by"]))


def test_a_sentence_is_shown_under_its_title_with_the_one_before_it(some):
    dossiers, groups = some
    document = dossiers[0]["documents"][0]
    second = document["sentences"][1]
    around = next(around for group in groups for _, text, around in group.pairs if text == second)
    assert around == f"{document['title']} › {document['section']} · {document['sentences'][0]}"


def group(labels, logits=None):
    number = len(labels)
    pairs = tuple(("q", f"s{i}", "") for i in range(number))
    return Group("any", pairs, [([1], [0])] * number, labels, [NO_SPAN] * number, logits)


def loss(logits, *groups):
    return float(loss_of(torch.tensor(logits), torch.zeros(len(logits), 1, 2), list(groups)))


def test_a_question_that_is_held_to_an_earlier_model_costs_nothing_where_it_is_read_so():
    assert loss([2.0, -1.0], group([0, 1], [2.0, -1.0])) == 0


def test_a_question_that_is_held_to_an_earlier_model_costs_more_the_further_it_is_read_from_that():
    held = group([1, 0], [2.0, -1.0])
    assert 0 < loss([2.5, -1.0], held) < loss([4.0, -1.0], held)


def test_the_labels_count_where_there_is_no_earlier_model():
    assert loss([3.0, -3.0], group([1, 0])) < loss([-3.0, 3.0], group([1, 0]))


def test_what_is_held_to_an_earlier_model_does_not_change_what_the_labels_of_others_cost():
    alone = loss([3.0, -3.0], group([1, 0]))
    beside = loss([3.0, -3.0, 1.0], group([1, 0]), group([1], [1.0]))
    pairs = float(torch.nn.functional.softplus(torch.tensor(-3.0)))
    assert beside == pytest.approx((alone + pairs) / 2, rel=1e-4)
