"""Full-text scores kept by term: the scores of SQLite's whole query, and no row of another generation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import numpy as np
import pytest

from dealqa.index.lexical import TermScores

TEXTS = (
    "Bristol keeps the growth in business rates.",
    "Leeds keeps half of the growth, and a fund.",
    "The fund of Leeds pays for roads, and the fund pays for trams.",
    "A growth hub opens.",
    "Nobody keeps anything.",
)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    made.execute("CREATE VIRTUAL TABLE texts USING fts5 (text, tokenize='porter unicode61')")
    made.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", list(enumerate(TEXTS, start=1)))
    yield made
    made.close()


class Asked:
    """The two queries, counted."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.phrases: list[str] = []

    def rows(self, phrase: str) -> list[tuple[int, float]]:
        self.phrases.append(phrase)
        return self.connection.execute(
            "SELECT rowid, -bm25(texts) FROM texts WHERE texts MATCH ?", (phrase,)
        ).fetchall()

    def holding(self, phrase: str) -> list[int]:
        return [key for (key,) in self.connection.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (phrase,))]


@pytest.fixture
def asked(connection: sqlite3.Connection) -> Asked:
    return Asked(connection)


def scores_of(asked: Asked, alive: tuple[int, ...] = (1, 2, 3, 4, 5), **options: int) -> TermScores:
    return TermScores(asked.rows, asked.holding, mask(alive), **options)


def mask(keys: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    made = np.zeros(max(keys) + 1, dtype=np.bool_)
    made[list(keys)] = True
    return made


def found(scores: TermScores, terms: list[str], limit: int = 10) -> dict[int, float]:
    keys, values = scores.best(terms, limit)
    return dict(zip(keys.tolist(), values.tolist(), strict=True))


@pytest.mark.parametrize("terms", [["fund"], ["growth", "fund", "keeps"], ["fund", "funds"], ["business rates", "hub"]])
def test_the_scores_are_those_of_the_whole_query_to_the_last_bit(asked: Asked, terms: list[str]) -> None:
    query = " OR ".join(f'"{term}"' for term in terms)
    assert found(scores_of(asked), terms) == dict(asked.rows(query))


def test_a_phrase_is_asked_for_once(asked: Asked) -> None:
    scores = scores_of(asked)
    found(scores, ["fund", "growth"])
    found(scores, ["growth", "fund"])
    assert asked.phrases == ['"fund"', '"growth"']


def test_what_was_asked_for_longest_ago_is_dropped_when_there_is_no_room(asked: Asked) -> None:
    scores = scores_of(asked, kept_bytes=32)  # two rows
    for term in ("fund", "hub", "fund"):
        found(scores, [term])
    assert asked.phrases == ['"fund"', '"hub"', '"fund"']


def test_rows_of_other_generations_are_passed_over(asked: Asked) -> None:
    assert found(scores_of(asked, alive=(1, 2)), ["growth", "fund"]).keys() == {1, 2}


def test_only_the_allowed_rows_are_chosen_from(asked: Asked) -> None:
    keys, _ = scores_of(asked).best(["growth"], 10, mask((4, 5)))
    assert keys.tolist() == [4]


def test_the_best_are_given(asked: Asked) -> None:
    assert found(scores_of(asked), ["fund"], limit=1).keys() == {3}


def test_rows_that_score_as_much_as_the_last_are_given_too(connection: sqlite3.Connection, asked: Asked) -> None:
    connection.execute("INSERT INTO texts (rowid, text) VALUES (6, 'A growth hub opens.')")
    assert found(scores_of(asked, alive=(4, 5, 6)), ["hub"], limit=1).keys() == {4, 6}


@pytest.mark.parametrize("kept", [True, False])
def test_the_frequency_counts_living_rows_whether_the_scores_are_kept_or_not(asked: Asked, kept: bool) -> None:
    scores = scores_of(asked, alive=(1, 2, 3))
    if kept:
        found(scores, ["growth"])
    assert scores.frequency("growth") == 2


@pytest.mark.parametrize("term", ["", "?", '"'])
def test_a_term_without_a_word_is_in_nothing(asked: Asked, term: str) -> None:
    scores = scores_of(asked)
    assert (scores.frequency(term), found(scores, [term])) == (0, {})


def test_a_word_that_means_something_to_fts5_is_taken_as_a_word(asked: Asked) -> None:
    assert found(scores_of(asked), ["NOT", "fund*"]).keys() == {2, 3}
