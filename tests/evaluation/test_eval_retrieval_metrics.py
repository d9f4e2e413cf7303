from __future__ import annotations

from math import log2

import pytest
from eval_contract import FIRST, SECOND, answer, case, citation, hit, prediction
from hypothesis import given
from hypothesis import strategies as st

from dealqa.evaluation.cases import EvalCase, Evidence
from dealqa.evaluation.retrieval_metrics import (
    characters_at,
    other_deals_at,
    ranking,
    recall_at,
    wrong_documents_at,
)

MISS = hit("b.txt", 0, 10)
HIT_FIRST = hit("a.txt", 0, 20)
HIT_SECOND = hit("a.txt", 30, 40)
HIT_BOTH = hit("a.txt", 0, 50)
WITH_EVIDENCE = case(evidence=(FIRST, SECOND), answers=("25 years",))
UNANSWERABLE = case(answerable=False)
UNJUDGED = case()  # answerable, but nothing is known of the answer


def ranked(*hits: dict[str, object], of: EvalCase = WITH_EVIDENCE) -> dict[str, float | None]:
    return ranking([of], [prediction(hits=list(hits))])[0]


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
    found = ranking(
        [WITH_EVIDENCE, UNANSWERABLE, WITH_EVIDENCE],
        [prediction(hits=[MISS]), prediction(), prediction(hits=[HIT_FIRST])],
    )
    assert [scores["hit@1"] for scores in found] == [0.0, None, 1.0]


def test_recall_is_the_share_of_evidence_that_the_first_k_hits_meet() -> None:
    found = prediction(hits=[HIT_FIRST, MISS, HIT_SECOND])
    assert recall_at(WITH_EVIDENCE, found, 2) == 0.5
    assert recall_at(WITH_EVIDENCE, found, 3) == 1.0
    assert recall_at(UNANSWERABLE, found, 3) is None


def test_evidence_that_says_the_same_needs_to_be_found_and_cited_once() -> None:
    grouped = case(evidence=(FIRST, SECOND), groups=((0, 1),))
    found = answer("x", citation(26, 44), hits=[HIT_SECOND, MISS])
    assert recall_at(grouped, found, 5) == 1.0
    assert ranking([grouped], [found])[0]["ndcg@10"] == pytest.approx(1.0)


def test_wrong_documents_are_the_share_of_hits_from_documents_without_evidence() -> None:
    found = prediction(hits=[HIT_FIRST, MISS, MISS, hit("a.txt", 50, 57)])
    assert wrong_documents_at(WITH_EVIDENCE, found, 1) == 0.0
    assert wrong_documents_at(WITH_EVIDENCE, found, 5) == 0.5


def test_wrong_documents_are_not_judged_when_the_question_names_its_document() -> None:
    scoped = case(evidence=(FIRST,), scope="a.txt")
    assert wrong_documents_at(scoped, prediction(hits=[HIT_FIRST]), 5) is None


def test_documents_on_other_deals_are_told_from_those_on_the_right_one_without_evidence() -> None:
    hits = [{**MISS, "deals": deals} for deals in (["Leeds"], ["Hull"], [], ["Hull", "Leeds"])]
    found = prediction(hits=hits, understood={"deals": ["Leeds"]})
    assert other_deals_at(WITH_EVIDENCE, found, 5) == 0.25


@pytest.mark.parametrize(
    "found",
    [
        prediction(hits=[{**MISS, "deals": ["Hull"]}], understood={"deals": []}),
        prediction(hits=[], understood={"deals": ["Leeds"]}),
        prediction(hits=[MISS], understood={"deals": ["Leeds"]}),
    ],
    ids=["no deal is named", "no hits", "an older version"],
)
def test_documents_on_other_deals_are_not_judged_without_deals_or_hits(found: dict[str, object]) -> None:
    assert other_deals_at(WITH_EVIDENCE, found, 5) is None


def test_wrong_documents_are_not_judged_without_hits() -> None:
    assert wrong_documents_at(WITH_EVIDENCE, prediction(), 5) is None


