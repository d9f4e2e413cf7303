"""Two users with different roles in Chromium: one takes a document in and asks about it, the other only asks.

The documents disagree on a figure, so that both are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import IN_A_BROWSER, WAIT_MS, Serving, Visit

from dealqa.access import change_users
from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index import build_index

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = IN_A_BROWSER

PASSWORD = "long enough to be one"  # noqa: S105 - of users who live as long as this test
JOBS = "How many jobs does the Northport deal bring by 2027?"
PAPERS = {
    "northport-2014.md": "# Northport City Deal\n\n## Jobs\n\nThe Northport deal brings 5,200 jobs by 2027.\n",
    "northport-2018.md": "# Northport update\n\n## Jobs\n\nThe Northport deal brings 7,850 jobs by 2027.\n",
}


@pytest.fixture
def guarded(index_settings: Settings, serving: Serving, tmp_path: Path) -> Iterator[str]:
    """The address of an app with an editor and a reader, over papers that disagree."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, body in PAPERS.items():
        (corpus / name).write_text(body, encoding="utf-8")
    users = tmp_path / "users.json"
    change_users(users, lambda known: known.adding("Edith", "editor", PASSWORD))
    change_users(users, lambda known: known.adding("Rob", "reader", PASSWORD))
    settings = index_settings.model_copy(update={"corpus": corpus, "index": tmp_path / "index", "users": users})
    build_index(settings)
    with Assistant(settings) as assistant, serving(assistant) as address:
        yield address


def signed_in(browser: Browser, address: str, name: str) -> Visit:
    page = browser.new_context().new_page()
    page.goto(f"{address}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#conversation .log").wait_for(state="attached", timeout=WAIT_MS)
    return Visit(page)


def test_what_an_editor_takes_in_a_reader_can_ask_about(browser: Browser, guarded: str, tmp_path: Path) -> None:
    editor, reader = signed_in(browser, guarded, "Edith"), signed_in(browser, guarded, "Rob")
    (tmp_path / "hull.md").write_text("# Hull paper\n\nHull builds a port of £40 million.\n", encoding="utf-8")
    editor.page.goto(f"{guarded}/documents")
    editor.page.get_by_label("Add documents").set_input_files(tmp_path / "hull.md")
    editor.page.get_by_role("button", name="Add", exact=True).click()
    editor.page.get_by_role("heading", name="Hull paper").wait_for(timeout=3 * WAIT_MS)
    reader.ask("How much does the port of Hull cost?")
    assert "£40 million" in reader.page.locator(".answer").inner_text()
    assert reader.marked() == "Hull builds a port of £40 million."


def test_a_reader_is_shown_no_button_that_changes_documents(browser: Browser, guarded: str) -> None:
    editor, reader = signed_in(browser, guarded, "Edith"), signed_in(browser, guarded, "Rob")
    for here in (editor, reader):
        here.page.goto(f"{guarded}/documents")
    assert editor.page.get_by_role("button", name="Bring up to date").count() == 1
    assert editor.page.get_by_label("Add documents").count() == 1
    assert reader.page.get_by_role("button", name="Bring up to date").count() == 0
    assert reader.page.get_by_label("Add documents").count() == 0


def test_both_statements_of_a_conflict_are_shown_and_each_opens_its_evidence(browser: Browser, guarded: str) -> None:
    reader = signed_in(browser, guarded, "Rob")
    reader.ask(JOBS)
    statements = reader.page.locator(".statements li")
    assert statements.count() == 2
    assert "The documents differ on this" in reader.page.locator(".notices").inner_text()
    for place in range(2):
        statements.nth(place).locator(".cite").click()
        reader.page.wait_for_function("document.activeElement.tagName === 'MARK'", timeout=WAIT_MS)
        said = statements.nth(place).inner_text()
        assert reader.marked().split(" jobs")[0] in said


def test_conversations_of_two_users_of_one_browser_are_kept_apart(browser: Browser, guarded: str) -> None:
    here = signed_in(browser, guarded, "Rob")
    here.ask("How many jobs does the Northport deal bring?")
    here.page.get_by_role("button", name="Sign out").click()
    here.page.get_by_label("Name").fill("Edith")
    here.page.get_by_label("Password").fill(PASSWORD)
    here.page.get_by_role("button", name="Sign in").click()
    here.page.locator("#conversation .log").wait_for(state="attached", timeout=WAIT_MS)
    here.page.get_by_role("button", name="Conversations").click()
    assert here.page.get_by_text("No conversations yet.").count() == 1
