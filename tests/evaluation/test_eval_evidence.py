from __future__ import annotations

import pytest
from eval_contract import FIRST, SECOND, hit

from dealqa.errors import SuiteError
from dealqa.evaluation import Evidence
from dealqa.evaluation.evidence import first_ranks, is_judgeable, is_met, locate, resolve

PDF_TEXT = "Fund of\n£45 million.\n\nFund of £45\nmillion."
PAGES = {1: (0, 20), 2: (22, 42)}


def test_a_hit_that_shares_one_character_meets_the_evidence() -> None:
    assert is_met(FIRST, hit("a.txt", 24, 40))


def test_a_hit_that_only_touches_the_evidence_does_not_meet_it() -> None:
    assert not is_met(FIRST, hit("a.txt", 25, 40))
    assert not is_met(SECOND, hit("a.txt", 0, 26))


def test_the_same_offsets_in_another_document_do_not_meet_it() -> None:
    assert not is_met(FIRST, hit("b.txt", 0, 25))


def test_evidence_without_offsets_is_met_by_its_page() -> None:
    evidence = Evidence("a.pdf", "x", page=2)
    assert is_met(evidence, hit("a.pdf", 0, 5, page=2))
    assert not is_met(evidence, hit("a.pdf", 0, 5, page=1))


def test_evidence_with_neither_offsets_nor_page_is_met_by_nothing() -> None:
    evidence = Evidence("a.pdf", "x")
    assert not is_judgeable(evidence)
    assert not is_met(evidence, hit("a.pdf", 0, 5))


def test_words_are_located_whatever_blanks_part_them() -> None:
    assert locate("Fund of £45 million.", PDF_TEXT) == (0, 20)


def test_words_are_located_on_the_page_that_is_named() -> None:
    assert resolve(Evidence("a.pdf", "Fund of £45 million.", page=2), PDF_TEXT, PAGES).start == 22


def test_words_that_are_not_on_the_named_page_are_located_elsewhere() -> None:
    found = resolve(Evidence("a.pdf", "Fund of £45 million.", page=3), PDF_TEXT, PAGES)
    assert (found.start, found.end) == (0, 20)


def test_offsets_that_hold_are_kept_even_when_the_words_stand_earlier_too() -> None:
    evidence = Evidence("a.txt", "ab", 3, 5)
    assert resolve(evidence, "ab ab") == evidence


def test_offsets_that_do_not_hold_are_replaced_by_the_place_of_the_words() -> None:
    found = resolve(Evidence("a.html", "waits", 0, 5), "Leeds waits.")
    assert (found.start, found.end) == (6, 11)


def test_of_several_places_the_one_nearest_to_the_given_offsets_is_taken() -> None:
    found = resolve(Evidence("a.txt", "ab", 7, 9), "ab cd ab ab")
    assert (found.start, found.end) == (6, 8)


def test_words_are_located_without_the_characters_that_reading_takes_out() -> None:
    found = resolve(Evidence("a.txt", "cafe\u0301 no\u200bir", 0, 12), "le caf\u00e9 noir")
    assert (found.start, found.end) == (3, 12)


def test_words_that_are_nowhere_leave_the_page_only() -> None:
    found = resolve(Evidence("a.pdf", "never said", 0, 10, page=1), PDF_TEXT, PAGES)
    assert (found.start, found.end, found.page) == (None, None, 1)


def test_evidence_in_a_document_that_is_not_indexed_can_be_met_by_nothing() -> None:
    assert not is_judgeable(resolve(Evidence("a.pdf", "x", 0, 1, page=1), None))


def test_locating_nothing_is_an_error() -> None:
    with pytest.raises(SuiteError, match="is empty"):
        locate(" ", "text")


def test_each_piece_of_evidence_has_the_rank_of_the_first_hit_that_meets_it() -> None:
    hits = [hit("b.txt", 0, 9), hit("a.txt", 30, 50), hit("a.txt", 0, 50)]
    assert first_ranks(((FIRST,), (SECOND,), (Evidence("c.txt", "x", 0, 1),)), hits) == (3, 2, None)


def test_a_group_has_the_rank_of_the_first_hit_that_meets_one_of_it() -> None:
    assert first_ranks(((FIRST, SECOND),), [hit("a.txt", 30, 40), hit("a.txt", 0, 9)]) == (1,)
