"""The templates of the data files, checked while they are read, and the filling of their slots."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from training.deal_pairs.values import DRAWERS

DATA = Path(__file__).resolve().parent / "data"
_SLOT = re.compile(r"\{(\w+)\}")


class Pair(NamedTuple):
    """One training pair; `label` is 1 where the sentence, read under its heading, answers the question."""

    question: str
    heading: str
    sentence: str
    label: int
    kind: str
    group: str


@dataclass(frozen=True, slots=True)
class Forms:
    """Templates by what they are for; those of a family come before those that its kind of value shares."""

    statements: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    reverse: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    premise: tuple[str, ...] = ()
    evasive: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()
    general: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """One attribute of agreements: what it is called in papers and in questions, and its templates.

    Attributes:
        things: names in papers, without an article; `asked`: other names, for questions.
        has: whether one can ask which cities have such a thing; `one` and `one_asked` are names that take an "a".
        same_word: whether questions use the same one of the names as the sentence, because each is another thing.
        options: for values of the kind "option": the phrases, each with ways to write it.
        near: families whose sentences look alike.
        kin: families whose sentences may tell something on this one by the way; they are no counterexamples.
    """

    name: str
    value: str
    scope: str
    things: tuple[str, ...]
    asked: tuple[str, ...]
    own: Forms
    shared: Forms
    has: bool = False
    same_word: bool = False
    one: tuple[str, ...] = ()
    one_asked: tuple[str, ...] = ()
    options: tuple[tuple[str, ...], ...] = ()
    near: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()

    def all_of(self, use: str) -> tuple[str, ...]:
        """The family's own templates for this use and the shared ones."""
        return tuple(getattr(self.own, use)) + tuple(getattr(self.shared, use))


def fill(template: str, slots: Mapping[str, str], capital: bool = True) -> str:
    """The template with its slots filled; its first letter a capital, or left as it is.

    Raises:
        KeyError: a slot has no value.
    """
    text = _SLOT.sub(lambda match: slots[match.group(1)], template)
    return text[:1].upper() + text[1:] if capital else text


@cache
def first_words() -> frozenset[str]:
    """The words that templates of sentences begin with: none of them is a name, so each may get a small letter."""
    texts = [one for family in families().values() for use in ("statements", "evasive") for one in family.all_of(use)]
    texts += [one for use in read("wordings")["event"].values() for one in use]
    return frozenset(text.split(" ")[0] for text in texts if text[0].isalpha()) - {"London", "Whitehall"}


def slots_of(template: str) -> set[str]:
    """The names of the slots of a template."""
    return set(_SLOT.findall(template))


@cache
def read(name: str) -> dict[str, Any]:
    """A data file."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _forms(*tables: Mapping[str, Any]) -> Forms:
    return Forms(
        **{use: tuple(one for table in tables for one in table.get(use, ())) for use in Forms.__dataclass_fields__}
    )


FILES = ("money", "powers", "schemes", "people", "governance", "contracts")
"""The data files with families."""


@cache
def families() -> dict[str, Family]:
    """Every family by name.

    Raises:
        ValueError: a family has an unknown kind of value, the name of another one, or a near
            family that does not exist.
    """
    shared = read("shared")
    found: dict[str, Family] = {}
    for file in FILES:
        for table in read(file)["family"]:
            kind, name = table["value"], table["name"]
            if name in found or (kind not in DRAWERS and kind != "option"):
                raise ValueError(f"The family {name} of {file}.toml has a name or a kind of value that cannot be used.")
            found[name] = Family(
                name=name,
                value=kind,
                scope=table.get("scope", "city"),
                things=tuple(table["things"]),
                asked=tuple(table["asked"]),
                own=_forms(table),
                shared=_forms(shared[shared["like"].get(kind, kind)], shared["any"]),
                has=table.get("has", False),
                same_word=table.get("same_word", False),
                one=tuple(table.get("one", table["things"])),
                one_asked=tuple(table.get("one_asked", table.get("one", table["things"]))),
                options=tuple(tuple([one] if isinstance(one, str) else one) for one in table.get("options", ())),
                near=tuple(table.get("near", ())),
                kin=tuple(table.get("kin", ())),
            )
    for family in found.values():
        if {*family.near, *family.kin} - set(found):
            raise ValueError(f"The family {family.name} names a near family or one of its kin that does not exist.")
    return found
