"""Signing in, without a server: sessions, the throttle, whose page is whose, the page, and what stands at the door."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from dealqa.access import Users, change_users
from dealqa.config import Settings
from dealqa.errors import AccessError
from dealqa.web.access import add_access
from dealqa.web.access.door import Door, token_in
from dealqa.web.access.gate import is_local, is_public
from dealqa.web.access.open_pages import OpenPages, named_in_body, named_in_target
from dealqa.web.access.sessions import IDLE_SECONDS, MOST, WHOLE_SECONDS, Sessions
from dealqa.web.access.sign_in import sign_in_page
from dealqa.web.access.throttle import FREE, LOCKED_SECONDS, Throttle
from dealqa.web.access.throttle import MOST as MOST_TRIES
from dealqa.web.readers import TheReader

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
ADDRESS = "http://127.0.0.1"
WRONG = "The name or the password is wrong."


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def users() -> Users:
    return Users().adding("Anna", "editor", PASSWORD).adding("Rob", "reader", PASSWORD)


@pytest.fixture
def file(tmp_path: Path, users: Users) -> Path:
    path = tmp_path / "users.json"
    change_users(path, lambda _: users)
    return path


# Sessions.


def test_a_session_tells_who_it_belongs_to(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    user = sessions.user(sessions.begin(users.named("Anna")), users)
    assert user is not None
    assert user.name == "Anna"


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\0"])
def test_a_token_that_was_never_given_is_nobodys(token: str, users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    sessions.begin(users.named("Anna"))
    assert sessions.user(token, users) is None


def test_each_session_has_a_token_of_its_own_with_256_bits(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    one, other = (sessions.begin(users.named("Anna")) for _ in range(2))
    assert one != other
    assert re.fullmatch(r"[\w-]{43}", one)


def test_the_token_itself_is_not_kept(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    token = sessions.begin(users.named("Anna"))
    assert token not in repr(vars(sessions))


def test_a_session_ends_when_nothing_is_asked_in_it(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    token = sessions.begin(users.named("Anna"))
    clock.now += IDLE_SECONDS
    assert sessions.user(token, users) is None


def test_a_session_goes_on_while_something_is_asked_in_it_but_not_beyond_its_limit(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    token, begun = sessions.begin(users.named("Anna")), clock.now
    seen = []
    while clock.now - begun < WHOLE_SECONDS:
        seen.append(sessions.user(token, users) is not None)
        clock.now += IDLE_SECONDS / 2
    assert all(seen)
    assert sessions.user(token, users) is None


def test_a_session_that_was_ended_is_over(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    token = sessions.begin(users.named("Anna"))
    sessions.end(token)
    assert sessions.user(token, users) is None


def test_a_session_ends_with_its_user(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    token = sessions.begin(users.named("Anna"))
    assert sessions.user(token, users.without("Anna")) is None
    assert sessions.user(token, users) is None  # not even when they are back


def test_a_session_ends_with_its_password(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    token = sessions.begin(users.named("Anna"))
    assert sessions.user(token, users.with_password("Anna", PASSWORD)) is None


def test_a_user_has_only_so_many_sessions(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    robs = sessions.begin(users.named("Rob"))
    tokens = [sessions.begin(users.named("Anna")) for _ in range(MOST + 1)]
    assert sessions.user(tokens[0], users) is None
    assert all(sessions.user(token, users) for token in [robs, *tokens[1:]])


def test_sessions_that_are_over_are_forgotten(users: Users, clock: Clock) -> None:
    sessions = Sessions(clock)
    sessions.begin(users.named("Anna"))
    clock.now += IDLE_SECONDS
    sessions.begin(users.named("Rob"))
    assert len(sessions) == 1


# The throttle.


def test_the_first_tries_wait_for_nothing_and_further_ones_for_a_second(clock: Clock) -> None:
    throttle = Throttle(clock)
    waits = [throttle.attempt("Anna", "10.0.0.1").wait for _ in range(MOST_TRIES)]
    assert waits == [0.0] * FREE + [1.0] * (MOST_TRIES - FREE)


def test_after_ten_tries_there_is_none_for_a_quarter_of_an_hour(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(MOST_TRIES):
        assert throttle.attempt("Anna", "10.0.0.1").after == 0
    assert throttle.attempt("Anna", "10.0.0.1").after == LOCKED_SECONDS
    clock.now += LOCKED_SECONDS - 1
    assert throttle.attempt("Anna", "10.0.0.1").after == 1
    clock.now += 1
    assert throttle.attempt("Anna", "10.0.0.1").after == 0


def test_tries_while_there_is_none_do_not_make_it_longer(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(60):
        throttle.attempt("Anna", "10.0.0.1")
    clock.now += LOCKED_SECONDS
    assert throttle.attempt("Anna", "10.0.0.1").after == 0


@pytest.mark.parametrize(("name", "address"), [("Rob", "10.0.0.1"), ("Anna", "10.0.0.2"), ("Anna", "::1")])
def test_another_name_or_address_is_counted_by_itself(name: str, address: str, clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(60):
        throttle.attempt("Anna", "10.0.0.1")
    assert throttle.attempt(name, address).after == 0


@pytest.mark.parametrize(
    ("name", "address"),
    [("ANNA", "2001:db8::1"), ("Anna", "2001:db8::2"), ("Anna", "2001:db8:0:0:ffff::"), ("Anna", "2001:DB8::1")],
)
def test_what_is_the_same_to_the_server_is_counted_together(name: str, address: str, clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(MOST_TRIES):
        throttle.attempt("Anna", "2001:db8::1")
    assert throttle.attempt(name, address).after > 0


def test_the_right_password_makes_the_tries_forgotten(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(MOST_TRIES - 1):
        throttle.attempt("Anna", "10.0.0.1")
    throttle.succeeded("Anna", "10.0.0.1")
    assert throttle.attempt("Anna", "10.0.0.1").wait == 0.0


def test_only_so_much_is_remembered(clock: Clock) -> None:
    throttle = Throttle(clock, room=100)
    for number in range(1_000):
        throttle.attempt(f"name {number}", "10.0.0.1")
    assert len(throttle) == 100
    clock.now += LOCKED_SECONDS
    throttle.attempt("Anna", "10.0.0.1")
    assert len(throttle) == 1


# Whose page is whose.


def test_a_page_belongs_to_who_used_it_first() -> None:
    pages = OpenPages()
    assert pages.admit("abc", "Anna")
    assert not pages.admit("abc", "Rob")
    assert pages.admit("abc", "Anna")


def test_a_reader_who_opens_many_pages_pushes_out_nobody_elses() -> None:
    pages = OpenPages(room=10)
    pages.admit("annas", "Anna")
    for number in range(100):
        pages.admit(f"robs {number}", "Rob")
    assert len(pages) == 11
    assert not pages.admit("annas", "Rob")


@pytest.mark.parametrize("page", ["", "x" * 129])
def test_a_name_of_a_page_that_no_browser_makes_up_is_refused(page: str) -> None:
    assert not OpenPages().admit(page, "Anna")


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        ("/gradio_api/queue/data", b"session_hash=abc", ["abc"]),
        ("/gradio_api/queue/data", b"session_hash=abc&session_hash=def", ["abc", "def"]),
        ("/gradio_api/queue/data", b"session%5Fhash=a%62c", ["abc"]),
        ("/gradio_api/heartbeat/abc", b"", ["abc"]),
        ("/gradio_api/heartbeat/abc/", b"", ["abc"]),
        ("/gradio_api/stream/abc/1/2/playlist.m3u8", b"", ["abc"]),
        ("/gradio_api/deep_link", b"session_hash=abc", ["abc"]),
        ("/gradio_api/stream/event/close", b"", []),
        ("/documents", b"q=session_hash", []),
    ],
)
def test_the_page_that_an_address_names_is_found(path: str, query: bytes, named: list[str]) -> None:
    assert named_in_target(path, query) == named


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", []),
        (b'{"data": [], "session_hash": "abc"}', ["abc"]),
        (b'{"data": [], "session_hash": null}', []),
        (b'{"session_hash": "abc", "session_hash": "def"}', ["abc", "def"]),
        (b'{"session\\u005fhash": "abc"}', ["abc"]),
        (json.dumps({"session_hash": "abc"}).encode("utf-16"), ["abc"]),
    ],
)
def test_the_page_that_a_body_names_is_found(body: bytes, named: list[str]) -> None:
    assert named_in_body(body) == named


@pytest.mark.parametrize("body", [b"{", b"session_hash=abc", b'{"session_hash": 1}', b"\xff", b"[" * 100_000])
def test_a_body_in_which_no_page_can_be_found_is_not_understood(body: bytes) -> None:
    with pytest.raises(ValueError):
        named_in_body(body)


# Addresses.


@pytest.mark.parametrize("target", ["/", "/documents", "/documents?q=a%20b&only=part", "/evidence/page#x"])
def test_an_address_on_this_server_can_be_gone_back_to(target: str) -> None:
    assert is_local(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "documents",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        " /a",
        "/é",
    ],
)
def test_an_address_elsewhere_cannot(target: str) -> None:
    assert not is_local(target)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/login"), ("POST", "/login"), ("GET", "/health"), ("GET", "/manifest.json"), ("GET", "/dealqa/a.css")],
)
def test_what_is_open_to_everybody(method: str, path: str) -> None:
    assert is_public(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("POST", "/health"), ("PUT", "/login"), ("POST", "/login/"), ("GET", "/dealqa"), ("GET", "/api/x"),
     ("POST", "/dealqa/a.css"), ("GET", "/healthy"), ("GET", "//login"), ("POST", "/logout")],
)  # fmt: skip
def test_what_is_not(method: str, path: str) -> None:
    assert not is_public(method, path)


@pytest.mark.parametrize(
    ("cookies", "scheme", "token"),
    [
        ("dealqa=abc", "http", "abc"),
        ("a=b; dealqa=abc; c", "http", "abc"),
        ("__Host-dealqa=abc", "https", "abc"),
        ("dealqa=abc", "https", ""),
        ("__Host-dealqa=abc", "http", ""),
        ("xdealqa=abc", "http", ""),
        ('a="; dealqa=abc', "http", "abc"),
        ("", "http", ""),
    ],
)
def test_the_token_is_found_among_the_cookies(cookies: str, scheme: str, token: str) -> None:
    assert token_in(cookies, scheme) == token


# The door.


def test_without_users_the_door_is_open(tmp_path: Path) -> None:
    assert not Door(tmp_path / "users.json").closed


def test_the_first_user_closes_it(tmp_path: Path, users: Users) -> None:
    door = Door(tmp_path / "users.json")
    change_users(tmp_path / "users.json", lambda _: users)
    assert len(door.users()) == 2
    assert door.closed


@pytest.mark.parametrize(
    "change", [lambda path: path.unlink(), lambda path: change_users(path, lambda users: Users())], ids=["file", "list"]
)
def test_it_stays_closed_when_the_users_are_gone(file: Path, change: Callable[[Path], object]) -> None:
    door = Door(file)
    change(file)
    assert len(door.users()) == 0
    assert door.closed


@pytest.mark.parametrize(
    "change", [lambda path: path.write_text("{"), lambda path: path.chmod(0o644)], ids=["broken", "readable by others"]
)
def test_nobody_comes_in_while_the_file_cannot_be_used(
    file: Path, users: Users, change: Callable[[Path], object]
) -> None:
    door = Door(file)
    token = door.sessions.begin(users.named("Anna"))
    content = file.read_bytes()
    change(file)
    with pytest.raises(AccessError):
        door.visitor(f"dealqa={token}", "http")
    file.write_bytes(content)
    file.chmod(0o600)
    assert door.visitor(f"dealqa={token}", "http") is not None


def test_another_role_counts_at_once(file: Path, users: Users) -> None:
    door = Door(file)
    token = door.sessions.begin(users.named("Rob"))
    file.write_text(file.read_text(encoding="utf-8").replace('"reader"', '"editor"'), encoding="utf-8")
    visitor = door.visitor(f"dealqa={token}", "http")
    assert visitor is not None
    assert visitor.role == "editor"


# The page.


def test_the_page_labels_its_fields_and_tells_a_password_manager_what_they_are() -> None:
    page = sign_in_page()
    assert '<label for="name">' in page
    assert '<label for="password">' in page
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "alert" not in page


def test_what_went_wrong_is_announced() -> None:
    assert f'role="alert"><p>{WRONG}</p>' in sign_in_page(problem=WRONG)


def test_what_was_typed_is_text_on_the_page(hostile: str) -> None:
    page = sign_in_page(hostile, hostile, problem=hostile)
    assert "<script" not in page
    assert "<img" not in page


# Signing in, with a clock of our own.


@pytest.fixture
def waited() -> list[float]:
    """The seconds that were waited for."""
    return []


@pytest.fixture
def posting(file: Path, clock: Clock, waited: list[float]) -> Iterator[Callable[..., list[httpx.Response]]]:
    """Posts forms to /login of an app that has one page, in a row or all at once."""

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    app = FastAPI()
    add_access(app, Settings(users=file), clock=clock, wait=wait)

    @app.get("/name")
    def name(reader: TheReader) -> str:
        return reader.name

    def post(*forms: dict[str, str], at_once: bool = False) -> list[httpx.Response]:
        async def posted() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"Origin": ADDRESS}) as client:
                coming: list[Awaitable[httpx.Response]] = [client.post("/login", data=form) for form in forms]
                return list(await asyncio.gather(*coming)) if at_once else [await one for one in coming]

        return asyncio.run(posted())

    yield post


def typed(name: str, password: str = "a wrong password") -> dict[str, str]:  # noqa: S107 - a wrong one
    return {"name": name, "password": password}


def test_an_unknown_name_and_a_wrong_password_are_told_in_the_same_way(
    posting: Callable[..., list[httpx.Response]],
) -> None:
    unknown, wrong = posting(typed("Nobody"), typed("Anna"))
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.text.replace("Nobody", "Anna") == wrong.text
    assert WRONG in wrong.text
    assert "set-cookie" not in wrong.headers


def test_of_sixty_wrong_passwords_ten_are_looked_at(
    posting: Callable[..., list[httpx.Response]], waited: list[float]
) -> None:
    answers = posting(*[typed("Anna")] * 60)
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 50
    assert waited == [0.0] * 5 + [1.0] * 5
    assert answers[-1].headers["retry-after"] == "900"
    assert "Try again in 15 minutes" in answers[-1].text


def test_sixty_wrong_passwords_at_once_are_no_way_round(posting: Callable[..., list[httpx.Response]]) -> None:
    answers = posting(*[typed("Anna")] * 60, at_once=True)
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 50


def test_after_ten_wrong_passwords_the_right_one_does_not_help_until_time_has_passed(
    posting: Callable[..., list[httpx.Response]], clock: Clock
) -> None:
    assert posting(*[typed("Anna")] * 10, typed("Anna", PASSWORD))[-1].status_code == 429
    clock.now += LOCKED_SECONDS
    assert posting(typed("Anna", PASSWORD))[0].status_code == 303


def test_others_can_sign_in_meanwhile(posting: Callable[..., list[httpx.Response]]) -> None:
    assert posting(*[typed("Anna")] * 11, typed("Rob", PASSWORD))[-1].status_code == 303


def test_a_form_without_end_is_not_read(posting: Callable[..., list[httpx.Response]]) -> None:
    assert posting(typed("Anna", "x" * 100_000))[0].status_code == 413


@pytest.mark.parametrize("form", [{}, {"name": "Anna"}, {"password": PASSWORD}, {"name": "\0", "password": "\0"}])
def test_a_form_that_no_page_of_ours_posts_signs_nobody_in(
    posting: Callable[..., list[httpx.Response]], form: dict[str, str]
) -> None:
    assert posting(form)[0].status_code == 401


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/documents?q=a", "/documents?q=a"),
        ("", "/"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/login?next=/x", "/"),
        ("/logout", "/"),
    ],
)
def test_signing_in_leads_back_to_this_server_only(
    posting: Callable[..., list[httpx.Response]], wanted: str, leads_to: str
) -> None:
    (answer,) = posting(typed("Anna", PASSWORD) | {"next": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
