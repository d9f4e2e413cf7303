"""Words, content words and their stems: how text is compared word by word."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

import Stemmer

__all__ = [
    "LIGHT_WORDS",
    "STOP_WORDS",
    "common_words",
    "content_words",
    "related",
    "stem",
    "stems",
    "synonyms",
    "words",
]

_WORD = re.compile(r"[^\W_]+(?:['’](?=s\b)s)?")
_SHORTENED = re.compile(r"\b[a-z]+n['’]t\b|(?<=[a-z])['’](?:d|ll|ve|re|m)\b", re.IGNORECASE)
"""What is left of "did not", "would", "will", "have", "are" and "am" in "didn't" and "who'd"."""


def _lines(name: str) -> list[list[str]]:
    """The words of each line of a file in `data/`, without comments."""
    text = files("dealqa").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


STOP_WORDS = frozenset(word for line in _lines("stop_words.txt") for word in line)
"""Words that carry no topic of their own."""

LIGHT_WORDS = frozenset(word for line in _lines("light_words.txt") for word in line)
"""Words that carry little of what a question is about."""

# The stemmer keeps state while it works and is not safe to share between threads.
_local = threading.local()


def words(text: str) -> list[str]:
    """The words of a text in order, lower case, without a possessive 's; numbers count as words."""
    return [re.sub(r"['’]s$", "", match.group()) for match in _WORD.finditer(text.lower())]


def content_words(text: str) -> list[str]:
    """The words of a text that are neither stop words nor bare numbers, in order, each once."""
    said = words(_SHORTENED.sub(" ", text))
    return list(dict.fromkeys(word for word in said if word not in STOP_WORDS and not word.isdigit()))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a lower-case word: "retained", "retains" and "retain" share one, "kept" and "keeps" another.

    Snowball's English stemmer, after irregular forms have been brought to their base form.
    """
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    stemmed: str = _local.stemmer.stemWord(_irregular().get(word, word))
    return stemmed


@cache
def _irregular() -> dict[str, str]:
    """Irregular form → base form."""
    return {form: forms[0] for forms in _lines("irregular.txt") for form in forms[1:]}


@cache
def common_words() -> frozenset[str]:
    """Words that are known to be spelt right: those that the evidence model's vocabulary (BERT's) holds whole."""
    stored = files("dealqa").joinpath("data/evidence_model/tokenizer.json").read_text(encoding="utf-8")
    return frozenset(word for word in json.loads(stored)["model"]["vocab"] if word.isalpha())


@cache
def synonyms() -> dict[str, frozenset[str]]:
    """Stem → stems of words that may stand in its place in an answer."""
    return _alike("synonyms.txt")


@cache
def related() -> dict[str, frozenset[str]]:
    """Stem → stems of words with which a sentence may answer a question that has it; wider than `synonyms`."""
    return _alike("synonyms.txt", "related.txt")


def _alike(*files_of_groups: str) -> dict[str, frozenset[str]]:
    """Stem → the other stems of its groups."""
    groups: dict[str, set[str]] = {}
    for line in (line for file in files_of_groups for line in _lines(file)):
        group = {stem(word) for word in line}
        for word in group:
            groups.setdefault(word, set()).update(group - {word})
    return {word: frozenset(group) for word, group in groups.items()}


def stems(text: str | Iterable[str]) -> set[str]:
    """The stems of a text's words, stop words included."""
    return {stem(word) for word in (words(text) if isinstance(text, str) else text)}