def test_characters_are_counted_over_the_passages_and_the_gold_spans() -> None:
    # Gold [0, 25) and [26, 44): 43 characters. Retrieved [0, 20) and [30, 40), then ten of another document.
    found = prediction(hits=[HIT_FIRST, HIT_SECOND, MISS])
    scores = characters_at(WITH_EVIDENCE, found, (1, 2, 4))
    assert scores == {
        "char_precision@1": 1.0,
        "char_recall@1": pytest.approx(20 / 43),
        "char_precision@2": 1.0,
        "char_recall@2": pytest.approx(30 / 43),
        "char_precision@4": pytest.approx(30 / 40),
        "char_recall@4": pytest.approx(30 / 43),
    }


def test_a_passage_longer_than_the_evidence_is_not_precise() -> None:
    scores = characters_at(case(evidence=(SECOND,)), prediction(hits=[HIT_BOTH]), (1,))
    assert scores == {"char_precision@1": pytest.approx(18 / 50), "char_recall@1": 1.0}


def test_a_character_in_two_passages_counts_once() -> None:
    found = prediction(hits=[hit("a.txt", 0, 20), hit("a.txt", 10, 30)])
    scores = characters_at(case(evidence=(FIRST,)), found, (2,))
    assert scores == {"char_precision@2": pytest.approx(25 / 30), "char_recall@2": 1.0}


def test_of_places_that_say_the_same_the_best_covered_one_counts_for_recall() -> None:
    grouped = case(evidence=(FIRST, SECOND), groups=((0, 1),))
    scores = characters_at(grouped, prediction(hits=[hit("a.txt", 20, 44)]), (1,))
    # All of SECOND (18) and five characters of FIRST, which is as good for precision.
    assert scores == {"char_precision@1": pytest.approx(23 / 24), "char_recall@1": 1.0}


def _as_legal_bench_rag(spans: list[tuple[str, int, int]], gold: list[tuple[str, int, int]]) -> tuple[float, float]:
    """Precision and recall as the paper's equations say, character by character."""
    retrieved = [(doc, place) for doc, start, end in spans for place in range(start, end)]
    relevant = {(doc, place) for doc, start, end in gold for place in range(start, end)}
    common = sum(place in relevant for place in retrieved)
    return common / len(retrieved), common / len(relevant)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.integers(1, 9)), min_size=1, max_size=6))
def test_characters_agree_with_counting_them_one_by_one(cells: list[tuple[str, int, int]]) -> None:
    # Passages of up to ten characters that do not overlap, as in the paper.
    unique = {(f"{name}.txt", cell): length for name, cell, length in cells}
    spans = [(doc, cell * 10, cell * 10 + length) for (doc, cell), length in unique.items()]
    scores = characters_at(WITH_EVIDENCE, prediction(hits=[hit(*span) for span in spans]), (64,))
    expected = _as_legal_bench_rag(spans, [(piece.doc, piece.start or 0, piece.end or 0) for piece in (FIRST, SECOND)])
    assert (scores["char_precision@64"], scores["char_recall@64"]) == pytest.approx(expected)


@pytest.mark.parametrize("unjudged", [UNANSWERABLE, UNJUDGED, case(evidence=(Evidence("a.pdf", "x", page=1),))])
def test_characters_are_not_judged_without_evidence_whose_place_is_known(unjudged: EvalCase) -> None:
    assert set(characters_at(unjudged, prediction(hits=[HIT_FIRST])).values()) == {None}


def test_without_hits_there_is_no_precision_but_a_recall_of_zero() -> None:
    assert characters_at(WITH_EVIDENCE, prediction(), (1,)) == {"char_precision@1": None, "char_recall@1": 0.0}


def test_the_ranking_agrees_with_the_formulas_computed_by_hand_for_any_order() -> None:
    # One relevant item at rank r: 1/r, and 1/log2(r + 1) as the ideal puts it first.
    for rank in range(1, 11):
        scores = ranked(*[MISS] * (rank - 1), HIT_FIRST, of=case(evidence=(FIRST,)))
        assert scores["mrr"] == pytest.approx(1 / rank)
        assert scores["ndcg@10"] == pytest.approx(1 / log2(rank + 1))
