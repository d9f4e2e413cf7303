# ruff: noqa: SIM905 - a list of words reads better as a text
"""Figures, dates, names and phrases that an invented fact may state, each with several ways to write it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

ONES = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
MONTHS = "January February March April May June July August September October November December".split()

FIRST_NAMES = (
    "Amy Bashir Carys Dilip Eileen Fergus Gita Hywel Imran Joan Kirsty Lionel Maeve Nadia Owen Priya Rhys Sheila Tom "
    "Una Vikram Wanda Yusuf Zoe Martin Helen Colin Ruth"
).split()
LAST_NAMES = (
    "Hartnell Okafor Penrose Dalgleish Mistry Rowntree Ashworth Pugh Mackie Trelawny Qureshi Stainton Hallam Adeyemi "
    "Brackley Corrigan Fothergill Jessop Lomax Nuttall Oakden Ridgway Sethi Thackray Varley Wicks"
).split()
TITLES = ("Cllr", "Councillor", "Sir", "Dr", "Professor", "Dame", "Lord", "Baroness")
BODIES = (
    "the investment board",
    "the local enterprise partnership",
    "the combined authority",
    "the joint committee",
    "the leaders' board",
    "the county council",
    "the accountable body",
    "the university",
    "the chamber of commerce",
    "the growth company",
    "the Treasury",
    "the Department for Transport",
    "the Cabinet Office",
    "the housing agency",
    "the skills funding agency",
    "the passenger transport executive",
    "Fenwick Audit LLP",
    "Marlow Kerr Advisers",
    "the programme office",
    "the audit committee",
    "the development corporation",
    "the port company",
)


CANDIDATES = 12
"""Of so many drawn values the one that looks most like another is its rival: £1.5bn and £1.2bn, 15 and 25 years."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a fact says: `key` is equal for equal values, `forms` are ways to write it."""

    key: str
    forms: tuple[str, ...]


