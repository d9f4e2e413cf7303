"""Rows and cells of tables: the row whose label is asked for, and the cell under the head that is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.answering.frames import is_asserted
from dealqa.answering.weighing.evidence import Evidence
from dealqa.answering.weighing.ranking import Candidate
from dealqa.figures import figures
from dealqa.rows import cells_of, is_heads, is_row, under_heads
from dealqa.terms import LIGHT_WORDS, STOP_WORDS, stem, words
from dealqa.types import Question

__all__ = ["NOT_WORKED_OUT", "asks_to_calculate", "cell_asked_for", "row_asked_for", "stands_for_heads"]

NOT_WORKED_OUT = "dealqa quotes figures and does not calculate with them; what is asked for may have to be worked out."

_WORKED_OUT = re.compile(
    r"\b(?:averages?|mean|ratio|sum of|differences?|times (?:larger|bigger|more|as)"
    r"|(?:change|increase|decrease|growth|rise|fall|drop)\b[^?]{0,80}\b(?:from|between|since))\b",
    re.IGNORECASE,
)


def row_asked_for(question: Question, candidates: Sequence[Candidate]) -> Candidate:
    """The best candidate; where that is a row, the one of its table whose label stands in the question whole.

    Rows of a table are look-alikes, and "net cash from operating activities" is not what was used in investing. The
    longest such label counts. One of light words only ("Total") is none.

    Args:
        candidates: best first; not empty.
    """
    best = candidates[0]
    if not is_row(best.evidence.text):
        return best
    asked = {stem(word) for word in words(question.resolved)}
    chosen, matched = best, _matched(best, asked)
    for other in candidates[1:]:
        if _table(other.evidence) == _table(best.evidence) and _may_stand_for(other, best):
            whole = _matched(other, asked)
            if whole > matched:
                chosen, matched = other, whole
    return chosen


def cell_asked_for(question: Question, evidence: Evidence) -> str:
    """The one cell of a row with a figure whose head the question names better than the others; "" without one."""
    if not is_row(evidence.text) or not is_asserted(evidence.text) or asks_to_calculate(question):
        return ""
    asked = set(words(question.resolved)) - STOP_WORDS
    pairs = under_heads(evidence.text, evidence.hit.passage.table_header)
    columns = [(head, cell) for head, cell in pairs[1:] if figures(cell)]
    named = sorted(((len(asked & set(words(head))), cell) for head, cell in columns), reverse=True)
    if not named or named[0][0] == 0 or (len(named) > 1 and named[1][0] == named[0][0]):
        return ""
    cell = named[0][1]
    # Of what a bare number is ("in thousands"), the table says elsewhere; it is enough by itself only where it counts.
    return "" if question.sought != "count" and all(one.kind == "number" for one in figures(cell)) else cell


def asks_to_calculate(question: Question) -> bool:
    """Whether a question asks for what is worked out of several figures."""
    return _WORKED_OUT.search(question.resolved) is not None


def _may_stand_for(other: Candidate, best: Candidate) -> bool:
    """Whether a row has values, and the kind of answer that is asked for unless the best row lacks it as well."""
    missing = other.evidence.features["type_missing"] and not best.evidence.features["type_missing"]
    return (
        not missing and is_row(other.evidence.text) and any(figures(cell) for cell in cells_of(other.evidence.text)[1:])
    )


def _matched(candidate: Candidate, asked: set[str]) -> int:
    """How many words the label of a row has, where all of them are asked for; else 0."""
    label = [
        word for word in words(cells_of(candidate.evidence.text)[0]) if word not in STOP_WORDS and not word.isdigit()
    ]
    whole = all(stem(word) in asked for word in label)
    return len(label) if whole and any(word not in LIGHT_WORDS for word in label) else 0


def stands_for_heads(evidence: Evidence) -> bool:
    """Whether a row is the header of its table, or a line of it: it names columns and states nothing."""
    return is_heads(evidence.text, evidence.hit.passage.table_header)


def _table(evidence: Evidence) -> tuple[str, str]:
    return evidence.hit.document.id, evidence.hit.passage.context
