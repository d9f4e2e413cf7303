"""The HTTP interface: what programs get is the answer contract, what its description says, or a problem in words."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi.openapi.models import OpenAPI
from jsonschema import Draft202012Validator

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.errors import QuestionError
from dealqa.matrix import fill, rows_of_documents
from dealqa.web import create_app
from dealqa.web.programs import operations
from dealqa.web.programs.attending import BODY_BYTES, Attended
from dealqa.web.programs.desk import AT_ONCE, WAITING
from dealqa.web.programs.examples import ANSWER, REQUESTS
from dealqa.web.programs.problems import KINDS
from dealqa.web.programs.requests import MOST_CELLS, MOST_QUESTIONS, MOST_ROWS, CompareRequest

QUESTIONS = [
    {"question": "What does Bristol retain?"},
    {"question": "How big is Nottingham's venture capital fund?"},
    {"question": "What does Cardiff retain?"},
    {"question": "For how long?", "history": ["What does Bristol retain?"]},
    {"question": "What does Bristol retain?", "documents": ["nottingham.md"]},
    {"question": "What does Bristol retain?", "without": ["Bristol"]},
    {"question": "Compare Bristol and Nottingham: when were the deals signed?"},
    {"question": "What is the apprenticeship hub of Leeds called?"},
    {"question": "half a character \ud800 £ 𝔘 \u202e"},
]


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def described(address: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(address + "/api/openapi.json").json()
    return found


def post(client: httpx.Client, path: str, body: object) -> httpx.Response:
    # As ASCII: httpx would refuse half a character, which a program can send all the same.
    return client.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})


def untimed(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"timings_ms": sorted(answer["timings_ms"])}


def conforms(described: dict[str, Any], response: httpx.Response, path: str, method: str) -> bool:
    """Whether a response is what the description says of its status."""
    told = described["paths"][path][method]["responses"][str(response.status_code)]["content"]
    kind = response.headers["content-type"].partition(";")[0]
    schema = told[kind]["schema"] | {"components": described["components"]}
    Draft202012Validator(schema).validate(response.json())
    return True


# Results.


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_an_answer_is_the_answer_contract(client: httpx.Client, assistant: Assistant, asked: dict[str, Any]) -> None:
    asked = asked | {"question": asked["question"].replace("\ud800", "\ufffd")}
    given = {name: value for name, value in asked.items() if name not in ("question", "history")}
    expected = assistant.ask(asked["question"], asked.get("history", ()), **given).to_dict()
    answer = post(client, "/api/v1/ask", asked)
    assert answer.status_code == 200
    assert untimed(answer.json()) == untimed(expected)


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_an_answer_is_what_its_description_says(
    client: httpx.Client, described: dict[str, Any], asked: dict[str, Any]
) -> None:
    assert conforms(described, post(client, "/api/v1/ask", asked), "/api/v1/ask", "post")


def test_a_search_gives_the_text_of_each_passage_and_where_it_stands(
    client: httpx.Client, assistant: Assistant, described: dict[str, Any]
) -> None:
    found = post(client, "/api/v1/search", {"question": "growth in business rates", "limit": 3})
    hits = found.json()["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits[0]["document"] == "bristol.md"
    assert all(assistant.document(hit["document_id"]).text[hit["start"] : hit["end"]] == hit["text"] for hit in hits)
    assert conforms(described, found, "/api/v1/search", "post")


def test_a_search_keeps_to_the_documents_that_are_named(client: httpx.Client) -> None:
    found = post(client, "/api/v1/search", {"question": "the deal", "documents": ["nottingham.md"]}).json()
    assert {hit["document"] for hit in found["hits"]} == {"nottingham.md"}


def test_a_comparison_is_the_matrix(client: httpx.Client, assistant: Assistant, described: dict[str, Any]) -> None:
    questions = ["When was the deal signed?", "What is it called?"]
    answer = post(client, "/api/v1/compare", {"questions": questions, "by": "documents", "which": ["bristol.md"]})
    with assistant.hold() as snapshot:
        expected = fill(assistant, snapshot, questions, rows_of_documents(snapshot, ["bristol.md"])).to_dict()
    for matrix in (expected, found := answer.json()):
        for cell in matrix["cells"]:
            cell["answer"] = untimed(cell["answer"])
    assert found == expected
    answer = post(client, "/api/v1/compare", {"questions": questions, "by": "documents"})
    assert conforms(described, answer, "/api/v1/compare", "post")


def test_all_documents_are_listed_page_by_page(
    client: httpx.Client, assistant: Assistant, described: dict[str, Any]
) -> None:
    paths: list[str] = []
    offset: int | None = 0
    while offset is not None:
        page = client.get("/api/v1/documents", params={"offset": offset, "limit": 2})
        assert conforms(described, page, "/api/v1/documents", "get")
        paths += [one["path"] for one in page.json()["documents"]]
        offset = page.json()["next"]
    assert paths == [info.path for info in assistant.documents()]


def test_a_list_is_narrowed_by_words(client: httpx.Client) -> None:
    found = client.get("/api/v1/documents", params={"matching": "city NOTTINGHAM"}).json()
    assert [one["path"] for one in found["documents"]] == ["nottingham.md"]
    assert found["total"] == 1


def test_a_document_comes_with_all_its_passages(
    client: httpx.Client, assistant: Assistant, described: dict[str, Any]
) -> None:
    info = assistant.documents()[0]
    found = client.get(f"/api/v1/documents/{info.id}", params={"limit": 2})
    rest = client.get(f"/api/v1/documents/{info.id}", params={"offset": 2})
    assert conforms(described, found, "/api/v1/documents/{id}", "get")
    passages = found.json()["passages"] + rest.json()["passages"]
    assert [one["id"] for one in passages] == [place.id for place in assistant.passages(info.id)]
    assert found.json()["total"] == info.passages == len(passages)


def test_a_passage_names_the_ones_beside_it(
    client: httpx.Client, assistant: Assistant, described: dict[str, Any]
) -> None:
    document = assistant.document(assistant.documents()[0].id)
    first, second, third = assistant.passages(document.id)[:3]
    found = client.get(f"/api/v1/passages/{second.id}")
    assert conforms(described, found, "/api/v1/passages/{id}", "get")
    body = found.json()
    assert (body["previous"], body["passage"]["id"], body["next"]) == (first.id, second.id, third.id)
    assert body["passage"]["text"] == document.text[second.start : second.end]
    assert client.get(f"/api/v1/passages/{first.id}").json()["previous"] is None


def test_text_of_documents_comes_back_as_it_stands_there(client: httpx.Client, hostile: str) -> None:
    answer = post(client, "/api/v1/ask", {"question": "What is the apprenticeship hub of Leeds called?"})
    assert hostile in answer.json()["citations"][0]["quote"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


# The description.


def test_the_description_is_openapi(described: dict[str, Any]) -> None:
    OpenAPI.model_validate(described)
    assert described["openapi"].startswith("3.1")
    assert described["info"]["version"]


def test_the_schemas_of_the_description_are_schemas(described: dict[str, Any]) -> None:
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_in_the_description_leads_somewhere(described: dict[str, Any]) -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (one for name, one in value.items() if name == "$ref")
            value = list(value.values())
        if isinstance(value, list):
            for one in value:
                yield from references(one)

    names = {reference.removeprefix("#/components/schemas/") for reference in references(described)}
    assert names <= described["components"]["schemas"].keys()


def test_the_description_holds_our_operations_and_nothing_else(described: dict[str, Any]) -> None:
    assert {(method, path) for path, item in described["paths"].items() for method in item} == {
        ("post", "/api/v1/ask"),
        ("post", "/api/v1/search"),
        ("post", "/api/v1/compare"),
        ("get", "/api/v1/documents"),
        ("get", "/api/v1/documents/{id}"),
        ("get", "/api/v1/passages/{id}"),
    }


def test_a_token_is_described(described: dict[str, Any]) -> None:
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert {"bearer": []} in described["security"]


def test_every_field_that_a_program_may_send_is_explained(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        if name.endswith("Request"):
            assert all(field.get("description") for field in schema["properties"].values()), name


@pytest.mark.parametrize("name", REQUESTS)
def test_the_examples_of_requests_can_be_sent_as_they_are(
    client: httpx.Client, described: dict[str, Any], name: str
) -> None:
    path = f"/api/v1/{name}"
    answer = post(client, path, REQUESTS[name])
    assert answer.status_code == 200
    assert conforms(described, answer, path, "post")


def test_the_example_of_an_answer_is_what_the_description_says(described: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/AnswerResponse", "components": described["components"]}
    Draft202012Validator(schema).validate(dict(ANSWER))


def test_the_page_for_people_tells_of_every_operation_and_of_every_problem(
    client: httpx.Client, described: dict[str, Any], address: str
) -> None:
    page = client.get("/api").text
    for path, item in described["paths"].items():
        for method, operation in item.items():
            assert f"{method.upper()} {path}" in page
            assert f'id="{operation["operationId"]}"' in page
    assert all(f'id="problem-{kind.name}"' in page for _, kind in KINDS)
    assert f"{address}/mcp" in page


# Problems.

WRONG = [
    ("/api/v1/ask", {}, 422),
    ("/api/v1/ask", [], 422),
    ("/api/v1/ask", {"question": ""}, 422),
    ("/api/v1/ask", {"question": "\u200b"}, 422),
    ("/api/v1/ask", {"question": 7}, 422),
    ("/api/v1/ask", {"question": "x" * 2_001}, 422),
    ("/api/v1/ask", {"question": "What?", "histroy": []}, 422),
    ("/api/v1/ask", {"question": "What?", "history": ["x"] * 101}, 422),
    ("/api/v1/ask", {"question": "What?", "documents": []}, 422),
    ("/api/v1/ask", {"question": "What?", "documents": ["no\ud800where.md"]}, 422),
    ("/api/v1/search", {"question": "What?", "limit": 0}, 422),
    ("/api/v1/search", {"question": "What?", "limit": 51}, 422),
    ("/api/v1/compare", {"questions": []}, 422),
    ("/api/v1/compare", {"questions": ["Who?"] * (MOST_QUESTIONS + 1)}, 422),
    ("/api/v1/compare", {"questions": ["Who?", " "], "by": "documents"}, 422),
    ("/api/v1/compare", {"questions": ["Who?"], "by": "cities"}, 422),
    ("/api/v1/compare", {"questions": ["Who?"], "by": "documents", "which": ["nowhere.md"]}, 422),
    ("/api/v1/compare", {"questions": ["Who?"], "by": "documents", "which": ["x"] * (MOST_ROWS + 1)}, 422),
]


@pytest.mark.parametrize(("path", "body", "status"), WRONG)
def test_a_wrong_request_is_told_what_is_wrong(
    client: httpx.Client, described: dict[str, Any], path: str, body: object, status: int
) -> None:
    answer = post(client, path, body)
    assert answer.status_code == status == answer.json()["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert conforms(described, answer, path, "post")


def test_the_hint_of_an_error_of_ours_is_handed_on(client: httpx.Client) -> None:
    problem = post(client, "/api/v1/ask", {"question": " "}).json()
    assert problem["detail"] == "The question is empty."
    assert problem["hint"] == "Type a question, for example: What does Bristol retain?"


def test_too_many_questions_are_told_the_limit(client: httpx.Client) -> None:
    problem = post(client, "/api/v1/compare", {"questions": ["Who?"] * 13}).json()
    assert problem["errors"][0]["where"] == "body.questions"
    assert "at most 12" in problem["detail"]


def test_too_many_rows_are_told_the_limit(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_ROWS", 2)  # the corpus has three documents
    request = CompareRequest(questions=["Who?"], by="documents")
    with pytest.raises(QuestionError, match="There are 3 documents to ask; the limit is 2 rows"):
        operations.compare(assistant, request, MOST_CELLS, lambda: True)


@pytest.mark.parametrize("path", ["/api/v1/documents/d0", "/api/v1/passages/p0", "/api/v1/passages/'%20OR%201=1"])
def test_an_unknown_id_is_not_found(client: httpx.Client, described: dict[str, Any], path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert conforms(described, answer, path.rpartition("/")[0] + "/{id}", "get")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/docs", 404),
        ("GET", "/api/redoc", 404),
        ("GET", "/api/v1/ask", 405),
        ("DELETE", "/api/v1/documents", 405),
        ("PUT", "/api/v1/documents/d0", 405),
    ],
)
def test_what_is_not_there_is_said_in_the_same_form(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"", "application/json", 422),
        (b'{"question": "What?"}', "text/plain", 415),
        (b'{"question": "What?"}', "application/x-www-form-urlencoded", 415),
        (b" " * (BODY_BYTES + 1), "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_told_so(client: httpx.Client, body: bytes, kind: str, status: int) -> None:
    answer = client.post("/api/v1/ask", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_body_of_unknown_length_is_not_read_for_ever(client: httpx.Client) -> None:
    pieces = (b" " * 65_536 for _ in range(1_000))
    answer = client.post("/api/v1/ask", content=pieces, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/api/v1/documents", "/api/openapi.json", "/mcp"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_is_refused(client: httpx.Client, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


def test_a_page_of_ours_may_ask(client: httpx.Client, address: str) -> None:
    headers = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/v1/ask", json={"question": "What?"}, headers=headers).status_code == 200


# Load, and faults: the app in the loop of the test, with gates that hold its threads.


def within(assistant: Assistant, body: Callable[[Any, httpx.AsyncClient], Awaitable[None]]) -> None:
    """Run something with the app, and a program's client, in an event loop."""

    async def run() -> None:
        app = create_app(assistant)
        transport = httpx.ASGITransport(app)
        async with (
            app.state.programs.running(),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as client,
        ):
            await body(app, client)

    asyncio.run(run())


