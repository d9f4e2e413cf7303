"""Labelled questions: what kind of answer each asks for, which deals and places it names; how many come out right."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from dealqa.deals import Registry, load_registry
from dealqa.types import Question
from dealqa.understanding import analyse

ROOT = Path(__file__).resolve().parents[2]
ROWS = list(
    csv.DictReader(Path(__file__).with_name("questions.csv").read_text(encoding="utf-8").splitlines(), strict=True)
)

NOT_YET = {
    "What area does the Solihull site cover?",  # an area is a place as often as a size
    "Tees Valley mayor: powers?",
}
"""Questions whose kind of answer is not understood; of 237 others it is."""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(ROOT / "docs_corpus")


@pytest.fixture(scope="module")
def names_of_deals() -> dict[str, str]:
    """The short names that the labels use → the deals' names."""
    told = tomllib.loads((ROOT / "docs_corpus" / "deals.toml").read_text(encoding="utf-8"))
    return {short: deal["name"] for short, deal in told["deals"].items()}


def wrong(registry: Registry, right: Callable[[dict[str, str], Question], bool]) -> list[str]:
    return [row["question"] for row in ROWS if not right(row, analyse(row["question"], registry=registry))]


def listed(cell: str) -> set[str]:
    return set(filter(None, cell.split("|")))


def test_there_are_enough_questions_of_every_kind() -> None:
    assert len(ROWS) >= 150
    kinds = [row["type"] for row in ROWS]
    assert min(kinds.count(kind) for kind in set(kinds)) >= 6
    assert len(set(kinds)) == 13


def test_the_kind_of_answer_is_understood(registry: Registry) -> None:
    missed = wrong(registry, lambda row, asked: asked.answer_type == row["type"])
    assert set(missed) == NOT_YET


def test_the_deals_are_found(registry: Registry, names_of_deals: dict[str, str]) -> None:
    missed = wrong(
        registry, lambda row, asked: set(asked.deals) == {names_of_deals[short] for short in row["deals"].split()}
    )
    assert missed == []


def test_the_places_are_found(registry: Registry) -> None:
    missed = wrong(registry, lambda row, asked: set(asked.places) == listed(row["places"]))
    assert missed == []


def test_organisations_and_programmes_are_found_under_their_full_names(registry: Registry) -> None:
    missed = wrong(registry, lambda row, asked: listed(row["others"]) <= {*asked.organisations, *asked.programmes})
    assert missed == []
