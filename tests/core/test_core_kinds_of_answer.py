"""The figure that answers stands in front, where the sentence leaves no doubt which one it is."""

from __future__ import annotations

import pytest

from dealqa.answering.weighing.kinds_of_answer import figure_asked_for, has_answer_type, wanted_figures
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


@pytest.mark.parametrize(
    ("question", "text", "values"),
    [
        ("How many homes are built?", "It brings 15,000 jobs, of which 8,800 are in engineering.", []),
        ("How many homes are built?", "It brings 15,000 jobs and 300 homes.", ["300"]),
        ("How many homes are built?", "The deal of 2014 had 5,200.", ["5200"]),
        ("How many homes does the Northport City Deal build?", "Northport | 3,500 | –", ["3500"]),
        ("Who plans more homes, Northport or Southport?", "Who decides | a board of 12 | the council", []),
        ("How many young people are helped?", "Help for young people aged 16 and 17 goes to 300.", ["300"]),
        (
            "How much floor space does the Northport City Deal offer?",
            "The yard offers 32,400 square metres.",
            ["32400"],
        ),
        ("Which trains more apprentices, Leeds or Hull?", "It supports 2,800 tenants in Hull.", []),
        ("How many councils take part?", "Two governments sit at the table.", []),
        ("How many northerners had heard of it?", "44% of people in the North had heard of it.", ["44%"]),
        ("How many loans are repaid?", "Loans are repaid at a rate of 5%.", []),
        ("How many apprenticeships are there?", "Of 1,500 young people 540 of them find work.", []),
        ("How many jobless people are helped?", "The deal brings 15,000 jobs, 8,800 of them in engineering.", []),
        ("How many jobless people are helped?", "It brings 15,000 jobs and helps 300 local young people.", ["300"]),
        ("How many adults are helped?", "It brings 15,000 jobs, 8,800 in building, and helps 300 people.", ["300"]),
        ("How many residents are helped?", "The site has 80 hectares.", []),
        ("How many people find a job?", "The deal brings 15,000 jobs.", ["15000"]),
        ("How much heat does the network give?", "It delivers 45 GWh a year and saves 10,000 tonnes.", ["45"]),
    ],
    ids=[
        "other things",
        "both",
        "nothing named",
        "a cell",
        "within a cell",
        "ages",
        "space",
        "tenants",
        "others",
        "a share of people",
        "a rate",
        "some of others",
        "jobs are nobody",
        "people beside jobs",
        "people behind another figure",
        "a measure is nobody",
        "people at work",
        "heat",
    ],
)
def test_a_number_counts_what_is_asked_for(question: str, text: str, values: list[str]) -> None:
    assert [figure.value for figure in wanted_figures(analyse(question), text)] == values


@pytest.mark.parametrize(
    ("text", "found"), [("It has a fund, a hub and a board.", (True, True)), ("It has a fund.", (False, False))]
)
def test_a_sentence_that_enumerates_is_a_list_and_no_other_is_held_against_it(
    text: str, found: tuple[bool, bool]
) -> None:
    assert has_answer_type(analyse("What are the parts of the deal?"), text) == found


def test_who_asks_for_the_parts_of_a_city_deal_asks_for_no_cities() -> None:
    parts = "The deal has a fund, a hub and a board."
    assert has_answer_type(analyse("What are the parts of the Leeds City Deal?"), parts) == (True, True)
    assert has_answer_type(analyse("Which parts of the city region have hubs?"), parts) == (True, True)
    assert has_answer_type(analyse("List the cities with hubs."), parts) == (True, False)


def test_a_sentence_that_counts_other_things_has_not_the_kind_of_answer() -> None:
    assert has_answer_type(analyse("How many homes are built?"), "It brings 15,000 jobs by 2025.") == (True, False)
