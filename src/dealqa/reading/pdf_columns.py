"""Two columns of running text on a PDF page: the left one is read first, between headings that span both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from dealqa.reading.pdf_lines import PdfLine

__all__ = ["in_columns"]

_GUTTER = (0.3, 0.7)  # of the text's width: where the space between columns may lie
_NARROWEST = 4.0  # points
_FEWEST_LINES = 4
_MOST_LINES = 2_000  # pages with more are no pages of text
_FULL = 0.7  # of the column's width: how long its lines usually are
_LARGER = 1.08
_OUTRANKS = 1.15
_SAME_LEVEL = 0.5  # of the type size; letters reach down by less or more
_TEXT_SIZES = 12  # a column is wider than this many type sizes

_LABEL = re.compile(r"[•▪‣◦●■□➢✓]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]")

_Row = list[PdfLine]
"""A line with the pieces that stand beside it."""


def in_columns(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """The lines of a page in reading order.

    A page without columns is given back as it is. Two columns are long lines left and right of a gutter that no line
    crosses, for as long as none does; what crosses it (a heading, a wide table) parts the columns above from those
    below. Lines in columns know their column's right edge (`margin`).
    """
    gutter = _gutter(lines)
    if gutter is None:
        return list(lines)
    zones = [_Zone(zone, gutter) for zone in _zones(lines, gutter)]
    if not any(zone.is_text(_FEWEST_LINES) for zone in zones):
        return list(lines)
    found: list[PdfLine] = []
    for zone in zones:
        found += zone.by_column() if zone.is_text(1) else zone.lines
    return found


class _Zone:
    """A part of the page: lines at both sides of the gutter, or lines across it."""

    def __init__(self, lines: list[PdfLine], gutter: float) -> None:
        self.lines = lines
        self._left = _rows(line for line in lines if line.box.right <= gutter)
        self._right = _rows(line for line in lines if line.box.left >= gutter)

    def is_text(self, fewest: int) -> bool:
        """Whether both sides hold running text, of so many lines at least."""
        return all(len(rows) >= fewest and _is_text(rows) for rows in (self._left, self._right))

    def by_column(self) -> list[PdfLine]:
        return _column(self._left) + _column(self._right)


def _gutter(lines: Sequence[PdfLine]) -> float | None:
    """The middle of the widest upright strip near the centre that has much text at both sides and little across."""
    if not 2 * _FEWEST_LINES <= len(lines) <= _MOST_LINES:
        return None
    low, high = min(line.box.left for line in lines), max(line.box.right for line in lines)
    width = high - low
    best: tuple[float, float] | None = None
    starts = sorted({line.box.left for line in lines if low + _GUTTER[0] * width < line.box.left <= high})
    for start in starts:
        ends = [line.box.right for line in lines if line.box.right < start]
        beside = [line for line in lines if line.box.left >= start]
        if len(ends) < _FEWEST_LINES or len(beside) < _FEWEST_LINES or start > low + _GUTTER[1] * width:
            continue
        end = max(ends)
        crossing = sum(line.box.left < start - 1 and line.box.right > start for line in lines)
        if start - end >= _NARROWEST and 2 * crossing < min(len(ends), len(beside)):
            found = (start - end - crossing, (start + end) / 2)
            best = max(best, found) if best else found
    return best[1] if best else None


def _zones(lines: Sequence[PdfLine], gutter: float) -> Iterator[list[PdfLine]]:
    """The lines, parted from top to bottom where one crosses the gutter; such lines make zones of their own.

    Inside a zone the lines keep their order: the cells of a table may come one after the other.
    """
    zone: list[tuple[int, _Row]] = []
    across = False
    usual = median(line.size for line in lines)
    for number, row in sorted(enumerate(_rows(lines)), key=lambda entry: -max(line.box.top for line in entry[1])):
        crosses = any(line.box.left < gutter < line.box.right for line in row) or _heads_both(row, lines, gutter, usual)
        if crosses != across and zone:
            yield _in_order(zone)
            zone = []
        across = crosses
        zone.append((number, row))
    if zone:
        yield _in_order(zone)


def _in_order(zone: list[tuple[int, _Row]]) -> list[PdfLine]:
    return [line for _, row in sorted(zone, key=lambda entry: entry[0]) for line in row]


def _heads_both(row: _Row, lines: Sequence[PdfLine], gutter: float, usual: float) -> bool:
    """Whether a short line at the left is a heading over both columns.

    Nothing stands beside it; below it both columns begin at the same height, with text or a lesser heading; above it
    both have something.
    """
    line = row[0]
    if len(row) > 1 or line.box.left > gutter or not _is_larger(line, usual):
        return False
    left = [other for other in lines if other.box.right <= gutter and other is not line]
    right = [other for other in lines if other.box.left >= gutter]
    firsts = []
    for side in (left, right):
        above = [other for other in side if other.box.bottom >= line.box.top]
        below = [other for other in side if other.box.top <= line.box.bottom]
        if not above or not below or len(above) + len(below) < len(side):
            return False
        firsts.append(max(below, key=lambda other: other.box.top))
    level = abs(firsts[0].box.bottom - firsts[1].box.bottom) < _SAME_LEVEL * usual
    return level and not any(_is_larger(first, usual) and line.size < _OUTRANKS * first.size for first in firsts)


def _is_larger(line: PdfLine, usual: float) -> bool:
    return line.bold or line.size > _LARGER * usual


def _rows(lines: Sequence[PdfLine] | Iterator[PdfLine]) -> list[_Row]:
    rows: list[_Row] = []
    for line in lines:
        if line.beside and rows and _same_height(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _same_height(one: PdfLine, other: PdfLine) -> bool:
    return one.box.bottom < other.box.top and other.box.bottom < one.box.top


def _is_text(rows: Sequence[_Row]) -> bool:
    """Whether these are lines of running text: most of them whole, and as wide as the column."""
    low, high = _edges(rows)
    size = median(row[0].size for row in rows)
    lengths = [max(line.box.right - line.box.left for line in row) for row in rows]
    return high - low > _TEXT_SIZES * size and median(lengths) > _FULL * (high - low)


def _column(rows: Sequence[_Row]) -> list[PdfLine]:
    """The lines of a column, which know its right edge."""
    _, edge = _edges(rows)
    return [replace(line, beside=k > 0, margin=edge) for row in rows for k, line in enumerate(_with_label(row))]


def _with_label(row: _Row) -> _Row:
    """The row with the number or bullet that begins it put to its words, as at the left edge of a page."""
    if len(row) != 2 or not _LABEL.fullmatch(row[0].text):
        return row
    label, words = row
    box = replace(words.box, left=label.box.left, top=max(label.box.top, words.box.top))
    return [replace(words, text=f"{label.text} {words.text}", box=box, indent=words.box.left)]


def _edges(rows: Sequence[_Row]) -> tuple[float, float]:
    return min(row[0].box.left for row in rows), max(row[-1].box.right for row in rows)
