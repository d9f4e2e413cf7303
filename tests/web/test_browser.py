"""What a reader does on the page, in headless Chromium over a real server and a real index."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest
from browsing import IN_A_BROWSER, WAIT_MS, Visit

from dealqa.assistant import Assistant
from dealqa.config import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = IN_A_BROWSER


def test_a_citation_opens_on_its_quote(visit: Callable[..., Visit], assistant: Assistant) -> None:
    answer = assistant.ask("What does Bristol retain?")
    here = visit()
    here.ask("What does Bristol retain?")
    assert "25 years" in here.page.locator(".answer").inner_text()
    here.page.locator(".cite").first.click()
    here.page.wait_for_function("() => document.activeElement.tagName === 'MARK'", timeout=WAIT_MS)
    assert here.marked() == answer.citations[0].quote
    document = assistant.document(answer.citations[0].document_id)
    assert here.marked() == document.text[answer.citations[0].start : answer.citations[0].end]


def test_the_quote_is_in_view_after_the_click(visit: Callable[..., Visit]) -> None:
    here = visit(viewport={"width": 360, "height": 740})
    here.ask("What does Bristol retain?")
    here.page.locator(".cite").first.click()
    here.page.wait_for_function(
        "() => { const box = document.querySelector('#evidence mark').getBoundingClientRect();"
        " return document.activeElement.tagName === 'MARK' && box.top >= 0 && box.bottom <= innerHeight; }",
        timeout=WAIT_MS,
    )


def test_a_place_in_no_document_is_refused(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask("What does Cardiff retain?")
    assert "Not in these documents" in here.page.locator(".refusal").inner_text()
    assert here.page.locator(".answer").count() == 0


def test_what_is_nearest_to_a_refused_question_can_be_opened(visit: Callable[..., Visit], assistant: Assistant) -> None:
    refusal = assistant.ask("What does Cardiff retain?").refusal
    assert refusal is not None
    here = visit()
    here.ask("What does Cardiff retain?")
    here.page.locator(".nearest").last.click()
    here.page.wait_for_function("() => document.activeElement.tagName === 'MARK'", timeout=WAIT_MS)
    assert here.marked() == refusal.nearest[-1].quote


def test_the_whole_task_can_be_done_with_the_keyboard(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask("What does Bristol retain?")
    for _ in range(20):  # from the question box backwards through the answer
        here.page.keyboard.press("Shift+Tab")
        if here.page.evaluate("document.activeElement.classList.contains('cite')"):
            break
    here.page.keyboard.press("Enter")
    here.page.wait_for_function("() => document.activeElement.tagName === 'MARK'", timeout=WAIT_MS)
    here.page.keyboard.press("Tab")
    assert here.page.evaluate("document.activeElement.textContent") == "Back to the answer"
    here.page.keyboard.press("Enter")
    assert here.page.evaluate("document.activeElement.classList.contains('cite')")


def test_text_of_a_document_never_becomes_markup_or_script(
    visit: Callable[..., Visit], assistant: Assistant, hostile: str
) -> None:
    question = "What is the apprenticeship hub of Leeds called?"
    assert hostile in assistant.ask(question).citations[0].quote
    here = visit()
    here.ask(question)
    assert hostile in here.page.locator(".answer").inner_text()
    assert hostile in here.marked()
    assert here.page.evaluate("window.owned") is None
    assert here.page.locator("#workbench img, #workbench script").count() == 0


def test_a_question_never_becomes_markup_or_script(visit: Callable[..., Visit], hostile: str) -> None:
    here = visit()
    here.ask(hostile)
    assert here.page.locator(".question").inner_text() == hostile
    assert here.page.evaluate("window.owned") is None
    assert here.page.locator("#workbench img, #workbench script").count() == 0


def test_an_example_is_asked_with_one_click(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.get_by_role("button", name="What does Bristol retain?").click()
    here.wait_for_turn(1)
    assert here.page.locator(".question").inner_text() == "What does Bristol retain?"
    assert here.page.locator(".answer").count() == 1


def test_a_follow_up_shows_how_it_was_understood(visit: Callable[..., Visit], assistant: Assistant) -> None:
    resolved = assistant.ask("And Nottingham?", ["What does Bristol retain?"]).question.resolved
    here = visit()
    here.ask("What does Bristol retain?")
    here.ask("And Nottingham?")
    assert resolved in here.page.locator(".resolved").inner_text()


def test_citations_of_an_older_answer_open_their_own_evidence(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask("What does Bristol retain?")
    first = here.marked()
    here.ask("How big is Nottingham's venture capital fund?")
    assert here.marked() != first
    here.page.locator("#conversation a[href='#cite-1-1']").first.click()
    here.page.wait_for_function("() => document.activeElement.tagName === 'MARK'", timeout=WAIT_MS)
    assert here.marked() == first


def test_clear_brings_the_empty_page_back(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask("What does Bristol retain?")
    here.page.get_by_role("button", name="New", exact=True).click()
    here.page.locator(".welcome").wait_for(timeout=WAIT_MS)
    assert here.page.locator(".turn").count() == 0
    assert here.page.locator("#evidence mark").count() == 0


def test_a_question_that_is_too_long_is_answered_with_a_plain_sentence(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask("why " * 25_000)
    assert "the limit is 2,000" in here.page.locator(".problem").inner_text()


def test_a_question_sent_while_another_is_being_answered_is_asked_next(visit: Callable[..., Visit]) -> None:
    here = visit()
    box = here.page.get_by_role("textbox", name="Your question")
    for question in ("What does Bristol retain?", "And Nottingham?"):
        box.fill(question)
        box.press("Enter")
        here.page.wait_for_function("() => document.querySelector('#question textarea').value === ''", timeout=WAIT_MS)
    here.wait_for_turn(2)
    assert here.page.locator(".turn .question").all_inner_texts() == ["What does Bristol retain?", "And Nottingham?"]


def test_a_second_press_on_the_same_question_asks_it_once(visit: Callable[..., Visit]) -> None:
    here = visit()
    box = here.page.get_by_role("textbox", name="Your question")
    box.fill("What does Bristol retain?")
    box.press("Enter")
    box.press("Enter")
    here.wait_for_turn(1)
    here.page.wait_for_timeout(1000)  # a second one would be there by then
    assert here.page.locator(".turn").count() == 1


def test_two_readers_do_not_see_each_other(visit: Callable[..., Visit]) -> None:
    one, other = visit(), visit()
    one.ask("What does Bristol retain?")
    other.ask("And Nottingham?")
    assert other.page.locator(".turn").count() == 1
    assert other.page.locator(".resolved").count() == 0


def test_the_browser_loads_nothing_from_elsewhere_even_if_told_to(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    violated = page.evaluate(
        "() => new Promise(done => {"
        " document.addEventListener('securitypolicyviolation', event => done(event.violatedDirective));"
        " new Image().src = 'http://localhost:1/leak.png'; })"
    )
    page.close()
    assert violated == "img-src"


def test_the_page_is_called_dealqa(visit: Callable[..., Visit]) -> None:
    assert visit().page.title() == "dealqa"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_documents_are_one_link_away_and_can_be_filtered(
    visit: Callable[..., Visit], width: int, scheme: str
) -> None:
    here = visit(viewport={"width": width, "height": 640}, color_scheme=scheme)
    documents = here.page
    documents.get_by_role("link", name="Documents", exact=True).click()
    documents.get_by_role("searchbox", name="Title or path").fill("nottingham")
    documents.keyboard.press("Enter")
    documents.get_by_role("heading", name="1 of 3 documents").wait_for(timeout=WAIT_MS)
    assert documents.get_by_role("heading", level=3).all_inner_texts() == ["Nottingham City Deal"]
    assert documents.evaluate("document.documentElement.scrollWidth") <= width


def test_a_filter_of_the_documents_never_becomes_markup(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.goto(here.page.url + "documents?q=" + "%3Cimg src=x onerror=alert(1)%3E")
    assert here.page.get_by_role("searchbox").input_value() == "<img src=x onerror=alert(1)>"
    assert here.page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_a_new_document_is_there_after_the_button_was_pressed_without_a_script(
    browser: Browser, changing: Settings, serving: Callable[[Assistant], AbstractContextManager[str]], width: int
) -> None:
    (changing.corpus / "hull.md").write_text("# Hull paper\n\nHull builds a port.\n", encoding="utf-8")
    with Assistant(changing) as assistant, serving(assistant) as where:
        page = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 640}).new_page()
        page.goto(f"{where}/documents?q=paper")
        assert page.get_by_role("heading", level=3).all_inner_texts() == ["Leeds paper"]
        page.get_by_role("button", name="Bring up to date").click()
        page.get_by_role("progressbar").wait_for(timeout=WAIT_MS)
        page.get_by_role("status").get_by_text("1 added, 3 unchanged").wait_for(timeout=3 * WAIT_MS)
        assert page.get_by_role("heading", level=3).all_inner_texts() == ["Hull paper", "Leeds paper"]
        assert page.url == f"{where}/documents?q=paper"
        page.context.close()
