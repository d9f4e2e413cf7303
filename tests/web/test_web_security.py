"""What the shell turns away, decided from the target alone."""

from __future__ import annotations

import pytest

from dealqa.loopback import is_loopback
from dealqa.web.security import is_forbidden_target, is_same_origin


@pytest.mark.parametrize(
    "target",
    [
        "/gradio_api/file=http://evil.example/leak",
        "/gradio_api/file=HTTPS://evil.example/leak",
        "/gradio_api/file=//evil.example/leak",
        "/gradio_api/file=\\\\evil.example\\leak",
        "/gradio_api/file=/\\evil.example/leak",
        "/gradio_api/file=ftp://evil.example/leak",
        "/gradio_api/file=data:text/html,hello",
        "/gradio_api/file=file:///etc/passwd",
        "/gradio_api/file/http://evil.example/leak",
        "/gradio_api/file%3Dhttp%3A%2F%2Fevil.example",
        "/gradio_api/file%253Dhttp%253A%252F%252Fevil.example",
        "/gradio_api/%66ile=http://evil.example",
        "/gradio_api/FILE=http://evil.example",
        "/gradio_api/file=%20http://evil.example",
        "/gradio_api/file=ht%09tp://evil.example",
        "/gradio_api/file=%00//evil.example",
        "/x?next=/gradio_api/file=http://evil.example",
        "/gradio_api/proxy=http://evil.example",
        "/" + "%25" * 3 + "2525252525252566",
    ],
)
def test_a_target_that_would_have_gradio_fetch_something_is_forbidden(target: str) -> None:
    assert is_forbidden_target(target)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/health",
        "/gradio_api/queue/data?session_hash=abc",
        "/assets/index-DphvyggB.js",
        "/dealqa/style.css",
        "/a%20b",
    ],
)
def test_the_targets_that_the_page_needs_are_allowed(target: str) -> None:
    assert not is_forbidden_target(target)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "::1"])
def test_loopback_names_are_recognised(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "10.0.0.1", "192.168.1.4", "example.org", "localhost.example.org", "::", "127.1.evil"]
)
def test_other_names_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


OURS = {"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:7860"}


@pytest.mark.parametrize("more", [{}, {"sec-fetch-site": "same-origin"}])
def test_a_form_of_our_own_page_is_of_the_same_origin(more: dict[str, str]) -> None:
    assert is_same_origin(OURS | more, "http")


@pytest.mark.parametrize(
    "more",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:7861"},
        {"origin": "http://localhost:7860"},
        {"origin": "https://127.0.0.1:7860"},
        {"origin": "http://127.0.0.1:7860.evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_form_of_another_page_is_not(more: dict[str, str]) -> None:
    assert not is_same_origin(OURS | more, "http")


def test_a_request_that_names_no_origin_is_not_taken_for_ours() -> None:
    assert not is_same_origin({"host": "127.0.0.1:7860", "sec-fetch-site": "same-origin"}, "http")
