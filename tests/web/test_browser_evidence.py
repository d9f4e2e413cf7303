"""The evidence of a PDF in a browser: its page with frames, the way from citation to citation, the page shown large."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import IN_A_BROWSER, WAIT_MS, Visit, note_console, note_failure, note_outside
from evidence_corpus import SENTENCE, index_of_formats

from dealqa.assistant import Assistant

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = IN_A_BROWSER

QUESTION = "What do the four councils of the Severn deal keep?"
COVERS = """() => {
  const frame = document.querySelector('#evidence .frame').getBoundingClientRect();
  const page = document.querySelector('#evidence .paper img').getBoundingClientRect();
  return frame.width > 20 && frame.left > page.left && frame.right < page.right && frame.top > page.top
    && frame.bottom < page.bottom;
}"""
LOADED = "() => { const i = document.querySelector('.paper img'); return i && i.complete && i.naturalWidth > 1000; }"
NO_WIDER = "() => document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(scope="module")
def formats(serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Assistant(index_of_formats(tmp_path_factory.mktemp("seen"))) as opened, serving(opened) as address:
        yield address


@pytest.fixture
def asked(browser: Browser, formats: str) -> Iterator[Callable[..., Visit]]:
    """The page on which a question was asked, with its citation of the PDF opened; it must not have complained."""
    visits: list[Visit] = []

    def ask(question: str = QUESTION, **context: object) -> Visit:
        page = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | context)).new_page()
        made = Visit(page)
        visits.append(made)
        page.on("request", lambda request: note_outside(made, formats, request.url))
        page.on("response", lambda response: note_failure(made, response.status, response.url))
        page.on("console", lambda message: note_console(made, message.type, message.text))
        page.goto(formats)
        page.locator("#conversation .log").wait_for(state="attached", timeout=WAIT_MS)
        made.ask(question)
        page.locator("#evidence .sources a", has_text="Severn paper").first.click()
        page.locator("#evidence .paper img").scroll_into_view_if_needed(timeout=WAIT_MS)
        page.wait_for_function(LOADED, timeout=WAIT_MS)
        return made

    yield ask
    for made in visits:
        made.page.context.close()
        assert made.outside == []
        assert made.complaints == []


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_is_shown_with_a_frame_on_it(asked: Callable[..., Visit], width: int) -> None:
    here = asked(viewport={"width": width, "height": 900})
    assert here.page.evaluate(COVERS)
    assert here.marked() == SENTENCE
    assert here.page.evaluate(NO_WIDER)


def test_citations_are_stepped_through(asked: Callable[..., Visit]) -> None:
    here = asked("What does the deal say about airports?")  # refused, with the two statements that come nearest
    here.page.locator("#evidence .sources a").first.click()  # which of them comes first is the evidence model's to say
    steps = here.page.locator("#evidence .steps")
    steps.get_by_text("1 of 2", exact=True).wait_for(timeout=WAIT_MS)
    first = here.marked()
    steps.get_by_role("link", name="Next").click()
    steps.get_by_text("2 of 2", exact=True).wait_for(timeout=WAIT_MS)
    second = here.marked()
    assert "" not in (first, second)
    assert first != second
    steps.get_by_role("link", name="Previous").click()
    steps.get_by_text("1 of 2", exact=True).wait_for(timeout=WAIT_MS)
    assert here.marked() == first


def test_the_picture_leads_to_the_page_shown_large(asked: Callable[..., Visit]) -> None:
    here = asked()
    with here.page.expect_popup() as opening:
        here.page.locator("#evidence .paper").click()
    large = opening.value
    large.wait_for_function(LOADED, timeout=WAIT_MS)
    assert large.locator("h1").inner_text() == "Severn paper on the deal"
    assert large.locator("img").bounding_box()["width"] > 800


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_critical_or_serious_in_the_evidence(asked: Callable[..., Visit], scheme: str) -> None:
    if importlib.util.find_spec("axe_playwright_python") is None:
        pytest.skip("no axe-core in this environment: install the dev extra")
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(asked(color_scheme=scheme).page, context="#evidence").response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("critical", "serious")] == []