async def until(settled: Callable[[], bool]) -> None:
    while not settled():
        await asyncio.sleep(0.01)


def test_beyond_what_may_wait_requests_are_turned_away_and_the_others_are_answered(assistant: Assistant) -> None:
    async def look(app: Any, client: httpx.AsyncClient) -> None:
        desk, gate = app.state.programs.service.desk, threading.Event()
        held = [asyncio.create_task(desk.run(lambda going: gate.wait(60))) for _ in range(AT_ONCE)]
        await until(lambda: desk.present == AT_ONCE)
        asked = {"question": "What does Bristol retain?"}
        waiting = [asyncio.create_task(client.post("/api/v1/ask", json=asked)) for _ in range(WAITING)]
        await until(lambda: desk.present == AT_ONCE + WAITING)
        answer = await client.post("/api/v1/ask", json=asked)  # at once: nothing is let go before it
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.json()["detail"] == "The server is busy: 34 requests are being answered or wait."
        gate.set()
        assert [one.status_code for one in await asyncio.gather(*waiting)] == [200] * WAITING
        await asyncio.gather(*held)
        await until(lambda: desk.present == 0)

    within(assistant, look)


def test_questions_do_not_wait_for_a_comparison(assistant: Assistant) -> None:
    async def look(app: Any, client: httpx.AsyncClient) -> None:
        gate = threading.Event()
        held = asyncio.create_task(app.state.programs.service.long_desk.run(lambda going: gate.wait(60)))
        answer = await client.post("/api/v1/ask", json={"question": "What does Bristol retain?"})
        assert answer.status_code == 200
        gate.set()
        await held

    within(assistant, look)


