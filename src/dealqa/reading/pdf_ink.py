"""How much of each character is in a picture: counts of pixels in many boxes at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dealqa.reading.pdf_marks import Char
from dealqa.reading.pdf_objects import Pixels

__all__ = ["Boxes", "Flags", "Inked", "inked", "pixel_boxes"]

Boxes = np.ndarray[Any, np.dtype[np.float64]]
"""(n, 4): left, top, right and bottom of each, in pixels from the upper left."""

Flags = np.ndarray[Any, np.dtype[np.bool_]]

_Numbers = np.ndarray[Any, np.dtype[np.uint32]]

_INK = 6  # of 255: what differs by less is none
_LEGIBLE = 20  # of 255: what nowhere differs by more from its ground is too faint to be read
_AROUND = (-0.5, -0.5, 0.5, 0.5)  # pixels: boxes and ink are rounded, each in its way
_SECOND = np.uint32(1 << 16)  # two counts share a number; differences are right in spite of overflows


class Inked:
    """What each of some characters adds to a picture.

    Attributes:
        some: whether it adds anything.
        whole: whether it adds something in all parts of its box: the box is as large as what is drawn in it.
        legible: whether any of that has enough contrast to be read.
    """

    def __init__(self, change: Pixels, chars: Sequence[Char], boxes: Boxes) -> None:
        strongest = np.maximum(np.maximum(change[:, :, 0], change[:, :, 1]), change[:, :, 2])
        sums = _Sums(strongest > _INK, strongest > _LEGIBLE)
        letters = np.array([char.text.isalnum() for char in chars], dtype=bool)
        some, legible = sums.part(boxes + _AROUND, None, None)
        parts = [sums.part(boxes, *part)[0] > 0 for part in ((0, None), (2, None), (None, 0), (None, 2))]
        centre = (sums.part(boxes, 1, None)[0] > 0) | ~letters  # a neighbour's edges are at the sides, not in between
        self.some: Flags = some > 0
        self.legible: Flags = legible > 0
        self.whole: Flags = np.logical_and.reduce([*parts, centre])


def inked(with_text: Pixels, without: Pixels, chars: Sequence[Char], boxes: Boxes) -> Inked:
    """What the characters in these boxes add to the picture without them."""
    return Inked(np.maximum(with_text, without) - np.minimum(with_text, without), chars, boxes)


def pixel_boxes(chars: Sequence[Char], width: float, height: float, pixels: Pixels) -> Boxes:
    """The boxes of characters in the picture of a page so wide and high, in points."""
    boxes: Boxes = np.array([(c.left, height - c.top, c.right, height - c.bottom) for c in chars], dtype=np.float64)
    rows, columns = pixels.shape[:2]
    across, down = columns / width, rows / height
    boxes *= (across, down, across, down)
    return boxes


class _Sums:
    """Counts the pixels that are set in either of two masks, in any rectangle of less than 2^16 pixels."""

    def __init__(self, first: Flags, second: Flags) -> None:
        height, width = first.shape
        both = first + second.astype(np.uint32) * _SECOND
        self._sums = np.zeros((height + 1, width + 1), dtype=np.uint32)
        np.cumsum(both, axis=1, out=both)
        np.cumsum(both, axis=0, out=self._sums[1:, 1:])

    def part(self, boxes: Boxes, across: int | None, down: int | None) -> tuple[_Numbers, _Numbers]:
        """How many are set in the given third of each box, counted from 0; None is the whole width or height."""
        left, right = _third(boxes[:, 0], boxes[:, 2], across)
        top, bottom = _third(boxes[:, 1], boxes[:, 3], down)
        rows, columns = (size - 1 for size in self._sums.shape)
        x0, x1 = _pixels(left, right, columns)
        y0, y1 = _pixels(top, bottom, rows)
        found = self._sums[y1, x1] - self._sums[y0, x1] - self._sums[y1, x0] + self._sums[y0, x0]
        return found % _SECOND, found // _SECOND


def _third(low: Any, high: Any, which: int | None) -> tuple[Any, Any]:
    if which is None:
        return low, high
    step = (high - low) / 3
    return low + which * step, low + (which + 1) * step


def _pixels(low: Any, high: Any, most: int) -> tuple[Any, Any]:
    """The pixels that a stretch touches, one at least, within the picture."""
    first = np.floor(np.clip(low, 0, most)).astype(np.int64)
    after = np.ceil(np.clip(high, 0, most)).astype(np.int64)
    return first, np.minimum(np.maximum(after, first + 1), most)
