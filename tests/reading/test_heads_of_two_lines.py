"""A header of two lines is read as one head for each column; a row of values is none."""

from __future__ import annotations

import pytest
from reading_files import a_docx, a_pdf

from dealqa.reading.tables import two_lines_of_heads

SPANNING = (("", "Paid", "", "Planned", ""), ("", "2018", "2019", "2018", "2019"))
BODY = ("New roads", "4", "5", "6", "7")
TOGETHER = "| Paid 2018 | Paid 2019 | Planned 2018 | Planned 2019"


@pytest.mark.parametrize(
    ("above", "below", "together"),
    [
        (*SPANNING, ("", "Paid 2018", "Paid 2019", "Planned 2018", "Planned 2019")),
        (
            ("", "", "Year ended", ""),
            ("", "2017", "2018", "2019"),
            ("", *(f"Year ended {year}" for year in (2017, 2018, 2019))),
        ),
        (("Item", "2018", "2019"), ("", "£m", "£m"), ("Item", "2018 £m", "2019 £m")),
        (("Item", "2018", "2019"), ("", "", "(in thousands)"), ("Item", "2018 (in thousands)", "2019 (in thousands)")),
        (("", "2018", "2019"), ("(£000)", "%", "%"), ("(£000)", "2018 %", "2019 %")),
    ],
    ids=["spanning", "alone above", "units", "alone below", "with a unit in front"],
)
def test_two_lines_become_one_head_for_each_column(
    above: tuple[str, ...], below: tuple[str, ...], together: tuple[str, ...]
) -> None:
    assert two_lines_of_heads(above, below) == together


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (("City", "Lead", "Years"), ("Leeds", "Council", "4")),
        (("City", "Money", ""), ("Leeds", "1", "2")),
        (("City", "Money", ""), ("", "1", "2")),
        (("City", "Lead", "Years"), ("", "Council", "next")),
        (("City", "Lead", "Years"), ("", "", "")),
        (("City", "Lead"), ("", "Council", "4")),
    ],
    ids=[
        "a row",
        "a row under a span",
        "values under a span",
        "a row without its label",
        "an empty row",
        "other columns",
    ],
)
def test_a_row_that_is_no_header_is_not_taken_for_one(above: tuple[str, ...], below: tuple[str, ...]) -> None:
    assert two_lines_of_heads(above, below) is None


def html_row(cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def markdown(rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


@pytest.mark.parametrize("name", ["deal.md", "deal.html"])
def test_rows_below_two_lines_of_heads_know_both(read, name: str) -> None:
    rows = [*SPANNING, BODY, ("Old roads", "1", "2", "3", "4")]
    body = markdown(rows) if name.endswith(".md") else f"<table>{''.join(map(html_row, rows))}</table>"
    document = read(name, f"{body}\n")
    assert [block.table_header for block in document.blocks[2:]] == [TOGETHER] * 2


def test_spanning_heads_of_a_word_table_are_known_in_each_row(read) -> None:
    def fill(word):
        table = word.add_table(rows=3, cols=5)
        for row, values in zip(table.rows, [*SPANNING, BODY], strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value

    assert read("deal.docx", a_docx(fill)).blocks[-1].table_header == TOGETHER


def test_units_below_the_heads_of_a_printed_table_are_known_in_each_row(read) -> None:
    rows = [("Item", "2018", "2019"), ("", "£m", "£m"), ("New roads", "4", "5")]
    page = [(72, 760, 11, "The roads are paid for as the table says, in two years, by all of the councils.")]
    for i, row in enumerate(rows):
        page += [(72 + 150 * k, 700 - 20 * i, 11, cell) for k, cell in enumerate(row) if cell]
    document = read("deal.pdf", a_pdf(page))
    assert document.blocks[-1].table_header == "Item | 2018 £m | 2019 £m"
