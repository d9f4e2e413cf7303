from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dealqa.errors import SuiteError
from dealqa.evaluation import Evidence, load_suite

GOOD: dict[str, Any] = {
    "id": "q1",
    "question": "How long?",
    "answers": ["25 years"],
    "answerable": True,
    "evidence": [{"doc": "a.txt", "text": "25 years", "start": 9, "end": 17, "page": None}],
    "scope": None,
    "meta": {"class": "duration"},
}


def write_suite(folder: Path, *rows: dict[str, Any] | str) -> Path:
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    (corpus / "a.txt").write_text("It lasts 25 years.\r\n", encoding="utf-8", newline="")
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def message_of(folder: Path, split: str | None = None) -> str:
    with pytest.raises(SuiteError) as caught:
        load_suite(folder, split)
    return str(caught.value)


def test_a_case_is_read_with_all_its_fields(tmp_path: Path) -> None:
    row = GOOD | {"history": ["Who?"], "tags": ["short"], "split": "dev", "required": ["25", ["years", "yrs"]]}
    suite = load_suite(write_suite(tmp_path / "mine", row))
    (case,) = suite.cases
    assert suite.name == "mine"
    assert suite.corpus == tmp_path / "mine" / "corpus"
    assert case.evidence == (Evidence("a.txt", "25 years", 9, 17, None),)
    assert (case.answers, case.history, case.tags) == (("25 years",), ("Who?",), ("short",))
    assert case.required == (("25",), ("years", "yrs"))
    assert (case.case_class, case.split) == ("duration", "dev")


def test_a_suite_without_a_corpus_folder_has_no_corpus(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    assert load_suite(tmp_path).corpus is None


def test_only_the_cases_of_the_asked_split_are_kept(tmp_path: Path) -> None:
    folder = write_suite(tmp_path / "s", GOOD | {"split": "dev"}, GOOD | {"id": "q2", "meta": {"split": "test"}})
    assert [case.id for case in load_suite(folder, "test").cases] == ["q2"]


def test_blank_lines_are_passed_over_but_counted(tmp_path: Path) -> None:
    folder = write_suite(tmp_path / "s", GOOD, "", GOOD | {"id": "q2", "answerable": "yes"})
    assert "line 3" in message_of(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"answerable": "yes"}, '"answerable" must be true or false'),
        ({"question": " "}, '"question" must be a string that is not empty'),
        ({"question": "\ud800"}, "half a character"),
        ({"id": 7}, '"id" must be a string'),
        ({"answers": "25 years"}, '"answers" must be a list of strings'),
        ({"answerable": False}, "not answerable cannot have"),
        ({"anwsers": []}, "no key called 'anwsers'"),
        ({"scope": "../a.txt"}, '"scope" must be a path inside the corpus folder'),
        ({"scope": "b.txt"}, "there is no document 'b.txt'"),
        ({"split": "train"}, '"split" must be "dev" or "test"'),
        ({"meta": []}, None),
        ({"meta": [1]}, '"meta" must be an object'),
        ({"required": "x"}, '"required" must be a list'),
        ({"groups": [[]]}, '"groups" must be a list of lists'),
        ({"groups": [[0], [None]]}, "must name all of the 1 pieces of evidence"),
        ({"groups": [[0, 1]]}, "must name all of the 1 pieces of evidence"),
        ({"required": [[]]}, "has no alternatives"),
        ({"evidence": {}}, None),
        ({"evidence": ["x"]}, "must be an object"),
        ({"evidence": [{"doc": "a.txt", "text": "25 years", "begin": 9}]}, "no key of evidence called 'begin'"),
        ({"evidence": [{"doc": "/a.txt", "text": "25 years"}]}, "must be a path inside"),
        ({"evidence": [{"doc": "a.txt", "text": ""}]}, '"evidence.text"'),
        ({"evidence": [{"doc": "a.txt", "text": "25 years", "start": 9}]}, "both given or both null"),
        ({"evidence": [{"doc": "a.txt", "text": "25 years", "start": 9, "end": 16}]}, "is 8 characters long"),
        ({"evidence": [{"doc": "a.txt", "text": "25 years", "start": 8, "end": 16}]}, "is not the evidence's text"),
        ({"evidence": [{"doc": "a.txt", "text": "25 years", "start": -1, "end": 7}]}, "must be a whole number"),
        ({"evidence": [{"doc": "a.txt", "text": "25 years", "page": 0}]}, "counted from 1"),
        ({"evidence": [{"doc": "gone.txt", "text": "25 years"}]}, "there is no document 'gone.txt'"),
    ],
)
def test_a_malformed_line_is_named_with_what_is_wrong(
    tmp_path: Path, change: dict[str, Any], words: str | None
) -> None:
    folder = write_suite(tmp_path / "s", GOOD | {"id": "q0"}, GOOD | change)
    if words is None:  # an empty object or list stands for nothing
        assert len(load_suite(folder).cases) == 2
        return
    message = message_of(folder)
    assert "questions.jsonl, line 2" in message
    assert words in message


