"""How questions on a corpus become sentences that answer, and sentences that do not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from training.corpus_questions.pairs import asked, asked_of_several

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index import build_index

PAPERS = {
    "deal.md": "# The Ambridge deal\n\nThe Ambridge deal brings 1,200 jobs. It was signed in 2012 by the county.\n",
    "review.md": "# Ambridge reviewed\n\nBy 2019 the Ambridge deal had brought 700 jobs. It was held in March.\n",
    "press.md": "# Cuttings\n\nA paper wrote of 2,000 jobs in Ambridge. The Borchester deal brings 90 jobs.\n",
}
DEAL = {"doc": "deal.md", "sentence": "The Ambridge deal brings 1,200 jobs."}
REVIEW = {"doc": "review.md", "sentence": "By 2019 the Ambridge deal had brought 700 jobs."}
SIGNED = {"doc": "deal.md", "sentence": "It was signed in 2012 by the county."}
ELSEWHERE = {"doc": "press.md", "sentence": "The Borchester deal brings 90 jobs."}
NOWHERE = {"doc": "deal.md", "sentence": "This stands in no paper."}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    root = tmp_path_factory.mktemp("pairs")
    (root / "corpus").mkdir()
    for name, text in PAPERS.items():
        (root / "corpus" / name).write_text(text, encoding="utf-8")
    settings = Settings(
        corpus=root / "corpus", index=root / "index", cache=Path(os.environ["DEALQA_CACHE"]), evidence_model=False
    )
    build_index(settings)
    with Assistant(settings) as opened:
        yield opened


def labelled(row):
    return {one["sentence"]: one["label"] for one in row["candidates"]}


def test_the_sentence_that_a_question_was_written_on_answers_it_and_others_do_not(assistant):
    line = {**SIGNED, "answered": ["In what year did the county put its name to the Ambridge deal?"], "near": []}
    (row,) = asked(assistant, [line], {})
    labels = labelled(row)
    assert labels.pop(SIGNED["sentence"]) == 1 and set(labels.values()) == {0}


def test_a_near_miss_is_answered_by_no_sentence_of_its_passage(assistant):
    line = {**SIGNED, "answered": [], "near": ["Who signed the Ambridge deal for the government?"]}
    (row,) = asked(assistant, [line], {})
    assert not row["answerable"] and set(labelled(row)) == {DEAL["sentence"], SIGNED["sentence"]}


def test_each_of_several_sentences_answers_and_what_was_written_down_as_such_does_not(assistant):
    line = {"question": "How many jobs come with the Ambridge deal?", "by": [DEAL, REVIEW], "not": [ELSEWHERE]}
    (row,) = asked_of_several(assistant, [line], {})
    assert labelled(row) == {DEAL["sentence"]: 1, REVIEW["sentence"]: 1, ELSEWHERE["sentence"]: 0}


def test_a_question_of_several_is_left_out_where_only_one_of_them_is_found(assistant):
    line = {"question": "How many jobs come with the Ambridge deal?", "by": [DEAL, NOWHERE], "not": []}
    assert list(asked_of_several(assistant, [line], {})) == []
