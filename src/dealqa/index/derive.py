"""The child process that writes a generation's Chroma folder: `python -m dealqa.index.derive`.

Chroma holds Python's lock while it writes, and a fault in its native code ends the process: so it is done in one that
nothing else depends on. It reads the vectors from the database, which it opens for reading, and writes one folder
that nobody else opens until it has been verified. Its standard output is JSON, one object a line.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dealqa import environment  # noqa: F401 - switches telemetry off before Chroma is imported
from dealqa.errors import DealqaError, IndexCorrupt, StorageFull
from dealqa.index.canaries import verify_store
from dealqa.index.faults import crash_point
from dealqa.index.rows import damaged, sound
from dealqa.index.schema import ALIVE, CHROMA, connect, store_errors
from dealqa.index.unlocked import may_not_grow
from dealqa.index.vector_store import CHROMA_FILE, WRITE_BATCH, ChromaStore, import_chroma
from dealqa.index.verify import JOINED

__all__ = ["main"]

MAX_CHANGED = 0.3
"""Share of the rows: with more to change than this, the graph is built from nothing, which is then as quick."""

_PR_SET_PDEATHSIG = 1
_FULL_MARKS = ("full", "No space left", "quota", "os error 28", "File too large")


def main(arguments: Sequence[str]) -> int:
    """Do one job, which comes as a line of JSON on standard input; nothing when that is closed without one.

    The job names the `folder` of the index, the `number` of the generation, the folder `target` to write, and the
    generation `base` whose folder is to be taken over, or null.

    Args:
        arguments: the id of the process that wants it.
    """
    _die_with(int(arguments[0]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends us
    import_chroma()
    line = sys.stdin.readline()
    if not line:
        return 0
    job = json.loads(line)
    folder, target = Path(job["folder"]), Path(job["target"])
    try:
        with store_errors(folder):
            result = _derive(folder, job["number"], target, job["base"])
    except DealqaError as err:
        marked = any(mark in str(err) for mark in _FULL_MARKS)
        # SQLite inside Chroma speaks of an I/O error where a file may not grow.
        full = isinstance(err, StorageFull) or marked or ("I/O error" in str(err) and may_not_grow(target.parent))
        kind = "StorageFull" if full else type(err).__name__
        _say({"error": kind, "message": err.message, "hint": err.hint})
        return 1
    _say(result)
    return 0


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _die_with(parent: int) -> None:
    """An orphan would go on writing beside the next run."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it has died already
            os._exit(1)


def _derive(folder: Path, number: int, target: Path, base: dict[str, Any] | None) -> dict[str, object]:
    ids, vectors, documents, names = _rows(folder, number)
    removed: list[str] = []
    added = list(range(len(ids)))
    if base is not None:
        # A passage keeps its id when another model, or another reading of the same file, gives it another vector.
        before = _names(folder, base["number"])
        now = dict(zip(ids, names, strict=True))
        removed = sorted(name for name, vector in before.items() if now.get(name) != vector)
        added = [row for row, name in enumerate(ids) if before.get(name) != names[row]]
    dead = len(removed) + (base or {}).get("dead", 0)
    if base is None or len(added) + dead > MAX_CHANGED * len(ids):
        _build(target, ids, vectors, documents)
        dead = 0
    else:
        _change(folder / CHROMA / base["id"], target, removed, added, ids, vectors, documents)
    crash_point("chroma_changed")
    store = ChromaStore(target)
    try:
        canaries = verify_store(store, ids, vectors, where=f"in {target.name}")
    finally:
        store.close()
    crash_point("chroma_verified")
    return {"rows": len(ids), "dead": dead, "queries": canaries.queries, "recall": canaries.recall}


def _rows(folder: Path, number: int) -> tuple[list[str], npt.NDArray[np.float32], list[str], list[str]]:
    """Ids, vectors (n, dimension), document ids and names of the vectors of a generation's passages, each checked."""
    connection = connect(folder, write=False)
    try:
        ids: list[str] = []
        documents: list[str] = []
        names: list[str] = []
        blobs: list[bytes] = []
        for row in connection.execute(
            f"SELECT {JOINED}, d.id AS of_document FROM documents d JOIN passages p ON p.document = d.key"
            f" JOIN vectors v ON v.key = p.vector WHERE {ALIVE} ORDER BY p.key",
            {"generation": number},
        ):
            # The passage's hash says which vector is its own.
            if not sound(row, passage=True, vectors=True):
                raise damaged(folder, f"the passage {row['id']}")
            ids.append(row["id"])
            documents.append(row["of_document"])
            names.append(row["name"])
            blobs.append(row["vector"])
        if len(set(ids)) != len(ids):
            raise damaged(folder, "the list of passages, which holds one twice,")
        vectors = np.frombuffer(b"".join(blobs), dtype=np.float32)
        return ids, vectors.reshape(len(ids), -1) if ids else vectors.reshape(0, 1), documents, names
    finally:
        connection.close()


def _names(folder: Path, number: int) -> dict[str, str]:
    """The passages of a generation: id → name of the vector."""
    connection = connect(folder, write=False)
    try:
        sql = (
            "SELECT p.id, v.name FROM documents d JOIN passages p ON p.document = d.key"
            f" JOIN vectors v ON v.key = p.vector WHERE {ALIVE}"
        )
        return {row["id"]: row["name"] for row in connection.execute(sql, {"generation": number})}
    finally:
        connection.close()


def _build(target: Path, ids: list[str], vectors: npt.NDArray[np.float32], documents: list[str]) -> None:
    """A new store with all rows."""
    _say({"done": 0, "total": len(ids)})
    target.mkdir()
    store = ChromaStore(target, rows=len(ids))
    try:
        for at in range(0, len(ids), WRITE_BATCH):
            stop = at + WRITE_BATCH
            store.add(ids[at:stop], vectors[at:stop], documents[at:stop])
            _say({"done": min(stop, len(ids)), "total": len(ids)})
    finally:
        store.close()
    _shrink(target)


def _shrink(target: Path) -> None:
    """Give back what Chroma's log took while rows were added: half of its file, and the vectors in it."""
    import sqlite3

    connection = sqlite3.connect(target / CHROMA_FILE, isolation_level=None)
    try:
        connection.execute("VACUUM")
    finally:
        connection.close()


def _change(
    base: Path,
    target: Path,
    removed: list[str],
    added: list[int],
    ids: list[str],
    vectors: npt.NDArray[np.float32],
    documents: list[str],
) -> None:
    """A copy of the store of another generation, with the difference applied."""
    if not base.is_dir():
        raise IndexCorrupt(f"The vector index {base.name} is not there.")
    shutil.copytree(base, target)
    crash_point("chroma_copied")
    _say({"done": 0, "total": len(added)})
    if not removed and not added:
        return
    store = ChromaStore(target)
    try:
        store = store.change(removed, [ids[row] for row in added], vectors[added], [documents[row] for row in added])
    finally:
        store.close()
    _say({"done": len(added), "total": len(added)})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
