"""A small corpus of our own, its index, and the web app over it on a free port of this machine."""

from __future__ import annotations

import functools
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index import build_index
from dealqa.web import create_app

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


@pytest.fixture(scope="session")
def address(assistant: Assistant) -> Iterator[str]:
    """Where the running web app is: "http://127.0.0.1:<port>"."""
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
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(timeout=20)
