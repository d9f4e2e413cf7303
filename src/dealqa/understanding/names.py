"""Whom and what a question names: proper names, places, deals, organisations, programmes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from dealqa.deals import Deal, Mention, Registry
from dealqa.naming import ALSO_WORDS, key_of, nicknames, organisations, programmes, short_forms
from dealqa.places import find_places, known_places
from dealqa.terms import STOP_WORDS, content_words, words

__all__ = ["Correct", "Named", "Subject", "corrected", "name_all", "proper_names", "subjects", "with_apostrophes"]

Correct = Callable[[str], str | None]
"""Gives the name that an unknown word, or pair of words, is a misspelling of; or None."""

MOST_WORDS = 40
"""How many words of a question are looked at for slips of the pen: nobody spells more of them wrong by accident."""

_TOKEN = re.compile(r"[^\W_]+(?:['’](?=s\b)s)?")
_CAPITALISED = re.compile(
    r"(?<![\w’'])(?:[A-Z][\w&’'-]*|[A-Z]{2,}s?)(?:\s+(?:(?:of|the|and|for|de|upon|on)\s+){0,2}(?:[A-Z][\w&’'-]*|\d+(?![\w%])))*"
)
_WITHOUT_APOSTROPHE = re.compile(r"(?<![\w'’-])(?P<base>[^\W\d_]{5,})s(?![\w'’-])")
_THE = re.compile(r"\bthe $", re.IGNORECASE)
_GOES_ON = re.compile(r" [a-z]")
_NAME_GOES_ON = re.compile(r" (?!(?:City|Growth|Devolution|Deals?|Region|Council|Combined|Mayor)\b)[A-Z][a-z]")
"""A longer name begins with a nickname: "Holyrood Park", but not "the Brum City Deal" or "the Brum LEP"."""

_POSSESSIVE = re.compile(r"['’]s$")
_MADE_OF = re.compile(r"[-‐‑](?:wide|based|led|only|style|area)$")
"""What makes another word of a name: "Yorkshire-wide"."""


_SMALL_SLIPS = {
    "taht": "that", "thta": "that", "htat": "that", "teh": "the", "hte": "the", "tehy": "they", "thye": "they",
    "thsi": "this", "htis": "this", "tihs": "this", "thier": "their", "thme": "them", "adn": "and", "nad": "and",
    "wiht": "with", "frmo": "from", "thare": "there", "theer": "there",
}  # fmt: skip
"""Small words as they are mistyped; none of them is a word of its own. What a follow-up hangs on is among them."""

_SMALL_SLIP = re.compile(rf"\b(?:{'|'.join(_SMALL_SLIPS)})\b")  # in capitals it is an abbreviation

_LONDON_PAYS = re.compile(
    r"\bLondon(?=(?:['’]s (?:share|money|cash|contribution|part|half)\b)"
    r"|,? (?:and|or) (?:Holyrood|Stormont|Cardiff Bay|the (?:Scottish|Welsh))\b"
    r"|(?: \w+)? (?:puts?|pays?|paid|gives?|gave|chips?|chipped|contribut\w+|match\w*|stumps?|coughs?)\b)"
)
"""London as the seat of government: "Was everything London put into the Cardiff deal new money?"."""

_KINDS = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(called, re.IGNORECASE))
    for asked, called in (
        (r"\bdevo(?:lution|lved)?\b|\bmayoral (?:combined authority )?deals?\b", r"\bdevolution\b"),
        (r"\bgrowth deals?\b", r"\bgrowth deal\b"),
        (r"\bcity(?:[ -]region)? deals?\b", r"\bcity (?:region )?deals?\b"),
    )
)
"""For each kind of deal: how a question asks for it, and what its name then has."""

_WAVES = re.compile(
    r"\bwave[ -](?P<after>1|2|3|one|two|three)\b"
    r"|\b(?P<before>first|second|third|1st|2nd|3rd)[ -](?:wave|round|tranche)\b",
    re.IGNORECASE,
)
_NUMBERS = {word: str(number) for row in (("one", "two", "three"), ("first", "second", "third"), ("1st", "2nd", "3rd"))
            for number, word in enumerate(row, 1)}  # fmt: skip


class Subject(NamedTuple):
    """A place or deal as it stands in a text: `text[start:end]`; `deals` is empty for a place that has none."""

    start: int
    end: int
    deals: tuple[Deal, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names; see the fields of `dealqa.types.Question`."""

    names: tuple[str, ...]
    places: tuple[str, ...]
    deals: tuple[str, ...]
    organisations: tuple[str, ...]
    programmes: tuple[str, ...]
    sides: int


