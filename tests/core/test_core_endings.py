"""A date is no answer to when something ends, unless it is that of its end."""

from __future__ import annotations

import pytest
from core_corpus import candidate_of, settings_for

from dealqa.answering.refusing.endings import NO_END, asks_for_end, endings_first, tells_of_end
from dealqa.assistant import Assistant
from dealqa.index import build_index
from dealqa.understanding import analyse


@pytest.mark.parametrize(
    "question",
    [
        "When does the Northport deal end?",
        "In which year does the Northport zone expire?",
        "Until what date? When did the Northport scheme finish?",
        "northport contract end date",
        "When will the Northport agreement come to an end?",
    ],
)
def test_a_question_for_an_end_is_known(question):
    assert asks_for_end(analyse(question))


@pytest.mark.parametrize(
    "question",
    [
        "When was the Northport deal signed?",
        "When was the Northport deal concluded?",
        "When did Northport end up with a mayor?",
        "When the scheme ended, how much went to Northport?",
        "How does the Northport deal end?",
        "Who signed when Northport concluded its agreement?",
    ],
)
def test_a_question_for_another_date_asks_for_no_end(question):
    assert not asks_for_end(analyse(question))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The heads of terms date from March 2019, and the full deal from 15 December 2021.", False),
        ("The deal was signed on 3 May 2012.", False),
        ("The zone runs until 2038.", True),
        ("The deal is for 25 years from April 2014.", True),
        ("The scheme was paid for from 2014 to March 2016.", True),
        ("In 2017 the deal gave way to another.", True),
        ("The contract covers 2014/15.", True),
        ("The road opened in March 2017.", True),
    ],
)
def test_statements_of_an_end_are_told_from_other_dates(text, told):
    assert tells_of_end(candidate_of(text).evidence) is told


def test_a_statement_of_an_end_goes_before_another_date():
    signed, ends = candidate_of("The deal was signed in 2012."), candidate_of("The deal ends in 2027.")
    question = analyse("When does the Northport deal end?")
    assert endings_first(question, [signed, ends]) == [ends, signed]


def test_dates_stay_in_their_order_where_no_end_is_asked_for():
    signed, ends = candidate_of("The deal was signed in 2012."), candidate_of("The deal ends in 2027.")
    question = analyse("When was the Northport deal signed?")
    assert endings_first(question, [signed, ends]) == [signed, ends]


def asked(folder, text, question):
    settings = settings_for(folder, {"northport.md": text})
    build_index(settings)
    with Assistant(settings) as assistant:
        return assistant.ask(question)


def test_an_end_that_no_document_tells_of_is_refused_with_the_dates_that_they_give(tmp_path):
    text = "# The Northport deal\n\nThe Northport deal was agreed in March 2019 and signed on 15 December 2021.\n"
    answer = asked(tmp_path, text, "When does the Northport deal end?")
    assert answer.refusal is not None and answer.refusal.message == NO_END
    assert "15 December 2021" in answer.refusal.nearest[0].quote


def test_an_end_that_a_document_tells_of_is_given(tmp_path):
    text = "# The Northport deal\n\nThe Northport deal was signed in 2021. The Northport deal ends in March 2036.\n"
    answer = asked(tmp_path, text, "When does the Northport deal end?")
    assert answer.refusal is None and "2036" in answer.text
