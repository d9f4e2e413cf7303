"""An answer and a conversation as files, from the page to the reader's disk, in headless Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from browsing import IN_A_BROWSER, Visit

pytestmark = IN_A_BROWSER

BRISTOL = "What does Bristol retain?"
FUND = "How big is the venture capital fund of Nottingham?"


def saved(here: Visit, where: str, label: str) -> tuple[str, bytes]:
    """The name and the content of what a link of the page has the browser keep."""
    with here.page.expect_download() as waiting:
        here.page.locator(where).get_by_role("link", name=label, exact=True).first.click()
    download = waiting.value
    return download.suggested_filename, Path(download.path()).read_bytes()


def test_an_answer_is_saved_under_the_name_of_its_question(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.ask(BRISTOL)
    name, content = saved(here, ".turn", "PDF")
    assert name == "What-does-Bristol-retain.pdf"
    assert "100%" in pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()


@pytest.mark.parametrize(("label", "begins"), [("Word", b"PK"), ("Markdown", b"# What does Bristol retain?")])
def test_a_conversation_is_saved_as_a_whole(visit: Callable[..., Visit], label: str, begins: bytes) -> None:
    here = visit()
    here.ask(BRISTOL)
    here.ask(FUND)
    _, content = saved(here, ".conversation-tools", label)
    assert content.startswith(begins)