def test_the_same_id_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    message = message_of(write_suite(tmp_path / "s", GOOD, GOOD))
    assert "line 2" in message
    assert "already used on line 1" in message


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    assert "line 2: this is not JSON" in message_of(write_suite(tmp_path / "s", GOOD, "{"))


def test_a_line_that_is_no_object_is_named(tmp_path: Path) -> None:
    assert "line 1: a case must be a JSON object" in message_of(write_suite(tmp_path / "s", "[]"))


def test_an_empty_suite_is_an_error(tmp_path: Path) -> None:
    assert "holds no questions" in message_of(write_suite(tmp_path / "s"))


def test_a_missing_suite_says_what_a_suite_is(tmp_path: Path) -> None:
    message = message_of(tmp_path / "nowhere")
    assert "There is no evaluation suite" in message
    assert "questions.jsonl" in message


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_bytes(b'{"id": "\xff"}')
    assert "is not UTF-8" in message_of(tmp_path)


def test_an_unknown_split_is_an_error(tmp_path: Path) -> None:
    assert "no split called 'train'" in message_of(write_suite(tmp_path / "s", GOOD), "train")


def test_a_split_without_cases_is_an_error(tmp_path: Path) -> None:
    assert "no case of the split 'test'" in message_of(write_suite(tmp_path / "s", GOOD), "test")


def test_offsets_count_the_carriage_returns_of_the_file(tmp_path: Path) -> None:
    folder = write_suite(tmp_path / "s", GOOD)
    (folder / "corpus" / "a.txt").write_bytes(b"It las\r\nts 25 years.")
    row = GOOD | {"evidence": [{"doc": "a.txt", "text": "25 years", "start": 11, "end": 19}]}
    (folder / "questions.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert load_suite(folder).cases[0].evidence[0].start == 11


def test_a_csv_of_questions_and_answers_is_a_suite(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text('Question,Answer\n"How long, then?",25 years | 25 yrs\nWho?,\n', encoding="utf-8")
    suite = load_suite(file)
    assert suite.name == "mine"
    assert [case.question for case in suite.cases] == ["How long, then?", "Who?"]
    assert suite.cases[0].answers == ("25 years", "25 yrs")
    assert [case.answerable for case in suite.cases] == [True, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("question,reply\nWho?,me\n", "line 1: the columns question and answer are needed"),
        ("", "line 1: the columns question and answer are needed"),
        ("question,answer\nWho, then?,me\n", "line 2: there are more cells than columns"),
        ("question,answer\n,me\n", 'line 2: "question" must be a string'),
        ('question,answer\n"Who?,me\n', "this is not valid CSV"),
    ],
)
def test_a_malformed_csv_is_named_with_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(text, encoding="utf-8")
    assert words in message_of(file)


def test_evidence_is_needed_by_groups_where_the_case_names_them(tmp_path: Path) -> None:
    pieces = [{"doc": "a.txt", "text": text} for text in ("It", "lasts", "25 years")]
    folder = write_suite(tmp_path / "s", GOOD | {"evidence": pieces, "meta": {"groups": [[0, 2], [1]]}})
    (case,) = load_suite(folder).cases
    assert [[piece.text for piece in group] for group in case.needs] == [["It", "25 years"], ["lasts"]]
