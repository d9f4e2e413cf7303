"""A real model behind a real server: `LLM_URL=http://127.0.0.1:8081/v1 make test-llm`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from dealqa.assistant import Assistant
from dealqa.citing import objection
from dealqa.cli.doctor_language_model import language_model
from dealqa.config import LanguageModelSettings, Settings

URL = os.environ.get("LLM_URL", "")

pytestmark = [
    pytest.mark.llm,
    pytest.mark.timeout(1_800),
    pytest.mark.skipif(not URL, reason="LLM_URL names no server that speaks OpenAI's protocol"),
]

ANSWERED = (
    "How much of the growth in business rates does Bristol keep?",
    "How much of the growth in business rates does Leeds keep?",
    "When was the Leeds deal signed?",
    "What does the transport fund of Leeds pay for?",
    "How much can Newcastle and Gateshead borrow?",
)
REFUSED = ("How much of the growth in business rates does Cardiff keep?", "Who is the mayor of Oslo?")


@pytest.fixture(scope="module", params=[True, False], ids=["held to a form", "as it writes"])
def real(request: pytest.FixtureRequest, deal_settings: Settings) -> Iterator[Assistant]:
    llm = LanguageModelSettings(
        model="openai:local", base_url=URL, seconds=120, passages=3, answer_tokens=200, structured=request.param
    )
    with Assistant(deal_settings.model_copy(update={"llm": llm})) as assistant:
        yield assistant


@pytest.mark.parametrize("question", ANSWERED)
def test_every_sentence_that_is_shown_is_carried_by_what_it_cites(real: Assistant, question: str) -> None:
    answer = real.ask(question)
    assert answer.sentences
    for sentence in answer.sentences:
        assert objection(sentence, answer.citations, real.document) is None
    if not answer.author:
        assert any("language model" in notice for notice in answer.notices)


@pytest.mark.parametrize("question", REFUSED)
def test_what_is_refused_without_it_is_refused_with_it(real: Assistant, plain: Assistant, question: str) -> None:
    assert real.ask(question).refusal == plain.ask(question).refusal


def test_the_doctor_hears_it(real: Assistant) -> None:
    (finding,) = language_model(real.settings)
    assert finding.severity == "ok"
    assert "its first word came after" in finding.message
