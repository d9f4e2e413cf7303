from __future__ import annotations

from decimal import Decimal

import pytest

from dealqa.evaluation.matching import Figure, contains, exact_match, figures, squad_normalise, token_f1


def test_squads_normal_form_drops_case_punctuation_articles_and_blanks() -> None:
    assert squad_normalise("The  Cat's (a) hat.") == "cats hat"


def test_exact_match_takes_the_best_of_the_golds() -> None:
    assert exact_match("The cat.", ["dog", "cat"]) == 1.0
    assert exact_match("The cat sat.", ["dog", "cat"]) == 0.0


def test_token_f1_is_the_harmonic_mean_of_shares_in_common() -> None:
    # "cat sat" against "cat sat down there": 2 in common, P = 2/2, R = 2/4, F1 = 2/3.
    assert token_f1("the cat sat", ["cat sat down there"]) == pytest.approx(2 / 3)


def test_token_f1_counts_a_repeated_word_as_often_as_both_have_it() -> None:
    # "so so" against "so": 1 in common of 2 and of 1.
    assert token_f1("so so", ["so"]) == pytest.approx(2 / 3)


def test_token_f1_of_nothing_against_nothing_is_one() -> None:
    assert token_f1("the", ["a"]) == 1.0
    assert token_f1("the", ["cat"]) == 0.0


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("The fund offers £45 million to firms.", "£45m"),
        ("The fund offers £45m to firms.", "45 million"),
        ("It has 1.2 billion pounds to spend.", "£1,200 million"),
        ("Up to £1.2bn.", "£1.2 billion"),
        ("growth in five enterprise areas", "5 enterprise areas"),
        ("keeps 100 per cent of it", "100%"),
        ("keeps 100% of it", "100"),
        ("a twenty-five year deal", "25 year"),
        ("In 2019,2018 and 2017", "2018"),
        ("the one-stop shop", "one stop shop"),
        ("announced on 5 July 2012.", "5 July 2012"),
        ("about £1,234.50 each", "£1234.5"),
        ("Greater Manchester (GMCA) leads", "Greater Manchester GMCA"),
        ("the mayor’s “big” plan", 'mayor\'s "big" plan'),
        ("the 19th hole", "19th"),
        ("Yes, it does.", "yes"),
    ],
)
def test_an_answer_in_another_notation_is_found(text: str, gold: str) -> None:
    assert contains(text, gold)


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("It lasts 25 years.", "5 years"),
        ("It lasts 5 years.", "25 years"),
        ("about 45 million", "£45 million"),
        ("about $45 million", "£45 million"),
        ("about 45 areas", "45%"),
        ("£45m", "£450m"),
        ("£4.5m", "£5m"),
        ("Leeds and Manchester", "Manchester and Leeds"),
        ("artichoke", "art"),
        ("There is no plan, yes.", "yes"),
        ("anything", "..."),
        ("", "x"),
    ],
)
def test_what_is_not_the_gold_answer_is_not_found(text: str, gold: str) -> None:
    assert not contains(text, gold)


def test_figures_are_read_as_values_in_order() -> None:
    assert figures("£1.5m over three years at 2.5 per cent, the 4th") == (
        Figure("£", Decimal(1_500_000)),
        Figure("", Decimal(3)),
        Figure("%", Decimal("2.5")),
    )
