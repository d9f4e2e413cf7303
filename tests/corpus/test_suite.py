import copy
from collections import Counter

import pytest


@pytest.fixture
def spoilt(cases):
    """Copies of the cases, to be damaged."""
    return copy.deepcopy(cases)


def answerable(cases):
    return next(case for case in cases if case["answerable"])


def test_the_suite_and_its_facts_are_in_order(check, cases, facts):
    assert check.problems(cases, facts) == []


def test_every_class_has_at_least_eight_cases(check, cases):
    counts = Counter(case["meta"]["class"] for case in cases)
    assert {name: counts[name] for name in check.CLASSES if counts[name] < 8} == {}


def test_at_least_24_cases_must_be_refused(cases):
    assert sum(not case["answerable"] for case in cases) >= 24


def test_the_questions_of_one_conversation_are_in_one_split(cases):
    splits = {}
    for case in cases:
        if "history" in case:
            splits.setdefault(case["history"][0], set()).add(case["meta"]["split"])
    assert {first: split for first, split in splits.items() if len(split) > 1} == {}


def test_no_question_is_asked_twice(cases):
    asked = Counter((tuple(case.get("history", ())), case["question"].casefold()) for case in cases)
    assert [question for question, count in asked.items() if count > 1] == []


def test_no_fact_that_could_not_be_verified_is_used(papers, cases, facts):
    used = {fact["fact"] for fact in facts} | {fact for case in cases for fact in case["meta"]["facts"]}
    assert used & papers.UNVERIFIED == set()


def test_the_facts_of_a_case_are_stated_in_a_document(cases, facts):
    stated = {fact["fact"] for fact in facts}
    assert {case["id"]: case["meta"]["facts"] for case in cases if set(case["meta"]["facts"]) - stated} == {}


def test_bristol_and_the_west_of_england_are_named_in_the_sentence_of_the_first_demonstration(facts):
    quotes = [fact["text"] for fact in facts if fact["fact"] == "BRS-03"]
    words = ("Bristol", "West of England", "100%", "business rates", "five", "25 years")
    assert any(all(word in quote for word in words) for quote in quotes)


def test_a_quote_that_no_document_holds_is_reported(check, spoilt):
    answerable(spoilt)["evidence"][0]["text"] = "Bristol keeps nothing at all."
    assert any("does not say: Bristol keeps nothing at all." in line for line in check.problems(spoilt, []))


def test_an_offset_that_is_wrong_is_reported(check, spoilt):
    answerable(spoilt)["evidence"][0]["start"] += 5
    assert any("run with --write" in line for line in check.problems(spoilt, []))


def test_an_id_that_is_used_twice_is_reported(check, spoilt):
    spoilt[1]["id"] = spoilt[0]["id"]
    assert f"{spoilt[0]['id']}: the id is used 2 times." in check.problems(spoilt, [])


def test_a_required_item_that_no_quote_holds_is_reported(check, spoilt):
    answerable(spoilt)["meta"]["required"].append(["£9tn"])
    assert any("the required item ['£9tn']" in line for line in check.problems(spoilt, []))


def test_a_refusal_that_is_marked_as_answerable_is_reported(check, spoilt):
    case = next(case for case in spoilt if case["meta"]["class"] == "NA")
    case["answerable"] = True
    assert any(line.startswith(case["id"]) and "must be refused" in line for line in check.problems(spoilt, []))


def test_filling_in_gives_back_the_offsets_that_are_committed(check, cases, spoilt):
    for case in spoilt:
        for evidence in case["evidence"]:
            evidence.update(start=None, end=None, page=None, text=" ".join(evidence["text"].split()))
    check.fill(spoilt)
    assert spoilt == cases


def test_a_correction_without_a_quote_is_reported(check, spoilt):
    case = next(case for case in spoilt if case["meta"].get("correction"))
    case["evidence"], case["meta"]["groups"] = [], []
    assert f"{case['id']}: a correction and the quote that supports it go together." in check.problems(spoilt, [])
