"""Verification: whatever is altered in an answer is objected to, for the right reason; what is true stands."""

from __future__ import annotations

import dataclasses

import pytest
from core_corpus import document_of

from dealqa.citing import objection, quote_stands, verify
from dealqa.types import AnswerSentence, Citation

TEXT = (
    "Bristol keeps 100% of the growth in business rates for 25 years. Leeds has a fund of £45 million since 5 July"
    " 2012. Hull does not keep its rates. The board has eight members, and the money goes to the four councils."
)
DOCUMENT = document_of(TEXT, [], name="d1")
QUOTES = [part.strip() + "." for part in TEXT.split(".") if part.strip()]


def look_up(document_id):
    return {DOCUMENT.id: DOCUMENT}[document_id]


def citation(quote: str, number: int = 1) -> Citation:
    start = TEXT.index(quote)
    return Citation(number, DOCUMENT.id, DOCUMENT.path, DOCUMENT.title, None, (), start, start + len(quote), quote)


def check(text: str, *citations: Citation, numbers: tuple[int, ...] = (1,)) -> str | None:
    return objection(AnswerSentence(text, numbers), citations, look_up)


@pytest.mark.parametrize("quote", QUOTES)
def test_a_quoted_sentence_stands(quote):
    assert check(quote, citation(quote)) is None


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Bristol keeps all of the growth in business rates for twenty-five years.", QUOTES[0]),
        ("Bristol keeps 100 per cent for 25 years.", QUOTES[0]),
        ("Leeds has had £45m since July 2012.", QUOTES[1]),
        ("Hull never keeps its rates.", QUOTES[2]),
        ("There are 8 members and 4 councils.", QUOTES[3]),
    ],
)
def test_the_same_said_in_other_words_stands(text, quote):
    assert check(text, citation(quote)) is None


@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("shift", [-5, -1, 1, 5])
@pytest.mark.parametrize("ends", [("start",), ("end",), ("start", "end")], ids="+".join)
def test_shifted_offsets_are_objected_to(quote, shift, ends):
    true = citation(quote)
    moved = dataclasses.replace(true, **{end: getattr(true, end) + shift for end in ends})
    assert check(quote, moved) == "the quote of citation 1 is not what the document says there"


@pytest.mark.parametrize(
    "alter",
    [
        str.upper,
        lambda quote: quote.replace(" ", "  ", 1),
        lambda quote: quote[:-1],
        lambda quote: quote + " ",
        lambda quote: quote.replace("e", "е", 1),  # a Cyrillic letter
        lambda quote: "",
    ],
    ids=["capitals", "a space more", "a character less", "a character more", "a look-alike", "nothing"],
)
@pytest.mark.parametrize("quote", QUOTES)
def test_an_altered_quote_is_objected_to(quote, alter):
    altered = dataclasses.replace(citation(quote), quote=alter(quote))
    assert check(quote, altered) == "the quote of citation 1 is not what the document says there"


@pytest.mark.parametrize(
    ("text", "quote", "figure"),
    [
        ("Bristol keeps 10% for 25 years.", QUOTES[0], "10%"),
        ("Bristol keeps 100% for 52 years.", QUOTES[0], "52 year"),
        ("Bristol keeps 100% for 25 months.", QUOTES[0], "25 month"),
        ("Leeds has £54 million.", QUOTES[1], "GBP 54000000"),
        ("Leeds has £45 billion.", QUOTES[1], "GBP 45000000000"),
        ("Leeds has 45 million euros.", QUOTES[1], "EUR 45000000"),
        ("Since 6 July 2012.", QUOTES[1], "2012-07-06"),
        ("Since 2013.", QUOTES[1], "2013"),
        ("The board has nine members.", QUOTES[3], "9"),
    ],
)
def test_an_altered_figure_is_objected_to_and_named(text, quote, figure):
    assert check(text, citation(quote)) == f"its figure {figure} is not in what it cites"


def test_a_figure_of_another_sentence_of_the_document_is_objected_to():
    assert check("Leeds keeps 100%.", citation(QUOTES[1])) == "its figure 100% is not in what it cites"


@pytest.mark.parametrize(
    "text",
    [
        "Bristol does not keep the growth.",
        "Bristol never keeps it.",
        "No council keeps it.",
        "Bristol can’t keep it.",
        "Bristol doesn't keep it.",
        "Bristol keeps it without a limit.",
        "Neither keeps it.",
    ],
)
def test_a_denial_that_is_in_no_quote_is_objected_to(text):
    assert check(text, citation(QUOTES[0])) == "it denies something that its quotes do not deny"


def test_a_sentence_without_a_citation_is_objected_to():
    assert check(QUOTES[0], citation(QUOTES[0]), numbers=()) == "it cites nothing"


def test_a_number_without_a_citation_is_objected_to():
    assert check(QUOTES[0], citation(QUOTES[0]), numbers=(1, 2)) == "citation 2 does not exist"


def test_a_document_that_is_not_stored_is_objected_to():
    foreign = dataclasses.replace(citation(QUOTES[0]), document_id="d2")
    assert check(QUOTES[0], foreign) == "citation 1 names a document that is not in the index"


@pytest.mark.parametrize(("start", "end"), [(-5, 3), (5, 5), (9, 3), (0, 10_000), (-4, -1)])
def test_offsets_outside_of_the_text_never_stand(start, end):
    wild = dataclasses.replace(citation(QUOTES[0]), start=start, end=end, quote=TEXT[start:end])
    assert not quote_stands(wild, DOCUMENT)


def test_one_false_citation_is_enough_to_object():
    false = dataclasses.replace(citation(QUOTES[1], 2), quote="Leeds has nothing.")
    answer = check(QUOTES[0], citation(QUOTES[0]), false, numbers=(1, 2))
    assert answer == "the quote of citation 2 is not what the document says there"


def test_two_quotes_together_support_the_figures_of_one_sentence():
    text = "Bristol keeps 100%, and Leeds has £45 million."
    assert check(text, citation(QUOTES[0]), citation(QUOTES[1], 2), numbers=(1, 2)) is None


def test_what_stands_is_numbered_anew_in_the_order_of_its_use():
    citations = [citation(quote, number) for number, quote in enumerate(QUOTES, start=1)]
    drafted = [
        AnswerSentence(QUOTES[3], (4,)),
        AnswerSentence("Leeds has £99 million.", (2,)),
        AnswerSentence(QUOTES[0], (1, 4)),
    ]
    sentences, kept, dropped = verify(drafted, citations, look_up)
    assert [(sentence.text, sentence.citations) for sentence in sentences] == [(QUOTES[3], (1,)), (QUOTES[0], (2, 1))]
    assert [(one.number, one.quote) for one in kept] == [(1, QUOTES[3]), (2, QUOTES[0])]
    assert dropped == 1


def test_when_nothing_stands_nothing_is_kept():
    assert verify([AnswerSentence("Made up.", ())], [citation(QUOTES[0])], look_up) == ((), (), 1)
