"""A small corpus of our own, its index, and the web app over it on a free port of this machine."""

from __future__ import annotations

import functools
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from browsing import ARGUMENTS, CHROMIUM, WAIT_MS, Serving, Visit, note_console, note_failure, note_outside

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index import build_index
from dealqa.web import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser


HOSTILE = '${window.owned = 1} {{constructor}} <img src=x onerror="window.owned = 1"><script>window.owned = 1</script>'

CORPUS = {
    "bristol.md": """# Bristol City Deal

The deal was signed in July 2012.

## Business rates

Bristol retains 100% of the growth in business rates in five enterprise areas for 25 years. The money goes into one
fund, which four councils share.

- The largest area lies beside the main station.
- The fund pays for roads, rail and broadband.

## Transport

A metro is planned, with half-hourly trains on four lines.
""",
    "nottingham.md": """# Nottingham City Deal

The deal was signed in July 2012.

## Venture capital

Nottingham has a venture capital fund of £45 million for young companies.

## Creative quarter

A quarter of the city centre is set aside for the creative trades.
""",
    "leeds.md": f"""# Leeds paper

## Skills

The apprenticeship hub of Leeds is called {HOSTILE} by its founders.
""",
}


@pytest.fixture(scope="session")
def hostile() -> str:
    """Text that a page which took it for markup, a template or a script would act upon; one document holds it."""
    return HOSTILE


@pytest.fixture(scope="session")
def index_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index over the small corpus, built once."""
    folder = tmp_path_factory.mktemp("web")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, body in CORPUS.items():
        (corpus / name).write_text(body, encoding="utf-8")
    settings = Settings(corpus=corpus, index=folder / "index", cache=Path(os.environ["DEALQA_CACHE"]))
    report = build_index(settings)
    assert report.documents == len(CORPUS), report.failures
    return settings


@pytest.fixture(scope="session")
def assistant(index_settings: Settings) -> Iterator[Assistant]:
    """An open assistant over the small corpus."""
    with Assistant(index_settings) as opened:
        yield opened


@pytest.fixture
def changing(index_settings: Settings, tmp_path: Path) -> Settings:
    """The index over the small corpus once more, for a test of its own to change."""
    shutil.copytree(index_settings.index, tmp_path / "index")
    shutil.copytree(index_settings.corpus, tmp_path / "corpus")
    return index_settings.model_copy(update={"index": tmp_path / "index", "corpus": tmp_path / "corpus"})


@pytest.fixture(scope="session")
def address(serving: Serving, assistant: Assistant) -> Iterator[str]:
    """Where the running web app is: "http://127.0.0.1:<port>"."""
    with serving(assistant) as where:
        yield where


@pytest.fixture(scope="session")
def serving() -> Serving:
    """Runs the web app over an assistant for as long as a block lasts; gives its address."""
    return _serving


@contextmanager
def _serving(assistant: Assistant) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        factory = functools.partial(create_app, assistant)
        server = uvicorn.Server(uvicorn.Config(factory, factory=True, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                pytest.fail("the server did not start")
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="module")  # its event loop runs in this thread: no other may, as long as it is open
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Open the page in a fresh browser context; afterwards it must have kept to itself and not complained."""
    visits: list[Visit] = []

    def open_page(**context: Any) -> Visit:
        page = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | context)).new_page()
        made = Visit(page)
        visits.append(made)
        page.on("request", lambda request: note_outside(made, address, request.url))
        page.on("response", lambda response: note_failure(made, response.status, response.url))
        page.on("console", lambda message: note_console(made, message.type, message.text))
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        page.goto(address)
        page.locator("#conversation .log").wait_for(state="attached", timeout=WAIT_MS)
        return made

    yield open_page
    for made in visits:
        made.page.context.close()
        assert made.outside == []
        assert made.complaints == []
