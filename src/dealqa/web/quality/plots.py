"""The curves of a run as pictures, each with its figures in words and as a table for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dealqa.evaluation.plots import calibration_plot, line_plot
from dealqa.web.quality.runs import Run
from dealqa.web.quality.tables import table
from dealqa.web.quality.words import figure

__all__ = ["plots"]

_STEPS: Final = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Of which shares of the answers the table says how many are wrong."""


def plots(run: Run) -> str:
    """Risk and coverage, and the calibration; a sentence for what the run did not keep."""
    curve = sorted(point for point in run.points("risk_coverage", ("coverage", "risk")) if _in_square(point))
    bins = sorted(point for point in run.points("calibration", ("confidence", "right", "n")) if _in_square(point[:2]))
    if not curve and not bins:
        return '<p class="soft">Not measured: this run has kept no curves.</p>'
    return f'<div class="plots">{_risk(curve) if curve else ""}{_calibration(bins) if bins else ""}</div>'


def _risk(curve: Sequence[tuple[float, ...]]) -> str:
    steps = [min(curve, key=lambda point: abs(point[0] - step)) for step in _STEPS]
    rows = [_numbers(f"{100 * coverage:.0f}%", (f"{100 * risk:.1f}%",)) for coverage, risk in dict.fromkeys(steps)]
    half = min(curve, key=lambda point: abs(point[0] - 0.5))
    told = (
        f"Of all answers that were given {figure(curve[-1][1], is_share=True)} were wrong; of the surer half"
        f" {figure(half[1], is_share=True)}."
    )
    drawn = line_plot(
        [(point[0], point[1]) for point in curve],
        title=f"Risk and coverage. {told}",
        across="share of the answers, the surest first",
        up="share of these that is wrong",
    )
    heads = ("Answers given, the surest first", "Wrong among them")
    return _figure("If only the surest answers were given", "risk–coverage curve", drawn, told, heads, rows)


def _calibration(bins: Sequence[tuple[float, ...]]) -> str:
    rows = [_numbers(f"{sure:.2f}", (f"{100 * right:.0f}%", f"{n:.0f}")) for sure, right, n in bins]
    over = sum(right < sure for sure, right, _ in bins)
    told = (
        f"Each point is a group of answers of similar confidence. In {over} of {len(bins)} groups fewer were right than"
        " the confidence says; on the dashed line it is what it says."
    )
    drawn = calibration_plot(
        [(sure, right, int(n)) for sure, right, n in bins],
        title=f"Calibration of the confidence. {told}",
        across="confidence of the answers",
        up="share that is right",
    )
    heads = ("Confidence", "Right", "Answers")
    return _figure("Whether the confidence is what it says", "calibration", drawn, told, heads, rows)


def _figure(title: str, term: str, drawn: str, told: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    return (
        f'<figure class="card"><h3>{title} <span class="term">{term}</span></h3>{drawn}<figcaption>{told}</figcaption>'
        f"<details><summary>The figures as a table</summary>{table(title, heads, rows)}</details></figure>"
    )


def _numbers(head: str, cells: Sequence[str]) -> str:
    rest = "".join(f'<td class="number">{cell}</td>' for cell in cells)
    return f'<tr><th scope="row">{head}</th>{rest}</tr>'


def _in_square(point: Sequence[float]) -> bool:
    return all(0 <= value <= 1 for value in point)
