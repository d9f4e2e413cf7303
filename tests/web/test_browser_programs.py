"""The page for those who write programs, in headless Chromium."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import pytest
from browsing import IN_A_BROWSER, Visit

pytestmark = IN_A_BROWSER


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_for_programs_never_scrolls_sideways(visit: Callable[..., Visit], address: str, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800}).page
    page.goto(address + "/api")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.get_by_role("heading", level=1).inner_text() == "For programs"


@pytest.mark.skipif(importlib.util.find_spec("axe_playwright_python") is None, reason="install the dev extra")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say_of_the_page_for_programs(
    visit: Callable[..., Visit], address: str, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit(color_scheme=scheme).page
    page.goto(address + "/api")
    page.locator("summary").click()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"]) for one in found] == []
