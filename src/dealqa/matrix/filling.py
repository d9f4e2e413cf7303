"""Ask every question of every row. Nothing is sampled: each deal or document is searched on its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from dealqa.assistant import Assistant
from dealqa.errors import QuestionError
from dealqa.snapshot import Snapshot
from dealqa.types import Answer, Question

__all__ = [
    "MOST_CELLS",
    "Cell",
    "CellState",
    "Matrix",
    "Progress",
    "Row",
    "cells_of",
    "fill",
    "put_to",
    "rows_of_deals",
    "rows_of_documents",
]

MOST_CELLS = 20_000
"""So many answers are kept in memory at once, each a few kilobytes; what is larger is asked in parts."""

HITS = 3
"""How many passages each answer keeps."""

PLACEHOLDER = "{deal}"
"""Stands in a question where the name of the row's deal or document is to be put."""

CellState = Literal["answered", "conflict", "not found"]

Progress = Callable[[str, int, int], None]
"""Told of a stage, how many of its cells are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one row is asked of.

    Attributes:
        label: the name of the deal, or the title of the document.
        deal: the deal, as the registry names it; None for a document.
        document: its path in the corpus; None for a deal, which is asked of all documents.
    """

    label: str
    deal: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer to one question for one row."""

    row: Row
    question: str
    answer: Answer

    @property
    def state(self) -> CellState:
        """Whether there is an answer, statements that disagree, or nothing."""
        if self.answer.refused:
            return "not found"
        return "conflict" if self.answer.conflict else "answered"

    @property
    def text(self) -> str:
        """What is read in the cell: the sentences of the answer, or "not found"."""
        if self.answer.refused:
            return self.state
        return " ".join(sentence.text for sentence in self.answer.sentences)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Questions across, rows down.

    Attributes:
        questions: as they were given.
        rows: all that were to be asked.
        cells: row by row, in the order of the questions; fewer than rows times questions when it was interrupted.
        generation: which state of the index all of it was drawn from.
    """

    questions: tuple[str, ...]
    rows: tuple[Row, ...]
    cells: tuple[Cell, ...]
    generation: str

    @property
    def complete_rows(self) -> tuple[tuple[Row, tuple[Cell, ...]], ...]:
        """Each row that was asked every question, with its cells."""
        width = len(self.questions)
        return tuple(
            (row, self.cells[i * width : (i + 1) * width])
            for i, row in enumerate(self.rows[: len(self.cells) // width if width else 0])
        )

    @property
    def asked(self) -> str:
        """How far it got: "Asked of 31 of 31 deals"."""
        kind = "deal" if any(row.deal for row in self.rows) else "document"
        total = len(self.rows)
        return f"Asked of {len(self.complete_rows):,} of {total:,} {kind}{'' if total == 1 else 's'}"

    def count(self, state: CellState) -> int:
        """How many cells are in a state."""
        return sum(cell.state == state for cell in self.cells)

    def to_dict(self) -> dict[str, Any]:
        """All of it in JSON types: each cell with the answer contract, without its hits."""
        return {
            "generation": self.generation,
            "asked": self.asked,
            "questions": list(self.questions),
            "rows": [{"label": row.label, "deal": row.deal, "document": row.document} for row in self.rows],
            "cells": [
                {
                    "row": cell.row.label,
                    "question": cell.question,
                    "state": cell.state,
                    "answer": cell.answer.to_dict(hits=0),
                }
                for cell in self.cells
            ],
        }


def rows_of_deals(snapshot: Snapshot, names: Sequence[str] = ()) -> tuple[Row, ...]:
    """A row for each deal of the registry, or for each deal that is named.

    Args:
        names: of deals, by whatever name the registry knows them.

    Raises:
        QuestionError: there is no registry, or it knows no deal by one of the names.
    """
    registry = snapshot.registry
    if not registry.deals:
        raise QuestionError(
            "These documents have no registry of deals.",
            hint="Ask by document (--by documents), or write deals.toml: docs/registry.md.",
        )
    deals = list(registry.deals) if not names else []
    for name in names:
        found = [deal for deal in registry.deals if deal.name == name] or list(registry.deals_named(name))
        if not found:
            raise QuestionError(
                f"The registry knows no deal called {name!r}.",
                hint=f"It knows, for example: {', '.join(deal.name for deal in registry.deals[:3])}.",
            )
        deals += found
    return tuple(dict.fromkeys(Row(deal.name, deal=deal.name) for deal in deals))


def rows_of_documents(snapshot: Snapshot, paths: Sequence[str] = ()) -> tuple[Row, ...]:
    """A row for each document, or for each that is named by its path.

    Raises:
        QuestionError: one of the paths is not in the index.
    """
    wanted = snapshot.ids(paths) if paths else None
    found = {info.id: Row(info.title, document=info.path) for info in snapshot.documents}
    return tuple(found.values()) if wanted is None else tuple(dict.fromkeys(found[one] for one in wanted))


def fill(
    assistant: Assistant,
    snapshot: Snapshot,
    questions: Sequence[str],
    rows: Sequence[Row],
    *,
    progress: Progress | None = None,
) -> Matrix:
    """Ask every question of every row, all from one generation.

    A question is put to a deal with the deal's name where `{deal}` stands in it, or behind it; the documents that tell
    of the deal are searched by themselves as well as all others. A document is asked alone.

    An interrupt (Ctrl-C) ends it early: what was asked by then is returned, and `Matrix.asked` tells how far it got.

    Raises:
        QuestionError: there is no question, one is empty or too long, or there are more than 20,000 cells.
    """
    asking = cells_of(assistant, snapshot, questions, rows)
    total = len(questions) * len(rows)
    cells: list[Cell] = []
    try:
        for cell in asking:
            cells.append(cell)
            if progress is not None:
                progress("asking", len(cells), total)
    except KeyboardInterrupt:
        pass  # what was asked is kept: whoever interrupts a long matrix wants to see what there is
    return Matrix(tuple(questions), tuple(rows), tuple(cells), snapshot.generation)


def cells_of(assistant: Assistant, snapshot: Snapshot, questions: Sequence[str], rows: Sequence[Row]) -> Iterator[Cell]:
    """The cells of a matrix one by one, row by row, each asked when it is taken: whoever takes no more stops the work.

    Raises:
        QuestionError: see `fill`; before anything is asked where there is no question or there are too many cells.
    """
    if not questions:
        raise QuestionError("There is no question to ask.", hint='For example: dealqa matrix "How much is it worth?"')
    total = len(questions) * len(rows)
    if total > MOST_CELLS:
        raise QuestionError(
            f"{len(questions):,} questions of {len(rows):,} rows are {total:,} cells; the limit is {MOST_CELLS:,}.",
            hint="Ask fewer questions at a time, or name the deals (--deal) or documents (--document).",
        )
    return (Cell(row, question, _asked(assistant, snapshot, question, row)) for row in rows for question in questions)


def _asked(assistant: Assistant, snapshot: Snapshot, question: str, row: Row) -> Answer:
    understood = assistant.understand(put_to(row, question), snapshot=snapshot)
    if row.document is not None:
        return assistant.answer(snapshot, understood, documents=[row.document], hits=HITS)
    return assistant.answer(snapshot, _about(understood, row), hits=HITS)


def put_to(row: Row, question: str) -> str:
    """The question as it is put to a row."""
    if PLACEHOLDER in question:
        return question.replace(PLACEHOLDER, row.label)
    if row.deal is None:
        return question
    return re.sub(r"[\s?]*$", "", question) + f" ({row.label})?"


def _about(question: Question, row: Row) -> Question:
    """The question about the row's deal alone, whatever other deals its words may mean."""
    return replace(question, deals=(row.deal,)) if row.deal else question
