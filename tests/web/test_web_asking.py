"""What a reader does with an answer: takes out what was not meant, asks in other words, remarks on it, goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from dealqa.assistant import Assistant
from dealqa.web.ask.conversation import conversation
from dealqa.web.ask.events import Events, Step
from dealqa.web.ask.remarks import Remarks
from dealqa.web.ask.suggesting import OFFERED, suggested
from dealqa.web.ask.tools import plain_text
from dealqa.web.ask.turns import Turn, Turns, chips_of
from dealqa.web.readers import EVERYBODY, Reader
from dealqa.web.shelf import Shelf

BRISTOL = "What does Bristol retain?"


def sent(**values: Any) -> gr.EventData:
    """An event as it comes from the page."""
    return gr.EventData(None, values)


def last(steps: Any) -> Step:
    *_, step = steps
    return step


def asked(events: Events, *questions: str) -> Turns:
    turns: Turns = ()
    for question in questions:
        turns = last(events.ask(question, turns))[0]
    return turns


@pytest.fixture
def events(assistant: Assistant, tmp_path: Path) -> Events:
    return Events(assistant, Shelf(), Remarks(tmp_path / "evals" / "candidates.jsonl"))


def test_what_a_question_names_is_shown_as_chips(events: Events) -> None:
    (turn,) = asked(events, BRISTOL)
    assert turn.answer is not None
    assert [chip.label for chip in chips_of(turn.answer.question)] == ["Bristol"]


def test_a_chip_that_is_taken_out_is_not_looked_for(events: Events) -> None:
    turns = asked(events, BRISTOL)
    (turn,) = last(events.leave_out(turns, sent(turn=1, number=0)))[0]
    assert turn.without == ("Bristol",)
    assert turn.answer is not None
    assert turn.answer.question.deals == ()


def test_what_was_taken_out_can_be_put_back(events: Events) -> None:
    turns = last(events.leave_out(asked(events, BRISTOL), sent(turn=1, number=0)))[0]
    (turn,) = last(events.put_back(turns, sent(turn=1)))[0]
    assert turn.without == ()
    assert turn.answer is not None
    assert turn.answer.question.deals == ("Bristol",)


@pytest.mark.parametrize(
    "values", [{}, {"turn": 1}, {"turn": 1, "number": 99}, {"turn": 7, "number": 0}, {"turn": "1"}]
)
def test_a_chip_that_the_page_makes_up_changes_nothing(events: Events, values: dict[str, Any]) -> None:
    turns = asked(events, BRISTOL)
    (step,) = events.leave_out(turns, sent(**values))
    assert step == (gr.skip(),) * 6


def test_a_follow_up_shows_how_it_was_understood_and_can_be_changed(events: Events) -> None:
    turns = asked(events, BRISTOL, "And Nottingham?")
    assert "What does Nottingham retain?" in conversation(turns)
    meant = "How big is the venture capital fund of Nottingham?"
    turns = last(events.ask_instead(turns, sent(turn=2, question=meant)))[0]
    assert [turn.question for turn in turns] == [BRISTOL, "And Nottingham?"]
    assert turns[1].answer is not None
    assert "£45 million" in turns[1].answer.text


def test_a_changed_question_is_what_the_next_follow_up_goes_on_from(events: Events) -> None:
    turns = asked(events, BRISTOL, "And Nottingham?")
    turns = last(events.ask_instead(turns, sent(turn=2, question="Where is the venture capital fund of Nottingham?")))[
        0
    ]
    turns = last(events.ask("How big is it?", turns))[0]
    assert turns[2].answer is not None
    assert "fund" in turns[2].answer.question.resolved


def test_an_answer_that_is_asked_again_keeps_its_place(events: Events) -> None:
    turns = asked(events, BRISTOL, "How big is Nottingham's venture capital fund?")
    turns = last(events.leave_out(turns, sent(turn=1, number=0)))[0]
    assert [turn.question for turn in turns] == [BRISTOL, "How big is Nottingham's venture capital fund?"]


def test_a_kept_conversation_is_asked_once_more(events: Events) -> None:
    kept = [{"question": BRISTOL, "instead": "", "without": []}, {"question": "And Nottingham?"}]
    steps = list(events.restore(sent(turns=kept)))
    assert "Looking through the documents" in steps[0][1]
    turns = steps[-2][0]
    assert [turn.question for turn in turns] == [BRISTOL, "And Nottingham?"]
    assert turns[1].answer.question.resolved == "What does Nottingham retain?"


@pytest.mark.parametrize("kept", [None, "x", [], [7], [{}], [{"question": 5}], [{"question": "  "}], {"question": "a"}])
def test_a_kept_conversation_that_is_none_shows_an_empty_page(events: Events, kept: Any) -> None:
    (step,) = events.restore(sent(turns=kept))
    assert step[0] == ()
    assert step[1] == conversation(())


def test_stopping_says_so_and_keeps_what_was_answered(events: Events) -> None:
    turns, log = events.stop((*asked(events, BRISTOL), Turn("And Nottingham?")))
    assert turns[0].answer is not None
    assert "Stopped before there was an answer." in log
    assert "Looking through the documents" not in log


def test_an_answer_that_is_wrong_becomes_a_candidate_of_the_evaluation(events: Events, tmp_path: Path) -> None:
    turns = asked(events, BRISTOL, "And Nottingham?")
    turns, log = events.remark(turns, sent(turn=2, verdict="down", comment="It keeps nothing.\n"))
    (line,) = (tmp_path / "evals" / "candidates.jsonl").read_text(encoding="utf-8").splitlines()
    noted = json.loads(line)
    assert noted["question"] == "And Nottingham?"
    assert noted["history"] == [BRISTOL]
    assert noted["verdict"] == "down"
    assert noted["comment"] == "It keeps nothing."
    assert noted["answer"]["resolved_question"] == "What does Nottingham retain?"
    assert "Noted as wrong" in log


def test_remarks_are_added_to_those_that_are_there(events: Events, tmp_path: Path) -> None:
    turns = asked(events, BRISTOL)
    events.remark(turns, sent(turn=1, verdict="up", comment=""))
    events.remark(turns, sent(turn=1, verdict="down", comment="\ud800 no"))
    lines = (tmp_path / "evals" / "candidates.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["up", "down"]


@pytest.mark.parametrize("values", [{}, {"turn": 1}, {"turn": 1, "verdict": "maybe"}, {"turn": 9, "verdict": "up"}])
def test_a_remark_that_the_page_makes_up_is_not_kept(events: Events, tmp_path: Path, values: dict[str, Any]) -> None:
    assert events.remark(asked(events, BRISTOL), sent(**values)) == (gr.skip(), gr.skip())
    assert not (tmp_path / "evals").exists()


def test_every_question_that_is_suggested_is_answered_by_the_documents(assistant: Assistant, events: Events) -> None:
    fund = "How big is Nottingham's venture capital fund?"
    turns = asked(events, fund)
    offered = suggested(assistant, turns)
    assert 1 <= len(offered) <= OFFERED
    for question in offered:
        assert not assistant.ask(question, [fund]).refused


def test_nothing_is_suggested_before_anything_was_asked(events: Events) -> None:
    assert events.suggest(()) == ""


def test_what_is_copied_holds_the_answer_with_its_sources(events: Events) -> None:
    (turn,) = asked(events, BRISTOL)
    assert turn.answer is not None
    copied = plain_text(turn.question, turn.answer)
    for citation in turn.answer.citations:
        assert f"[{citation.number}]" in copied
        assert f"“{citation.quote}”" in copied
    assert turn.answer.generation in copied


def test_an_answer_is_shelved_for_whom_it_was_given_to(assistant: Assistant) -> None:
    shelf = Shelf()
    *_, turn = Events(assistant, shelf).answers(Turn(BRISTOL), (), Reader("ann", "reader"))
    assert shelf.get(turn.id, Reader("ann", "reader")) is not None
    assert shelf.get(turn.id, Reader("ben", "editor")) is None
    assert shelf.get(turn.id, EVERYBODY) is None


def test_the_shelf_makes_room_for_new_answers(assistant: Assistant) -> None:
    shelf, answer = Shelf(room=2), assistant.ask(BRISTOL)
    first, second, third = (shelf.put(BRISTOL, answer, EVERYBODY) for _ in range(3))
    assert shelf.get(first.id, EVERYBODY) is None
    assert shelf.get(second.id, EVERYBODY) == second
    assert shelf.get(third.id, EVERYBODY) == third


def test_a_question_never_becomes_markup_in_what_the_browser_keeps(events: Events, hostile: str) -> None:
    log = conversation(asked(events, f"What is the hub of Leeds called? {hostile}"))
    assert "<script" not in log
    assert "<img" not in log
