"""dealqa beside the plain LangChain recipe: the same files, the same model, in the same run.

    .venv/bin/python benchmarks/langchain_seams.py [--corpus DIR] [--repeats N] [--quick] [--write]

The recipe is the one of LangChain's own tutorials: RecursiveCharacterTextSplitter with 1000 characters and an overlap
of 200, HuggingFaceEmbeddings, Chroma.from_documents, similarity_search. HuggingFaceEmbeddings itself cannot be
installed beside the web app's libraries (their requirements of huggingface_hub exclude each other), so
`ModelEmbeddings` below does what it does. Its documents are the texts that dealqa reads out of the same files: the
recipe has no reader of its own, and a worse one would only make it look worse.

Scans are left out: both would wait for the same text recognition. Where the processor calculates in bf16, dealqa is
measured with that setting, too. All run in processes of their own, in turns. Imports are not counted, loading the
model, reading, splitting, embedding and storing are.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from _corpus import read_corpus
from _process import run_part, tell
from _report import ROOT, SCRATCH, finish, machine, median, parser, table

from dealqa import load_settings
from dealqa.embedding.engines import calculates_in_bf16

CHARACTERS = 1000
OVERLAP = 200
DEEPEST = 5
SUITE = ROOT / "evals" / "city_deals"
PLACE = SCRATCH / "langchain"


def measure_recipe(corpus: Path) -> None:
    """Index the corpus by the recipe, then search for every question of the suite's dev split."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    from dealqa.embedding.source import locate_model

    class ModelEmbeddings(Embeddings):
        """What HuggingFaceEmbeddings does by default: line ends become blanks, 32 texts a batch, Python lists."""

        def __init__(self, folder: Path) -> None:
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            plain = [text.replace("\n", " ") for text in texts]
            vectors: list[list[float]] = self._model.encode(plain, batch_size=32, show_progress_bar=False).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    transformers_logging.disable_progress_bar()
    settings = load_settings(corpus=corpus, ocr="off")
    clock = _Clock()
    embeddings = ModelEmbeddings(locate_model(settings).folder)
    clock.lap("load")
    documents = [Document(page_content=one.text, metadata={"source": one.path}) for one in read_corpus(settings)]
    clock.lap("read")
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHARACTERS, chunk_overlap=OVERLAP, add_start_index=True)
    pieces = splitter.split_documents(documents)
    clock.lap("split")
    folder = PLACE / "recipe"
    shutil.rmtree(folder, ignore_errors=True)
    store = Chroma.from_documents(pieces, embeddings, persist_directory=str(folder), collection_name="documents")
    clock.lap("embed and store")
    hits: dict[str, list[tuple[str, int, int]]] = {}
    searching: list[float] = []
    for name, question in _questions().items():
        started = time.perf_counter()
        found = store.similarity_search(question, k=DEEPEST)
        searching.append(time.perf_counter() - started)
        starts = [(one.metadata["source"], int(one.metadata["start_index"]), one.page_content) for one in found]
        hits[name] = [(path, start, start + len(text)) for path, start, text in starts]
    texts = {one.metadata["source"]: one.page_content for one in documents}
    tell(_found(clock, len(documents), len(pieces), hits, texts, searching))


def measure_dealqa(corpus: Path, precision: Literal["f32", "bf16"] = "f32") -> None:
    """Index the corpus with dealqa, then search for the same questions."""
    import chromadb  # noqa: F401 - imports are not counted
    import onnxruntime  # noqa: F401
    import tokenizers  # noqa: F401

    from dealqa import Assistant, build_index

    folder = PLACE / "dealqa"
    shutil.rmtree(folder, ignore_errors=True)
    settings = load_settings(corpus=corpus, index=folder, ocr="off", precision=precision)
    clock = _Clock()
    report = build_index(settings)
    clock.lap("all")
    clock.laps.update(report.seconds)
    hits: dict[str, list[tuple[str, int, int]]] = {}
    searching: list[float] = []
    with Assistant(settings) as assistant:
        for name, question in _questions().items():
            started = time.perf_counter()
            found = assistant.search(question, limit=DEEPEST)
            searching.append(time.perf_counter() - started)
            hits[name] = [(hit.document.path, hit.passage.start, hit.passage.end) for hit in found]
        texts = {info.path: assistant.document(info.id).text for info in assistant.documents()}
    tell(_found(clock, report.documents, report.passages, hits, texts, searching))


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = now - self._last
        self._last = now


def _questions() -> dict[str, str]:
    """The answerable questions that stand on their own: the recipe knows no follow-ups and no restriction."""
    from dealqa.evaluation import load_suite

    cases = load_suite(SUITE, "dev").cases
    return {case.id: case.question for case in cases if case.answerable and not case.history and case.scope is None}


