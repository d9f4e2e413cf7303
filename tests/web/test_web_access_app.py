"""The whole app with users: every route is behind the door, and what one reader asks is no other's to see."""

from __future__ import annotations

import asyncio
import html
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from dealqa.access import change_users, new_token
from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.errors import AccessError, ServerError
from dealqa.web import create_app, serve
from dealqa.web.access.gate import is_public
from dealqa.web.readers import Editor
from dealqa.web.security import is_forbidden_target

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

MADE_UP = ("/api/ask", "/mcp", "/mcp/", "/nothing/here", "/login/", "/dealqa", "//login", "/health/", "/%6cogin/x")
"""Addresses that there may not be a route for, or not yet."""

Serving = Callable[[Assistant], AbstractContextManager[str]]


def users_in(path: Path) -> Path:
    """A file with an editor and two readers."""
    change_users(
        path,
        lambda users: (
            users.adding("Anna", "editor", PASSWORD).adding("Rob", "reader", PASSWORD).adding("Zoë", "reader", PASSWORD)
        ),
    )
    return path


@pytest.fixture(scope="module")
def guarded(index_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant whose settings name users."""
    path = users_in(tmp_path_factory.mktemp("users") / "users.json")
    with Assistant(index_settings.model_copy(update={"users": path})) as opened:
        yield opened


@pytest.fixture(scope="module")
def where(serving: Serving, guarded: Assistant) -> Iterator[str]:
    """The address of the app with users."""
    with serving(guarded) as address:
        yield address


def browser(where: str, **headers: str) -> httpx.Client:
    """A client that says what a browser says."""
    return httpx.Client(base_url=where, timeout=30, headers={"Origin": where, "Accept": "text/html,*/*"} | headers)


def sign_in(client: httpx.Client, name: str, password: str = PASSWORD, after: str = "") -> httpx.Response:
    return client.post("/login", data={"name": name, "password": password, "next": after})


@pytest.fixture
def anna(where: str) -> Iterator[httpx.Client]:
    """An editor who has signed in."""
    with browser(where) as client:
        assert sign_in(client, "Anna").status_code == 303
        yield client


@pytest.fixture
def rob(where: str) -> Iterator[httpx.Client]:
    """A reader who has signed in."""
    with browser(where) as client:
        assert sign_in(client, "Rob").status_code == 303
        yield client


def routes_of(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, APIRoute | None]]:
    """All paths with their routes, those of what is mounted as well."""
    for route in routes:
        if isinstance(route, Mount):
            yield route.path + "/x", None
            yield from routes_of(route.routes)
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)
        elif isinstance(route, APIRoute):
            yield re.sub(r"\{[^}]*\}", "x", route.path), route


def within(assistant: Assistant, body: Callable[[Any, httpx.AsyncClient], Awaitable[None]]) -> None:
    """Run something with the app, and a client that says what a program says, in an event loop."""

    async def run() -> None:
        app = create_app(assistant)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            await body(app, client)

    asyncio.run(run())


def needs_editor(dependant: Dependant) -> bool:
    editor = Editor.__metadata__[0].dependency
    return any(one.call is editor or needs_editor(one) for one in dependant.dependencies)


def test_every_route_asks_who_comes(guarded: Assistant) -> None:
    async def look(app: Any, client: httpx.AsyncClient) -> None:
        paths = {path for path, _ in routes_of(app.routes)} | set(MADE_UP)
        assert {"/login", "/documents", "/config", "/gradio_api/queue/join", "/gradio_api/heartbeat/x"} <= paths
        asked = [
            (method, path)
            for path in sorted(paths)
            for method in METHODS
            if not is_public(method, path) and not is_forbidden_target(path)  # which is answered with 403 before
        ]
        open_to_all = []
        for method, path in asked:
            for accept, code in (("*/*", 401), ("text/html", 401 if path.startswith("/gradio_api/") else 303)):
                answer = await client.request(method, path, headers={"Accept": accept})
                if answer.status_code != code:
                    open_to_all.append((method, path, accept, answer.status_code))
        assert open_to_all == []

    within(guarded, look)


def test_what_is_open_to_everybody_is_what_is_meant_to_be(guarded: Assistant) -> None:
    async def look(app: Any, client: httpx.AsyncClient) -> None:
        paths = {path for path, _ in routes_of(app.routes)}
        open_to_all = {(method, path) for path in paths for method in METHODS if is_public(method, path)}
        assert {path for _, path in open_to_all} == {"/login", "/health", "/manifest.json", "/dealqa/x"}

    within(guarded, look)


def test_a_reader_may_not_do_what_is_an_editors(guarded: Assistant, rob: httpx.Client) -> None:
    found: list[tuple[str, str, int]] = []

    async def look(app: Any, _: httpx.AsyncClient) -> None:
        for path, route in routes_of(app.routes):
            if route is not None and needs_editor(route.dependant):
                found.extend((method, path, 0) for method in route.methods)

    within(guarded, look)
    assert any(method == "POST" for method, *_ in found)
    answered = [(method, path, rob.request(method, path).status_code) for method, path, _ in found]
    assert answered == [(method, path, 403) for method, path, _ in found]


def test_every_post_of_a_page_of_ours_must_come_from_one(guarded: Assistant, anna: httpx.Client) -> None:
    posts: list[str] = []

    async def look(app: Any, _: httpx.AsyncClient) -> None:
        ours = [route for route in app.routes if isinstance(route, APIRoute)]
        posts.extend(path for path, route in routes_of(ours) if route is not None and "POST" in route.methods)

    within(guarded, look)
    assert posts
    elsewhere = {"Origin": "http://127.0.0.1:1"}
    assert {path: anna.post(path, headers=elsewhere).status_code for path in posts} == dict.fromkeys(posts, 403)


# Pages, and what is no page.


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/", "/login"),
        ("/documents", "/login?next=/documents"),
        ("/documents?q=a&only=part", "/login?next=/documents%3Fq%3Da%26only%3Dpart"),
        ("//evil.example/x", "/login"),
        ("/?next=" + "x" * 3_000, "/login"),
    ],
)
def test_a_page_leads_to_where_one_signs_in(where: str, path: str, leads_to: str) -> None:
    with browser(where) as client:
        answer = client.get(httpx.URL(where + path))
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)


def test_a_form_that_is_posted_after_the_session_has_ended_leads_there_as_well(where: str) -> None:
    with browser(where) as client:
        answer = client.post("/documents/update")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_what_is_no_page_is_told_how_to_come_in(where: str) -> None:
    answer = httpx.get(where + "/config")
    assert answer.status_code == 401
    assert "Not signed in" in answer.text
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/login", "/health", "/manifest.json", "/dealqa/sign-in.css", "/dealqa/favicon.svg"])
def test_what_the_page_to_sign_in_on_needs_is_there(where: str, path: str) -> None:
    assert httpx.get(where + path).status_code == 200


def test_after_signing_in_the_page_is_shown_with_the_readers_name(where: str) -> None:
    with browser(where) as client:
        answer = sign_in(client, "Zoë", after="/documents")
        assert answer.headers["location"] == "/documents"
        page = client.get("/documents")
    assert page.status_code == 200
    assert "Zoë" in page.text
    assert 'action="/logout"' in page.text


def test_what_only_users_may_see_is_not_kept_by_the_browser(anna: httpx.Client) -> None:
    assert anna.get("/documents").headers["cache-control"] == "no-store"


def test_who_has_signed_in_is_led_on_from_the_page_to_sign_in_on(anna: httpx.Client) -> None:
    answer = anna.get("/login", params={"next": "/documents"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/documents")


# The cookie.


def test_the_cookie_is_for_this_server_alone(where: str) -> None:
    with browser(where) as client:
        given = sign_in(client, "Anna").headers["set-cookie"]
    name, *attributes = given.split("; ")
    assert name.startswith("dealqa=")
    assert {attribute.casefold() for attribute in attributes} == {"httponly", "samesite=strict", "path=/"}


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(where: str) -> None:
    origin = where.replace("http://", "https://")
    with browser(where, **{"Origin": origin, "X-Forwarded-Proto": "https"}) as client:
        given = sign_in(client, "Anna").headers["set-cookie"]
    name, *attributes = given.split("; ")
    assert name.startswith("__Host-dealqa=")
    assert {attribute.casefold() for attribute in attributes} == {"httponly", "samesite=strict", "path=/", "secure"}


def test_each_signing_in_gives_another_token_and_ends_the_one_before(where: str) -> None:
    with browser(where) as client:
        sign_in(client, "Anna")
        before = client.cookies["dealqa"]
        sign_in(client, "Anna")
        assert client.cookies["dealqa"] != before
        assert httpx.get(where + "/documents", headers={"Cookie": f"dealqa={before}"}).status_code == 401


def test_a_token_that_somebody_made_up_for_a_reader_is_not_taken_over(where: str) -> None:
    with browser(where) as client:
        client.headers["Cookie"] = "dealqa=chosen-by-somebody-else"
        given = sign_in(client, "Anna").headers["set-cookie"]
        assert client.get("/documents").status_code == 303  # with the made-up one alone
    assert "chosen-by-somebody-else" not in given


def test_signing_out_ends_the_session_not_only_the_cookie(where: str) -> None:
    with browser(where) as client:
        sign_in(client, "Anna")
        token = client.cookies["dealqa"]
        answer = client.post("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "max-age=0" in answer.headers["set-cookie"].casefold()
    assert httpx.get(where + "/documents", headers={"Cookie": f"dealqa={token}"}).status_code == 401


@pytest.mark.parametrize("path", ["/login", "/logout", "/gradio_api/queue/join", "/api/ask"])
def test_another_site_can_sign_nobody_in_or_out_or_ask_for_them(anna: httpx.Client, path: str) -> None:
    assert anna.post(path, headers={"Origin": "http://127.0.0.1:1"}).status_code == 403


# Tokens of programs.


@pytest.fixture(scope="module")
def token(guarded: Assistant) -> str:
    """Rob's."""
    made = new_token()
    change_users(guarded.settings.users, lambda users: users.with_new_token("Rob", made))
    return made


@pytest.mark.parametrize("path", ["/api/nothing", "/mcp/nothing"])
def test_a_program_comes_in_with_a_token(where: str, token: str, path: str) -> None:
    assert httpx.post(where + path, headers={"Authorization": f"Bearer {token}"}).status_code in (404, 405)


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", "Basic {}", "{}", "Bearer {}x"])
def test_another_token_is_none(where: str, token: str, sent: str) -> None:
    answer = httpx.get(where + "/api/nothing", headers={"Authorization": sent.format(token)})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/", "/documents", "/config", "/gradio_api/queue/data?session_hash=x", "/apix"])
def test_a_token_is_for_programs_and_opens_no_page(where: str, token: str, path: str) -> None:
    assert httpx.get(where + path, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_wrong_token_is_not_made_up_for_by_a_session(anna: httpx.Client) -> None:
    assert anna.get("/api/nothing", headers={"Authorization": "Bearer x", "Accept": "*/*"}).status_code == 401


# Users who change while the server runs.


def test_a_user_who_is_removed_and_one_with_another_password_are_signed_out(where: str, guarded: Assistant) -> None:
    path = guarded.settings.users
    change_users(path, lambda users: users.adding("Guest", "reader", PASSWORD))
    with browser(where) as client:
        sign_in(client, "Guest")
        assert client.get("/documents").status_code == 200
        change_users(path, lambda users: users.with_password("Guest", PASSWORD + "!"))
        assert client.get("/documents").status_code == 303
        sign_in(client, "Guest", PASSWORD + "!")
        assert client.get("/documents").status_code == 200
        change_users(path, lambda users: users.without("Guest"))
        assert client.get("/documents").status_code == 303


def test_while_the_file_cannot_be_used_nobody_comes_in_and_nothing_is_told(
    serving: Serving, index_settings: Settings, tmp_path: Path
) -> None:
    path = users_in(tmp_path / "users.json")
    with (
        Assistant(index_settings.model_copy(update={"users": path})) as assistant,
        serving(assistant) as where,
        browser(where) as client,
    ):
        sign_in(client, "Anna")
        path.chmod(0o644)
        answers = {page: client.get(page) for page in ("/", "/documents", "/config", "/login", "/health")}
        posted = sign_in(client, "Anna")
    codes = {page: answer.status_code for page, answer in answers.items()}
    assert codes == {"/": 503, "/documents": 503, "/config": 503, "/login": 503, "/health": 200}
    assert posted.status_code == 503
    assert not any(str(path) in answer.text for answer in (*answers.values(), posted))


def test_an_app_whose_file_of_users_cannot_be_used_does_not_start(index_settings: Settings, tmp_path: Path) -> None:
    path = users_in(tmp_path / "users.json")
    path.chmod(0o644)
    with (
        Assistant(index_settings.model_copy(update={"users": path})) as assistant,
        pytest.raises(AccessError, match="others than its owner"),
    ):
        serve(assistant, host="127.0.0.1", port=0)


# Gradio's page.


class Page:
    """The page "Ask" as a browser uses it: an event to the queue, its result from the stream."""

    def __init__(self, client: httpx.Client, name: str = "") -> None:
        self.client = client
        self.name = name or uuid.uuid4().hex
        events = client.get("/config").raise_for_status().json()["dependencies"]
        self.submit = next(event["id"] for event in events for _, name in event["targets"] if name == "submit")

    def join(self, question: str) -> httpx.Response:
        body = {"data": [question, None], "fn_index": self.submit, "session_hash": self.name}
        return self.client.post("/gradio_api/queue/join", json=body)

    def ask(self, question: str) -> str:
        """The text of the conversation after the question was answered."""
        self.join(question).raise_for_status()
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.name}) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed":
                    shown = json.dumps(message["output"], ensure_ascii=False)
                    return html.unescape(re.sub(r"<[^>]*>", " ", shown))
        raise AssertionError("there was no answer")


