"""A sentence beside the quote that it is taken from, word by word: what was put in, left out or exchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from dealqa.deals import Registry
from dealqa.figures import Figure, figures, lowered
from dealqa.guards.certainty import kinds_of_certainty
from dealqa.guards.names import mean_the_same
from dealqa.guards.negation import denials
from dealqa.guards.source import Source
from dealqa.terms import words

__all__ = ["alignment_objection"]

NEAR = 0.6
"""The least share of a sentence's words that stand in the quote in the same order, for it to be taken from it."""

MOST_WORDS = 300
"""Of a sentence or a quote; beyond it they are not set side by side, for the time that takes grows with both."""

LEFT_OUT = 3
"""Words; what is longer is a part of the sentence that was left out as a whole."""

_TOKEN = re.compile(r"[£€$]?\d[\d,.]*\d%?|[£€$]?\d%?|[^\W_]+(?:['’][a-z]+)?|%")
_TURNS = re.compile(
    r"years?|months?|weeks?|days?|hours?|minutes?|decades?|million|billion|thousand|hundred|annual(?:ly)?|yearly|only"
)
_NOT = re.compile(r"\bnot\b(?! (?:more|less|fewer|later|greater) than\b| exceed)")
_VERB = re.compile(r"be|been|being|have|had|[a-z]{2,}(?:ed|en)")
_A_YEAR = re.compile(r"(?:an?|per|each|every) (?:year|annum|month|week)", re.IGNORECASE)
_DOUBTS = re.compile(
    r"may|might|could|would|should|proposed|planned|forecast|expected|potential|possible|likely|intended"
)


_DOUBT = re.compile(rf"\b(?:{_DOUBTS.pattern})\b")


class _Word(NamedTuple):
    text: str
    low: str
    start: int
    end: int
    denies: bool


class _Change(NamedTuple):
    """What a sentence has (`put_in`) in the place of what its quote has (`left_out`); one of them may be empty."""

    put_in: list[_Word]
    left_out: list[_Word]
    inside: bool  # between words that both have
    follows: str  # the word of the sentence that comes next


def alignment_objection(text: str, sources: Sequence[Source], registry: Registry) -> str | None:
    """What was put into, left out of or exchanged in a sentence that is otherwise the words of a quote.

    None where nothing that matters was, or where the sentence is not taken from the quotes word by word.
    """
    cited = " ".join(source.read_out for source in sources)
    mine, theirs = _words(text), _words(cited)
    if not (0 < len(mine) <= MOST_WORDS and 0 < len(theirs) <= MOST_WORDS):
        return None
    changes = _changes(mine, theirs)
    return None if changes is None else _first_objection(text, cited, changes, registry, alone=len(sources) == 1)


def _changes(mine: list[_Word], theirs: list[_Word]) -> list[_Change] | None:
    """What differs between two rows of words; None where most of the first differs."""
    matcher = SequenceMatcher(None, [word.low for word in mine], [word.low for word in theirs], autojunk=False)
    operations = matcher.get_opcodes()
    if sum(i2 - i1 for tag, i1, i2, _, _ in operations if tag == "equal") < NEAR * len(mine):
        return None
    last = len(operations) - 1
    return [
        _Change(mine[i1:i2], theirs[j1:j2], 0 < at < last, mine[i2].text if i2 < len(mine) else "")
        for at, (tag, i1, i2, j1, j2) in enumerate(operations)
        if tag != "equal"
    ]


def _first_objection(
    text: str, cited: str, changes: Sequence[_Change], registry: Registry, *, alone: bool
) -> str | None:
    own, given = figures(text), figures(cited)
    put_in = {word.low for change in changes for word in change.put_in}
    left_out = {word.low for change in changes for word in change.left_out}
    gone = {value for change in changes if change.inside for value in _moved(change, own, given)}
    doubted = any(_DOUBTS.fullmatch(word) for word in put_in) or _DOUBT.search(lowered(text)) is not None
    for change in changes:
        if not alone and left_out.issuperset(word.low for word in change.put_in):
            continue  # of several quotes, the later one may be told first
        objected = (
            _denial(change, put_in, left_out)
            or _turn(change, own, left_out)
            or (None if doubted else _doubt_left_out(change))
            or _exchange(change, own, given, left_out, gone, registry)
        )
        if objected:
            return objected
    return None


def _moved(change: _Change, own: Sequence[Figure], given: Sequence[Figure]) -> set[str]:
    """The figures that a change leaves out, and so may stand elsewhere in the sentence."""
    stayed = {figure.value for figure in _within(own, change.put_in)}
    return {figure.value for figure in _within(given, change.left_out)} - stayed


def _denial(change: _Change, put_in: set[str], left_out: set[str]) -> str | None:
    """A denial that was put in, or left out between words that stayed; not one that only stands elsewhere."""
    added = [word for word in change.put_in if word.denies and word.low not in left_out]
    gone = [word for word in change.left_out if word.denies and word.low not in put_in]
    if len(added) % 2 == len(gone) % 2:
        return None
    if len(added) > len(gone):
        return f"its “{added[0].text}” is not in what it cites"
    small = len(change.left_out) <= LEFT_OUT + len(change.put_in)
    # "has not, as the minister admitted, been signed": what was left out begins in the middle of a verb.
    mid_verb = bool(_NOT.match(change.left_out[0].low)) and bool(_VERB.fullmatch(change.follows.lower()))
    return f"it leaves out “{gone[0].text}”" if change.inside and (small or mid_verb) else None


