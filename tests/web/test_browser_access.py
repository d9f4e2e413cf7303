"""Signing in and out in Chromium: the whole way by keyboard, and nothing that a reader with a screen reader lacks."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import IN_A_BROWSER, WAIT_MS

from dealqa.access import change_users
from dealqa.assistant import Assistant
from dealqa.config import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


@pytest.fixture(scope="module")
def where(
    serving: Callable[[Assistant], AbstractContextManager[str]],
    index_settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of an app with one user."""
    path: Path = tmp_path_factory.mktemp("users") / "users.json"
    change_users(path, lambda users: users.adding("Anna", "reader", PASSWORD))
    with Assistant(index_settings.model_copy(update={"users": path})) as assistant, serving(assistant) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own, with its own cookies."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme="dark")
    yield context.new_page()
    context.close()


def has_focus(page: Page, field: str) -> None:
    """Wait until a field has the focus, which the page gives it when it has loaded."""
    page.wait_for_function("field => document.activeElement?.id === field", arg=field, timeout=WAIT_MS)


def sign_in(page: Page, password: str = PASSWORD) -> None:
    has_focus(page, "name")
    page.keyboard.type("Anna")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_a_reader_signs_in_by_keyboard_asks_and_signs_out(page: Page, where: str) -> None:
    page.goto(where + "/")
    page.wait_for_url("**/login")
    sign_in(page)
    page.wait_for_url(where + "/")
    page.get_by_role("textbox", name="Your question").fill("What does Bristol retain?")
    page.keyboard.press("Enter")
    page.get_by_text("25 years").first.wait_for(timeout=WAIT_MS)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    page.goto(where + "/documents")
    page.wait_for_url("**/login?next=/documents")


def test_what_went_wrong_is_told_and_only_the_password_is_typed_again(page: Page, where: str) -> None:
    page.goto(where + "/documents")
    sign_in(page, "a wrong password")
    page.get_by_role("alert").wait_for(timeout=WAIT_MS)
    assert page.get_by_role("alert").text_content() == "The name or the password is wrong."
    has_focus(page, "password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents")


@pytest.mark.skipif(importlib.util.find_spec("axe_playwright_python") is None, reason="no axe-core: install dev")
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page, where: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.goto(where + "/login")
    sign_in(page, "a wrong password")
    page.get_by_role("alert").wait_for(timeout=WAIT_MS)
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
