"""Recognised words to lines, as if they were the characters of a page."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from statistics import fmean, median

from dealqa.reading.ocr import RecognisedWord
from dealqa.reading.pdf_lines import PdfLine, as_line, in_pieces
from dealqa.reading.pdf_marks import Char

__all__ = ["confidence_of", "recognised_lines"]

_X_HEIGHT = 0.52  # of the type size: how high a letter is that reaches neither up nor down
_ASCENT = 0.2
_DESCENT = 0.21
_HIGH = frozenset("bdfhijklt!?()[]/|%&£$€’'\"“”")
_LOW = frozenset("gjpqy()[]|,;Q")
_NEAR = 0.15  # of the usual size: what is as near as this is of that size
_WORD = 3  # letters: shorter words say little of the size


def recognised_lines(words: Sequence[RecognisedWord], page: int, width: float) -> list[PdfLine]:
    """The lines of a page so wide, in the recogniser's order, parted where a gap is wide.

    Type sizes are told from the height of the words, to half a point; those near the page's usual one count as that.
    """
    lines = [list(line) for _, line in itertools.groupby(words, key=lambda word: word.line)]
    sizes = [_size(line) for line in lines]
    usual = median(size for line, size in zip(lines, sizes, strict=True) for _ in line) if lines else 0.0
    found: list[PdfLine] = []
    for line, size in zip(lines, sizes, strict=True):
        size = round(2 * (usual if abs(size - usual) <= _NEAR * usual else size)) / 2
        pieces = in_pieces(list(_chars(line)), size, width)
        found += [as_line(piece, page, size, beside=piece is not pieces[0]) for piece in pieces]
    return found


def confidence_of(words: Sequence[RecognisedWord]) -> float:
    """The mean confidence of words, in [0, 1]."""
    return fmean(word.confidence for word in words)


def _chars(line: Sequence[RecognisedWord]) -> Iterable[Char]:
    """Each word as a character of its own, with spaces between."""
    for word in line:
        yield Char(word.text, word.left, word.bottom, word.right, word.top, -1)
        yield Char(" ", word.right, word.bottom, word.right, word.top, -1)


def _size(line: Sequence[RecognisedWord]) -> float:
    long = [word for word in line if len(word.text) >= _WORD]
    return median((word.top - word.bottom) / _reach(word.text) for word in long or line)


def _reach(text: str) -> float:
    """How high a word is, as a share of its type size."""
    high = any(letter in _HIGH or letter.isupper() or letter.isdigit() for letter in text)
    low = any(letter in _LOW for letter in text)
    return _X_HEIGHT + _ASCENT * high + _DESCENT * low
