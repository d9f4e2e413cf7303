"""axe-core finds nothing critical and nothing serious, whatever the page shows, in light and in dark."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import pytest
from browsing import IN_A_BROWSER, Visit
from states import STATES

pytestmark = [
    *IN_A_BROWSER,
    pytest.mark.skipif(
        importlib.util.find_spec("axe_playwright_python") is None,
        reason="no axe-core in this environment: install the dev extra",
    ),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_critical_or_serious(
    visit: Callable[..., Visit], state: Callable[[Visit], None], scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    here = visit(color_scheme=scheme)
    state(here)
    found = Axe().run(here.page).response["violations"]
    assert [
        (one["id"], one["impact"], [node["target"] for node in one["nodes"]][:5])
        for one in found
        if one["impact"] in ("critical", "serious")
    ] == []


def test_axe_would_find_a_button_without_a_name(visit: Callable[..., Visit]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    here = visit()
    here.page.evaluate("document.querySelector('#conversation').append(document.createElement('button'))")
    assert "button-name" in [one["id"] for one in Axe().run(here.page).response["violations"]]
