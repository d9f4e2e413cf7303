"""Sentences as papers write them and questions as people type them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from training.deal_pairs.names import ALIASES, PRONOUNS, Who, deal_of
from training.deal_pairs.templates import fill, first_words, read

_AN = re.compile(r"\b([Aa]) (?=[aeiou])(?!one\b|one-|uni|use|eu)")
_ON = re.compile(r"\b([Ii])n (\d{1,2} [A-Z][a-z]+ \d{4})")
_OF_DEAL = {"city": ("the deal", "the agreement"), "party": ("the agreement", "the contract")}
_WHICH = {
    "city": ("Which city", "Which place", "Which area", "Which council"),
    "party": ("Which company", "Which firm", "Which contractor", "Which party"),
}
_PRONOUN_STARTS = frozenset({"It", "Its", "The"})

TYPOS = 0.10
"""Share of the questions with a slip of the finger."""


def named(who: Who, rng: random.Random, alias: bool = False) -> dict[str, str]:
    """The slots that name a city or party: p, ps, at, deal, which, who."""
    name, possessive = who.name, who.possessive
    if alias and who.scope == "city":
        name = rng.choice(ALIASES).format(who.name)
        possessive = f"{name}'s"
    at = rng.choice(("in", "in", "for")) if who.scope == "city" else "for"
    return {
        "p": name,
        "ps": possessive,
        "at": f"{at} {who.name}",
        "deal": deal_of(who, rng),
        "which": rng.choice(_WHICH[who.scope]),
        "who": who.name,
    }


def unnamed(who: Who, rng: random.Random, subject: bool) -> dict[str, str]:
    """The same slots with "it" or "the city": only the heading says who is meant."""
    words = PRONOUNS[who.scope]
    pronoun, possessive = rng.choice(words if subject else words[1:3])
    at = rng.choice(("in the city", "in the area", "here")) if who.scope == "city" else f"for {words[1][0]}"
    return {"p": pronoun, "ps": possessive, "at": at, "deal": rng.choice(_OF_DEAL[who.scope]), "who": words[1][0]}


def sentence(
    template: str, who: Who, rng: random.Random, slots: Mapping[str, str], pronoun: bool = False, plain: bool = False
) -> str:
    """A sentence or table row on this city or party, with the small changes that real papers have.

    Args:
        template: it holds slots of `named` and of `slots`.
        who: the city or party.
        rng: the source of all choices.
        slots: values of the other slots.
        pronoun: leave the name to the heading.
        plain: no words before or after.
    """
    if pronoun:
        template = template.replace("{p} | ", "").replace(" ({p})", "").replace(" | {p}", "")
        filled = {**unnamed(who, rng, template.startswith("{p} ")), **slots}
    else:
        filled = {**named(who, rng, alias=rng.random() < 0.12), **slots}
    text = with_articles(fill(template, filled))
    text = _on_days(text.replace("{who}", filled["who"]))
    return text if plain or " | " in text else _set_in_prose(text, who, rng)


def _set_in_prose(text: str, who: Who, rng: random.Random) -> str:
    wordings = read("wordings")
    if rng.random() < 0.15 and (lowered(text) != text or text.startswith(who.name)):
        text = rng.choice(wordings["lead_ins"]) + lowered(text)
    if rng.random() < 0.18 and text.endswith("."):
        text = text[:-1] + rng.choice(wordings["tails"]) + "."
    return text


def lowered(text: str) -> str:
    """The text with a small first letter, unless it may start with a name."""
    start = text.split(" ")[0]
    may = start in first_words() or start in _PRONOUN_STARTS
    return text[:1].lower() + text[1:] if may else text


def with_articles(text: str) -> str:
    """The text with "an" where "a" cannot stand."""
    return _AN.sub(r"\1n ", text)


def _on_days(text: str) -> str:
    """The text with "on" in front of a day, where the template has the "in" of a month or year."""
    return _ON.sub(lambda match: f"{'O' if match[1] == 'I' else 'o'}n {match[2]}", text)


def question(template: str, who: Who, rng: random.Random, slots: Mapping[str, str], rough: bool = True) -> str:
    """A question on this city or party as somebody might type it: neat, in a hurry, with a slip, or at length."""
    text = with_articles(fill(template, {**named(who, rng), **slots}))
    text = _on_days(text.replace("{who}", who.name))
    if not rough:
        return text
    text = _at_length(text, "{p}" in template or "{ps}" in template or "{at}" in template, who, rng)
    if rng.random() < TYPOS:
        text = with_slip(text, rng)
    return _in_a_hurry(text, rng)


def _at_length(text: str, about: bool, who: Who, rng: random.Random) -> str:
    wordings, roll = read("wordings"), rng.random()
    head, tail = "", ""
    if roll < 0.06:
        head = rng.choice(wordings["question_heads"])
    elif roll < 0.14 and about:
        head = rng.choice(wordings["question_heads_about"]).format(p=who.name)
    elif roll < 0.20:
        tail = rng.choice(wordings["question_tails"])
    mark = "?" if text.endswith("?") else ""
    return f"{head}{text.rstrip('?.')}{tail}{mark}" if tail else f"{head}{text}"


def _in_a_hurry(text: str, rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.16:
        return text.lower().rstrip("?.")
    if roll < 0.24:
        return text.rstrip("?.")
    if roll < 0.28:
        return text.replace("'", "").lower()
    if roll < 0.30:
        return text.upper()
    return text


def with_slip(text: str, rng: random.Random) -> str:
    """The text with one longer word misspelt: letters swapped, left out or doubled; figures stay as they are."""
    words = text.split(" ")
    places = [index for index, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.islower()]
    if not places:
        return text
    index = rng.choice(places)
    word, at = words[index], rng.randrange(1, len(words[index]) - 2)
    slips = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    )
    words[index] = rng.choice(slips)
    return " ".join(words)
