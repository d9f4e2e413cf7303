"""What the benchmarks share: facts on the machine, medians, tables, and the page that keeps the figures."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sqlite3
import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

__all__ = ["ROOT", "SHARED", "finish", "machine", "median", "missing", "parser", "percentile", "table"]

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
"""Documents and question sets that are not part of the repository."""

SCRATCH = ROOT / ".scratch" / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks.md"
PACKAGES = ("dealqa", "onnxruntime", "chromadb", "tokenizers", "numpy")
KIB = 1024


def parser(description: str | None) -> argparse.ArgumentParser:
    """A parser with the options that all benchmarks have."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--write", action="store_true", help="put the figures into docs/benchmarks.md")
    made.add_argument("--quick", action="store_true", help="fewer runs and smaller sizes, for a first look")
    return made


def missing(path: Path) -> bool:
    """Whether something that the benchmark needs is not there; then it says so, and the others may go on."""
    if path.exists():
        return False
    print(f"Skipped: this needs {path}, which is not part of the repository.")
    return True


def machine() -> str:
    """The machine and the versions, in one line, with how busy it was when asked."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / KIB**3
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{cores} cores of {_processor()}, {memory:.0f} GiB, {platform.system()} {platform.release()};"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions};"
        f" load {os.getloadavg()[0]:.1f} before the run"
    )


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return " ".join(found.group(1).split()) if found else platform.machine()


def median(values: Sequence[float]) -> float:
    """The median; what one slow neighbour did to one run does not count."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share (in [0, 1]) of the values do not exceed, interpolated linearly."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that can also be read as it stands: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        aligned = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(aligned)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(head), line(rule), *(line(row) for row in rows)])


def finish(name: str, facts: str, body: str, *, write: bool) -> None:
    """Print what was measured and, if asked to, put it between the benchmark's markers in docs/benchmarks.md."""
    text = f"{body}\n\nMeasured on {datetime.now(UTC):%d %B %Y}: {facts}."
    print(text)
    if not write:
        return
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    page = PAGE.read_text(encoding="utf-8")
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        sys.exit(f"{PAGE} has no {begin} and {end} to write between.")
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
    print(f"Written to {PAGE.relative_to(ROOT)}.")
