"""The failures of a run as HTML: the question, what was expected, what came, and the passage that should have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dealqa.evaluation.cases import EvalCase, Evidence
from dealqa.evaluation.causes import CAUSES
from dealqa.evaluation.contract import Prediction
from dealqa.evaluation.evidence import first_ranks
from dealqa.evaluation.judging import Judgement, Verdict
from dealqa.evaluation.run import EvalRun, Outcome

__all__ = ["failures_by_cause", "plain"]

AROUND = 220
"""Characters shown on each side of a piece of evidence, so that it is seen where it stands."""

PLACES_SHOWN = 3  # of a group of evidence that says the same, and of the quotes of an answer


def plain(text: str) -> str:
    """Text of documents and suites as a page may show it: escaped, and without control characters."""
    return escape("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text))


def failures_by_cause(run: EvalRun, judgement: Judgement) -> str:
    """All failures, a heading for each cause, the most frequent first."""
    pairs = [pair for pair in zip(judgement.verdicts, run.outcomes, strict=True) if pair[0].cause is not None]
    parts = []
    for cause, count in judgement.causes.items():
        name, means = cause.replace("_", " ").capitalize(), CAUSES[cause]
        parts.append(f'<h3 id="{cause}">{name} ({count})</h3>')
        parts.append(f'<p class="soft">{escape(means[:1].upper() + means[1:])}.</p>')
        parts += [_card(verdict, outcome, run.texts) for verdict, outcome in pairs if verdict.cause == cause]
    return "".join(parts) or "<p>No case failed.</p>"


def _card(verdict: Verdict, outcome: Outcome, texts: Mapping[str, str]) -> str:
    case = verdict.case
    rows = [("Asked before", plain("\n".join(case.history)))] if case.history else []
    rows.append(("Expected", _expected(case)))
    rows.append(("Got", _got(outcome)))
    if case.evidence:
        rows.append(("Should have found", _evidence(case, outcome.prediction, texts)))
    labelled = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    where = f"{plain(case.id)}{f' · {plain(case.case_class)}' if case.case_class else ''}"
    return (
        f'<article class="failure"><h4>{plain(case.question)} <span class="id">{where}</span></h4>'
        f"<dl>{labelled}</dl></article>"
    )


def _expected(case: EvalCase) -> str:
    if not case.answerable:
        return "A refusal: the documents do not answer this."
    lines = [" | ".join(case.answers)] if case.answers else []
    lines += [f"with: {' | '.join(item)}" for item in case.required]
    return plain("\n".join(lines) or "An answer that cites the evidence.")


def _got(outcome: Outcome) -> str:
    if outcome.prediction is None:
        return f'<span class="bad">{plain(outcome.error or "an error")}</span>'
    prediction = outcome.prediction
    refused = "Refused: " if prediction["refused"] else ""
    text = (
        f"{refused}{plain(prediction['answer'])} <span class='soft'>(confidence {prediction['confidence']:.2f})</span>"
    )
    quotes = prediction["citations"] or (prediction["refusal"] or {}).get("nearest") or []
    shown = "".join(_quote(quote["document"], quote["page"], plain(quote["quote"])) for quote in quotes[:PLACES_SHOWN])
    more = f'<p class="soft">and {len(quotes) - PLACES_SHOWN} more</p>' if len(quotes) > PLACES_SHOWN else ""
    return text + shown + more


def _evidence(case: EvalCase, prediction: Prediction | None, texts: Mapping[str, str]) -> str:
    hits: Sequence[Mapping[str, Any]] = prediction["hits"] if prediction is not None else ()
    parts = []
    for group, rank in zip(case.needs, first_ranks(case.needs, hits), strict=True):
        found = f"first found at rank {rank}" if rank else f"not among the {len(hits)} passages found"
        others = f", one of {len(group)} places" if len(group) > 1 else ""
        parts.append(f'<p class="soft">{found}{others}</p>')
        parts += [_quote(piece.doc, piece.page, _surrounded(piece, texts)) for piece in group[:PLACES_SHOWN]]
    return "".join(parts)


def _surrounded(piece: Evidence, texts: Mapping[str, str]) -> str:
    """The evidence marked, with what stands around it up to the ends of its paragraph."""
    text = texts.get(piece.doc)
    if text is None or piece.start is None or piece.end is None:
        return f"<mark>{plain(piece.text)}</mark> <span class='soft'>(not located in the index)</span>"
    before = text[max(0, piece.start - AROUND) : piece.start].rpartition("\n\n")[2]
    after = text[piece.end : piece.end + AROUND].partition("\n\n")[0]
    start = "" if len(before) < AROUND else "… "
    end = "" if len(after) < AROUND else " …"
    middle = plain(text[piece.start : piece.end])
    return f"{start}{plain(before)}<mark>{middle}</mark>{plain(after)}{end}"


def _quote(document: str, page: int | None, inside: str) -> str:
    where = plain(document) + (f", page {page}" if page else "")
    return f"<blockquote>{inside}<cite>{where}</cite></blockquote>"
