"""Bring an index up to date with its folder of documents, and publish the result as a new generation."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

import dealqa
from dealqa.config import Settings
from dealqa.embedding import Embedder, load_embedder
from dealqa.errors import ConfigError, IndexMismatch, StoreError
from dealqa.index.lock import writer_lock
from dealqa.index.plan import Failure, Plan, failure_of, make_plan, nothing_readable, read_planned
from dealqa.index.publish import publish
from dealqa.index.schema import ALIVE, SCHEMA_VERSION, blocks_to_json, connect, digest, store_errors
from dealqa.passages import SPLITTER_VERSION, embedding_text, split_document
from dealqa.reading import walk_corpus
from dealqa.reading.version import READING_VERSION
from dealqa.types import Document, Passage

__all__ = ["Failure", "IndexReport", "Progress", "build_index"]

MIN_PASSAGE_TOKENS = 16
"""Below this, title and special tokens leave no room for the text."""

Progress = Callable[[str, int, int], None]
"""Called with the stage ("reading", "embedding", "publishing"), how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What `build_index` did.

    Attributes:
        generation: the live generation's id.
        published: False when nothing had changed.
        documents: in the live generation; likewise `passages`.
        embedded: passages that went through the model; the others' vectors were reused.
        duplicates: paths that hold the same bytes as an indexed document.
        seconds: by stage.
    """

    generation: str
    documents: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    embedded: int
    duplicates: int
    failures: tuple[Failure, ...]
    warnings: tuple[str, ...]
    published: bool
    seconds: Mapping[str, float] = field(default_factory=dict)


def build_index(
    settings: Settings,
    *,
    rebuild: bool = False,
    strict: bool = False,
    verify: bool = False,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> IndexReport:
    """Make the index in `settings.index` hold the documents of `settings.corpus`, as they are now.

    Only what changed is read and embedded. Until the new generation is complete the old one stays live; whatever
    goes wrong before that leaves it live.

    Args:
        settings: which folder, which index, which model.
        rebuild: read and embed everything again, whatever is there; needed after a change of model.
        progress: see `Progress`.

    Raises:
        ConfigError: `passage_tokens` is too small.
        CorpusError: the folder is missing, or nothing in it can be read.
        IndexLocked: another process is writing.
        IndexMismatch: the index was built with another model or other settings; `rebuild` helps.
        StorageFull, StoreError: the disk is full or cannot be used.
        ModelError: the model cannot be loaded.
    """
    report = progress or (lambda stage, done, total: None)
    clock = _Clock()
    walk = walk_corpus(settings.corpus, max_bytes=settings.max_file_bytes)
    own = _own_folder(settings)
    files = tuple(path for path in walk.files if not path.startswith(own))
    failures = [failure_of(problem) for problem in walk.problems]
    failures = [failure for failure in failures if not failure.path.startswith(own)]
    if not files:
        raise nothing_readable(settings.corpus, failures)
    with store_errors(settings.index):
        settings.index.mkdir(parents=True, exist_ok=True)
        with writer_lock(settings.index):
            embedder = embedder or load_embedder(settings)
            clock.lap("load")
            connection = connect(settings.index, write=True)
            try:
                return _build(settings, embedder, connection, files, failures, rebuild, report, clock)
            finally:
                connection.close()


def _own_folder(settings: Settings) -> tuple[str, ...]:
    """What the paths of the index begin with when it is kept inside the folder of documents; it is no document."""
    corpus, index = settings.corpus.resolve(), settings.index.resolve()
    inside = index != corpus and index.is_relative_to(corpus)
    return (f"{index.relative_to(corpus).as_posix()}/",) if inside else ()


def _build(
    settings: Settings,
    embedder: Embedder,
    connection: sqlite3.Connection,
    files: tuple[str, ...],
    failures: list[Failure],
    rebuild: bool,
    progress: Progress,
    clock: _Clock,
) -> IndexReport:
    max_tokens = min(settings.passage_tokens or embedder.max_tokens, embedder.max_tokens)
    if max_tokens < MIN_PASSAGE_TOKENS:
        raise ConfigError(
            f"Passages of {max_tokens} tokens are too short to hold anything.",
            hint=f"Set passage_tokens to {MIN_PASSAGE_TOKENS} or more, or to 0 for the model's own limit.",
        )
    versions = (
        f"reading {READING_VERSION}, splitting {SPLITTER_VERSION}, tokens {max_tokens}, model {embedder.fingerprint}"
    )
    latest = connection.execute("SELECT * FROM generations ORDER BY number DESC LIMIT 1").fetchone()
    if latest is not None and not rebuild:
        _refuse_mismatch(json.loads(latest["manifest"]), embedder, max_tokens, settings)
    number = (latest["number"] if latest else 0) + 1

    plan = make_plan(connection, settings, files, failures, versions=versions, generation=number - 1, rebuild=rebuild)
    connection.execute("BEGIN IMMEDIATE")
    try:
        documents = read_planned(settings, plan, progress, keep_replaced=not rebuild)
        clock.lap("reading")
        embedded = _store(
            connection, embedder, documents, plan, versions, number, max_tokens, progress, reuse=not rebuild
        )
        clock.lap("embedding")
        changed = bool(plan.replaced or plan.gone or documents or latest is None)
        generation = (
            latest["id"] if latest and not changed else _commit(connection, embedder, settings, number, max_tokens)
        )
        _store_failures(connection, plan.failures)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    live = number if changed else number - 1
    published = publish(connection, settings.index, generation, live, embedder.dimension, progress)
    clock.lap("publishing")
    counts = connection.execute(
        "SELECT count(*) AS documents, (SELECT count(*) FROM passages p JOIN documents d ON d.key = p.document"
        f" WHERE {ALIVE})"
        f" AS passages FROM documents d WHERE {ALIVE}",
        {"generation": live},
    ).fetchone()
    return IndexReport(
        generation=generation,
        documents=counts["documents"],
        passages=counts["passages"],
        added=plan.counts["added"],
        changed=plan.counts["changed"],
        removed=len(plan.gone),
        unchanged=plan.counts["unchanged"],
        embedded=embedded,
        duplicates=sum(len(paths) for paths in plan.duplicates.values()),
        failures=tuple(plan.failures),
        warnings=tuple(f"{document.path}: {warning}" for document in documents for warning in document.warnings),
        published=published,
        seconds=clock.laps,
    )


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = now - self._last
        self._last = now


def _refuse_mismatch(manifest: dict[str, object], embedder: Embedder, max_tokens: int, settings: Settings) -> None:
    if manifest["fingerprint"] != embedder.fingerprint:
        raise IndexMismatch(
            f"The index in {settings.index} was built with the model {manifest['model']!r}, not {settings.model!r}.",
            hint=f"Rebuild it with `dealqa index --rebuild --index {settings.index}`, or set the model back.",
        )
    if manifest["max_tokens"] != max_tokens:
        raise IndexMismatch(
            f"The index in {settings.index} has passages of up to {manifest['max_tokens']} tokens, not {max_tokens}.",
            hint=f"Rebuild it with `dealqa index --rebuild --index {settings.index}`, or set passage_tokens back.",
        )


def _store(
    connection: sqlite3.Connection,
    embedder: Embedder,
    documents: list[Document],
    plan: Plan,
    versions: str,
    number: int,
    max_tokens: int,
    progress: Progress,
    *,
    reuse: bool,
) -> int:
    """Insert the documents with their passages and vectors; returns how many passages the model had to embed.

    Args:
        reuse: whether vectors that are stored already are taken over; a rebuild must not copy what may be damaged.
    """
    connection.executemany(
        "UPDATE documents SET died = ? WHERE key = ?", [(number, key) for key in [*plan.replaced.values(), *plan.gone]]
    )
    rows: list[tuple[int, Passage, str]] = []
    for document in documents:
        key = _insert_document(connection, document, plan.duplicates.get(document.path, []), versions, number)
        for passage in split_document(document, max_tokens=max_tokens, count_tokens=embedder.count_tokens):
            text, spans = embedding_text(passage)
            rows.append((key, passage, digest(embedder.fingerprint, text, json.dumps(spans))))

    vectors: dict[str, tuple[bytes, bytes]] = {}
    for _, _, name in rows if reuse else ():
        found = connection.execute(
            "SELECT vector, sentence_vectors FROM passages WHERE embedding_key = ? LIMIT 1", (name,)
        ).fetchone()
        if found is not None:
            vectors[name] = (found["vector"], found["sentence_vectors"])
    missing = {name: passage for _, passage, name in rows if name not in vectors}
    vectors.update(_embed(embedder, missing, progress))
    connection.executemany(
        "INSERT INTO passages (id, document, start, end, text, context, heading_path, page, sentences, vector,"
        " sentence_vectors, embedding_key, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_passage_row(key, passage, name, *vectors[name]) for key, passage, name in rows],
    )
    return len(missing)


def _embed(embedder: Embedder, missing: dict[str, Passage], progress: Progress) -> dict[str, tuple[bytes, bytes]]:
    texts = [embedding_text(passage) for passage in missing.values()]
    done = 0
    progress("embedding", 0, len(texts))

    def tell(count: int) -> None:
        nonlocal done
        done += count
        progress("embedding", done, len(texts))

    vectors, parts = embedder.embed_passages([text for text, _ in texts], [spans for _, spans in texts], tell)
    return {name: (vectors[i].tobytes(), parts[i].astype(np.float16).tobytes()) for i, name in enumerate(missing)}


def _insert_document(
    connection: sqlite3.Connection, document: Document, duplicates: list[str], versions: str, number: int
) -> int:
    blocks, pages = blocks_to_json(document)
    values = (
        document.id,
        document.path,
        number,
        document.title,
        document.text,
        document.date,
        document.status,
        document.sha256,
        json.dumps(document.deals, ensure_ascii=False),
        blocks,
        pages,
        json.dumps(document.warnings, ensure_ascii=False),
        json.dumps(duplicates, ensure_ascii=False),
        versions,
        digest(document.id, document.path, document.title, document.text, blocks, pages),
    )
    cursor = connection.execute(
        "INSERT INTO documents (id, path, born, title, text, date, status, sha256, deals, blocks, pages, warnings,"
        " duplicates, versions, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )
    if cursor.lastrowid is None:
        raise StoreError("SQLite gave a new document no key.")
    return cursor.lastrowid


def _passage_row(key: int, passage: Passage, embedding_key: str, vector: bytes, parts: bytes) -> tuple[object, ...]:
    headings = json.dumps(passage.heading_path, ensure_ascii=False)
    sentences = json.dumps(passage.sentences, separators=(",", ":"))
    return (
        passage.id,
        key,
        passage.start,
        passage.end,
        passage.text,
        passage.context,
        headings,
        passage.page,
        sentences,
        vector,
        parts,
        embedding_key,
        digest(passage.id, passage.text, passage.context, headings, sentences, vector, parts),
    )


def _commit(
    connection: sqlite3.Connection, embedder: Embedder, settings: Settings, number: int, max_tokens: int
) -> str:
    """Name the generation after its content and write its manifest."""
    state = hashlib.blake2b(digest_size=6)
    for row in connection.execute(
        "SELECT d.path, d.digest, p.digest AS passage FROM documents d LEFT JOIN passages p ON p.document = d.key"
        f" WHERE {ALIVE} ORDER BY d.path, p.start, p.id",
        {"generation": number},
    ):
        state.update(digest(row["path"], row["digest"], row["passage"] or "").encode())
    generation = f"{number:06d}-{state.hexdigest()}"
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "dealqa_version": dealqa.__version__,
        "model": settings.model,
        "fingerprint": embedder.fingerprint,
        "dimension": embedder.dimension,
        "max_tokens": max_tokens,
        "reading_version": READING_VERSION,
        "splitter_version": SPLITTER_VERSION,
    }
    connection.execute(
        "INSERT INTO generations (number, id, created, manifest) VALUES (?, ?, ?, ?)",
        (number, generation, datetime.now(UTC).isoformat(timespec="seconds"), json.dumps(manifest, sort_keys=True)),
    )
    return generation


def _store_failures(connection: sqlite3.Connection, failures: list[Failure]) -> None:
    connection.execute("DELETE FROM failures")
    connection.executemany(
        "INSERT OR REPLACE INTO failures (path, reason, message) VALUES (?, ?, ?)",
        [(failure.path, failure.reason, failure.message) for failure in failures],
    )
