"""Pairs on rows of wide tables: the column heads stand under the heading, as dealqa puts them in front of a passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from training.deal_pairs.facts import Fact, Passage, unlike
from training.deal_pairs.names import Who, general_heading
from training.deal_pairs.recipes import Choice, Line, some
from training.deal_pairs.templates import read
from training.deal_pairs.values import Value


def _table(fact: Fact, who: Who, cells: Sequence[tuple[str, str]]) -> Passage:
    """A row on `who`; each cell with the head of its column."""
    words = read("wordings")["table"]
    first = fact.rng.choice(words["firsts"][fact.family.scope])
    heads = [first, *(head[:1].upper() + head[1:] for head, _ in cells)]
    heading = general_heading(fact.family.scope, fact.rng)
    return f"{heading}\n{' | '.join(heads)}", " | ".join([who.name, *(text for _, text in cells)])


def _others(fact: Fact, number: int) -> list[tuple[str, str]]:
    """Cells of other attributes, no two of the same family."""
    found: dict[str, tuple[str, str]] = {}
    while len(found) < number:
        other = unlike(fact)
        found[other.family.name] = (other.thing, other.rng.choice(other.value.forms).replace("{who}", "the firm"))
    return list(found.values())


def row(fact: Fact) -> Iterator[Line]:
    """The cell of a row is asked for."""
    rng, number = fact.rng, fact.rng.randint(2, 3)
    question = fact.ask(fact.pick("questions"))
    others = _others(fact, number)
    at = rng.randrange(number + 1)

    def filled(who: Who, value: Value | None) -> Passage:
        text = rng.choice(value.forms) if value else rng.choice(read("wordings")["table"]["blanks"])
        slots = {"thing": fact.slots()["thing"], "text": text.replace("{who}", "the firm")}
        return _table(fact, who, [*others[:at], (slots["thing"], slots["text"]), *others[at:]])

    yield question, filled(fact.who, fact.value), 1, "row:states"
    if rng.random() < 0.6:
        yield question, filled(fact.who, fact.other), 1, "row:states"
    choices: list[Choice] = [
        ("row:other_city", lambda: filled(fact.rival, fact.other)),
        ("row:other_city", lambda: filled(fact.rival, fact.value)),
        ("row:blank", lambda: filled(fact.who, None)),
        ("row:other_columns", lambda: _table(fact, fact.who, _others(fact, number))),
    ]
    yield from some(fact, question, 0, 2, choices)
