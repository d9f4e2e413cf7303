"""Start-up, latency, recall and memory of retrieval over indexes of 1,000, 10,000 and 100,000 passages.

    .venv/bin/python benchmarks/sizes.py [--passages N ...] [--fresh] [--quick] [--write]

The documents are made up, and so are their vectors (`_synthetic.py` says how); they are written by the indexer itself
and kept in .scratch until the way of indexing changes (--fresh makes them anew; 100,000 passages take some minutes).
Everything else is real: the questions are those of the evaluation suite, embedded by the model, each asked once. The
parts (`Index.nearest`, `Index.match`) are measured on their own with the same questions, after the searches. Each size
is opened in a new process; the system has its files in memory.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from _process import memory_mib, run_part, tell
from _report import ROOT, SCRATCH, finish, machine, parser, percentile, table

from dealqa import Settings, load_settings
from dealqa.index import Index
from dealqa.index.schema import SCHEMA_VERSION
from dealqa.passages import SPLITTER_VERSION

SIZES = (1_000, 10_000, 100_000)
TARGETS = {10_000: ("3 s", "60 ms"), 100_000: ("", "150 ms")}
NEIGHBOURS = 10
HITS = 12
"""As many as an answer is drawn from."""

SUITE = ROOT / "evals" / "city_deals"
PLACE = SCRATCH / f"sizes-{SCHEMA_VERSION}-{SPLITTER_VERSION}"


def settings_of(passages: int) -> Settings:
    """The folders of one size."""
    return load_settings(corpus=PLACE / f"corpus-{passages}", index=PLACE / f"index-{passages}")


def build(passages: int) -> None:
    """Write the corpus of one size and index it."""
    from _synthetic import SECTIONS, SyntheticEmbedder, real_sentences, write_corpus

    from dealqa import build_index
    from dealqa.embedding import load_embedder

    settings = settings_of(passages)
    real = load_embedder(settings)
    sentences, vectors = real_sentences(load_settings(corpus=ROOT / "docs_corpus"), real, SCRATCH)
    for folder in (settings.corpus, settings.index):
        shutil.rmtree(folder, ignore_errors=True)
    write_corpus(settings.corpus, sentences, passages // SECTIONS)
    started = time.perf_counter()
    report = build_index(settings, embedder=SyntheticEmbedder(real, sentences, vectors))
    tell({"passages": report.passages, "seconds": time.perf_counter() - started, "stages": dict(report.seconds)})


def measure(passages: int) -> None:
    """Open the index of one size and search."""
    started = time.perf_counter()
    import chromadb  # noqa: F401 - imports are told apart from opening
    import numpy as np
    import onnxruntime  # noqa: F401
    import tokenizers  # noqa: F401
    from _synthetic import SyntheticEmbedder

    from dealqa import Assistant
    from dealqa.embedding import load_embedder
    from dealqa.evaluation import load_suite
    from dealqa.index import open_index
    from dealqa.terms import content_words

    questions = list(dict.fromkeys(case.question for case in load_suite(SUITE).cases))
    imported = time.perf_counter()
    settings = settings_of(passages)
    # Nothing is embedded but questions, which the model does: it needs no sentences.
    embedder = SyntheticEmbedder(load_embedder(settings), (), np.zeros((0, 0), dtype=np.float32))
    assistant = Assistant(settings, embedder=embedder)
    opened = time.perf_counter()
    assistant.search(questions[0], limit=HITS)
    first = time.perf_counter()
    memory = memory_mib()
    searches = _seconds(lambda question: assistant.search(question, limit=HITS), questions[1:])
    again = _seconds(lambda question: assistant.search(question, limit=HITS), questions[1:])
    memory_after = memory_mib()
    documents = len(assistant.documents())
    assistant.close()
    index = open_index(settings.index)
    vectors = {question: embedder.embed_question(question) for question in questions}
    embedding = _seconds(embedder.embed_question, questions)
    nearest = _seconds(lambda question: index.nearest(vectors[question], settings.candidates), questions)
    match = _seconds(lambda question: index.match(content_words(question), settings.candidates), questions)
    tell(
        {
            "imports": imported - started,
            "opening": opened - imported,
            "first": first - opened,
            "searches": searches,
            "again": again,
            "embedding": embedding,
            "nearest": nearest,
            "match": match,
            "recall": _recall(index, vectors),
            "opened_mib": memory,
            "searched_mib": memory_after,
            "documents": documents,
            "passages": index.passage_count(),
        }
    )
    index.close()


def _seconds(call: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    taken: list[float] = []
    for question in questions:
        started = time.perf_counter()
        call(question)
        taken.append(time.perf_counter() - started)
    return taken


def _recall(index: Index, vectors: dict[str, Any]) -> float:
    """The share of the questions' nearest passages, by NumPy over all stored vectors, that Chroma finds."""
    import numpy as np

    ids = [name for name, _ in index._passages.values()]  # nobody else asks for all ids
    matrix = np.empty((len(ids), int(index.manifest["dimension"])), dtype=np.float32)
    for at in range(0, len(ids), 2000):
        stored = index.load(ids[at : at + 2000])
        for row, name in enumerate(ids[at : at + 2000], start=at):
            matrix[row] = stored[name].vector
    shares: list[float] = []
    for vector in vectors.values():
        cosines = matrix @ vector
        exact = {ids[row] for row in np.argpartition(-cosines, NEIGHBOURS)[:NEIGHBOURS]}
        shares.append(len(exact & {name for name, _ in index.nearest(vector, NEIGHBOURS)}) / NEIGHBOURS)
    return float(np.mean(shares))


