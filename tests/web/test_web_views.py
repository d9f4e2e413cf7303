"""What happens on the page, without a browser: errors become sentences, and what the page sends is not trusted."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import StateHolder

from dealqa.assistant import Assistant
from dealqa.web.ask.conversation import Turn, conversation
from dealqa.web.ask.events import EXAMPLES, Events, offered_examples
from dealqa.web.ask.views import PAGES_HELD, build_page


def sent(**values: Any) -> gr.EventData:
    """An event as it comes from the page."""
    return gr.EventData(None, values)


def test_an_unexpected_error_is_logged_under_the_id_that_the_reader_is_given(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Turn(None, answer=assistant.ask("What does Bristol retain?"))  # type: ignore[arg-type] # a fault of ours
    with caplog.at_level(logging.ERROR, logger="dealqa.web"):
        *_, turn = Events(assistant).answers(Turn("What does Bristol retain?"), (broken,))
    log = conversation((turn,))
    assert "Something went wrong on our side." in log
    assert "Traceback" not in log
    assert turn.problem is not None
    error_id = turn.problem.rstrip(".").rsplit(" ", 1)[-1]
    assert error_id in caplog.text
    assert "What does Bristol retain?" not in caplog.records[-1].getMessage()


def test_the_question_is_shown_before_its_answer(assistant: Assistant) -> None:
    steps = Events(assistant).ask("What does Bristol retain?", ())
    assert "Looking through the documents" in next(steps)[1]
    assert "25 years" in list(steps)[-1][1]


def test_how_a_question_is_understood_is_shown_before_its_answer(assistant: Assistant) -> None:
    first, understood, *_ = Events(assistant).ask("What does Bristol retain?", ())
    assert 'class="chip"' not in first[1]
    assert 'class="chip"' in understood[1]
    assert "25 years" not in understood[1]


def test_an_empty_question_changes_nothing(assistant: Assistant) -> None:
    (step,) = Events(assistant).ask("  \n", ())
    assert step == (gr.skip(),) * 6


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"turn": 1},
        {"turn": 0, "number": 1},
        {"turn": 99, "number": 1},
        {"turn": -1, "number": 1},
        {"turn": "1", "number": 1},
        {"turn": True, "number": True},
        {"turn": [1], "number": {}},
    ],
)
def test_a_citation_that_the_page_makes_up_opens_nothing(assistant: Assistant, values: dict[str, Any]) -> None:
    turn = Turn("What does Bristol retain?", answer=assistant.ask("What does Bristol retain?"))
    shown = Events(assistant).open_evidence((turn,), sent(**values))
    assert "<mark" not in shown
    assert "no longer held by the server" in shown


def test_a_citation_number_that_an_answer_does_not_have_opens_nothing(assistant: Assistant) -> None:
    turn = Turn("What does Bristol retain?", answer=assistant.ask("What does Bristol retain?"))
    assert "no such citation" in Events(assistant).open_evidence((turn,), sent(turn=1, number=77))


@pytest.mark.parametrize("values", [{}, {"number": 5}, {"number": -1}, {"number": "0"}])
def test_an_example_that_the_page_makes_up_asks_nothing(assistant: Assistant, values: dict[str, Any]) -> None:
    (step,) = Events(assistant).ask_example((), sent(**values))
    assert step == (gr.skip(),) * 6


def test_only_examples_whose_words_are_in_the_documents_are_offered(assistant: Assistant) -> None:
    with assistant.hold() as snapshot:
        offered = offered_examples(snapshot)
    known = ("Bristol", "Nottingham")
    assert offered == {number: question for number, (question, words) in enumerate(EXAMPLES) if words in known}


def test_the_server_forgets_the_pages_that_were_used_longest_ago(assistant: Assistant) -> None:
    async def built() -> gr.Blocks:  # in a loop that somebody closes
        return build_page(assistant)

    holder = StateHolder()
    holder.set_blocks(asyncio.run(built()))
    for number in range(PAGES_HELD + 5):
        assert holder[f"page {number}"] is not None  # looking a page up is what makes Gradio hold it
    assert len(holder.session_data) == PAGES_HELD
    assert "page 0" not in holder
    assert f"page {PAGES_HELD + 4}" in holder
