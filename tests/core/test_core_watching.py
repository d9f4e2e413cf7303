"""An index that follows its folder: what is dropped, edited, renamed and removed; what is none of its business."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import pytest
from core_corpus import SMALL, settings_for

from dealqa.config import Settings
from dealqa.errors import CorpusError, IndexMismatch
from dealqa.index import build_index, live_generation, open_index
from dealqa.index.lock import writer_lock
from dealqa.watching import Pass, watch

PATIENCE = 60.0
"""Seconds to wait for what takes one; a busy machine is no fault of the code."""

HULL = "# Hull paper\n\nHull builds a port.\n"


class Watched:
    """A folder that is being watched, and what was told of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.told: Queue[Pass] = Queue()
        self.problems: list[BaseException] = []

    def next(self) -> Pass:
        try:
            return self.told.get(timeout=PATIENCE)
        except Empty:
            pytest.fail(f"nothing was told; {self.problems}")

    def until(self, holds: Callable[[Pass], bool]) -> Pass:
        """The next pass of which this holds: one change may be told of in two passes."""
        while not holds(made := self.next()):
            pass
        return made

    def paths(self) -> list[str]:
        index = open_index(self.settings.index)
        try:
            return [info.path for info in index.documents]
        finally:
            index.close()


@contextmanager
def watched(settings: Settings, **given: object) -> Iterator[Watched]:
    """Watch in a thread; yields once the first pass was told."""
    stop = threading.Event()
    folder = Watched(settings)

    def run() -> None:
        try:
            watch(settings, folder.told.put, stop=stop, **given)
        except BaseException as err:
            folder.problems.append(err)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        folder.first = folder.next()
        yield folder
    finally:
        stop.set()
        thread.join()
    assert folder.problems == []


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watched")
    build_index(settings_for(folder, SMALL))
    return folder


@pytest.fixture
def small(tmp_path: Path, built: Path) -> Settings:
    """An index over two documents, for a test of its own to change."""
    shutil.copytree(built / "index", tmp_path / "index")
    return settings_for(tmp_path, SMALL)


def documents(number: int) -> Callable[[Pass], bool]:
    return lambda made: made.report is not None and made.report.documents == number


def test_a_file_that_is_dropped_edited_renamed_and_removed_is_followed(small):
    with watched(small) as folder:
        assert documents(2)(folder.first)
        (small.corpus / "hull.md").write_text(HULL, encoding="utf-8")
        folder.until(documents(3))
        (small.corpus / "hull.md").write_text(HULL.replace("port", "bridge"), encoding="utf-8")
        assert folder.until(lambda made: made.report.changed == 1).changed == ("hull.md",)
        (small.corpus / "hull.md").rename(small.corpus / "humber.md")
        folder.until(documents(3))
        assert folder.paths() == ["bristol.md", "humber.md", "leeds.md"]
        (small.corpus / "humber.md").unlink()
        folder.until(documents(2))
        assert folder.paths() == ["bristol.md", "leeds.md"]


def test_a_folder_that_is_moved_in_is_read_with_all_that_is_in_it(small, tmp_path):
    new = tmp_path / "new" / "deep"
    new.mkdir(parents=True)
    (new / "hull.md").write_text(HULL, encoding="utf-8")
    with watched(small) as folder:
        (tmp_path / "new").rename(small.corpus / "new")
        folder.until(documents(3))
        assert folder.paths() == ["bristol.md", "leeds.md", "new/deep/hull.md"]


def test_the_file_that_says_what_to_leave_out_counts(small):
    with watched(small) as folder:
        (small.corpus / ".dealqaignore").write_text("leeds.md\n", encoding="utf-8")
        folder.until(documents(1))
        assert folder.paths() == ["bristol.md"]


