"""Names of a sentence: which a statement leaves out, puts to others on its own account, or lets change places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from dealqa.terms import STOP_WORDS, stem, words

__all__ = ["change_places", "left_out", "put_together"]

_NAME: Final = r"[A-Z][\w’'-]*(?: (?:(?:of|the|for|upon|on|de) ){0,2}[A-Z][\w’'-]*)*"
_AND: Final = r",? (?:and|or|as well as|together with|&) (?:(?:by|to|from|in|for|with|of|at|on) )?(?:the )?"
_COMMA: Final = r", (?:(?:by|to|from|in|for|with|of|at|on) )?(?:the )?"
_TOGETHER = re.compile(rf"{_NAME}(?:{_COMMA}{_NAME})*{_AND}{_NAME}")
"""Names that are given together: "Ada Brook and Tom Field", "by Ada Brook and by Tom Field", "Leeds, York and Hull"."""

_BETWEEN = re.compile(f"{_AND}|{_COMMA}")
_TITLES: Final = frozenset(["mr", "mrs", "ms", "dr", "sir", "dame", "lord", "lady", "baroness", "the"])


def left_out(statement: str, sentence: str, question: str) -> str | None:
    """A name that a statement leaves out though it gives another one of those that a sentence gives together.

    Who asks about one of them is answered about this one: what the question names counts neither as given nor as left
    out. "Who announced it?" is not answered by one of the two who did.
    """
    said, asked = _stems(statement), _stems(question)
    for match in _TOGETHER.finditer(sentence):
        names = [(name, _stems(name)) for name in _BETWEEN.split(match.group())]
        new = [(name, own, _own(own, [other for _, other in names])) for name, own in names if not own <= asked]
        missing = [name for name, _, distinct in new if distinct and said.isdisjoint(distinct)]
        if missing and any(not said.isdisjoint(distinct) for _, _, distinct in new):
            return missing[0]
    return None


def put_together(statement: str, sentence: str) -> str | None:
    """A name that a statement gives together with others of which alone its sentence speaks.

    The name may stand in a heading above the sentence, which is enough for a name that stands by itself.
    """
    there = _stems(sentence)
    for match in _TOGETHER.finditer(statement):
        names = [(name, _stems(name)) for name in _BETWEEN.split(match.group())]
        own = [(name, _own(words_of, [other for _, other in names])) for name, words_of in names]
        missing = [name for name, distinct in own if distinct and there.isdisjoint(distinct)]
        if missing and len(missing) < len(own):
            return missing[0]
    return None


def change_places(statement: str, sentence: str) -> tuple[str, str] | None:
    """Two names of which a statement says the one of the other that its sentence says the other way round.

    "The Partnership is now called the City Deal" is not "The City Deal is now called the Partnership". What stands
    between them must be the same as far as the word before the second name, so that "was led by" may become "led".
    """
    names = [match.group().removeprefix("The ") for match in re.finditer(_NAME, statement)]
    for first, second in combinations(names, 2):
        if _between(sentence, first, second) is not None:
            continue
        here, there = _between(statement, first, second), _between(sentence, second, first)
        if here is None or there is None or not (set(here) & set(there)) - STOP_WORDS:
            continue
        if _last(here) == _last(there):
            return first, second
    return None


def _between(text: str, first: str, second: str) -> list[str] | None:
    """The words between two names; None where they do not stand in this order."""
    begin = text.find(first)
    end = text.find(second, begin + len(first)) if begin >= 0 else -1
    return words(text[begin + len(first) : end]) if end >= 0 else None


def _last(between: list[str]) -> str:
    return next((word for word in reversed(between) if word not in ("the", "a", "an")), "")


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)} - _TITLES


def _own(name: set[str], names: Sequence[set[str]]) -> set[str]:
    """The words of a name that tell it from the others: "UK" of "UK Government" beside "Scottish Government"."""
    return name - {word for other in names if other != name for word in other}
