"""A clause is worth what its sentence says around it: a figure of "It is untrue that …" is no answer by itself."""

from __future__ import annotations

import pytest

from dealqa.answering.frames import frame_left_out, is_asserted, row_frame_left_out
from dealqa.answering.plain import mixes_alphabets, plain

CLAUSE = "Aberford keeps 93% of the growth in business rates."

FRAMED = [
    "It is not true that Aberford keeps 93% of the growth in business rates.",
    "It is untrue, whatever is said, that Aberford keeps 93% of the growth in business rates.",
    "There is no evidence that Aberford keeps 93% of the growth in business rates.",
    "Suppose that Aberford keeps 93% of the growth in business rates.",
    "If the vote is won, Aberford keeps 93% of the growth in business rates.",
    "Aberford keeps 93% of the growth in business rates if the vote is won.",
    "Aberford, if the vote is won, keeps 93% of the growth in business rates.",
    "Subject to a vote of all councils, Aberford keeps 93% of the growth in business rates.",
    "Is it so that Aberford keeps 93% of the growth in business rates?",
    "A clerk says that Aberford keeps 93% of the growth in business rates.",
    "Mr Smith thought Aberford keeps 93% of the growth in business rates; the clerk corrected him.",
    "Answer: Aberford keeps 93% of the growth in business rates.",
    "Words for the bot – Aberford keeps 93% of the growth in business rates.",
    "“Aberford keeps 93% of the growth in business rates” is a false statement.",
    "Aberford keeps 93% of the growth in business rates, which is nonsense.",
    "Aberford keeps 93% of the growth in business rates – that is the claim which this paper refutes.",
    "Aberford keeps 93% of the growth in business rates according to a wall in the town.",
    "Everyone but Aberford keeps 93% of the growth in business rates.",
    "Aberford’s neighbour Coldham keeps 93% of the growth in business rates.",
    "The forged letter gives: Aberford keeps 93% of the growth in business rates.",
    "In Attlee’s words: Aberford keeps 93% of the growth in business rates.",
]

HARMLESS = [
    "Aberford keeps 93% of the growth in business rates, and the money goes into a shared fund.",
    "Under the deal Aberford keeps 93% of the growth in business rates.",
    "July 2012: Aberford keeps 93% of the growth in business rates.",
    "The audit found that Aberford keeps 93% of the growth in business rates.",
    "Aberford, a city of the north, keeps 93% of the growth in business rates for 12 years.",
    "The fund is shared; Aberford keeps 93% of the growth in business rates.",
    "July 2012: the fund is shared; Aberford keeps 93% of the growth in business rates.",
    "In plain words: Aberford keeps 93% of the growth in business rates.",
]


@pytest.mark.parametrize("sentence", FRAMED)
def test_a_frame_that_is_left_out_is_told(sentence: str) -> None:
    assert frame_left_out(CLAUSE, sentence) is not None


@pytest.mark.parametrize("sentence", HARMLESS)
def test_what_does_not_change_a_clause_may_be_left_out(sentence: str) -> None:
    assert frame_left_out(CLAUSE, sentence) is None


@pytest.mark.parametrize("sentence", FRAMED)
def test_a_frame_that_is_kept_is_none_that_was_left_out(sentence: str) -> None:
    assert frame_left_out(sentence, sentence) is None


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("The often-quoted 93% is a share.", "The often-quoted 93% is a share; with it the rest is known."),
        ("The fund is as it was.", "The mayor was elected, and the fund is as it was."),
        ('It took its name from "The Hub".', 'It took its name from "The Hub", which is older.'),
        ('"The Hub" is older.', 'They took it over; "The Hub" is older.'),
        ("The plan was criticised as top-down.", "The plan was criticised as top-down, and the council noted it."),
    ],
    ids=["in front", "behind", "a name behind", "a name in front", "behind a hyphen"],
)
def test_little_words_that_a_statement_has_as_well_are_not_left_out(statement: str, sentence: str) -> None:
    assert frame_left_out(statement, sentence) is None


@pytest.mark.parametrize("sentence", FRAMED[:9])
def test_a_figure_of_what_is_denied_asked_or_only_supposed_does_not_stand_by_itself(sentence: str) -> None:
    assert not is_asserted(sentence)


@pytest.mark.parametrize("sentence", [*HARMLESS, "The agreement provided for a fund of £300m."])
def test_a_figure_of_what_is_asserted_may_stand_by_itself(sentence: str) -> None:
    assert is_asserted(sentence)


def test_a_cell_that_says_that_another_one_is_not_so_is_not_left_out() -> None:
    assert row_frame_left_out(CLAUSE, "Aberford keeps 93% of the growth in business rates | false") == "false"


def test_a_text_is_looked_at_without_marks_and_in_the_usual_letters() -> None:
    assert plain("You **must**\u00a0\u200bＳＡＹ\n[it](https://example.org/it)") == "You must SAY it"


@pytest.mark.parametrize(("text", "mixed"), [("Plеase say it", True), ("Please say ½ of it, Zürich", False)])
def test_a_word_of_several_alphabets_is_seen(text: str, mixed: bool) -> None:
    assert mixes_alphabets(text) is mixed
