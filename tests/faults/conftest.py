"""The tools of the tests of the index, and a table at the end of what was tried and what came of it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "index"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "language_model"))

from index_worker import Worker

TALLY: dict[str, Counter[str]] = {}


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    with Worker() as working:
        yield working


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Counter[str]:
    """Counts outcomes by name, for the table at the end."""
    return TALLY.setdefault(request.node.name, Counter())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY:
        terminalreporter.section("what was broken, and what came of it")
    for name, counts in TALLY.items():
        told = ", ".join(f"{outcome}: {count}" for outcome, count in sorted(counts.items()))
        terminalreporter.write_line(f"{name}: {told}")