ASKED = json.dumps({"question": "What does Bristol retain?"}).encode()

CALLED = {
    "method": "tools/call",
    "params": {"name": "ask", "arguments": {"question": "What does Bristol retain?"}},
    "jsonrpc": "2.0",
    "id": 1,
}


@pytest.mark.parametrize(("path", "body"), [("/api/v1/ask", ASKED), ("/mcp", json.dumps(CALLED).encode())])
def test_a_program_that_goes_away_frees_its_place(assistant: Assistant, path: str, body: bytes) -> None:
    async def look(app: Any, client: httpx.AsyncClient) -> None:
        desk, gate, gone = app.state.programs.service.desk, threading.Event(), asyncio.Event()
        held = [asyncio.create_task(desk.run(lambda going: gate.wait(60))) for _ in range(AT_ONCE)]
        await until(lambda: desk.present == AT_ONCE)
        sent: list[Any] = []
        leaver = asyncio.create_task(app(scope_of(path), received(body, gone), noted(sent)))
        await until(lambda: desk.present == AT_ONCE + 1)
        gone.set()
        await leaver
        await until(lambda: desk.present == AT_ONCE)
        gate.set()
        await asyncio.gather(*held)

    within(assistant, look)


def scope_of(path: str) -> dict[str, Any]:
    headers = {"host": "127.0.0.1", "content-type": "application/json", "accept": "application/json, text/event-stream"}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


