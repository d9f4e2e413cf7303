"""Conversations: what a follow-up leaves out is put back in, and a new topic inherits nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealqa.deals import Registry, load_registry
from dealqa.understanding import analyse

ROOT = Path(__file__).resolve().parents[2]
CONVERSATIONS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("conversations.toml").read_text(encoding="utf-8")
)["conversation"]


DEALS = load_registry(ROOT / "docs_corpus")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return DEALS


@pytest.mark.parametrize("case", CONVERSATIONS, ids=[" · ".join(case["turns"]) for case in CONVERSATIONS])
def test_the_last_turn_is_understood_from_those_before(case: dict[str, Any], registry: Registry) -> None:
    *history, question = case["turns"]
    asked = analyse(question, history, registry=registry)
    resolved = asked.resolved.lower()
    assert asked.text == question
    assert [part for part in case.get("holds", ()) if part.lower() not in resolved] == [], resolved
    assert [part for part in case.get("lacks", ()) if part.lower() in resolved] == [], resolved
    assert asked.resolved == question or not case.get("same")
    assert case.get("type", asked.answer_type) == asked.answer_type, resolved


def test_there_are_enough_conversations_of_every_sort() -> None:
    assert len(CONVERSATIONS) >= 60
    assert sum(1 for case in CONVERSATIONS if case.get("same")) >= 10
    assert sum(1 for case in CONVERSATIONS if len(case["turns"]) > 2) >= 8


PIECES = st.sampled_from(
    [
        "And ",
        "what about ",
        "Leeds",
        " New castle",
        "(",
        ")",
        "?",
        ". ",
        "\\1",
        "it ",
        "its ",
        "the second one ",
        "Hull’s ",
        "why",
        "how many ",
        "compare ",
        " or ",
        "than ",
        "too",
        "\n",
        "🙂",
        "İ",
        "Bristols ",
        "the deal of ",
        "£5m",
        "wave 2",
    ]
)
TURNS = st.lists(st.lists(PIECES, max_size=9).map("".join), min_size=1, max_size=6)


@given(TURNS)
def test_any_conversation_over_the_deals_is_understood(turns: list[str]) -> None:
    *history, question = turns
    asked = analyse(question, history, registry=DEALS)
    known = {deal.name for deal in DEALS.deals}
    assert asked.text == question
    assert set(asked.deals) <= known
    assert asked.without([*asked.deals, *asked.places, asked.answer_type]).understood()["deals"] == []
