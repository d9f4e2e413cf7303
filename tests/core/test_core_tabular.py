"""In a table the row whose label is asked for answers, and the cell under the head that is stands in front."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from core_corpus import candidate_of, settings_for

from dealqa.answering.tabular import asks_to_calculate, cell_asked_for, row_asked_for
from dealqa.answering.weighing.ranking import Candidate
from dealqa.assistant import Assistant
from dealqa.index import build_index
from dealqa.understanding import analyse

HEADER = "Item | 2018 | 2019"
SPENT = analyse("How much was spent on new roads in 2018?")


def row(text: str, probability: float = 0.9) -> Candidate:
    one = candidate_of(text, probability, document="a.md")
    passage = replace(one.evidence.hit.passage, context=f"A paper\n{HEADER}")
    return replace(one, evidence=replace(one.evidence, hit=replace(one.evidence.hit, passage=passage)))


def test_the_row_whose_label_is_asked_for_stands_before_a_look_alike() -> None:
    look_alike, asked = row("Roads that are old | 4 | 5"), row("New roads | 6 | 7", 0.5)
    assert row_asked_for(SPENT, [look_alike, asked]) is asked


@pytest.mark.parametrize(
    "text",
    ["Total | 6 | 7", "New roads in the north | 6 | 7", "New roads | none | none", "New roads are built."],
)
def test_a_row_that_says_nothing_of_what_is_asked_for_stays_behind(text: str) -> None:
    best = row("Roads that are old | 4 | 5")
    assert row_asked_for(SPENT, [best, row(text, 0.5)]) is best


def test_a_sentence_that_answers_is_not_put_behind_a_row() -> None:
    best = candidate_of("New roads took £6m in 2018.", document="a.md")
    assert row_asked_for(SPENT, [best, row("New roads | 6 | 7")]) is best


def test_the_cell_under_the_head_that_is_asked_for_stands_in_front() -> None:
    assert cell_asked_for(SPENT, row("New roads | £6m | £7m").evidence) == "£6m"


@pytest.mark.parametrize(
    "question",
    [
        "How much was spent on new roads?",
        "How much was spent on new roads in 2018 and 2019?",
        "What is the difference between 2018 and the plan for new roads?",
    ],
    ids=["no head", "two heads", "to be worked out"],
)
def test_without_one_head_that_is_asked_for_no_cell_stands_in_front(question: str) -> None:
    assert cell_asked_for(analyse(question), row("New roads | £6m | £7m").evidence) == ""


def test_a_cell_of_a_row_that_denies_itself_does_not_stand_in_front() -> None:
    assert cell_asked_for(SPENT, row("It is untrue that new roads took | £6m | £7m").evidence) == ""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the average of both?", True),
        ("What was the change in jobs from 2018 to 2019?", True),
        ("How much does the fund give?", False),
        ("Did the grant change?", False),
    ],
)
def test_what_has_to_be_worked_out_is_heard(question: str, expected: bool) -> None:
    assert asks_to_calculate(analyse(question)) is expected


def test_a_bare_number_stands_in_front_only_where_it_counts() -> None:
    counted = analyse("How many new roads were built in 2018?")
    assert cell_asked_for(SPENT, row("New roads | 6 | 7").evidence) == ""
    assert cell_asked_for(counted, row("New roads | 6 | 7").evidence) == "6"


def test_bare_numbers_of_a_table_are_amounts(tmp_path: Path) -> None:
    rows = "| Item | 2018 | 2019 |\n|---|---|---|\n| Old roads | 4 | 5 |\n| New roads | 6 | 7 |\n"
    settings = settings_for(tmp_path, {"costs.md": f"# Costs\n\nAll in £000.\n\n{rows}"})
    build_index(settings)
    with Assistant(settings) as assistant:
        answer = assistant.ask("What did new roads cost in 2018?")
    assert answer.text == "Item: New roads; 2018: 6; 2019: 7 [1]"
