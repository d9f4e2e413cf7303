"""Write the documents of a generation to be: beside the live one, in batches that outlast an interruption.

A row that was born in a generation that does not exist yet is seen by no reader. What a run leaves behind when it is
interrupted is removed by the next, but for the vectors: what was computed is not computed again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dealqa.embedding import Embedder
from dealqa.errors import IndexCorrupt, StoreError
from dealqa.index.faults import crash_point
from dealqa.index.rows import DOCUMENT_COLUMNS, digest, document_digest, document_values, passage_values, vector_values
from dealqa.index.schema import DATABASE, REBUILD
from dealqa.passages import embedding_text, split_document
from dealqa.types import Document, Passage

__all__ = ["Staging", "remove_documents", "remove_unfinished", "remove_unused_vectors"]

BATCH_PASSAGES = 256
"""So many passages are embedded together and written in one transaction: seconds of work, a few megabytes."""


@dataclass(frozen=True, slots=True)
class _Split:
    document: Document
    passages: tuple[Passage, ...]
    names: tuple[str, ...]


class Staging:
    """Takes documents, splits and embeds them, and writes them as rows of a generation that is not published yet.

    Args:
        connection: for writing, with no transaction open.
        number: of the generation to be.
        versions: how documents are read, split and embedded.
        progress: told the stage "embedding" with how many passages are done and how many are known of.
        reuse: whether vectors that are stored are taken over where they are sound; a rebuild computes them all.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        embedder: Embedder,
        *,
        number: int,
        versions: str,
        max_tokens: int,
        progress: Callable[[str, int, int], None],
        reuse: bool,
    ) -> None:
        self._connection = connection
        self._embedder = embedder
        self._number = number
        self._versions = versions
        self._max_tokens = max_tokens
        self._progress = progress
        self._reuse = reuse
        self._waiting: list[_Split] = []
        self._waiting_passages = 0
        self._seen = 0
        self._done = 0
        self.added: set[tuple[str, str]] = set()  # (id, path)
        self.rows: dict[tuple[str, str], int] = {}  # (id, path) → key, of what is written
        self.embedded = 0

    def add(self, document: Document) -> None:
        """Take a document; it is written with the next batch, by `flush` at the latest."""
        if (document.id, document.path) in self.added:
            return
        self.added.add((document.id, document.path))
        passages = split_document(document, max_tokens=self._max_tokens, count_tokens=self._embedder.count_tokens)
        names = tuple(self._name(passage) for passage in passages)
        self._waiting.append(_Split(document, passages, names))
        self._waiting_passages += len(passages)
        self._seen += len(passages)
        if self._waiting_passages >= BATCH_PASSAGES:
            self.flush()

    def _name(self, passage: Passage) -> str:
        text, spans = embedding_text(passage)
        return digest(self._embedder.fingerprint, text, json.dumps(spans))

    def flush(self) -> None:
        """Embed and write what is waiting."""
        if not self._waiting:
            return
        self._progress("embedding", self._done, self._seen)
        stored = self._stored() if self._reuse else {}
        missing = {
            name: passage
            for split in self._waiting
            for name, passage in zip(split.names, split.passages, strict=True)
            if name not in stored
        }
        computed = self._embed(missing)
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for values in computed:
                stored[values["name"]] = self._write_vector(values)
            for split in self._waiting:
                self._write(split, stored)
            self._connection.execute("COMMIT")
        except BaseException:
            roll_back(self._connection)
            raise
        self._done += self._waiting_passages
        self._progress("embedding", self._done, self._seen)
        self.embedded += len(missing)
        self._waiting, self._waiting_passages = [], 0
        crash_point("batch_stored")

    def _stored(self) -> dict[str, int]:
        """The vectors that are stored and sound, of those that are wanted: name → key."""
        names = json.dumps(sorted({name for split in self._waiting for name in split.names}))
        found = self._connection.execute(
            "SELECT key, name, digest, vector, sentence_vectors FROM vectors"
            " WHERE name IN (SELECT value FROM json_each(?))",
            (names,),
        )
        return {
            row["name"]: row["key"]
            for row in found
            if row["digest"] == digest(row["name"], row["vector"], row["sentence_vectors"])
        }

    def _embed(self, missing: Mapping[str, Passage]) -> list[dict[str, Any]]:
        texts = [embedding_text(passage) for passage in missing.values()]
        done = self._done

        def tell(count: int) -> None:
            nonlocal done
            done += count
            self._progress("embedding", done, self._seen)

        vectors, parts = self._embedder.embed_passages([text for text, _ in texts], [spans for _, spans in texts], tell)
        return [vector_values(name, vectors[i], parts[i]) for i, name in enumerate(missing)]

    def _write_vector(self, values: Mapping[str, Any]) -> int:
        row = self._connection.execute(
            "INSERT INTO vectors (name, digest, vector, sentence_vectors)"
            " VALUES (:name, :digest, :vector, :sentence_vectors) ON CONFLICT (name) DO UPDATE"
            " SET digest = excluded.digest, vector = excluded.vector, sentence_vectors = excluded.sentence_vectors"
            " RETURNING key",
            dict(values),
        ).fetchone()
        return int(row["key"])

    def _write(self, split: _Split, vectors: Mapping[str, int]) -> None:
        document = split.document
        values = document_values(document, split.passages, duplicates=[], versions=self._versions)
        key = insert_document(self._connection, values, self._number)
        self.rows[document.id, document.path] = key
        self._connection.executemany(
            "INSERT INTO passages (id, document, vector, digest, start, end, page, sentences, heading_path, context,"
            " text) VALUES (:id, :document, :vector, :digest, :start, :end, :page, :sentences, :heading_path,"
            " :context, :text)",
            [
                {**passage_values(passage, name), "document": key, "vector": vectors[name]}
                for passage, name in zip(split.passages, split.names, strict=True)
            ],
        )

    def set_duplicates(self, key: int, duplicates: list[str]) -> None:
        """Say under which other paths a document of this generation lies."""
        row = self._connection.execute("SELECT * FROM documents WHERE key = ?", (key,)).fetchone()
        values = {name: row[name] for name in DOCUMENT_COLUMNS}
        values["duplicates"] = json.dumps(duplicates, ensure_ascii=False)
        self._connection.execute(
            "UPDATE documents SET duplicates = ?, digest = ? WHERE key = ?",
            (values["duplicates"], document_digest(values), key),
        )

    def copy(self, key: int, duplicates: list[str]) -> None:
        """Write a document of an older generation again, with other duplicates; nothing is read or embedded."""
        row = self._connection.execute("SELECT * FROM documents WHERE key = ?", (key,)).fetchone()
        if row["digest"] != document_digest(row):
            raise IndexCorrupt(f"The document {row['path']} in {DATABASE} is not what was written.", hint=REBUILD)
        values = {name: row[name] for name in DOCUMENT_COLUMNS}
        values["duplicates"] = json.dumps(duplicates, ensure_ascii=False)
        copied = insert_document(self._connection, {**values, "digest": document_digest(values)}, self._number)
        columns = "id, vector, digest, start, end, page, sentences, heading_path, context, text"
        self._connection.execute(
            f"INSERT INTO passages (document, {columns}) SELECT ?, {columns} FROM passages WHERE document = ?"
            " ORDER BY key",
            (copied, key),
        )


