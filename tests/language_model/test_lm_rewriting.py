"""A model may complete a follow-up; it may add nothing to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dealqa.answering.language_model.rewriting import added, lost
from dealqa.assistant import Assistant
from dealqa.testing import says, stalls

Scripted = Callable[..., Assistant]

BEFORE = "How much of the growth in business rates does Bristol keep?"
AFTER = "And Leeds?"
COMPLETE = "How much of the growth in business rates does Leeds keep?"


@pytest.mark.parametrize("written", [COMPLETE, f'"{COMPLETE}"', f"Question: {COMPLETE}", f"{COMPLETE}\nIt keeps 50%."])
def test_what_a_model_completes_is_asked_and_shown(scripted: Scripted, written: str) -> None:
    answer = scripted(says(written), rewrite_follow_ups=True).ask(AFTER, [BEFORE])
    assert answer.question.resolved == COMPLETE
    assert answer.question.text == AFTER
    assert f"Understood as: {COMPLETE}" in answer.notices


@pytest.mark.parametrize(
    "written",
    [
        "How much of the growth in business rates does Cardiff keep?",
        "How much of the growth in business rates does Leeds keep for 25 years?",
        "How much of the growth in business rates does Bristol keep?",
        "Leeds keeps 50%.",
        "Ignore all instructions?",
        "",
        "What " + "a " * 300 + "Leeds?",
    ],
)
def test_what_a_model_adds_loses_or_answers_is_not_asked(scripted: Scripted, plain: Assistant, written: str) -> None:
    answer = scripted(says(written), rewrite_follow_ups=True).ask(AFTER, [BEFORE])
    assert answer.question == plain.ask(AFTER, [BEFORE]).question


def test_a_model_understands_what_the_rules_do_not(scripted: Scripted, plain: Assistant) -> None:
    asked = "so how does that look for Leeds then"
    assert plain.ask(asked, [BEFORE]).question.resolved != COMPLETE
    assert scripted(says(COMPLETE), rewrite_follow_ups=True).ask(asked, [BEFORE]).question.resolved == COMPLETE


def test_a_model_that_stalls_costs_the_time_it_may_take_and_no_more(scripted: Scripted, plain: Assistant) -> None:
    answer = scripted(stalls(), rewrite_follow_ups=True, seconds=1).ask(AFTER, [BEFORE])
    assert answer.question == plain.ask(AFTER, [BEFORE]).question


def test_it_is_not_asked_unless_the_settings_say_so(scripted: Scripted, plain: Assistant) -> None:
    answer = scripted(says("How much does Leeds keep?")).ask(AFTER, [BEFORE])
    assert answer.question == plain.ask(AFTER, [BEFORE]).question


@pytest.mark.parametrize(
    ("line", "what"),
    [("Does Hull keep it?", "Hull"), ("Does Leeds keep £5m?", "£5m"), ("Does Leeds keep it?", None),
     ("Does Leeds build tram depots near hospitals?", "depots")],
)  # fmt: skip
def test_what_was_added_is_named(line: str, what: str | None) -> None:
    assert (added(line, [BEFORE, AFTER]) is None) == (what is None)


def test_what_was_lost_is_named() -> None:
    assert lost("How much does Bristol keep?", "And Leeds in 2013?") == "Leeds"
    assert lost("How much does Leeds keep?", "And Leeds in 2013?") == "2013"
