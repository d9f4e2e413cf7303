"""Cells of a row, in their columns."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_corpus import hit_of

from dealqa.answering.wording import readable
from dealqa.rows import cells_of, is_heads, parted, under_heads


def test_a_bar_at_an_end_says_that_the_cell_there_is_empty() -> None:
    assert cells_of("| 2018 | 2019") == ["", "2018", "2019"]
    assert cells_of("City | Money |") == ["City", "Money", ""]


@pytest.mark.parametrize(
    "row", ["Leeds | £4m | £5m", "| Leeds | £4m | £5m |"], ids=["as it is read", "with bars around"]
)
def test_each_cell_stands_under_its_head(row: str) -> None:
    assert under_heads(row, "| 2018 | 2019") == [("", "Leeds"), ("2018", "£4m"), ("2019", "£5m")]


def test_a_row_of_another_length_stands_under_no_heads() -> None:
    assert under_heads("Leeds | £4m", "City | 2018 | 2019") == []
    assert under_heads("Leeds | £4m", "") == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [("| Paid |", True), ("| 2018 | 2019", True), ("Item | 2018 | 20", False), ("Leeds | 1 | 2", False)],
)
def test_the_lines_of_a_header_are_told_from_rows(row: str, expected: bool) -> None:
    assert is_heads(row, "| Paid 2018 | Paid 2019") is expected


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("a | b", ["a", "b"]),
        ("| a | b", ["", "a", "b"]),
        ("a |  |", ["a", "", ""]),
        (r"a | b \| c", ["a", r"b \| c"]),
        (r"a \\| b", ["a \\\\", "b"]),
        ("a|b", ["a", "b"]),
        ("alone", ["alone"]),
    ],
)
def test_cells_are_parted_at_bars_only(row: str, cells: list[str]) -> None:
    found = parted(row)
    assert [row[cell.content[0] : cell.content[1]] for cell in found] == cells
    assert found[-1].end == len(row)


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ("Leeds | £4m | £5m", "City: Leeds; Paid 2018: £4m; Paid 2019: £5m"),
        ("| 2018 | 2019", "2018; 2019"),
        ("City | Paid |", "City; Paid"),
    ],
    ids=["a row", "the lower line of the header", "the upper line of the header"],
)
def test_a_line_of_heads_is_read_without_heads(row: str, read: str) -> None:
    hit = hit_of(row)
    assert (
        readable(row, replace(hit, passage=replace(hit.passage, context="A paper\nCity | Paid 2018 | Paid 2019")))
        == read
    )
