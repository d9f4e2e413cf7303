"""The SQLite file: its tables, how it is opened, and its errors as ours."""

from __future__ import annotations

import errno
import functools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dealqa.errors import IndexCorrupt, IndexMismatch, IndexMissing, StorageFull, StoreError
from dealqa.index.unlocked import may_not_grow, open_for_reading

__all__ = [
    "ALIVE",
    "CHROMA",
    "CURRENT",
    "DATABASE",
    "SCHEMA_VERSION",
    "connect",
    "format_of",
    "live_name",
    "store_errors",
]

DATABASE = "dealqa.sqlite"
CURRENT = "CURRENT"
CHROMA = "chroma"
SCHEMA_VERSION = 2

REBUILD = "Run `dealqa index --rebuild`: it makes the index anew from the documents."

ALIVE = "d.born <= :generation AND (d.died IS NULL OR d.died > :generation)"
"""A document row belongs to all generations from the one it was born in to the one before it died in."""

_FORMAT = "format"

# What is short and read for every row stands before the long columns, which SQLite then need not read past.
_TABLES = """
CREATE TABLE generations (
    number   INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    created  TEXT NOT NULL,
    content  TEXT NOT NULL,
    manifest TEXT NOT NULL,
    derived  TEXT,
    digest   TEXT NOT NULL
);
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE files (
    path     TEXT PRIMARY KEY,
    size     INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    inode    INTEGER NOT NULL,
    seen     INTEGER NOT NULL,
    sha256   TEXT NOT NULL,
    versions TEXT NOT NULL,
    contents TEXT NOT NULL
);
CREATE TABLE documents (
    key        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL,
    born       INTEGER NOT NULL,
    died       INTEGER,
    digest     TEXT NOT NULL,
    path       TEXT NOT NULL,
    title      TEXT NOT NULL,
    date       TEXT,
    status     TEXT,
    sha256     TEXT NOT NULL,
    deals      TEXT NOT NULL,
    warnings   TEXT NOT NULL,
    coverage   TEXT NOT NULL,
    duplicates TEXT NOT NULL,
    versions   TEXT NOT NULL,
    characters INTEGER NOT NULL,
    passages   INTEGER NOT NULL,
    words      TEXT NOT NULL,
    pages      TEXT NOT NULL,
    blocks     TEXT NOT NULL,
    text       TEXT NOT NULL
);
CREATE INDEX documents_id ON documents (id);
CREATE TABLE vectors (
    key              INTEGER PRIMARY KEY,
    name             TEXT NOT NULL UNIQUE,
    digest           TEXT NOT NULL,
    vector           BLOB NOT NULL,
    sentence_vectors BLOB NOT NULL
);
CREATE TABLE passages (
    key          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL,
    document     INTEGER NOT NULL REFERENCES documents (key),
    vector       INTEGER NOT NULL REFERENCES vectors (key),
    digest       TEXT NOT NULL,
    start        INTEGER NOT NULL,
    end          INTEGER NOT NULL,
    page         INTEGER,
    sentences    TEXT NOT NULL,
    heading_path TEXT NOT NULL,
    context      TEXT NOT NULL,
    text         TEXT NOT NULL
);
CREATE INDEX passages_id ON passages (id);
CREATE INDEX passages_document ON passages (document);
CREATE INDEX passages_vector ON passages (vector);
CREATE VIRTUAL TABLE passages_fts USING fts5 (
    context, text, content='passages', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TABLE failures (
    path    TEXT PRIMARY KEY,
    reason  TEXT NOT NULL,
    message TEXT NOT NULL
);
"""


@contextmanager
def store_errors(folder: Path) -> Iterator[None]:
    """SQLite's and the file system's errors as ours.

    Raises:
        StorageFull, IndexCorrupt, StoreError: see `dealqa.errors`.
    """
    try:
        yield
    except sqlite3.DatabaseError as err:
        raise _of_sqlite(folder, err) from err
    except OSError as err:
        if err.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise _full(folder) from err
        what = f"{err.strerror}: {err.filename}" if err.filename else err.strerror or str(err)
        raise StoreError(
            f"The index in {folder} cannot be used: {what}.", hint="Look at the folder's permissions and its disk."
        ) from err


def _full(folder: Path) -> StorageFull:
    return StorageFull(
        f"The disk that holds {folder} is full; nothing was published, and what was published before is untouched.",
        hint="Free some space and try again.",
    )


