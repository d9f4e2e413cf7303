from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from dealqa.errors import SuiteError
from dealqa.evaluation import load_suite, write_example
from dealqa.types import Block, Document


def document(path: str, *blocks: tuple[str, str, str]) -> Document:
    text, placed = "", []
    for kind, heading, words in blocks:
        placed.append(Block(kind, len(text), len(text) + len(words), ("Paper", heading)))  # type: ignore[arg-type]
        text += words + "\n\n"
    return Document("d1", path, "Paper", text, tuple(placed), "0" * 64)


SENTENCE = "The councils keep all of the growth for 25 years."


def ids(folder: Path) -> Sequence[str]:
    return [case.id for case in load_suite(folder).cases]


def test_the_example_is_a_suite_with_documents_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    written = write_example(folder)
    assert [str(path.relative_to(folder)) for path in written] == [
        "questions.jsonl",
        "README.md",
        "corpus/example-deal.md",
    ]
    suite = load_suite(folder)
    assert suite.corpus == folder / "corpus"
    assert {case.case_class for case in suite.cases} == {"amount", "list", "follow-up", "unanswerable"}


def test_the_example_is_commented_line_by_line(tmp_path: Path) -> None:
    write_example(tmp_path / "mine")
    lines = (tmp_path / "mine" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    places = [number for number, line in enumerate(lines) if not line.startswith("#")]
    assert all(lines[number - 1].startswith("# ") for number in places)


def test_both_splits_of_the_example_have_cases(tmp_path: Path) -> None:
    write_example(tmp_path / "mine")
    assert load_suite(tmp_path / "mine", "dev").cases
    assert load_suite(tmp_path / "mine", "test").cases


def test_the_quotes_of_the_example_stand_in_its_document(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    write_example(folder)
    text = " ".join((folder / "corpus" / "example-deal.md").read_text(encoding="utf-8").split())
    pieces = [piece.text for case in load_suite(folder).cases for piece in case.evidence]
    assert len(pieces) == 3
    assert all(piece in text for piece in pieces)


def test_an_example_about_indexed_documents_quotes_them(tmp_path: Path) -> None:
    papers = [
        document("a.md", ("heading", "Money", "Money"), ("paragraph", "Money", f"{SENTENCE} And more.")),
        document("b.md", ("paragraph", "Paper", SENTENCE)),  # no heading but the title
        document("c.md", ("paragraph", "Roads", "Too short.")),
    ]
    folder = tmp_path / "mine"
    write_example(folder, papers)
    first, last = load_suite(folder).cases
    assert first.question == "What does “Paper” say about Money?"
    (piece,) = first.evidence
    assert (piece.doc, piece.text) == ("a.md", SENTENCE)
    assert piece.start is not None
    assert papers[0].text[piece.start : piece.end] == SENTENCE
    assert not last.answerable
    assert not (folder / "corpus").exists()


def test_an_example_asks_three_documents_at_most(tmp_path: Path) -> None:
    write_example(tmp_path / "mine", [document(f"{n}.md", ("paragraph", "Money", SENTENCE)) for n in range(9)])
    assert ids(tmp_path / "mine") == ["example-1", "example-2", "example-3", "refuse"]


def test_documents_without_a_fitting_sentence_give_the_example_with_its_own(tmp_path: Path) -> None:
    write_example(tmp_path / "mine", [document("c.md", ("paragraph", "Roads", "Too short."))])
    assert (tmp_path / "mine" / "corpus").is_dir()


def test_a_suite_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    write_example(tmp_path / "mine")
    with pytest.raises(SuiteError, match="There is a suite already"):
        write_example(tmp_path / "mine")


def test_the_fields_of_the_example_are_those_of_the_format(tmp_path: Path) -> None:
    write_example(tmp_path / "mine")
    lines = (tmp_path / "mine" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if not line.startswith("#")]
    assert all(row["meta"]["class"] for row in rows)