def test_a_file_that_cannot_be_read_is_told_of_and_does_not_end_the_watch(small):
    with watched(small) as folder:
        (small.corpus / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
        made = folder.until(lambda made: made.report is not None and made.report.failures != ())
        assert [failure.path for failure in made.report.failures] == ["broken.pdf"]
        (small.corpus / "hull.md").write_text(HULL, encoding="utf-8")
        folder.until(documents(3))


def test_a_strict_watch_publishes_nothing_while_a_file_cannot_be_read(small):
    with watched(small, strict=True) as folder:
        before = live_generation(small.index)
        (small.corpus / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
        (small.corpus / "hull.md").write_text(HULL, encoding="utf-8")
        folder.until(lambda made: made.report is not None and made.report.failures != ())
        assert live_generation(small.index) == before
        (small.corpus / "broken.pdf").unlink()
        folder.until(documents(3))
        assert live_generation(small.index) != before


def test_a_folder_that_vanishes_is_told_of_once_and_waited_for(small, tmp_path):
    with watched(small, full_look_seconds=0.5) as folder:
        small.corpus.rename(tmp_path / "away")
        assert isinstance(folder.next().error, CorpusError)
        (tmp_path / "away" / "hull.md").write_text(HULL, encoding="utf-8")
        (tmp_path / "away").rename(small.corpus)
        assert documents(3)(folder.next())


def test_another_writer_is_waited_for(small):
    with watched(small) as folder:
        with writer_lock(small.index):
            (small.corpus / "hull.md").write_text(HULL, encoding="utf-8")
            assert "is being written by" in str(folder.next().error)
        assert documents(3)(folder.next())


def test_what_the_system_does_not_tell_of_is_found_by_a_full_look(small, monkeypatch):
    # As on a network mount: the watch is told of changes elsewhere only.
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "true")
    monkeypatch.setenv("WATCHFILES_POLL_DELAY_MS", "3600000")
    with watched(small, full_look_seconds=0.5) as folder:
        (small.corpus / "hull.md").write_text(HULL, encoding="utf-8")
        folder.until(documents(3))


def test_an_index_inside_the_folder_and_hidden_files_are_no_reason_to_look(small):
    inside = small.model_copy(update={"index": small.corpus / "index"})
    with watched(inside, full_look_seconds=3600) as folder:
        # The look at everything when the watch begins may find this one, before the system tells of it.
        (small.corpus / "hull.md").write_text(HULL, encoding="utf-8")
        folder.until(documents(3))
        (small.corpus / ".notes.md").write_text(HULL, encoding="utf-8")
        (small.corpus / "~$leeds.docx").write_bytes(b"x")
        (inside.index / "notes.md").write_text(HULL, encoding="utf-8")
        (small.corpus / "york.md").write_text(HULL.replace("Hull", "York"), encoding="utf-8")
        assert folder.until(documents(4)).changed == ("york.md",)
        assert folder.paths() == ["bristol.md", "hull.md", "leeds.md", "york.md"]


def test_a_folder_that_is_not_there_at_first_is_an_error(small, tmp_path):
    elsewhere = small.model_copy(update={"corpus": tmp_path / "nowhere"})
    with pytest.raises(CorpusError, match="does not exist"):
        watch(elsewhere, pytest.fail, stop=threading.Event())


def test_what_waiting_does_not_mend_ends_the_watch_at_its_first_pass(small):
    other = small.model_copy(update={"passage_tokens": 64})
    with pytest.raises(IndexMismatch, match="64"):
        watch(other, pytest.fail, stop=threading.Event())


def test_an_empty_folder_may_fill_up(tmp_path):
    settings = settings_for(tmp_path, {})
    settings.corpus.mkdir()
    with watched(settings) as folder:
        assert "no documents" in str(folder.first.error)
        (settings.corpus / "hull.md").write_text(HULL, encoding="utf-8")
        folder.until(documents(1))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_a_line_a_pass_and_ends_cleanly(small, number):
    command = [sys.executable, "-m", "dealqa.cli", "index", "--watch", "--json"]
    given = ["--corpus", str(small.corpus), "--index", str(small.index)]
    with subprocess.Popen(
        [*command, *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=os.environ
    ) as child:
        try:
            assert child.stdout is not None
            first = json.loads(child.stdout.readline())
            assert (first["report"]["documents"], first["error"], first["changed"]) == (2, None, [])
            (small.corpus / "hull.md").write_text(HULL, encoding="utf-8")
            assert json.loads(child.stdout.readline())["report"]["documents"] == 3
            child.send_signal(number)
            out, err = child.communicate(timeout=PATIENCE)
        finally:
            child.kill()
    assert (child.returncode, out) == (0, "")
    assert err.strip() == f"dealqa: Stopped watching. {small.index} stays as it was last published."
