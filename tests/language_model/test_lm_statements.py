"""What a model wrote is taken apart into statements, whatever it wraps them in and however it is cut up."""

from __future__ import annotations

import json

import pytest

from dealqa.answering.language_model.statements import MOST_STATEMENTS, Statement, StatementReader

ONE = '{"text": "Bristol keeps 100%.", "passages": [1], "quotes": ["keeps 100%"]}'
READ = Statement("Bristol keeps 100%.", (1,), ("keeps 100%",))


def read(*parts: str) -> list[Statement]:
    reader = StatementReader()
    found = [statement for part in parts for statement in reader.feed(part)]
    return [*found, *reader.end()]


@pytest.mark.parametrize(
    "written",
    [
        f'{{"statements": [{ONE}]}}',
        f'{{\n "statements": [\n  {ONE}\n ]\n}}',
        f"[{ONE}]",
        ONE,
        f"Here is the answer:\n```json\n{ONE}\n```\nI hope it helps.",
        f'The "answer" is {ONE}',
        f'{{"statements": [{ONE}',
        '{"statements": [' + ONE + ', {"text": "cut o',
        '{"statement": "Bristol keeps 100%.", "passage": 1, "quote": "keeps 100%"}',
        '{"sentence": "Bristol keeps 100% [1].", "citations": ["[1]"], "quotes": ["keeps 100%"]}',
        '{"text": "Bristol keeps\\n100%.", "passages": ["1"], "quotes": "keeps 100%"}',
    ],
)
def test_a_statement_is_read_in_whatever_it_is_wrapped(written: str) -> None:
    assert read(written) == [READ]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_a_statement_is_read_however_the_output_is_cut_up(size: int) -> None:
    written = f'{{"statements": [{ONE}, {ONE.replace("Bristol", "Leeds")}]}}'
    parts = [written[start : start + size] for start in range(0, len(written), size)]
    assert [statement.text for statement in read(*parts)] == ["Bristol keeps 100%.", "Leeds keeps 100%."]


def test_a_statement_is_given_as_soon_as_it_is_complete() -> None:
    reader = StatementReader()
    assert reader.feed('{"statements": [' + ONE[:-1]) == []
    assert reader.feed("}") == [READ]


def test_brackets_and_quotation_marks_inside_a_statement_do_not_end_it() -> None:
    text = 'The "deal" {of 2012} has a brace: } and a \\ too.'
    assert read(json.dumps({"text": text, "passages": [2]})) == [Statement(text, (2,))]


@pytest.mark.parametrize(
    ("written", "statements"),
    [
        ("Bristol keeps 100% [1].", [Statement("Bristol keeps 100%.", (1,))]),
        ("Bristol keeps 100%. [1]", [Statement("Bristol keeps 100%.", (1,))]),
        ("- Bristol keeps 100% [1, 3]\n- Leeds 2.5% [2]", [("Bristol keeps 100%", (1, 3)), ("Leeds 2.5%", (2,))]),
        (
            "It keeps £1.5 million [Passage 2]. So be it [1-3].",
            [("It keeps £1.5 million.", (2,)), ("So be it.", (1, 2, 3))],
        ),
        ("Nothing is said of it.", [("Nothing is said of it.", ())]),
    ],
)
def test_plain_sentences_are_read_with_the_numbers_behind_them(
    written: str, statements: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(one.text, one.passages) for one in read(written)] == [
        (one.text, one.passages) if isinstance(one, Statement) else one for one in statements
    ]


@pytest.mark.parametrize("given", ['"SPA p.4"', "1.5", "true", "null", "{}", "[[1]]", '"one"'])
def test_what_is_no_number_of_a_passage_is_read_as_one_that_there_is_not(given: str) -> None:
    (statement,) = read(f'{{"text": "Bristol keeps 100%.", "passages": [{given}]}}')
    assert statement.passages in [(0,), (0, 0)]


@pytest.mark.parametrize(
    "written", ["", "   \n", "{}", '{"statements": []}', '{"text": ""}', '{"text": 5}', "{" * 5_000, '{"a": ' * 3_000]
)
def test_where_there_is_no_statement_none_is_read(written: str) -> None:
    assert read(written) == []


def test_of_a_flood_of_statements_the_first_are_read() -> None:
    assert len(read(ONE * 1_000)) == MOST_STATEMENTS
    assert len(read("A sentence [1]. " * 1_000)) == MOST_STATEMENTS
