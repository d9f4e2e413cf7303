"""The page that shows what a cell of a comparison rests on: its answer, and the citations in their documents.

The citations are drawn by the evidence panel of the page "Ask". There each is opened by a hash of the address; here
each has an address of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dealqa.coverage import visible
from dealqa.errors import DealqaError
from dealqa.matrix import Cell
from dealqa.types import Citation
from dealqa.web.ask.turns import evidence_of
from dealqa.web.compare.links import evidence_address, place_address
from dealqa.web.compare.runs import Run
from dealqa.web.compare.table import part_of
from dealqa.web.evidence.originals import is_inside_mail
from dealqa.web.evidence.panel import Selection, Ways, panel
from dealqa.web.markup import page, text
from dealqa.web.readers import Reader

if TYPE_CHECKING:
    from dealqa.assistant import Assistant
    from dealqa.web.evidence.pages import EvidencePages

__all__ = ["Place", "cell_at", "evidence_page"]

Place = tuple[int, int]
"""A row and a column, from 1."""

_GONE: Final = (
    "This document is no longer in the index; it was when the answer was given. It was removed or has changed since. "
    "Ask again to see what there is now."
)


def cell_at(run: Run, place: Place) -> Cell | None:
    """The cell at a place; None where there is none (yet)."""
    row, column = place
    width = len(run.order.questions)
    cells = run.matrix().cells
    at = (row - 1) * width + column - 1
    return cells[at] if row >= 1 and 1 <= column <= width and at < len(cells) else None


def evidence_page(
    run: Run, place: Place, number: int, assistant: Assistant, pages: EvidencePages, reader: Reader
) -> str | None:
    """The whole page as HTML; None where there is no such cell or it has no such citation."""
    cell = cell_at(run, place)
    evidence = evidence_of(cell.answer) if cell is not None else ()
    chosen = next((citation for citation in evidence if citation.number == number), None)
    if cell is None or chosen is None:
        return None
    row, column = place
    width = len(run.order.questions)
    back = place_address(run.id, part_of(run, row - 1), (row - 1) * width + column - 1)
    ways = Ways(
        lambda citation: f"{evidence_address(run.id, row, column, citation.number)}#evidence", back, "Back to the table"
    )
    shown = panel(replace(_selection(evidence, chosen, assistant, pages), ways=ways))
    return page(
        visible(cell.row.label),
        f'<p><a href="{text(back)}">Back to the table</a></p>'
        f'<h2 class="asked" dir="auto">{text(visible(cell.question))}'
        f'</h2>{_answer(cell)}<div id="evidence" class="card">{shown}</div>',
        reader=reader,
        current="Compare",
        styles=("evidence.css", "compare.css"),
    )


def _answer(cell: Cell) -> str:
    answer = cell.answer
    if answer.refusal is not None:
        return (
            f'<p dir="auto"><strong>Not found.</strong> {text(answer.refusal.message)}</p>'
            '<p class="soft">Below is what comes nearest. It does not answer the question.</p>'
        )
    if cell.state == "conflict":
        items = "".join(f'<li dir="auto">{text(sentence.text)}</li>' for sentence in answer.sentences)
        return (
            '<p class="conflict"><span aria-hidden="true">≠</span> Conflict: these statements differ</p>'
            f'<ul class="statements quote">{items}</ul>'
        )
    return f'<p class="quote" dir="auto">{text(cell.text)}</p>'


def _selection(
    evidence: tuple[Citation, ...], chosen: Citation, assistant: Assistant, pages: EvidencePages
) -> Selection:
    try:
        document = assistant.document(chosen.document_id)
    except KeyError:
        return Selection(1, evidence, chosen, None, problem=_GONE)
    except DealqaError as err:
        return Selection(1, evidence, chosen, None, problem=str(err))
    shown = pages.shown(document, (chosen.start, chosen.end))
    return Selection(1, evidence, chosen, document, pages=shown, has_file=not is_inside_mail(document.path))
