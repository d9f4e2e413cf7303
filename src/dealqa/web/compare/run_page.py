"""The page of one comparison: how far it is, a button to stop it, its table, and the files it can be had as.

It works without a script: the page loads itself again every two seconds while it is asked. With a script cells come in
one by one.
"""

from __future__ import annotations

from typing import Any, Final

from dealqa.coverage import visible
from dealqa.matrix import Matrix
from dealqa.web.compare.links import (
    COMPARE_PATH,
    again_address,
    cells_address,
    export_address,
    run_address,
    stop_address,
)
from dealqa.web.compare.runs import AT_ONCE, Run
from dealqa.web.compare.said import cell_parts, counts_of, size_of, when
from dealqa.web.compare.table import table
from dealqa.web.markup import page, text
from dealqa.web.readers import Reader

__all__ = ["EXPORTS", "progress_words", "run_page", "told_cells"]

EXPORTS: Final = {"xlsx": "Excel", "csv": "CSV", "docx": "Word", "md": "Markdown"}
"""Kinds of files, each with the name that the page gives it."""

MOST_TOLD: Final = 200
"""Cells that a script is told at once; it asks for the next at once when there are more."""

_REFRESH_SECONDS: Final = 2


def run_page(run: Run, part: int, live: str, reader: Reader, *, still: bool = False) -> str:
    """The whole page as HTML.

    Args:
        part: of the table.
        live: the generation that is answered from now; "" where that is not known.
        still: whether the page does not load itself again where there are no scripts.
    """
    matrix = run.matrix()
    status = _ended(run, matrix) if run.ended else _going(run, matrix, part, still=still)
    refresh = (
        f'<noscript><meta http-equiv="refresh" content="{_REFRESH_SECONDS}"></noscript>'
        if not run.ended and not still
        else ""
    )
    return page(
        f"Compare {size_of(run)}",
        f'<p class="soft small">Started <time datetime="{run.at.isoformat()}">{when(run.at)}</time>{_drawn(matrix)}'
        f' <a class="whole" href="{COMPARE_PATH}">All comparisons</a></p>'
        f"{_changed(matrix, live)}{status}{table(run, matrix.cells, part)}",
        reader=reader,
        current="Compare",
        styles=("compare.css",),
        scripts=() if run.ended else ("compare.js",),
        head=refresh,
    )


def progress_words(run: Run, done: int) -> str:
    """How far it is, in words: "Asked 120 of 312 cells …"."""
    if run.state == "waiting":
        return f"Waiting for its turn: {AT_ONCE} comparisons are asked at a time …"
    if run.stopping:
        return "Stopping …"
    return f"Asked {done:,} of {run.order.cells:,} cells …"


def told_cells(run: Run, start: int) -> dict[str, Any]:
    """The cells from a place on, and how far it is, for the page's script."""
    ended = run.ended  # before the cells: when it has ended, all of them are there
    cells = run.matrix().cells
    width = len(run.order.questions)
    sent = enumerate(cells[start : start + MOST_TOLD], start=start)
    return {
        "ended": ended,
        "told": progress_words(run, len(cells)),
        "done": len(cells),
        "total": run.order.cells,
        "cells": [cell_parts(run.id, at, cell, width) for at, cell in sent],
    }


def _drawn(matrix: Matrix) -> str:
    if not matrix.generation:
        return "."
    return f", all of it from one state of the documents (generation <code>{text(matrix.generation)}</code>)."


def _changed(matrix: Matrix, live: str) -> str:
    if not matrix.generation or not live or live == matrix.generation:
        return ""
    return (
        '<ul class="notices" aria-label="To note"><li>The documents have changed since it was started. This comparison '
        "stays as it is; ask again to compare what there is now.</li></ul>"
    )


def _going(run: Run, matrix: Matrix, part: int, *, still: bool) -> str:
    done = len(matrix.cells)
    here = run_address(run.id, part)
    turn = (
        f'This page stands still. <a href="{here}">Reload it by itself</a>'
        if still
        else f'This page loads itself again every two seconds. <a href="{here}{"&amp;" if part > 1 else "?"}still=1">'
        "Stop reloading</a>"
    )
    # Without a value the browser shows that something is going on, and not how far.
    value = "" if run.state == "waiting" else f' value="{done}" max="{run.order.cells}"'
    return (
        f'<section class="card status" aria-label="Progress" data-cells="{cells_address(run.id)}">'
        f'<p class="far"><label for="far">{text(progress_words(run, done))}</label></p>'
        f'<div class="row"><progress id="far"{value}></progress>'
        f'<form method="post" action="{stop_address(run.id)}"><button>Stop</button></form></div>'
        f'<p class="unseen" role="status"></p><noscript><p class="soft small">{turn}</p></noscript></section>'
    )


def _ended(run: Run, matrix: Matrix) -> str:
    again = f'<a class="button" href="{again_address(run.id)}">Change and ask again</a>'
    if run.state == "failed":
        told = f'<div class="problem" role="alert"><p>It failed. {text(visible(run.problem))}</p></div>'
    elif run.state == "stopped":
        told = "<p>It was stopped.</p>"
    else:
        told = ""
    far = f'<p class="far"><strong>{text(matrix.asked)}.</strong> {text(counts_of(matrix.cells))}.</p>'
    return (
        f'<section class="status" aria-label="Outcome">{told}{far}<div class="row">{_files(run, matrix)}{again}</div>'
        f"{_partly(matrix)}</section>"
    )


def _files(run: Run, matrix: Matrix) -> str:
    if not matrix.cells:
        return ""
    links = "".join(
        f'<li><a class="button" href="{text(export_address(run.id, kind))}" download>{name}'
        '<span class="unseen"> file</span></a></li>'
        for kind, name in EXPORTS.items()
    )
    return (
        f'<span class="small" id="files">Download as</span><ul class="row files" aria-labelledby="files">{links}</ul>'
    )


def _partly(matrix: Matrix) -> str:
    width = len(matrix.questions)
    if not len(matrix.cells) % width:
        return ""
    return '<p class="soft small partly">The last row was asked only in part: among the files, only CSV has it.</p>'
