"""Names in a text, found whatever their case and however their words are joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Generic, NamedTuple, TypeVar

__all__ = ["ALSO_WORDS", "Found", "NameIndex", "key_of", "nicknames", "organisations", "programmes", "short_forms"]

ALSO_WORDS = frozenset({"reading", "bath", "wells", "bury", "rugby", "poole", "perth", "dover", "angus", "northeast"})
"""Places whose names are words as well, as `key_of` gives them: in lower case they are words."""

_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s‐‑–/'’&-]*")  # what may stand between two words of a name
_SAINT_GAP = re.compile(r"\.\s*")

_SMALL = frozenset({"of", "for", "and", "the", "in"})

Value = TypeVar("Value")


class Found(NamedTuple, Generic[Value]):
    """A name in a text: `text[start:end]`, and what is called so."""

    start: int
    end: int
    values: tuple[Value, ...]


def _key_words(name: str) -> list[str]:
    return [word for word in _TOKEN.findall(name.lower()) if word != "and"]


def key_of(name: str) -> str:
    """What all spellings of a name share: its words without capitals, "and" and what joins them; "" for no name."""
    return "".join(_key_words(name))


@dataclass(frozen=True, slots=True)
class NameIndex(Generic[Value]):
    """Which names there are, and what is called so; a name may belong to several.

    Names are found whatever their case, at word boundaries, and however they are joined: by spaces, hyphens, "and",
    "&" or nothing ("Newcastle-Gateshead", "NewcastleGateshead", "Newcastle & Gateshead").
    """

    _by_key: dict[str, tuple[Value, ...]] = field(repr=False)
    _most_words: int

    @classmethod
    def of(cls, names: Iterable[tuple[str, Value]]) -> NameIndex[Value]:
        """An index of (name, what is called so), the first named of several first."""
        called: dict[str, list[Value]] = {}
        longest = 0
        for name, value in names:
            words = _key_words(name)
            longest = max(longest, len(words))
            found = called.setdefault("".join(words), [])
            if words and value not in found:
                found.append(value)
        return cls({key: tuple(values) for key, values in called.items() if key}, longest)

    def __contains__(self, name: str) -> bool:
        return key_of(name) in self._by_key

    def find(self, text: str) -> tuple[Found[Value], ...]:
        """The names in a text, from left to right; of names that overlap the longest."""
        return tuple(self._find(text))

    def _find(self, text: str) -> Iterator[Found[Value]]:
        tokens = list(_TOKEN.finditer(text))
        at = 0
        while at < len(tokens):
            match = self._longest(text, tokens, at)
            if match is None:
                at += 1
                continue
            past, values = match
            yield Found(tokens[at].start(), tokens[past - 1].end(), values)
            at = past

    def _longest(self, text: str, tokens: Sequence[re.Match[str]], at: int) -> tuple[int, tuple[Value, ...]] | None:
        """Past which word the longest name ends that begins with word `at`, and whose it is."""
        best = None
        key, count = "", 0
        for k in range(at, len(tokens)):
            if k > at and not _joined(text, tokens[k - 1], tokens[k]):
                break
            word = tokens[k].group().lower()
            if word == "and":
                if k == at:
                    break
                continue
            key, count = key + word, count + 1
            if count > self._most_words:
                break
            values = self._by_key.get(key)
            if values is not None and not (key in ALSO_WORDS and tokens[at].group().islower()):
                best = k + 1, values
        return best


def _joined(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two words may belong to one name by what stands between them."""
    between = text[one.end() : other.start()]
    if _GAP.fullmatch(between):
        return True
    return one.group().lower() == "st" and _SAINT_GAP.fullmatch(between) is not None


@cache
def organisations() -> NameIndex[str]:
    """Bodies that British deal papers speak of, by their names and abbreviations."""
    return NameIndex.of(_listed("organisations.txt"))


@cache
def programmes() -> NameIndex[str]:
    """Funds, programmes and instruments that British deal papers speak of, likewise."""
    return NameIndex.of(_listed("programmes.txt"))


@cache
def nicknames() -> NameIndex[str]:
    """Places and bodies by their nicknames, and by nothing else."""
    return NameIndex.of((called, shown) for called, shown in _listed("nicknames.txt") if called != shown)


@cache
def short_forms() -> NameIndex[tuple[str, ...]]:
    """Abbreviations of bodies and programmes ("TIF"), and what each is called in full."""
    return NameIndex.of(
        (short, tuple(name for name in names if not _is_short(name)))
        for file in ("organisations.txt", "programmes.txt")
        for names in _lines(file)
        for short in (*filter(_is_short, names), *map(_initials, names))
        if short
    )


def _is_short(name: str) -> bool:
    """Whether a name is an abbreviation: "HCA", "DfT"."""
    return " " not in name and sum(letter.isupper() for letter in name) >= 2


def _initials(name: str) -> str:
    """Of "Economic Development Fund" EDF, of "Department for Transport" DfT, without more than one small word.

    "" for a name of less than three words, or with others not in capitals.
    """
    parts = name.split()
    small = [part for part in parts if part in _SMALL]
    if len(small) > 1:
        parts = [part for part in parts if part not in _SMALL]
    usual = len(parts) >= 3 and all(part[0].isupper() or part in _SMALL for part in parts)
    return "".join(part[0] for part in parts) if usual else ""


def _lines(name: str) -> Iterator[tuple[str, ...]]:
    for line in files("dealqa").joinpath(f"data/{name}").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(line.split(" = "))


def _listed(name: str) -> Iterator[tuple[str, str]]:
    for names in _lines(name):
        for called in names:
            yield called, names[0]
