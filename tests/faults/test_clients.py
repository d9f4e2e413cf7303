"""A real server and a real watcher: files come, change and go while clients ask over HTTP."""

from __future__ import annotations

import gc
import html
import itertools
import json
import os
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index import build_index

PATIENCE = 90.0
"""Seconds to wait for what takes one or two; a busy machine is no fault of the code."""

BRISTOL = "# Bristol City Deal\n\nBristol keeps 100% of the growth in business rates for 25 years.\n"
QUESTIONS = ("How many hubs does Leeds open?", "What does Hull build?", "What does Bristol keep?")

COMMAND = [sys.executable, "-m", "dealqa.cli"]


def hubs(number: int) -> str:
    return f"# Leeds City Deal\n\nLeeds opens {number} hubs for young people.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "bristol.md").write_text(BRISTOL, encoding="utf-8")
    (corpus / "leeds.md").write_text(hubs(1), encoding="utf-8")
    return Settings(corpus=corpus, index=tmp_path / "index", cache=Path(os.environ["DEALQA_CACHE"]))


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A command of dealqa, ended when the block ends."""
    command = [*COMMAND, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as child:
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(timeout=30)
            finally:
                child.kill()


def next_line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    line = child.stdout.readline()
    assert line, child.stderr.read() if child.stderr else ""
    return line


@dataclass(frozen=True)
class Shown:
    """What a client was shown for a question.

    Attributes:
        before: the number of the generation that was known to be published when the question was asked.
        hubs: how many hubs that one says there are; None when Leeds was removed.
        text: of the conversation, without its markup.
    """

    question: str
    before: int
    hubs: int | None
    text: str

    @property
    def generation(self) -> int:
        """The number of the generation that the answer names."""
        return int(re.findall(r"index (\d{6})-", self.text)[-1])


class Client:
    """Asks as the page does: an event to the queue, its result from the stream; every question on a page of its own."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=PATIENCE)
        events = self._http.get("/config").json()["dependencies"]
        self._submit = next(event["id"] for event in events for _, name in event["targets"] if name == "submit")

    def ask(self, question: str) -> str:
        """The text of the conversation after the question was answered."""
        session = uuid.uuid4().hex
        body = {"data": [question, None], "fn_index": self._submit, "session_hash": session}
        self._http.post("/gradio_api/queue/join", json=body).raise_for_status()
        with self._http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed":
                    assert message["success"], message
                    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", message["output"]["data"][1]).split()))
        raise AssertionError("the stream ended before the answer")


class Clients:
    """Several clients that ask without a pause until the block ends."""

    def __init__(self, address: str, number: int) -> None:
        self.published, self.hubs = 1, 1
        self.shown: list[Shown] = []
        self.problems: list[BaseException] = []
        self._over = threading.Event()
        self._address = address
        self._pool = ThreadPoolExecutor(number)
        self._number = number

    def __enter__(self) -> Clients:
        for at in range(self._number):
            self._pool.submit(self._ask, at)
        return self

    def __exit__(self, *details: object) -> None:
        self._over.set()
        self._pool.shutdown()

    def _ask(self, at: int) -> None:
        try:
            client = Client(self._address)
            for question in itertools.islice(itertools.cycle(QUESTIONS), at, None):
                if self._over.is_set():
                    return
                before, number = self.published, self.hubs
                self.shown.append(Shown(question, before, number, client.ask(question)))
        except BaseException as err:
            self.problems.append(err)

    def wait_for_answers(self) -> None:
        """Wait until each client has been shown something new."""
        enough, deadline = len(self.shown) + 2 * self._number, time.monotonic() + PATIENCE
        while len(self.shown) < enough and not self.problems:
            assert time.monotonic() < deadline, "the clients are not answered"
            time.sleep(0.05)


def published(watcher: subprocess.Popen[str]) -> int:
    """The number of the generation of the next pass that published one."""
    while True:
        report = json.loads(next_line(watcher))["report"]
        if report and report["published"]:
            return int(report["generation"].partition("-")[0])


