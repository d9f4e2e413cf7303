"""A statement puts in no word, no amount, no time and no way out of the page on its own account."""

from __future__ import annotations

import pytest

from dealqa.answering.language_model.support.put_in import (
    foreign_words,
    leads_away,
    light_word_put_in,
    quantity_put_in,
    verb_made_finite,
)
from dealqa.guards import Source

KEEPS = "Aberford keeps 40% of the growth in business rates for 12 years."
SOURCE = Source(KEEPS, above="Aberford City Deal\nThe theft of the century", document=KEEPS)
QUESTION = "How much of the growth in business rates does Aberford retain?"


@pytest.mark.parametrize(
    ("text", "added", "foreign"),
    [
        (KEEPS, 0, 0),
        ("Yes: the City Deal of Aberford keeps forty per cent of the growth.", 0, 0),
        ("Aberford retains 40% of the growth.", 0, 0),  # a synonym
        ("Aberford illegally keeps 40% of the growth.", 1, 1),
        ("Aberford keeps 40% of the growth by theft.", 1, 1),  # a heading gives names, and nothing else
        ("Aberford keeps xciii of the growth.", 1, 1),
    ],
)
def test_words_that_the_sentence_does_not_have_are_counted(text: str, added: int, foreign: int) -> None:
    assert foreign_words(text, SOURCE, QUESTION) == (added, foreign)


def test_a_word_that_only_the_question_has_is_counted_apart() -> None:
    assert foreign_words("The mayor keeps 40% of the growth.", SOURCE, "What does the mayor keep?") == (0, 1)


@pytest.mark.parametrize(
    "text", ["It keeps all of it.", "It keeps nearly 40%.", "It keeps double 40%.", "It keeps most."]
)
def test_a_word_that_says_how_much_is_put_in(text: str) -> None:
    assert quantity_put_in(text, SOURCE) is not None


def test_all_is_a_hundred_per_cent() -> None:
    whole = "Aberford keeps 100% of the growth."
    assert quantity_put_in("Aberford keeps all of the growth.", Source(whole, document=whole)) is None


@pytest.mark.parametrize(
    "text", ["Aberford keeps 40% after 12 years.", "Aberford gives 40%.", "Other cities than Aberford keep 40%."]
)
def test_a_light_word_that_changes_what_is_said_is_put_in(text: str) -> None:
    assert light_word_put_in(text, SOURCE, QUESTION) is not None


@pytest.mark.parametrize("text", [KEEPS, "For 12 years it is Aberford which keeps 40%.", "Yes, 40% of it."])
def test_the_lightest_words_may_be_put_in(text: str) -> None:
    assert light_word_put_in(text, SOURCE, QUESTION) is None


@pytest.mark.parametrize(
    "sentence",
    ["Aberford used to keep 40%.", "From 2045 Aberford will keep 40%.", "Aberford dreams of keeping 40%."],
)
def test_what_is_wished_past_or_to_come_is_not_said_of_the_present(sentence: str) -> None:
    assert verb_made_finite("Aberford keeps 40%.", sentence) == "keeps"


@pytest.mark.parametrize("sentence", [KEEPS, "The councils keep 40%.", "What Aberford keeps, it may keep."])
def test_what_is_said_of_the_present_may_be(sentence: str) -> None:
    assert verb_made_finite("Aberford keeps 40%.", sentence) is None


@pytest.mark.parametrize(
    "text",
    [
        "It stands on https://example.org.",
        "It stands on collect.example/x.",
        "It stands on collect.biz and nowhere else.",
        "It stands on hxxps://collect[.]example.",
        "It stands on collect dot example slash x.",
        "Write to clerk (at) collect (dot) example.",
        "Write to clerk@example.org.",
        "Call 0900 555 0193.",
        "Call 0900–555–0193.",
        "Pay to GB33 BUKB 2020 1555 5555 55.",
        "Pay to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq.",
        "Ask @collect_rates.",
        "[Click](x) here.",
        "<img src=x> is shown.",
    ],
)
def test_what_leads_a_reader_away_is_seen(text: str) -> None:
    assert leads_away(text)


@pytest.mark.parametrize(
    "text",
    [
        KEEPS,
        "The deal is worth £1,130,000,000, or £1.13bn.",
        "It ran from 2012/13 to 2015-16, i.e. for four years.",
        "Between 2010, 2011, 2012 and 2013 it grew from 1,000 to 2,500 (U.K. prices).",
        "St. Helens and Newcastle-under-Lyme joined on 15 March 2016 at 10.30 a.m.",
    ],
)
def test_figures_dates_and_abbreviations_lead_nowhere(text: str) -> None:
    assert not leads_away(text)
