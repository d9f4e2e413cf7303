"""One invented fact, and every way in which a sentence can state it, miss it or look like it."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from training.deal_pairs.names import Who, draw_who, general_heading, heading_among, heading_of
from training.deal_pairs.templates import Family, families, read
from training.deal_pairs.values import Value, draw_rival, draw_value
from training.deal_pairs.wording import lowered, question, sentence

Passage = tuple[str, str]
"""A heading and a sentence under it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A family's attribute of one city or party, beside another city with another value.

    Attributes:
        thing: what the attribute is called in sentences; `asked`: what it is called in questions.
        third: a third city or party.
    """

    family: Family
    who: Who
    value: Value
    rival: Who
    other: Value
    third: Who
    thing: str
    asked: str
    rng: random.Random

    def pick(self, use: str) -> str:
        """A template of the family for this use: its own ones a little more often than the shared ones."""
        own: tuple[str, ...] = getattr(self.family.own, use)
        shared: tuple[str, ...] = getattr(self.family.shared, use)
        return self.rng.choice(own if own and (not shared or self.rng.random() < 0.5) else shared)

    def slots(self, value: Value | None = None, echo: float = 0.25) -> dict[str, str]:
        """The slots of a sentence; with the chance `echo` it calls the attribute what the question calls it."""
        thing = self.asked if self.rng.random() < echo else self.thing
        other = self.other if (value or self.value) is self.value else self.value
        return {
            "thing": thing,
            "asked": self.asked,
            "v": self.rng.choice((value or self.value).forms),
            "w": self.rng.choice(other.forms),
            "n": self._other_number(),
            "date": self.rng.choice(draw_value("date", self.rng).forms),
        }

    def _other_number(self) -> str:
        """A number that stands in no figure of the fact: in "{n} months of talks" it must not answer by chance."""
        taken = re.findall(r"\d+", f"{self.value.key} {self.other.key}")
        return str(self.rng.choice([number for number in range(3, 60) if str(number) not in taken]))

    def ask(self, template: str, value: Value | None = None, slots: Mapping[str, str] | None = None) -> str:
        """A question on this fact; `slots` are those that only this template has."""
        return question(template, self.who, self.rng, {**self.slots(value), **(slots or {})})


def draw_fact(family: Family, rng: random.Random) -> Fact:
    """An invented fact of this family."""
    who = draw_who(family.scope, rng)
    rival = draw_who(family.scope, rng, (who,))
    value = draw_value(family.value, rng, family.options)
    asked = rng.choice(family.asked)
    return Fact(
        family=family,
        who=who,
        value=value,
        rival=rival,
        other=draw_rival(family.value, rng, family.options, (value,)),
        third=draw_who(family.scope, rng, (who, rival)),
        thing=asked if family.same_word else rng.choice(family.things),
        asked=asked,
        rng=rng,
    )


def passage(
    fact: Fact, template: str, who: Who, slots: Mapping[str, str], pronoun: bool | None = None, plain: bool = False
) -> Passage:
    """A sentence on `who` under a heading of the kind it needs: without a name in it, the heading names `who`."""
    rng = fact.rng
    if pronoun is None:
        pronoun = rng.random() < 0.35
    text = sentence(template, who, rng, slots, pronoun=pronoun, plain=plain)
    if pronoun:
        heading = heading_of(who, rng, fact.thing) if rng.random() < 0.8 else heading_among(who, rng)
    else:
        roll = rng.random()
        heading = heading_of(who, rng, fact.thing) if roll < 0.5 else general_heading(who.scope, rng, fact.thing)
        if roll > 0.9:
            heading = heading_among(who, rng)
    return heading, text


def states(fact: Fact, who: Who | None = None, value: Value | None = None, pronoun: bool | None = None) -> Passage:
    """A sentence that states the attribute; sometimes a second statement stands beside it."""
    who = who or fact.who
    heading, text = passage(fact, fact.pick("statements"), who, fact.slots(value), pronoun)
    return heading, _with_company(fact, who, text)


def _with_company(fact: Fact, who: Who, text: str) -> str:
    """Now and then, the sentence with a statement on something else before or after it."""
    if fact.rng.random() > 0.25 or " | " in text or not text.endswith("."):
        return text
    other = unlike(fact)
    aside = sentence(other.pick("statements"), who, fact.rng, other.slots(), pronoun=True, plain=True)
    if " | " in aside or not aside.endswith("."):
        return text
    first, second = (text, aside) if fact.rng.random() < 0.5 or text.startswith(("It ", "Its ")) else (aside, text)
    return f"{first[:-1]}; {lowered(second)}"


def near(fact: Fact, who: Who | None = None, value: Value | None = None, pronoun: bool | None = None) -> Passage:
    """A sentence of a look-alike family on the same city or party; `value` where the kinds agree."""
    family = fact.family
    if family.same_word:
        others = [thing for thing in family.things if thing != fact.thing]
        slots = {**fact.slots(value or fact.other), "thing": fact.rng.choice(others)}
        return passage(fact, fact.rng.choice(family.own.statements), who or fact.who, slots, pronoun)
    other = _of(fact, fact.rng.choice(family.near))
    fits = value is not None and other.family.value == family.value != "option"
    return passage(fact, other.pick("statements"), who or fact.who, other.slots(value if fits else None), pronoun)


def unlike(fact: Fact) -> Fact:
    """A fact of a family that is neither this one nor a look-alike, on the same city or party."""
    avoid = {fact.family.name, *fact.family.near, *fact.family.kin}
    names = [name for name, family in families().items() if family.scope == fact.family.scope and name not in avoid]
    return _of(fact, fact.rng.choice(names))


def _of(fact: Fact, name: str) -> Fact:
    """A fact of the named family on the same city or party."""
    family, rng = families()[name], fact.rng
    value = draw_value(family.value, rng, family.options)
    asked = rng.choice(family.asked)
    thing = asked if family.same_word else rng.choice(family.things)
    return Fact(family, fact.who, value, fact.rival, value, fact.third, thing, asked, rng)


def lacks_answer(fact: Fact, who: Who | None = None, pronoun: bool | None = None) -> Passage:
    """A sentence on the topic, often in the question's words, that does not state the attribute."""
    return passage(fact, fact.pick("evasive"), who or fact.who, fact.slots(echo=0.7), pronoun)


def in_general(fact: Fact) -> Passage:
    """A sentence on agreements in general."""
    template = fact.pick("general")
    text = sentence(template, fact.who, fact.rng, fact.slots(fact.other, echo=0.5), plain=True)
    roll = fact.rng.random()
    return heading_of(fact.who, fact.rng) if roll < 0.5 else general_heading(fact.who.scope, fact.rng, fact.thing), text


def beside(fact: Fact, who: Who, other: Who, value: Value) -> Passage:
    """A sentence that states the attribute of `who` and names `other` in passing."""
    heading, text = passage(fact, fact.pick("statements"), who, fact.slots(value), pronoun=False, plain=True)
    if " | " in text or not text.endswith("."):
        return general_heading(who.scope, fact.rng), f"{text}; {other.name}: not stated"
    wording = fact.rng.choice(
        ("Unlike {}, {}", "Not so {}: {}", "After {} now the next one: {}", "While talks with {} go on, {}")
    )
    heading = heading_of(other, fact.rng) if fact.rng.random() < 0.4 else general_heading(who.scope, fact.rng)
    return heading, wording.format(other.name, lowered(text))


def reasons() -> list[str]:
    """Reasons that fit most facts and events."""
    return list(read("events")["reasons"])
