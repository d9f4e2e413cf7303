"""The further questions on the demonstration papers: their quotes stand where they say, and none is a test question."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from training.questions import KEPT_APART, dev_cases

TOO_CLOSE = 0.6
"""So much of their words (Jaccard) no further question shares with one that figures are reported on."""


@pytest.fixture(scope="module")
def folder(check):
    return check.HERE.parent / "city_deals_further"


@pytest.fixture(scope="module")
def further(check, folder):
    return check.rows(folder / "questions.jsonl")


def wordings(case):
    texts = (case["question"], case["meta"].get("standalone"))
    return [frozenset(re.findall(r"[a-z0-9]+", text.lower())) for text in texts if text]


def test_every_case_is_in_order(check, further):
    wrong = [line for case in further for line in check.case_problems(case)]
    wrong += [line for case in further for line in (*check.form_problems(case), *check.premise_problems(case))]
    assert wrong == []


def test_every_quote_stands_where_it_says(check, further):
    quotes = [(case["id"], evidence) for case in further for evidence in case["evidence"]]
    assert [line for name, evidence in quotes for line in check.evidence_problems(name, evidence)] == []


def test_no_id_is_used_twice_in_either_suite(further, cases):
    counts = Counter(case["id"] for case in (*further, *cases))
    assert {name: count for name, count in counts.items() if count > 1} == {}


def test_all_of_them_are_for_finding_out_what_goes_wrong(further):
    assert {case["meta"]["split"] for case in further} == {"dev"}


def test_nothing_is_fitted_on_those_that_are_kept_apart(further):
    apart = {case["id"] for case in further if case["id"].startswith(KEPT_APART)}
    assert len(apart) > 100 and apart.isdisjoint(case["id"] for case in dev_cases())


def test_none_is_nearly_a_question_that_figures_are_reported_on(further, cases):
    tested = [one for case in cases if case["meta"]["split"] == "test" for one in wordings(case) if len(one) > 3]
    close = [
        case["id"]
        for case in further
        if any(len(one & other) >= TOO_CLOSE * len(one | other) for one in wordings(case) for other in tested)
    ]
    assert close == []


def test_the_readme_counts_the_cases_of_each_class(check, folder, further):
    page = (folder / "README.md").read_text(encoding="utf-8")
    counts = Counter(case["meta"]["class"] for case in further)
    assert all(re.search(rf"^\| {name} \|.*\| {counts[name]} \|$", page, re.MULTILINE) for name in check.CLASSES)
    refused = counts["NA"] + counts["FP"]
    assert f"{len(further)} questions" in page and f"{refused} of which must be refused" in page
