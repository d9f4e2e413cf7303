"""Gradio's own interface: only what our page uses is reached."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dealqa.assistant import Assistant
from dealqa.web import create_app
from dealqa.web.page_only import is_of_the_page

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

USED = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/assets/x"),
    ("GET", "/static/x"),
    ("GET", "/theme.css"),
    ("GET", "/favicon.ico"),
    ("GET", "/config"),
    ("GET", "/gradio_api/app_id"),
    ("GET", "/gradio_api/heartbeat/x"),
    ("GET", "/gradio_api/queue/data"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
}
"""What Gradio has under an address of its own that our page uses; `/run/{name}` is one more, with one name."""


def routes_of(routes: Any) -> Iterator[tuple[str, str]]:
    """The method and address of every route, whatever it is included by; "x" stands for each parameter."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)
        elif getattr(route, "methods", None):
            path = re.sub(r"\{[^}]*\}", "x", route.path)
            yield from ((method, path) for method in route.methods)


def test_of_all_that_gradio_serves_our_page_reaches_what_it_uses(assistant: Assistant) -> None:
    async def look() -> None:
        app = create_app(assistant)
        routes = set(routes_of(app.state.page.routes))
        assert len(routes) > 60, "the routes of Gradio are not found as they were"
        assert {route for route in routes if is_of_the_page(*route)} == USED
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            reached = []
            for path in sorted({path for _, path in routes}):
                for method in METHODS:
                    if is_of_the_page(method, path) or path in ("/login", "/logout", "/manifest.json"):
                        continue  # the latter are ours
                    status = (await client.request(method, path)).status_code
                    if status not in (403, 404):
                        reached.append((method, path, status))
            assert reached == []

    asyncio.run(look())


@pytest.mark.parametrize("name", ["ask", "arrive", "restore", "remark", "suggest"])
@pytest.mark.parametrize("way", ["call", "call/v2", "run", "api"])
def test_no_function_of_the_page_is_called_by_its_name(address: str, way: str, name: str) -> None:
    answer = httpx.post(f"{address}/gradio_api/{way}/{name}", json={"data": ["What does Bristol retain?", []]})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/queue/status"])
def test_nothing_describes_the_functions_of_the_page_to_programs(address: str, path: str) -> None:
    assert httpx.get(address + path).status_code == 404


def test_nothing_is_uploaded_through_the_page(address: str) -> None:
    answer = httpx.post(address + "/gradio_api/upload", files={"files": ("a.txt", b"a")})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/queue/join/",
        "/gradio_api//queue/join",
        "/gradio_api/run/predict/",
        "/gradio_api/run/predict/../ask",
        "/GRADIO_API/queue/join",
        "/gradio_api/queue/join\n",
        "//gradio_api/queue/join",
    ],
)
def test_other_spellings_of_an_address_are_other_addresses(path: str) -> None:
    assert not is_of_the_page("POST", path)
