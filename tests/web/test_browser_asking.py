"""What a reader does with an answer, in headless Chromium over a real server and a real index."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browsing import IN_A_BROWSER, WAIT_MS, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = IN_A_BROWSER

BRISTOL = "What does Bristol retain?"
FUND = "How big is the venture capital fund of Nottingham?"


def questions(here: Visit) -> list[str]:
    return here.page.locator(".turn .question").all_inner_texts()


def test_a_chip_that_is_removed_asks_again_without_it(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask(BRISTOL)
    here.page.get_by_role("button", name="Leave out: Bristol").click()
    here.page.get_by_role("button", name="Put back what was left out").wait_for(timeout=WAIT_MS)
    assert here.page.get_by_role("button", name="Leave out: Bristol").count() == 0
    here.page.get_by_role("button", name="Put back what was left out").click()
    here.page.get_by_role("button", name="Leave out: Bristol").wait_for(timeout=WAIT_MS)
    assert questions(here) == [BRISTOL]


def test_a_follow_up_that_was_misunderstood_can_be_put_right(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask(BRISTOL)
    here.ask("And Nottingham?")
    here.page.get_by_role("button", name="Change").click()
    meant = here.page.get_by_role("textbox", name="What you mean")
    assert meant.input_value() == "What does Nottingham retain?"
    meant.fill(FUND)
    meant.press("Enter")
    here.page.locator(".turn").nth(1).get_by_text("£45 million").first.wait_for(timeout=WAIT_MS)
    assert questions(here) == [BRISTOL, "And Nottingham?"]


def test_a_reload_keeps_the_conversation(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask(BRISTOL)
    here.ask("And Nottingham?")
    here.page.reload()
    here.wait_for_turn(2)
    assert questions(here) == [BRISTOL, "And Nottingham?"]
    assert here.page.locator(".turn").nth(1).locator(".resolved q").inner_text() == "What does Nottingham retain?"


def test_a_conversation_can_be_renamed_opened_again_and_deleted(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask(BRISTOL)
    here.page.get_by_role("button", name="New", exact=True).click()
    here.page.get_by_role("heading", name="What do you want to know?").wait_for(timeout=WAIT_MS)
    here.ask(FUND)
    here.page.get_by_role("button", name="Conversations").click()
    history = here.page.get_by_role("dialog", name="Conversations")
    history.get_by_role("button", name=f"Rename: {BRISTOL}").click()
    history.get_by_role("textbox", name="New name").fill("Rates <b>")
    history.get_by_role("button", name="Save").click()
    history.get_by_role("button", name="Rates <b>", exact=True).click()
    here.page.get_by_text("25 years").first.wait_for(timeout=WAIT_MS)
    here.wait_for_turn(1)
    assert questions(here) == [BRISTOL]
    here.page.get_by_role("button", name="Conversations").click()
    history.get_by_role("button", name="Delete: Rates <b>").click()
    assert history.locator("li").count() == 1


def test_conversations_stay_in_the_browser_and_hold_the_questions_only(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask(BRISTOL)
    kept = json.loads(here.page.evaluate("localStorage.getItem('dealqa:conversations:')"))
    assert [list(turn) for turn in kept[0]["turns"]] == [["question", "instead", "without"]]
    assert "25 years" not in json.dumps(kept)


def test_a_link_to_a_question_asks_it(visit: Callable[..., Visit], address: str) -> None:
    here = visit()
    here.page.goto(f"{address}/?q={quote(BRISTOL)}")
    here.wait_for_turn(1)
    assert questions(here) == [BRISTOL]
    assert here.page.url == f"{address}/"


def test_the_link_of_an_answer_leads_to_its_question(visit: Callable[..., Visit], address: str) -> None:
    here = visit()
    here.ask(BRISTOL)
    link = here.page.get_by_role("link", name="Link to this question").get_attribute("href")
    other = visit()
    other.page.goto(f"{address}{link}")
    other.wait_for_turn(1)
    assert questions(other) == [BRISTOL]


def test_an_answer_is_copied_with_its_sources(visit: Callable[..., Visit]) -> None:
    here = visit(permissions=["clipboard-read", "clipboard-write"])
    here.ask(BRISTOL)
    here.page.get_by_role("button", name="Copy").click()
    here.page.get_by_role("status").get_by_text("Copied.").wait_for(timeout=WAIT_MS)
    copied = here.page.evaluate("navigator.clipboard.readText()")
    assert "25 years" in copied
    assert "bristol.md" in copied


def test_an_answer_that_is_wrong_is_noted_with_what_is_wrong(
    visit: Callable[..., Visit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the server runs in this process: it keeps its candidates here
    here = visit()
    here.ask(BRISTOL)
    here.page.get_by_role("button", name="No", exact=True).click()
    here.page.get_by_role("textbox", name="What is wrong with it?").fill("It is 26 years.")
    here.page.get_by_role("button", name="Send").click()
    here.page.get_by_text("Noted as wrong").wait_for(timeout=WAIT_MS)
    (line,) = (tmp_path / "evals" / "candidates.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["comment"] == "It is 26 years."


def test_a_suggested_question_is_asked_by_its_button(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask(FUND)
    suggested = here.page.get_by_role("region", name="Questions that could come next").get_by_role("button").first
    suggested.wait_for(timeout=WAIT_MS)
    question = suggested.inner_text()
    suggested.click()
    here.wait_for_turn(2)
    assert questions(here) == [FUND, question]


def test_a_first_question_outlives_a_welcome_that_comes_late(visit: Callable[..., Visit]) -> None:
    here = visit()
    late: list[Route] = []
    here.page.route("**/gradio_api/run/predict", lambda route: late.append(route))
    here.page.goto(here.page.url)
    here.page.locator("#conversation .log").wait_for(state="attached", timeout=WAIT_MS)
    here.ask(BRISTOL)
    arriving = late[-1]  # the page that was left may have asked, too
    with here.page.expect_response("**/gradio_api/run/predict"):
        arriving.continue_()
    here.page.wait_for_timeout(500)  # for what should not come of it
    assert questions(here) == [BRISTOL]
    assert not here.page.locator(".welcome").is_visible()


def test_the_whole_task_can_be_done_with_the_keyboard_alone(visit: Callable[..., Visit]) -> None:
    here = visit()
    keyboard = here.page.keyboard
    keyboard.type(BRISTOL)  # the box has the focus from the start
    keyboard.press("Enter")
    here.wait_for_turn(1)
    for _ in range(60):
        keyboard.press("Tab")
        if here.page.evaluate("document.activeElement.classList.contains('cite')"):
            break
    keyboard.press("Enter")
    here.page.wait_for_function("document.activeElement.tagName === 'MARK'", timeout=WAIT_MS)
    for _ in range(20):
        keyboard.press("Tab")
        if here.page.evaluate("document.activeElement.textContent === 'Back to the answer'"):
            break
    keyboard.press("Enter")
    assert here.page.evaluate("document.activeElement.classList.contains('cite')")
