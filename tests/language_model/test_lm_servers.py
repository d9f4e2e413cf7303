"""A real client and a server that is killed, hangs, is slow or full, babbles, or sends its visitors elsewhere."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from model_server import Behaviour, Conversation, ModelServer, model_server

from dealqa.assistant import Assistant
from dealqa.config import LanguageModelSettings, Settings
from dealqa.testing import statement
from dealqa.types import Answer

Served = Callable[..., tuple[Assistant, ModelServer]]

BRISTOL = "How much of the growth in business rates does Bristol keep?"
EXTRACTIVE = "Bristol keeps 100% of the growth in business rates in five enterprise areas for 25 years."
OWN_WORDS = "For 25 years Bristol keeps all growth in business rates, 100%, in five enterprise areas."


@pytest.fixture
def served(deal_settings: Settings) -> Iterator[Served]:
    """Opens an assistant that asks a server which behaves so; settings of the model may be given."""
    with ExitStack() as opened:

        def made(behaviour: Behaviour, **llm: Any) -> tuple[Assistant, ModelServer]:
            server = opened.enter_context(model_server(behaviour))
            return opened.enter_context(Assistant(asking(deal_settings, server.url, **llm))), server

        yield made


def asking(settings: Settings, url: str, **llm: Any) -> Settings:
    chosen = LanguageModelSettings(model="openai:local", base_url=url, **llm)
    return settings.model_copy(update={"llm": chosen})


def is_extractive(answer: Answer) -> bool:
    return answer.author == "" and answer.sentences[0].text == EXTRACTIVE


def notice_of(answer: Answer) -> str:
    (notice,) = [notice for notice in answer.notices if "language model" in notice]
    return notice


def answers_well(conversation: Conversation) -> None:
    conversation.begin()
    written = statement(OWN_WORDS, (1,), ("keeps 100% of the growth",))
    for at in range(0, len(written), 7):
        conversation.write(written[at : at + 7])
    conversation.end()


def hangs(conversation: Conversation) -> None:
    conversation.wait()


def hangs_half_way(conversation: Conversation) -> None:
    conversation.begin()
    conversation.write('{"statements": [{"text": "Bristol')
    conversation.wait()


def is_killed(conversation: Conversation) -> None:
    conversation.break_off()


def is_killed_half_way(conversation: Conversation) -> None:
    conversation.begin()
    conversation.write('{"statements": [{"text": "Bristol')
    conversation.wait(0.1)
    conversation.break_off()


def is_slow(conversation: Conversation) -> None:
    conversation.begin()
    for letter in statement(OWN_WORDS):
        conversation.write(letter)
        conversation.wait(0.2)


def is_full(conversation: Conversation) -> None:
    conversation.refuse(429)


def babbles(conversation: Conversation) -> None:
    conversation.begin()
    for number in range(10**6):
        conversation.write(f"and {number} more ")


def repeats_itself(conversation: Conversation) -> None:
    conversation.begin()
    while True:
        conversation.write("Bristol keeps ")


def is_another_program(conversation: Conversation) -> None:
    page = b"<html><body>It works!</body></html>"
    conversation.send_response(200)
    conversation.send_header("content-type", "text/html")
    conversation.send_header("content-length", str(len(page)))
    conversation.end_headers()
    conversation.wfile.write(page)


def breaks_the_protocol(conversation: Conversation) -> None:
    conversation.begin()
    conversation.raw("data: {this is no JSON\n\n")
    conversation.end()


def sends_nothing_to_choose_from(conversation: Conversation) -> None:
    conversation.begin()
    conversation.raw('data: {"id": "x", "choices": []}\n\n')
    conversation.raw('data: {"error": {"message": "canary"}}\n\n')
    conversation.end()


BAD: dict[str, tuple[Behaviour, str]] = {
    "hangs": (hangs, "took too long"),
    "hangs half way": (hangs_half_way, "took too long"),
    "is killed": (is_killed, "cannot be reached"),
    "is killed half way": (is_killed_half_way, "language model"),
    "is slow": (is_slow, "took too long"),
    "is full": (is_full, "takes no more questions"),
    "babbles": (babbles, "did not come to an end"),
    "repeats itself": (repeats_itself, "did not come to an end"),
    "is another program": (is_another_program, "language model"),
    "breaks the protocol": (breaks_the_protocol, "language model"),
    "sends nothing to choose from": (sends_nothing_to_choose_from, "language model"),
}


@pytest.mark.parametrize(("behaviour", "told"), BAD.values(), ids=BAD)
def test_a_reader_of_a_bad_server_has_the_extractive_answer_and_is_told_why(
    served: Served, behaviour: Behaviour, told: str
) -> None:
    assistant, _ = served(behaviour, seconds=2, retries=1)
    answer = assistant.ask(BRISTOL)
    assert is_extractive(answer)
    assert told in notice_of(answer)
    assert notice_of(answer).endswith("What is shown are the documents' own sentences.")
    assert "canary" not in repr(answer)


def test_a_good_server_is_heard(served: Served) -> None:
    assistant, server = served(answers_well)
    answer = assistant.ask(BRISTOL)
    assert [sentence.text for sentence in answer.sentences] == [OWN_WORDS]
    assert server.sent[0]["temperature"] == 0
    assert server.sent[0]["stream"]


def test_a_server_process_that_is_killed_while_it_writes_leaves_the_extractive_answer(deal_settings: Settings) -> None:
    program = (
        "import sys; from model_server import ModelServer; from test_lm_servers import is_slow\n"
        "server = ModelServer(is_slow); print(server.url, flush=True); server.serve_forever()"
    )
    here = Path(__file__).resolve().parent
    with subprocess.Popen([sys.executable, "-c", program], cwd=here, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with Assistant(asking(deal_settings, url, seconds=60, retries=0)) as assistant:
            answers = assistant.stream(BRISTOL)
            list(islice(answers, 3))  # it writes by now
            process.kill()
            *_, answer = answers
    assert is_extractive(answer)
    assert "language model" in notice_of(answer)


def test_a_server_that_was_full_is_asked_again_when_it_said_that_it_would_have_a_place(served: Served) -> None:
    asked: list[float] = []

    def full_at_first(conversation: Conversation) -> None:
        asked.append(time.monotonic())
        if len(asked) == 1:
            conversation.refuse(429, retry_after="2")
        else:
            answers_well(conversation)

    assistant, _ = served(full_at_first)
    assert assistant.ask(BRISTOL).author
    assert asked[1] - asked[0] >= 2


def test_a_server_that_will_have_no_place_in_time_is_not_waited_for(served: Served) -> None:
    assistant, server = served(lambda conversation: conversation.refuse(429, retry_after="3600"), retries=5)
    answer = assistant.ask(BRISTOL)
    assert is_extractive(answer)
    assert len(server.sent) == 1


def test_a_server_that_knows_no_form_is_asked_without(served: Served) -> None:
    def knows_none(conversation: Conversation) -> None:
        if "response_format" in conversation.sent:
            conversation.refuse(400)
        else:
            answers_well(conversation)

    assistant, server = served(knows_none)
    assert assistant.ask(BRISTOL).author
    assistant.ask("How much can Newcastle and Gateshead borrow?")
    assert ["response_format" in sent for sent in server.sent][:3] == [True, False, False]


def test_what_is_sent_to_a_server_is_not_carried_on_to_another_one(served: Served) -> None:
    with model_server(answers_well) as other:
        assistant, server = served(lambda one: one.refuse(307, location=f"{other.url}/chat/completions"))
        answer = assistant.ask(BRISTOL)
    assert is_extractive(answer)
    assert "error 307" in notice_of(answer)
    assert len(server.sent) == 1
    assert other.sent == []


def test_no_proxy_is_told_what_a_server_on_this_machine_is_asked(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_server(answers_well) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assistant, server = served(answers_well)
        assistant.ask(BRISTOL)
    assert len(server.sent) == 1
    assert proxy.sent == []


def test_no_prompt_is_sent_to_who_traces_other_programs(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server(answers_well) as tracer:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", tracer.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "canary")
        assistant, server = served(answers_well)
        assistant.ask(BRISTOL)
        names = {thread.name for thread in threading.enumerate()}
    assert len(server.sent) == 1
    assert tracer.sent == []
    assert not any("tracing" in name.lower() for name in names)


def test_when_a_reader_leaves_the_server_is_told(served: Served) -> None:
    assistant, server = served(is_slow, seconds=60)
    answers = assistant.stream(BRISTOL)
    list(islice(answers, 3))
    answers.close()
    assert server.left.wait(10)
