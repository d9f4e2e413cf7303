"""Whether a sentence is about what the question names: the right deal among look-alikes, the right place, the body."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from dealqa.deals import Registry
from dealqa.places import find_places
from dealqa.terms import stem, stems, words
from dealqa.types import Hit, Question

__all__ = ["IN_SENTENCE", "About", "Coverage", "telling_names"]

TELLING = 1.0
"""The least inverse document frequency of a name's rarest word for the name to tell passages apart: about a third."""

IN_SENTENCE, IN_CONTEXT, IN_DOCUMENT, BEFORE, ABOUT_ANOTHER = 1.0, 0.9, 0.85, 0.7, 0.3
"""How well a name is covered: by the sentence itself, by the title or headings above it, by a document that tells of
this deal alone, by the sentences before it; and at best by a sentence that names another deal or place instead."""

_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Coverage(NamedTuple):
    """How well a sentence covers what the question names, each in [0, 1]: the name that is covered least counts.

    Attributes:
        names: all names.
        subjects: deals and places only; 1 where the question names none.
    """

    names: float
    subjects: float


class _Name(NamedTuple):
    parts: frozenset[str]  # stems
    deals: frozenset[str]  # the deals that it may mean
    is_subject: bool
    phrase: str  # of a place of several words: how it is written; "" for anything else


class About:
    """What a question names, ready to be looked for in many sentences.

    Args:
        idf: inverse document frequency of a stem.
    """

    def __init__(self, question: Question, registry: Registry, idf: Callable[[str], float]) -> None:
        self._registry = registry
        self._places = {place.lower() for place in question.places}
        self._deals = frozenset(question.deals)
        self._names: list[_Name] = []
        for name in telling_names(question, idf):
            parts = frozenset(stem(word) for word in _parts(name))
            deals = frozenset(deal.name for deal in registry.deals_named(name)) & self._deals
            if parts:
                place = any(asked in name.lower() for asked in self._places)
                self._names.append(_Name(parts, deals, place or bool(deals), _phrase(name)))

    def coverage(self, sentence: str, hit: Hit, before: str) -> Coverage:
        """How well the sentence covers the names.

        Args:
            hit: where it stands.
            before: the sentences of the passage that come before it.
        """
        if not self._names:
            return Coverage(1.0, 1.0)
        said = f" {' '.join(words(sentence))} "
        inside, context, earlier = stems(sentence), stems(hit.passage.context), stems(before)
        levels = ((IN_SENTENCE, inside), (IN_CONTEXT, inside | context), (BEFORE, inside | context | earlier))
        names = subjects = 1.0
        for name in self._names:
            level = max(weight * len(name.parts & found) / len(name.parts) for weight, found in levels)
            if name.phrase and name.parts <= inside and name.phrase not in said:
                level = min(level, ABOUT_ANOTHER)  # "Bath and North East Somerset" is not North Somerset
            if name.deals:
                level = max(level, self._told(name.deals, sentence, hit, before))
            if name.is_subject and self._is_about_another(sentence):
                level = min(level, ABOUT_ANOTHER)
            names = min(names, level)
            if name.is_subject:
                subjects = min(subjects, level)
        return Coverage(names, subjects)

    def _told(self, deals: Collection[str], sentence: str, hit: Hit, before: str) -> float:
        """How well a deal is covered by any of its names."""
        if not self._named(sentence).isdisjoint(deals):
            return IN_SENTENCE
        if not self._named(hit.passage.context).isdisjoint(deals):
            return IN_CONTEXT
        if hit.document.deals and set(hit.document.deals) <= set(deals):
            return IN_DOCUMENT
        return BEFORE if not self._named(before).isdisjoint(deals) else 0.0

    def _is_about_another(self, sentence: str) -> bool:
        """Whether a sentence names deals or places, and none of those that are asked about."""
        deals = self._named(sentence)
        if not deals.isdisjoint(self._deals):
            return False
        places = {name.lower() for _, _, name in find_places(words(sentence))}
        return bool(deals or places) and places.isdisjoint(self._places)

    def _named(self, text: str) -> frozenset[str]:
        return frozenset(deal.name for deal in self._registry.deals_named(text))


def telling_names(question: Question, idf: Callable[[str], float]) -> tuple[str, ...]:
    """The question's names that tell passages apart: places, and names with a word that few passages hold.

    In a folder of City Deals, "City Deal" stands everywhere and is a word like any other.
    """
    places = {place.lower() for place in question.places}
    return tuple(
        name
        for name in question.names
        if any(place in name.lower() for place in places)
        or max((idf(stem(word)) for word in _parts(name)), default=0.0) >= TELLING
    )


def _phrase(name: str) -> str:
    """A place of two words or more as it stands between others; "" for another name."""
    own = words(name)
    is_place = any((first, past) == (0, len(own)) for first, past, _ in find_places(own))
    return f" {' '.join(own)} " if is_place and len(own) > 1 else ""


def _parts(name: str) -> Sequence[str]:
    """The words of a name: "NewcastleGateshead" is two, "of" and "the" are none."""
    return [word for word in words(_INNER_CAPITAL.sub(" ", name)) if word not in ("of", "the", "and", "for")]