def name_all(text: str, registry: Registry) -> Named:
    """Everything that a text names."""
    mentions = registry.mentions(text)
    places = _places(text, registry, mentions)
    names = proper_names(text)
    for place in places:
        if not any(place.lower() in name.lower() for name in names):
            names = (*names, place)
    bodies = (*registry.bodies(text), *(body for found in organisations().find(text) for body in found.values))
    instruments = (instrument for found in programmes().find(text) for instrument in found.values)
    return Named(
        names,
        places,
        tuple(deal.name for deal in _narrowed(text, mentions)),
        tuple(dict.fromkeys(bodies)),
        tuple(dict.fromkeys(instruments)),
        _sides(text, subjects(text, registry)),
    )


def subjects(text: str, registry: Registry) -> tuple[Subject, ...]:
    """The places and deals in a text, from left to right; a place inside the name of a deal is no other one."""
    found = [Subject(*mention) for mention in registry.mentions(text)]
    taken = _positions(found)
    found += [Subject(start, end, ()) for start, end, _ in _placed(text) if taken.isdisjoint(range(start, end))]
    return tuple(sorted(found, key=lambda one: one.start))


def _positions(spans: Iterable[tuple[int, int, object]]) -> set[int]:
    """The offsets of all characters in some spans."""
    return {at for start, end, _ in spans for at in range(start, end)}


def _sides(text: str, found: Iterable[Subject]) -> int:
    """How many different things the subjects are: two places of one deal are one thing."""
    return len({one.deals[0].name if one.deals else key_of(text[one.start : one.end]) for one in found})


def _placed(text: str) -> Iterable[tuple[int, int, str]]:
    """(start, end, name) of the known places in a text that are meant as places."""
    tokens = list(_TOKEN.finditer(text))
    listed = [_POSSESSIVE.sub("", token.group().lower()) for token in tokens]
    for first, past, name in find_places(listed):
        end = tokens[past - 1].end() - (len(tokens[past - 1].group()) - len(listed[past - 1]))
        if key_of(name) not in ALSO_WORDS or name in text:
            yield tokens[first].start(), end, name


def _places(text: str, registry: Registry, mentions: Iterable[Mention]) -> tuple[str, ...]:
    """Known places, and places of the registry that are not among them, as these write them."""
    found = list(_placed(text))
    taken = _positions(found)
    for mention in mentions:
        if not taken.isdisjoint(range(mention.start, mention.end)):
            continue
        key = key_of(text[mention.start : mention.end])
        place = next((place for deal in mention.deals for place in deal.places if key_of(place) == key), None)
        if place is not None:
            found.append((mention.start, mention.end, place))
    return tuple(dict.fromkeys(name for _, _, name in sorted(found)))


def _narrowed(text: str, mentions: Iterable[Mention]) -> tuple[Deal, ...]:
    """The deals that are meant: of those that share a name, the ones of the kind or wave that the text speaks of.

    A deal that is called by its whole name is meant by that name alone.
    """
    kinds = [called for asked, called in _KINDS if asked.search(text)]
    waves = {_NUMBERS.get(word.lower(), word) for match in _WAVES.finditer(text) for word in match.groups() if word}
    meant: list[Deal] = []
    for mention in mentions:
        deals = [deal for deal in mention.deals if any(called.search(deal.name) for called in kinds)] or list(
            mention.deals
        )
        deals = [deal for deal in deals if deal.wave in waves] or deals
        key = key_of(text[mention.start : mention.end])
        meant += [deal for deal in mention.deals if key_of(deal.name) == key] or deals
    return tuple(dict.fromkeys(meant))


