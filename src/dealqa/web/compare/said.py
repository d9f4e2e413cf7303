"""What a cell says in the table: the same parts whether the server draws it or a script fills it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dealqa.coverage import counted
from dealqa.matrix import Cell
from dealqa.web.compare.links import evidence_address
from dealqa.web.compare.runs import Run, State

__all__ = ["Said", "cell_parts", "counts_of", "said_by", "shortened", "size_of", "state_words", "when"]

SHORT: Final = 160
"""Characters of a sentence that a cell shows at once."""

_STATES: Final[dict[State, str]] = {
    "waiting": "waiting",
    "asking": "being asked",
    "done": "finished",
    "stopped": "stopped",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a cell says.

    Attributes:
        lead: what is read at once.
        figure: whether that is the figure that answers, not a sentence.
        full: all of it; "" where the lead is all.
        citation: the number of the citation that it rests on; 0 for none.
    """

    lead: str
    figure: bool = False
    full: str = ""
    citation: int = 0


def said_by(cell: Cell) -> tuple[Said, ...]:
    """A figure or a sentence; for statements that disagree each of them; what comes nearest where nothing answers."""
    answer = cell.answer
    if answer.refusal is not None:
        return (Said(cell.text, citation=answer.refusal.nearest[0].number if answer.refusal.nearest else 0),)
    if cell.state == "conflict":
        return tuple(_sentence(one.text, one.citations) for one in answer.sentences)
    numbers = [number for one in answer.sentences for number in one.citations]
    if answer.short:
        return (Said(answer.short, True, cell.text, next(iter(numbers), 0)),)
    return (_sentence(cell.text, numbers),)


def cell_parts(run_id: str, at: int, cell: Cell, width: int) -> dict[str, Any]:
    """A cell in JSON types, for the script of the page.

    Args:
        at: its place among the cells, from 0.
        width: how many questions a row has.
    """
    row, column = at // width + 1, at % width + 1
    said = [
        {
            "lead": one.lead,
            "figure": one.figure,
            "full": one.full,
            "evidence": evidence_address(run_id, row, column, one.citation) if one.citation else "",
        }
        for one in said_by(cell)
    ]
    return {"at": at, "state": cell.state, "of": f"{cell.row.label}: {cell.question}", "said": said}


def size_of(run: Run) -> str:
    """What is compared: "3 questions of 42 deals"."""
    order = run.order
    return f"{counted(len(order.questions), 'question')} of {counted(len(order.rows), order.by[:-1])}"


def counts_of(cells: Sequence[Cell]) -> str:
    """How many cells are in which state: "60 answered, 3 conflicts, 12 not found"."""
    states = [cell.state for cell in cells]
    conflicts = states.count("conflict")
    return (
        f"{states.count('answered'):,} answered, {counted(conflicts, 'conflict')}, {states.count('not found'):,} "
        "not found"
    )


def state_words(run: Run) -> str:
    """How a comparison stands: "waiting", "being asked", "finished", "stopped", "failed"."""
    return "stopping" if run.stopping and run.state == "asking" else _STATES[run.state]


def when(at: datetime) -> str:
    """A moment in the server's time zone, to the minute: "3 June 2026, 14:02"."""
    local = at.astimezone()
    return f"{local.day} {local:%B %Y, %H:%M}"


def _sentence(sentence: str, numbers: Sequence[int]) -> Said:
    lead = shortened(sentence)
    return Said(lead, full=sentence if lead != sentence else "", citation=next(iter(numbers), 0))


def shortened(sentence: str) -> str:
    """A sentence as far as a cell shows it, cut between words where there are any."""
    if len(sentence) <= SHORT:
        return sentence
    cut = sentence[: SHORT - 1]
    words = cut.rpartition(" ")[0]
    return f"{(words if len(words) > SHORT // 2 else cut).rstrip(' ,;:–')} …"
