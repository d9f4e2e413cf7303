from __future__ import annotations

import numpy as np
import pytest
from eval_contract import FIRST, SECOND, answer, answers, case, citation, prediction, refusal
from sklearn.metrics import brier_score_loss

from dealqa.evaluation import metrics
from dealqa.evaluation.cases import EvalCase, Evidence
from dealqa.evaluation.contract import NOTHING, Prediction, answer_text
from dealqa.evaluation.estimates import mean

WITH_EVIDENCE = case(evidence=(FIRST, SECOND), answers=("25 years",))
UNANSWERABLE = case(answerable=False)
UNJUDGED = case()  # answerable, but nothing is known of the answer


def test_the_answers_text_is_free_of_citation_numbers() -> None:
    assert answer_text(prediction(answer="It lasts 25 years [1][2, 3].")) == "It lasts 25 years."
    assert answer_text(answer("It lasts [1].")) == "It lasts."


def test_a_refusals_message_is_no_answer() -> None:
    assert answer_text(refusal()) == ""


def test_an_answer_matches_when_it_holds_one_of_the_gold_answers() -> None:
    asked = case(answers=("a quarter century", "25 years"))
    assert metrics.answer_match(asked, answer("It lasts twenty-five years.")) == 1.0
    assert metrics.answer_match(asked, answer("It lasts 20 years.")) == 0.0


def test_a_refusal_of_an_answerable_question_does_not_match() -> None:
    assert metrics.answer_match(WITH_EVIDENCE, refusal()) == 0.0


def test_a_list_matches_only_with_one_alternative_of_every_item() -> None:
    listed = case(required=(("Leeds",), ("Newcastle", "the Accelerator")))
    assert metrics.answer_match(listed, answer("Leeds and the Accelerator.")) == 1.0
    assert metrics.answer_match(listed, answer("Newcastle, the Accelerator.")) == 0.0


def test_the_spans_of_a_multi_span_answer_are_items_of_a_list() -> None:
    spans = case(answers=("2019; 2018",), meta={"answer_type": "multi-span", "raw_answer": ["2019", "2018"]})
    assert metrics.answer_match(spans, answer("In 2018 and 2019.")) == 1.0
    assert metrics.answer_match(spans, answer("In 2018.")) == 0.0


def test_a_figure_from_a_table_with_a_scale_matches_without_it() -> None:
    scaled = case(answers=("$7,144 thousand",), meta={"scale": "thousand"})
    assert metrics.answer_match(scaled, answer("Inventory | 7,144")) == 1.0
    assert metrics.answer_match(case(answers=("$7,144 thousand",)), answer("Inventory | 7,144")) == 0.0


@pytest.mark.parametrize("unjudged", [UNANSWERABLE, UNJUDGED])
def test_answer_match_has_nothing_to_judge_without_gold_answers(unjudged: EvalCase) -> None:
    assert metrics.answer_match(unjudged, answer("Yes.")) is None


def test_exact_match_and_f1_compare_the_whole_answer_and_leave_out_refusals() -> None:
    asked = case(answers=("25 years",))
    assert metrics.span_exact_match(asked, answer("25 years.")) == 1.0
    assert metrics.span_f1(asked, answer("lasts 25 years")) == pytest.approx(0.8)
    assert metrics.span_exact_match(asked, refusal()) is None
    assert metrics.span_f1(asked, refusal()) is None


def test_the_best_sentence_is_the_first_quote_and_must_hold_a_gold_answer() -> None:
    right, wrong = citation(26, 44), citation(45, 57)
    assert metrics.best_sentence(WITH_EVIDENCE, answer("x", right, wrong)) == 1.0
    assert metrics.best_sentence(WITH_EVIDENCE, answer("x", wrong, right)) == 0.0


def test_the_best_sentence_of_a_refusal_is_the_nearest_quote() -> None:
    assert metrics.best_sentence(WITH_EVIDENCE, refusal(citation(26, 44))) == 1.0