def proper_names(text: str) -> tuple[str, ...]:
    """Proper names by their capitals; the first word of a sentence counts only if it can hardly be anything else."""
    names: list[str] = []
    for match in _CAPITALISED.finditer(text):
        name = _MADE_OF.sub("", _POSSESSIVE.sub("", match.group()))
        first = words(name)[:1]
        starts = not text[: match.start()].strip(" \"'‘“(") or text[: match.start()].rstrip()[-1:] in ".?!:"
        if starts and first and not _begins_with_place(name):
            rest = name.split(maxsplit=1)
            if first[0] in STOP_WORDS or not name.isupper() or len(name) < 3:
                name = rest[1] if len(rest) > 1 and (first[0] in STOP_WORDS or rest[1][0].isupper()) else ""
                name = re.sub(r"^(?:of|the|and|for)\s+", "", name)
        if name and not all(word in STOP_WORDS or word.isdigit() for word in words(name)):
            names.append(name)
    return tuple(dict.fromkeys(names))


def _begins_with_place(name: str) -> bool:
    return any(first == 0 for first, _, _ in find_places(words(name)))


def with_apostrophes(text: str, registry: Registry) -> str:
    """A text in which "cardiffs deal" is "cardiff's deal"."""
    known = _single_words(registry)

    def owner(match: re.Match[str]) -> str:
        base, key = match["base"], match["base"].lower()
        whole = match.group().lower()
        is_other = whole in known or key in ALSO_WORDS
        return f"{base}'s" if key in known and not is_other else match.group()

    return _WITHOUT_APOSTROPHE.sub(owner, text)


def corrected(text: str, correct: Correct, registry: Registry) -> str:
    """A text with nicknames and slips of the pen in names put right, and names put together that were typed as two."""
    text = _SMALL_SLIP.sub(lambda slip: _SMALL_SLIPS[slip.group()], text)
    if not any("london" in words(place) for deal in registry.deals for place in deal.places):
        text = _LONDON_PAYS.sub("the UK Government", text)
    text = _by_name(_joined(text, correct, registry), correct)
    for word in content_words(text)[:MOST_WORDS]:
        if len(word) >= 5 and not word[0].isdigit() and word not in nicknames():
            better = correct(word)
            if better is not None:
                text = _replaced(text, word, better)
    return text


def _by_name(text: str, correct: Correct) -> str:
    """Of "the Welsh capital" and "Brum" Cardiff and Birmingham, unless the documents call them so themselves."""
    places = _positions((start - 1, end, name) for start, end, name in _placed(text) if " " in name)
    called = [(start, end) for start, end, _ in (*nicknames().find(text), *short_forms().find(text))]
    for start, end in sorted(called, reverse=True):
        if start - 1 in places:  # "South Tyneside" is another name
            continue
        name = correct(text[start:end].lower())
        if name is not None:
            before, nickname, after = text[:start], text[start:end], text[end:]
            if (
                _NAME_GOES_ON.match(after) and not nickname.isupper()
            ):  # "Holyrood Park" is another name, "GM Hub" is not
                continue
            if " " in nickname or not _GOES_ON.match(after):  # "the Welsh capital", but not "the Clydeside agreement"
                before = _THE.sub("", before)
            the = "the " if name in organisations() and not _THE.search(before) else ""
            text = before + the + name + after
    return text


def _joined(text: str, correct: Correct, registry: Registry) -> str:
    """Of "new castle" Newcastle, unless the documents have those two words beside each other."""
    known = _single_words(registry)
    tokens = list(_TOKEN.finditer(text))[:MOST_WORDS]
    for one, other in reversed(list(itertools.pairwise(tokens))):
        if text[one.end() : other.start()] != " ":
            continue
        pair = f"{one.group()} {_POSSESSIVE.sub('', other.group())}".lower()
        together = pair.replace(" ", "")
        if together not in known:
            continue
        name = correct(pair)
        if name is not None:
            text = text[: one.start()] + name + text[one.start() + len(pair) :]
    return text


def _single_words(registry: Registry) -> set[str]:
    """The places and aliases that are one word, lower case."""
    names = (name for deal in registry.deals for name in (*deal.places, *deal.aliases))
    return {name for name in (*known_places(), *(name.lower() for name in names)) if name.isalpha()}


def _replaced(text: str, word: str, name: str) -> str:
    # A function, because a name with a backslash in it must not be read as a reference to a group.
    return re.sub(rf"\b{re.escape(word)}\b", lambda _: name, text, flags=re.IGNORECASE)
