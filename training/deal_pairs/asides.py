"""Pairs on what papers say beside the point, made the point: else such sentences would give themselves away."""

from __future__ import annotations

from collections.abc import Iterator

from training.deal_pairs.facts import Fact, Passage, passage, states
from training.deal_pairs.recipes import Choice, Line, some
from training.deal_pairs.templates import read


def aside(fact: Fact) -> Iterator[Line]:
    """Something other than the value is asked for, so that a statement of the value does not answer."""
    rng = fact.rng
    table, other = rng.sample(read("asides")["aside"], 2)
    question = fact.ask(rng.choice(table["questions"]))

    def told(templates: list[str], rival: bool = False) -> Passage:
        who = fact.rival if rival else fact.who
        return passage(fact, rng.choice(templates), who, fact.slots(echo=0.5))

    yield question, told(table["statements"]), 1, "aside:states"
    yield question, told(table["statements"]), 1, "aside:states"
    choices: list[Choice] = [
        ("aside:other_aside", lambda: told(other["statements"])),
        ("aside:other_city", lambda: told(table["statements"], rival=True)),
    ]
    if not table.get("decided_by_value"):
        choices += [("aside:value", lambda: states(fact))] * 3
    yield from some(fact, question, 0, 2, choices)
