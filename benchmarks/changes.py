"""How soon a change is found: passes over folders in which nothing or one document changed.

    .venv/bin/python benchmarks/changes.py [--documents N ...] [--repeats N] [--fresh] [--quick] [--write]

The documents are made up, one short passage each, from a seed. Indexing them the first time takes the model some
minutes for 10,000; corpus and index are kept in .scratch and used again until the way of indexing changes (--fresh
makes them anew). Each pass is the command `dealqa index` from start to end, imports included. An edited document counts
as found when a search in a new process gives its new sentence first: from before the file is saved to after the search.
`dealqa serve` counts as ready when `/health` says that all is well.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from _process import run, run_part, tell
from _report import SCRATCH, finish, machine, median, parser, percentile, table
from numpy.random import default_rng

from dealqa import Assistant, load_settings
from dealqa.index.schema import SCHEMA_VERSION
from dealqa.passages import SPLITTER_VERSION
from dealqa.reading.version import READING_VERSION

SEED = 20261123
SIZES = (1_000, 10_000)
TARGETS = {
    (1_000, "unchanged"): "2 s",
    (10_000, "unchanged"): "15 s",
    (10_000, "edited"): "5 s",
    (10_000, "served"): "10 s",
}
PLACE = SCRATCH / f"changes-{SCHEMA_VERSION}-{READING_VERSION}-{SPLITTER_VERSION}"

_WHO = ("The council", "The combined authority", "The partnership board", "The minister", "The growth hub", "The panel")
_DOES = ("agrees to fund", "reviews", "takes over", "puts off", "reports on", "pays for", "sets out", "withdraws from")
_WHAT = ("the bus corridor", "the skills bank", "the quayside", "the heat network", "the rail link", "the loan fund")
_WHERE = ("Ashcombe", "Bramford", "Crowdale", "Dunmere", "Elmstoke", "Falworth", "Garby", "Hadwick", "Inkleigh")
_WHY = ("to bring more jobs", "because costs rose", "after the audit", "as the deal provides", "for want of tenders")


def text_of(number: int) -> str:
    """A made-up document: a title and a paragraph of 40 to 60 words."""
    random = default_rng((SEED, number))
    lines = [f"# Note {number}: {random.choice(_WHAT)} in {random.choice(_WHERE)}", ""]
    sentences = [
        f"{random.choice(_WHO)} {random.choice(_DOES)} {random.choice(_WHAT)} in {random.choice(_WHERE)}"
        f" {random.choice(_WHY)}, at £{random.integers(1, 900)} million over {random.integers(2, 30)} years."
        for _ in range(3)
    ]
    return "\n".join([*lines, " ".join(sentences), ""])


def path_of(corpus: Path, number: int) -> Path:
    """Where it lies: a hundred to a folder."""
    return corpus / f"{number // 100:03d}" / f"note-{number:05d}.md"


def prepare(documents: int, *, fresh: bool) -> tuple[Path, Path]:
    """The folders of documents and of their index, made if they are not there."""
    corpus, index = PLACE / f"corpus-{documents}", PLACE / f"index-{documents}"
    if fresh:
        for folder in (corpus, index):
            shutil.rmtree(folder, ignore_errors=True)
    for number in range(documents):
        path, text = path_of(corpus, number), text_of(number)
        # What is as it should be is left alone, so that its time stays as it was.
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    index_once(corpus, index)
    return corpus, index


def index_once(corpus: Path, index: Path) -> float:
    """Seconds of one `dealqa index`."""
    command = ["-m", "dealqa.cli", "index", "--corpus", str(corpus), "--index", str(index)]
    taken = run([sys.executable, *command])
    if taken.code:
        sys.exit(f"dealqa index failed with code {taken.code}:\n{taken.output}")
    return taken.wall_s


def edited(corpus: Path, index: Path, documents: int, turn: int) -> tuple[float, float]:
    """Seconds of the pass after one document was edited, and until a new process has found the new sentence."""
    path = path_of(corpus, (turn * 7919 + 13) % documents)
    before = path.read_text(encoding="utf-8")
    started = time.perf_counter()
    path.write_text(
        f"{before}\nThe lighthouse keeper of Zennormouth {turn} has sold his telescope.\n", encoding="utf-8"
    )
    passed = index_once(corpus, index)
    found, _ = run_part(__file__, "--search", f"Who sold the telescope in Zennormouth {turn}?", "--in", str(index))
    taken = time.perf_counter() - started
    if f"Zennormouth {turn} has sold" not in found["first"]:
        sys.exit(f"The edited document was not found; the first passage was: {found['first']}")
    path.write_text(before, encoding="utf-8")
    index_once(corpus, index)
    return passed, taken


def search(question: str, index: Path) -> None:
    """The text of the first passage that is found in a new process."""
    with Assistant(load_settings(index=index)) as assistant:
        hits = assistant.search(question, limit=1)
    tell({"first": hits[0].passage.text if hits else ""})


def served(index: Path) -> float:
    """Seconds from the start of `dealqa serve` until it is ready."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "dealqa.cli", "serve", "--index", str(index), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as server:  # noqa: S603 - our own
        try:
            said = server.stdout.readline().split() if server.stdout else []
            address = next((word for word in said if word.startswith("http://127.0.0.1:")), "")
            if not address:
                sys.exit("dealqa serve did not start.")
            with urllib.request.urlopen(f"{address}/health") as answer:  # noqa: S310 - a loopback address
                health = json.load(answer)
            taken = time.perf_counter() - started
        finally:
            server.terminate()
    if health["status"] != "ok":
        sys.exit(f"dealqa serve is not well: {health['notices']}")
    return taken


def row(title: str, seconds: Sequence[float], target: str) -> tuple[str, ...]:
    """A row of the table."""
    return (title, f"{median(seconds):.2f} s", f"{percentile(seconds, 1.0):.2f} s", target, str(len(seconds)))


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--documents", type=int, nargs="+", default=SIZES, help="default: 1000 10000")
    arguments.add_argument("--repeats", type=int, default=5, help="how often each is measured (default: 5)")
    arguments.add_argument("--fresh", action="store_true", help="make corpus and index anew")
    arguments.add_argument("--search", help="one search in --in, as JSON")
    arguments.add_argument("--in", dest="index", type=Path, help="the index to search in")
    options = arguments.parse_args()
    if options.search:
        search(options.search, options.index)
        return 0
    facts = machine()
    sizes, repeats = (SIZES[:1], 2) if options.quick else (options.documents, options.repeats)
    rows: list[tuple[str, ...]] = []
    for documents in sizes:
        corpus, index = prepare(documents, fresh=options.fresh)
        unchanged = [index_once(corpus, index) for _ in range(repeats)]
        changed = [edited(corpus, index, documents, turn) for turn in range(repeats)]
        starts = [served(index) for _ in range(repeats)]
        of = f"{documents:,} documents"
        rows.append(row(f"{of}: nothing changed", unchanged, TARGETS.get((documents, "unchanged"), "")))
        rows.append(row(f"{of}: one edited, `dealqa index`", [passed for passed, _ in changed], ""))
        rows.append(
            row(
                f"{of}: one edited, until it is found",
                [found for _, found in changed],
                TARGETS.get((documents, "edited"), ""),
            )
        )
        rows.append(row(f"{of}: `dealqa serve`, until it is ready", starts, TARGETS.get((documents, "served"), "")))
    body = table(("what", "median", "slowest", "target", "runs"), rows)
    finish("changes", facts, body, write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
