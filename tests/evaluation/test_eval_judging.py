from __future__ import annotations

from typing import Any

import pytest
from eval_contract import FIRST, SECOND, TEXTS, answer, case, citation, hit, prediction, refusal

from dealqa.evaluation import CAUSES, METRICS, EvalCase, Evidence, judge
from dealqa.evaluation.causes import Cause, failure_cause
from dealqa.evaluation.contract import NOTHING, Prediction
from dealqa.evaluation.judging import verdict_to_dict

ASKED = case(evidence=(SECOND,), answers=("25 years",))
MISS = hit("b.txt", 0, 10)
FOUND = [MISS, hit("a.txt", 20, 57)]
LISTED = case(evidence=(FIRST,), required=(("Bristol",), ("Leeds",)))
UNANSWERABLE = case(answerable=False)
UNQUOTED = case(evidence=(SECOND,))
NOT_INDEXED = case(evidence=(Evidence("gone.txt", "x"),), answers=("25 years",))


@pytest.mark.parametrize(
    ("asked", "given", "cause"),
    [
        (ASKED, answer("It lasts 25 years.", citation(26, 44), hits=FOUND), None),
        (UNANSWERABLE, refusal(), None),
        (UNQUOTED, answer("It lasts.", citation(26, 44), hits=FOUND), None),
        (ASKED, NOTHING, "error"),
        (UNANSWERABLE, NOTHING, "error"),
        (UNANSWERABLE, answer("x", citation(0, 25)), "missed_refusal"),
        (NOT_INDEXED, refusal(hits=FOUND), "not_indexed"),
        (ASKED, refusal(hits=[MISS]), "not_retrieved"),
        (ASKED, answer("Nothing.", citation(0, 7, "b.txt"), hits=[MISS]), "not_retrieved"),
        (ASKED, refusal(hits=[MISS] * 5 + FOUND), "ranked_too_low"),
        (ASKED, refusal(hits=FOUND), "false_refusal"),
        (ASKED, answer("25 years", citation(0, 4, quote="Leek"), hits=FOUND), "wrong_citation"),
        (ASKED, answer("Nothing.", citation(0, 7, "b.txt"), hits=FOUND), "wrong_document"),
        (LISTED, answer("Bristol keeps it.", citation(0, 25), hits=[hit("a.txt", 0, 25)]), "incomplete_list"),
        (ASKED, answer("It lasts 20 years.", citation(26, 44), hits=FOUND), "wrong_figure"),
        (ASKED, answer("Leeds waits.", citation(45, 57), hits=FOUND), "wrong_sentence"),
        (UNQUOTED, answer("Leeds waits.", citation(45, 57), hits=FOUND), "wrong_sentence"),
    ],
)
def test_the_cause_of_a_failure_is_the_first_stage_that_went_wrong(
    asked: EvalCase, given: Prediction, cause: Cause | None
) -> None:
    assert failure_cause(asked, given, TEXTS) == cause


def test_every_cause_is_explained() -> None:
    assert all(CAUSES.values())


def tiny() -> tuple[list[EvalCase], list[dict[str, Any] | None]]:
    cases = [
        case(id="right", evidence=(SECOND,), answers=("25 years",), case_class="duration"),
        case(id="late", evidence=(FIRST,), answers=("growth",), case_class="amount"),
        case(id="none", answerable=False, case_class="amount"),
        case(id="broken", answers=("x",), case_class="duration"),
    ]
    predictions = [
        answer("It lasts 25 years.", citation(26, 44), hits=[hit("a.txt", 20, 57)], confidence=0.9),
        refusal(hits=[MISS, hit("a.txt", 0, 25)], confidence=0.3),
        refusal(confidence=0.1),
        None,
    ]
    return cases, predictions


def test_a_suite_is_judged_with_all_metrics_in_order() -> None:
    cases, predictions = tiny()
    judged = judge(cases, predictions, TEXTS)
    assert list(judged.metrics) == [metric.name for metric in METRICS]
    means = {name: (estimate.mean, estimate.n, estimate.excluded) for name, estimate in judged.metrics.items()}
    assert means["hit@1"] == (0.5, 2, 2)
    assert means["mrr"] == (0.75, 2, 2)
    assert means["correct"] == (0.5, 4, 0)
    assert means["answer_match"] == (0.3333, 3, 1)
    assert means["refusal_precision"] == (0.5, 2, 2)
    assert means["refusal_recall"] == (1.0, 1, 3)
    assert means["false_refusal"] == (0.3333, 3, 1)
    assert means["auroc"] == (1.0, 3, 1)
    assert means["aurc"] == (0.0, 1, 3)


def test_a_question_that_failed_is_a_failed_case_and_not_an_excluded_one() -> None:
    cases, predictions = tiny()
    verdict = judge(cases, predictions, TEXTS).verdicts[3]
    assert verdict.cause == "error"
    assert verdict.scores["answer_match"] == 0.0


def test_each_class_is_judged_by_its_own_cases() -> None:
    cases, predictions = tiny()
    by_class = judge(cases, predictions, TEXTS).by_class
    assert list(by_class) == ["amount", "duration"]
    assert by_class["amount"]["correct"].n == 2
    assert by_class["amount"]["hit@1"].mean == 0.0
    assert by_class["duration"]["hit@1"].mean == 1.0


def test_causes_are_counted_with_the_most_frequent_first() -> None:
    cases, predictions = tiny()
    causes = judge([*cases, UNANSWERABLE], [*predictions, None], TEXTS).causes
    assert list(causes.items()) == [("error", 2), ("false_refusal", 1)]


def test_latency_percentiles_leave_out_questions_that_failed() -> None:
    latencies = [*map(float, range(1, 102)), None]
    judged = judge([case()] * 102, [prediction()] * 102, {}, latencies_ms=latencies)
    assert judged.latency_ms == {"p50": 51.0, "p95": 96.0}


def test_without_a_measured_question_there_is_no_latency() -> None:
    assert judge([case()], [None], {}, latencies_ms=[None]).latency_ms == {"p50": None, "p95": None}


def test_judging_twice_gives_the_same_judgement() -> None:
    cases, predictions = tiny()
    assert judge(cases, predictions, TEXTS) == judge(cases, predictions, TEXTS)


def test_a_verdict_as_json_keeps_what_was_not_judged_as_null() -> None:
    cases, predictions = tiny()
    row = verdict_to_dict(judge(cases, predictions, TEXTS).verdicts[2])
    assert (row["id"], row["class"], row["cause"]) == ("none", "amount", None)
    assert row["scores"]["hit@1"] is None
    assert row["scores"]["refusal_recall"] == 1.0
