from __future__ import annotations

import pytest
from eval_contract import FIRST, SECOND, TEXTS, answer, answers, case, citation, prediction, refusal

from dealqa.evaluation.cases import EvalCase
from dealqa.evaluation.citation_metrics import citation_precision, citation_recall, evidence_cited, quote_validity
from dealqa.evaluation.contract import NOTHING, Prediction

WITH_EVIDENCE = case(evidence=(FIRST, SECOND), answers=("25 years",))
UNANSWERABLE = case(answerable=False)
UNJUDGED = case()


def test_quotes_are_valid_when_they_are_the_text_at_their_offsets() -> None:
    shifted = citation(5, 30, quote=TEXTS["a.txt"][0:25])
    assert quote_validity(answer("x", citation(0, 25), shifted), TEXTS) == 0.5


def test_a_quote_from_an_unknown_document_is_not_valid() -> None:
    assert quote_validity(answer("x", citation(0, 4, "gone.txt", "Gone")), TEXTS) == 0.0


def test_an_empty_quote_is_not_valid() -> None:
    assert quote_validity(answer("x", citation(3, 3)), TEXTS) == 0.0


def test_quote_validity_is_not_judged_without_citations() -> None:
    assert quote_validity(refusal(), TEXTS) is None


def test_citation_precision_leaves_out_citations_that_their_sentence_does_not_need() -> None:
    # Four citations of one sentence, two of them on evidence: those two support alone, the other two are irrelevant.
    given = answer("x", citation(26, 44), citation(45, 57), citation(0, 25), citation(0, 9, "b.txt"))
    assert citation_precision(WITH_EVIDENCE, given, TEXTS) == 0.5


def test_citations_of_an_unsupported_sentence_are_not_precise() -> None:
    given = answers(("x", [citation(26, 44)]), ("y", [citation(45, 57)]))
    assert citation_precision(WITH_EVIDENCE, given, TEXTS) == 0.5
    assert citation_recall(WITH_EVIDENCE, given, TEXTS) == 0.5


def test_citation_recall_is_the_share_of_sentences_that_are_supported() -> None:
    given = answers(("x", [citation(0, 25), citation(45, 57)]), ("y", [citation(26, 44)]), ("z", []))
    assert citation_recall(WITH_EVIDENCE, given, TEXTS) == pytest.approx(2 / 3)


def test_a_quote_supports_outside_of_the_evidence_when_it_holds_all_that_is_required() -> None:
    asked = case(evidence=(FIRST,), required=(("25 years",),))
    assert citation_precision(asked, answer("x", citation(26, 44)), TEXTS) == 1.0
    asked = case(evidence=(FIRST,), required=(("25 years",), ("Leeds",)))
    assert citation_precision(asked, answer("x", citation(26, 44)), TEXTS) == 0.0


def test_citations_that_only_together_hold_what_is_required_are_all_needed() -> None:
    asked = case(evidence=(FIRST,), required=(("25 years",), ("Leeds",)))
    given = answer("x", citation(26, 44), citation(45, 57))
    assert citation_precision(asked, given, TEXTS) == 1.0
    assert citation_recall(asked, given, TEXTS) == 1.0


def test_a_citation_that_does_not_exist_counts_against_precision_and_recall() -> None:
    given = answer("x", citation(26, 44, quote="It lasts 99 years."))
    assert citation_precision(WITH_EVIDENCE, given, TEXTS) == 0.0
    assert citation_recall(WITH_EVIDENCE, given, TEXTS) == 0.0


def test_a_number_that_no_citation_has_counts_against_precision() -> None:
    given = answer("x", citation(26, 44))
    given["sentences"][0]["citations"].append(7)
    assert citation_precision(WITH_EVIDENCE, given, TEXTS) == 0.5
    assert citation_recall(WITH_EVIDENCE, given, TEXTS) == 1.0


def test_a_citation_that_no_sentence_names_counts_unless_it_supports_alone() -> None:
    given = answer("x", citation(26, 44), citation(0, 9, "b.txt"))
    given["sentences"][0]["citations"] = [1]
    assert citation_precision(WITH_EVIDENCE, given, TEXTS) == 0.5


def test_an_answer_without_sentences_is_judged_as_one() -> None:
    given = prediction(answer="x [1]", citations=[citation(26, 44)])
    assert citation_precision(WITH_EVIDENCE, given, TEXTS) == 1.0
    assert citation_recall(WITH_EVIDENCE, given, TEXTS) == 1.0


def test_evidence_cited_is_the_share_of_evidence_that_citations_cover() -> None:
    assert evidence_cited(WITH_EVIDENCE, answer("x", citation(26, 44)), TEXTS) == 0.5
    assert evidence_cited(WITH_EVIDENCE, answer("x", citation(0, 44)), TEXTS) == 1.0
    assert evidence_cited(WITH_EVIDENCE, answer("x"), TEXTS) == 0.0


def test_evidence_that_says_the_same_needs_to_be_cited_once() -> None:
    grouped = case(evidence=(FIRST, SECOND), groups=((0, 1),))
    assert evidence_cited(grouped, answer("x", citation(26, 44)), TEXTS) == 1.0


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (WITH_EVIDENCE, refusal()),
        (WITH_EVIDENCE, NOTHING),
        (UNANSWERABLE, answer("x", citation(0, 25))),
        (UNJUDGED, answer("x", citation(0, 25))),
    ],
)
def test_citations_are_not_judged_without_an_answer_and_evidence(asked: EvalCase, given: Prediction) -> None:
    assert citation_precision(asked, given, TEXTS) is None
    assert citation_recall(asked, given, TEXTS) is None
    assert evidence_cited(asked, given, TEXTS) is None
