"""The table of a comparison: rows down, questions across, and in each cell what was found, with a way to its evidence.

A long table is shown in parts, each a page of its own. The script of the page fills in cells as they come; it copies
the `template` elements that stand below the table, so that what it makes looks like what is made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dealqa.coverage import visible
from dealqa.matrix import Cell, Row
from dealqa.web.compare.links import evidence_address, run_address
from dealqa.web.compare.runs import Run
from dealqa.web.compare.said import Said, said_by
from dealqa.web.markup import text

__all__ = ["part_of", "parts_of", "rows_of_part", "table"]

_SHOWN: Final = 1_000
"""Cells of a part at most: about a megabyte of HTML."""

_LEAST: Final = 10
"""Rows of a part at least."""

_CONFLICT: Final = '<p class="conflict"><span aria-hidden="true">≠</span> Conflict</p>'


def table(run: Run, cells: Sequence[Cell], part: int) -> str:
    """A part of the table as HTML, with what leads to its other parts.

    Args:
        cells: all that there are by now.
        part: one of those that `parts_of` counts.
    """
    width = len(run.order.questions)
    first, last = rows_of_part(run, part)
    head = "".join(f'<th scope="col" dir="auto">{text(visible(question))}</th>' for question in run.order.questions)
    kind = "Deal" if run.order.by == "deals" else "Document"
    missing = "not asked" if run.ended else "not asked yet"
    body = "".join(
        f"<tr>{_row_head(row)}{_cells(run, cells, place * width, missing)}</tr>"
        for place, row in enumerate(run.order.rows[first:last], start=first)
    )
    done = min(max(len(cells), first * width), last * width)
    return (
        f'{_turn(run, part)}<div class="scroll grid" tabindex="0" role="region" aria-label="What was found">'
        f'<table data-next="{done}" data-end="{last * width}"><thead><tr><th scope="col">{kind}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{'' if run.ended else _templates()}"
    )


def parts_of(run: Run) -> int:
    """How many parts the table has."""
    return -(-len(run.order.rows) // _rows_a_part(run))


def rows_of_part(run: Run, part: int) -> tuple[int, int]:
    """The rows of a part, from 0: the first, and the one after the last."""
    size = _rows_a_part(run)
    return (part - 1) * size, min(part * size, len(run.order.rows))


def part_of(run: Run, row: int) -> int:
    """The part, from 1, that a row, from 0, stands in."""
    return row // _rows_a_part(run) + 1


def _rows_a_part(run: Run) -> int:
    return max(_LEAST, _SHOWN // len(run.order.questions))


def _turn(run: Run, part: int) -> str:
    last = parts_of(run)
    if last == 1:
        return ""
    first_row, after = rows_of_part(run, part)
    before = f'<a href="{run_address(run.id, part - 1)}">Earlier rows</a>' if part > 1 else ""
    later = f'<a href="{run_address(run.id, part + 1)}">Later rows</a>' if part < last else ""
    where = f"<span>Rows {first_row + 1:,} to {after:,} of {len(run.order.rows):,}</span>"
    return f'<nav class="row parts" aria-label="Parts of the table">{before}{where}{later}</nav>'


def _row_head(row: Row) -> str:
    path = f'<span class="path">{text(visible(row.document))}</span>' if row.document else ""
    return f'<th scope="row" dir="auto">{text(visible(row.label))}{path}</th>'


def _cells(run: Run, cells: Sequence[Cell], start: int, missing: str) -> str:
    width = len(run.order.questions)
    return "".join(
        _cell(run.id, at, cells[at], width)
        if at < len(cells)
        else f'<td id="cell-{at}" class="open"><span class="soft">{missing}</span></td>'
        for at in range(start, start + width)
    )


def _cell(run_id: str, at: int, cell: Cell, width: int) -> str:
    row, column = at // width + 1, at % width + 1
    of = f"{cell.row.label}: {cell.question}"

    def way(said: Said) -> str:
        return text(evidence_address(run_id, row, column, said.citation)) if said.citation else ""

    parts = said_by(cell)
    if cell.state == "not found":
        return f'<td id="cell-{at}" class="none">{_none(parts[0], way(parts[0]), of)}</td>'
    label = _CONFLICT if cell.state == "conflict" else ""
    return f'<td id="cell-{at}">{label}{"".join(_said(one, way(one), of) for one in parts)}</td>'


def _said(said: Said, way: str, of: str) -> str:
    name = text(visible(of))
    lead = f"<strong>{text(said.lead)}</strong>" if said.figure else f'<span class="quote">{text(said.lead)}</span>'
    full = (
        f'<details><summary>In full</summary><p class="quote" dir="auto">{text(said.full)}</p></details>'
        if said.full
        else ""
    )
    link = f'<a href="{way}">Evidence<span class="unseen"> for {name}</span></a>' if way else ""
    return f'<div class="said"><p class="lead" dir="auto">{lead}</p><div class="more">{full}{link}</div></div>'


def _none(said: Said, way: str, of: str) -> str:
    if not way:
        return f"<span>{text(said.lead)}</span>"
    unseen = f'<span class="unseen"> – what comes nearest for {text(visible(of))}</span>'
    return f'<a href="{way}">{text(said.lead)}{unseen}</a>'


def _templates() -> str:
    """What the script copies: one of each kind, empty."""
    sentence = _said(Said("", full="-", citation=1), "#", "")
    figure = _said(Said("", True, "-", 1), "#", "")
    return (
        f'<template id="said-sentence">{sentence}</template><template id="said-figure">{figure}</template>'
        f'<template id="said-none">{_none(Said("not found", citation=1), "#", "")}</template>'
        f'<template id="said-conflict">{_CONFLICT}</template>'
    )
