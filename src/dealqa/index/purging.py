"""Remove every trace of what is no longer in the live generation: rows, words, vectors, and the room they took."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from dealqa.config import Settings
from dealqa.errors import IndexMissing, StoreError
from dealqa.index.build import Progress
from dealqa.index.commit import index_words_anew, record_lexical, write_generation
from dealqa.index.lock import writer_lock
from dealqa.index.publish import live_generation, prune, publish, remove_debris, stored_generations
from dealqa.index.removed import wipe_removed
from dealqa.index.schema import ALIVE, DATABASE, store_errors
from dealqa.index.staging import remove_unfinished, roll_back
from dealqa.index.verify import check_truth
from dealqa.index.writing import ASIDE, open_for_writing

__all__ = ["PurgeReport", "purge"]

PATIENCE_S = 15.0
"""How long readers are waited for: a server lets go of an older generation within seconds."""


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What `purge` did.

    Attributes:
        documents_removed: versions of documents, deleted or replaced, whose rows were still kept.
        bytes_before, bytes_after: of the folder of the index.
        files_removed: files that had been removed from the folder of documents and could be put back until now.
    """

    generation: str
    documents_removed: int
    bytes_before: int
    bytes_after: int
    files_removed: int = 0


def purge(settings: Settings, *, progress: Progress | None = None) -> PurgeReport:
    """Remove from the index folder all that is not part of the live generation, and overwrite where it stood.

    The live documents are published once more, as a new generation whose Chroma folder is written from nothing;
    readers of an older one are told to open it. Documents that were deleted from the folder of documents leave the
    live generation with `build_index`: call it first. Files that were removed on the page "Documents" can be put back
    until now; they are deleted, too.

    Raises:
        IndexMissing: nothing has been published.
        IndexLocked: another process is writing.
        IndexCorrupt: the index is damaged.
        StoreError: a reader did not let go of an older state; what it holds was not overwritten yet.
    """
    folder = settings.index
    if not (folder / DATABASE).is_file() or live_generation(folder) is None:
        raise IndexMissing(f"There is no index in {folder} yet.", hint="Run `dealqa index` first.")
    with store_errors(folder), writer_lock(folder):
        before = _bytes(folder)
        with open_for_writing(folder, rebuild=False) as connection:
            removed = _purge(connection, folder, progress or (lambda stage, done, total: None))
        for path in folder.glob(f"{DATABASE}{ASIDE}*"):
            path.unlink()
        files = wipe_removed(folder)
        return PurgeReport(live_generation(folder) or "", removed, before, _bytes(folder), files)


def _purge(connection: sqlite3.Connection, folder: Path, progress: Progress) -> int:
    latest = stored_generations(connection)[0]
    check_truth(connection, folder, latest, seconds=None)  # what is written anew gets new hashes
    remove_debris(folder)
    remove_unfinished(connection, latest.number)
    connection.execute("PRAGMA secure_delete = ON")
    counted = f"SELECT count(*) FROM documents d WHERE NOT ({ALIVE})"  # a constant
    removed = int(connection.execute(counted, {"generation": latest.number}).fetchone()[0])
    connection.execute("BEGIN IMMEDIATE")
    try:
        write_generation(connection, latest.number + 1, latest.manifest)
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise
    publish(connection, folder, progress, afresh=True)
    prune(connection, folder, previous=False, leased=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Words of deleted rows stay in the full-text index until its parts happen to be merged.
        index_words_anew(connection)
        record_lexical(connection)
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise
    connection.execute("VACUUM")
    _empty_log(connection, folder)
    return removed


def _empty_log(connection: sqlite3.Connection, folder: Path) -> None:
    """Write the log back into the database and cut it off: it still holds pages as they were."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if not busy:
            return
        if time.monotonic() > deadline:
            raise StoreError(
                f"A reader of {folder} holds on to an older state, which could not be overwritten.",
                hint="End what is reading the index, and purge again.",
            )
        time.sleep(0.2)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
