"""The web app under load: twenty readers, more than it takes, and ten minutes of it.

    .venv/bin/python benchmarks/serving.py [--soak SECONDS] [--quick] [--write]

A real server in a process of its own, over docs_corpus/, asked through the page's own queue with the dev questions of
evals/city_deals by readers who do not stop to read. Everything stays on 127.0.0.1, and ends by itself.

- twenty readers: each asks its next question when the last one is answered;
- beyond what may wait: eight readers ask while the queue is full;
- overload: three times as many questions in the same instant as may wait. The client opens as many connections on the
  same two cores, so the slowest 503 is largely its own time;
- soak: four readers for `--soak` seconds (600; with `--quick` 30), with samples of memory and open files.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from _report import ROOT, SCRATCH, finish, machine, median, parser, percentile, table

READERS = 20
WAITING = 32
"""How many questions may wait (`dealqa.web.ask.views`)."""

LOAD_S, SOAK_S = 60, 600
SOAK_READERS = 4
CONVERSATION = 10
"""Questions that are asked on one page; then the reader closes it and opens another one."""

LATE_READERS, LATE_QUESTIONS = 8, 6
FILLING_S = 0.4
"""By then every question that may wait does, and few are answered."""

SAMPLE_S = 5
TIMEOUT_S = 120
DEV = ROOT / "evals" / "city_deals" / "questions.jsonl"


@dataclass
class Asked:
    """What readers were answered.

    Attributes:
        seconds: of each question that was answered, from pressing Enter to the last part of the answer.
        refused: seconds until each 503.
        errors: what else came.
    """

    seconds: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def questions() -> list[str]:
    """The dev questions that stand alone."""
    cases = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    return [case["question"] for case in cases if case["meta"]["split"] == "dev" and not case.get("history")]


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """A server over the corpus: its address and the id of its process."""
    environment = {**os.environ, "DEALQA_INDEX": str(SCRATCH / "serving-index"), "DEALQA_OCR": "off"}
    command = Path(sys.executable).with_name("dealqa")
    indexed = subprocess.run([command, "index"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    if indexed.returncode not in (0, 2):
        sys.exit("The corpus could not be indexed.")
    child = subprocess.Popen(  # noqa: S603
        [command, "serve", "--port", "0"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert child.stdout is not None  # noqa: S101
    try:
        line = child.stdout.readline()
        yield next(word for word in line.split() if word.startswith("http://")), child.pid
    finally:
        child.terminate()
        child.wait(timeout=30)


async def ask_event(client: httpx.AsyncClient) -> int:
    """The number of the event that the page's Enter begins."""
    page = (await client.get("/config")).json()
    return next(
        event["id"] for event in page["dependencies"] if any(target[1] == "submit" for target in event["targets"])
    )


async def ask(client: httpx.AsyncClient, event: int, question: str, asked: Asked, session: str = "") -> None:
    """One question, as the page sends it; on a page of its own where no session is given."""
    session = session or uuid.uuid4().hex
    body = {"data": [question, None], "fn_index": event, "session_hash": session, "trigger_id": None}
    began = time.perf_counter()
    joined = await client.post("/gradio_api/queue/join", json=body)
    if joined.status_code == 503:
        asked.refused.append(time.perf_counter() - began)
        return
    if joined.status_code != 200:
        asked.errors.append(f"{joined.status_code} {joined.text[:80]}")
        return
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            if not line.startswith("data:"):
                continue
            told = json.loads(line[5:])
            if told["msg"] == "process_completed":
                if told["success"]:
                    asked.seconds.append(time.perf_counter() - began)
                else:
                    asked.errors.append(str(told.get("output"))[:80])
                return
    asked.errors.append("the stream ended")


async def reading(address: str, readers: int, seconds: float) -> Asked:
    """Readers who ask one question after the other for so long."""
    asked, texts = Asked(), questions()
    async with _client(address) as client:
        event = await ask_event(client)
        await ask(client, event, texts[0], Asked())  # the first one loads what is loaded once
        end = time.perf_counter() + seconds

        async def reader(number: int) -> None:
            place = number * 7
            while time.perf_counter() < end:
                session = uuid.uuid4().hex
                # An open page holds this stream; when it ends, the server forgets the conversation.
                async with client.stream("GET", f"/gradio_api/heartbeat/{session}"):
                    for _ in range(CONVERSATION):
                        await ask(client, event, texts[place % len(texts)], asked, session)
                        place += 1

        await asyncio.gather(*(reader(number) for number in range(readers)))
    return asked


