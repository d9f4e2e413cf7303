"""The pages of the documents in Chromium: adding one by hand and by dropping, and what axe-core says of each page."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest
from browsing import IN_A_BROWSER, WAIT_MS

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index.removed import set_aside

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER

DROP = """
form => {
  const given = new DataTransfer();
  given.items.add(new File(["# York paper\\n\\nYork builds a wall.\\n"], "york.md"));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
}
"""


@pytest.fixture
def where(changing: Settings, serving: Callable[[Assistant], AbstractContextManager[str]]) -> Iterator[str]:
    """The address of an app whose documents may be changed; one file lies among the removed ones."""
    (changing.corpus / "old.md").write_text("# Old paper\n", encoding="utf-8")
    set_aside(changing, "old.md", title="Old paper", by="")
    with Assistant(changing) as assistant, serving(assistant) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A narrow page that must not complain."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert complaints == []


def test_a_file_that_is_chosen_is_listed_when_it_was_read(page: Page, where: str, tmp_path: Path) -> None:
    (tmp_path / "hull.md").write_text("# Hull paper\n\nHull builds a port.\n", encoding="utf-8")
    page.goto(where + "/documents")
    page.get_by_label("Add documents").set_input_files(tmp_path / "hull.md")
    page.get_by_text("1 file chosen.").wait_for(timeout=WAIT_MS)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("heading", name="Hull paper").wait_for(timeout=3 * WAIT_MS)
    page.get_by_role("link", name="Read it").click()
    page.get_by_text("Hull builds a port.").wait_for(timeout=WAIT_MS)


def test_a_file_that_is_dropped_on_the_form_is_chosen(page: Page, where: str) -> None:
    page.goto(where + "/documents")
    page.locator("form.upload").evaluate(DROP)
    page.get_by_text("1 file chosen.").wait_for(timeout=WAIT_MS)
    assert page.locator("#documents").evaluate("input => input.files[0].name") == "york.md"


@pytest.mark.skipif(importlib.util.find_spec("axe_playwright_python") is None, reason="no axe-core: install dev")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Browser, where: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(where + "/documents")
    read = page.locator(".documents h3 a").first.get_attribute("href") or ""
    remove = read.replace("/read?", "/remove?")
    found = {}
    for path in (
        "/documents",
        read,
        f"{read}&start=0&end=60",
        remove,
        "/documents/removed",
        "/documents/read?document=x",
    ):
        page.goto(where + path)
        result = Axe().run(page)
        found[path] = [one["id"] for one in result.response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()
    assert found == {path: [] for path in found}
