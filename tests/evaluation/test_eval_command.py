"""`dealqa eval` from end to end, over a small corpus of one example suite."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dealqa.cli import main
from dealqa.config import Settings
from dealqa.evaluation import write_example
from dealqa.index import build_index


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("eval") / "example"
    write_example(folder)
    return folder


@pytest.fixture(scope="module")
def users_index(example: Path) -> Path:
    """The example's document as a user has indexed it."""
    index = example.parent / "index"
    build_index(Settings(corpus=example / "corpus", index=index, cache=Path(os.environ["DEALQA_CACHE"])))
    return index


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `dealqa eval` in an empty folder: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def command(*options: object) -> tuple[int, str, str]:
        code = main(["eval", *map(str, options)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


@pytest.fixture
def before(run: Any, example: Path, tmp_path: Path) -> Path:
    assert run("--suite", example, "--out", "before")[0] == 0
    return tmp_path / "before"


def spoil(folder: Path, **scores: float) -> None:
    """Makes an earlier run look better or worse than it was."""
    file = folder / "verdicts.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    changed = [row | {"scores": row["scores"] | scores} for row in rows]
    file.write_text("".join(json.dumps(row) + "\n" for row in changed), encoding="utf-8")


GATE = '[[metric]]\nname = "token_f1"\nbetter = "higher"\nstrict = true\n'


def test_the_example_runs_at_once_and_is_answered(run: Any, example: Path, tmp_path: Path) -> None:
    code, printed, _ = run("--suite", example, "--out", "out", "--json", "m.json", "--html", "r.html")
    assert code == 0
    assert "4 questions of 1 documents" in printed
    assert json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))["metrics"]["correct"]["mean"] == 1.0
    assert "No case failed." in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "metrics.json",
        "predictions.jsonl",
        "verdicts.jsonl",
    ]


def test_init_without_an_index_writes_a_suite_with_a_document(run: Any, tmp_path: Path) -> None:
    code, printed, _ = run("--init", "mine", "--index", "nowhere")
    assert code == 0
    assert "dealqa eval --suite mine" in printed
    assert (tmp_path / "mine" / "corpus" / "example-deal.md").is_file()


def test_init_asks_the_documents_that_are_indexed_and_runs_on_them(
    run: Any, users_index: Path, example: Path, tmp_path: Path
) -> None:
    assert run("--init", "mine", "--index", users_index)[0] == 0
    assert "example-deal.md" in (tmp_path / "mine" / "questions.jsonl").read_text(encoding="utf-8")
    code, printed, _ = run("--suite", "mine", "--index", users_index, "--corpus", example / "corpus")
    assert code == 0
    assert "2 questions of 1 documents" in printed


def test_a_csv_of_two_lines_is_asked_of_the_users_documents(
    run: Any, users_index: Path, example: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("question,answer\nHow large is the investment fund?,£45m\n", encoding="utf-8")
    code, _, _ = run(
        "--suite", "mine.csv", "--index", users_index, "--corpus", example / "corpus", "--json", "m.json", "--html", "r"
    )
    assert code == 0
    metrics = json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))["metrics"]
    assert metrics["answer_match"]["mean"] == 1.0
    assert metrics["figure_match"]["mean"] == 1.0
    assert metrics["hit@1"] == {"mean": None, "low": None, "high": None, "n": 0, "excluded": 1}


def test_a_run_beside_itself_passes_the_gate(run: Any, example: Path, before: Path) -> None:
    Path("gate.toml").write_text(GATE, encoding="utf-8")
    code, printed, _ = run("--suite", example, "--compare", before, "--gate", "gate.toml")
    assert code == 0
    assert "no metric changed" in printed
    assert "The gate gate.toml is passed." in printed


def test_a_loss_that_the_gate_names_ends_with_exit_code_4(run: Any, example: Path, before: Path) -> None:
    spoil(before, token_f1=1.0, correct=1.0)
    Path("gate.toml").write_text(GATE, encoding="utf-8")
    code, printed, _ = run("--suite", example, "--compare", before, "--gate", "gate.toml", "--json", "m.json")
    assert code == 4
    assert "The gate gate.toml is failed:" in printed
    assert "token_f1 went from 1.000 to" in printed
    content = json.loads(Path("m.json").read_text(encoding="utf-8"))
    assert [failure["metric"] for failure in content["gate"]] == ["token_f1"]
    assert content["comparison"]["shared"] == 4


def test_the_gate_in_its_usual_place_is_found(run: Any, example: Path, before: Path) -> None:
    spoil(before, token_f1=1.0)
    Path("evals").mkdir()
    Path("evals/gate.toml").write_text(GATE, encoding="utf-8")
    assert run("--suite", example, "--compare", before)[0] == 4


def test_without_a_gate_a_comparison_says_so_and_passes(run: Any, example: Path, before: Path) -> None:
    spoil(before, token_f1=1.0)
    code, printed, _ = run("--suite", example, "--compare", before)
    assert code == 0
    assert "There is no gate" in printed


def test_a_gate_without_a_run_to_compare_with_is_an_error(run: Any, example: Path) -> None:
    code, _, said = run("--suite", example, "--gate", "gate.toml")
    assert code == 2
    assert "without --compare" in said


def test_a_run_that_is_not_there_is_told_before_anything_is_asked(run: Any, example: Path, tmp_path: Path) -> None:
    code, _, said = run("--suite", example, "--compare", "nowhere", "--out", "out")
    assert code == 2
    assert "There is no earlier run at nowhere" in said
    assert not (tmp_path / "out").exists()


def test_a_baseline_can_be_compared_with_and_is_the_same_each_time(run: Any, example: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("--suite", example, "--write-baseline", name)[0] == 0
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["metrics.json", "verdicts.jsonl"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert run("--suite", example, "--compare", "one")[0] == 0
