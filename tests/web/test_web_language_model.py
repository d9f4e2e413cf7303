"""The page while a language model writes, and what it says of that afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from dealqa.assistant import Assistant
from dealqa.config import LanguageModelSettings, Settings
from dealqa.testing import Script, ScriptedModel, says, stalls, statement
from dealqa.web.ask.conversation import conversation
from dealqa.web.ask.events import Events
from dealqa.web.ask.turns import Turn

BRISTOL = "What does Bristol retain?"
EXTRACTIVE = "Bristol retains 100% of the growth in business rates in five enterprise areas for 25 years."
OWN_WORDS = "For 25 years Bristol retains all growth in business rates, 100%, in five enterprise areas."

Opened = Callable[[Script], Events]


@pytest.fixture
def events(index_settings: Settings) -> Iterator[Opened]:
    """The page's events over an assistant whose model does as a script says."""
    with ExitStack() as opened:

        def made(script: Script) -> Events:
            llm = LanguageModelSettings(model="scripted:model", seconds=2)
            settings = index_settings.model_copy(update={"llm": llm})
            return Events(opened.enter_context(Assistant(settings, chat_model=ScriptedModel(script=script))))

        yield made


def logs(events: Events, question: str = BRISTOL) -> list[str]:
    """What the conversation shows, step by step; a step that changes nothing is left out."""
    return [step[1] for step in events.ask(question, ()) if isinstance(step[1], str)]


def test_the_documents_own_words_are_shown_while_the_model_writes_and_its_own_when_they_stand(events: Opened) -> None:
    steps = logs(events(says(statement(OWN_WORDS))))
    writing = [step for step in steps if "The language model is writing" in step]
    assert EXTRACTIVE in writing[0]
    assert OWN_WORDS in steps[-1]
    assert EXTRACTIVE not in steps[-1].partition('class="answer"')[2].partition("</p>")[0]
    assert "in the words of scripted:model, each statement checked" in steps[-1]
    assert "is writing" not in steps[-1]


def test_what_is_not_shown_is_counted(events: Opened) -> None:
    lie = statement("Bristol retains 80% of the growth in business rates.")
    shown = logs(events(says(statement(OWN_WORDS), lie)))[-1]
    assert "80%" not in shown
    assert "1 statement not shown, for want of evidence" in shown


def test_markup_of_a_model_is_not_shown_at_all(events: Opened) -> None:
    shown = logs(events(says(statement(f"{OWN_WORDS} <img src=x onerror=alert(1)>"))))[-1]
    assert "onerror" not in shown
    assert EXTRACTIVE in shown


def test_why_the_model_gave_no_answer_is_said(events: Opened) -> None:
    shown = logs(events(stalls()))[-1]
    assert EXTRACTIVE in shown
    assert "The language model took too long." in shown


def test_who_stops_keeps_what_was_verified(events: Opened) -> None:
    page = events(stalls())
    steps = page.ask(BRISTOL, ())
    turns = next(step[0] for step in steps if isinstance(step[0], tuple) and step[0] and step[0][0].answer)
    steps.close()
    stopped, log = page.stop(turns)
    assert not stopped[0].working
    assert EXTRACTIVE in log
    assert "Stopped while the language model was writing." in log


def test_nothing_can_be_changed_while_the_model_writes(events: Opened) -> None:
    page = events(stalls())
    (first, *_) = page.answers(Turn(BRISTOL), ())
    log = conversation((first,))
    assert "data-leave-out" not in log
    assert "data-copy" not in log
