"""Who asks what a whole is worth gets the whole, and not one of its parts."""

from __future__ import annotations

from core_corpus import candidate_of

from dealqa.answering.refusing.totals import totals_first
from dealqa.understanding import analyse

WORTH = analyse("What is the Northport deal worth in total?")
PART = candidate_of("The items include up to £37m for land in Northport.", 0.5)
WHOLE = candidate_of("The page of Northport gives the total of the deal as £434m.", 0.4)
ROW = candidate_of("Northport | £300m | £300m", 0.5)
PRINTED = candidate_of("The press of 2018 printed £1.2bn for Northport.", 0.3)


def test_a_total_goes_before_a_part_that_is_a_little_more_probable():
    assert totals_first(WORTH, [PART, WHOLE]) == [WHOLE]


def test_a_part_stays_where_no_total_is_nearly_as_probable():
    unlikely = candidate_of("The total of the Northport deal is £434m.", 0.2)
    assert totals_first(WORTH, [PART, unlikely]) == [PART, unlikely]


def test_a_row_with_shares_is_no_other_account_of_a_total():
    assert totals_first(WORTH, [WHOLE, ROW, PRINTED]) == [WHOLE, PRINTED]


def test_a_question_for_a_part_is_left_as_it_is():
    asked = analyse("How much does Northport get for land?")
    assert totals_first(asked, [PART, WHOLE]) == [PART, WHOLE]
