"""A page opened in headless Chromium, and what it did while it was open."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from dealqa.assistant import Assistant

if TYPE_CHECKING:
    from playwright.sync_api import Page

Serving = Callable[[Assistant], AbstractContextManager[str]]
"""Runs the web app over an assistant for as long as a block lasts; gives its address."""

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PLAYWRIGHT = importlib.util.find_spec("playwright") is not None

IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install the package `chromium`"),
    pytest.mark.skipif(not PLAYWRIGHT, reason="no playwright in this environment: install the dev extra"),
]

ARGUMENTS = [
    "--no-sandbox",  # a container's root user has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

WAIT_MS = 20_000

LEAVING = ("AbortError: signal is aborted without reason", "Connection errored out.")
"""What Gradio says when a page is left while a stream of it is open. Where a stream breaks otherwise, no answer comes,
and the test fails by that."""


@dataclass
class Visit:
    """An open page and what it did: requests to other hosts, failed responses, console errors."""

    page: Page
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        turns = self.page.locator(".turn").count()
        self.page.get_by_role("textbox", name="Your question").fill(question)
        self.page.keyboard.press("Enter")
        self.wait_for_turn(turns + 1)

    def wait_for_turn(self, number: int) -> None:
        script = "n => document.querySelectorAll('.turn').length === n && !document.querySelector('.working')"
        self.page.wait_for_function(script, arg=number, timeout=WAIT_MS)
        self.page.wait_for_function(  # the panel follows the answer
            "() => [...document.querySelectorAll('.turn')].at(-1).querySelector('a[href^=\"#cite-\"]') === null"
            " || document.querySelector('#evidence .panel').dataset.shown"
            "?.startsWith(`#cite-${document.querySelectorAll('.turn').length}-`)",
            timeout=WAIT_MS,
        )

    def marked(self) -> str:
        return "".join(self.page.locator("#evidence mark").all_text_contents())


def note_outside(made: Visit, address: str, url: str) -> None:
    if not url.startswith((address + "/", "data:", "blob:")):
        made.outside.append(url)


def note_failure(made: Visit, status: int, url: str) -> None:
    if status >= 400:
        made.complaints.append(f"{status} {url}")


def note_console(made: Visit, kind: str, message: str) -> None:
    # A refused request, a violated content security policy and an error all count.
    if kind in ("error", "warning") and not any(leaving in message for leaving in LEAVING):
        made.complaints.append(f"{kind}: {message}")
