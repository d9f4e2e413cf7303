# ruff: noqa: SIM905 - a list of words reads better as a text
"""Who an invented fact is about: places of the package's list, made-up places and companies; headings above it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PLACES = Path(__file__).resolve().parents[2] / "src" / "dealqa" / "data" / "places.txt"
NOT_CITIES = frozenset(
    {"England", "Scotland", "Wales", "Northern Ireland", "Ulster", "Reading", "Angus", "Rugby", "Wells", "Bury", "Bath"}
)
"""Countries, and names that are words: a typed "reading" is no place here."""

STARTS = "Ash Brack Cald Dun Elver Farn Glen Hart Ings Kel Lang Mar Nether Os Pen Rav Skel Thorn Wend Yar".split()
ENDS = "borough bury by combe dale ford ham haven ley mouth port sea stead ton wick worth".split()
TRADES = "Freight Rail Estates Energy Homes Ports Foundry Software Logistics Fabrication Dairies Instruments".split()

PRONOUNS = {
    "city": (("it", "its"), ("the city", "the city's"), ("the area", "the area's"), ("the council", "the council's")),
    "party": (("it", "its"), ("the company", "the company's"), ("the firm", "the firm's")),
}
ALIASES = ("{} City Council", "Greater {}", "the {} partnership", "the city of {}", "{} council")
DEALS = ("the {} deal", "the {} City Deal", "the City Deal for {}", "the agreement with {}", "{}'s deal")
CONTRACTS = ("the {} agreement", "the contract with {}", "the {} contract", "the agreement made with {}")

CITY_TITLES = (
    "{}: deal summary",
    "{} City Deal",
    "The City Deal for {}",
    "{} deal, implementation update",
    "{} progress note",
    "Report to members in {}",
    "{} Growth Board minutes",
    "Digest of papers: {}",
)
PARTY_TITLES = ("Agreement with {}", "{}: heads of terms", "Contract summary: {}", "{} – schedule", "Deed with {}")
GENERAL_TITLES = {
    "city": (
        "City Deals: wave 2 overview",
        "Table of amounts",
        "Press digest",
        "Programme update",
        "Briefing note for peers",
        "Local growth: a review",
        "Deals at a glance",
        "Minutes of the joint meeting",
        "Notes from the conference",
    ),
    "party": ("Register of contracts", "Schedule of agreements", "Procurement report", "Legal summary", "Estates list"),
}
GENERAL_SECTIONS = (
    "Summary",
    "Background",
    "Next steps",
    "Points to note",
    "Detail",
    "What was said",
    "Annex B",
    "Key terms",
)


@dataclass(frozen=True, slots=True)
class Who:
    """A city or a party of a contract, under the name that questions and sentences use."""

    name: str
    scope: str

    @property
    def possessive(self) -> str:
        """The name with 's, or with the bare apostrophe after a plural-looking one."""
        return f"{self.name}'" if self.name.endswith("s") and self.scope == "city" else f"{self.name}'s"


@cache
def real_places() -> tuple[str, ...]:
    """The main names of the package's list of places, countries and common words left out."""
    lines = PLACES.read_text(encoding="utf-8").splitlines()
    names = [line.split(" = ")[0].strip() for line in lines if line.strip() and not line.startswith("#")]
    return tuple(name for name in names if name not in NOT_CITIES)


def _made_up(rng: random.Random) -> str:
    return rng.choice(STARTS) + rng.choice(ENDS)


def draw_who(scope: str, rng: random.Random, others: tuple[Who, ...] = ()) -> Who:
    """A city (six in ten a real one) or a made-up company, none of whose words another one has."""
    taken = {word for other in others for word in other.name.casefold().split()}
    while True:
        if scope == "party":
            name = f"{_made_up(rng)} {rng.choice(TRADES)}"
        else:
            name = rng.choice(real_places()) if rng.random() < 0.6 else _made_up(rng)
        words = set(name.casefold().split())
        near = any(word in other or other in word for word in words for other in taken)
        if not near:
            return Who(name, scope)


def deal_of(who: Who, rng: random.Random) -> str:
    """The deal or contract in words, the name in it."""
    return rng.choice(DEALS if who.scope == "city" else CONTRACTS).format(who.name)


def heading_of(who: Who, rng: random.Random, section: str = "") -> str:
    """Title and perhaps section of a document on this city or party."""
    title = rng.choice(CITY_TITLES if who.scope == "city" else PARTY_TITLES).format(who.name)
    return _joined(title, section, rng)


def general_heading(scope: str, rng: random.Random, section: str = "") -> str:
    """Title and perhaps section of a document that names no city or party."""
    return _joined(rng.choice(GENERAL_TITLES[scope]), section, rng)


def heading_among(who: Who, rng: random.Random) -> str:
    """A document on many, with a section on this one."""
    return f"{rng.choice(GENERAL_TITLES[who.scope])} > {who.name}"


def _joined(title: str, section: str, rng: random.Random) -> str:
    roll = rng.random()
    if section and roll < 0.35:
        return f"{title} > {section[0].upper()}{section[1:]}"
    if roll < 0.7:
        return f"{title} > {rng.choice(GENERAL_SECTIONS)}"
    return title
