"""Pairs of figures in all sorts of spellings: which say the same, which do not, and which only one way round."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dealqa.guards.amounts import figure_objection
from dealqa.guards.source import Source

TABLE = tomllib.loads(Path(__file__).with_name("figure_pairs.toml").read_text(encoding="utf-8"))


def pairs(verdict: str) -> list[tuple[str, str]]:
    return [(one, other) for group in TABLE.values() for one, other in group[verdict]]


def objected(text: str, quote: str) -> str | None:
    return figure_objection(text, [Source(quote)])


@pytest.mark.parametrize(("one", "other"), pairs("same"))
def test_two_spellings_of_a_figure_support_each_other(one, other):
    assert (objected(one, other), objected(other, one)) == (None, None)


@pytest.mark.parametrize(("one", "other"), pairs("differ"))
def test_two_figures_do_not_support_each_other(one, other):
    assert objected(one, other)
    assert objected(other, one)


@pytest.mark.parametrize(("one", "other"), pairs("one_way"))
def test_what_says_less_is_supported_by_what_says_more(one, other):
    assert objected(one, other) is None
    assert objected(other, one)


def test_there_are_three_hundred_pairs_and_no_two_are_alike():
    every = [frozenset(pair) for verdict in ("same", "differ", "one_way") for pair in pairs(verdict)]
    assert len(set(every)) == len(every) >= 300