def _found(
    clock: _Clock,
    documents: int,
    passages: int,
    hits: Mapping[str, Sequence[tuple[str, int, int]]],
    texts: Mapping[str, str],
    searching: Sequence[float],
) -> dict[str, Any]:
    """The figures of one run.

    A question counts as found when a passage holds a whole piece of gold evidence, or ("meets") overlaps one, which is
    the suite's own rule.
    """
    from dealqa.evaluation import load_suite
    from dealqa.evaluation.evidence import resolve

    shares = {f"{rule}@{depth}": 0 for rule in ("holds", "meets") for depth in (1, DEEPEST)}
    cases = [case for case in load_suite(SUITE, "dev").cases if case.id in hits]
    for case in cases:
        gold = [resolve(piece, texts.get(piece.doc)) for piece in case.evidence]
        gold = [piece for piece in gold if piece.start is not None]
        for depth in (1, DEEPEST):
            near = [(hit, piece) for hit in hits[case.id][:depth] for piece in gold if hit[0] == piece.doc]
            shares[f"holds@{depth}"] += any(hit[1] <= piece.start and piece.end <= hit[2] for hit, piece in near)
            shares[f"meets@{depth}"] += any(hit[1] < piece.end and piece.start < hit[2] for hit, piece in near)
    return {
        "seconds": clock.laps,
        "documents": documents,
        "passages": passages,
        "characters": sum(len(text) for text in texts.values()),
        "questions": len(cases),
        "search": median(searching),
        **{name: count / len(cases) for name, count in shares.items()},
    }


def report_rows(
    recipe: Sequence[dict[str, Any]], ours: Sequence[dict[str, Any]], half: Sequence[dict[str, Any]]
) -> list[tuple[str, ...]]:
    """The rows of the table, from medians; `half` is with precision = "bf16", empty where that is not to be had."""

    def seconds(runs: Sequence[dict[str, Any]], without: Sequence[str] = ()) -> float:
        def whole(laps: dict[str, float]) -> float:
            stages = sum(value for stage, value in laps.items() if stage not in ("all", *without))
            return float(laps.get("all", stages)) - sum(laps[stage] for stage in without if "all" in laps)

        return median([whole(run["seconds"]) for run in runs])

    rows: list[tuple[str, ...]] = []
    them, us = seconds(recipe), seconds(ours)
    rows.append(("indexing, all of it", f"{them:.2f} s", f"{us:.2f} s", f"{them / us:.2f} ×"))
    if half:
        faster = seconds(half)
        rows.append(("– with precision = bf16", f"{them:.2f} s", f"{faster:.2f} s", f"{them / faster:.2f} ×"))
    for name, unit in (("documents", 1), ("passages", 1), ("characters", 1000)):
        theirs, own = recipe[0][name] / unit / them, ours[0][name] / unit / us
        title = f"– {unit if unit > 1 else ''}{' ' if unit > 1 else ''}{name} / s"
        rows.append((title, f"{theirs:.1f}", f"{own:.1f}", f"{own / theirs:.2f} ×"))
    them, us = (median([run["processor"] for run in runs]) for runs in (recipe, ours))
    rows.append(("– processor time, imports included", f"{them:.1f} s", f"{us:.1f} s", f"{them / us:.2f} ×"))
    rows.append(("passages", str(recipe[0]["passages"]), str(ours[0]["passages"]), ""))
    them, us = (median([run["peak"] for run in runs]) for runs in (recipe, ours))
    rows.append(("most memory, imports included", f"{them:.0f} MiB", f"{us:.0f} MiB", f"{them / us:.2f} ×"))
    for rule, said in (("holds", "a passage holds gold evidence"), ("meets", "a passage overlaps gold evidence")):
        for depth in (1, DEEPEST):
            name = f"{rule}@{depth}"
            rows.append((f"{said}, first {depth}", f"{recipe[0][name]:.3f}", f"{ours[0][name]:.3f}", ""))
            if half:
                rows.append((f"– with precision = bf16, first {depth}", "", f"{half[0][name]:.3f}", ""))
    them, us = (1000 * median([run["search"] for run in runs]) for runs in (recipe, ours))
    rows.append(("a search", f"{them:.0f} ms", f"{us:.0f} ms", f"{them / us:.2f} ×"))
    return rows


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--corpus", type=Path, default=ROOT / "docs_corpus", help="default: docs_corpus")
    arguments.add_argument("--repeats", type=int, default=3, help="how often both index everything (default: 3)")
    arguments.add_argument("--part", choices=("recipe", "dealqa", "bf16"), help="one run of one of them, as JSON")
    options = arguments.parse_args()
    if options.part:
        if options.part == "recipe":
            measure_recipe(options.corpus)
        else:
            measure_dealqa(options.corpus, "bf16" if options.part == "bf16" else "f32")
        return 0
    facts = machine()
    runs: dict[str, list[dict[str, Any]]] = {"recipe": [], "dealqa": []}
    if calculates_in_bf16():
        runs["bf16"] = []
    for _ in range(1 if options.quick else options.repeats):
        for part, found in runs.items():
            figures, taken = run_part(__file__, "--corpus", str(options.corpus), "--part", part)
            found.append({**figures, "processor": taken.processor_s, "peak": taken.peak_mib})
    rows = report_rows(runs["recipe"], runs["dealqa"], runs.get("bf16", ()))
    first = runs["dealqa"][0]
    said = (
        f"{first['documents']} documents, {first['characters']:,} characters; {first['questions']} questions;"
        f" medians of {len(runs['recipe'])} runs of each, in turns."
    )
    body = f"{said}\n\n{table(('what', 'LangChain', 'dealqa', 'dealqa is better by'), rows)}"
    finish("langchain", facts, body, write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
