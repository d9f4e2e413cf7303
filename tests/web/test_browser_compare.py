"""A comparison in headless Chromium: it is started, fills in, is had as a file, and its evidence is opened."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from browsing import IN_A_BROWSER, WAIT_MS, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = IN_A_BROWSER

RETAINS = "What does {deal} retain?"
FUND = "How big is the venture capital fund of {deal}?"
HUB = "What is the apprenticeship hub of {deal} called?"
AXE = importlib.util.find_spec("axe_playwright_python") is not None


def asked(here: Visit, *questions: str) -> None:
    """Start a comparison of all deals with the form, and wait until it has ended."""
    here.page.get_by_role("link", name="Compare", exact=True).click()
    here.page.get_by_role("textbox", name="Questions").fill("\n".join(questions))
    here.page.get_by_role("button", name="Compare").click()
    here.page.get_by_text("Asked of 3 of 3 deals.").wait_for(timeout=WAIT_MS)


def test_a_comparison_from_the_form_to_its_evidence(visit: Callable[..., Visit], tmp_path: Path) -> None:
    here = visit()
    asked(here, RETAINS, FUND)
    table = here.page.get_by_role("table")
    nottingham = table.get_by_role("row", name="Nottingham")
    assert nottingham.get_by_text("£45 million").first.is_visible()
    with here.page.expect_download() as caught:
        here.page.get_by_role("link", name="Excel file").click()
    caught.value.save_as(tmp_path / "table.xlsx")
    assert openpyxl.load_workbook(tmp_path / "table.xlsx")["Answers"].max_row == 4
    nottingham.get_by_role("link", name="Evidence for Nottingham").first.click()
    assert "£45 million" in "".join(here.page.locator("#evidence mark").all_text_contents())
    here.page.get_by_role("link", name="Back to the table").first.click()
    nottingham.get_by_text("£45 million").first.wait_for(timeout=WAIT_MS)


def never_ended(route: Route) -> None:
    """Keep the script from loading the page anew, so that what it has made can be looked at."""
    response = route.fetch()
    route.fulfill(response=response, json=response.json() | {"ended": False})


def cells(here: Visit) -> list[str]:
    return here.page.evaluate("[...document.querySelectorAll('.grid td')].map((cell) => cell.innerHTML)")


def test_cells_that_come_in_look_like_those_of_the_page_that_is_loaded(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.route("**/cells?from=*", never_ended)
    here.page.get_by_role("link", name="Compare", exact=True).click()
    questions = [RETAINS, FUND, HUB, *(f"Who runs hub {number}?" for number in range(40))]
    here.page.get_by_role("textbox", name="Questions").fill("\n".join(questions))
    here.page.get_by_role("button", name="Compare").click()
    here.page.wait_for_function(
        "document.querySelector('.grid') && !document.querySelector('td.open')", timeout=2 * WAIT_MS
    )
    came = cells(here)
    here.page.unroute("**/cells?from=*")
    here.page.reload()
    here.page.get_by_text("Asked of 3 of 3 deals.").wait_for(timeout=WAIT_MS)
    assert came == cells(here)


def test_one_that_is_stopped_says_so(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.get_by_role("link", name="Compare", exact=True).click()
    here.page.get_by_role("textbox", name="Questions").fill("\n".join(f"Who runs hub {n}?" for n in range(50)))
    here.page.get_by_role("button", name="Compare").click()
    here.page.get_by_role("button", name="Stop").click()
    here.page.get_by_text("It was stopped.").wait_for(timeout=WAIT_MS)


def test_rows_are_filtered_and_chosen_all_at_once(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.get_by_role("link", name="Compare", exact=True).click()
    here.page.get_by_role("button", name="None").click()
    here.page.get_by_role("searchbox", name="Filter").fill("leeds")
    here.page.get_by_role("button", name="All").click()
    here.page.get_by_text("1 of 3 chosen, 1 shown").wait_for(timeout=WAIT_MS)
    here.page.get_by_role("link", name="When was the deal signed?").click()
    assert here.page.get_by_role("textbox", name="Questions").input_value() == "When was the deal signed?"


@pytest.mark.skipif(not AXE, reason="no axe-core in this environment: install the dev extra")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(scheme: str, visit: Callable[..., Visit]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    here = visit(viewport={"width": 360, "height": 700}, color_scheme=scheme)
    found = []

    def look(what: str) -> None:
        violations = Axe().run(here.page).response["violations"]
        found.extend((what, one["id"]) for one in violations if one["impact"] in ("critical", "serious"))
        if here.page.evaluate("document.documentElement.scrollWidth") > 360:
            found.append((what, "wider than the window"))

    asked(here, RETAINS, FUND)
    look("table")
    here.page.get_by_role("link", name="Evidence for").first.click()
    look("evidence")
    here.page.get_by_role("link", name="Compare", exact=True).click()
    look("form")
    assert found == []