def received(body: bytes, gone: asyncio.Event) -> Callable[[], Awaitable[dict[str, Any]]]:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive


def noted(sent: list[Any]) -> Callable[[Any], Awaitable[None]]:
    async def send(message: Any) -> None:
        sent.append(message)

    return send


def test_a_comparison_that_nobody_waits_for_ends(assistant: Assistant) -> None:
    request = CompareRequest(questions=["Who?"], by="documents")
    with pytest.raises(operations.Stopped):
        operations.compare(assistant, request, MOST_CELLS, lambda: False)


def test_work_is_told_when_nobody_waits_for_it(assistant: Assistant) -> None:
    async def look(app: Any, client: httpx.AsyncClient) -> None:
        told, started = threading.Event(), threading.Event()

        def work(going: Callable[[], bool]) -> None:
            started.set()
            while going():
                pass
            told.set()

        waiting = asyncio.create_task(app.state.programs.service.desk.run(work))
        await until(started.is_set)
        waiting.cancel()
        await until(told.is_set)

    within(assistant, look)


def test_an_index_that_cannot_be_read_is_unavailable_for_now(changing: Settings) -> None:
    async def look(app: Any, client: httpx.AsyncClient) -> None:
        closed.close()
        answer = await client.get("/api/v1/documents")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["type"] == "/api#problem-index-unavailable"
        assert answer.json()["detail"]

    with Assistant(changing) as closed:
        within(closed, look)


async def fails(scope: Any, receive: Any, send: Any) -> None:
    raise ZeroDivisionError("the secret of the house")


def test_the_unexpected_is_told_by_an_id_and_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Attended(fails))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get("/")

    with caplog.at_level(logging.ERROR, "dealqa"):
        answer = asyncio.run(ask())
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert answer.json()["error_id"] in caplog.text
    assert "the secret of the house" in caplog.text
