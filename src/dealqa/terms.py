"""Words, content words and their stems: how text is compared word by word."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

import Stemmer

__all__ = ["STOP_WORDS", "content_words", "stem", "stems", "synonyms", "words"]

_WORD = re.compile(r"[^\W_]+(?:['’](?=s\b)s)?")

STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "against",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "below",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "down",
        "during",
        "each",
        "few",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "me",
        "more",
        "most",
        "my",
        "no",
        "nor",
        "not",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "our",
        "ours",
        "out",
        "over",
        "own",
        "per",
        "please",
        "s",
        "same",
        "she",
        "should",
        "so",
        "some",
        "such",
        "t",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "theirs",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "us",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "yours",
        "say",
        "says",
        "said",
        "according",
        "many",
        "much",
        "long",
        "often",
        "might",
        "may",
        "must",
        "shall",
        "upon",
    ]
)
"""Words that carry no topic of their own; "many", "much" and "long" say what kind of answer is asked for."""

# The stemmer keeps state while it works and is not safe to share between threads.
_local = threading.local()


def words(text: str) -> list[str]:
    """The words of a text in order, lower case, without a possessive 's; numbers count as words."""
    return [re.sub(r"['’]s$", "", match.group()) for match in _WORD.finditer(text.lower())]


def content_words(text: str) -> list[str]:
    """The words of a text that are neither stop words nor bare numbers, in order, each once."""
    return list(dict.fromkeys(word for word in words(text) if word not in STOP_WORDS and not word.isdigit()))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a lower-case word (Snowball's English stemmer): "retained", "retains" and "retain" share one."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    stemmed: str = _local.stemmer.stemWord(word)
    return stemmed


@cache
def synonyms() -> dict[str, frozenset[str]]:
    """Stem → stems of words that may stand in its place in an answer."""
    groups: dict[str, set[str]] = {}
    for line in files("dealqa").joinpath("data/synonyms.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            group = {stem(word) for word in line.split()}
            for word in group:
                groups.setdefault(word, set()).update(group - {word})
    return {word: frozenset(group) for word, group in groups.items()}


def stems(text: str | Iterable[str]) -> set[str]:
    """The stems of a text's words, stop words included."""
    return {stem(word) for word in (words(text) if isinstance(text, str) else text)}
