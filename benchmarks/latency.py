"""How long an answer takes: in Python, as a command, and on the page.

    .venv/bin/python benchmarks/latency.py [--corpus DIR] [--index DIR] [--write]

The corpus is indexed first, which is not measured. "cold" means a new process; the files it reads are in the
system's cache. Wall time on a busy machine says little, so processor time stands beside it.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import resource
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from _report import SCRATCH, SHARED, finish, machine, median, missing, parser, percentile, table

from dealqa import Assistant, Settings, build_index, load_settings

QUESTIONS = (
    "What does Bristol retain?",
    "How much does the venture capital fund for Nottingham offer?",
    "Which cities will have City Growth Hubs?",
    "What does Sheffield gain on skills?",
    "What is payment by results in Liverpool also called?",
    "What does Manchester get for apprenticeships?",
    "What will Birmingham get money for?",
    "What will Liverpool have for youth unemployment?",
    "Which cities get measures on NEETs?",
    "Who leads the Cities Policy Unit?",
    "When were the City Deals announced, and by whom?",
    "Why might the Nottingham fund fail?",
    "What does Cardiff retain?",
    "Why did Leeds refuse its deal?",
    "What is the population of Sheffield?",
    "Who won the 2012 FA Cup?",
)
WARM_UP = 2
"""Passes over the questions before anything is measured."""

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BROWSER_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
WAIT_MS = 30_000

Rows = list[tuple[str, str, str, str, str]]


def warm(assistant: Assistant, repeats: int) -> Rows:
    """Milliseconds of `Assistant.ask`, whole and by stage, over all questions."""
    for _ in range(WARM_UP):
        for question in QUESTIONS:
            assistant.ask(question)
    whole: list[float] = []
    stages: dict[str, list[float]] = {"retrieve": [], "answer": []}
    for _ in range(repeats):
        for question in QUESTIONS:
            started = time.perf_counter()
            answer = assistant.ask(question)
            whole.append(1000 * (time.perf_counter() - started))
            for name, values in stages.items():
                values.append(answer.timings_ms[name])
    rows = [("warm `Assistant.ask`", _ms(whole, 0.5), _ms(whole, 0.95), "200 / 600 ms", str(len(whole)))]
    for name, values in stages.items():
        rows.append((f"– of it, to {name}", _ms(values, 0.5), _ms(values, 0.95), "", str(len(values))))
    return rows


def _ms(values: Sequence[float], share: float) -> str:
    return f"{percentile(values, share):.0f} ms"


def process(title: str, command: Sequence[str], target: str, repeats: int) -> Rows:
    """Seconds of a command from start to end, and of processor time; the exit codes 0 and 3 are good."""
    wall: list[float] = []
    processor: list[float] = []
    for _ in range(repeats + 1):
        before = _children_s()
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own command
        wall.append(time.perf_counter() - started)
        processor.append(_children_s() - before)
        if done.returncode not in (0, 3):
            sys.exit(f"{' '.join(command)} failed: {done.stderr.decode('utf-8', 'replace')}")
    wall, processor = wall[1:], processor[1:]  # the first run may have filled the system's file cache
    return [
        (title, f"{median(wall):.2f} s", f"{percentile(wall, 0.95):.2f} s", target, str(repeats)),
        ("– of it, processor time", f"{median(processor):.2f} s", f"{percentile(processor, 0.95):.2f} s", "", ""),
    ]


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def served(assistant: Assistant) -> Iterator[str]:
    """The web app on a free port; gives its address."""
    import uvicorn

    from dealqa.web import create_app

    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = functools.partial(create_app, assistant)
        server = uvicorn.Server(uvicorn.Config(app, factory=True, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=20)


def page(assistant: Assistant) -> Rows:
    """Milliseconds from the Enter key to the frame that shows the whole answer, in headless Chromium."""
    if CHROMIUM is None or importlib.util.find_spec("playwright") is None:
        print("The page is not measured: that takes Chromium and playwright.")
        return []
    from playwright.sync_api import sync_playwright

    shown = (
        "n => document.querySelectorAll('.turn').length === n && !document.querySelector('.working')"
        " ? performance.now() - window.enterPressed : 0"
    )
    taken: list[float] = []
    with served(assistant) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(BROWSER_ARGUMENTS))
        tab = browser.new_page()
        tab.goto(address)
        tab.locator("#conversation .log").wait_for(state="attached", timeout=WAIT_MS)
        tab.evaluate(
            "() => document.addEventListener('keydown', event => {"
            " if (event.key === 'Enter') window.enterPressed = performance.now(); }, true)"
        )
        for number, question in enumerate(QUESTIONS, start=1):
            tab.get_by_role("textbox", name="Your question").fill(question)
            tab.keyboard.press("Enter")
            # Looked at once a frame, so that what is found has been drawn, or is about to be.
            taken.append(float(tab.wait_for_function(shown, arg=number, timeout=WAIT_MS).json_value()))
        browser.close()
    return [("the page, from Enter to the answer", _ms(taken, 0.5), _ms(taken, 0.95), "1 s", str(len(taken)))]


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--corpus", type=Path, default=SHARED / "real_docs", help="default: ../shared/real_docs")
    arguments.add_argument(
        "--index", type=Path, default=SCRATCH / "latency", help="default: .scratch/benchmarks/latency"
    )
    arguments.add_argument("--repeats", type=int, default=10, help="passes over the 16 questions (default: 10)")
    arguments.add_argument("--processes", type=int, default=7, help="runs of each command (default: 7)")
    options = arguments.parse_args()
    if missing(options.corpus):
        return 0
    facts = machine()
    settings: Settings = load_settings(corpus=options.corpus, index=options.index)
    report = build_index(settings)
    command = str(Path(sys.executable).with_name("dealqa"))
    ask = [command, "ask", QUESTIONS[0], "--index", str(options.index)]
    with Assistant(settings) as assistant:
        rows = warm(assistant, 2 if options.quick else options.repeats)
        rows += page(assistant)
    processes = 2 if options.quick else options.processes
    rows += process("cold `dealqa ask`", ask, "2 s", processes)
    rows += process("`dealqa --help`", [command, "--help"], "0.3 s", processes)
    said = f"{len(QUESTIONS)} questions of {report.documents} documents ({report.passages} passages)."
    body = f"{said}\n\n{table(('what', 'p50', 'p95', 'target', 'runs'), rows)}"
    finish("latency", f"{facts}, {os.getloadavg()[0]:.1f} after it", body, write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