def test_a_reader_can_ask(rob: httpx.Client) -> None:
    assert "25 years" in Page(rob).ask("What does Bristol retain?")


def test_a_conversation_is_no_other_readers(anna: httpx.Client, rob: httpx.Client) -> None:
    page = Page(anna)
    page.ask("What does Bristol retain?")
    assert Page(rob, page.name).join("And Nottingham?").status_code == 403
    assert "Nottingham" in page.ask("And Nottingham?")  # it goes on as it was


def test_two_readers_on_pages_of_their_own_see_their_own_questions(anna: httpx.Client, rob: httpx.Client) -> None:
    one, other = Page(anna), Page(rob)
    one.ask("What does Bristol retain?")
    shown = other.ask("How big is Nottingham's venture capital fund?")
    assert "What does Bristol retain?" not in shown


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/gradio_api/queue/data?session_hash={}", None),
        ("GET", "/gradio_api/queue/data?session_hash=x&session_hash={}", None),
        ("GET", "/gradio_api/heartbeat/{}", None),
        ("GET", "/gradio_api/deep_link?session_hash={}", None),
        ("GET", "/gradio_api/stream/{}/1/2/playlist.m3u8", None),
        ("POST", "/gradio_api/queue/join", {"data": [], "fn_index": 0, "session_hash": "{}"}),
        ("POST", "/gradio_api/run/predict", {"data": [], "fn_index": 0, "session_hash": "{}"}),
        ("POST", "/gradio_api/cancel", {"session_hash": "{}", "fn_index": 0, "event_id": "x"}),
        ("POST", "/gradio_api/component_server", {"session_hash": "{}", "component_id": 1, "fn_name": "x", "data": 1}),
    ],
)
def test_no_way_into_gradio_leads_to_anothers_page(
    anna: httpx.Client, rob: httpx.Client, method: str, path: str, body: dict[str, Any] | None
) -> None:
    page = Page(anna)
    page.join("What does Bristol retain?").raise_for_status()
    sent = json.dumps(body).replace("{}", page.name) if body else None
    answer = rob.request(method, path.format(page.name), content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == 403
    assert "opened by somebody else" in answer.text


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_what_cannot_be_looked_into_does_not_reach_gradio(rob: httpx.Client, kind: str) -> None:
    sent = b'--x\r\nContent-Disposition: form-data; name="session_hash"\r\n\r\nabc\r\n--x--\r\n'
    answer = rob.post("/gradio_api/component_server", content=sent, headers={"Content-Type": kind})
    assert answer.status_code == 400


def test_a_body_without_end_is_not_read(rob: httpx.Client) -> None:
    assert rob.post("/gradio_api/queue/join", content=b" " * (5 * 1024 * 1024)).status_code == 413


# Where the server listens, and which names it answers to.


def reached(assistant_settings: Settings, **changes: Any) -> Assistant:
    return Assistant(assistant_settings.model_copy(update=changes))


def test_with_users_but_without_a_name_it_does_not_listen_where_others_can_reach_it(guarded: Assistant) -> None:
    with pytest.raises(ServerError, match="by which names") as caught:
        serve(guarded, host="0.0.0.0", port=0)  # noqa: S104 - it must not
    assert "DEALQA_HOSTS" in caught.value.hint


def test_with_a_name_but_without_users_it_does_not_listen_at_all(index_settings: Settings) -> None:
    with (
        reached(index_settings, hosts=("deals.example.org",)) as assistant,
        pytest.raises(ServerError, match="no users yet"),
    ):
        serve(assistant, host="127.0.0.1", port=0)


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("deals.example.org", 200),
        ("DEALS.example.org:7860", 200),
        ("deals.example.org.", 200),
        ("127.0.0.1", 200),
        ("evil.example", 400),
        ("deals.example.org.evil.example", 400),
        ("xdeals.example.org", 400),
        ("", 400),
    ],
)
def test_it_answers_to_the_names_that_it_was_given(
    serving: Serving, index_settings: Settings, guarded: Assistant, host: str, code: int
) -> None:
    users = guarded.settings.users
    with (
        reached(index_settings, users=users, hosts=("deals.example.org",)) as assistant,
        serving(assistant) as where,
    ):
        assert httpx.get(where + "/health", headers={"Host": host}).status_code == code


def test_where_it_has_a_name_it_is_closed_even_when_the_users_are_gone(
    serving: Serving, index_settings: Settings, tmp_path: Path
) -> None:
    with (
        reached(index_settings, users=tmp_path / "none.json", hosts=("deals.example.org",)) as assistant,
        serving(assistant) as where,
    ):
        assert httpx.get(where + "/documents").status_code == 401


def test_without_users_nobody_is_asked(address: str) -> None:
    with browser(address) as client:
        assert client.get("/documents").status_code == 200
        answer = client.get("/login")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
