"""Of names that a sentence gives together, a statement gives all, or those that were asked about, and no others."""

from __future__ import annotations

import pytest

from dealqa.answering.language_model.support.completeness import change_places, left_out, put_together

ANNOUNCED = "Ada Brook and Tom Field announced the Norwich deal in July."
PAYS = "The UK Government, the Scottish Government and Perth City Council pay for it."


@pytest.mark.parametrize(
    ("statement", "sentence", "question", "missing"),
    [
        ("Ada Brook announced the Norwich deal.", ANNOUNCED, "Who announced the Norwich deal?", "Tom Field"),
        ("Brook announced it.", ANNOUNCED, "Who announced the Norwich deal?", "Tom Field"),
        ("The UK Government pays for it.", PAYS, "Who pays?", "Scottish Government"),
        ("Perth City Council pays for it.", PAYS, "Who pays?", "The UK Government"),
        ("It goes to Leeds.", "It goes to Leeds, York and Harrogate.", "Where does the money go?", "York"),
        ("It goes to Leeds and York.", "It goes to Leeds, York, and Harrogate.", "Where does it go?", "Harrogate"),
    ],
)
def test_a_name_that_is_left_out_is_told(statement: str, sentence: str, question: str, missing: str) -> None:
    assert left_out(statement, sentence, question) == missing


@pytest.mark.parametrize(
    ("statement", "sentence", "question"),
    [
        ("Tom Field and Ada Brook announced it.", ANNOUNCED, "Who announced the Norwich deal?"),
        ("Field and Brook announced it.", ANNOUNCED, "Who announced the Norwich deal?"),
        ("It was announced in July.", ANNOUNCED, "When was the Norwich deal announced?"),
        ("Ada Brook announced it.", ANNOUNCED, "What did Ada Brook announce?"),
        ("Newcastle borrows £92m.", "Newcastle and Gateshead borrow £92m.", "What does Newcastle borrow?"),
        ("Gateshead borrows £92m, too.", "Newcastle and Gateshead borrow £92m.", "Who borrows beside Newcastle?"),
        ("The Scottish Government pays for it.", PAYS, "Does the Scottish Government pay?"),
        ("York gets a tram.", "York gets a tram.", "Where is there a tram?"),
    ],
)
def test_who_asks_about_one_of_them_is_answered_about_this_one(statement: str, sentence: str, question: str) -> None:
    assert left_out(statement, sentence, question) is None


UNITES = "In Norwich the board unites the councils of one area with the partnership."


@pytest.mark.parametrize(
    ("statement", "sentence", "name"),
    [
        ("In both Oxford and Norwich the board unites the councils.", UNITES, "Oxford"),
        ("Ada Brook, Tom Field and Eve Hill announced it.", ANNOUNCED, "Eve Hill"),
    ],
)
def test_a_name_that_is_put_to_others_is_told(statement: str, sentence: str, name: str) -> None:
    assert put_together(statement, sentence) == name


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("In Oxford the board unites the councils.", UNITES),  # what guards of names look at
        ("The Southampton and Portsmouth deal counts 17,000 jobs.", "The Solent deal counts 17,000 jobs."),
        ("Ada Brook and Tom Field announced it.", ANNOUNCED),
    ],
)
def test_names_that_the_sentence_gives_or_gives_otherwise_are_left_to_others(statement: str, sentence: str) -> None:
    assert put_together(statement, sentence) is None


NOW_CALLED = "The Norwich City Deal is now called the Norwich Partnership."
LED = "The Quarter was described as a scheme of £200m, led by Brook Developments."


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("The Norwich Partnership is now called the Norwich City Deal.", NOW_CALLED),
        ("York pays £5m to Leeds.", "Leeds pays £5m to York."),
        ("In 2014 York joined Leeds.", "Leeds joined York in 2014."),
    ],
)
def test_names_that_change_places_are_seen(statement: str, sentence: str) -> None:
    assert change_places(statement, sentence) is not None


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (NOW_CALLED, NOW_CALLED),
        ("Brook Developments led the Quarter.", LED),
        ("York and Leeds share a fund.", "Leeds and York share a fund."),
        ("The first city outside England to have a deal was Perth.", "Perth was the first deal outside England."),
    ],
)
def test_what_is_said_the_other_way_round_may_mean_the_same(statement: str, sentence: str) -> None:
    assert change_places(statement, sentence) is None