async def overload(address: str) -> Asked:
    """Three times as many questions at once as may wait."""
    asked, texts = Asked(), questions()
    async with _client(address) as client:
        event = await ask_event(client)
        await asyncio.gather(*(ask(client, event, texts[number % len(texts)], asked) for number in range(3 * WAITING)))
    return asked


async def beyond(address: str) -> Asked:
    """Eight readers who come while as many questions wait as may wait; what they are told."""
    texts, told = questions(), Asked()
    async with _client(address) as client:
        event = await ask_event(client)
        before = Asked()
        # Two are answered while the others wait.
        filling = [asyncio.create_task(ask(client, event, texts[place], before)) for place in range(WAITING + 4)]
        await asyncio.sleep(FILLING_S)

        async def reader(number: int) -> None:
            for place in range(LATE_QUESTIONS):
                await ask(client, event, texts[number * LATE_QUESTIONS + place], told)

        await asyncio.gather(*(reader(number) for number in range(LATE_READERS)))
        await asyncio.gather(*filling)
    told.errors += before.errors
    return told


def _client(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=400)
    return httpx.AsyncClient(base_url=address, timeout=TIMEOUT_S, limits=limits, trust_env=False)


def sample(process: int) -> tuple[float, int]:
    """Resident memory in MiB and open files of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return memory / 1024, sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())


async def soak(address: str, process: int, seconds: float) -> tuple[Asked, list[tuple[int, float, int]]]:
    """A long time with few readers; gives (questions answered, MiB, open files) every few seconds."""
    samples: list[tuple[int, float, int]] = []
    running = asyncio.create_task(reading(address, SOAK_READERS, seconds))
    began = time.perf_counter()
    while not running.done():
        await asyncio.wait({running}, timeout=SAMPLE_S)
        samples.append((round(time.perf_counter() - began), *sample(process)))
    return running.result(), samples


def _slope(samples: list[tuple[int, float, int]], answered: int) -> float:
    """MiB more for each 1,000 questions, from the medians of the second and the last fifth of the samples."""
    fifth = max(1, len(samples) // 5)
    early = median([memory for _, memory, _ in samples[fifth : 2 * fifth]])
    late = median([memory for _, memory, _ in samples[-fifth:]])
    return (late - early) / (0.7 * answered / 1000)  # the middles of the two lie 70% of the time apart


def main() -> None:
    """Measure and print."""
    options = parser(__doc__)
    options.add_argument("--soak", type=int, help="seconds (default: 600; with --quick 30)")
    chosen = options.parse_args()
    facts = machine()
    seconds = 15 if chosen.quick else LOAD_S
    soaking = chosen.soak or (30 if chosen.quick else SOAK_S)
    with server() as (address, process):
        load = asyncio.run(reading(address, READERS, seconds))
        rows = [["20 readers", *_cells(load, seconds)]]
        late = asyncio.run(beyond(address))
        rows.append([f"{LATE_READERS} readers while the queue is full", *_cells(late, 0)])
        over = asyncio.run(overload(address))
        rows.append([f"{3 * WAITING} questions in one instant", *_cells(over, 0)])
        rested = sample(process)
        long, samples = asyncio.run(soak(address, process, soaking))
        rows.append([f"{SOAK_READERS} readers, {soaking} s", *_cells(long, soaking)])
    body = table(["", "answered", "a second", "p50", "p95", "503", "slowest 503", "errors"], rows)
    early, last = samples[len(samples) // 5], samples[-1]
    body += (
        f"\n\nThe long run: {early[1]:.0f} MiB and {early[2]} open files after {early[0]} s, {last[1]:.0f} MiB and"
        f" {last[2]} at its end ({rested[0]:.0f} MiB and {rested[1]} before it);"
        f" {_slope(samples, len(long.seconds)):+.1f} MiB for each 1,000 questions."
    )
    finish("serving", facts, body, write=chosen.write)
    if problems := [*load.errors, *late.errors, *over.errors, *long.errors]:
        sys.exit(f"{len(problems)} questions failed, the first: {problems[0]}")


def _cells(asked: Asked, seconds: float) -> list[str]:
    times = asked.seconds
    return [
        f"{len(times):,}",
        f"{len(times) / seconds:.1f}" if seconds else "–",
        f"{median(times):.2f} s" if times else "–",
        f"{percentile(times, 0.95):.2f} s" if times else "–",
        str(len(asked.refused)),
        f"{1000 * max(asked.refused):.0f} ms" if asked.refused else "–",
        str(len(asked.errors)),
    ]


if __name__ == "__main__":
    main()
