"""The export of answers that the shelf holds: to their reader only, as a file with a name."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

import docx
import httpx
import pytest
from fastapi import FastAPI

from dealqa.assistant import Assistant
from dealqa.exporting import FORMATS, Exported, export
from dealqa.types import Answer
from dealqa.web.export import GONE, MOST_ANSWERS, add_export_route, file_name
from dealqa.web.readers import SCOPE, Reader
from dealqa.web.shelf import Shelf

QUESTION = "What does Bristol retain?"
ADA, BOB = Reader("ada", "reader"), Reader("bob", "editor")

Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def answer(assistant: Assistant) -> Answer:
    return assistant.ask(QUESTION)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def get(shelf: Shelf) -> Get:
    """Asks for an export as a reader."""
    app = FastAPI()
    add_export_route(app, shelf)

    def ask(reader: Reader, *parameters: tuple[str, str]) -> httpx.Response:
        async def signed_in(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, SCOPE: reader}, receive, send)

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(signed_in)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                waiting: Awaitable[httpx.Response] = client.get("/export", params=list(parameters))
                return await waiting

        return asyncio.run(asked())

    return ask


def named(question: str, shelf: Shelf, answer: Answer, get: Get) -> tuple[str, str]:
    """The names of a file: the one in ASCII and the other one."""
    held = shelf.put(question, answer, ADA)
    header = get(ADA, ("format", "md"), ("answer", held.id)).headers["content-disposition"]
    kind, plain, full = header.split("; ")
    assert kind == "attachment"
    return plain.removeprefix('filename="').removesuffix('"'), unquote(full.removeprefix("filename*=UTF-8''"))


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_reader_gets_the_answer_as_a_file(shelf, get, answer, format_name) -> None:
    held = shelf.put(QUESTION, answer, ADA)
    response = get(ADA, ("format", format_name), ("answer", held.id))
    assert response.status_code == 200
    assert response.content == export([Exported(held.question, held.answer, held.at)], format_name)


@pytest.mark.parametrize(
    ("format_name", "media_type"),
    [
        ("md", "text/markdown; charset=utf-8"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("pdf", "application/pdf"),
    ],
)
def test_a_file_says_what_it_is_and_is_not_kept_by_the_browser(shelf, get, answer, format_name, media_type) -> None:
    held = shelf.put(QUESTION, answer, ADA)
    headers = get(ADA, ("format", format_name), ("answer", held.id)).headers
    assert headers["content-type"] == media_type
    assert headers["cache-control"] == "no-store"


def test_several_answers_are_one_file_in_the_order_asked_for(shelf, get, answer) -> None:
    first, second = shelf.put("The first?", answer, ADA), shelf.put("The second?", answer, ADA)
    response = get(ADA, ("format", "docx"), ("answer", second.id), ("answer", first.id))
    headings = [
        one.text for one in docx.Document(io.BytesIO(response.content)).paragraphs if one.style.name == "Heading 1"
    ]
    assert headings == ["1. The second?", "2. The first?"]


@pytest.mark.parametrize("reader", [BOB, Reader("", "editor")])
def test_what_another_reader_was_given_is_not_there(shelf, get, answer, reader) -> None:
    held = shelf.put(QUESTION, answer, ADA)
    response = get(reader, ("format", "pdf"), ("answer", held.id))
    assert (response.status_code, response.text) == (404, GONE)
    assert response.headers["content-type"].startswith("text/plain")


def test_one_answer_that_is_gone_is_told_and_no_part_of_the_others_is_given(shelf, get, answer) -> None:
    held = shelf.put(QUESTION, answer, ADA)
    response = get(ADA, ("format", "md"), ("answer", held.id), ("answer", "A" * 22))
    assert (response.status_code, response.text) == (404, GONE)


@pytest.mark.parametrize(
    "parameters",
    [
        [("format", "odt"), ("answer", "A" * 22)],
        [("format", "md")],
        [("answer", "A" * 22)],
        [("format", "md"), ("answer", "A" * 1_000)],
        [("format", "md"), *[("answer", "A" * 22)] * (MOST_ANSWERS + 1)],
    ],
    ids=["format", "no answer", "no format", "long id", "too many"],
)
def test_what_is_no_export_is_turned_away(get, parameters) -> None:
    assert get(ADA, *parameters).status_code == 422


@pytest.mark.parametrize(
    ("question", "plain", "full"),
    [
        (QUESTION, "What-does-Bristol-retain.md", "What-does-Bristol-retain.md"),
        ("Où est l'École?", "Ou-est-l-Ecole.md", "Où-est-l-École.md"),
        ("مدينة", "answer.md", "مدينة.md"),
        ("???", "answer.md", "answer.md"),
        ('"../../etc/passwd"\r\nX: y', "etc-passwd-X-y.md", "etc-passwd-X-y.md"),
        ("w" * 300, f"{'w' * 60}.md", f"{'w' * 60}.md"),
    ],
)
def test_a_file_has_the_name_of_its_question(shelf, get, answer, question, plain, full) -> None:
    assert named(question, shelf, answer, get) == (plain, full)


def test_a_name_ends_with_a_whole_word() -> None:
    assert file_name("word " * 40) == "-".join(["word"] * 12)


def test_the_server_exports_and_says_when_an_answer_is_gone(address: str) -> None:
    response = httpx.get(f"{address}/export", params={"format": "pdf", "answer": "A" * 22})
    assert (response.status_code, response.text) == (404, GONE)
