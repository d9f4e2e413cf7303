from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eval_contract import SECOND, TEXTS, answer, case, citation, hit, refusal
from rich.console import Console

from dealqa.config import Settings
from dealqa.errors import SuiteError
from dealqa.evaluation import (
    METRICS,
    PUBLISHED,
    Baseline,
    EvalRun,
    Outcome,
    Suite,
    baselines_for,
    default_output,
    load_baselines,
    render,
    settings_for,
    write_run,
)
from dealqa.evaluation.run import models_of


def tiny_run(seconds: float = 1.0, question: str = "How long?") -> EvalRun:
    outcomes = (
        Outcome(
            case(id="q1", question=question, evidence=(SECOND,), answers=("25 years",), case_class="duration"),
            answer("It lasts 25 years.", citation(26, 44), hits=[hit("a.txt", 20, 57)]),
            None,
            12.0,
        ),
        Outcome(case(id="q2", question=question, answers=("x",), case_class="amount"), None, "QuestionError: no", None),
        Outcome(case(id="q3", question=question, answerable=False, case_class="amount"), refusal(), None, 14.0),
    )
    return EvalRun(
        suite=Suite("squad2", Path("squad2"), tuple(outcome.case for outcome in outcomes)),
        outcomes=outcomes,
        texts=TEXTS,
        not_located=("q2",),
        generation="g1",
        model="m",
        documents=2,
        passages=3,
        unreadable=("bad.pdf",),
        seconds={"index": seconds, "ask": seconds},
    )


def written(folder: Path, run: EvalRun) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    write_run(run, run.judge(), folder, PUBLISHED["squad2"])
    lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], json.loads((folder / "metrics.json").read_text(encoding="utf-8"))


def shown(run: EvalRun, baselines: tuple[Baseline, ...] = ()) -> str:
    console = Console(width=200, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(render(run, run.judge(), baselines))
    return capture.get()


def test_predictions_are_the_answer_contract_with_the_cases_id(tmp_path: Path) -> None:
    run = tiny_run()
    predictions, _ = written(tmp_path / "out", run)
    assert [row["id"] for row in predictions] == ["q1", "q2", "q3"]
    prediction = run.outcomes[0].prediction
    assert prediction is not None
    assert predictions[0] == {"id": "q1", **prediction}


def test_a_question_that_failed_is_written_with_its_error(tmp_path: Path) -> None:
    predictions, metrics = written(tmp_path, tiny_run())
    assert predictions[1] == {"id": "q2", "question": "How long?", "error": "QuestionError: no"}
    assert metrics["failures"] == [{"id": "q2", "class": "amount", "cause": "error", "error": "QuestionError: no"}]


def test_metrics_say_what_was_measured_on_what(tmp_path: Path) -> None:
    _, metrics = written(tmp_path, tiny_run())
    assert (metrics["suite"], metrics["n"], metrics["answerable"], metrics["errors"]) == ("squad2", 3, 2, 1)
    assert (metrics["generation"], metrics["model"]) == ("g1", "m")
    assert list(metrics["metrics"]) == [metric.name for metric in METRICS]
    assert metrics["metrics"]["hit@1"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "n": 1, "excluded": 2}
    assert list(metrics["by_class"]) == ["amount", "duration"]
    assert metrics["baselines"]["BM25"]["hit@1"] == 0.805


def test_only_what_depends_on_the_clock_differs_between_two_runs(tmp_path: Path) -> None:
    first, second = written(tmp_path / "1", tiny_run(1.0)), written(tmp_path / "2", tiny_run(2.0))
    assert first[0] == second[0]
    assert {name for name in first[1] if first[1][name] != second[1][name]} == {"seconds"}


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    run = tiny_run()
    with pytest.raises(SuiteError, match="cannot be written"):
        write_run(run, run.judge(), tmp_path / "out")


def test_the_tables_show_metrics_classes_baselines_and_failures() -> None:
    text = shown(tiny_run(), PUBLISHED["squad2"])
    for words in (
        "hit@1",
        "By class of question",
        "plain LangChain recipe",
        "dealqa, this run",
        "0.685",
        "error",
        "bad.pdf",
    ):
        assert words in text


def test_what_had_nothing_to_judge_is_shown_as_a_dash() -> None:
    run = replace(tiny_run(), outcomes=tiny_run().outcomes[2:])  # one unanswerable case
    line = next(line for line in shown(run).splitlines() if line.strip().startswith("MRR"))
    assert line.split() == ["MRR", "–", "–", "0", "1"]


def test_markup_and_control_characters_in_a_suite_are_shown_and_not_obeyed() -> None:
    text = shown(tiny_run(question="[bold]Who?[/bold] \x1b[31mred"))
    assert "[bold]Who?[/bold]" in text
    assert "\x1b" not in text


def test_a_suite_with_a_corpus_gets_an_index_of_its_own(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path, index=tmp_path / "users")
    own = settings_for(Suite("s", tmp_path, (), tmp_path / "corpus"), settings)
    assert own.corpus == tmp_path / "corpus"
    assert own.index.parent == tmp_path / "evals"


def test_another_model_gets_another_index(tmp_path: Path) -> None:
    suite = Suite("s", tmp_path, (), tmp_path / "corpus")
    one, other = Settings(cache=tmp_path), Settings(cache=tmp_path, model="other")
    assert settings_for(suite, one).index == settings_for(suite, one).index
    assert settings_for(suite, one).index != settings_for(suite, other).index


def test_a_suite_without_a_corpus_uses_the_settings_as_they_are(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path)
    assert settings_for(Suite("s", tmp_path, ()), settings) is settings


def test_the_default_folder_names_suite_and_split() -> None:
    assert default_output(Suite("s/..", Path("s"), (), split="dev")) == Path("evals/runs/s----dev")


def test_the_published_baselines_name_metrics_that_exist() -> None:
    names = {metric.name for metric in METRICS}
    assert all(set(baseline.figures) <= names for baselines in PUBLISHED.values() for baseline in baselines)


def test_a_suites_own_baselines_come_before_the_published_ones(tmp_path: Path) -> None:
    suite = Suite("squad2", tmp_path, ())
    assert baselines_for(suite) == PUBLISHED["squad2"]
    (tmp_path / "baselines.json").write_text('{"mine": {"hit@1": 0.5}}', encoding="utf-8")
    assert baselines_for(suite) == (Baseline("mine", {"hit@1": 0.5}),)


def test_the_metrics_of_an_earlier_run_are_a_baseline(tmp_path: Path) -> None:
    written(tmp_path / "before", tiny_run())
    (baseline,) = load_baselines(tmp_path / "before" / "metrics.json")
    assert baseline.system == "run of before"
    assert baseline.figures["hit@1"] == 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "must be a JSON object"),
        ('{"mine": 3}', "'mine' must be an object"),
        ('{"mine": {"hit@1": "high"}}', "'hit@1' = 'high', no number"),
    ],
)
def test_malformed_baselines_are_named_with_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "b.json").write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"b\.json") as caught:
        load_baselines(tmp_path / "b.json")
    assert words in str(caught.value)


def test_missing_baselines_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="cannot be read"):
        load_baselines(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "m"),
        ({"larger_evidence_model": "somewhere"}, "m, with the larger evidence model"),
        ({"evidence_model": False, "larger_evidence_model": "somewhere"}, "m, without the evidence model"),
    ],
    ids=["as it comes", "the larger one", "none"],
)
def test_a_run_says_which_evidence_models_it_was_asked_with(given, told):
    assert models_of(Settings(model="m", **given)) == told
