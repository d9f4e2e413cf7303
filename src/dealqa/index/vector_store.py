"""The derived vector index: one protocol, and Chroma behind it. The only module that knows Chroma."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from dealqa.errors import IndexCorrupt

__all__ = ["CHROMA_FILE", "ChromaStore", "VectorStore", "import_chroma"]

COLLECTION = "passages"
SEARCHED = 1_000
SEARCHED_SHARE = 0.02
"""Candidates that a search of the graph keeps: so many, or this share of the rows if that is more. Of 100,000 rows 500
candidates gave 98.2% of the exact ten nearest in 4 ms, 1,000 gave 99.1% in 5.5 ms, and 2,000 gave 99.5% in 9 ms."""

SMALLEST_GRAPH = 50
"""Rows; fewer are searched one by one, exactly."""

SMALLEST_BATCH = 2
"""Rows; Chroma knows no smaller one."""

WRITE_BATCH = 2000
"""Rows a call; Chroma refuses more than 5461."""

READ_BATCH = 10_000
"""Rows a call; Chroma refuses more than about 32,000."""

CHROMA_FILE = "chroma.sqlite3"
"""The one file of a store that is written to when the store is merely opened; the graph's files are not."""


_OPENING = threading.Lock()
"""Chroma keeps one system a path and process and counts who uses it, but neither its making nor its end is guarded:
one thread that closes a generation while another opens the same one would leave that one with a system at its end."""


class VectorStore(Protocol):
    """Nearest neighbours by cosine. Ids are passage ids; it stores nothing that the truth does not."""

    def add(self, ids: Sequence[str], vectors: npt.NDArray[np.float32], documents: Sequence[str]) -> None:
        """Add vectors, shape (n, dimension), with the document id of each for filtering."""

    def count(self) -> int:
        """How many vectors it holds."""

    def query(
        self, vector: npt.NDArray[np.float32], limit: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The `limit` nearest (id, cosine), best first; only of the given documents when they are given."""

    def close(self) -> None:
        """Release files and memory; the store cannot be used afterwards."""


def import_chroma() -> None:
    """Import Chroma, which takes a second, before there is anything to do with it."""
    importlib.import_module("chromadb")


def _graph(written: int, rows: int) -> dict[str, Any]:
    """Chroma's settings for a graph of so many rows, of which so many are still to be written.

    Chroma writes its graph to disk once `sync_threshold` rows wait for it. Below that it builds the graph anew at each
    opening, by several threads and so a little differently each time: two runs of the same questions over the same
    index then differed far down the ranking. The threshold is the number of rows, so that the last one writes it.
    """
    searched = {"ef_search": max(SEARCHED, int(SEARCHED_SHARE * rows))}
    if written < SMALLEST_BATCH:
        return searched
    return searched | {"sync_threshold": written, "batch_size": min(written, SMALLEST_GRAPH)}


class ChromaStore:
    """An embedded Chroma collection in a folder that nobody else writes.

    Chroma is given our vectors and nothing else: no text, no embedding function (the default one would be fetched
    from the network), no telemetry, no `.env` of whoever's folder we happen to run in.

    Args:
        folder: of the store.
        rows: how many rows will be added to a new store; None opens one that is complete.
    """

    def __init__(self, folder: Path, *, rows: int | None = None) -> None:
        import chromadb
        from chromadb.config import Settings as ChromaSettings
        from chromadb.errors import ChromaError

        self._errors: tuple[type[Exception], ...] = (ChromaError, ValueError)
        self._folder = folder
        settings = ChromaSettings(_env_file=None, anonymized_telemetry=False, is_persistent=True)  # type: ignore[call-arg]  # pydantic's own argument
        try:
            with _OPENING:
                self._client: Any = chromadb.PersistentClient(path=str(folder), settings=settings)
            if rows is None:
                self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
            else:
                configuration: Any = {"hnsw": {"space": "cosine", **_graph(rows, rows)}}
                self._collection = self._client.create_collection(
                    COLLECTION, embedding_function=None, configuration=configuration
                )
        except self._errors as err:
            raise self._corrupt(err) from err

    def _corrupt(self, err: Exception) -> IndexCorrupt:
        return IndexCorrupt(
            f"The vector index in {self._folder} is damaged: {err}.",
            hint="Run `dealqa index`: it is derived again from the stored vectors.",
        )

    def change(
        self,
        removed: Sequence[str],
        ids: Sequence[str],
        vectors: npt.NDArray[np.float32],
        documents: Sequence[str],
    ) -> ChromaStore:
        """Remove and add rows, so that the graph on disk has them all; returns the store opened again.

        A changed threshold counts from the next opening on, hence the return.
        """
        operations = len(removed) + len(ids)
        configuration: Any = {"hnsw": _graph(operations, self.count() + len(ids))}
        try:
            self._collection.modify(configuration=configuration)
        except self._errors as err:
            raise self._corrupt(err) from err
        self.close()
        store = ChromaStore(self._folder)
        store._remove(removed)
        store.add(ids, vectors, documents)
        return store

    def _remove(self, ids: Sequence[str]) -> None:
        for at in range(0, len(ids), WRITE_BATCH):
            try:
                self._collection.delete(ids=list(ids[at : at + WRITE_BATCH]))
            except self._errors as err:
                raise self._corrupt(err) from err

    def add(self, ids: Sequence[str], vectors: npt.NDArray[np.float32], documents: Sequence[str]) -> None:
        """See `VectorStore.add`."""
        for at in range(0, len(ids), WRITE_BATCH):
            stop = at + WRITE_BATCH
            try:
                self._collection.add(
                    ids=list(ids[at:stop]),
                    embeddings=vectors[at:stop],
                    metadatas=[{"document": document} for document in documents[at:stop]],
                )
            except self._errors as err:
                raise self._corrupt(err) from err

    def count(self) -> int:
        """See `VectorStore.count`."""
        try:
            return self._collection.count()
        except self._errors as err:
            raise self._corrupt(err) from err

    def ids(self) -> set[str]:
        """The ids of all rows."""
        found: set[str] = set()
        try:
            for at in range(0, self._collection.count(), READ_BATCH):
                found.update(self._collection.get(limit=READ_BATCH, offset=at, include=[])["ids"])
        except self._errors as err:
            raise self._corrupt(err) from err
        return found

    def query(
        self, vector: npt.NDArray[np.float32], limit: int, documents: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """See `VectorStore.query`."""
        where: Any = None if documents is None else {"document": {"$in": list(documents)}}
        try:
            found = self._collection.query(
                query_embeddings=vector[np.newaxis, :],
                n_results=limit,
                where=where,
                include=["distances"],
            )
        except self._errors as err:
            raise self._corrupt(err) from err
        distances = (found["distances"] or [[]])[0]
        return [(name, 1.0 - float(distance)) for name, distance in zip(found["ids"][0], distances, strict=True)]

    def close(self) -> None:
        """See `VectorStore.close`."""
        with _OPENING:
            self._client.close()
