"""Judging a whole suite: the numbers of every case, the estimates over all of them and by class, causes of failure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dealqa.evaluation import citation_metrics, metrics, retrieval_metrics
from dealqa.evaluation.cases import EvalCase
from dealqa.evaluation.causes import Cause, failure_cause
from dealqa.evaluation.contract import HITS, NOTHING, Prediction
from dealqa.evaluation.estimates import (
    CalibrationBin,
    Estimate,
    RiskPoint,
    area_under_risk_coverage,
    area_under_roc,
    calibration_bins,
    expected_calibration_error,
    mean,
    risk_coverage,
)

__all__ = [
    "METRICS",
    "SET_METRICS",
    "Group",
    "Judgement",
    "Metric",
    "Verdict",
    "fingerprint",
    "judge",
    "verdict_to_dict",
]

FINGERPRINT_DIGITS = 12

Group = Literal["retrieval", "characters", "answers", "citations", "refusals", "confidence"]


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
    Metric("other_deal@5", "another deal in the top 5", "retrieval", higher_is_better=False),
    *(
        Metric(f"char_{kind}@{depth}", f"characters: {kind} at {depth}", "characters")
        for kind in ("precision", "recall")
        for depth in retrieval_metrics.CHARACTER_DEPTHS
    ),
    Metric("correct", "cases without a failure", "answers"),
    Metric("answer_match", "answer match", "answers"),
    Metric("figure_match", "figures: all right, none wrong", "answers"),
    Metric("list_precision", "required items: precision", "answers"),
    Metric("list_recall", "required items: recall", "answers"),
    Metric("list_f1", "required items: F1", "answers"),
    Metric("conflict_shown", "disagreements that are shown", "answers"),
    Metric("false_conflict", "disagreements shown where there is none", "answers", higher_is_better=False),
    Metric("best_sentence", "best sentence right", "answers"),
    Metric("best_sentence_in_evidence", "best sentence in the evidence", "answers"),
    Metric("exact_match", "exact match of the whole answer", "answers"),
    Metric("token_f1", "token F1 of the whole answer", "answers"),
    Metric("citation_precision", "citation precision", "citations"),
    Metric("citation_recall", "citation recall", "citations"),
    Metric("evidence_cited", "share of all evidence that is cited", "citations"),
    Metric("quote_validity", "quotes that are verbatim", "citations"),
    Metric("refusal_precision", "refusal precision", "refusals"),
    Metric("refusal_recall", "refusal recall", "refusals"),
    Metric("false_refusal", "false refusals", "refusals", higher_is_better=False),
    Metric("wrong_answer", "wrong among the answers given", "refusals", higher_is_better=False),
    Metric("auroc", "AUROC of the confidence", "confidence"),
    Metric("aurc", "area under risk-coverage", "confidence", higher_is_better=False),
    Metric("calibration_error", "calibration error (ECE)", "confidence", higher_is_better=False),
    Metric("brier", "Brier score", "confidence", higher_is_better=False),
)
"""All metrics, in the order of the report."""

SET_METRICS = ("auroc", "aurc", "calibration_error")
"""Metrics of a set of cases, made of their confidences; all others are means of a number that each case has."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one case.

    Attributes:
        scores: its numbers by metric, but for `SET_METRICS`; None where there is nothing to judge.
        cause: why it failed; None when it did not.
        refused: whether the question was refused; None when it ended in an error.
        confidence: what the assistant gave; None when the question ended in an error.
    """

    case: EvalCase
    scores: Mapping[str, float | None]
    cause: Cause | None
    refused: bool | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judged suite.

    Attributes:
        metrics: by name, in the order of `METRICS`.
        by_class: the same for each class of question; empty when the suite names no classes.
        verdicts: one for each case, in the suite's order.
        latency_ms: percentiles "p50" and "p95" in milliseconds over the questions that did not fail; None without any.
        risk_coverage: the curve under which "aurc" is the area.
        calibration: bins of the confidence, behind "calibration_error".
    """

    metrics: Mapping[str, Estimate]
    by_class: Mapping[str, Mapping[str, Estimate]]
    verdicts: tuple[Verdict, ...]
    latency_ms: Mapping[str, float | None]
    risk_coverage: tuple[RiskPoint, ...] = ()
    calibration: tuple[CalibrationBin, ...] = ()

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
    ranked = retrieval_metrics.ranking(cases, given)
    verdicts = []
    for case, prediction, scores in zip(cases, given, ranked, strict=True):
        cause = failure_cause(case, prediction, texts)
        refused = None if prediction is NOTHING else bool(prediction["refused"])
        all_scores = scores | _scores(case, prediction, texts, cause)
        verdicts.append(Verdict(case, all_scores, cause, refused, prediction["confidence"]))
    by_class = {
        name: _estimates([verdict for verdict in verdicts if verdict.case.case_class == name])
        for name in sorted({case.case_class for case in cases if case.case_class})
    }
    confidences, losses = _confidences(verdicts), _losses(verdicts)
    return Judgement(
        _estimates(verdicts),
        by_class,
        tuple(verdicts),
        _latency(latencies_ms),
        risk_coverage(confidences, losses),
        calibration_bins(confidences, losses),
    )


