from __future__ import annotations

from math import log2

import pytest
from eval_contract import FIRST, SECOND, TEXTS, answer, case, citation, hit, prediction, refusal

from dealqa.evaluation import metrics
from dealqa.evaluation.cases import EvalCase
from dealqa.evaluation.metrics import NOTHING

MISS = hit("b.txt", 0, 10)
HIT_FIRST = hit("a.txt", 0, 20)
HIT_SECOND = hit("a.txt", 30, 40)
HIT_BOTH = hit("a.txt", 0, 50)
WITH_EVIDENCE = case(evidence=(FIRST, SECOND), answers=("25 years",))
UNANSWERABLE = case(answerable=False)
UNJUDGED = case()  # answerable, but nothing is known of the answer


def ranked(*hits: dict[str, object], of: EvalCase = WITH_EVIDENCE) -> dict[str, float | None]:
    return metrics.ranking([of], [prediction(hits=list(hits))])[0]


def test_hit_at_k_asks_whether_one_of_the_first_k_hits_meets_evidence() -> None:
    scores = ranked(MISS, HIT_FIRST)
    assert (scores["hit@1"], scores["hit@5"], scores["hit@10"]) == (0.0, 1.0, 1.0)


def test_hit_at_five_does_not_see_rank_six() -> None:
    scores = ranked(*[MISS] * 5, HIT_FIRST)
    assert (scores["hit@5"], scores["hit@10"]) == (0.0, 1.0)


def test_the_reciprocal_rank_is_that_of_the_first_hit_that_meets_evidence() -> None:
    assert ranked(MISS, MISS, HIT_FIRST, HIT_SECOND)["mrr"] == pytest.approx(1 / 3)


def test_the_reciprocal_rank_is_zero_when_no_hit_meets_evidence() -> None:
    assert ranked(MISS)["mrr"] == 0.0
    assert ranked()["mrr"] == 0.0


def test_hits_below_rank_64_are_not_judged() -> None:
    assert ranked(*[MISS] * 64, HIT_FIRST)["mrr"] == 0.0


def test_ndcg_is_the_discounted_gain_over_the_ideal() -> None:
    # The two pieces at ranks 2 and 3: (1/log2(3) + 1/log2(4)) / (1/log2(2) + 1/log2(3)).
    expected = (1 / log2(3) + 1 / 2) / (1 + 1 / log2(3))
    assert ranked(MISS, HIT_FIRST, HIT_SECOND)["ndcg@10"] == pytest.approx(expected)


def test_ndcg_counts_a_second_hit_on_the_same_evidence_as_a_miss() -> None:
    # FIRST at rank 1, once more at 2, SECOND at 3: (1 + 1/log2(4)) / (1 + 1/log2(3)).
    assert ranked(HIT_FIRST, HIT_FIRST, HIT_SECOND)["ndcg@10"] == pytest.approx(1.5 / (1 + 1 / log2(3)))


def test_one_hit_that_meets_all_evidence_first_is_ideal() -> None:
    assert ranked(HIT_BOTH, MISS)["ndcg@10"] == pytest.approx(1.0)


@pytest.mark.parametrize("unjudged", [UNANSWERABLE, UNJUDGED, case(answerable=False, evidence=(FIRST,))])
def test_ranking_has_nothing_to_judge_without_answer_or_evidence(unjudged: EvalCase) -> None:
    assert set(ranked(HIT_FIRST, of=unjudged).values()) == {None}


def test_each_case_of_many_gets_its_own_ranking() -> None:
    found = metrics.ranking(
        [WITH_EVIDENCE, UNANSWERABLE, WITH_EVIDENCE],
        [prediction(hits=[MISS]), prediction(), prediction(hits=[HIT_FIRST])],
    )
    assert [scores["hit@1"] for scores in found] == [0.0, None, 1.0]


def test_recall_is_the_share_of_evidence_that_the_first_k_hits_meet() -> None:
    found = prediction(hits=[HIT_FIRST, MISS, HIT_SECOND])
    assert metrics.recall_at(WITH_EVIDENCE, found, 2) == 0.5
    assert metrics.recall_at(WITH_EVIDENCE, found, 3) == 1.0
    assert metrics.recall_at(UNANSWERABLE, found, 3) is None


