"""What was planned is no answer to a question for what came of it."""

from __future__ import annotations

import pytest
from core_corpus import candidate_of, settings_for

from dealqa.answering.refusing.outcomes import ONLY_PLANNED, asks_for_outcome, only_plans, outcomes_first
from dealqa.assistant import Assistant
from dealqa.index import build_index
from dealqa.understanding import analyse


@pytest.mark.parametrize(
    "question",
    [
        "How many homes have been built in Northport so far?",
        "What has the Northport fund earned?",
        "jobs in the Northport zone, actual ones and not the forecast",
        "Did Northport ever finish the arena?",
    ],
)
def test_a_question_for_what_came_about_is_known(question):
    assert asks_for_outcome(analyse(question))


@pytest.mark.parametrize(
    "question",
    [
        "How many homes is Northport to build?",
        "Which deal has a support centre?",
        "What has the deal promised?",
        "How many jobs are forecast so far?",
        "When did the mayor take office?",
    ],
)
def test_a_question_for_a_plan_or_a_plain_fact_asks_for_no_outcome(question):
    assert not asks_for_outcome(analyse(question))


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("The deal is to bring 5,200 jobs by 2027.", True),
        ("Northport wants 3,500 young people in work.", True),
        ("Deal: Northport; Result wanted: 3,500 in work.", True),
        ("Deal: Northport; Result: 3,500 in work.", False),
        ("Northport is to have a fund of £45m.", True),
        ("If firms move in, Northport has money to invest.", True),
        ("By 2018 the fund had created 900 jobs of the 5,200 that it forecasts.", False),
        ("The arena was to open in 2017, but it was not built.", False),
        ("The election took place on 3 May 2012.", False),
        ("The zone stands at £23.7m of income.", False),
    ],
)
def test_plans_and_what_came_of_them_are_told_apart(text, planned):
    assert only_plans(candidate_of(text).evidence) is planned


def test_a_statement_of_what_came_about_goes_before_a_plan_that_is_no_more_probable():
    asked = analyse("How many jobs has the Northport fund created?")
    plan = candidate_of("The Northport fund is to create 5,200 jobs.", 0.6)
    done = candidate_of("The Northport fund has created 900 jobs.", 0.7)
    beside = candidate_of("Northport opened a harbour.", 0.3)
    assert outcomes_first(asked, [plan, done]) == [done]
    assert outcomes_first(asked, [plan, beside]) == [plan, beside]


def test_a_plan_is_offered_as_the_nearest_statement_and_not_as_the_answer(tmp_path):
    documents = {"a.md": "# Northport City Deal\n\nThe Northport deal is to create 5,200 jobs by 2027.\n"}
    settings = settings_for(tmp_path, documents)
    build_index(settings)
    with Assistant(settings) as assistant:
        answer = assistant.ask("How many jobs has the Northport deal actually created so far?")
        assert answer.refusal is not None and answer.refusal.message == ONLY_PLANNED
        assert "5,200 jobs" in answer.refusal.nearest[0].quote
        assert "5,200" in assistant.ask("How many jobs is the Northport deal to create?").text