def test_the_best_sentence_must_overlap_evidence_where_no_gold_answer_can_be_quoted() -> None:
    asked = case(answers=("yes",), evidence=(FIRST,))
    assert metrics.best_sentence(asked, answer("x", citation(0, 25))) == 1.0
    assert metrics.best_sentence(asked, answer("x", citation(26, 44))) == 0.0


def test_the_best_sentence_may_stand_in_the_evidence_without_holding_the_answer() -> None:
    given = answer("x", citation(0, 25), citation(45, 57))
    assert metrics.best_sentence(WITH_EVIDENCE, given) == 0.0
    assert metrics.best_sentence_in_evidence(WITH_EVIDENCE, given) == 1.0
    assert metrics.best_sentence_in_evidence(WITH_EVIDENCE, answer("x", citation(45, 57), citation(0, 25))) == 0.0
    assert metrics.best_sentence_in_evidence(UNJUDGED, given) is None


def test_without_any_quote_the_best_sentence_is_wrong() -> None:
    assert metrics.best_sentence(WITH_EVIDENCE, refusal()) == 0.0
    assert metrics.best_sentence(WITH_EVIDENCE, NOTHING) == 0.0


@pytest.mark.parametrize("unjudged", [UNANSWERABLE, UNJUDGED])
def test_the_best_sentence_is_not_judged_without_gold(unjudged: EvalCase) -> None:
    assert metrics.best_sentence(unjudged, answer("x", citation(0, 25))) is None


def test_refusal_precision_judges_refusals_only() -> None:
    assert metrics.refusal_precision(UNANSWERABLE, refusal()) == 1.0
    assert metrics.refusal_precision(WITH_EVIDENCE, refusal()) == 0.0
    assert metrics.refusal_precision(WITH_EVIDENCE, answer("x")) is None


def test_refusal_recall_judges_unanswerable_cases_only() -> None:
    assert metrics.refusal_recall(UNANSWERABLE, refusal()) == 1.0
    assert metrics.refusal_recall(UNANSWERABLE, answer("x")) == 0.0
    assert metrics.refusal_recall(WITH_EVIDENCE, refusal()) is None


def test_false_refusals_judge_answerable_cases_only() -> None:
    assert metrics.false_refusal(WITH_EVIDENCE, refusal()) == 1.0
    assert metrics.false_refusal(WITH_EVIDENCE, answer("x")) == 0.0
    assert metrics.false_refusal(UNANSWERABLE, refusal()) is None


def test_the_loss_of_an_answer_is_one_when_wrong_or_when_there_is_none_to_give() -> None:
    assert metrics.selective_loss(WITH_EVIDENCE, answer("It lasts 25 years.")) == 0.0
    assert metrics.selective_loss(WITH_EVIDENCE, answer("It lasts.")) == 1.0
    assert metrics.selective_loss(UNANSWERABLE, answer("It lasts.")) == 1.0


@pytest.mark.parametrize(
    ("asked", "given"), [(WITH_EVIDENCE, refusal()), (WITH_EVIDENCE, NOTHING), (UNJUDGED, answer("x"))]
)
def test_the_loss_is_not_judged_of_refusals_errors_and_unknown_answers(asked: EvalCase, given: Prediction) -> None:
    assert metrics.selective_loss(asked, given) is None


AMOUNT = case(answers=("£45m", "£45 million"), evidence=(Evidence("a.txt", "A fund of £45m, and £10m more."),))


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("A fund of £45 million.", 1.0),
        ("A fund of £45m, and £10m more.", 1.0),  # the other amount stands in the evidence
        ("A fund of £45m for 30 firms in 2012.", 1.0),  # other kinds of figures do not compete with it
        ("A fund of £54m.", 0.0),
        ("A fund of £45m, or £46m.", 0.0),  # right and wrong
        ("A fund.", 0.0),
    ],
)
def test_figures_match_when_all_are_there_and_none_is_wrong(text: str, score: float) -> None:
    assert metrics.figure_match(AMOUNT, answer(text)) == score


def test_every_required_figure_is_needed() -> None:
    both = case(required=(("£5m",), ("2019", "nineteen"), ("Leeds",)))
    assert metrics.figure_match(both, answer("It was £5m in 2019.")) == 1.0
    assert metrics.figure_match(both, answer("It was £5m in Leeds.")) == 0.0


