"""What the web app can show: each state is reached on an open page by what a reader does."""

from __future__ import annotations

from browsing import WAIT_MS, Visit

BRISTOL = "What does Bristol retain?"


def welcome(here: Visit) -> None:
    here.page.get_by_role("heading", name="What do you want to know?").wait_for(timeout=WAIT_MS)


def an_answer(here: Visit) -> None:
    here.ask(BRISTOL)


def a_refusal(here: Visit) -> None:
    here.ask("What does Cardiff retain?")


def a_follow_up_being_changed(here: Visit) -> None:
    here.ask(BRISTOL)
    here.ask("And Nottingham?")
    here.page.get_by_role("button", name="Change").click()


def a_remark_being_written(here: Visit) -> None:
    here.ask(BRISTOL)
    here.page.get_by_role("button", name="No", exact=True).click()


def suggestions(here: Visit) -> None:
    here.ask("How big is the venture capital fund of Nottingham?")
    here.page.get_by_role("region", name="Questions that could come next").wait_for(timeout=WAIT_MS)


def the_conversations(here: Visit) -> None:
    here.ask(BRISTOL)
    here.page.get_by_role("button", name="Conversations").click()


def a_problem(here: Visit) -> None:
    here.ask("a" * 3_000)


def open_evidence(here: Visit) -> None:
    here.ask(BRISTOL)
    here.page.locator(".cite").first.click()
    here.page.wait_for_function("document.activeElement.tagName === 'MARK'", timeout=WAIT_MS)


def the_documents(here: Visit) -> None:
    here.page.get_by_role("link", name="Documents", exact=True).click()
    here.page.get_by_role("heading", name="Documents", level=1).wait_for(timeout=WAIT_MS)


def no_document_found(here: Visit) -> None:
    here.page.goto(here.page.url + "documents?q=nothing-of-the-kind")


def a_document(here: Visit) -> None:
    the_documents(here)
    here.page.get_by_role("link", name="Bristol City Deal").first.click()
    here.page.get_by_role("heading", name="Bristol City Deal", level=1).wait_for(timeout=WAIT_MS)


def the_form_of_a_comparison(here: Visit) -> None:
    here.page.get_by_role("link", name="Compare", exact=True).click()
    here.page.get_by_role("heading", name="Compare", level=1).wait_for(timeout=WAIT_MS)


def the_quality(here: Visit) -> None:
    here.page.get_by_role("link", name="Quality", exact=True).click()
    here.page.get_by_role("heading", name="Quality", level=1).wait_for(timeout=WAIT_MS)


STATES = (
    welcome,
    an_answer,
    a_refusal,
    a_follow_up_being_changed,
    a_remark_being_written,
    suggestions,
    the_conversations,
    a_problem,
    open_evidence,
    the_documents,
    no_document_found,
    a_document,
    the_form_of_a_comparison,
    the_quality,
)
