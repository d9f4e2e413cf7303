"""Every page fits its window: a phone's, a laptop's at twice the size, and one of 4k."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import IN_A_BROWSER, WAIT_MS, Visit
from states import BRISTOL, STATES

pytestmark = IN_A_BROWSER

PHONE = {"viewport": {"width": 360, "height": 640}}
ZOOMED = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
"""A window of 1280 x 800 at 200%: half as many CSS pixels, each twice as large."""

FOUR_K = {"viewport": {"width": 3840, "height": 2160}}

BEYOND = (
    "() => [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right"
    " > document.documentElement.clientWidth + 1 && getComputedStyle(one).position !== 'absolute')"
    ".map(one => one.tagName + '.' + one.className).slice(0, 5)"
)


@pytest.mark.parametrize("window", [PHONE, ZOOMED, FOUR_K], ids=["phone", "at 200%", "4k"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_has_to_be_scrolled_sideways(
    visit: Callable[..., Visit], state: Callable[[Visit], None], window: dict[str, object]
) -> None:
    here = visit(**window)
    state(here)
    width = here.page.evaluate("document.documentElement.clientWidth")
    assert here.page.evaluate("document.documentElement.scrollWidth") <= width, here.page.evaluate(BEYOND)


def test_a_question_can_be_asked_and_its_evidence_read_at_twice_the_size(visit: Callable[..., Visit]) -> None:
    here = visit(**ZOOMED)
    here.ask(BRISTOL)
    here.page.locator(".cite").first.click()
    here.page.wait_for_function("document.activeElement.tagName === 'MARK'", timeout=WAIT_MS)
    in_view = "({top}) => 0 <= top && top < innerHeight"
    here.page.wait_for_function(
        f"({in_view})(document.querySelector('#evidence mark').getBoundingClientRect())", timeout=WAIT_MS
    )


def test_type_is_larger_in_a_window_of_4k(visit: Callable[..., Visit]) -> None:
    sizes = []
    for window in ({}, FOUR_K):
        here = visit(**window)
        here.ask(BRISTOL)
        sizes.append(here.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.cite')).fontSize)"))
    assert sizes[1] >= 1.4 * sizes[0]
