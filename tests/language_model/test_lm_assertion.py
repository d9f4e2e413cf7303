"""What somebody said, hoped or printed is not given as a fact, and a deadline is not given as what was done."""

from __future__ import annotations

import pytest

from dealqa.answering.language_model.support.assertion import attribution_left_out, deadline_as_done

WORTH = "The Norport deal is worth £450m."


@pytest.mark.parametrize(
    ("statement", "sentence", "whose"),
    [
        (WORTH, "The trade press gave the two funds of Norport together as worth £450m.", "press"),
        (WORTH, "A local paper's critics put the Norport deal at £450m, and called it late.", "critics"),
        (WORTH, "By the ministerial statement the Norport deal is worth £450m.", "statement"),
        (WORTH, "According to one estimate the Norport deal is worth £450m.", "estimate"),
        (WORTH, "Ministers hoped that the Norport deal would be worth £450m.", "hoped"),
        ("The zone brings 1,500 jobs.", "The promoters of the zone expect 1,500 jobs.", "promoters"),
        ("The hub eases a difficulty.", "One commentator thought that the hub eases a difficulty.", "thought"),
    ],
)
def test_whose_word_it_is_is_missed(statement: str, sentence: str, whose: str) -> None:
    assert attribution_left_out(statement, sentence) == whose


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("The press gave £450m for the Norport deal.", "The trade press gave £450m for the Norport deal."),
        ("Reportedly the Norport deal is worth £450m.", "The trade press gave the Norport deal as worth £450m."),
        ("Promoters of the zone expect 1,500 jobs.", "The promoters of the zone expect 1,500 jobs."),
        ("A commentator said that the hub helps.", "One commentator thought that the hub helps."),
        (WORTH, "The Norport deal is worth £450m, and a press office opens in May."),
        ("The board reports to the council.", "The board reports to the council twice a year."),
        ("Norport builds a press for £3m.", "By 2014 Norport builds a press for £3m."),
    ],
)
def test_who_gives_it_as_somebodys_word_is_believed(statement: str, sentence: str) -> None:
    assert attribution_left_out(statement, sentence) is None


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("The river was cleaned up by 2045.", "Cleaning the river | studies, by 2045"),
        ("First customers have been connected by March 2028.", "First customers are expected by March 2028."),
    ],
)
def test_a_deadline_is_not_given_as_what_was_done(statement: str, sentence: str) -> None:
    assert deadline_as_done(statement, sentence) is not None


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("The river is to be cleaned up by 2045.", "Cleaning the river | studies, by 2045"),
        ("1,102 young people had been helped by November 2015.", "By November 2015 it had helped 1,102 young people."),
        ("The deal was signed in July 2012.", "The deal | signed in July 2012"),
        ("First customers are expected by 2028.", "First customers are expected by 2028."),
    ],
)
def test_what_was_done_by_a_date_may_be_said(statement: str, sentence: str) -> None:
    assert deadline_as_done(statement, sentence) is None
