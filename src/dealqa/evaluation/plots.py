"""Small plots as inline SVG: nothing is fetched, nothing is run, and they print.

Colours and type come from the page's style sheet by class; each plot has a title and a text for those who cannot see
it. Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

__all__ = ["bar_plot", "calibration_plot", "histogram", "line_plot"]

WIDTH, HEIGHT = 460, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 44
ROW, LABELS, FIGURES = 26, 62, 104
BUCKETS = 20


def line_plot(points: Sequence[tuple[float, float]], *, title: str, across: str, up: str) -> str:
    """A line through points in the unit square, each a step: (x, y), by rising x."""
    top = _ceiling(max((y for _, y in points), default=1.0))
    placed = [(_x(x), _y(y, top)) for x, y in points]
    path = " ".join(f"{'M' if number == 0 else 'L'}{x:.1f} {y:.1f}" for number, (x, y) in enumerate(placed))
    marks = "".join(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="2.2"/>' for x, y in placed)
    return _plot(f'{_axes(across, up, top)}<path class="line" d="{path}"/>{marks}', title)


def calibration_plot(bins: Sequence[tuple[float, float, int]], *, title: str, across: str, up: str) -> str:
    """A reliability diagram: (mean confidence, share right, how many) of each bin, against the diagonal."""
    diagonal = f'<path class="diagonal" d="M{_x(0):.1f} {_y(0, 1):.1f} L{_x(1):.1f} {_y(1, 1):.1f}"/>'
    parts = []
    for sure, right, n in bins:
        x, y, ideal = _x(sure), _y(right, 1), _y(sure, 1)
        told = f"confidence {sure:.2f}, right {right:.2f}, {n} answers"
        parts.append(
            f'<path class="gap" d="M{x:.1f} {y:.1f} L{x:.1f} {ideal:.1f}"/>'
            f'<circle class="bin" cx="{x:.1f}" cy="{y:.1f}" r="4.5"><title>{escape(told)}</title></circle>'
        )
    return _plot(f"{_axes(across, up, 1.0)}{diagonal}{''.join(parts)}", title)


def histogram(values: Sequence[float], *, title: str, across: str, up: str) -> str:
    """How many of the values fall into each of 20 buckets of equal width, from 0 to the greatest."""
    top_value = _ceiling(max(values, default=1.0))
    counts, edges = np.histogram(np.array(values), bins=BUCKETS, range=(0.0, top_value))
    top = _ceiling(float(counts.max(initial=1)))
    bars = []
    for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True):
        x, wide, y = _x(low / top_value), (WIDTH - LEFT - RIGHT) / BUCKETS, _y(float(count), top)
        told = f"{low:.0f} to {high:.0f}: {count}"
        bars.append(
            f'<rect class="bar" x="{x + 0.5:.1f}" y="{y:.1f}" width="{wide - 1:.1f}"'
            f' height="{_y(0, top) - y:.1f}"><title>{escape(told)}</title></rect>'
        )
    return _plot(f"{_axes(across, up, top, top_value)}{''.join(bars)}", title)


def bar_plot(
    rows: Sequence[tuple[str, float | None, float | None, float | None, int]], *, title: str, labels: int = LABELS
) -> str:
    """A bar for each (label, figure, low, high, n), the figures from 0 to 1, with the interval across its end.

    Args:
        labels: width that is kept free for the labels.
    """
    height = TOP + ROW * len(rows) + 22
    right = WIDTH - FIGURES
    span = right - labels

    def across(value: float) -> float:
        return labels + span * min(max(value, 0.0), 1.0)

    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = across(tick)
        parts.append(
            f'<path class="grid" d="M{x:.1f} {TOP} L{x:.1f} {height - 20}"/>'
            f'<text class="tick" x="{x:.1f}" y="{height - 6}" text-anchor="middle">{tick:g}</text>'
        )
    for number, (label, value, low, high, n) in enumerate(rows):
        middle = TOP + ROW * number + ROW / 2
        parts.append(f'<text x="{labels - 8}" y="{middle + 4:.1f}" text-anchor="end">{escape(label)}</text>')
        if value is None:
            parts.append(f'<text class="tick" x="{labels + 6}" y="{middle + 4:.1f}">nothing to judge</text>')
            continue
        parts.append(
            f'<rect class="bar" x="{labels}" y="{middle - 8:.1f}" width="{across(value) - labels:.1f}" height="16"/>'
        )
        if low is not None and high is not None:
            parts.append(
                f'<path class="interval" d="M{across(low):.1f} {middle:.1f} L{across(high):.1f} {middle:.1f}"/>'
            )
        parts.append(f'<text class="figure" x="{right + 10}" y="{middle + 4:.1f}">{value:.2f} (n = {n})</text>')
    return _plot("".join(parts), title, height)


def _plot(inside: str, title: str, height: float = HEIGHT) -> str:
    named = f"<title>{escape(title)}</title>"
    return f'<svg class="plot" viewBox="0 0 {WIDTH} {height:.0f}" role="img">{named}{inside}</svg>'


def _axes(across: str, up: str, top: float, greatest: float = 1.0) -> str:
    parts = []
    for step in range(5):
        share = step / 4
        x, y, under = _x(share), _y(share * top, top), HEIGHT - BOTTOM + 18
        parts.append(
            f'<path class="grid" d="M{LEFT} {y:.1f} L{WIDTH - RIGHT} {y:.1f}"/>'
            f'<text class="tick" x="{LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{share * top:g}</text>'
            f'<text class="tick" x="{x:.1f}" y="{under}" text-anchor="middle">{share * greatest:g}</text>'
        )
    middle = TOP + (HEIGHT - TOP - BOTTOM) / 2
    parts.append(
        f'<text class="axis" x="{LEFT + (WIDTH - LEFT - RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">'
        f"{escape(across)}</text>"
        f'<text class="axis" transform="translate(13 {middle}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'
    )
    return "".join(parts)


def _x(share: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * share


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _ceiling(value: float) -> float:
    """The smallest of 1, 2, 4, 6, 8 times a power of ten that is not below the value, so that quarters read well."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return next(float(step * power) for step in (1, 2, 4, 6, 8, 10) if step * power >= value * 0.999999)
