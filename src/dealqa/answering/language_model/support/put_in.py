"""What a statement puts in on its own account: words, amounts in words, and ways out of the page."""

from __future__ import annotations

import re
from typing import Final

from dealqa.answering.plain import plain
from dealqa.figures import figures
from dealqa.guards import Source
from dealqa.terms import LIGHT_WORDS, STOP_WORDS, stem, stems, synonyms, words

__all__ = ["foreign_words", "leads_away", "light_word_put_in", "quantity_put_in", "verb_made_finite"]

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
    "deal agreement city say mean document paper passage year month day date amount number figure sum size value"
    " place area"
)
"""What a sentence may speak of without calling it so. Verbs are not among them: who "gets" does not "give"."""

_OF_QUANTITY: Final = stems(frozenset().union(*_QUANTITIES))

_AS_FIGURES: Final = {"all": "100%", "half": "50%"}
_LEADS_AWAY = re.compile(
    r"https?:|hxxps?:|www\.|\]\(|<[a-z/!]|\bdata:|javascript:|@\w"
    r"|\b[a-z][a-z0-9-]+\s?[\[(]?[.․。][\])]?\s?[a-z]{2,}\s?/|\b[a-z][\w-]+[\[(]?[.․。][\])]?[a-z]{2,}\b(?!\.)"
    r"|\b(?:dot|slash)\s+[a-z]|[\[(]\s*(?:at|dot)\s*[\])]|(?:\d[^\w£€$%,.;]{0,2}){9,}"
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,}|\b(?=\w*\d)(?=\w*[a-z])\w{16,}",
    re.IGNORECASE,
)

_YEARS = re.compile(r"\b(?:19|20)\d\d\s?[/–-]\s?(?:19|20)?\d\d\b(?!\s?[\d/–-])")
"""Of which several in a row would look like a number to call."""

_NO_WEIGHT: Final = stems(
    "a an the is are was were be been being has have had do does did it its they them their he him his she her"
    " this these that those which who and or of in to for at on by with from as there yes no not"
)
"""Function words that may be put in; "after", "without" or "other than" change what is said."""


def foreign_words(text: str, source: Source, question: str) -> tuple[int, int]:
    """How many content words of a statement its source does not have in any form.

    Returns:
        those that are not in the question either; and all. Words of figures are not counted: they are compared as
        figures.
    """
    plainly = _YES.sub("", text)
    for figure in reversed(figures(plainly)):
        plainly = plainly[: figure.start] + " " + plainly[figure.end :]
    held, above = stems(source.text), stems(source.words)
    alike, asked = synonyms(), stems(question)
    foreign = set()
    for written in re.findall(r"[^\W_]+", plainly):
        # A name may be taken from a heading; what is said of it may not.
        there = above if written[0].isupper() else held
        for word in words(written):
            form = stem(word)
            if word in STOP_WORDS or word.isdigit() or form in _COMMON_TO_ALL:
                continue
            if form not in there and there.isdisjoint(alike.get(form, frozenset())):
                foreign.add(form)
    return len(foreign - asked), len(foreign)


def light_word_put_in(text: str, source: Source, question: str) -> str | None:
    """A word like "after", "without" or "gives" that neither sentence nor question has; the lightest aside."""
    held = stems(source.text) | stems(question) | _NO_WEIGHT | _COMMON_TO_ALL | _OF_QUANTITY
    held |= stems(source.words) if source.header else stems(source.above)
    counted = {word for figure in figures(text) for word in words(text[figure.start : figure.end])}
    light = [word for word in words(_YES.sub("", plain(text))) if word in STOP_WORDS or word in LIGHT_WORDS]
    return next((word for word in light if word not in counted and stem(word) not in held), None)


def verb_made_finite(text: str, sentence: str) -> str | None:
    """A verb that a statement says of the present, where its sentence only has it as a wish, an end or a past.

    "Dreams of keeping", "used to keep" and "will keep from 2045" are not "keeps".
    """
    given = _forms(sentence)
    for form, said in _forms(text).items():
        there = given.get(form)
        if not there or said & there or not any(one.endswith("s") for one in said):
            continue
        if all(one.startswith("to ") or one.endswith(("ing", "ed")) or stem(one) != stem(one + "s") for one in there):
            return next(iter(said))
    return None


def _forms(text: str) -> dict[str, set[str]]:
    """The forms of each word, "to keep" and "will keep" as "to keep"."""
    found: dict[str, set[str]] = {}
    for match in re.finditer(r"(?:\b(to|will|would|shall)\s+)?([a-z’']+)", text.lower()):
        found.setdefault(stem(match[2]), set()).add(("to " if match[1] else "") + match[2])
    return found


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
    return bool(_LEADS_AWAY.search(_YEARS.sub("years", text)))
