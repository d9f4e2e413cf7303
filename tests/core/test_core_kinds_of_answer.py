"""The figure that answers stands in front, where the sentence leaves no doubt which one it is."""

from __future__ import annotations

import pytest

from dealqa.answering.kinds_of_answer import figure_asked_for
from dealqa.understanding import analyse

SITES = "There are over 250 sites of vacant land covering 400 hectares, and around 160,000 people live there."


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("How many vacant sites are there?", "over 250"),
        ("How many hectares of land are vacant?", "400"),
        ("How many people live there?", "around 160,000"),
        ("In how many countries is it?", ""),
    ],
)
def test_of_several_numbers_the_one_that_counts_what_is_asked_for_stands_in_front(question: str, figure: str) -> None:
    assert figure_asked_for(analyse(question), SITES) == figure


def test_of_two_numbers_of_the_same_thing_none_stands_in_front() -> None:
    assert (
        figure_asked_for(analyse("How many homes are built?"), "They build 300 homes here and 500 homes there.") == ""
    )