def _of_sqlite(folder: Path, err: sqlite3.DatabaseError) -> StoreError:
    code = getattr(err, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or "full" in str(err):
        return _full(folder)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return StoreError(
            f"The index in {folder} cannot be used: {err}.", hint="Look at the folder's permissions and its disk."
        )
    if code == sqlite3.SQLITE_BUSY:
        return StoreError(f"The index in {folder} is in use by another process.", hint="Try again in a moment.")
    if code == sqlite3.SQLITE_IOERR:
        if may_not_grow(folder):
            return _full(folder)  # where it cannot grow its shared memory, SQLite speaks of an I/O error
        return StoreError(f"The disk that holds {folder} fails: {err}.", hint="Look at the disk.")
    return IndexCorrupt(f"{folder / DATABASE} is damaged: {err}.", hint=REBUILD)


def connect(folder: Path, *, write: bool) -> sqlite3.Connection:
    """A connection to the folder's database; created when writing and missing.

    Raises:
        IndexMismatch: the file has another version of the format; it is left untouched.
    """
    path = folder / DATABASE
    connection = sqlite3.connect(path, isolation_level=None) if write else open_for_reading(path)
    try:
        connection.row_factory = sqlite3.Row
        version = _version(connection)
        if version == 0 and write:
            _create(connection)
        elif version == 0 and live_name(folder) is None:
            raise IndexMissing(f"Nothing has been published in {folder} yet.", hint="Run `dealqa index` first.")
        elif version != SCHEMA_VERSION and (version == 0 or _recorded_format(connection) == SCHEMA_VERSION):
            raise IndexCorrupt(f"{path} is damaged: it says that it has format {version}.", hint=REBUILD)
        elif version != SCHEMA_VERSION:
            raise _mismatch(folder, version)
        elif _definitions(connection) != _expected_definitions():
            raise IndexCorrupt(f"{path} is damaged: its tables are not those that were made.", hint=REBUILD)
        elif write:
            _refuse_read_only(path)
            _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_read_only(path: Path) -> None:
    """SQLite never writes to a file whose header names a format that it does not know; no permission changes that."""
    with path.open("rb") as file:
        header = file.read(20)
    if len(header) == 20 and header[18] > 2:
        raise IndexCorrupt(f"{path} is damaged: its header is not what was written.", hint=REBUILD)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _create(connection: sqlite3.Connection) -> None:
    _prepare(connection)
    connection.executescript(
        f"BEGIN; {_TABLES} INSERT INTO state (name, value) VALUES ('{_FORMAT}', '{SCHEMA_VERSION}');"
        f" PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
    )


def _definitions(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Our tables and indexes as they are defined: a changed tokenizer would answer otherwise, and say nothing.

    The tables that the full-text index consists of are left out: their text depends on the version of SQLite.
    """
    rows = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT GLOB 'passages_fts_*' ORDER BY name"
    )
    return [tuple(row) for row in rows]


@functools.cache
def _expected_definitions() -> list[tuple[object, ...]]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(_TABLES)
        return _definitions(connection)
    finally:
        connection.close()


def live_name(folder: Path) -> str | None:
    """What the pointer to the live generation says; None when there is none."""
    try:
        content = (folder / CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
    return content or None


def _recorded_format(connection: sqlite3.Connection) -> int:
    """The format as a row says it: the version in the file's header is one number, which damage may change."""
    try:
        row = connection.execute("SELECT value FROM state WHERE name = ?", (_FORMAT,)).fetchone()
        return int(row[0]) if row else 0
    except (sqlite3.DatabaseError, ValueError):  # another format has no such table
        return 0


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def format_of(folder: Path) -> int:
    """The version of the format of the folder's database; 0 when there is none."""
    path = folder / DATABASE
    if not path.is_file() or not path.stat().st_size:
        return 0
    connection = open_for_reading(path)
    try:
        return _recorded_format(connection) or _version(connection)
    finally:
        connection.close()


def _mismatch(folder: Path, version: int) -> IndexMismatch:
    if version < SCHEMA_VERSION:
        hint = f"Run `dealqa index --index {folder}`: it brings the index to the new format."
    else:
        hint = "Use the version of dealqa that wrote it, or index into another folder with --index."
    return IndexMismatch(
        f"The index in {folder} has format {version}; this version of dealqa reads format {SCHEMA_VERSION}.", hint=hint
    )