def insert_document(connection: sqlite3.Connection, values: Mapping[str, object], born: int) -> int:
    """Insert a document's row; returns its key."""
    columns = (*DOCUMENT_COLUMNS, "digest")
    cursor = connection.execute(
        f"INSERT INTO documents (born, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})",  # constants
        (born, *(values[name] for name in columns)),
    )
    if cursor.lastrowid is None:
        raise StoreError("SQLite gave a new document no key.")
    return cursor.lastrowid


def roll_back(connection: sqlite3.Connection) -> None:
    """End the open transaction, if there is one: after some errors, a full disk among them, SQLite has ended it."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def remove_documents(connection: sqlite3.Connection, keys: list[int]) -> None:
    """Delete documents with their passages; those that are in the full-text index must be taken out of it before."""
    rows = [(key,) for key in keys]
    connection.executemany("DELETE FROM passages WHERE document = ?", rows)
    connection.executemany("DELETE FROM documents WHERE key = ?", rows)


def remove_unfinished(connection: sqlite3.Connection, latest: int) -> None:
    """Delete what a run that never came to its end wrote; the vectors that it computed stay.

    Args:
        latest: the number of the last generation that there is; 0 for none.
    """
    keys = [row["key"] for row in connection.execute("SELECT key FROM documents WHERE born > ?", (latest,))]
    if not keys:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        remove_documents(connection, keys)
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def remove_unused_vectors(connection: sqlite3.Connection) -> None:
    """Delete the vectors that no passage has."""
    connection.execute("DELETE FROM vectors WHERE key NOT IN (SELECT vector FROM passages)")
