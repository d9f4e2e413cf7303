"""Sentences: where they end and where they do not, and that no character is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dealqa.sentences import split_sentences

MARKS = ["." * 3, ".", "!", "?", "…", '"', "”", ")", " ", "\n", "\n\n", "\u00a0", "e.g.", "Mr.", "3.1", "St", "Å", "词"]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Clegg spoke in Leeds.",
        "Cllr. Jones and Dr. Patel signed it.",
        "The Rt. Hon. Member for Derby agreed.",
        "It covers several sites, e.g. Temple Quarter and Filton.",
        "The four councils, i.e. the partners, pay.",
        "The works at St. Paul's start soon.",
        "It was signed by J. Smith of Leeds.",
        "It was signed by J. R. R. Smith.",
        "See para. 12 and Fig. 3 of the paper.",
        "Growth was 3.5 per cent and rent was £1.2 million.",
        "3. Scope of the deal",
        "3.1. Scope of the deal",
        "(a. the first part",
        "It costs approx. £5 million.",
        "The fund opens on 5 Jan. 2013 in Hull.",
        "Read www.example.org/a.html for more.",
        "The board (see no. 4) meets twice.",
        "It waits ... and then goes on.",
        "“Where?” asked the board.",
    ],
)
def test_a_full_stop_that_ends_nothing_splits_nothing(text):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One ends. Two begins.", ["One ends.", "Two begins."]),
        ("Is it so? It is! Good.", ["Is it so?", "It is!", "Good."]),
        ("He said “It works.” They left.", ["He said “It works.”", "They left."]),
        ("It works (mostly.) They left.", ["It works (mostly.)", "They left."]),
        ("It grew by 5%. £3 million came.", ["It grew by 5%.", "£3 million came."]),
        ("It ended in 2012. 25 years followed.", ["It ended in 2012.", "25 years followed."]),
        ("A line\n\nand one after a blank line", ["A line", "and one after a blank line"]),
        ("Zażółć gęślą. Élan vital.", ["Zażółć gęślą.", "Élan vital."]),
        ("It stops… Then it starts.", ["It stops…", "Then it starts."]),
        ("  Spaces around.  \n Next one. ", ["Spaces around.", "Next one."]),
        ("The rates etc. The fund too.", ["The rates etc.", "The fund too."]),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(text, expected):
    assert sentences(text) == expected


def test_offsets_are_offsets_into_the_whole_text_when_a_part_of_it_is_split():
    text = "Before. Inside one. Inside two. After."
    start, end = text.index("Inside one"), text.index(" After")
    spans = split_sentences(text, start, end)
    assert [text[a:b] for a, b in spans] == ["Inside one.", "Inside two."]


def test_white_space_alone_holds_no_sentence():
    assert split_sentences(" \n\t\u00a0 \n\n") == []


@given(st.text() | st.lists(st.sampled_from(MARKS)).map("".join))
@example("e.g. " * 400)
@example("." * 4000)
def test_sentences_are_in_order_apart_trimmed_and_cover_all_that_can_be_seen(text):
    spans = split_sentences(text)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    inside = "".join(text[start:end] for start, end in spans)
    assert [c for c in inside if not c.isspace()] == [c for c in text if not c.isspace()]


@pytest.mark.parametrize(
    "text", ["e.g. " * 100_000, ". " * 100_000, "." * 500_000, "x" * 500_000 + ". A", "(a. " * 50_000]
)
def test_a_long_text_made_to_be_slow_is_split_all_the_same(text):
    # Nothing is timed; but with a time that grows with the square of the length this would run into the time limit.
    spans = split_sentences(text)
    assert (spans[0][0], spans[-1][1]) == (0, len(text.rstrip()))
