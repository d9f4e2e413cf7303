"""The real app over HTTP: headers, what is turned away, and how the server starts and stops."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.errors import ServerError
from dealqa.web import environment, serve

SERVE = """
import sys
from dealqa.assistant import Assistant
from dealqa.config import load_settings
from dealqa.web import serve
with Assistant(load_settings(index=sys.argv[1])) as assistant:
    serve(assistant, host="127.0.0.1", port=0, on_ready=lambda address: print(address, flush=True))
print("ended", flush=True)
"""

ROUTES = [
    "/",
    "/health",
    "/manifest.json",
    "/favicon.ico",
    "/dealqa/style.css",
    "/dealqa/favicon.svg",
    "/config",
    "/theme.css",
    "/gradio_api/info",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/file=http://127.0.0.1/",
    "/nothing/here",
]


@pytest.mark.parametrize("route", ROUTES)
def test_every_response_carries_the_security_headers(address: str, route: str) -> None:
    headers = httpx.get(address + route).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=http://127.0.0.1:1/leak",
        "/gradio_api/file=//127.0.0.1:1/leak",
        "/gradio_api/file%3Dhttp:%2F%2F127.0.0.1:1/leak",
        "/gradio_api/file=%68ttp://127.0.0.1:1/leak",
        "/gradio_api/proxy=http://127.0.0.1:1/",
    ],
)
def test_gradio_is_not_asked_to_fetch_an_address(address: str, path: str) -> None:
    response = httpx.get(address + path)
    assert response.status_code == 403
    assert "fetches nothing" in response.text


@pytest.mark.parametrize("path", ["/etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "pyproject.toml"])
def test_files_of_this_machine_are_not_served(address: str, path: str) -> None:
    assert httpx.get(f"{address}/gradio_api/file={path}").status_code == 403


@pytest.mark.parametrize("path", ["/dealqa/../views.py", "/dealqa/%2e%2e/views.py", "/dealqa/..%2fviews.py"])
def test_the_assets_folder_cannot_be_left(address: str, path: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:  # httpx would tidy the path up
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_name_is_turned_away(address: str, host: str) -> None:
    assert httpx.get(address + "/health", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("route", ["/monitoring", "/monitoring/summary", "/docs", "/redoc", "/openapi.json"])
def test_what_nobody_needs_is_closed(address: str, route: str) -> None:
    assert httpx.get(address + route).status_code in (403, 404)


def test_health_says_what_is_served(address: str, assistant: Assistant) -> None:
    health = httpx.get(address + "/health").json()
    assert health["status"] == "ok"
    assert health["generation"] == assistant.generation
    assert health["documents"] == 3
    assert health["version"]


def test_the_page_loads_our_styles_and_no_font_from_elsewhere(address: str) -> None:
    page = httpx.get(address + "/").text
    assert "/dealqa/style.css" in page
    assert "fonts.googleapis" not in page


def test_the_favicon_is_ours(address: str) -> None:
    assert httpx.get(address + "/favicon.ico").content == httpx.get(address + "/dealqa/favicon.svg").content


def test_the_outside_doors_are_shut_before_gradio_is_imported() -> None:
    code = (
        "import json, os, dealqa.web, gradio.analytics\n"
        "print(json.dumps([dict(os.environ), gradio.analytics.analytics_enabled()]))"
    )
    variables = os.environ | dict.fromkeys(environment.SWITCHES, "True")
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    seen, analytics = json.loads(done.stdout)
    assert seen == seen | dict(environment.SWITCHES)
    assert not analytics


def test_a_port_in_use_is_said_in_one_sentence(assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError) as caught:
            serve(assistant, host="127.0.0.1", port=port)
    assert caught.value.message == f"Port {port} on 127.0.0.1 is in use."
    assert "--port" in caught.value.hint


@pytest.mark.parametrize("host", ["10.0.0.1", "::", "example.org", ""])
def test_a_host_that_others_can_reach_is_refused(assistant: Assistant, host: str) -> None:
    with pytest.raises(ServerError, match="no users yet"):
        serve(assistant, host=host, port=0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_cleanly_while_a_page_is_open(
    index_settings: Settings, number: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(index_settings.index)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        with httpx.stream("GET", f"{address}/gradio_api/heartbeat/abc") as beating:  # what an open page holds
            assert beating.status_code == 200
            process.send_signal(number)
            out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out.strip()) == (0, "ended"), err
    assert "Traceback" not in err
