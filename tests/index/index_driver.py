"""A process that does to an index what it is told, each time in a child of its own that may die of it.

Reads one job a line (JSON) from its standard input, and answers each with one line.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chromadb  # noqa: F401 - imported once, here, for all children
from index_world import HashEmbedder, answer_digest, contents_of

from dealqa.config import Settings
from dealqa.errors import DealqaError
from dealqa.index import build_index, open_index, purge


def _settings(job: dict[str, Any]) -> Settings:
    cache = Path(os.environ["DEALQA_CACHE"])
    return Settings(corpus=Path(job["corpus"]), index=Path(job["index"]), cache=cache, read_workers=1)


def _report(job: dict[str, Any]) -> dict[str, Any]:
    report = build_index(_settings(job), embedder=HashEmbedder(), **job.get("options", {}))
    return {
        "generation": report.generation,
        "published": report.published,
        "embedded": report.embedded,
        "withheld": report.withheld,
        "failures": [[one.path, one.reason] for one in report.failures],
        "seconds": dict(report.seconds),
    }


def _purge(job: dict[str, Any]) -> dict[str, Any]:
    return {"generation": purge(_settings(job)).generation}


def _look(job: dict[str, Any]) -> dict[str, Any]:
    """Open the index; what it says, and what it notices."""
    index = open_index(Path(job["index"]), check_seconds=job.get("check_seconds", 2.0))
    try:
        found: dict[str, Any] = {"generation": index.generation, "notices": index.notices}
        found["answers"] = answer_digest(index)
        if job.get("contents"):
            found["contents"] = contents_of(index)
        if job.get("check"):
            index.check()
        found["marked"] = {word: len(index.match([word], 10)) for word in job.get("markers", [])}
        return found
    finally:
        index.close()


WORK: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"build": _report, "purge": _purge, "look": _look}


def _in_child(job: dict[str, Any], pipe: int) -> None:
    os.environ.update(job.get("environment", {}))
    tempfile.tempdir = None
    if "file_limit" in job:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_limit"], job["file_limit"]))
    try:
        answer: dict[str, Any] = WORK[job["do"]](job)
    except DealqaError as err:
        answer = {"error": type(err).__name__, "message": err.message, "hint": err.hint}
    except BaseException as err:
        import traceback

        tail = traceback.format_exc().splitlines()[-12:]
        answer = {"error": f"not ours: {type(err).__name__}", "message": str(err), "hint": "", "trace": tail}
    with os.fdopen(pipe, "w", encoding="utf-8") as out:
        out.write(json.dumps(answer))


def _flushing(folder: Path, deadline: float) -> bool:
    """Wait until Chroma writes its graph into a folder that is being written."""
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            for path in folder.glob("chroma/*.new/*/*"):
                if path.name in ("header.bin", "data_level0.bin", "length.bin") and path.stat().st_size:
                    return True
        time.sleep(0.0005)
    return False


def _strike(job: dict[str, Any], child: int) -> bool:
    """Kill the child when the job says so; whether it was still there."""
    if "flush_delay" in job and not _flushing(Path(job["index"]), time.monotonic() + 20):
        return False
    time.sleep(job.get("flush_delay", job.get("kill_after", 0)))
    if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
        return False
    os.kill(child, signal.SIGKILL)
    return True


def _do(job: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            random.seed()
            _in_child(job, writing)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    struck = _strike(job, child) if "flush_delay" in job or "kill_after" in job else False
    with os.fdopen(reading, encoding="utf-8") as out:
        said = out.read()
    _, status = os.waitpid(child, 0)
    answer: dict[str, Any] = json.loads(said) if said else {}
    if os.WIFSIGNALED(status):
        answer["signal"] = os.WTERMSIG(status)
    return {**answer, "struck": struck}


def main() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        start = time.monotonic()
        answer = _do(job)
        sys.stdout.write(json.dumps({**answer, "took": time.monotonic() - start}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
