"""Read one generation: its documents and passages, its vectors, its full-text index."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dealqa.errors import GenerationGone, IndexCorrupt, IndexMissing, StoreError
from dealqa.index.publish import CHROMA
from dealqa.index.schema import (
    ALIVE,
    CURRENT,
    DATABASE,
    connect,
    document_from_row,
    info_from_row,
    passage_from_row,
    store_errors,
    vectors_from_blob,
)
from dealqa.index.vector_store import ChromaStore, VectorStore
from dealqa.types import Document, DocumentInfo, Passage

__all__ = ["Index", "StoredPassage", "live_generation", "open_index", "published_at"]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its vectors: (dimension,) and (its number of sentences, dimension), unit length."""

    passage: Passage
    vector: npt.NDArray[np.float32]
    sentence_vectors: npt.NDArray[np.float32]


class Index:
    """One generation, open for reading; it never changes while it is open, whatever is indexed meanwhile.

    Safe to use from several threads. Use `open_index` to get one.
    """

    def __init__(self, folder: Path, generation: str, number: int, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.generation = generation
        self.manifest = manifest
        self._number = number
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self.notices: tuple[str, ...] = ()
        self._words: tuple[str, ...] | None = None
        self._documents = {info.id: info for info in self._load_documents()}
        self._vectors: VectorStore = ChromaStore(folder / CHROMA / generation)

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect(self.folder, write=False)
            self._local.connection = connection
            with self._guard:
                self._connections.append(connection)
        return connection

    def _rows(self, sql: str, /, **values: object) -> list[sqlite3.Row]:
        with store_errors(self.folder):
            return self._connection().execute(sql, {"generation": self._number, **values}).fetchall()

    def _load_documents(self) -> list[DocumentInfo]:
        rows = self._rows(
            "SELECT d.id, d.path, d.title, d.date, d.status, d.deals, d.sha256, d.pages, d.warnings, d.duplicates,"
            " length(d.text) AS characters, (SELECT count(*) FROM passages p WHERE p.document = d.key) AS passages"
            f" FROM documents d WHERE {ALIVE} ORDER BY d.path"  # a constant
        )
        return [info_from_row(row) for row in rows]

    @property
    def documents(self) -> tuple[DocumentInfo, ...]:
        """All documents, in the order of their paths."""
        return tuple(self._documents.values())

    def failures(self) -> list[tuple[str, str, str]]:
        """(path, reason, message) of each file that the last run could not read."""
        return [
            (row["path"], row["reason"], row["message"]) for row in self._rows("SELECT * FROM failures ORDER BY path")
        ]

    def document(self, document_id: str) -> Document:
        """A document with its text and blocks.

        Raises:
            KeyError: no document of this generation has this id.
            GenerationGone: this generation is no longer kept: it was open while two newer ones were published.
        """
        if document_id not in self._documents:
            raise KeyError(document_id)
        self._still_kept()
        rows = self._rows(f"SELECT * FROM documents d WHERE d.id = :id AND {ALIVE}", id=document_id)
        return document_from_row(rows[0])

    def _still_kept(self) -> None:
        if not (self.folder / CHROMA / self.generation).is_dir():
            raise GenerationGone(
                f"The generation {self.generation} of {self.folder} is no longer kept: newer ones took its place.",
                hint="Open the index again.",
            )

    def nearest(
        self, vector: npt.NDArray[np.float32], limit: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """(passage id, cosine) of the passages nearest to a vector, best first.

        Args:
            documents: document ids to restrict the search to.

        Raises:
            GenerationGone: this generation is no longer kept.
        """
        self._still_kept()
        if documents is not None and not documents:
            return []  # Chroma refuses an empty restriction
        return self._vectors.query(vector, limit, documents)

    def match(
        self, terms: Iterable[str], limit: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """(passage id, BM25 score; higher is better) of passages with any of the terms, best first."""
        query = _any_of(terms)
        if not query:
            return []
        scope = "" if documents is None else " AND d.id IN (SELECT value FROM json_each(:documents))"
        rows = self._rows(
            "SELECT p.id, bm25(passages_fts) AS score FROM passages_fts JOIN passages p ON p.key = passages_fts.rowid"
            f" JOIN documents d ON d.key = p.document WHERE passages_fts MATCH :query AND {ALIVE}{scope}"
            " ORDER BY score, p.id LIMIT :limit",
            query=query,
            limit=limit,
            documents=json.dumps(list(documents or [])),
        )
        return [(row["id"], -float(row["score"])) for row in rows]

    def passage_frequency(self, term: str) -> int:
        """How many passages hold this word or phrase (inflected forms count), title and headings included."""
        query = _any_of([term])
        if not query:
            return 0
        rows = self._rows(
            "SELECT count(*) AS n FROM passages_fts JOIN passages p ON p.key = passages_fts.rowid"
            f" JOIN documents d ON d.key = p.document WHERE passages_fts MATCH :query AND {ALIVE}",
            query=query,
        )
        return int(rows[0]["n"])

    def vocabulary(self) -> tuple[str, ...]:
        """The words of seven letters and more that occur in passages, lower case, sorted; read once, then kept."""
        if self._words is None:
            found: set[str] = set()
            for row in self._rows(
                f"SELECT p.text FROM passages p JOIN documents d ON d.key = p.document WHERE {ALIVE}"
            ):
                found.update(re.findall(r"[^\W\d_]{7,}", row["text"].lower()))
            self._words = tuple(sorted(found))
        return self._words

    def passage_count(self) -> int:
        """How many passages there are."""
        return sum(info.passages for info in self._documents.values())

    def load(self, ids: Sequence[str]) -> dict[str, StoredPassage]:
        """The passages with these ids and their vectors; an id that the truth does not know is left out."""
        rows = self._rows(
            "SELECT p.*, d.id AS document_id FROM passages p JOIN documents d ON d.key = p.document"
            f" WHERE p.id IN (SELECT value FROM json_each(:ids)) AND {ALIVE}",
            ids=json.dumps(list(ids)),
        )
        self._still_kept()
        dimension = int(self.manifest["dimension"])
        return {
            row["id"]: StoredPassage(
                passage_from_row(row, row["document_id"]),
                vectors_from_blob(row["vector"], dimension, np.float32)[0],
                vectors_from_blob(row["sentence_vectors"], dimension, np.float16),
            )
            for row in rows
        }

    def info(self, document_id: str) -> DocumentInfo:
        """What there is to say of a document."""
        return self._documents[document_id]

    def check(self) -> None:
        """Compare the parts with each other: SQLite's own check, and as many vectors in Chroma as passages.

        Raises:
            IndexCorrupt: they do not agree; the message says what.
            GenerationGone: this generation is no longer kept.
        """
        self._still_kept()
        rows = self._rows("PRAGMA quick_check(1)")
        if rows[0][0] != "ok":
            raise IndexCorrupt(
                f"{self.folder / DATABASE} is damaged: {rows[0][0]}.",
                hint="Delete the folder and run `dealqa index` again.",
            )
        vectors, passages = self._vectors.count(), self.passage_count()
        if vectors != passages:
            raise IndexCorrupt(
                f"The vector index of {self.generation} holds {vectors} vectors for {passages} passages.",
                hint=f"Delete {self.folder / CHROMA} and run `dealqa index`: it is derived again.",
            )

    def close(self) -> None:
        """Release files and memory; the index cannot be used afterwards."""
        self._vectors.close()
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()


def _any_of(terms: Iterable[str]) -> str:
    """An FTS5 query for any of the terms, each quoted so that nothing in it is taken for syntax."""
    phrases = (re.sub(r"[^\w]+", " ", term).strip() for term in terms)
    return " OR ".join(f'"{phrase}"' for phrase in phrases if phrase)


def live_generation(folder: Path) -> str | None:
    """The name of the live generation, None when there is none; one small read.

    Raises:
        StoreError: the folder may not be read.
    """
    try:
        return (folder / CURRENT).read_text(encoding="utf-8", errors="replace").strip() or None
    except FileNotFoundError:
        return None
    except OSError as err:
        raise StoreError(f"The index in {folder} cannot be used: {err.strerror}.") from err


def published_at(folder: Path) -> float:
    """When the live generation was made live, in seconds since 1970; 0.0 when there is none."""
    try:
        return (folder / CURRENT).stat().st_mtime
    except OSError:
        return 0.0


def open_index(folder: Path, *, check_seconds: float = 2.0) -> Index:
    """Open the live generation of an index.

    Raises:
        IndexMissing: nothing has been indexed in this folder yet.
        IndexMismatch: the format is of another version.
        IndexCorrupt: the live generation is not there, or damaged.
    """
    current = folder / CURRENT
    if not (folder / DATABASE).is_file() or not current.is_file():
        raise IndexMissing(f"There is no index in {folder} yet.", hint="Run `dealqa index` first.")
    with store_errors(folder):
        generation = current.read_text(encoding="utf-8", errors="replace").strip()
        connection = connect(folder, write=False)
        try:
            row = connection.execute("SELECT number, manifest FROM generations WHERE id = ?", (generation,)).fetchone()
        finally:
            connection.close()
    if row is None or not (folder / CHROMA / generation).is_dir():
        raise IndexCorrupt(
            f"The live generation {generation!r} of {folder} is not there.",
            hint="Run `dealqa index` to derive it again.",
        )
    return Index(folder, generation, int(row[0]), json.loads(row[1]))
