"""A word of the question that the documents say there was none of contradicts it; a comparison does not."""

from __future__ import annotations

import pytest
from core_corpus import candidate_of

from dealqa.answering.refusing.contradicting import contradiction
from dealqa.understanding import analyse


def test_what_there_was_none_of_contradicts_a_question() -> None:
    found = contradiction(
        analyse("Why did the referendum in Northport fail?"),
        [candidate_of("The council of Northport decided without a referendum.")],
    )
    assert found is not None and found[0] == "referendum"


@pytest.mark.parametrize(
    "text",
    [
        "No harbour is larger than that of Northport.",
        "There was no tram, and the harbour was widened.",
        "The town could grow without the harbour.",
        "Without a harbour the town has no ships.",
    ],
)
def test_what_is_only_compared_or_is_something_else_contradicts_nothing(text: str) -> None:
    assert contradiction(analyse("What does the harbour of Northport cost?"), [candidate_of(text)]) is None


def test_what_an_earlier_question_was_about_is_no_premise_of_a_follow_up() -> None:
    asked = analyse("How did they vote?", ["Did Northport hold a referendum on the harbour?"])
    best = candidate_of("The council of Northport voted without a referendum, by 62 votes to 3.")
    assert "referendum" in asked.resolved and contradiction(asked, [best]) is None


def test_figures_that_are_offered_for_choice_are_no_premise() -> None:
    asked = analyse("Is the ministry paying £130m or £450m for the harbour of Northport?")
    assert contradiction(asked, [candidate_of("The harbour of Northport gets £450m from the ministry.")]) is None


def test_only_what_answers_best_says_that_there_was_none() -> None:
    asked = analyse("What does the tram of Northport cost?")
    best, other = candidate_of("The tram of Northport costs £4m."), candidate_of("Southport has no tram.")
    assert contradiction(asked, [best, other]) is None


WHICH = analyse("Which Welsh port was part of the first wave?")


def test_none_of_them_contradicts_a_question_for_one_of_them() -> None:
    best = candidate_of("None of the deals of the first wave covered a port in Wales.")
    found = contradiction(WHICH, [best])
    assert found is not None and found[1] is best


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Which Welsh port was part of the first wave?",
            "Northport was part of the first wave; none of the others was.",
        ),
        ("How many ports were part of the first wave?", "None of the ports was part of the first wave."),
        ("Which Welsh port was not part of the first wave?", "None of the ports was part of the first wave."),
    ],
    ids=["it says which", "the number is asked for", "the question denies"],
)
def test_none_of_them_may_be_an_answer(question: str, text: str) -> None:
    assert contradiction(analyse(question), [candidate_of(text)]) is None


REFUSED = candidate_of("The harbour plan of Northport was backed by the council; ministers turned it down in 2019.")
APPROVED = analyse("In which year did ministers approve the harbour plan of Northport?")


def test_what_was_refused_was_not_approved() -> None:
    found = contradiction(APPROVED, [REFUSED])
    assert found is not None and found[0] == "approve"


def test_what_was_refused_first_and_agreed_later_was_approved() -> None:
    assert contradiction(APPROVED, [REFUSED, candidate_of("Northport's plan was approved in 2021.")]) is None


@pytest.mark.parametrize(
    ("question", "text", "taken"),
    [
        (
            "Which planning powers were handed to Northport?",
            "Northport hoped for powers but did not get them.",
            "handed",
        ),
        ("When did the Northport plant start supplying heat?", "The plant of Northport was not built.", "start"),
        ("Since Northport got its tolls cut, what do drivers save?", "Ministers refused Northport's request.", "got"),
        ("Why did the auditors reject the forecast?", "The auditors neither confirmed nor rejected it.", "reject"),
        (
            "How did the Treasury arrive at 5,000 jobs?",
            "It is an estimate and not a figure of the Treasury.",
            "Treasury",
        ),
        ("To what limit was the grant of Northport raised?", "The grant of Northport stayed at £30m.", "raised"),
    ],
)
def test_what_was_not_got_done_or_said_was_taken_for_granted(question: str, text: str, taken: str) -> None:
    found = contradiction(analyse(question), [candidate_of(text)])
    assert found is not None and found[0] == taken


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Did Northport get planning powers?", "Northport hoped for powers but did not get them."),
        ("Which powers did Northport want and not get?", "Northport hoped for powers but did not get them."),
        ("Did the auditors reject the forecast?", "The auditors neither confirmed nor rejected it."),
        ("Whose figure is 5,000 jobs?", "It is an estimate and not a figure of the Treasury."),
        ("What did Northport get?", "Northport got a harbour."),
        (
            "Who did the poll on the Northern Harbour?",
            "In a poll by Ann Bell 44% had not heard of the Northern Harbour.",
        ),
    ],
)
def test_who_asks_whether_or_for_what_was_refused_takes_nothing_for_granted(question: str, text: str) -> None:
    assert contradiction(analyse(question), [candidate_of(text)]) is None