def change_while_clients_ask(settings: Settings, *, clients: int, rounds: int) -> list[Shown]:
    """Drop, edit and remove files below a watcher and a server that is asked all the time; what the clients saw."""
    leeds, hull = settings.corpus / "leeds.md", settings.corpus / "hull.md"
    with running("index", "--watch", "--json", "--corpus", settings.corpus, "--index", settings.index) as watcher:
        assert published(watcher) == 1
        with running("serve", "--index", settings.index, "--port", 0) as server:
            address = next_line(server).split()[3]
            with Clients(address, clients) as asking:

                def publish(hubs: int | None) -> None:
                    asking.published = published(watcher)
                    asking.hubs = hubs
                    asking.wait_for_answers()

                for number in range(2, rounds + 2):
                    hull.write_text(f"# Hull paper\n\nHull builds port {number}.\n", encoding="utf-8")
                    publish(asking.hubs)
                    leeds.write_text(hubs(number), encoding="utf-8")
                    publish(number)
                    hull.unlink()
                    publish(number)
                leeds.unlink()
                publish(None)
            assert httpx.get(f"{address}/health").json()["status"] == "ok"
    assert asking.problems == []
    return asking.shown


def assert_never_stale(shown: list[Shown]) -> None:
    for one in shown:
        assert "Something went wrong" not in one.text
        assert one.generation >= one.before
        if one.question == QUESTIONS[2]:
            assert "100% of the growth in business rates for 25 years" in one.text
        if one.question == QUESTIONS[0]:
            said = re.search(r"Leeds opens (\d+) hubs", one.text)
            if one.hubs is None:
                assert said is None
            elif said is not None:
                assert int(said[1]) >= one.hubs


def test_files_come_change_and_go_while_clients_ask(settings):
    shown = change_while_clients_ask(settings, clients=2, rounds=1)
    assert_never_stale(shown)
    assert len({one.generation for one in shown}) >= 4


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_files_come_change_and_go_many_times_while_four_clients_ask(settings):
    shown = change_while_clients_ask(settings, clients=4, rounds=4)
    assert_never_stale(shown)
    assert len({one.generation for one in shown}) >= 13


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_two_servers_answer_at_once_from_what_a_third_process_publishes(settings):
    build_index(settings)
    serve = ("serve", "--index", settings.index, "--port", 0)
    with running(*serve) as one, running(*serve) as other:
        addresses = [next_line(server).split()[3] for server in (one, other)]
        clients = [Client(address) for address in addresses]
        for number in range(2, 6):
            (settings.corpus / "leeds.md").write_text(hubs(number), encoding="utf-8")
            publish = [*COMMAND, "index", "--corpus", str(settings.corpus), "--index", str(settings.index)]
            subprocess.run(publish, check=True, capture_output=True)
            for client in clients:
                assert f"Leeds opens {number} hubs" in client.ask(QUESTIONS[0])
        (settings.corpus / "leeds.md").unlink()
        live = build_index(settings).generation
        deadline = time.monotonic() + PATIENCE
        while {httpx.get(f"{address}/health").json()["generation"] for address in addresses} != {live}:
            assert time.monotonic() < deadline, "nobody asks, and the new generation is not opened"
            time.sleep(0.1)


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def resident_mib() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1024**2


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_a_thousand_switches_leave_no_file_open_and_no_memory_behind(settings):
    first = build_index(settings).generation
    (settings.corpus / "hull.md").write_text("# Hull paper\n\nHull builds a port.\n", encoding="utf-8")
    generations = itertools.cycle([first, build_index(settings).generation])
    descriptors, memory = 0, 0.0
    with Assistant(settings) as assistant:
        for switch in range(1_050):
            generation = next(generations)
            (settings.index / "CURRENT").write_text(generation + "\n", encoding="utf-8")
            assert assistant.ask(QUESTIONS[2]).generation == generation
            if switch == 50:  # after the first ones: caches are full, pools have their threads
                descriptors, memory = open_files(), resident_mib()
        assert abs(open_files() - descriptors) <= 5
        assert abs(resident_mib() - memory) <= 50
