"""Open the database for the process that writes it: as it is, brought to this format, or anew beside a damaged one."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from dealqa.errors import IndexCorrupt
from dealqa.index.commit import failures_are_sound
from dealqa.index.publish import live_generation, stored_generations
from dealqa.index.rows import damaged, digest, vector_values
from dealqa.index.schema import DATABASE, REBUILD, SCHEMA_VERSION, connect, format_of, store_errors
from dealqa.index.verify import check_pages, check_truth

__all__ = ["ASIDE", "first_number", "open_for_writing"]

MIGRATING = ".migrating"
ROWS_SECONDS = 0.5
"""How long passages and vectors are checked; those that are not are checked when they are used."""

PAGES_SECONDS = 1.0
"""How long the pages are checked: a damaged list of free pages would have live ones overwritten."""

ASIDE = ".damaged"
"""Added to the name of a damaged database while another one takes its place; purging deletes it."""


@contextmanager
def open_for_writing(
    folder: Path, *, rebuild: bool, before_replacing: Callable[[], object] = lambda: None
) -> Iterator[sqlite3.Connection]:
    """A connection to a database of this format that is what was written.

    A database of an older format gives its vectors to a new one; everything else is read again from the documents.

    Args:
        rebuild: whether a damaged database may be put aside for a new one.
        before_replacing: called before the database gives way to a new one; what it raises leaves all as it was.

    Raises:
        IndexCorrupt: the database is damaged, and `rebuild` is False.
        IndexMismatch: its format is newer; it is left untouched.
    """
    connection = _open(folder, rebuild, before_replacing)
    try:
        yield connection
    finally:
        connection.close()


def _open(folder: Path, rebuild: bool, before_replacing: Callable[[], object]) -> sqlite3.Connection:
    shutil.rmtree(folder / f"{DATABASE}{MIGRATING}", ignore_errors=True)
    try:
        with store_errors(folder):
            if 0 < format_of(folder) < SCHEMA_VERSION:
                before_replacing()
                return _migrated(folder)
            connection = connect(folder, write=True)
            try:
                _check(connection, folder)
            except BaseException:
                connection.close()
                raise
            return connection
    except IndexCorrupt:
        if not rebuild:
            raise
        before_replacing()
        _put_aside(folder)
        return _new(folder)


def _check(connection: sqlite3.Connection, folder: Path) -> None:
    """Before anything is written: what is written gets new hashes, and would make damage look sound."""
    generations = stored_generations(connection)
    if generations:
        check_truth(connection, folder, generations[0], seconds=ROWS_SECONDS)
    elif connection.execute("SELECT 1 FROM passages_fts_docsize LIMIT 1").fetchone():
        raise IndexCorrupt(f"{folder / DATABASE} is damaged: its generations are gone.", hint=REBUILD)
    if not failures_are_sound(connection):
        raise damaged(folder, "the list of files that could not be read")
    check_pages(connection, folder, PAGES_SECONDS)


def _put_aside(folder: Path) -> None:
    """Rename the database, so that a new one can take its place; an older one put aside is lost."""
    for end in ("", "-wal", "-shm"):
        path = folder / f"{DATABASE}{end}"
        if path.exists():
            path.replace(folder / f"{DATABASE}{ASIDE}{end}")


def _new(folder: Path) -> sqlite3.Connection:
    """A new database that counts its generations on from the live one, so that no name is given twice."""
    connection = connect(folder, write=True)
    number = (live_generation(folder) or "").partition("-")[0]
    first = int(number) if number.isdecimal() and len(number) < 10 else 0
    connection.execute("INSERT OR REPLACE INTO state (name, value) VALUES ('first', ?)", (str(first),))
    return connection


def first_number(connection: sqlite3.Connection) -> int:
    """The number of the generation before the first that a database will hold."""
    row = connection.execute("SELECT value FROM state WHERE name = 'first'").fetchone()
    return int(row["value"]) if row and row["value"].isdecimal() else 0


def _migrated(folder: Path) -> sqlite3.Connection:
    """Move from format 1: its vectors were computed from the same texts, and have the same names."""
    scratch = folder / f"{DATABASE}{MIGRATING}"
    scratch.mkdir()
    old = sqlite3.connect(folder / DATABASE, isolation_level=None)
    try:
        old.row_factory = sqlite3.Row
        new = _new(scratch)
        try:
            new.execute("BEGIN IMMEDIATE")
            _take_vectors(old, new)
            number = old.execute("SELECT max(number) FROM generations").fetchone()[0] or 0
            new.execute("INSERT OR REPLACE INTO state (name, value) VALUES ('first', ?)", (str(number),))
            new.execute("COMMIT")
            new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            new.close()
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        old.close()
    for end in ("-wal", "-shm"):
        (folder / f"{DATABASE}{end}").unlink(missing_ok=True)
    (scratch / DATABASE).replace(folder / DATABASE)
    shutil.rmtree(scratch)
    return connect(folder, write=True)


def _take_vectors(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    for row in old.execute("SELECT * FROM passages"):
        parts = (row["id"], row["text"], row["context"], row["heading_path"], row["sentences"], row["vector"])
        if row["digest"] != digest(*parts, row["sentence_vectors"]):
            continue  # damaged: it is computed again
        vector = np.frombuffer(row["vector"], dtype=np.float32)
        sentences = np.frombuffer(row["sentence_vectors"], dtype=np.float16).astype(np.float32)
        values = vector_values(row["embedding_key"], vector, sentences)
        new.execute(
            "INSERT OR IGNORE INTO vectors (name, digest, vector, sentence_vectors)"
            " VALUES (:name, :digest, :vector, :sentence_vectors)",
            values,
        )
