"""The button that brings the index up to date: what it does, who may press it, what it says, and what it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from awaiting import PATIENCE, awaited

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index.lock import writer_lock
from dealqa.updating import Outcome, Progress, Updater
from dealqa.web.library.update_box import View, refresh_tag, update_box

HULL = "# Hull paper\n\nHull builds a port.\n"

SERVE = """
import sys
from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.web import serve
with Assistant(Settings.model_validate_json(sys.argv[1])) as assistant:
    serve(assistant, host="127.0.0.1", port=0, on_ready=lambda address: print(address, flush=True))
"""


@dataclass
class Site:
    """A running web app over an index that may be changed."""

    address: str
    assistant: Assistant

    def press(self, query: str = "", **headers: str) -> httpx.Response:
        return httpx.post(f"{self.address}/documents/update{query}", headers={"Origin": self.address} | headers)

    def page(self) -> str:
        return httpx.get(f"{self.address}/documents").text

    def outcome(self) -> str:
        """The page when the run is done."""
        return awaited(lambda: page if "<progress" not in (page := self.page()) else "")


@pytest.fixture
def site(changing: Settings, serving: Callable[[Assistant], AbstractContextManager[str]]) -> Iterator[Site]:
    with Assistant(changing) as assistant, serving(assistant) as address:
        yield Site(address, assistant)


@pytest.fixture
def updater(changing: Settings) -> Iterator[Updater]:
    opened = Updater(changing)
    yield opened
    opened.close()


def finished(updater: Updater) -> Outcome:
    assert updater.start()
    state = awaited(lambda: state if not isinstance(state := updater.state(), Progress) else None)
    assert isinstance(state, Outcome)
    return state


def many_files(corpus: Path) -> None:
    """Enough to be read that a run lasts for some seconds."""
    for number in range(600):
        (corpus / f"paper-{number}.md").write_text(f"# Paper {number}\n\nIt says {number}.\n", encoding="utf-8")


def descendants(process: int) -> list[int]:
    """Ids of the processes below a process that run."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state not in "ZX":
            parents[int(folder.name)] = int(parent)
    found = [process]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def updating_children() -> list[tuple[int, str]]:
    """Ids and command lines of the indexers below this process."""
    found = []
    for process in descendants(os.getpid()):
        try:
            line = Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8")
        except OSError:
            continue
        if "dealqa.updating.child" in line:
            found.append((process, line))
    return found


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_new_document_is_answered_from_after_the_button_without_a_restart(site: Site) -> None:
    (site.assistant.settings.corpus / "hull.md").write_text(HULL, encoding="utf-8")
    assert site.assistant.ask("What does Hull build?").refused
    site.press()
    assert "1 added, 3 unchanged" in site.outcome()
    assert "builds a port" in site.assistant.ask("What does Hull build?").text


def test_questions_are_answered_from_what_was_there_before_while_it_runs(site: Site) -> None:
    many_files(site.assistant.settings.corpus)
    before = site.assistant.generation
    site.press()
    awaited(lambda: "Reading" in site.page())
    answer = site.assistant.ask("What does Bristol retain?")
    assert ("25 years" in answer.text, answer.generation) == (True, before)


def test_the_button_leads_back_to_the_page_as_it_was_filtered(site: Site) -> None:
    response = site.press("?q=city+%26+deal&only=part")
    assert (response.status_code, response.headers["location"]) == (303, "/documents?q=city+%26+deal&only=part")


def test_the_page_shows_at_once_that_a_run_has_begun(site: Site) -> None:
    site.press()
    page = site.page()
    assert '<meta http-equiv="refresh" content="2">' in page
    assert "<button>Bring up to date</button>" not in page


def test_that_nothing_had_changed_is_said(site: Site) -> None:
    site.press()
    assert "Nothing had changed: 3 documents, " in site.outcome()