def _scores(
    case: EvalCase, prediction: Prediction, texts: Mapping[str, str], cause: Cause | None
) -> dict[str, float | None]:
    return {
        "recall@5": retrieval_metrics.recall_at(case, prediction, 5),
        "recall@10": retrieval_metrics.recall_at(case, prediction, 10),
        "recall@64": retrieval_metrics.recall_at(case, prediction, HITS),
        "wrong_document@1": retrieval_metrics.wrong_documents_at(case, prediction, 1),
        "wrong_document@5": retrieval_metrics.wrong_documents_at(case, prediction, 5),
        "other_deal@5": retrieval_metrics.other_deals_at(case, prediction, 5),
        **retrieval_metrics.characters_at(case, prediction),
        "correct": float(cause is None),
        "answer_match": metrics.answer_match(case, prediction),
        "figure_match": metrics.figure_match(case, prediction),
        **metrics.list_scores(case, prediction),
        "conflict_shown": metrics.conflict_shown(case, prediction),
        "false_conflict": metrics.false_conflict(case, prediction),
        "best_sentence": metrics.best_sentence(case, prediction),
        "best_sentence_in_evidence": metrics.best_sentence_in_evidence(case, prediction),
        "exact_match": metrics.span_exact_match(case, prediction),
        "token_f1": metrics.span_f1(case, prediction),
        "citation_precision": citation_metrics.citation_precision(case, prediction, texts),
        "citation_recall": citation_metrics.citation_recall(case, prediction, texts),
        "evidence_cited": citation_metrics.evidence_cited(case, prediction, texts),
        "quote_validity": citation_metrics.quote_validity(prediction, texts),
        "refusal_precision": metrics.refusal_precision(case, prediction),
        "refusal_recall": metrics.refusal_recall(case, prediction),
        "false_refusal": metrics.false_refusal(case, prediction),
        "wrong_answer": metrics.selective_loss(case, prediction),
        "brier": metrics.brier_score(case, prediction),
    }


def _estimates(verdicts: Sequence[Verdict]) -> dict[str, Estimate]:
    confidences, losses = _confidences(verdicts), _losses(verdicts)
    of_the_set = {
        "auroc": area_under_roc(confidences, [verdict.case.answerable for verdict in verdicts]),
        "aurc": area_under_risk_coverage(confidences, losses),
        "calibration_error": expected_calibration_error(confidences, losses),
    }
    return {
        metric.name: of_the_set.get(metric.name) or mean([verdict.scores[metric.name] for verdict in verdicts])
        for metric in METRICS
    }


def _confidences(verdicts: Sequence[Verdict]) -> list[float | None]:
    return [verdict.confidence for verdict in verdicts]


def _losses(verdicts: Sequence[Verdict]) -> list[float | None]:
    return [verdict.scores["wrong_answer"] for verdict in verdicts]


def _latency(latencies_ms: Sequence[float | None]) -> dict[str, float | None]:
    measured = [value for value in latencies_ms if value is not None]
    if not measured:
        return {"p50": None, "p95": None}
    return {f"p{percent}": round(float(np.percentile(measured, percent)), 1) for percent in (50, 95)}


def verdict_to_dict(verdict: Verdict) -> dict[str, Any]:
    """A verdict with JSON types only, numbers rounded to six digits.

    "gold" is a fingerprint of the question and of what is known of its answer: two runs are compared on the cases for
    which it is the same.
    """
    case = verdict.case
    scores = {metric.name: verdict.scores[metric.name] for metric in METRICS if metric.name in verdict.scores}
    return {
        "id": case.id,
        "gold": fingerprint(case),
        "class": case.case_class or None,
        "answerable": case.answerable,
        "refused": verdict.refused,
        "confidence": verdict.confidence,
        "cause": verdict.cause,
        "scores": {name: None if value is None else round(value, 6) for name, value in scores.items()},
    }


def fingerprint(case: EvalCase) -> str:
    """Tells whether a case is the same in two runs: made of the question and of what is known of its answer.

    Without offsets and pages: a document that is laid out anew does not make another case.
    """
    evidence = [[" ".join(piece.text.split()) for piece in group] for group in case.needs]
    parts = [case.question, case.history, case.answerable, case.answers, case.required, evidence, case.scope]
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()[:FINGERPRINT_DIGITS]
