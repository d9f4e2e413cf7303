"""A cell's value as its spreadsheet shows it."""

from __future__ import annotations

import datetime
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealqa.reading.number_formats import shown


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (45_000_000, '"£"#,##0', "£45,000,000"),
        (45_000_000, "[$£-809]#,##0", "£45,000,000"),
        (45_000_000, "£#,##0.00", "£45,000,000.00"),
        (45_000_000, '_-[$£-809]* #,##0.00_-;\\-[$£-809]* #,##0.00_-;_-[$£-809]* "-"??_-;_-@_-', "£45,000,000.00"),
        (0, '_-[$£-809]* #,##0.00_-;\\-[$£-809]* #,##0.00_-;_-[$£-809]* "-"??_-;_-@_-', "£-"),
        (-500, '"£"#,##0;[Red]\\-"£"#,##0', "-£500"),
        (-500, "#,##0;(#,##0)", "(500)"),
        (-500, "#,##0", "-500"),
        (1_240_000_000, '"£"0.00,,," bn"', "£1.24 bn"),
        (45_500_000, '"£"0.0,,\\m', "£45.5m"),
        (0.25, "0%", "25%"),
        (0.255, "0.0%", "25.5%"),
        (0.285, "0%", "29%"),
        (1, "0%", "100%"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.33333333333"),
        (45_000_000, "General", "45000000"),
        (123_456_789_012_345, "General", "123456789012345"),
        (2012, "0", "2012"),
        (7, "000", "007"),
        (2.5, "0", "3"),
        (1.5, "0.##", "1.5"),
        (2, "0.##", "2"),
        (180, '0 "places"', "180 places"),
        (10, '0" years"', "10 years"),
        (1.25, "# ?/?", "1.25"),
        (12_345, "0.00E+00", "12345"),
        (3, "@", "3"),
        (0.5, "#.##", ".5"),
        (-0.2, "0", "0"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_its_sheet_shows_it(value, number_format, text):
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (datetime.datetime(2012, 7, 5), "dd/mm/yyyy", "2012-07-05"),
        (datetime.datetime(2012, 7, 5), "mm-dd-yy", "2012-07-05"),
        (datetime.datetime(2012, 7, 1), "mmm yyyy", "2012-07"),
        (datetime.datetime(2012, 7, 1), '"Year: "yyyy', "2012"),
        (datetime.datetime(2012, 7, 1), "[$-809]mmmm yyyy", "2012-07"),
        (datetime.datetime(2012, 7, 5, 14, 30), "dd/mm/yyyy hh:mm", "2012-07-05 14:30"),
        (datetime.date(2012, 7, 5), "General", "2012-07-05"),
        (datetime.time(14, 30), "hh:mm", "14:30"),
        (datetime.timedelta(hours=30), "[h]:mm", "1 day, 6:00:00"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        ("as it is", "0%", "as it is"),
    ],
)
def test_other_values_are_plain(value, number_format, text):
    assert shown(value, number_format) == text


@given(
    st.one_of(st.integers(), st.floats()),
    st.one_of(st.text(max_size=40), st.text('0#?.,;%"_*\\[]$£E+-/ @', max_size=20)),
)
def test_any_format_gives_some_text(value, number_format):
    text = shown(value, number_format)
    assert "nan" in text or not math.isnan(value)


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_keeps_its_digits(value):
    assert int(shown(value, "General")) == value
    assert int(shown(value, "#,##0").replace(",", "")) == value
