"""What is quoted with a sentence: what it leans on, and what stands right beside it and answers as well."""

from __future__ import annotations

import pytest
from core_corpus import hit_of

from dealqa.answering.quoting import answered_by_quote, cite
from dealqa.answering.weighing.evidence import Evidence

SITES, HARBOUR, MILL = "Two sites were named.", "The harbour is to be cleared.", "The mill is to be let."
TOLD = f"{SITES} {HARBOUR} {MILL}"


def quoted(number: int, read: dict[str, float], text: str = TOLD, elsewhere: tuple[str, ...] = ()) -> str:
    """The quote of one of three sentences, given how probable it is of which of them that it answers."""
    parts = tuple(part for part in (SITES, HARBOUR, MILL) if part in text)
    hit = hit_of(text, parts)
    spans = dict(zip(parts, hit.passage.sentences, strict=True))
    weighed = {(hit.document.id, spans[part]): probability for part, probability in read.items()}
    item = Evidence(hit, spans[parts[number]], parts[number], {})
    return cite(item, 1, read=weighed, elsewhere={(hit.document.id, spans[part]) for part in elsewhere}).quote


def test_what_follows_and_answers_nearly_as_well_is_quoted_too():
    assert quoted(0, {SITES: 0.6, HARBOUR: 0.4}) == f"{SITES} {HARBOUR}"


def test_what_goes_before_and_answers_nearly_as_well_is_quoted_too():
    assert quoted(1, {SITES: 0.4, HARBOUR: 0.6}) == f"{SITES} {HARBOUR}"


def test_at_most_one_sentence_on_either_side_is_quoted_too():
    assert quoted(0, {SITES: 0.6, HARBOUR: 0.5, MILL: 0.5}) == f"{SITES} {HARBOUR}"
    assert quoted(1, {SITES: 0.5, HARBOUR: 0.6, MILL: 0.5}) == TOLD


def test_what_answers_much_less_well_is_left_out():
    assert quoted(0, {SITES: 0.9, HARBOUR: 0.3}) == SITES


def test_what_was_not_read_is_left_out():
    assert quoted(0, {SITES: 0.9}) == SITES


def test_a_sentence_that_was_not_read_is_quoted_alone():
    assert quoted(0, {HARBOUR: 0.9}) == SITES


def test_another_paragraph_is_left_out():
    assert quoted(0, {SITES: 0.6, HARBOUR: 0.6}, f"{SITES}\n\n{HARBOUR}") == SITES


def test_what_has_a_quote_of_its_own_is_left_out():
    assert quoted(0, {SITES: 0.6, HARBOUR: 0.6}, elsewhere=(HARBOUR,)) == SITES


@pytest.mark.parametrize("at", [0, 1])
def test_rows_of_a_table_are_quoted_one_by_one(at):
    rows = ("Harbour | £3m", "Mill | £4m")
    hit = hit_of("\n".join(rows), rows)
    read = {(hit.document.id, span): 0.6 for span in hit.passage.sentences}
    assert cite(Evidence(hit, hit.passage.sentences[at], rows[at], {}), 1, read=read).quote == rows[at]


@pytest.mark.parametrize(
    ("read", "sure"),
    [({SITES: 0.5}, 0.5), ({SITES: 0.5, HARBOUR: 0.4}, 0.7), ({SITES: 0.5, HARBOUR: 0.1}, 0.5)],
    ids=["alone", "with what is quoted with it", "what is not quoted does not count"],
)
def test_a_quote_answers_unless_each_of_its_sentences_fails_to(read, sure):
    hit = hit_of(TOLD, (SITES, HARBOUR, MILL))
    spans = dict(zip((SITES, HARBOUR, MILL), hit.passage.sentences, strict=True))
    weighed = {(hit.document.id, spans[part]): probability for part, probability in read.items()}
    assert answered_by_quote(Evidence(hit, spans[SITES], SITES, {}), weighed) == pytest.approx(sure)
