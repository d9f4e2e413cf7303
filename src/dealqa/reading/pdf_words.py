"""Recognised words to lines, as if they were the characters of a page."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from statistics import fmean, median

from dealqa.reading.ocr import RecognisedWord
from dealqa.reading.pdf_lines import PdfLine, as_line, in_pieces
from dealqa.reading.pdf_marks import Char

__all__ = ["confidence_of", "recognised_lines", "usual_size"]

_X_HEIGHT = 0.52  # of the type size: how high a letter is that reaches neither up nor down
_ASCENT = 0.2
_DESCENT = 0.21
_HIGH = frozenset("bdfhijklt!?()[]/|%&£$€’'\"“”")
_LOW = frozenset("gjpqy()[]|,;Q")
_WORD = 3  # letters: shorter words say little of the size
_ADDRESS = 30  # letters: longer words are higher where the page lies crooked
_STEP = 1.25  # times the size of running text, and so on: the sizes that can be told apart on a scan
_LONG = 5  # words: a line that shows how crooked the page lies
_DIRT = 0.3  # of confidence: below it a single letter is the edge of a table, or a spot
_RULES = "|/\\_"
_SMALLEST = 0.5  # points


def usual_size(pages: Iterable[Sequence[RecognisedWord]]) -> float:
    """The type size in which most words of some pages are set, to half a point; 0 where there are none."""
    sizes = [size for words in pages for line, size in _measured(words) for _ in line if size is not None]
    return round(2 * median(sizes)) / 2 if sizes else 0.0


def recognised_lines(words: Sequence[RecognisedWord], page: int, width: float, usual: float) -> list[PdfLine]:
    """The lines of a page so wide, in the recogniser's order, parted where a gap is wide.

    Type sizes are told from the height of the words, as steps up and down from the document's `usual_size`.
    """
    found: list[PdfLine] = []
    for line, measured in _measured(words):
        size = usual * _STEP ** round(math.log(measured / usual, _STEP)) if measured and usual else usual
        pieces = in_pieces(list(_chars(line)), size, width)
        found += [as_line(piece, page, size, beside=piece is not pieces[0]) for piece in pieces]
    return found


def _measured(words: Sequence[RecognisedWord]) -> list[tuple[list[RecognisedWord], float | None]]:
    """The lines of a page without dirt, and their type sizes, where they can be told."""
    clean = [word for word in words if not _is_dirt(word)]
    lines = [list(line) for _, line in itertools.groupby(clean, key=lambda word: word.line)]
    slope = median([abs(_slope(line)) for line in lines if len(line) >= _LONG] or [0.0])
    return [(line, _size(line, slope)) for line in lines]


def confidence_of(words: Sequence[RecognisedWord]) -> float:
    """The mean confidence of words, in [0, 1]."""
    return fmean(word.confidence for word in words)


def _chars(line: Sequence[RecognisedWord]) -> Iterable[Char]:
    """Each word as a character of its own, with spaces between."""
    for word in line:
        yield Char(word.text, word.left, word.bottom, word.right, word.top, -1)
        yield Char(" ", word.right, word.bottom, word.right, word.top, -1)


def _is_dirt(word: RecognisedWord) -> bool:
    """Whether a word is a spot, or a rule of a table."""
    spot = word.confidence < _DIRT and len(word.text) == 1 and not word.text.isdigit()
    return spot or not word.text.strip(_RULES)


def _slope(line: Sequence[RecognisedWord]) -> float:
    """How much a line rises for each point to the right."""
    first, last = line[0], line[-1]
    across = last.left + last.right - first.left - first.right
    return (last.bottom + last.top - first.bottom - first.top) / across if across > 0 else 0.0


def _size(line: Sequence[RecognisedWord], slope: float) -> float | None:
    """The type size of a line: the median of what its words say; None where none says anything."""
    telling = [word for word in line if len(word.text) <= _ADDRESS]
    long = [word for word in telling if len(word.text) >= _WORD]
    heights = [
        (word.top - word.bottom - slope * (word.right - word.left)) / _reach(word.text) for word in long or telling
    ]
    return max(median(heights), _SMALLEST) if heights else None


def _reach(text: str) -> float:
    """How high a word is, as a share of its type size."""
    high = any(letter in _HIGH or letter.isupper() or letter.isdigit() for letter in text)
    low = any(letter in _LOW for letter in text)
    return _X_HEIGHT + _ASCENT * high + _DESCENT * low
