"""What was expected of a case, what was said, and what was judged: HTML, of values that may be of any version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dealqa.coverage import visible
from dealqa.evaluation.cases import EvalCase, Evidence
from dealqa.evaluation.contract import without_numbers
from dealqa.web.markup import text
from dealqa.web.quality.cases import Case
from dealqa.web.quality.words import CAUSE_WORDS, GROUPS, Told, figure

__all__ = ["cause_words", "expected", "judged", "place_found", "said"]

_PLACES: Final = 6
"""How many of the places that say the same are shown."""

_SET_METRICS: Final = frozenset({"auroc", "aurc", "calibration_error"})

_YES_NO: Final = {1.0: "yes", 0.0: "no"}


def cause_words(case: Case) -> str:
    """Why a case failed, or that it did not."""
    if case.kind == "right":
        return "Rightly refused." if case.verdict.get("refused") else "The answer holds what was expected."
    cause = case.verdict.get("cause")
    words = CAUSE_WORDS.get(cause, "") if isinstance(cause, str) else ""
    return words or f"The reason “{visible(str(cause))}” is not one that this version of dealqa knows."


def place_found(case: Case) -> str:
    """How far up the first passage that answers stood, in a sentence; "" where that says nothing of the failure."""
    scores = case.verdict.get("scores")
    reciprocal = scores.get("mrr") if isinstance(scores, dict) else None
    if case.kind == "right" or isinstance(reciprocal, bool) or not isinstance(reciprocal, (int, float)):
        return ""
    if not 0 < reciprocal <= 1:
        return "No passage that answers was among those that were found to bear on the question."
    return f"The first passage that answers stood at place {round(1 / reciprocal)} of those that were found."


def expected(case: Case) -> str:
    """The answers that count as right, what must be in them, and where the documents say so."""
    gold = case.gold
    if gold is None:
        return '<p class="soft">Not known: the suite does not hold this question any more.</p>'
    parts = []
    if not gold.answerable:
        parts.append("<p>A refusal: the documents do not answer this.</p>")
    if gold.answers:
        parts.append(_alternatives("This, in whatever words:", gold.answers))
    if gold.required:
        parts.append(_alternatives("With all of these:", [" or ".join(item) for item in gold.required]))
    if gold.answerable and not gold.answers and not gold.required:
        parts.append("<p>An answer that cites what is quoted here.</p>")
    return f"{''.join(parts)}{_evidence(gold)}"


def said(prediction: Mapping[str, Any]) -> str:
    """The answer or the refusal, with every quote."""
    if not prediction:
        return '<p class="soft">This run has not kept its answers.</p>'
    if "error" in prediction:
        return f'<p class="problem">{text(visible(_words(prediction.get("error"))))}</p>'
    confidence = prediction.get("confidence")
    sure = f'<p class="soft small">Confidence: {confidence:.2f}</p>' if isinstance(confidence, float) else ""
    if prediction.get("refused"):
        refusal = prediction.get("refusal")
        refusal = refusal if isinstance(refusal, dict) else {}
        message = _words(refusal.get("message")) or _words(prediction.get("answer"))
        near = _citations(refusal.get("nearest"))
        nearest = f'<h3>The nearest that was found</h3><ol class="quotes">{near}</ol>' if near else ""
        return f'<p><strong>Refused.</strong> <span dir="auto">{text(message)}</span></p>{sure}{nearest}'
    quotes = _citations(prediction.get("citations"))
    cited = f'<h3>Cited</h3><ol class="quotes">{quotes}</ol>' if quotes else "<p>Nothing was cited.</p>"
    return f"{_sentences(prediction)}{sure}{cited}"


def judged(case: Case) -> str:
    """What each of the metrics that are shown first found of this case."""
    scores = case.verdict.get("scores")
    lines = []
    for told in (told for _, metrics in GROUPS.values() for told in metrics):
        value = scores.get(told.metric) if isinstance(scores, dict) else None
        if told.metric in _SET_METRICS or isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        lines.append(
            f"<div><dt>{told.words} <span class='term'>{told.term}</span></dt><dd>{_score(told, value)}</dd></div>"
        )
    if not lines:
        return ""
    return (
        f'<details><summary>Every single point</summary><dl class="points">{"".join(lines)}</dl>'
        '<p class="soft small">What is not listed had nothing to judge here.</p></details>'
    )


def _score(told: Told, value: float) -> str:
    return _YES_NO.get(float(value), figure(value, is_share=True)) if told.is_share else figure(value, is_share=False)


def _alternatives(heading: str, those: Sequence[str]) -> str:
    items = "".join(f'<li dir="auto">{text(one)}</li>' for one in those)
    return f'<p class="soft small">{heading}</p><ul class="golds">{items}</ul>'


def _evidence(gold: EvalCase) -> str:
    if not gold.evidence:
        return ""
    heading = "Where the documents say so" if gold.answerable else "What the documents do say"
    parts = [f"<h3>{heading}</h3>"]
    for group in gold.needs:
        shown = "".join(_piece(piece) for piece in group[:_PLACES])
        rest = len(group) - _PLACES
        more = f'<li class="soft small">and {rest} more places</li>' if rest > 0 else ""
        any_of = '<p class="soft small">Any one of these is enough:</p>' if len(group) > 1 else ""
        parts.append(f'{any_of}<ul class="quotes">{shown}{more}</ul>')
    return "".join(parts)


def _piece(piece: Evidence) -> str:
    return f"<li>{_quote(piece.text, piece.doc, piece.page)}</li>"


def _sentences(prediction: Mapping[str, Any]) -> str:
    rows = prediction.get("sentences")
    sentences = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    if not sentences:
        return f'<p class="answer" dir="auto">{text(_words(prediction.get("answer")))}</p>'
    parts = []
    for row in sentences:
        numbers = row.get("citations")
        cited = (
            ", ".join(str(number) for number in numbers if isinstance(number, int)) if isinstance(numbers, list) else ""
        )
        mark = f' <span class="soft">[{cited}]</span>' if cited else ""
        parts.append(f'<p class="answer" dir="auto">{text(without_numbers(_words(row.get("text"))))}{mark}</p>')
    return "".join(parts)


def _citations(rows: Any) -> str:
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return "".join(
        f"<li>{_quote(_words(row.get('quote')), _words(row.get('document')), row.get('page'))}</li>" for row in found
    )


def _quote(quote: str, document: str, place: Any) -> str:
    where = visible(document) + (f", page {place}" if isinstance(place, int) else "")
    return f'<blockquote class="quote" dir="auto">{text(quote)}</blockquote><p class="soft small">{text(where)}</p>'


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""
