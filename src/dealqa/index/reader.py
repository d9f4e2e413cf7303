"""Read one generation: its documents and passages, its vectors, its full-text index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dealqa.deals import Registry
from dealqa.errors import GenerationGone
from dealqa.index.canaries import Canaries, verify_store
from dealqa.index.commit import failures_are_sound
from dealqa.index.connections import Connections
from dealqa.index.lease import Lease
from dealqa.index.lexical import TermScores
from dealqa.index.publish import Generation
from dealqa.index.rows import (
    INFO_COLUMNS,
    damaged,
    document_from_row,
    info_from_row,
    passage_from_row,
    sound,
    vectors_from_row,
)
from dealqa.index.schema import ALIVE
from dealqa.index.vector_store import ChromaStore
from dealqa.index.verify import JOINED, check_truth
from dealqa.index.view import PrivateFolder
from dealqa.types import Document, DocumentInfo, Passage

__all__ = ["Index", "StoredPassage"]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its vectors: (dimension,) and (its number of sentences, dimension), unit length."""

    passage: Passage
    vector: npt.NDArray[np.float32]
    sentence_vectors: npt.NDArray[np.float32]


class Index:
    """One generation, open for reading; it never changes while it is open, whatever is indexed meanwhile.

    Safe to use from several threads. Use `open_index` to get one. Every row is compared with its hash when it is read.

    Attributes:
        registry: the deals of the corpus as they were when it was indexed; places in titles stand in for them where
            there was no registry.
        notices: what is wrong with the index though it can be served, in sentences.
        fully_checked: whether every row and page was compared when it was opened; else there was no time for some.
    """

    def __init__(
        self,
        folder: Path,
        generation: Generation,
        vectors: ChromaStore,
        private: PrivateFolder,
        lease: Lease | None,
        notices: tuple[str, ...] = (),
        *,
        fully_checked: bool = False,
    ) -> None:
        self.folder = folder
        self.generation = generation.id
        self.manifest: dict[str, Any] = generation.manifest
        self.notices = notices
        self.fully_checked = fully_checked
        self._generation = generation
        self._vectors = vectors
        self._private = private
        self._lease = lease
        self._connections = Connections(folder)
        self._words: tuple[str, ...] | None = None
        infos = self._load_documents()
        told: Any = self.manifest.get("registry")  # an index of an earlier version has none
        self.registry = Registry.from_titles(infos) if told is None else Registry.from_dict(told)
        self._documents = {info.id: replace(info, deals=self._deals_of(info)) for info in infos}
        self._passages = self._load_passages()
        self.still_kept()  # what was just loaded would otherwise be what a purge has left of it
        self._scores = TermScores(self._scored, self._holding, self._mask(self._passages))

    def _rows(self, sql: str, /, **values: object) -> list[sqlite3.Row]:
        with self._connections.borrowed() as connection:
            return connection.execute(sql, {"generation": self._generation.number, **values}).fetchall()

    def _load_documents(self) -> list[DocumentInfo]:
        # Not hashed again: `check_truth` did that for every document, whatever time there was.
        rows = self._rows(f"SELECT {INFO_COLUMNS} FROM documents d WHERE {ALIVE} ORDER BY d.path")  # constants
        return [info_from_row(row) for row in rows]

    def _deals_of(self, info: DocumentInfo) -> tuple[str, ...]:
        told = (deal.name for path in (info.path, *info.duplicates) for deal in self.registry.for_document(path))
        return tuple(dict.fromkeys(told))

    def _load_passages(self) -> dict[int, tuple[str, str]]:
        """Row number → id of the passage and of its document."""
        # As `content_digest` comes by them, which was compared: from the documents, by the index over the passages.
        sql = f"SELECT p.key, p.id, d.id FROM documents d CROSS JOIN passages p ON p.document = d.key WHERE {ALIVE}"
        with self._connections.borrowed() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None
            rows = cursor.execute(sql, {"generation": self._generation.number}).fetchall()
        if not all(isinstance(name, str) for _, name, _ in rows):
            raise damaged(self.folder, "the id of a passage")
        return {key: (name, of) for key, name, of in rows}

    @property
    def documents(self) -> tuple[DocumentInfo, ...]:
        """All documents, in the order of their paths."""
        return tuple(self._documents.values())

    def failures(self) -> list[tuple[str, str, str]]:
        """(path, reason, message) of each file that the last run could not read.

        Raises:
            IndexCorrupt: they are not what was written.
        """
        with self._connections.borrowed() as connection:
            if not failures_are_sound(connection):
                raise damaged(self.folder, "the list of files that could not be read")
        rows = self._rows("SELECT path, reason, message FROM failures ORDER BY path")
        return [(row["path"], row["reason"], row["message"]) for row in rows]

    def document(self, document_id: str) -> Document:
        """A document with its text and blocks.

        Raises:
            KeyError: no document of this generation has this id.
            GenerationGone: this generation is no longer kept.
            IndexCorrupt: the stored document is not what was written.
        """
        if document_id not in self._documents:
            raise KeyError(document_id)
        rows = self._rows(f"SELECT d.* FROM documents d WHERE d.id = :id AND {ALIVE}", id=document_id)
        if not rows or rows[0]["id"] != document_id or not sound(rows[0], document=True):
            self.still_kept()
            raise damaged(self.folder, f"the document {self._documents[document_id].path}")
        return replace(document_from_row(rows[0]), deals=self._documents[document_id].deals)

    def still_kept(self) -> None:
        """Make sure that this generation was not removed, as a purge does.

        A search in a generation that is removed finds less, without an error. Its rows and its name go at once, so
        that it is enough to look when the last search is done.

        Raises:
            GenerationGone: it was removed.
        """
        if not self._rows("SELECT 1 FROM generations WHERE number = :generation"):
            raise GenerationGone(
                f"The generation {self.generation} of {self.folder} is no longer kept: a newer one took its place.",
                hint="Open the index again.",
            )

    def nearest(
        self, vector: npt.NDArray[np.float32], limit: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """(passage id, cosine) of the passages nearest to a vector, best first.

        Args:
            documents: document ids to restrict the search to.
        """
        if documents is not None and not documents:
            return []  # Chroma refuses an empty restriction
        return self._vectors.query(vector, limit, documents)

    def match(
        self, terms: Iterable[str], limit: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """(passage id, BM25 score; higher is better) of passages with any of the terms, best first."""
        allowed = None if documents is None else self._rows_of(documents)
        keys, scores = self._scores.best(terms, limit, allowed)
        found = [(self._passages[key][0], score) for key, score in zip(keys.tolist(), scores.tolist(), strict=True)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def passage_frequency(self, term: str) -> int:
        """How many passages hold this word or phrase (inflected forms count), title and headings included."""
        return self._scores.frequency(term)

    def _rows_of(self, documents: Sequence[str]) -> npt.NDArray[np.bool_]:
        """By row number, whether a passage is of one of these documents."""
        wanted = set(documents)
        return self._mask(key for key, (_, of) in self._passages.items() if of in wanted)

    def _mask(self, keys: Iterable[int]) -> npt.NDArray[np.bool_]:
        mask = np.zeros(max(self._passages, default=0) + 1, dtype=np.bool_)
        mask[np.fromiter(keys, dtype=np.int64)] = True
        return mask

    def _scored(self, phrase: str) -> list[tuple[int, float]]:
        """Row number and BM25 score of every row that holds a phrase, rows of other generations included."""
        with self._connections.borrowed() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None
            sql = "SELECT rowid, -bm25(passages_fts) FROM passages_fts WHERE passages_fts MATCH ?"
            return cursor.execute(sql, (phrase,)).fetchall()

    def _holding(self, phrase: str) -> list[int]:
        """The row numbers of every row that holds a phrase, likewise."""
        with self._connections.borrowed() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None
            sql = "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ?"
            return [key for (key,) in cursor.execute(sql, (phrase,))]

    def vocabulary(self) -> tuple[str, ...]:
        """The words of seven letters and more that occur in passages, lower case, sorted; read once, then kept."""
        if self._words is None:
            found: set[str] = set()
            for row in self._rows(f"SELECT d.words FROM documents d WHERE {ALIVE}"):
                found.update(row["words"].split())
            self._words = tuple(sorted(found))
        return self._words

    def passage_count(self) -> int:
        """How many passages there are."""
        return len(self._passages)

    def load(self, ids: Sequence[str]) -> dict[str, StoredPassage]:
        """The passages with these ids and their vectors.

        Raises:
            GenerationGone: this generation is no longer kept.
            IndexCorrupt: a passage is not there, or not what was written: an id comes from an index that was derived
                from the truth, so the truth has lost it.
        """
        rows = self._rows(
            f"SELECT {JOINED}, d.id AS document_id FROM passages p JOIN documents d ON d.key = p.document"
            f" JOIN vectors v ON v.key = p.vector WHERE p.id IN (SELECT value FROM json_each(:ids)) AND {ALIVE}",
            ids=json.dumps(list(ids)),
        )
        dimension = int(self.manifest["dimension"])
        found: dict[str, StoredPassage] = {}
        for row in rows:
            belongs = self._passages.get(row["key"]) == (row["id"], row["document_id"])
            if not belongs or not sound(row, passage=True, vectors=True):
                self.still_kept()
                raise damaged(self.folder, f"the passage {row['id']}")
            passage = passage_from_row(row, row["document_id"])
            found[passage.id] = StoredPassage(passage, *vectors_from_row(row, dimension))
        missing = set(ids) - found.keys()
        if missing:
            self.still_kept()
            raise damaged(self.folder, f"the passage {min(missing)}")
        return found

    def document_of(self, passage_id: str) -> str | None:
        """The id of the document that a passage is part of; None where no passage has this id."""
        return next((document for name, document in self._passages.values() if name == passage_id), None)

    def info(self, document_id: str) -> DocumentInfo:
        """What there is to say of a document."""
        return self._documents[document_id]

    def check(self) -> Canaries:
        """Compare everything with what was written: every row and page, the full-text index, the vectors in Chroma.

        Raises:
            IndexCorrupt: something is not what was written; the message says what.
            GenerationGone: this generation is no longer kept.
        """
        self.still_kept()
        with self._connections.borrowed() as connection:
            check_truth(connection, self.folder, self._generation, seconds=None)
        rows = self._rows(
            "SELECT p.id, v.vector FROM documents d JOIN passages p ON p.document = d.key JOIN vectors v"
            f" ON v.key = p.vector WHERE {ALIVE}"
        )
        vectors = np.frombuffer(b"".join(row["vector"] for row in rows), dtype=np.float32)
        matrix = vectors.reshape(len(rows), int(self.manifest["dimension"]))
        return verify_store(self._vectors, [row["id"] for row in rows], matrix, where=f"of {self.generation}")

    def close(self) -> None:
        """Release files and memory; the index cannot be used afterwards."""
        self._vectors.close()
        self._private.remove()
        if self._lease is not None:
            self._lease.release()
        self._connections.close()
