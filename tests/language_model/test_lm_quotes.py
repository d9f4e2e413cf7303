"""A quote is found where it stands, letter for letter, and nowhere else."""

from __future__ import annotations

import pytest

from dealqa.answering.language_model.quotes import find_quote, parts_of

TEXT = (
    "Bristol keeps 100% of the\ngrowth — in “business rates” — for 25 years."
    " Leeds’ share is 1,250 jobs and £1.5 million."
)


@pytest.mark.parametrize(
    "quote",
    [
        "keeps 100% of the growth",
        "keeps 100%  of\n the growth",
        'growth - in "business rates" - for 25 years',
        "“keeps 100% of the growth”",
        "Leeds' share is 1,250 jobs",
    ],
)
def test_white_space_quotation_marks_and_dashes_may_differ(quote: str) -> None:
    ((start, end),) = find_quote(quote, TEXT)
    assert TEXT[start:end].split()[-1].strip("”") == quote.split()[-1].strip("”")


@pytest.mark.parametrize(
    "quote",
    [
        "keeps 80% of the growth",
        "keeps 100% of growth",
        "Keeps 100% of the growth",
        "for 25 year",
        "00% of the growth",
        "share is 1,250 job",
        "250 jobs and £1.5 million",
        "is 1,250 jobs and £1",
        "Bristol",
        "",
        "   ",
        '""""""""""',
    ],
)
def test_what_differs_in_a_letter_a_figure_or_a_word_is_not_found(quote: str) -> None:
    assert find_quote(quote, TEXT) == []


def test_every_place_is_found() -> None:
    assert len(find_quote("the growth", "the growth of the growth in the growths")) == 2


def test_a_quote_with_dots_has_parts() -> None:
    assert parts_of("keeps 100% … for 25 years ... share") == ["keeps 100%", "for 25 years", "share"]
