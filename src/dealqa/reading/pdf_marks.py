"""Marks of footnotes: small raised figures that stand on the end of a word, and in front of the note itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

__all__ = ["Char", "Marked", "Type", "goes_on_shifted", "without_marks"]

_MARK = re.compile(r"[\d*†‡§¶]")
_WITHIN = ",–-()[]"
_MOST_CHARS = 7
_SMALLER = 0.82  # of the type beside it
_RAISED = 0.15
_UNIT = re.compile(r"(?:^|[\s\d(])(?:[kcm]?m|ft|in|CO|x)$")
_SHIFTED = 0.1
_HIGHEST = 0.7
_OVERLAP = 0.3


class Char(NamedTuple):
    """A character of a page and its box, in points; `number` is pdfium's index of it."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    number: int


class Type(NamedTuple):
    """How a character is set: the type's size and the height of the line it stands on, in points."""

    size: float
    baseline: float


class Marked(NamedTuple):
    """A line without its marks.

    Attributes:
        marks: what was taken out, in order.
        leads: whether the line began with the first of them: it is, or begins, a footnote.
    """

    chars: list[Char]
    marks: tuple[str, ...]
    leads: bool


def without_marks(chars: Sequence[Char], type_of: Callable[[Char], Type]) -> Marked:
    """Take the marks of footnotes out of a line: figures, stars and daggers, raised and smaller than what is beside.

    What is raised and no mark stays: ordinals ("5th"), and the figure of a unit ("m2").
    """
    kept: list[Char] = []
    marks: list[str] = []
    leads = False
    at = 0
    while at < len(chars):
        end = at
        while end < len(chars) and (_MARK.match(chars[end].text) or (end > at and chars[end].text in _WITHIN)):
            end += 1
        run = chars[at:end]
        beside = _neighbour(kept, chars[end:]) if run else None
        if not run:
            kept.append(chars[at])
            at += 1
        elif beside is not None and _is_mark(run, beside, kept, type_of):
            leads = leads or not any(not char.text.isspace() for char in kept)
            marks.append("".join(char.text for char in run).strip(_WITHIN))
            if kept and not kept[-1].text.isspace():  # the gap that the mark leaves is none
                kept[-1] = kept[-1]._replace(right=max(kept[-1].right, run[-1].right))
            at = end
        else:
            kept += run
            at = end
    return Marked(kept, tuple(marks), leads)


def _neighbour(before: Sequence[Char], after: Sequence[Char]) -> Char | None:
    """The character that a run stands on; at the beginning of a line the one that follows."""
    last = next((char for char in reversed(before) if not char.text.isspace()), None)
    return last or next((char for char in after if not char.text.isspace()), None)


def _is_mark(run: Sequence[Char], beside: Char, before: Sequence[Char], type_of: Callable[[Char], Type]) -> bool:
    if len(run) > _MOST_CHARS or not _stands_above(run[0], beside, type_of):
        return False
    return _UNIT.search("".join(char.text for char in before[-4:])) is None


def _stands_above(mark: Char, beside: Char, type_of: Callable[[Char], Type]) -> bool:
    raised, line = type_of(mark), type_of(beside)
    return raised.size <= _SMALLER * line.size and raised.baseline - line.baseline >= _RAISED * line.size


def goes_on_shifted(before: Sequence[Char], after: Sequence[Char], type_of: Callable[[Char], Type]) -> bool:
    """Whether `after`, which pdfium takes for another line, goes on where `before` ends: one of them is raised.

    pdfium begins a line wherever the height changes: before and after a mark, and the "th" of a day.
    """
    last = next((char for char in reversed(before) if not char.text.isspace()), None)
    first = next((char for char in after if not char.text.isspace()), None)
    if last is None or first is None:
        return False
    small, large = sorted((type_of(last), type_of(first)))
    shift = abs(small.baseline - large.baseline)
    return (
        small.size <= _SMALLER * large.size
        and _SHIFTED * large.size <= shift <= _HIGHEST * large.size
        and -_OVERLAP * large.size < first.left - last.right < large.size
    )
