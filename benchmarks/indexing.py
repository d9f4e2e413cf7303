"""How fast documents are indexed, by stage, and how much of that is the model's own work.

    .venv/bin/python benchmarks/indexing.py [--corpus DIR] [--repeats N] [--write]

Each run builds a new index in a scratch folder. The model's own speed is that of the same texts passed to the encoder
and to nothing else; the two are measured in turns, so that a busy moment meets both.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from _report import ROOT, SCRATCH, finish, machine, median, missing, parser, table

from dealqa import Settings, build_index, load_settings
from dealqa.embedding import Embedder, load_embedder
from dealqa.errors import UnreadableDocument
from dealqa.index import IndexReport
from dealqa.passages import embedding_text, split_document
from dealqa.reading import read_document, walk_corpus
from dealqa.types import Span

Texts = tuple[list[str], list[tuple[Span, ...]]]


def texts_of(settings: Settings, embedder: Embedder) -> Texts:
    """What the indexer passes to the model: the texts of all passages, and the sentences in each."""
    pairs: list[tuple[str, tuple[Span, ...]]] = []
    for path in walk_corpus(settings.corpus, max_bytes=settings.max_file_bytes).files:
        try:
            document = read_document(settings.corpus, path, max_bytes=settings.max_file_bytes)
        except UnreadableDocument:
            continue  # the indexer reports it and goes on as well: the corpus has scanned papers in it
        passages = split_document(document, max_tokens=embedder.max_tokens, count_tokens=embedder.count_tokens)
        pairs.extend(embedding_text(passage) for passage in passages)
    return [text for text, _ in pairs], [spans for _, spans in pairs]


def encoding_s(embedder: Embedder, texts: Texts) -> float:
    """Seconds that the encoder takes for the texts."""
    started = time.perf_counter()
    embedder.embed_passages(*texts)
    return time.perf_counter() - started


def build(settings: Settings) -> IndexReport:
    """A new index, from nothing."""
    shutil.rmtree(settings.index, ignore_errors=True)
    return build_index(settings)


def report_rows(
    reports: Sequence[IndexReport], encoder: Sequence[float], unchanged: Sequence[float]
) -> list[tuple[str, ...]]:
    """The rows of the table, from medians."""
    documents, passages = reports[0].documents, reports[0].passages
    seconds = {stage: median([report.seconds[stage] for report in reports]) for stage in reports[0].seconds}
    titles = {
        "load": "load the model",
        "reading": "read",
        "embedding": "split, embed and store",
        "publishing": "derive Chroma and publish",
    }
    rows: list[tuple[str, ...]] = [
        (titles.get(stage, stage), f"{taken:.2f} s", f"{documents / taken:.1f}", f"{passages / taken:.0f}")
        for stage, taken in seconds.items()
    ]
    whole = sum(seconds.values())
    alone = median(encoder)
    share = alone / seconds["embedding"]
    rows.append(("all of it", f"{whole:.2f} s", f"{documents / whole:.1f}", f"{passages / whole:.0f}"))
    rows.append(("the encoder alone", f"{alone:.2f} s", "", f"{passages / alone:.0f}"))
    rows.append(("the encoder's share of its stage", f"{100 * share:.0f}%", "", ""))
    rows.append(("a run that finds nothing changed", f"{median(unchanged):.2f} s", "", ""))
    return rows


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--corpus", type=Path, default=ROOT / "docs_corpus", help="default: docs_corpus")
    arguments.add_argument("--repeats", type=int, default=3, help="how often everything is indexed (default: 3)")
    options = arguments.parse_args()
    if missing(options.corpus):
        return 0
    facts = machine()
    settings = load_settings(corpus=options.corpus, index=SCRATCH / "indexing")
    embedder = load_embedder(settings)
    texts = texts_of(settings, embedder)
    reports: list[IndexReport] = []
    encoder: list[float] = []
    unchanged: list[float] = []
    for _ in range(options.repeats):
        reports.append(build(settings))
        encoder.append(encoding_s(embedder, texts))
        started = time.perf_counter()
        build_index(settings)
        unchanged.append(time.perf_counter() - started)
    rows = report_rows(reports, encoder, unchanged)
    sentences = sum(len(spans) for spans in texts[1])
    said = (
        f"{reports[0].documents} documents, {reports[0].passages} passages, {sentences} sentences;"
        f" medians of {options.repeats} runs."
    )
    body = f"{said}\n\n{table(('stage', 'time', 'documents / s', 'passages / s'), rows)}"
    finish("indexing", facts, body, write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
