"""Derive a generation's Chroma folder from the truth, make it live, and remove what is no longer needed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np

from dealqa.errors import IndexCorrupt
from dealqa.index.schema import ALIVE, CURRENT
from dealqa.index.vector_store import ChromaStore

__all__ = ["CHROMA", "publish"]

CHROMA = "chroma"


def publish(
    connection: sqlite3.Connection,
    folder: Path,
    generation: str,
    number: int,
    dimension: int,
    progress: Callable[[str, int, int], None],
) -> bool:
    """Derive the generation's Chroma folder, make it live, and remove what only older generations needed."""
    current = folder / CURRENT
    live = current.read_text(encoding="utf-8", errors="replace").strip() if current.is_file() else ""
    target = folder / CHROMA / generation
    if live == generation and target.is_dir():
        return False
    shutil.rmtree(target, ignore_errors=True)  # what an interrupted run left behind
    target.mkdir(parents=True)
    rows = connection.execute(
        "SELECT p.id, d.id AS document, p.vector FROM passages p JOIN documents d ON d.key = p.document"
        f" WHERE {ALIVE} ORDER BY p.key",
        {"generation": number},
    ).fetchall()
    progress("publishing", 0, len(rows))
    store = ChromaStore(target, rows=len(rows))
    try:
        if rows:
            matrix = np.frombuffer(b"".join(row["vector"] for row in rows), dtype=np.float32).reshape(-1, dimension)
            store.add([row["id"] for row in rows], matrix, [row["document"] for row in rows])
        if store.count() != len(rows):
            raise IndexCorrupt(
                f"Chroma holds {store.count()} of {len(rows)} vectors after writing; nothing was published."
            )
    finally:
        store.close()
    _sync(target)
    _replace(current, generation)
    progress("publishing", len(rows), len(rows))
    _prune(connection, folder, keep={generation, live}, number=number)
    return True


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder, folder.parent]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _replace(path: Path, content: str) -> None:
    scratch = path.with_suffix(".new")
    with scratch.open("w", encoding="utf-8") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prune(connection: sqlite3.Connection, folder: Path, *, keep: set[str], number: int) -> None:
    """Drop all but the live generation and the one before it, which a reader may still have open."""
    for path in (folder / CHROMA).iterdir():
        if path.is_dir() and path.name not in keep:
            shutil.rmtree(path)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM documents WHERE died IS NOT NULL AND died < ?", (number,))
    connection.execute("DELETE FROM generations WHERE number < ?", (number - 1,))
    connection.execute("COMMIT")
