"""Sentences with exact offsets: what an answer quotes and what evidence is weighed by."""

from __future__ import annotations

import re

from dealqa.types import Span

__all__ = ["split_sentences"]

_END = re.compile(r"""(?<![.!?…])[.!?…]++["'”’)\]]*+(?=\s)|\n[ \t]*+\n""")
"""Where a sentence may end: closing punctuation and what closes with it, then white space; or a blank line.

Every run of marks is looked at once only: a page of dots must not take a time that grows with its square.
"""

LOOKBACK = 60
"""Characters in front of a full stop that tell what it belongs to; longer than any abbreviation or section number."""

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sir",
        "cllr",
        "hon",
        "rt",
        "st",
        "rev",
        "gen",
        "col",
        "no",
        "nos",
        "vol",
        "para",
        "paras",
        "art",
        "sec",
        "ch",
        "fig",
        "app",
        "ref",
        "cf",
        "approx",
        "est",
        "inc",
        "ltd",
        "co",
        "plc",
        "dept",
        "e.g",
        "i.e",
        "viz",
        "etc",
        "al",
        "p",
        "pp",
        "vs",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "u.s",
        "u.k",
        "m.p",
    ]
)

_ALWAYS_CONTINUE = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sir",
        "cllr",
        "hon",
        "rt",
        "st",
        "rev",
        "no",
        "nos",
        "vol",
        "para",
        "paras",
        "fig",
        "cf",
        "approx",
        "e.g",
        "i.e",
        "viz",
        "p",
        "pp",
        "vs",
    ]
)
"""Abbreviations after which the sentence goes on even when the next word has a capital or is a number."""


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]`, as half-open spans in `text` without white space at either end.

    Together the spans cover everything but white space. A full stop ends a sentence unless it belongs to an
    abbreviation, an initial ("J. Smith"), a section number ("3.1 Scope") or is followed by a lower-case word.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    begin = start
    for match in _END.finditer(text, start, end):
        if match.group().isspace() or _ends_sentence(text, begin, match.start(), match.end(), end):
            _append(text, begin, match.end(), spans)
            begin = match.end()
    _append(text, begin, end, spans)
    return spans


def _append(text: str, start: int, end: int, spans: list[Span]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _ends_sentence(text: str, begin: int, stop: int, after: int, limit: int) -> bool:
    following = _next_visible(text, after, limit)
    if not following:
        return True
    if text[stop] in "!?":
        return not following.islower()
    before = text[max(begin, stop - LOOKBACK) : stop]
    if stop - begin <= LOOKBACK and _is_label(before.strip()):
        return False
    word = re.search(r"[\w.&]++$", before)
    token = word.group().lower() if word else ""
    if len(token) == 1 and token.isalpha() and before[-1].isupper():
        return False  # an initial
    if token in _ALWAYS_CONTINUE:
        return False
    if token in _ABBREVIATIONS and (following.islower() or following.isdigit()):
        return False
    return not following.islower()


def _next_visible(text: str, at: int, limit: int) -> str:
    """The first character from `at` on that is no white space, or ""."""
    while at < limit and text[at].isspace():
        at += 1
    return text[at] if at < limit else ""


def _is_label(text: str) -> bool:
    """Whether all that stands in front of a full stop is what numbers the sentence to come: "3", "(a", or marks."""
    if not text.strip("(*_#>- "):
        return True
    return bool(re.fullmatch(r"\(?\d+(\.\d+)*", text) or re.fullmatch(r"[a-z]|[ivx]+", text.lower()))
