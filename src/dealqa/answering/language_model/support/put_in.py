"""What a statement puts in on its own account: words, amounts in words, and ways out of the page."""

from __future__ import annotations

import re
from typing import Final

from dealqa.answering.language_model.support.plain import plain
from dealqa.figures import figures
from dealqa.guards import Source
from dealqa.terms import STOP_WORDS, content_words, stem, stems, synonyms, words

__all__ = ["foreign_words", "leads_away", "quantity_put_in"]

_YES = re.compile(r"^(?:yes|no)\b[,:.;]?\s*", re.IGNORECASE)

_QUANTITIES: Final = (
    frozenset(["all", "whole", "wholly", "entire", "entirely", "full", "fully", "every", "each", "total", "totally"]),
    frozenset(["nearly", "almost"]),
    frozenset(["double", "twice", "doubled"]),
    frozenset(["triple", "treble", "thrice"]),
    frozenset(["half", "halved"]),
    frozenset(["most", "mostly", "majority"]),
    frozenset(["none", "nothing", "nobody"]),
)
"""Words that say how much, each with those that say the same."""

_COMMON_TO_ALL: Final = stems(
    "deal agreement city say mean document paper passage year month day date amount number figure sum size value place area"
)
"""What a sentence may speak of without calling it so. Verbs are not among them: who "gets" does not "give"."""

_AS_FIGURES: Final = {"all": "100%", "half": "50%"}
_LEADS_AWAY = re.compile(
    r"https?:|hxxps?:|www\.|\]\(|<[a-z/!]|\bdata:|javascript:|[\w.]+@[\w.]+\.\w"
    r"|\b[a-z][a-z0-9-]+\s?[\[(]?[.․。][\])]?\s?[a-z]{2,}\s?/|\b[a-z0-9-]{3,}[\[(]?[.․。][\])]?(?:com|org|net|info|example|io|uk)\b"
    r"|\b(?:dot|slash)\s+[a-z]|[\[(]\s*(?:at|dot)\s*[\])]|(?:\d[\s().-]?){9,}|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,}",
    re.IGNORECASE,
)


def foreign_words(text: str, source: Source, question: str) -> tuple[int, int]:
    """How many content words of a statement its source does not have in any form.

    Returns:
        those that are not in the question either; and all. Words of figures are not counted: they are compared as
        figures.
    """
    plainly = _YES.sub("", text)
    for figure in reversed(figures(plainly)):
        plainly = plainly[: figure.start] + " " + plainly[figure.end :]
    own = {stem(word) for word in content_words(plainly)} - _COMMON_TO_ALL - stems(STOP_WORDS)
    held, alike, asked = stems(source.words), synonyms(), stems(question)
    foreign = [word for word in own if word not in held and held.isdisjoint(alike.get(word, frozenset()))]
    return sum(word not in asked for word in foreign), len(foreign)


def quantity_put_in(text: str, source: Source) -> str | None:
    """A word that says how much and has no like in the source: "all of it", "nearly", "double"."""
    said, held = words(plain(text)), set(words(source.words))
    numbers = {figure.value for figure in source.figures}
    for alike in _QUANTITIES:
        found = next((word for word in said if word in alike), None)
        same = any(name in alike and number in numbers for name, number in _AS_FIGURES.items())
        if found and held.isdisjoint(alike) and not same:
            return found
    return None


def leads_away(text: str) -> bool:
    """Whether a text has what a reader could be led away by: an address, a link, markup, a number to call or pay to."""
    return bool(_LEADS_AWAY.search(text))
