"""What a browser is told where a route refuses, and what a program is."""

from __future__ import annotations

import httpx
import pytest

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(("path", "status"), [("/documents/update", 403), ("/compare", 403)])
def test_a_browser_that_may_not_do_something_is_told_so_in_a_page(address: str, path: str, status: int) -> None:
    answer = httpx.post(f"{address}{path}", headers=BROWSER, trust_env=False)
    assert answer.status_code == status
    assert '<nav aria-label="Pages">' in answer.text
    assert "Not allowed" in answer.text


@pytest.mark.parametrize("path", ["/nothing-here", "/documents/nothing", "/gradio_api/info"])
def test_a_browser_that_asks_for_what_is_not_there_is_led_back(address: str, path: str) -> None:
    answer = httpx.get(f"{address}{path}", headers=BROWSER, trust_env=False)
    assert answer.status_code == 404
    assert '<nav aria-label="Pages">' in answer.text
    assert '<a href="/">Ask a question</a>' in answer.text


def test_a_program_that_may_not_do_something_is_told_so_in_json(address: str) -> None:
    answer = httpx.post(f"{address}/documents/update", headers={"Accept": "application/json"}, trust_env=False)
    assert answer.status_code == 403
    assert answer.json() == {"detail": "Not allowed: only a page of this server may do that."}
