"""The questions on the corpus that the evidence model is trained on, and how they become pairs."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

import pytest
from training.corpus_questions.pairs import FACTS, JOINT, ROUNDS, stated
from training.evidence_model.adapt import HARD, RIGHT, corpus_groups, elsewhere
from training.questions import load

from dealqa.errors import DealqaError
from dealqa.reading import read_document


@cache
def words_of(path):
    try:
        text = read_document(Path("docs_corpus"), path, max_bytes=10_000_000).text
    except DealqaError:
        return ""  # a scanned paper: its words cannot be looked up everywhere
    return " ".join(text.split())


@pytest.fixture(scope="module")
def lines():
    return [line for file in ROUNDS for line in load(file)]


@pytest.fixture(scope="module")
def joint():
    return load(JOINT)


def test_every_sentence_that_is_asked_about_stands_in_its_paper(lines):
    missing = [line for line in lines if words_of(line["doc"]) and line["sentence"] not in words_of(line["doc"])]
    assert missing == []


def test_every_sentence_that_a_question_of_several_names_stands_in_its_paper(joint):
    named = {(one["doc"], one["sentence"]) for line in joint for one in (*line["by"], *line["not"])}
    missing = [(doc, text) for doc, text in named if words_of(doc) and text not in words_of(doc)]
    assert missing == []


def test_a_question_of_several_is_answered_by_two_sentences_at_least_and_by_none_that_does_not_answer(joint):
    keys = [[{(one["doc"], one["sentence"]) for one in line[part]} for part in ("by", "not")] for line in joint]
    assert [one for one in keys if len(one[0]) < 2 or one[0] & one[1]] == []


def test_no_training_question_is_nearly_a_question_that_figures_are_reported_on(lines, joint, close_to_a_test_question):
    asked = [text for line in lines for text in (*line["answered"], *line["near"])]
    asked += [line["question"] for line in joint]
    assert close_to_a_test_question(asked, longer_than=3) == []


def test_no_question_is_asked_twice_of_a_sentence(lines):
    twice = [line for line in lines if len({*line["answered"], *line["near"]}) < len(line["answered"] + line["near"])]
    assert twice == []


def test_facts_are_looked_up_by_the_words_of_a_sentence_whatever_its_white_space():
    rows = [{"fact": "A-1", "text": "Half\n of it."}, {"fact": "A-2", "text": "Half of it."}]
    assert stated(rows) == {"Half of it.": {"A-1", "A-2"}}


def test_every_fact_of_the_corpus_is_known_by_a_sentence():
    assert len(set().union(*stated(load(FACTS)).values())) == 352


def candidates(right, *wrong):
    return [{"sentence": text, "around": "", "label": label} for text, label in ((right, 1), *((t, 0) for t in wrong))]


def test_a_question_of_another_place_is_answered_by_nothing():
    random.seed(1)
    question, kept = elsewhere("How much does Leeds keep?", candidates("Leeds keeps half.", "It rains."))
    assert "Leeds" not in question and [one["label"] for one in kept] == [0, 0]


def test_a_question_without_a_place_is_not_asked_of_another():
    assert elsewhere("How much does the fund keep?", candidates("Half.", "It rains.")) is None


def the_group(folder, line):
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    (folder / "corpus.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}, "[UNK]"))
    (group,) = corpus_groups(folder, tokenizer, 4)
    return group


def test_of_many_sentences_that_answer_some_are_kept(tmp_path):
    many = [{"sentence": f"right {n}", "around": "", "label": 1} for n in range(20)]
    group = the_group(tmp_path, {"question": "what is it", "candidates": [*many, *candidates("right", "wrong")]})
    assert group.labels == [1] * RIGHT + [0] and len(set(group.pairs)) == RIGHT + 1


def test_of_many_sentences_that_do_not_answer_the_first_ones_are_kept(tmp_path):
    wrong = [f"wrong {n}" for n in range(20)]
    group = the_group(tmp_path, {"question": "what is it", "candidates": candidates("right", *wrong)})
    kept = [pair[1] for pair in group.pairs]
    assert kept[: HARD + 1] == ["right", *wrong[:HARD]] and group.labels == [1] + [0] * (len(kept) - 1)
