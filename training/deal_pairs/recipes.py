"""Pairs of one fact: for each shape of question, sentences that answer it and sentences that only look as if."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from training.deal_pairs.facts import (
    Fact,
    Passage,
    beside,
    in_general,
    lacks_answer,
    near,
    passage,
    reasons,
    states,
    unlike,
)
from training.deal_pairs.names import Who, general_heading, heading_of
from training.deal_pairs.templates import fill, read
from training.deal_pairs.values import Value, draw_value
from training.deal_pairs.wording import named, sentence, with_articles

Line = tuple[str, Passage, int, str]
"""Question, passage, label, kind."""

Choice = tuple[str, Callable[[], Passage]]
"""A kind and how to make a passage of it."""


def some(fact: Fact, question: str, label: int, number: int, choices: Sequence[Choice]) -> Iterator[Line]:
    """Pairs of the question with passages of some of these kinds."""
    for kind, make in fact.rng.sample(list(choices), min(number, len(choices))):
        yield question, make(), label, kind


def strangers(fact: Fact, prefix: str) -> list[Choice]:
    """Passages that state the attribute of somebody else."""

    def under_rival() -> Passage:
        return states(fact, fact.rival, fact.other, pronoun=True)

    def under_asked() -> Passage:
        _, text = states(fact, fact.rival, fact.other, pronoun=False)
        return heading_of(fact.who, fact.rng), text

    return [
        (f"{prefix}:other_city", lambda: states(fact, fact.rival, fact.other, pronoun=False)),
        (f"{prefix}:other_heading", under_rival),
        (f"{prefix}:other_city_under_heading", under_asked),
        (f"{prefix}:both_named", lambda: beside(fact, fact.rival, fact.who, fact.other)),
    ]


def misses(fact: Fact, prefix: str) -> list[Choice]:
    """Passages on the same city or party, or on all, that do not state the attribute."""

    def other_attribute() -> Passage:
        other = unlike(fact)
        return passage(fact, other.pick("statements"), fact.who, other.slots())

    return [
        (f"{prefix}:near_attribute", lambda: near(fact)),
        (f"{prefix}:near_attribute", lambda: near(fact)),
        (f"{prefix}:lacks_answer", lambda: lacks_answer(fact)),
        (f"{prefix}:lacks_answer", lambda: lacks_answer(fact)),
        (f"{prefix}:in_general", lambda: in_general(fact)),
        (f"{prefix}:other_attribute", other_attribute),
    ]


def truths(fact: Fact, prefix: str) -> list[Choice]:
    """Passages that state the attribute of the one who is asked about."""
    return [
        (f"{prefix}:states", lambda: states(fact, pronoun=False)),
        (f"{prefix}:states", lambda: states(fact, pronoun=False)),
        (f"{prefix}:states_under_heading", lambda: states(fact, pronoun=True)),
        (f"{prefix}:states_beside", lambda: beside(fact, fact.who, fact.rival, fact.value)),
    ]


def direct(fact: Fact) -> Iterator[Line]:
    """The attribute is asked for."""
    for _ in range(2):
        question = fact.ask(fact.pick("questions"))
        yield from some(fact, question, 1, 2, truths(fact, "direct"))
        yield from some(fact, question, 0, 1, strangers(fact, "direct"))
        yield from some(fact, question, 0, 2, misses(fact, "direct"))


def yes_or_no(fact: Fact) -> Iterator[Line]:
    """Is it so? A sentence that says otherwise decides it as well."""
    template = fact.pick("yes")
    question = fact.ask(template)
    yield from some(fact, question, 1, 1, truths(fact, "yes_no"))
    yield from some(fact, question, 0, 1, strangers(fact, "yes_no") + misses(fact, "yes_no"))
    question = fact.ask(template, fact.other)
    kind = "yes_no:states_otherwise"
    if fact.family.value != "option":  # options may go together, so that one does not deny the other
        yield question, states(fact), 1, kind
    yield from some(fact, question, 0, 1, misses(fact, "yes_no"))


def reverse(fact: Fact) -> Iterator[Line]:
    """The value is given and the city or party asked for."""
    question = fact.ask(fact.pick("reverse"))
    yield from some(fact, question, 1, 2, truths(fact, "reverse"))

    def nobody() -> Passage:
        template = fact.pick("statements")
        text = sentence(template, fact.who, fact.rng, fact.slots(), pronoun=True)
        return general_heading(fact.who.scope, fact.rng), text

    other: list[Choice] = [
        ("reverse:other_value", lambda: states(fact, fact.rival, fact.other)),
        ("reverse:other_value", lambda: states(fact, fact.who, fact.other)),
        ("reverse:near_attribute", lambda: near(fact, fact.rival, fact.value)),
        ("reverse:near_attribute", lambda: near(fact, fact.who, fact.value)),
        ("reverse:names_nobody", nobody),
        ("reverse:lacks_answer", lambda: lacks_answer(fact, fact.rival)),
        ("reverse:in_general", lambda: in_general(fact)),
    ]
    yield from some(fact, question, 0, 2, other)


def why(fact: Fact) -> Iterator[Line]:
    """The reason of a claim: a sentence with another value contradicts what the question takes for granted."""
    words, rng = read("wordings")["why"], fact.rng
    template = fact.pick("premise")
    claim = with_articles(fill(template, {**named(fact.who, rng), **fact.slots()}, capital=False))
    claim = claim.replace("{who}", fact.who.name)
    question = fact.ask(rng.choice(words["questions"]), slots={"claim": claim})
    clause = rng.choice(words["clauses"])

    def given(value_is_right: bool, by_rival: bool = False) -> Passage:
        who = fact.rival if by_rival else fact.who
        value = fact.value if value_is_right else fact.other
        heading, text = states_plainly(fact, who, value)
        return heading, f"{text.rstrip('.')}{clause.format(reason=rng.choice(reasons()))}."

    yield question, given(True), 1, "why:reason"
    yield question, given(False), 0, "why:false_premise"
    rest: list[Choice] = [
        ("why:lacks_reason", lambda: states(fact)),
        ("why:lacks_answer", lambda: lacks_answer(fact)),
        ("why:other_city", lambda: given(True, by_rival=True)),
    ]
    yield from some(fact, question, 0, 1, rest)


def states_plainly(fact: Fact, who: Who, value: Value) -> Passage:
    """A statement in prose without words around it, so that a clause can follow."""
    templates = [one for one in fact.family.all_of("statements") if " | " not in one and one.endswith(".")]
    return passage(fact, fact.rng.choice(templates), who, fact.slots(value), plain=True)


def comparison(fact: Fact) -> Iterator[Line]:
    """Two sides are asked for: a sentence with one of them is evidence."""
    question = fact.ask(fact.pick("compare"), slots={"q": fact.rival.name})
    sides: list[Choice] = [
        ("comparison:one_side", lambda: states(fact)),
        ("comparison:other_side", lambda: states(fact, fact.rival, fact.other)),
        ("comparison:beside", lambda: beside(fact, fact.who, fact.rival, fact.value)),
    ]
    yield from some(fact, question, 1, 2, sides)
    others: list[Choice] = [
        ("comparison:third_city", lambda: states(fact, fact.third, draw_other(fact))),
        ("comparison:near_attribute", lambda: near(fact)),
        ("comparison:near_attribute", lambda: near(fact, fact.rival)),
        ("comparison:lacks_answer", lambda: lacks_answer(fact, fact.rival)),
        ("comparison:lacks_answer", lambda: lacks_answer(fact)),
        ("comparison:in_general", lambda: in_general(fact)),
    ]
    yield from some(fact, question, 0, 3, others)


def draw_other(fact: Fact) -> Value:
    """A value that is neither of the two of the fact."""
    return draw_value(fact.family.value, fact.rng, fact.family.options, (fact.value, fact.other))
