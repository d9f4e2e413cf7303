"""The page "Quality" in a browser: a suite is asked without the page being loaded by hand, and axe has no complaint."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import IN_A_BROWSER, Visit, note_console, note_failure, note_outside

from dealqa.assistant import Assistant

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = IN_A_BROWSER

PATIENCE_MS = 90_000


@pytest.fixture
def place(
    assistant: Assistant,
    tmp_path: Path,
    serving: Callable[[Assistant], AbstractContextManager[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """Where the web app is, over a folder with one suite."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "evals" / "paper"
    folder.mkdir(parents=True)
    cases = [
        {"id": "right", "question": "What does Bristol retain?", "answers": ["25 years"], "meta": {"class": "fact"}},
        {"id": "wrong", "question": "Who shares the fund of Bristol?", "answers": ["Hull"], "meta": {"class": "who"}},
    ]
    lines = "".join(json.dumps(case | {"answerable": True, "split": "dev"}) + "\n" for case in cases)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    remark = {"question": "Why?", "verdict": "down", "comment": "Too long.", "answer": {"answer": "So."}}
    (tmp_path / "evals" / "candidates.jsonl").write_text(json.dumps(remark) + "\n", encoding="utf-8")
    with serving(assistant) as address:
        yield address


@pytest.fixture
def here(browser: Browser, place: str) -> Iterator[Visit]:
    page = browser.new_context(viewport={"width": 360, "height": 800}).new_page()
    made = Visit(page)
    page.on("request", lambda request: note_outside(made, place, request.url))
    page.on("response", lambda response: note_failure(made, response.status, response.url))
    page.on("console", lambda message: note_console(made, message.type, message.text))
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.goto(f"{place}/quality")
    yield made
    page.context.close()
    assert made.outside == []
    assert made.complaints == []


def problems(here: Visit) -> list[str]:
    """What axe finds that is critical or serious, and whether the page scrolls sideways; in light and in dark."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for scheme in ("light", "dark"):
        here.page.emulate_media(color_scheme=scheme)
        violations = Axe().run(here.page).response["violations"]
        found += [one["id"] for one in violations if one["impact"] in ("critical", "serious")]
    if here.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("it scrolls sideways")
    return found


@pytest.mark.skipif(
    importlib.util.find_spec("axe_playwright_python") is None,
    reason="no axe-core in this environment: install the dev extra",
)
def test_a_suite_is_asked_its_failures_are_opened_and_every_page_is_accessible(here: Visit) -> None:
    page = here.page
    assert problems(here) == []
    page.get_by_role("button", name="Ask them").click()
    page.get_by_text("Of 2 questions, 1 came out right: 50.0%.").wait_for(timeout=PATIENCE_MS)  # it came by itself
    for folded in page.locator("summary").all():
        folded.click()
    assert problems(here) == []
    page.get_by_role("link", name="Wrong answer").click()
    assert problems(here) == []
    page.get_by_role("link", name="Who shares the fund of Bristol?").click()
    page.get_by_role("heading", name="What dealqa said").wait_for()
    assert problems(here) == []
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("link", name="Back to the figures").click()
    page.get_by_role("link", name="What readers said of answers").click()
    page.get_by_text("What dealqa said").click()
    assert problems(here) == []