def test_files_that_could_not_be_read_are_counted_and_named(site: Site) -> None:
    (site.assistant.settings.corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    site.press()
    page = site.outcome()
    assert '1 file could not be read: <a href="/documents#unread">' in page
    assert "broken.pdf" in page.partition('id="unread"')[2]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_on_another_site_is_refused_and_starts_nothing(site: Site, headers: dict[str, str]) -> None:
    response = site.press(**headers)
    assert response.status_code == 403
    assert "Not allowed: only a page of this server may do that." in response.text
    assert "<progress" not in site.page()


def test_looking_at_the_address_of_the_button_starts_nothing(site: Site) -> None:
    assert httpx.get(f"{site.address}/documents/update", headers={"Origin": site.address}).status_code in (404, 405)
    assert "<progress" not in site.page()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_pressing_twice_runs_it_once_and_no_setting_stands_on_its_command_line(site: Site) -> None:
    many_files(site.assistant.settings.corpus)
    assert [site.press().status_code for _ in range(3)] == [303] * 3
    children = awaited(updating_children)
    assert len(children) == 1
    assert str(site.assistant.settings.corpus) not in children[0][1]


def test_it_can_be_pressed_again_when_a_run_is_done(site: Site) -> None:
    site.press()
    site.outcome()
    (site.assistant.settings.corpus / "leeds.md").unlink()
    site.press()
    assert "1 removed, 2 unchanged" in site.outcome()


def test_another_process_that_writes_the_index_is_named(site: Site) -> None:
    with writer_lock(site.assistant.settings.index):
        site.press()
        page = site.outcome()
    assert 'role="alert"' in page
    assert f"is being written by process {os.getpid()} on " in page
    assert "Wait until it has finished, then try again." in page


def test_a_folder_of_documents_that_is_gone_is_said_and_the_index_goes_on(site: Site) -> None:
    site.assistant.settings.corpus.rename(site.assistant.settings.corpus.with_name("elsewhere"))
    site.press()
    page = site.outcome()
    assert "does not exist" in page
    assert "3 documents" in page


def test_an_index_that_cannot_be_written_to_is_said(site: Site) -> None:
    (site.assistant.settings.index / "lock").unlink(missing_ok=True)
    (site.assistant.settings.index / "lock").mkdir()
    site.press()
    page = site.outcome()
    assert "cannot be used" in page
    assert "folder&#x27;s permissions" in page


def test_an_indexer_that_is_killed_is_an_outcome(
    updater: Updater, changing: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (changing.corpus / "hull.md").write_text(HULL, encoding="utf-8")
    monkeypatch.setenv("DEALQA_CRASH_AT", "before_commit")
    outcome = finished(updater)
    assert not outcome.ok
    assert "was ended by signal SIGKILL; what was published before is untouched." in outcome.message


def test_the_indexer_has_the_settings_of_the_server_whatever_the_environment_says(
    updater: Updater, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEALQA_CORPUS", "/nowhere")
    assert finished(updater).message.startswith("Nothing had changed: 3 documents")


def test_an_outcome_is_not_told_for_ever(changing: Settings) -> None:
    updater = Updater(changing, told_seconds=0)
    assert updater.start()
    awaited(lambda: not isinstance(updater.state(), Progress))
    assert updater.state() is None


def test_the_indexer_tells_how_far_it_is(updater: Updater, changing: Settings) -> None:
    many_files(changing.corpus)
    assert updater.start()
    seen = awaited(lambda: state if isinstance(state := updater.state(), Progress) and state.done else None)
    assert seen.stage == "reading"
    assert 0 < seen.done <= seen.total == 600


def test_nothing_is_started_after_the_end(updater: Updater) -> None:
    updater.close()
    assert not updater.start()
    assert updater.state() is None


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_closing_ends_the_indexer_and_those_that_read_for_it(updater: Updater, changing: Settings) -> None:
    many_files(changing.corpus)
    assert updater.start()
    awaited(lambda: isinstance(state := updater.state(), Progress) and state.stage == "reading")
    below = [below for process, _ in updating_children() for below in (process, *descendants(process))]
    assert len(below) >= 2
    updater.close()
    assert not running(below[0])
    awaited(lambda: not any(running(process) for process in below))


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_server(changing: Settings, number: signal.Signals) -> None:
    many_files(changing.corpus)
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, changing.model_dump_json()], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            site = server.stdout.readline().strip()
            httpx.post(f"{site}/documents/update", headers={"Origin": site})
            awaited(lambda: "Reading" in httpx.get(f"{site}/documents").text)
            below = descendants(server.pid)
            assert len(below) >= 2
            if number == signal.SIGKILL:  # the server can do nothing now; nor shall the indexer notice by itself
                os.kill(below[0], signal.SIGSTOP)
            server.send_signal(number)
            server.wait(timeout=PATIENCE)
        finally:
            server.kill()
    awaited(lambda: not any(running(process) for process in below))


def test_how_far_it_is_stands_in_words_and_as_a_bar() -> None:
    box = update_box(Progress("reading", 12, 55), View(), "papers")
    assert "Reading 12 of 55 files …" in box
    assert '<progress id="far" value="12" max="55">' in box
    assert 'role="status"' in box


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Progress(), "Looking for changes …"),
        (Progress("embedding", 3, 1_200), "Embedding 3 of 1,200 passages …"),
        (Progress("publishing", 0, 1), "Writing the index of 0 of 1 passage …"),
        (Progress("dusting", 1, 2), "Looking for changes …"),
    ],
)
def test_each_stage_has_its_words(state: Progress, words: str) -> None:
    assert words in update_box(state, View(), "papers")


def test_the_page_can_be_made_to_stand_still_with_its_filter() -> None:
    view = View(wanted="hull", only_partial=True)
    assert 'href="/documents?q=hull&amp;only=part&amp;still=1"' in update_box(Progress(), view, "papers")
    assert refresh_tag(Progress(), View(wanted="hull", still=True)) == ""


@pytest.mark.parametrize("state", [None, Outcome("Done.", ok=True), Outcome("Failed.")])
def test_the_page_loads_itself_again_only_while_a_run_goes_on(state: Outcome | None) -> None:
    assert refresh_tag(state, View()) == ""
    assert "<button>Bring up to date</button>" in update_box(state, View(), "papers")


def test_nothing_in_the_box_becomes_markup(hostile: str) -> None:
    for state in (None, Outcome(hostile, hostile), Outcome(hostile, ok=True)):
        box = update_box(state, View(wanted=hostile), hostile)
        assert "<img" not in box
        assert "<script" not in box
