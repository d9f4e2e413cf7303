"""Pairs on lists, and on money of a certain programme, year or status or over a certain time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from training.deal_pairs.facts import Fact, Passage, in_general, lacks_answer, near, passage, states, unlike
from training.deal_pairs.names import Who, draw_who, general_heading
from training.deal_pairs.recipes import Choice, Line, some, strangers
from training.deal_pairs.templates import read
from training.deal_pairs.values import Value, draw_value
from training.deal_pairs.wording import sentence


def _several(fact: Fact, first: Who, one: str) -> Passage:
    """A sentence that names this city and two others that have the thing."""
    rng = fact.rng
    names = [first.name, fact.third.name, draw_who("city", rng, (fact.who, fact.rival, fact.third)).name]
    rng.shuffle(names)
    slots = {"one": one, "several": f"{names[0]}, {names[1]} and {names[2]}"}
    text = sentence(rng.choice(read("wordings")["list"]["several"]), first, rng, slots, plain=True)
    return general_heading("city", rng, one), text


def _has(fact: Fact, words: dict[str, Any]) -> tuple[str, list[Choice], list[Choice], list[Choice]]:
    """A name for questions, and passages that say the thing is there, that it is not, and neither."""
    family, rng = fact.family, fact.rng
    money = family.value == "money"
    one = fact.thing if family.same_word else rng.choice(family.one)
    asked = one if family.same_word or rng.random() < 0.3 else rng.choice(family.one_asked)

    def made(use: str) -> Passage:
        name = asked if rng.random() < 0.4 else one
        return passage(fact, rng.choice(words[use]), fact.who, {**fact.slots(), "one": name})

    def general() -> Passage:
        text = sentence(rng.choice(words["general"]), fact.who, rng, {"one": asked}, plain=True)
        return general_heading("city", rng, one), text

    def other() -> Passage:
        there = unlike(fact)
        return passage(fact, there.pick("statements"), fact.who, there.slots())

    there: list[Choice] = [
        ("list:plain", lambda: made("plain")),
        ("list:several", lambda: _several(fact, fact.who, one)),
        ("list:states", lambda: states(fact)),
    ]
    absent: list[Choice] = [("list:negated", lambda: made("negated")), ("list:negated", lambda: made("negated"))]
    neither: list[Choice] = [
        ("list:open", lambda: made("maybe")),
        ("list:in_general", general),
        # look-alikes of other families may tell by the way that the thing is there
        ("list:near_attribute" if money else "list:other_attribute", (lambda: near(fact)) if money else other),
        ("list:other_attribute", other),
    ]
    return asked, there, absent, neither


def listing(fact: Fact) -> Iterator[Line]:
    """Which cities have one? A sentence on one city that has it is evidence, one on a city without is none."""
    words = read("wordings")["list"]
    asked, there, absent, neither = _has(fact, words)
    question = fact.ask(fact.rng.choice(words["questions"]), slots={"one": asked})
    yield from some(fact, question, 1, 2, there)
    yield from some(fact, question, 0, 1, absent)
    yield from some(fact, question, 0, 1, neither)


def having(fact: Fact) -> Iterator[Line]:
    """Does it have one? Yes and no are both answers."""
    words = read("wordings")["list"]
    asked, there, absent, neither = _has(fact, words)
    question = fact.ask(fact.rng.choice(words["has_questions"]), slots={"one": asked})
    yield from some(fact, question, 1, 1, [(kind.replace("list", "has"), make) for kind, make in there])
    yield from some(fact, question, 1, 1, [("has:negated", make) for _, make in absent])
    neither = [(kind.replace("list", "has"), make) for kind, make in neither] + strangers(fact, "has")
    neither.append(("has:several_others", lambda: _several(fact, fact.rival, asked)))
    yield from some(fact, question, 0, 2, neither)


def _variant(
    fact: Fact, words: dict[str, Any], right: dict[str, str], wrong: dict[str, str], kind: str
) -> Iterator[Line]:
    """A question with one circumstance, sentences with the same and with another."""
    rng = fact.rng
    question = fact.ask(rng.choice(words["questions"]), slots=right)

    def told(slots: dict[str, str], value: Value) -> Passage:
        return passage(fact, rng.choice(words["statements"]), fact.who, {**fact.slots(value), **slots})

    def told_of_rival() -> Passage:
        return passage(fact, rng.choice(words["statements"]), fact.rival, {**fact.slots(fact.other), **right})

    yield question, told(right, fact.value), 1, f"{kind}:same"
    if rng.random() < 0.5:
        yield question, told(right, fact.other), 1, f"{kind}:same"
    yield question, told(wrong, fact.other), 0, f"{kind}:other"
    rest: list[Choice] = [
        (f"{kind}:other", lambda: told(wrong, fact.value)),
        (f"{kind}:other_city", told_of_rival),
        (f"{kind}:lacks_answer", lambda: lacks_answer(fact)),
        (f"{kind}:near_attribute", lambda: near(fact)),
    ]
    yield from some(fact, question, 0, 1, rest)


def programme(fact: Fact) -> Iterator[Line]:
    """The same thing under another programme."""
    words = read("wordings")["programme"]
    right, wrong = fact.rng.sample(words["names"], 2)
    yield from _variant(fact, words, {"programme": right}, {"programme": wrong}, "programme")


def year(fact: Fact) -> Iterator[Line]:
    """The same thing in another year."""
    first = draw_value("fiscal", fact.rng)
    second = draw_value("fiscal", fact.rng, others=(first,))
    forms = [fact.rng.choice(value.forms) for value in (first, second)]
    yield from _variant(fact, read("wordings")["year"], {"year": forms[0]}, {"year": forms[1]}, "year")


def status(fact: Fact) -> Iterator[Line]:
    """Asked for, agreed and paid are three things."""
    words, rng = read("wordings")["status"], fact.rng
    right, wrong = rng.sample(sorted(words), 2)
    question = fact.ask(rng.choice(words[right]["questions"]))

    def told(state: str, value: Value) -> Passage:
        return passage(fact, rng.choice(words[state]["statements"]), fact.who, fact.slots(value))

    yield question, told(right, fact.value), 1, "status:same"
    if rng.random() < 0.5:
        yield question, told(right, fact.other), 1, "status:same"
    yield question, told(wrong, fact.other), 0, "status:other"
    rest = [*strangers(fact, "status"), ("status:lacks_answer", lambda: lacks_answer(fact))]
    yield from some(fact, question, 0, 1, rest)


def joint(fact: Fact) -> Iterator[Line]:
    """A question on the time that takes an amount for granted: the right one, or one that the sentence contradicts."""
    words, rng = read("wordings")["joint"], fact.rng
    question = fact.ask(rng.choice(words["questions"]))
    term = rng.choice(draw_value("years", rng).forms)

    def told(use: str, value: Value) -> Passage:
        return passage(fact, rng.choice(words[use]), fact.who, {**fact.slots(value), "term": term})

    yield question, told("statements", fact.value), 1, "joint:same_figure"
    yield question, told("statements", fact.other), 0, "joint:false_premise"
    if rng.random() < 0.5:
        yield question, told("plain", fact.value), 1, "joint:no_figure"
    rest: list[Choice] = [
        ("joint:lacks_answer", lambda: states(fact)),
        ("joint:lacks_answer", lambda: lacks_answer(fact)),
        ("joint:in_general", lambda: in_general(fact)),
    ]
    yield from some(fact, question, 0, 1, rest)
