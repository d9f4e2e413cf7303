"""Figures: one form for all spellings of a figure, and never one form for two figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealqa.figures import figures, unsupported

FORMS = [
    ("£45 million", "GBP 45000000"),
    ("£45m", "GBP 45000000"),
    ("£ 45 m", "GBP 45000000"),
    ("£45,000,000", "GBP 45000000"),
    ("£45\u00a0million", "GBP 45000000"),
    ("GBP 45 million", "GBP 45000000"),
    ("45 million pounds", "GBP 45000000"),
    ("£0.045bn", "GBP 45000000"),
    ("£1.2bn", "GBP 1200000000"),
    ("£1.2 billion", "GBP 1200000000"),
    ("£1,200 million", "GBP 1200000000"),
    ("£1.20 Billion", "GBP 1200000000"),
    ("£500k", "GBP 500000"),
    ("£500,000", "GBP 500000"),
    ("£0.5m", "GBP 500000"),
    ("£500 thousand", "GBP 500000"),
    ("£2 trillion", "GBP 2000000000000"),
    ("£30", "GBP 30"),
    ("£45 metres", "GBP 45"),
    ("€5m", "EUR 5000000"),
    ("5 million euros", "EUR 5000000"),
    ("US$3m", "USD 3000000"),
    ("$3 million", "USD 3000000"),
    ("3 million dollars", "USD 3000000"),
    ("100%", "100%"),
    ("100 %", "100%"),
    ("100 per cent", "100%"),
    ("100 percent", "100%"),
    ("100.0%", "100%"),
    ("one hundred per cent", "100%"),
    ("fifty per cent", "50%"),
    ("twenty-five per cent", "25%"),
    ("2.5 percentage points", "2.5%"),
    ("0.5 per cent", "0.5%"),
    ("1,250%", "1250%"),
    ("25 years", "25 year"),
    ("25-year", "25 year"),
    ("25 yrs", "25 year"),
    ("twenty-five years", "25 year"),
    ("twenty five years", "25 year"),
    ("thirty years", "30 year"),
    ("three decades", "30 year"),
    ("1 year", "1 year"),
    ("six months", "6 month"),
    ("12 weeks", "12 week"),
    ("90 days", "90 day"),
    ("2.5 years", "2.5 year"),
    ("5 July 2012", "2012-07-05"),
    ("5th July 2012", "2012-07-05"),
    ("the 5th of July 2012", "2012-07-05"),
    ("July 5, 2012", "2012-07-05"),
    ("5 Jul 2012", "2012-07-05"),
    ("2012-07-05", "2012-07-05"),
    ("5 july 2012", "2012-07-05"),
    ("5 may 2012", "2012-05-05"),
    ("July 2012", "2012-07"),
    ("Jul. 2012", "2012-07"),
    ("2012-07", "2012-07"),
    ("5 July", "--07-05"),
    ("2012", "2012"),
    ("2012’s", "2012"),
    ("2011/12", "2011/2012"),
    ("2011-12", "2011/2012"),
    ("2011–12", "2011/2012"),
    ("2011/2012", "2011/2012"),
    ("FY 2011/12", "2011/2012"),
    ("1999-00", "1999/2000"),
    ("2010–2015", "2010/2015"),
    ("37,000", "37000"),
    ("37000", "37000"),
    ("37 thousand", "37000"),
    ("37k", "37000"),
    ("thirty-seven thousand", "37000"),
    ("two hundred thousand", "200000"),
    ("1.5 million", "1500000"),
    ("10,000,000", "10000000"),
    ("ten million", "10000000"),
    ("eight", "8"),
    ("forty-two", "42"),
    ("1,950 homes", "1950"),
    ("10 may", "10"),
    ("007", "7"),
]


@pytest.mark.parametrize(("text", "value"), FORMS)
def test_a_figure_has_one_form_however_it_is_spelt(text, value):
    assert [figure.value for figure in figures(text)] == [value]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Established in 1136, the harbour is old.", "year"),
        ("It is in use since 1707.", "year"),
        ("People in 1200 homes were asked.", "number"),
        ("It grew from 1200 to 1500.", "number"),
    ],
)
def test_an_old_year_is_told_from_a_number_by_the_words_around_it(text, kind):
    assert figures(text)[0].kind == kind


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("£45 million-£50 million", ["GBP 45000000", "GBP 50000000"]),
        ("between £1bn and £1.5bn", ["GBP 1000000000", "GBP 1500000000"]),
        ("10–15%", ["10%", "15%"]),
        ("25 to 30 years", ["25 year", "30 year"]),
        ("from 2012 to 2015", ["2012", "2015"]),
        ("£1.2bn over thirty years", ["GBP 1200000000", "30 year"]),
        ("Up to 10 may apply by 5 May.", ["10", "--05-05"]),
    ],
)
def test_both_ends_of_a_range_are_figures(text, values):
    assert [figure.value for figure in figures(text)] == values


@pytest.mark.parametrize(
    "text",
    [
        "one of them",
        "Section A2",
        "half-hourly",
        "3.1.2",
        "the 21st century",
        "in the first quarter",
        "the creative quarter of the city",
        "Knowledge Quarter",
        "B12",
        "no figures at all",
        "",
        "£",
        "%",
    ],
)
def test_what_is_no_figure_is_none(text):
    assert figures(text) == ()


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("£45 million", "£54 million"),
        ("£45 million", "£45 billion"),
        ("£45 million", "€45 million"),
        ("45 million euros", "£45 million"),
        ("£45 million", "45 million"),
        ("100%", "100"),
        ("100%", "10%"),
        ("25 years", "25 months"),
        ("25 years", "25%"),
        ("5 July 2012", "July 2012"),
        ("5 July 2012", "6 July 2012"),
        ("July 2012", "2012"),
        ("July 2012", "June 2012"),
        ("2013", "2011/12"),
        ("2011/12", "2011"),
        ("2,500", "25,000"),
        ("two hundred thousand", "two hundred"),
        ("0.5%", "5%"),
        ("1.25", "125"),
        ("eight cities", "seven cities"),
    ],
)
def test_another_figure_does_not_support_one(text, quote):
    assert unsupported(text, quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("£45m", "£45 million"),
        ("in 2012", "on 5 July 2012"),
        ("July 2012", "on 5 July 2012"),
        ("in 2012", "in 2011/12"),
        ("half of it", "50% of it"),
        ("eight cities", "8 cities"),
    ],
)
def test_the_same_figure_in_other_words_supports_one(text, quote):
    assert unsupported(text, quote) == ()


def test_the_figures_that_are_not_in_the_quote_are_named_in_their_order():
    assert unsupported("£5m in 2014 for 3 years", "£6m in 2014 for 4 years") == ("GBP 5000000", "3 year")


def test_a_number_of_any_length_is_read_to_its_last_digit():
    one, other = "7" * 5000, "7" * 4999 + "8"
    assert [figure.value for figure in figures(one)] == [one]
    assert unsupported(one, other)


@pytest.mark.parametrize(
    ("text", "bound", "per"),
    [
        ("£5m", "", ""),
        ("up to £5m", "<=", ""),
        ("up to a further £5m a year", "<=", "year"),
        ("at least 900 homes", ">=", ""),
        ("£5m or more", ">=", ""),
        ("more than £5m", ">", ""),
        ("over 25 years", "", ""),
        ("under £5m", "<", ""),
        ("about 40%", "~", ""),
        ("3,800 firms per annum", "", "year"),
        ("a yearly grant of £5m", "", "year"),
        ("£5 per head", "", "head"),
    ],
)
def test_a_figure_carries_its_bound_and_what_it_is_a_rate_of(text, bound, per):
    assert [(figure.bound, figure.per) for figure in figures(text)] == [(bound, per)]


def test_the_ends_of_a_range_are_told_from_a_change():
    assert [figure.bound for figure in figures("£5m to £7m")] == ["from", "to"]
    assert [figure.bound for figure in figures("from £5m to £7m")] == ["", ""]


def test_line_breaks_inside_of_a_figure_do_not_matter():
    text = "keeps £45\n   million  for 25 \n years"
    assert [text[figure.start : figure.end] for figure in figures(text)] == ["£45\n   million", "25 \n years"]


@given(st.text() | st.text(alphabet="0123456789.,-/% £€$kmbnſKtyearsmoh"))
def test_any_text_can_be_searched_for_figures(text):
    for figure in figures(text):
        assert figure.value
        assert 0 <= figure.start < figure.end <= len(text)
    assert unsupported(text, text) == ()


@given(st.decimals(min_value="0.01", max_value="999.99", places=2))
def test_millions_and_all_their_digits_are_the_same_amount(amount):
    plain = f"£{int(amount * 1_000_000):,}"
    assert unsupported(f"£{amount} million", plain) == ()
    assert unsupported(plain, f"£{amount}m") == ()