def test_a_year_does_not_compete_with_a_number() -> None:
    assert metrics.figure_match(case(answers=("25 years",)), answer("From 2012 on it lasts 25 years.")) == 1.0
    assert metrics.figure_match(case(answers=("2012",)), answer("In 2013, after 2012.")) == 0.0


def test_a_figure_of_the_question_is_not_wrong() -> None:
    asked = case(question="Is it £9m?", answers=("£8m",))
    assert metrics.figure_match(asked, answer("Not £9m, but £8m.")) == 1.0


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (AMOUNT, refusal()),
        (UNANSWERABLE, answer("£4m")),
        (case(answers=("Leeds",)), answer("£4m")),
        (UNJUDGED, NOTHING),
    ],
)
def test_figures_are_not_judged_of_refusals_and_without_gold_figures(asked: EvalCase, given: Prediction) -> None:
    assert metrics.figure_match(asked, given) is None


LIST = case(required=(("Leeds",), ("Newcastle", "the Accelerator"), ("Hull",)))


def test_a_list_is_scored_by_its_items() -> None:
    # Two of three items; two of four sentences hold one: P = 1/2, R = 2/3, F1 = 4/7.
    given = answers(("Leeds.", []), ("York.", []), ("The Accelerator.", []), ("Bath.", []))
    scores = metrics.list_scores(LIST, given)
    assert scores == {
        "list_precision": 0.5,
        "list_recall": pytest.approx(2 / 3),
        "list_f1": pytest.approx(4 / 7),
    }


def test_a_list_in_one_sentence_is_precise() -> None:
    scores = metrics.list_scores(LIST, answer("Leeds, Hull and Newcastle."))
    assert set(scores.values()) == {1.0}


def test_a_list_without_any_item_scores_zero() -> None:
    assert set(metrics.list_scores(LIST, answer("York.")).values()) == {0.0}


def test_the_list_of_a_question_that_failed_is_incomplete_but_not_imprecise() -> None:
    assert metrics.list_scores(LIST, NOTHING) == {"list_precision": None, "list_recall": 0.0, "list_f1": 0.0}


@pytest.mark.parametrize(
    ("asked", "given"),
    [(LIST, refusal()), (case(required=(("Leeds",),)), answer("Leeds.")), (UNJUDGED, answer("Leeds."))],
)
def test_lists_are_not_judged_of_refusals_and_of_single_items(asked: EvalCase, given: Prediction) -> None:
    assert set(metrics.list_scores(asked, given).values()) == {None}


def test_a_text_holds_the_gold_when_it_holds_an_answer_or_all_of_its_amounts() -> None:
    asked = case(answers=("a fund of £1.5bn run by the LEP", "five"))
    assert metrics.holds_gold(asked, "The LEP has £1,500 million.")
    assert metrics.holds_gold(asked, "There are 5.")
    assert not metrics.holds_gold(asked, "A fund of £1.4bn run by the LEP.")


def test_the_brier_score_is_the_squared_distance_of_confidence_and_outcome() -> None:
    assert metrics.brier_score(WITH_EVIDENCE, answer("25 years", confidence=0.8)) == pytest.approx(0.04)
    assert metrics.brier_score(WITH_EVIDENCE, answer("20 years", confidence=0.8)) == pytest.approx(0.64)
    assert metrics.brier_score(WITH_EVIDENCE, refusal(confidence=0.8)) is None
    assert metrics.brier_score(WITH_EVIDENCE, NOTHING) is None


def test_the_mean_brier_score_agrees_with_scikit_learn() -> None:
    draw = np.random.default_rng(3)
    confidences = [round(draw.random(), 3) for _ in range(60)]
    right = [bool(draw.random() < confidence) for confidence in confidences]
    scores = [
        metrics.brier_score(WITH_EVIDENCE, answer("25 years" if is_right else "no", confidence=confidence))
        for confidence, is_right in zip(confidences, right, strict=True)
    ]
    assert mean(scores).mean == pytest.approx(brier_score_loss(right, confidences), abs=1e-4)