def test_evidence_that_says_the_same_needs_to_be_found_and_cited_once() -> None:
    grouped = case(evidence=(FIRST, SECOND), groups=((0, 1),))
    found = answer("x", citation(26, 44), hits=[HIT_SECOND, MISS])
    assert metrics.recall_at(grouped, found, 5) == 1.0
    assert metrics.citation_recall(grouped, found, TEXTS) == 1.0
    assert metrics.ranking([grouped], [found])[0]["ndcg@10"] == pytest.approx(1.0)


def test_wrong_documents_are_the_share_of_hits_from_documents_without_evidence() -> None:
    found = prediction(hits=[HIT_FIRST, MISS, MISS, hit("a.txt", 50, 57)])
    assert metrics.wrong_documents_at(WITH_EVIDENCE, found, 1) == 0.0
    assert metrics.wrong_documents_at(WITH_EVIDENCE, found, 5) == 0.5


def test_wrong_documents_are_not_judged_when_the_question_names_its_document() -> None:
    scoped = case(evidence=(FIRST,), scope="a.txt")
    assert metrics.wrong_documents_at(scoped, prediction(hits=[HIT_FIRST]), 5) is None


def test_wrong_documents_are_not_judged_without_hits() -> None:
    assert metrics.wrong_documents_at(WITH_EVIDENCE, prediction(), 5) is None


def test_the_answers_text_is_free_of_citation_numbers() -> None:
    assert metrics.answer_text(prediction(answer="It lasts 25 years [1][2, 3].")) == "It lasts 25 years."
    assert metrics.answer_text(answer("It lasts [1].")) == "It lasts."


def test_a_refusals_message_is_no_answer() -> None:
    assert metrics.answer_text(refusal()) == ""


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


def test_quotes_are_valid_when_they_are_the_text_at_their_offsets() -> None:
    shifted = citation(5, 30, quote=TEXTS["a.txt"][0:25])
    assert metrics.quote_validity(answer("x", citation(0, 25), shifted), TEXTS) == 0.5


def test_a_quote_from_an_unknown_document_is_not_valid() -> None:
    assert metrics.quote_validity(answer("x", citation(0, 4, "gone.txt", "Gone")), TEXTS) == 0.0


def test_an_empty_quote_is_not_valid() -> None:
    assert metrics.quote_validity(answer("x", citation(3, 3)), TEXTS) == 0.0


def test_quote_validity_is_not_judged_without_citations() -> None:
    assert metrics.quote_validity(refusal(), TEXTS) is None


def test_citation_precision_is_the_share_of_citations_that_overlap_evidence() -> None:
    given = answer("x", citation(26, 44), citation(45, 57), citation(0, 25), citation(0, 9, "b.txt"))
    assert metrics.citation_precision(WITH_EVIDENCE, given, TEXTS) == 0.5


def test_a_citation_that_does_not_exist_counts_against_precision_and_recall() -> None:
    given = answer("x", citation(26, 44, quote="It lasts 99 years."))
    assert metrics.citation_precision(WITH_EVIDENCE, given, TEXTS) == 0.0
    assert metrics.citation_recall(WITH_EVIDENCE, given, TEXTS) == 0.0


def test_citation_recall_is_the_share_of_evidence_that_citations_cover() -> None:
    assert metrics.citation_recall(WITH_EVIDENCE, answer("x", citation(26, 44)), TEXTS) == 0.5
    assert metrics.citation_recall(WITH_EVIDENCE, answer("x", citation(0, 44)), TEXTS) == 1.0
    assert metrics.citation_recall(WITH_EVIDENCE, answer("x"), TEXTS) == 0.0


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (WITH_EVIDENCE, refusal()),
        (WITH_EVIDENCE, NOTHING),
        (UNANSWERABLE, answer("x", citation(0, 25))),
        (UNJUDGED, answer("x", citation(0, 25))),
    ],
)
def test_citations_are_not_judged_without_an_answer_and_evidence(asked: EvalCase, given: metrics.Prediction) -> None:
    assert metrics.citation_precision(asked, given, TEXTS) is None
    assert metrics.citation_recall(asked, given, TEXTS) is None


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
def test_the_loss_is_not_judged_of_refusals_errors_and_unknown_answers(
    asked: EvalCase, given: metrics.Prediction
) -> None:
    assert metrics.selective_loss(asked, given) is None
