"""Running a part of a benchmark in a process of its own, and what that process took."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _report import KIB

__all__ = ["Taken", "memory_mib", "run", "run_part", "tell"]

SAMPLE_S = 0.05


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process took.

    Attributes:
        wall_s: from start to end.
        processor_s: of it and the processes that it started and waited for.
        peak_mib: the most memory that it and those processes held together, what they share counted once; sampled.
    """

    wall_s: float
    processor_s: float
    peak_mib: float
    code: int
    output: str


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Taken:
    """Run a command to its end; its errors go to ours."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    child = subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, encoding="utf-8", env={**os.environ, **(environment or {})}
    )
    peak = [0.0]
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peak, over), daemon=True)
    watcher.start()
    output, _ = child.communicate()
    wall = time.perf_counter() - started
    over.set()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(wall, used, peak[0], child.returncode, output)


def run_part(script: str, *arguments: str) -> tuple[dict[str, Any], Taken]:
    """Run a script of this folder that ends with `tell`, and give what it told."""
    taken = run([sys.executable, str(Path(script).resolve()), *arguments])
    if taken.code:
        sys.exit(f"{Path(script).name} {' '.join(arguments)} failed.")
    found: dict[str, Any] = json.loads(taken.output.splitlines()[-1])
    return found, taken


def tell(found: Mapping[str, Any]) -> None:
    """Give a part's figures to the process that runs it."""
    print(json.dumps(found))


def memory_mib() -> float:
    """The memory that this process holds now."""
    return _status(os.getpid(), "VmRSS") / KIB


def _watch(pid: int, peak: list[float], over: threading.Event) -> None:
    while not over.wait(SAMPLE_S):
        peak[0] = max(peak[0], sum(_proportional_kib(one) for one in _tree(pid)) / KIB)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += [int(child) for child in path.read_text(encoding="ascii").split()]
            except OSError:  # the thread has ended
                continue
    return found


def _proportional_kib(pid: int) -> float:
    """Memory of a process in KiB, with pages that several processes share divided among them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    except OSError:  # it has ended
        pass
    return 0.0


def _status(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return float(line.split()[1])
    return 0.0
