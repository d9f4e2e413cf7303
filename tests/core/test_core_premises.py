"""What a question takes for granted, and what it only asks."""

from __future__ import annotations

import pytest

from dealqa.understanding import analyse


def premises(question: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"claim": [], "status": [], "figure": []}
    for premise in analyse(question).premises:
        found[premise.kind].append(premise.value)
    return found


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("Why does Bristol keep only 50%?", ["50%"]),
        ("Which city gets the £45m fund?", ["GBP 45000000"]),
        ("Who runs the twenty-five year scheme?", ["25 year"]),
        ("Since Hull has built 9,700 homes, what comes next?", ["9700"]),
        ("Stoke was given £20m. How much of that is new?", ["GBP 20000000"]),
        ("Why did Norwich not get its £5 million?", ["GBP 5000000"]),
        ("Is it 50% or 100%?", []),
        ("Does Leeds get £1bn?", []),
        ("Did Hull get 40 or 50 firms to come?", []),
        ("How many came, 40 or 50?", []),
        ("What happened in 2012?", []),
        ("norwich loan, £20m or £30m", []),
        ("What does Bristol keep?", []),
    ],
)
def test_figures_that_a_question_is_built_on_are_named(question, figures):
    assert premises(question)["figure"] == figures


@pytest.mark.parametrize(
    ("question", "statuses"),
    [
        ("When was the Cardiff deal scrapped?", ["scrap"]),
        ("Why was the hub moved to Leeds?", ["move"]),
        ("Why did Hull pull out?", ["withdraw"]),
        ("When did Stoke hand its money back?", ["repay"]),
        ("Who signed the Leeds deal?", ["sign"]),
        ("Why was Derby left out?", ["exclude"]),
        ("Given that the scheme was abolished, who decides?", ["abolish"]),
        ("The committee would welcome a list of the parts.", []),
        ("What happened to the Cardiff deal in the end?", []),
        ("How did Cardiff end up with a mayor?", []),
        ("Why did the auditors throw out the forecast?", ["refuse"]),
        ("Was the Cardiff deal scrapped?", []),
        ("Did Leeds refuse?", []),
        ("What does Bristol keep?", []),
        ("How long is the tunnel?", []),
    ],
)
def test_what_is_said_to_have_happened_is_named(question, statuses):
    assert premises(question)["status"] == statuses


@pytest.mark.parametrize(
    ("question", "claims"),
    [
        ("Why did Leeds refuse the deal?", ["Leeds refuse the deal"]),
        ("Why?", []),
        ("Could you tell me why Leeds refused?", ["Leeds refused"]),
        ("When was Earn Back extended to Hull?", ["Earn Back extended to Hull"]),
        ("What made Poole sign?", ["Poole sign"]),
        ("Why isn't Leeds paid?", ["not: Leeds paid"]),
        ("Even though Hull was late, who paid it?", ["Hull was late"]),
        ("Is it true that Leeds refused?", []),
        ("How much does Leeds get?", []),
        ("What does Bristol keep?", []),
    ],
)
def test_the_statement_that_a_question_is_built_on_is_named(question, claims):
    assert premises(question)["claim"] == claims


def test_a_premise_is_shown_as_it_was_written():
    shown = analyse("Why does Bristol keep only fifty per cent?").understood()["premises"]
    assert {"kind": "figure", "text": "fifty per cent", "value": "50%"} in shown
