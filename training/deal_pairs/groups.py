"""All pairs: one group for each invented fact, event or term."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from training.deal_pairs import recipes, rows, wider
from training.deal_pairs.asides import aside
from training.deal_pairs.events import draw_event, event_lines
from training.deal_pairs.facts import Fact, draw_fact
from training.deal_pairs.recipes import Line
from training.deal_pairs.templates import Family, Pair, families
from training.deal_pairs.terms import acronym_lines, term_lines

EVENTS, TERMS = 0.18, 0.06
"""Shares of the groups that are on an event, and on a term or an abbreviation; the others are on an attribute."""


EVERY = (recipes.yes_or_no, recipes.reverse, recipes.why, recipes.comparison, rows.row, aside)
"""The shapes of question that fit every family, beside the direct one."""


def _wider(family: Family) -> list[Callable[[Fact], Iterator[Line]]]:
    """The shapes of question that fit some families."""
    found: list[Callable[[Fact], Iterator[Line]]] = []
    if family.has:
        found += [wider.listing, wider.having]
    if family.scope == "city" and family.value == "money":
        found += [wider.programme, wider.year, wider.status, wider.joint]
    return found


def _attribute_lines(fact: Fact) -> Iterator[Line]:
    further = _wider(fact.family)
    shapes = [*fact.rng.sample(EVERY, 3), *fact.rng.sample(further, min(2, len(further)))]
    yield from recipes.direct(fact)
    for shape in shapes:
        yield from shape(fact)


def _group(seed: int, index: int, names: list[str]) -> Iterator[Pair]:
    """The pairs of one group, each at most once; a source of choices of its own makes it the same in every run."""
    rng = random.Random(f"{seed}:{index}")  # noqa: S311 - training data, no secret
    roll = rng.random()
    if roll < EVENTS:
        event = draw_event(rng)
        name, lines = event.name, event_lines(event)
    elif roll < EVENTS + TERMS:
        name, lines = "term", term_lines(rng) if rng.random() < 0.6 else acronym_lines(rng)
    else:
        family = families()[rng.choice(names)]
        name, lines = family.name, _attribute_lines(draw_fact(family, rng))
    seen: set[tuple[str, str, str]] = set()
    for question, (heading, sentence), label, kind in lines:
        if (question, heading, sentence) not in seen:
            seen.add((question, heading, sentence))
            yield Pair(question, heading, sentence, label, kind, f"{name}-{seed}-{index}")


def deal_pairs(seed: int, number: int) -> Iterator[Pair]:
    """So many invented pairs; the same for the same seed, and a longer run begins with the pairs of a shorter one.

    Args:
        seed: other seeds give other facts.
        number: how many pairs; the last group may be cut short.
    """
    index, left = 0, number
    # families with further shapes of question are drawn twice as often, so that these shapes are not rare
    names = [name for name, family in sorted(families().items()) for _ in range(2 if _wider(family) else 1)]
    while left > 0:
        for pair in _group(seed, index, names):
            if left == 0:
                return
            left -= 1
            yield pair
        index += 1
