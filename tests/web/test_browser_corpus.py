"""Citations of the evaluation set, opened in headless Chromium: what is marked is the quote, whatever the format."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import IN_A_BROWSER, WAIT_MS, Serving, Visit

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index import build_index
from dealqa.types import Citation
from dealqa.web.ask.turns import evidence_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [*IN_A_BROWSER, pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
FORMATS = (".pdf", ".docx", ".html", ".md", ".xlsx")
EACH = 9
"""Citations of each format that are opened, as far as there are so many."""

LEAST = 40
EQUAL = 0.99


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the demonstration papers."""
    index = tmp_path_factory.mktemp("papers") / "index"
    settings = Settings(corpus=ROOT / "docs_corpus", index=index, ocr="off")
    build_index(settings)
    with Assistant(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def cited(papers: Assistant) -> dict[str, list[Citation]]:
    """Questions of the dev split with the citations of their answers, until there are enough of every format."""
    lines = (ROOT / "evals" / "city_deals" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    seen: Counter[str] = Counter()
    found: dict[str, list[Citation]] = {}
    for case in cases:
        if case["meta"]["split"] != "dev" or case.get("history"):
            continue
        citations = list(evidence_of(papers.ask(case["question"])))
        kinds = [Path(citation.document).suffix for citation in citations]
        if any(seen[kind] < EACH for kind in kinds if kind in FORMATS):
            found[case["question"]] = citations
            seen.update(kinds)
        if all(seen[kind] >= EACH for kind in FORMATS if kind != ".xlsx"):
            break
    return found


def test_what_is_marked_is_the_quote_in_every_format(
    browser: Browser, papers: Assistant, serving: Serving, cited: dict[str, list[Citation]]
) -> None:
    opened: list[tuple[str, str, str]] = []
    with serving(papers) as address:
        page = browser.new_page()
        here = Visit(page)
        page.goto(address)
        page.locator("#conversation .log").wait_for(state="attached", timeout=WAIT_MS)
        for question, citations in cited.items():
            page.get_by_role("button", name="New", exact=True).click()  # else it could be understood as a follow-up
            page.get_by_role("heading", name="What do you want to know?").wait_for(timeout=WAIT_MS)
            here.ask(question)
            for citation in citations:
                page.locator(f'#conversation a[href="#cite-1-{citation.number}"]').first.click()
                page.wait_for_function(
                    "shown => document.querySelector('#evidence .panel').dataset.shown === shown",
                    arg=f"#cite-1-{citation.number}",
                    timeout=WAIT_MS,
                )
                opened.append((Path(citation.document).suffix, citation.quote, here.marked()))
        page.close()
    formats = {kind for kind, _, _ in opened}
    assert formats.issuperset(FORMATS)
    assert len(opened) >= LEAST
    different = [(kind, quote, marked) for kind, quote, marked in opened if marked != quote]
    assert len(different) <= (1 - EQUAL) * len(opened), "\n".join(map(repr, different))
