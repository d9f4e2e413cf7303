"""What somebody said, hoped or printed is not given as a fact."""

from __future__ import annotations

import pytest

from dealqa.answering.language_model.attribution import attribution_left_out

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