def in_words(number: int) -> str:
    """A whole number below 100 in words."""
    if number < 20:
        return ONES[number]
    rest = number % 10
    return TENS[number // 10] + (f"-{ONES[rest]}" if rest else "")


def _round_number(rng: random.Random, low: int, high: int) -> int:
    """A number between the two, mostly a round one."""
    if high > 100 * low > 0:  # small figures are the more frequent ones, as in papers
        number = round(math.exp(rng.uniform(math.log(low), math.log(high))))
    else:
        number = rng.randint(low, high)
    if number >= 10 and rng.random() < 0.7:
        step = 5 if number < 100 else 10 ** (len(str(number)) - 2)
        number = max(low, min(high, round(number / step) * step))
    return number


def _money(rng: random.Random, low: int, high: int) -> Value:
    """Millions of pounds."""
    number = _round_number(rng, low, high)
    forms = [f"£{number:,}m", f"£{number:,} million", f"£{number:,}m", f"{number:,} million pounds"]
    if number >= 1000:
        billions = f"{number / 1000:.3f}".rstrip("0").rstrip(".")
        forms += [f"£{billions}bn", f"£{billions} billion", f"£{billions}bn"]
    return Value(f"£{number}m", tuple(forms))


def _thousands(rng: random.Random, low: int, high: int) -> Value:
    """Thousands of pounds."""
    number = _round_number(rng, low, high)
    return Value(f"£{number}k", (f"£{number},000", f"£{number:,}k", f"£{number},000", f"{number} thousand pounds"))


def _percent(rng: random.Random, low: int, high: int) -> Value:
    number = _round_number(rng, low, high)
    return Value(f"{number}%", (f"{number}%", f"{number} per cent", f"{number} percent", f"{number}%"))


def _rate(rng: random.Random, low: int, high: int) -> Value:
    number = f"{rng.randint(low * 4, high * 4) / 4:g}"
    return Value(f"{number}% rate", (f"{number}%", f"{number} per cent", f"{number}% a year"))


def _count(rng: random.Random, low: int, high: int) -> Value:
    number = _round_number(rng, low, high)
    forms = [f"{number:,}", f"{number:,}", str(number)]
    if number <= 20:
        forms += [in_words(number)] * 2
    return Value(str(number), tuple(forms))


def _spell(unit: str) -> Callable[[random.Random, int, int], Value]:
    """A number of years, months or days."""

    def draw_spell(rng: random.Random, low: int, high: int) -> Value:
        number = _round_number(rng, low, high)
        return Value(f"{number} {unit}", (f"{number} {unit}", f"{in_words(number)} {unit}"))

    return draw_spell


def _hectares(rng: random.Random, low: int, high: int) -> Value:
    number = _round_number(rng, low, high)
    return Value(f"{number} ha", (f"{number} hectares", f"{number} ha", f"{number} hectares"))


def _date(rng: random.Random, low: int, high: int) -> Value:
    """Two dates in one month count as equal, since one of the forms leaves out the day."""
    year, month, day = rng.randint(low, high), rng.choice(MONTHS), rng.randint(1, 28)
    return Value(f"{month} {year}", (f"{day} {month} {year}", f"{day} {month} {year}", f"{month} {year}"))


def _fiscal(rng: random.Random, low: int, high: int) -> Value:
    year = rng.randint(low, high)
    short = f"{(year + 1) % 100:02d}"
    return Value(f"{year}/{short}", (f"{year}/{short}", f"{year}-{short}", f"the financial year {year}/{short}"))


def _person(rng: random.Random, _low: int, _high: int) -> Value:
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    return Value(name, (name, f"{rng.choice(TITLES)} {name}", name))


def _body(rng: random.Random, _low: int, _high: int) -> Value:
    body = rng.choice(BODIES)
    return Value(body, (body,))


DRAWERS: dict[str, tuple[Callable[[random.Random, int, int], Value], int, int]] = {
    "money": (_money, 4, 1900),
    "thousands": (_thousands, 5, 900),
    "percent": (_percent, 5, 100),
    "rate": (_rate, 1, 12),
    "count": (_count, 40, 20000),
    "number": (_count, 2, 40),
    "years": (_spell("years"), 3, 40),
    "months": (_spell("months"), 2, 36),
    "days": (_spell("days"), 5, 90),
    "hectares": (_hectares, 8, 400),
    "date": (_date, 2009, 2027),
    "fiscal": (_fiscal, 2010, 2030),
    "person": (_person, 0, 0),
    "body": (_body, 0, 0),
}
"""Kind of a value: how to draw one, and the usual lowest and highest."""


def draw_value(
    kind: str, rng: random.Random, options: Sequence[Sequence[str]] = (), others: Sequence[Value] = ()
) -> Value:
    """A value of this kind that equals none of `others`; the kind "option" takes one of the family's own phrases.

    Raises:
        ValueError: every option is among the others.
    """
    taken = {other.key for other in others}
    if kind == "option":
        left = [option for option in options if option[0] not in taken]
        if not left:
            raise ValueError("There are more facts than options; write more options into the family.")
        option = rng.choice(left)
        return Value(option[0], tuple(option))
    drawer, low, high = DRAWERS[kind]
    while True:
        value = drawer(rng, low, high)
        if value.key not in taken:
            return value


def _shared_start(one: str, other: str) -> int:
    """How many letters the two have in common at their start."""
    return sum(1 for _ in takewhile(lambda letters: letters[0] == letters[1], zip(one, other, strict=False)))


def draw_rival(
    kind: str, rng: random.Random, options: Sequence[Sequence[str]] = (), others: Sequence[Value] = ()
) -> Value:
    """A value that equals none of `others`; half of the time one that looks much like the first of them."""
    if kind == "option" or rng.random() < 0.5:
        return draw_value(kind, rng, options, others)
    model = others[0].forms[0]

    def likeness(value: Value) -> int:
        form = value.forms[0]
        return _shared_start(form, model) + _shared_start(form[::-1], model[::-1])

    return max((draw_value(kind, rng, options, others) for _ in range(CANDIDATES)), key=likeness)
