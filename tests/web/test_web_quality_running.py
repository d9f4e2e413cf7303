"""Asking a suite from the page "Quality": over a real server, from the form to the figures."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from awaiting import awaited

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.updating import Progress
from dealqa.updating.background import Background, Ended
from dealqa.web.quality.evaluator import Asked, Asking, Evaluator, Failed, State, Stopped
from dealqa.web.quality.run_box import refresh_tag, run_box, told_progress
from dealqa.web.readers import EVERYBODY, Reader

NOW = datetime(2025, 11, 29, 1, 36).astimezone()
ROB = Reader("Rob", "reader")


def suite(evals: Path, number: int = 2, split: str = "dev") -> None:
    cases = [
        {"id": f"q{one}", "question": "What does Bristol retain?", "answerable": True, "answers": ["25 years"]}
        for one in range(number)
    ]
    folder = evals / "paper"
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(case | {"split": split}) + "\n" for case in cases)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")


@dataclass
class Site:
    """A running web app over a folder of suites of its own."""

    address: str
    evals: Path
    assistant: Assistant

    def post(self, what: str, **form: str) -> httpx.Response:
        return httpx.post(f"{self.address}/quality/{what}", headers={"Origin": self.address}, data=form)

    def page(self) -> str:
        return httpx.get(f"{self.address}/quality", timeout=30).text

    def told(self) -> str:
        """How far it is."""
        return str(httpx.get(f"{self.address}/quality/progress").json().get("told", ""))

    def outcome(self) -> str:
        """The page when nothing is asked any more."""
        return awaited(lambda: page if "<progress" not in (page := self.page()) else "")


@pytest.fixture
def site(
    changing: Settings,
    tmp_path: Path,
    serving: Callable[[Assistant], AbstractContextManager[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    monkeypatch.chdir(tmp_path)  # the folder of suites is that of where the server is started
    suite(tmp_path / "evals")
    with Assistant(changing) as assistant, serving(assistant) as address:
        yield Site(address, tmp_path / "evals", assistant)


@pytest.fixture
def evaluator(changing: Settings, tmp_path: Path) -> Iterator[Evaluator]:
    suite(tmp_path / "evals")
    opened = Evaluator(changing, tmp_path / "evals")
    yield opened
    opened.close()


def ended(evaluator: Evaluator) -> State:
    assert evaluator.start(evaluator.evals / "paper")
    return awaited(lambda: state if not isinstance(state := evaluator.state(), Asking) else None)


def test_a_suite_is_asked_and_its_figures_are_shown(site: Site) -> None:
    response = site.post("run", suite="paper")
    assert (response.status_code, response.headers["location"]) == (303, "/quality#ask")
    page = site.outcome()
    assert "paper was asked" in page
    assert "Of 2 questions, 2 came out right: 100.0%" in page
    assert page.partition('<a href="/quality?run=')[2].startswith("runs%2Fpaper-dev-")


def test_a_run_leaves_what_dealqa_eval_leaves_and_nothing_else(site: Site) -> None:
    site.post("run", suite="paper")
    site.outcome()
    (folder,) = (site.evals / "runs").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["metrics.json", "predictions.jsonl", "verdicts.jsonl"]


def test_it_brings_the_index_up_to_date_as_dealqa_eval_does(site: Site) -> None:
    (site.assistant.settings.corpus / "hull.md").write_text("# Hull paper\n\nHull builds a port.\n", encoding="utf-8")
    site.post("run", suite="paper")
    assert "<dd>4 documents, " in site.outcome()


def test_it_tells_how_far_it_is_and_can_be_stopped(site: Site) -> None:
    suite(site.evals, 5_000)
    site.post("run", suite="paper")
    awaited(lambda: site.told().startswith("Asked ") and not site.told().startswith("Asked 0"))
    assert " of 5,000 questions …" in site.told()
    assert "<button>Stop</button>" in site.page()
    site.post("stop")
    assert "<strong>Stopped</strong>" in site.outcome()
    assert not list((site.evals / "runs").glob("*"))


def test_one_is_asked_at_a_time(site: Site) -> None:
    suite(site.evals, 5_000)
    assert [site.post("run", suite="paper").status_code for _ in range(2)] == [303, 303]
    awaited(lambda: "of 5,000" in site.told())
    site.post("stop")
    assert "<strong>Stopped</strong>" in site.outcome()
    assert site.told() == ""


def test_a_suite_that_is_malformed_is_told_with_the_line(site: Site) -> None:
    (site.evals / "paper" / "questions.jsonl").write_text('{"id": "x"}\n', encoding="utf-8")
    site.post("run", suite="paper")
    page = site.outcome()
    assert 'role="alert"' in page
    assert "paper was not asked to the end" in page
    assert "questions.jsonl, line 1: " in page


def test_a_suite_without_splits_is_asked_as_a_whole(evaluator: Evaluator) -> None:
    suite(evaluator.evals, 3, split="")
    state = ended(evaluator)
    assert isinstance(state, Asked)
    assert state.cases == 3
    assert state.key.startswith("runs/paper-2")


def test_questions_of_the_split_test_are_never_asked(evaluator: Evaluator) -> None:
    suite(evaluator.evals, 3, split="test")
    state = ended(evaluator)
    assert isinstance(state, Failed)
    assert "All questions of paper are of the split test" in state.message


def test_a_table_of_questions_is_a_suite_too(evaluator: Evaluator) -> None:
    table = evaluator.evals / "mine.csv"
    table.write_text("question,answer\nWhat does Bristol retain?,25 years\n", encoding="utf-8")
    assert evaluator.start(table)
    state = awaited(lambda: state if not isinstance(state := evaluator.state(), Asking) else None)
    assert isinstance(state, Asked)
    assert state.key.startswith("runs/mine-")


def test_it_is_asked_with_the_settings_of_the_server(evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALQA_CORPUS", "/nowhere")
    assert isinstance(ended(evaluator), Asked)


def test_runs_that_cannot_be_written_are_told(evaluator: Evaluator) -> None:
    (evaluator.evals / "runs").write_text("", encoding="utf-8")
    state = ended(evaluator)
    assert isinstance(state, Failed)
    assert "cannot be written" in state.message


def test_nothing_is_started_after_the_end(evaluator: Evaluator) -> None:
    evaluator.close()
    assert not evaluator.start(evaluator.evals / "paper")


def test_closing_ends_what_is_being_asked(evaluator: Evaluator) -> None:
    suite(evaluator.evals, 5_000)
    assert evaluator.start(evaluator.evals / "paper")
    awaited(lambda: isinstance(state := evaluator.state(), Asking) and state.progress.stage == "asking")
    evaluator.close()
    assert not isinstance(evaluator.state(), Asking)


def test_a_process_that_crashes_leaves_its_last_lines() -> None:
    run = Background("dealqa.evaluation.child", name="test", told_seconds=60, keeps_errors=True)
    assert run.start("this is no order")
    state = awaited(lambda: state if isinstance(state := run.state(), Ended) else None)
    assert state.how == "ended with code 1"
    assert "JSONDecodeError" in state.errors[-1]
    assert len(state.errors) <= 8


def test_stopping_when_nothing_runs_is_harmless() -> None:
    run = Background("dealqa.evaluation.child", name="test", told_seconds=60)
    run.stop()
    assert run.state() is None


# The box.


def test_errors_are_shown_to_editors_so_that_nothing_in_them_is_hidden_or_markup(hostile: str) -> None:
    state = Failed("paper", hostile, hostile, ("Traceback \x1b[31m\u202e", hostile), NOW)
    box = run_box(state, ["paper"], Path("evals"), EVERYBODY)
    assert "Traceback ?[31m?" in box
    assert "<img" not in box
    assert "<script" not in box


def test_readers_are_not_shown_why_it_failed() -> None:
    box = run_box(Failed("paper", "/srv/secret", "Look at /srv.", ("Traceback",), NOW), ["paper"], Path("evals"), ROB)
    assert "paper was not asked to the end" in box
    assert "srv" not in box
    assert "Traceback" not in box


def test_readers_see_how_far_it_is_and_cannot_stop_it() -> None:
    box = run_box(Asking("paper", Progress("asking", 120, 356)), ["paper"], Path("evals"), ROB)
    assert "Asked 120 of 356 questions …" in box
    assert '<progress id="far" value="120" max="356">' in box
    assert "Stop</button>" not in box


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress(), "Looking for changes in the documents …"),
        (Progress("reading", 1, 2), "Reading 1 of 2 files …"),
        (Progress("embedding", 3, 1_200), "Embedding 3 of 1,200 passages …"),
        (Progress("judging"), "Judging the answers …"),
        (Progress("dusting", 1, 2), "Looking for changes in the documents …"),
    ],
)
def test_each_stage_has_its_words(progress: Progress, words: str) -> None:
    assert told_progress(Asking("paper", progress))["told"] == words


def test_the_page_loads_itself_again_without_a_script_only_while_it_runs() -> None:
    running = Asking("paper", Progress())
    assert refresh_tag(running, still=False).startswith("<noscript>")
    assert refresh_tag(running, still=True) == ""
    assert refresh_tag(Stopped("paper", NOW), still=False) == ""
    assert refresh_tag(None, still=False) == ""


def test_without_a_suite_the_box_says_how_to_make_one() -> None:
    box = run_box(None, [], Path("evals"), EVERYBODY)
    assert "dealqa eval --init evals/my-suite" in box
    assert "<button" not in box


def test_the_suite_that_comes_with_dealqa_is_chosen_first() -> None:
    assert '<option value="city_deals" selected>' in run_box(None, ["a", "city_deals"], Path("evals"), EVERYBODY)


def test_no_child_is_left(evaluator: Evaluator) -> None:
    assert isinstance(ended(evaluator), Asked)
    evaluator.close()
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((folder / "cmdline").read_text(encoding="utf-8"))
        except OSError:
            continue
    assert not [line for line in lines if "dealqa.evaluation.child" in line and f"\0{os.getpid()}\0" in line]
