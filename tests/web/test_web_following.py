"""The web app while the index changes under it: counts, old citations, health."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index import build_index
from dealqa.web.ask.conversation import Turn
from dealqa.web.ask.events import Events
from dealqa.web.server import health_of

HULL = "# Hull paper\n\nHull builds a port.\n"


@pytest.fixture
def following(changing: Settings) -> Iterator[Assistant]:
    with Assistant(changing) as assistant:
        yield assistant


def opened(turn: int, number: int) -> gr.EventData:
    return gr.EventData(None, {"turn": turn, "number": number})


def health(assistant: Assistant) -> tuple[int, dict[str, Any]]:
    response = health_of(assistant)
    return response.status_code, json.loads(bytes(response.body))


def test_the_number_of_documents_on_the_page_follows_the_index(changing, following):
    events = Events(following)
    assert "Ask 3 documents<" in events.arrive()[0]
    (changing.corpus / "hull.md").write_text(HULL, encoding="utf-8")
    build_index(changing)
    assert "Ask 4 documents<" in list(events.ask("What does Hull build?", ()))[-1][4]
    assert "Ask 4 documents<" in events.arrive()[0]


def test_the_examples_follow_the_index(changing, following):
    events = Events(following)
    assert "venture capital fund" in events.arrive()[1]
    (changing.corpus / "nottingham.md").unlink()
    build_index(changing)
    assert "venture capital fund" not in events.arrive()[1]


def test_an_old_citation_of_a_document_that_is_gone_says_so(changing, following):
    events = Events(following)
    turn = Turn("What does Bristol retain?", answer=following.ask("What does Bristol retain?"))
    assert "<mark" in events.open_evidence((turn,), opened(1, 1))
    (changing.corpus / "bristol.md").unlink()
    build_index(changing)
    shown = events.open_evidence((turn,), opened(1, 1))
    assert "no longer in the index; it was when the answer was given" in shown
    assert "<mark" not in shown


def test_an_old_citation_of_a_document_that_did_not_change_still_opens(changing, following):
    events = Events(following)
    turn = Turn("What does Bristol retain?", answer=following.ask("What does Bristol retain?"))
    (changing.corpus / "hull.md").write_text(HULL, encoding="utf-8")
    build_index(changing)
    assert "<mark" in events.open_evidence((turn,), opened(1, 1))


def test_health_is_degraded_while_an_older_generation_stands_in_for_one_that_cannot_be_used(changing, following):
    status, body = health(following)
    assert (status, body["status"], body["notices"]) == (200, "ok", [])
    assert body["age_seconds"] >= 0
    (changing.index / "CURRENT").unlink()
    (changing.index / "dealqa.sqlite").rename(changing.index / "elsewhere")
    assert following.ask("What does Bristol retain?").notices
    status, body = health(following)
    assert (status, body["status"], body["documents"]) == (200, "degraded", 3)
    assert "no longer there" in body["notices"][0]


@pytest.mark.parametrize(("seconds", "checked"), [(60, "all"), (0, "part")])
def test_health_says_whether_there_was_time_to_check_everything(seconds, checked, changing):
    with Assistant(changing.model_copy(update={"check_seconds": seconds})) as assistant:
        assert health(assistant)[1]["checked"] == checked


def test_a_generation_from_the_future_is_of_no_age(changing):
    os.utime(changing.index / "CURRENT", (2**32, 2**32))
    with Assistant(changing) as assistant:
        assert health(assistant)[1]["age_seconds"] == 0


def test_health_is_503_when_no_question_can_be_answered(changing):
    assistant = Assistant(changing)
    assistant.close()
    status, body = health(assistant)
    assert (status, body["status"]) == (503, "unavailable")