def _turn(change: _Change, own: Sequence[Figure], left_out: set[str]) -> str | None:
    """A word of measure that was exchanged, outside of a figure; or "a year" left out."""
    for word in change.put_in:
        if change.left_out and _TURNS.fullmatch(word.low) and word.low not in left_out and not _within(own, [word]):
            return f"its “{word.text}” is not in what it cites"
    if change.inside and not change.put_in and _A_YEAR.fullmatch(_said(change.left_out)):
        return f"it leaves out “{_said(change.left_out)}”"
    return None


def _doubt_left_out(change: _Change) -> str | None:
    if not change.inside or len(change.left_out) > LEFT_OUT + len(change.put_in):
        return None
    doubts = [word for word in change.left_out if _DOUBTS.fullmatch(word.low)]
    return f"it leaves out “{doubts[0].text}”" if doubts else None


def _exchange(
    change: _Change,
    own: Sequence[Figure],
    given: Sequence[Figure],
    left_out: set[str],
    gone: set[str],
    registry: Registry,
) -> str | None:
    """A figure, a status or a name that stands where the quote has another."""
    if _skips_to_another(change):
        return f"its name {change.follows!r} is not the one in what it cites"
    if not change.put_in or not change.left_out:
        return None
    said = _said(change.put_in)
    if _exchanged_figure(change, own, given, gone):
        return f"its {said!r} is not what it cites says there"
    kept = [word for word in change.put_in if word.low not in left_out or word in change.left_out]
    mine, theirs = kinds_of_certainty(_said(kept)), kinds_of_certainty(_said(change.left_out))
    if mine and theirs and not mine & theirs:
        return f"its {said!r} is not what it cites says there"
    if _exchanged_name(change.put_in, change.left_out, registry):
        return f"its name {said!r} is not the one in what it cites"
    return None


def _exchanged_figure(change: _Change, own: Sequence[Figure], given: Sequence[Figure], gone: set[str]) -> bool:
    """Whether a figure stands where the quote has another one; not one that was only moved there."""
    mine = [figure for figure in _within(own, change.put_in) if figure.value not in gone]
    for one in mine:
        theirs = [other for other in _within(given, change.left_out) if _sort(other) == _sort(one)]
        if theirs and not any(_covers(other.value, one.value) for other in theirs):
            return True
    return False


def _sort(figure: Figure) -> str:
    return "date" if figure.kind == "year" else figure.kind


def _within(found: Sequence[Figure], part: Sequence[_Word]) -> list[Figure]:
    if not part:
        return []
    start, end = part[0].start, part[-1].end
    return [figure for figure in found if figure.start < end and start < figure.end]


def _covers(given: str, claimed: str) -> bool:
    """Whether a figure gives another: the same, or a date that of its year."""
    return given == claimed or (given[:4].isdigit() and given.startswith(claimed)) or claimed in given.split("/")


def _exchanged_name(put_in: Sequence[_Word], left_out: Sequence[_Word], registry: Registry) -> bool:
    mine, theirs = _named(put_in), _named(left_out)
    if not mine or not theirs:
        return False
    if set(words(_said(mine))) & set(words(_said(theirs))):
        return False
    return not mean_the_same(_said(put_in), _said(left_out), registry)


def _skips_to_another(change: _Change) -> bool:
    """Whether "given to Swansea, although Cardiff" has become "given to Cardiff"."""
    left_out = change.left_out
    if change.put_in or not change.inside or not change.follows[:1].isupper():
        return False
    return bool(_named(left_out[:1])) and any(word.low in _TURNING for word in left_out)


def _named(part: Sequence[_Word]) -> list[_Word]:
    return [word for word in part if word.text[0].isupper() and len(word.text) > 1 and word.low not in _PLAIN]


_TURNING = frozenset({"although", "though", "while", "whereas", "but", "because", "unlike", "if", "not"})
_PLAIN = frozenset(
    [
        "the",
        "it",
        "its",
        "they",
        "their",
        "this",
        "that",
        "these",
        "those",
        "he",
        "she",
        "his",
        "her",
        "a",
        "an",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "and",
        "or",
        "but",
        "both",
        "all",
        "each",
        "some",
        "no",
        "none",
        "yes",
        "city",
        "deal",
        "deals",
        "area",
        "areas",
        "government",
        "there",
    ]
)


def _said(part: Sequence[_Word]) -> str:
    return " ".join(word.text for word in part)


def _words(text: str) -> list[_Word]:
    low = lowered(text)
    spans = [*denials(low), *(match.span() for match in _NOT.finditer(low))]
    return [_word(text, match, spans) for match in _TOKEN.finditer(low)]


def _word(text: str, match: re.Match[str], denied: Sequence[tuple[int, int]]) -> _Word:
    start, end = match.span()
    return _Word(text[start:end], match.group(), start, end, any(a < end and start < z for a, z in denied))
