"""`kill -9` at every named point, at random, and while Chroma writes: nothing is lost, nothing stays lying about."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from index_worker import Worker
from index_world import debris_of, document_text, expected_contents, make_world, same, scaled, settings_of

from dealqa.config import Settings
from dealqa.index.faults import CRASH_POINTS

SCHEMAS = Path(__file__).resolve().parent.parent / "index" / "schemas"

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]


def edit(settings: Settings, number: int) -> None:
    """One document of many changes, one comes, one goes."""
    folder = settings.corpus
    (folder / "paper-1.md").write_text(document_text(1000 + number, 2), encoding="utf-8")
    (folder / f"new-{number}.md").write_text(document_text(2000 + number, 1), encoding="utf-8")
    (folder / f"new-{number - 1}.md").unlink(missing_ok=True)


def live_after(settings: Settings, worker: Worker, states: list[dict[str, Any]]) -> int:
    """Which of some states the index is in, after a look that all is well."""
    said = worker.look(settings, contents=True, check=True)
    assert "error" not in said and "signal" not in said, said
    assert said["notices"] == [], said
    found = [number for number, state in enumerate(states) if same(state, said["contents"])]
    assert found, "the index is neither as before nor as after"
    return found[0]


def killed_and_recovered(settings: Settings, worker: Worker, number: int, tally: Counter[str], **job: Any) -> None:
    """Change documents, kill the run, look, run again."""
    before = expected_contents(settings)
    edit(settings, number)
    after = expected_contents(settings)
    said = worker.build(settings, **job)
    tally["killed" if "signal" in said else f"ended with {said['error']}" if "error" in said else "not struck"] += 1
    state = live_after(settings, worker, [before, after])
    tally[("as before", "as after")[state]] += 1
    again = worker.build(settings)
    assert "error" not in again, again
    assert live_after(settings, worker, [after]) == 0
    assert debris_of(settings) == []


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, worker: Worker) -> Settings:
    made = make_world(tmp_path_factory.mktemp("killed"), documents=12, sections=3)
    assert worker.build(made)["published"]
    return made


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_run_that_is_killed_at_a_named_point_loses_nothing(point, settings, worker, tally):
    killed_and_recovered(settings, worker, CRASH_POINTS.index(point) + 1, tally, crash_at=point)
    assert tally["not struck"] == 0 or point == "chroma_copied", "nothing was killed"


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_first_run_that_is_killed_leaves_nothing_or_all(point, worker, tmp_path, tally):
    settings = make_world(tmp_path, documents=3, sections=1)
    said = worker.build(settings, crash_at=point)
    tally["killed" if "signal" in said else "not struck"] += 1
    looked = worker.look(settings, contents=True)
    if "error" in looked:
        assert looked["error"] == "IndexMissing", looked
    else:
        assert same(looked["contents"], expected_contents(settings))
    assert "error" not in worker.build(settings)
    live_after(settings, worker, [expected_contents(settings)])
    assert debris_of(settings) == []


@pytest.mark.parametrize("point", ["before_commit", "committed", "chroma_changed", "chroma_synced", "pointer_written"])
def test_a_rebuild_that_is_killed_loses_nothing(point, settings, worker, tally):
    before = expected_contents(settings)
    said = worker.build(settings, crash_at=point, options={"rebuild": True})
    tally["killed" if "signal" in said else "not struck"] += 1
    live_after(settings, worker, [before])
    assert "error" not in worker.build(settings)
    live_after(settings, worker, [before])
    assert debris_of(settings) == []


@pytest.mark.parametrize("point", ["locked", "chroma_changed", "chroma_recorded", "pointer_written", "pruned"])
def test_a_purge_that_is_killed_loses_nothing(point, settings, worker, tally):
    before = expected_contents(settings)
    said = worker.purge(settings, environment={"DEALQA_CRASH_AT": point})
    tally["killed" if "signal" in said else "not struck"] += 1
    live_after(settings, worker, [before])
    assert "error" not in worker.purge(settings)
    live_after(settings, worker, [before])
    assert debris_of(settings) == []


def test_runs_that_are_killed_at_random_lose_nothing(settings, worker, tally):
    edit(settings, 100)
    whole = worker.build(settings)["took"]
    chance = random.Random(7)  # noqa: S311
    for number in range(scaled(50)):
        killed_and_recovered(settings, worker, 101 + number, tally, kill_after=chance.uniform(0, whole))


def test_runs_that_are_killed_while_chroma_writes_its_graph_lose_nothing(settings, worker, tally):
    chance = random.Random(8)  # noqa: S311
    for number in range(scaled(30)):
        killed_and_recovered(settings, worker, 301 + number, tally, flush_delay=chance.uniform(0, 0.03))


def test_bringing_on_an_older_format_may_be_killed_at_any_moment(worker, tmp_path, tally):
    chance = random.Random(9)  # noqa: S311
    for number in range(scaled(20)):
        folder = tmp_path / str(number)
        shutil.copytree(SCHEMAS / "1", folder)
        old = settings_of(folder)
        said = worker.build(old, kill_after=chance.uniform(0, 0.2))
        tally["killed" if "signal" in said else "not struck"] += 1
        assert "error" not in worker.build(old)
        said = worker.look(old, check=True)
        assert said["notices"] == [], said
        assert debris_of(old) == []


def test_a_reader_that_was_killed_leaves_nothing_for_long(settings, worker, tmp_path, tally):
    views = tmp_path / "views"
    views.mkdir()
    for _ in range(scaled(20)):
        said = worker.look(settings, environment={"TMPDIR": str(views)}, kill_after=random.uniform(0.0, 0.5))  # noqa: S311
        tally["killed" if "signal" in said else "not struck"] += 1
    for path in views.iterdir():
        os.utime(path, (0, 0))
    assert "error" not in worker.look(settings, environment={"TMPDIR": str(views)})
    assert list(views.iterdir()) == []
