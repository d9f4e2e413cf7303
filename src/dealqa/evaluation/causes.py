"""Why a case failed: one cause each, the first stage that went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dealqa.evaluation import metrics
from dealqa.evaluation.cases import EvalCase
from dealqa.evaluation.citation_metrics import quote_validity
from dealqa.evaluation.contract import HITS, NOTHING, Prediction, answer_text
from dealqa.evaluation.evidence import first_ranks, is_judgeable, is_met
from dealqa.evaluation.matching import contains, figures

__all__ = ["CAUSES", "Cause", "failure_cause"]

Cause = Literal[
    "error",
    "missed_refusal",
    "not_indexed",
    "not_retrieved",
    "ranked_too_low",
    "false_refusal",
    "wrong_citation",
    "wrong_document",
    "incomplete_list",
    "wrong_figure",
    "wrong_sentence",
]

CAUSES: Mapping[Cause, str] = {
    "error": "the question ended in an error",
    "missed_refusal": "an unanswerable question was answered",
    "not_indexed": "the gold evidence is in no indexed document",
    "not_retrieved": "no passage among the 64 best overlaps the evidence",
    "ranked_too_low": "the first passage with evidence is below rank 5",
    "false_refusal": "an answerable question was refused although the evidence was found",
    "wrong_citation": "a quote is not the document's text at its offsets",
    "wrong_document": "the answer cites only documents without evidence",
    "incomplete_list": "some, but not all, required items are in the answer",
    "wrong_figure": "the answer gives another figure than the gold answer's",
    "wrong_sentence": "the right document was cited, but not what answers",
}

RANKED_HIGH = 5  # evidence below this rank is rarely seen by a reader or by the answering stage


def failure_cause(case: EvalCase, prediction: Prediction, texts: Mapping[str, str]) -> Cause | None:
    """Why the case failed, as early in the flow as can be told; None when it did not.

    An unanswerable case fails when it is not refused. An answerable case fails when it is refused, when a quote is not
    verbatim, or when its answer does not match; without gold answers, when no citation overlaps the evidence. The cause
    is the first stage that went wrong: index, retrieval, refusal, citation, document, then figure or sentence.
    """
    if prediction is NOTHING:
        return "error"
    if not case.answerable:
        return None if prediction["refused"] else "missed_refusal"
    if quote_validity(prediction, texts) not in (None, 1.0):
        return "wrong_citation"
    if _is_right(case, prediction):
        return None
    return _retrieval_cause(case, prediction) or _answer_cause(case, prediction)


def _is_right(case: EvalCase, prediction: Prediction) -> bool:
    if prediction["refused"]:
        return False
    match = metrics.answer_match(case, prediction)
    if match is not None:
        return match == 1.0
    cited = prediction["citations"]
    return not case.evidence or any(is_met(piece, citation) for piece in case.evidence for citation in cited)


def _retrieval_cause(case: EvalCase, prediction: Prediction) -> Cause | None:
    if not case.evidence:
        return None
    if not any(is_judgeable(piece) for piece in case.evidence):
        return "not_indexed"
    found = [rank for rank in first_ranks(case.needs, prediction["hits"][:HITS]) if rank is not None]
    if not found:
        return "not_retrieved"
    return "ranked_too_low" if min(found) > RANKED_HIGH else None


def _answer_cause(case: EvalCase, prediction: Prediction) -> Cause:
    if prediction["refused"]:
        return "false_refusal"
    right = {piece.doc for piece in case.evidence}
    if right and not any(citation["document"] in right for citation in prediction["citations"]):
        return "wrong_document"
    text = answer_text(prediction)
    if any(contains(text, gold) for item in metrics.required_items(case) for gold in item):
        return "incomplete_list"
    return "wrong_figure" if _has_rival_figure(case, text) else "wrong_sentence"


def _has_rival_figure(case: EvalCase, text: str) -> bool:
    """Whether the answer gives a figure of the gold's kind, but none of the gold's own."""
    golds = [gold for answer in metrics.gold_answers(case) for gold in figures(answer)]
    given = figures(text)
    same = any(figure.answers(gold) for figure in given for gold in golds)
    return not same and any(figure.unit == gold.unit for figure in given for gold in golds)
