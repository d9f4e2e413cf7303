"""Judging a whole suite: the numbers of every case, the estimates over all of them and by class, causes of failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dealqa.evaluation import metrics
from dealqa.evaluation.cases import EvalCase
from dealqa.evaluation.estimates import Estimate, area_under_risk_coverage, area_under_roc, mean
from dealqa.evaluation.evidence import first_ranks, is_judgeable, is_met
from dealqa.evaluation.matching import contains, figures
from dealqa.evaluation.metrics import NOTHING, Prediction

__all__ = ["CAUSES", "METRICS", "Cause", "Judgement", "Metric", "Verdict", "failure_cause", "judge", "verdict_to_dict"]

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

Group = Literal["retrieval", "answers", "citations", "refusals"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's name, its title for tables, and whether a higher figure is better."""

    name: str
    title: str
    group: Group
    higher_is_better: bool = True


METRICS: tuple[Metric, ...] = (
    Metric("hit@1", "hit@1", "retrieval"),
    Metric("hit@5", "hit@5", "retrieval"),
    Metric("hit@10", "hit@10", "retrieval"),
    Metric("mrr", "MRR", "retrieval"),
    Metric("ndcg@10", "nDCG@10", "retrieval"),
    Metric("recall@5", "share of all evidence in the top 5", "retrieval"),
    Metric("recall@10", "share of all evidence in the top 10", "retrieval"),
    Metric("recall@64", "share of all evidence in the top 64", "retrieval"),
    Metric("wrong_document@1", "wrong document at 1", "retrieval", higher_is_better=False),
    Metric("wrong_document@5", "wrong document in the top 5", "retrieval", higher_is_better=False),
    Metric("correct", "cases without a failure", "answers"),
    Metric("answer_match", "answer match", "answers"),
    Metric("best_sentence", "best sentence right", "answers"),
    Metric("best_sentence_in_evidence", "best sentence in the evidence", "answers"),
    Metric("exact_match", "exact match of the whole answer", "answers"),
    Metric("token_f1", "token F1 of the whole answer", "answers"),
    Metric("citation_precision", "citation precision", "citations"),
    Metric("citation_recall", "citation recall", "citations"),
    Metric("quote_validity", "quotes that are verbatim", "citations"),
    Metric("refusal_precision", "refusal precision", "refusals"),
    Metric("refusal_recall", "refusal recall", "refusals"),
    Metric("false_refusal", "false refusals", "refusals", higher_is_better=False),
    Metric("wrong_answer", "wrong among the answers given", "refusals", higher_is_better=False),
    Metric("auroc", "AUROC of the confidence", "refusals"),
    Metric("aurc", "area under risk-coverage", "refusals", higher_is_better=False),
)
"""All metrics, in the order of the report."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one case: its numbers by metric (None: nothing to judge), and why it failed, if it did."""

    case: EvalCase
    scores: Mapping[str, float | None]
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judged suite.

    Attributes:
        metrics: by name, in the order of `METRICS`.
        by_class: the same for each class of question; empty when the suite names no classes.
        verdicts: one for each case, in the suite's order.
        latency_ms: percentiles "p50" and "p95" in milliseconds over the questions that did not fail; None without any.
    """

    metrics: Mapping[str, Estimate]
    by_class: Mapping[str, Mapping[str, Estimate]]
    verdicts: tuple[Verdict, ...]
    latency_ms: Mapping[str, float | None]

    @property
    def causes(self) -> dict[Cause, int]:
        """How many cases failed for each cause, the most frequent first."""
        counts = Counter(verdict.cause for verdict in self.verdicts if verdict.cause is not None)
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def judge(
    cases: Sequence[EvalCase],
    predictions: Sequence[Prediction | None],
    texts: Mapping[str, str],
    *,
    latencies_ms: Sequence[float | None] = (),
) -> Judgement:
    """Everything that can be said of a suite's predictions.

    Args:
        cases: with evidence whose offsets hold in `texts` (`evidence.resolve`).
        predictions: one for each case, in the form of the answer contract; None for a question that failed.
        texts: the stored texts, by path, of at least all cited documents.
        latencies_ms: one for each case, or none at all; None for a question that failed.
    """
    given = [NOTHING if prediction is None else prediction for prediction in predictions]
    ranked = metrics.ranking(cases, given)
    verdicts = []
    for case, prediction, scores in zip(cases, given, ranked, strict=True):
        cause = failure_cause(case, prediction, texts)
        verdicts.append(Verdict(case, scores | _scores(case, prediction, texts, cause), cause))
    confidences = [prediction["confidence"] for prediction in given]
    classes = list(dict.fromkeys(case.case_class for case in cases if case.case_class))
    by_class: dict[str, Mapping[str, Estimate]] = {}
    for name in sorted(classes):
        chosen = [place for place, case in enumerate(cases) if case.case_class == name]
        by_class[name] = _estimates([verdicts[place] for place in chosen], [confidences[place] for place in chosen])
    return Judgement(_estimates(verdicts, confidences), by_class, tuple(verdicts), _latency(latencies_ms))


def _scores(
    case: EvalCase, prediction: Prediction, texts: Mapping[str, str], cause: Cause | None
) -> dict[str, float | None]:
    return {
        "recall@5": metrics.recall_at(case, prediction, 5),
        "recall@10": metrics.recall_at(case, prediction, 10),
        "recall@64": metrics.recall_at(case, prediction, metrics.HITS),
        "wrong_document@1": metrics.wrong_documents_at(case, prediction, 1),
        "wrong_document@5": metrics.wrong_documents_at(case, prediction, 5),
        "correct": float(cause is None),
        "answer_match": metrics.answer_match(case, prediction),
        "best_sentence": metrics.best_sentence(case, prediction),
        "best_sentence_in_evidence": metrics.best_sentence_in_evidence(case, prediction),
        "exact_match": metrics.span_exact_match(case, prediction),
        "token_f1": metrics.span_f1(case, prediction),
        "citation_precision": metrics.citation_precision(case, prediction, texts),
        "citation_recall": metrics.citation_recall(case, prediction, texts),
        "quote_validity": metrics.quote_validity(prediction, texts),
        "refusal_precision": metrics.refusal_precision(case, prediction),
        "refusal_recall": metrics.refusal_recall(case, prediction),
        "false_refusal": metrics.false_refusal(case, prediction),
        "wrong_answer": metrics.selective_loss(case, prediction),
    }


def _estimates(verdicts: Sequence[Verdict], confidences: Sequence[float | None]) -> dict[str, Estimate]:
    areas = {
        "auroc": area_under_roc(confidences, [verdict.case.answerable for verdict in verdicts]),
        "aurc": area_under_risk_coverage(confidences, [verdict.scores["wrong_answer"] for verdict in verdicts]),
    }
    return {
        metric.name: areas.get(metric.name) or mean([verdict.scores[metric.name] for verdict in verdicts])
        for metric in METRICS
    }


def _latency(latencies_ms: Sequence[float | None]) -> dict[str, float | None]:
    measured = [value for value in latencies_ms if value is not None]
    if not measured:
        return {"p50": None, "p95": None}
    return {f"p{percent}": round(float(np.percentile(measured, percent)), 1) for percent in (50, 95)}


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
    if metrics.quote_validity(prediction, texts) not in (None, 1.0):
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
    found = [rank for rank in first_ranks(case.needs, prediction["hits"][: metrics.HITS]) if rank is not None]
    if not found:
        return "not_retrieved"
    return "ranked_too_low" if min(found) > RANKED_HIGH else None


def _answer_cause(case: EvalCase, prediction: Prediction) -> Cause:
    if prediction["refused"]:
        return "false_refusal"
    right = {piece.doc for piece in case.evidence}
    if right and not any(citation["document"] in right for citation in prediction["citations"]):
        return "wrong_document"
    text = metrics.answer_text(prediction)
    if any(contains(text, gold) for item in metrics.required_items(case) for gold in item):
        return "incomplete_list"
    return "wrong_figure" if _has_rival_figure(case, text) else "wrong_sentence"


def _has_rival_figure(case: EvalCase, text: str) -> bool:
    """Whether the answer gives a figure of the gold's kind, but none of the gold's own."""
    golds = [gold for answer in metrics.gold_answers(case) for gold in figures(answer)]
    given = figures(text)
    same = any(figure.answers(gold) for figure in given for gold in golds)
    return not same and any(figure.unit == gold.unit for figure in given for gold in golds)


def verdict_to_dict(verdict: Verdict) -> dict[str, Any]:
    """A verdict with JSON types only, numbers rounded to six digits."""
    scores = {metric.name: verdict.scores.get(metric.name) for metric in METRICS if metric.name in verdict.scores}
    return {
        "id": verdict.case.id,
        "class": verdict.case.case_class or None,
        "cause": verdict.cause,
        "scores": {name: None if value is None else round(value, 6) for name, value in scores.items()},
    }
