"""How fast documents are indexed, by stage, beside the model's own speed, and how much memory that takes.

    .venv/bin/python benchmarks/indexing.py [--corpus DIR] [--repeats N] [--quick] [--write]

Each run builds a new index in a scratch folder, in a process of its own. The encoder alone is the same texts passed to
the model and to nothing else, in another process; the two take turns, so that a busy moment meets both. Imports are
counted in neither, the loading of the model is in indexing only. Text recognition, which is another program's work,
is left out of all of them and measured by itself, where it is installed.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from _corpus import read_corpus
from _process import run_part, tell
from _report import ROOT, SCRATCH, finish, machine, median, missing, parser, table

from dealqa import Settings, build_index, load_settings
from dealqa.embedding import Embedder, load_embedder
from dealqa.passages import embedding_text, split_document
from dealqa.types import Span

Texts = tuple[list[str], list[tuple[Span, ...]]]

TITLES = {
    "load and check": "load the model, list the files, check the database",
    "publishing": "derive Chroma, verify and publish",
}


def texts_of(settings: Settings, embedder: Embedder) -> Texts:
    """What the indexer passes to the model: the texts of all passages, and the sentences in each."""
    pairs: list[tuple[str, tuple[Span, ...]]] = []
    for document in read_corpus(settings):
        passages = split_document(document, max_tokens=embedder.max_tokens, count_tokens=embedder.count_tokens)
        pairs.extend(embedding_text(passage) for passage in passages)
    return [text for text, _ in pairs], [spans for _, spans in pairs]


def encode(settings: Settings) -> None:
    """Pass the texts to the encoder, and tell how long that took."""
    embedder = load_embedder(settings)
    texts = texts_of(settings, embedder)
    started = time.perf_counter()
    embedder.embed_passages(*texts)
    seconds = time.perf_counter() - started
    tell({"seconds": seconds, "passages": len(texts[0]), "sentences": sum(len(spans) for spans in texts[1])})


def index(settings: Settings) -> None:
    """Build a new index, then run again, and tell how long both took."""
    import chromadb  # noqa: F401 - imports are not counted
    import onnxruntime  # noqa: F401
    import tokenizers  # noqa: F401

    shutil.rmtree(settings.index, ignore_errors=True)
    started = time.perf_counter()
    report = build_index(settings)
    whole = time.perf_counter() - started
    started = time.perf_counter()
    build_index(settings)
    unchanged = time.perf_counter() - started
    tell(
        {
            "whole": whole,
            "unchanged": unchanged,
            "stages": dict(report.seconds),
            "documents": report.documents,
            "passages": report.passages,
        }
    )


def report_rows(
    ours: Sequence[dict[str, Any]], encoder: Sequence[dict[str, Any]], recognised: Sequence[dict[str, Any]]
) -> list[tuple[str, ...]]:
    """The rows of the table, from medians."""
    documents, passages = ours[0]["documents"], ours[0]["passages"]

    def row(title: str, seconds: float) -> tuple[str, ...]:
        return (title, f"{seconds:.2f} s", f"{documents / seconds:.1f}", f"{passages / seconds:.0f}")

    rows = [
        row(TITLES.get(stage, stage), median([run["stages"][stage] for run in ours])) for stage in ours[0]["stages"]
    ]
    whole = median([run["whole"] for run in ours])
    alone = median([run["seconds"] for run in encoder])
    speed = encoder[0]["passages"] / alone
    rows.append(row("all of it", whole))
    rows.append(("the encoder alone", f"{alone:.2f} s", "", f"{speed:.0f}"))
    rows.append(
        ("indexing's share of the encoder's speed (target: 70%)", f"{100 * passages / whole / speed:.0f}%", "", "")
    )
    if recognised:
        scanned = recognised[0]["documents"] - documents
        with_scans = median([run["whole"] for run in recognised])
        rows.append((f"all of it, with text recognition of {scanned} more documents", f"{with_scans:.2f} s", "", ""))
    rows.append(("a run that finds nothing changed", f"{median([run['unchanged'] for run in ours]):.2f} s", "", ""))
    rows.append(("most memory, all processes together", f"{median([run['peak'] for run in ours]):.0f} MiB", "", ""))
    rows.append(("– the encoder alone", f"{median([run['peak'] for run in encoder]):.0f} MiB", "", ""))
    return rows


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--corpus", type=Path, default=ROOT / "docs_corpus", help="default: docs_corpus")
    arguments.add_argument("--repeats", type=int, default=3, help="how often everything is indexed (default: 3)")
    arguments.add_argument("--part", choices=("index", "encode", "recognise"), help="one run of one of them, as JSON")
    options = arguments.parse_args()
    if missing(options.corpus):
        return 0
    settings = load_settings(corpus=options.corpus, index=SCRATCH / "indexing", ocr="off")
    if options.part == "encode":
        encode(settings)
        return 0
    if options.part:
        index(settings if options.part == "index" else settings.model_copy(update={"ocr": "auto"}))
        return 0
    facts = machine()
    runs: dict[str, list[dict[str, Any]]] = {"index": [], "encode": []}
    if shutil.which("tesseract"):
        runs["recognise"] = []
    for _ in range(1 if options.quick else options.repeats):
        for part, found in runs.items():
            figures, taken = run_part(__file__, "--corpus", str(options.corpus), "--part", part)
            found.append({**figures, "peak": taken.peak_mib})
    rows = report_rows(runs["index"], runs["encode"], runs.get("recognise", ()))
    first = runs["index"][0]
    said = (
        f"{first['documents']} documents, {first['passages']} passages, {runs['encode'][0]['sentences']} sentences;"
        f" medians of {len(runs['index'])} runs of each, in turns."
    )
    body = f"{said}\n\n{table(('stage', 'time', 'documents / s', 'passages / s'), rows)}"
    finish("indexing", facts, body, write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
