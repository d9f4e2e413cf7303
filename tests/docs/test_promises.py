"""The page of promises: every promise is on it once, and every test and benchmark that it names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from doc_pages import ROOT

ROW = re.compile(r"^\| (?P<id>[A-Z]\d+) \| (?P<promise>[^|]+) \| (?P<shown>[^|]+) \|$", re.MULTILINE)
SHOWN = re.compile(r"`([^`]+)`")
IDS = [
    *(f"I{number}" for number in range(1, 18)),
    *(f"F{number}" for number in range(1, 15)),
    *("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A12"),
    *("S1", "S4", "S5", "S6", "S8", "S9", "S10", "S11", "S12"),
    *("U1", "U2", "U4", "L1", "L2", "L4", "L6", "L7"),
]


def rows() -> list[tuple[str, str, list[str]]]:
    """Id, promise, and what shows it, row by row."""
    page = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    return [(row["id"], row["promise"].strip(), SHOWN.findall(row["shown"])) for row in ROW.finditer(page)]


@cache
def defined_in(path: Path) -> frozenset[str]:
    """The names of the tests that pytest finds in a file; none when there is no such file."""
    if not (path.is_file() and path.name.startswith("test_")):
        return frozenset()
    module = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        statement.name
        for statement in module.body
        if isinstance(statement, ast.FunctionDef) and statement.name.startswith("test_")
    )


def exists(shown: str) -> bool:
    """Whether "tests/…/test_x.py::test_y" or "benchmarks/x.py" is there, and is run by `make`."""
    file, _, test = shown.partition("::")
    folder = (ROOT / file).parent
    if folder == ROOT / "benchmarks":
        return not test and not (ROOT / file).name.startswith("_") and (ROOT / file).is_file()
    return (ROOT / "tests") in folder.parents and test in defined_in(ROOT / file)


SHOWN_ON_THE_PAGE = [(name, shown) for name, _, all_shown in rows() for shown in all_shown]


def test_every_promise_is_on_the_page_once_and_in_order():
    assert [name for name, _, _ in rows()] == IDS


@pytest.mark.parametrize(("name", "promise", "shown"), rows(), ids=[name for name, _, _ in rows()])
def test_a_promise_is_one_sentence_that_something_shows(name, promise, shown):
    assert promise.endswith(".")
    assert shown
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize(("name", "shown"), SHOWN_ON_THE_PAGE, ids=[" ".join(pair) for pair in SHOWN_ON_THE_PAGE])
def test_what_shows_a_promise_exists(name, shown):
    assert exists(shown), f"{name} is shown by nothing of this name: mend docs/promises.md"


@pytest.mark.parametrize(
    "shown",
    [
        "tests/docs/test_promises.py::test_that_was_renamed",
        "tests/docs/test_that_was_moved.py::test_what_shows_a_promise_exists",
        "tests/docs/test_promises.py::defined_in",
        "tests/docs/test_promises.py",
        "benchmarks/renamed.py",
        "benchmarks/_report.py",
        "src/dealqa/assistant.py",
    ],
)
def test_what_does_not_exist_or_is_not_run_shows_nothing(shown):
    assert not exists(shown)
