"""A run beside another one of the same suite and split: what became better, what worse, and what may be chance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from dealqa.coverage import counted, visible
from dealqa.errors import SuiteError
from dealqa.evaluation.comparison import VERDICTS_FILE, CaseChange, Comparison, MetricChange, compare, load_run
from dealqa.web.markup import text
from dealqa.web.quality.cases import Cases
from dealqa.web.quality.links import case_address
from dealqa.web.quality.runs import Run
from dealqa.web.quality.tables import table
from dealqa.web.quality.words import GROUPS, REST, Told, figure

__all__ = ["beside"]

_TOLD: Final = {told.metric: told for _, metrics in GROUPS.values() for told in metrics} | {
    told.metric: told for told in REST
}

_REST: Final = {told.metric for told in REST}

_LISTED: Final = 40
"""How many cases that changed are named at once."""


def beside(run: Run, earlier: Run, cases: Cases) -> str:
    """What changed, as HTML.

    Args:
        earlier: of the same suite and split.
        cases: those of `run` that may be looked at; no other is named.
    """
    try:
        comparison = _compared(_state(run.folder), _state(earlier.folder))
    except (SuiteError, OSError, TypeError, ValueError):  # the last two: a number that is none
        why = f"they have no question in common, or {VERDICTS_FILE} of one is missing, damaged or of another version"
        return f'<p class="soft">Not compared with {text(visible(earlier.key))}: {why}.</p>'
    parts = [f"<p>{_summary(comparison)}</p>"]
    changes = [change for change in comparison.changes.values() if change.difference]
    sure = [change for change in changes if change.is_beyond_chance]
    main = [change for change in sure if change.metric.name not in _REST]
    if main:
        parts.append(_changes("Changes beyond chance", main))
    elif changes:
        parts.append('<p class="soft">None of the main figures changed by more than may be chance.</p>')
    parts.append(_folded([change for change in sure if change not in main], "of other figures"))
    parts.append(_folded([change for change in changes if not change.is_beyond_chance], "that may be chance"))
    for heading, those in (
        ("Right now, wrong before", comparison.repaired),
        ("Wrong now, right before", comparison.broken),
    ):
        parts.append(_named(heading, those, run, cases))
    return "".join(parts)


def _summary(comparison: Comparison) -> str:
    alone = len(comparison.only_before) + len(comparison.only_after) + len(comparison.rewritten)
    left_out = f" Left out: {counted(alone, 'question')} that only one has or that changed in between." if alone else ""
    if not comparison.repaired and not comparison.broken:
        came = "the same ones came out right"
        if not any(change.difference for change in comparison.changes.values()):
            came += ", and no figure changed"
    else:
        came = (
            f"{len(comparison.repaired)} came out right that had not, {len(comparison.broken)} went wrong that had been"
            " right"
        )
    return f"Of the {counted(comparison.shared, 'question')} that both have, {came}.{left_out}"


def _folded(changes: Sequence[MetricChange], what: str) -> str:
    if not changes:
        return ""
    heading = f"{counted(len(changes), 'change')} {what}"
    return f"<details><summary>{heading}</summary>{_changes(heading, changes)}</details>"


def _changes(name: str, changes: Sequence[MetricChange]) -> str:
    return table(
        name, ("What is measured", "Before", "Now", "Change", "95% interval", "Verdict"), map(_change, changes)
    )


def _change(change: MetricChange) -> str:
    told = _TOLD[change.metric.name]
    better = "worse" if (change.loss or 0.0) > 0 else "better"
    word = (
        f'<td class="number {better}">{better}</td>' if change.is_beyond_chance else '<td class="number">chance?</td>'
    )
    interval = (
        "–"
        if change.low is None or change.high is None
        else f"{_signed(change.low, told)} to {_signed(change.high, told)}"
    )
    cells = (
        figure(change.before, is_share=told.is_share),
        figure(change.after, is_share=told.is_share),
        _signed(change.difference or 0.0, told),
        interval,
    )
    numbers = "".join(f'<td class="number">{cell}</td>' for cell in cells)
    return f'<tr><th scope="row">{told.words} <span class="term">{told.term}</span></th>{numbers}{word}</tr>'


def _signed(value: float, told: Told) -> str:
    """A difference: of shares in percentage points."""
    shown = f"{100 * value:+.1f}" if told.is_share else f"{value:+.3f}"
    return shown.replace("-", "−")


def _named(heading: str, changed: Sequence[CaseChange], run: Run, cases: Cases) -> str:
    known = [case for change in changed if (case := cases.named(change.id)) is not None]
    if not known:
        return ""
    items = "".join(
        f'<li dir="auto"><a href="{text(case_address(run, case.id))}">{text(case.question or case.id)}</a></li>'
        for case in known[:_LISTED]
    )
    more = f'<p class="soft">and {len(known) - _LISTED} more</p>' if len(known) > _LISTED else ""
    return f"<details><summary>{heading}: {len(known)}</summary><ul>{items}</ul>{more}</details>"


_State = tuple[Path, int, int]


def _state(folder: Path) -> _State:
    state = (folder / VERDICTS_FILE).stat()
    return folder, state.st_mtime_ns, state.st_size


@lru_cache(maxsize=8)
def _compared(now: _State, before: _State) -> Comparison:
    """A fifth of a second of resampling for 356 cases: not at every look."""
    return compare(load_run(before[0]), load_run(now[0]).rows)
