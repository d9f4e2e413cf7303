"""Where the text of form fields and notes, which a PDF keeps apart from its page, belongs among the page's lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dealqa.reading.pdf_lines import PdfLine

__all__ = ["placed_among"]

_PLAY = 2.0  # points
_SAME_ROW = 0.5  # of the lower of two lines


def placed_among(lines: Sequence[PdfLine], added: Sequence[PdfLine]) -> list[PdfLine]:
    """The lines of a page with those that were added to it: each after what stands at its left, or else above it."""
    found = list(lines)
    for line in added:
        label = max((other for other in found if _is_left_of(other, line)), key=lambda o: o.box.right, default=None)
        if label is not None:
            found.insert(_index(found, label) + 1, replace(line, beside=True))
            continue
        above = [other for other in found if other.box.bottom >= line.box.top - _PLAY]
        nearest = min(
            above, key=lambda other: (other.box.bottom - line.box.top, not _overlap(other, line)), default=None
        )
        found.insert(0 if nearest is None else _index(found, nearest) + 1, line)
    return found


def _index(lines: Sequence[PdfLine], wanted: PdfLine) -> int:
    """Where a line itself stands, not one that equals it."""
    return next(index for index, line in enumerate(lines) if line is wanted)


def _is_left_of(other: PdfLine, line: PdfLine) -> bool:
    shared = min(other.box.top, line.box.top) - max(other.box.bottom, line.box.bottom)
    lower = min(other.box.top - other.box.bottom, line.box.top - line.box.bottom)
    return other.box.right <= line.box.left + _PLAY and shared >= _SAME_ROW * lower


def _overlap(one: PdfLine, other: PdfLine) -> bool:
    return one.box.left < other.box.right and other.box.left < one.box.right