def _ms(seconds: Sequence[float]) -> str:
    return f"{1000 * percentile(seconds, 0.5):.0f} / {1000 * percentile(seconds, 0.95):.0f} ms"


def report_table(found: dict[int, dict[str, Any]], built: dict[int, dict[str, Any]]) -> str:
    """The table, a column for each size."""
    sizes = list(found)

    def row(title: str, cell: Callable[[dict[str, Any]], str], target: str = "") -> tuple[str, ...]:
        return (title, *(cell(found[size]) for size in sizes), target)

    rows = [
        row("documents", lambda one: f"{one['documents']:,}"),
        row("imports", lambda one: f"{one['imports']:.2f} s"),
        row("opening, the model's loading included", lambda one: f"{one['opening']:.2f} s", "3 s at 10,000"),
        row("the first search", lambda one: f"{one['first']:.2f} s"),
        row("a search, p50 / p95", lambda one: _ms(one["searches"]), "p95 60 ms at 10,000, 150 ms at 100,000"),
        row("– the same questions once more", lambda one: _ms(one["again"])),
        row("– embedding the question", lambda one: _ms(one["embedding"])),
        row("– nearest vectors (Chroma)", lambda one: _ms(one["nearest"])),
        row("– full text (SQLite)", lambda one: _ms(one["match"])),
        row(f"recall@{NEIGHBOURS} against exact search", lambda one: f"{one['recall']:.4f}", "0.98"),
        row("memory after opening", lambda one: f"{one['opened_mib']:.0f} MiB"),
        row("memory after all searches", lambda one: f"{one['searched_mib']:.0f} MiB", "2 GiB at 100,000"),
    ]
    if all(size in built for size in sizes):
        rows.append(("indexing without the model", *(f"{built[size]['seconds']:.0f} s" for size in sizes), ""))
        memory = "most memory while indexing, all processes"
        rows.append((memory, *(f"{built[size]['peak']:.0f} MiB" for size in sizes), "2 GiB at 100,000"))
    return table(("what", *(f"{found[size]['passages']:,} passages" for size in sizes), "target"), rows)


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--passages", type=int, nargs="+", default=SIZES, help="default: 1000 10000 100000")
    arguments.add_argument("--fresh", action="store_true", help="make corpora and indexes anew")
    arguments.add_argument("--build", type=int, help="make one size, as JSON")
    arguments.add_argument("--measure", type=int, help="measure one size, as JSON")
    options = arguments.parse_args()
    if options.build or options.measure:
        (build if options.build else measure)(options.build or options.measure)
        return 0
    facts = machine()
    found: dict[int, dict[str, Any]] = {}
    built: dict[int, dict[str, Any]] = {}
    for passages in options.passages[: 2 if options.quick else None]:
        kept = PLACE / f"built-{passages}.json"
        if options.fresh or not kept.is_file():
            figures, taken = run_part(__file__, "--build", str(passages))
            built[passages] = {**figures, "peak": taken.peak_mib}
            keep(kept, built[passages])
        else:
            built[passages] = kept_figures(kept)
        found[passages], _ = run_part(__file__, "--measure", str(passages))
    questions = len(next(iter(found.values()))["searches"])
    said = f"{questions} questions, each asked once, {HITS} passages each; one process for each size."
    finish("sizes", facts, f"{said}\n\n{report_table(found, built)}", write=options.write)
    return 0


def keep(file: Path, figures: dict[str, Any]) -> None:
    """Keep what building took, for the runs that use the index again."""
    file.write_text(json.dumps(figures), encoding="utf-8")


def kept_figures(file: Path) -> dict[str, Any]:
    """What `keep` kept."""
    figures: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return figures


if __name__ == "__main__":
    sys.exit(main())
