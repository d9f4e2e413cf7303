"""The SQLite file: its tables, how it is opened, and how values become rows and back."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dealqa.errors import IndexCorrupt, IndexMismatch, StorageFull, StoreError
from dealqa.types import Block, Box, Document, DocumentInfo, Page, Passage

__all__ = [
    "ALIVE",
    "CURRENT",
    "DATABASE",
    "SCHEMA_VERSION",
    "blocks_to_json",
    "connect",
    "digest",
    "document_from_row",
    "info_from_row",
    "passage_from_row",
    "store_errors",
    "vectors_from_blob",
]

DATABASE = "dealqa.sqlite"
CURRENT = "CURRENT"
SCHEMA_VERSION = 1

ALIVE = "d.born <= :generation AND (d.died IS NULL OR d.died > :generation)"
"""A document row belongs to all generations from the one it was born in to the one before it died in."""

_TABLES = """
CREATE TABLE generations (
    number   INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    created  TEXT NOT NULL,
    manifest TEXT NOT NULL
);
CREATE TABLE documents (
    key        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL,
    path       TEXT NOT NULL,
    born       INTEGER NOT NULL,
    died       INTEGER,
    title      TEXT NOT NULL,
    text       TEXT NOT NULL,
    date       TEXT,
    status     TEXT,
    sha256     TEXT NOT NULL,
    deals      TEXT NOT NULL,
    blocks     TEXT NOT NULL,
    pages      TEXT NOT NULL,
    warnings   TEXT NOT NULL,
    duplicates TEXT NOT NULL,
    versions   TEXT NOT NULL,
    digest     TEXT NOT NULL
);
CREATE INDEX documents_id ON documents (id);
CREATE TABLE passages (
    key              INTEGER PRIMARY KEY,
    id               TEXT NOT NULL,
    document         INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
    start            INTEGER NOT NULL,
    end              INTEGER NOT NULL,
    text             TEXT NOT NULL,
    context          TEXT NOT NULL,
    heading_path     TEXT NOT NULL,
    page             INTEGER,
    sentences        TEXT NOT NULL,
    vector           BLOB NOT NULL,
    sentence_vectors BLOB NOT NULL,
    embedding_key    TEXT NOT NULL,
    digest           TEXT NOT NULL
);
CREATE INDEX passages_id ON passages (id);
CREATE INDEX passages_document ON passages (document);
CREATE INDEX passages_embedding_key ON passages (embedding_key);
CREATE VIRTUAL TABLE passages_fts USING fts5 (
    context, text, content='passages', content_rowid='key', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER passages_inserted AFTER INSERT ON passages BEGIN
    INSERT INTO passages_fts (rowid, context, text) VALUES (new.key, new.context, new.text);
END;
CREATE TRIGGER passages_deleted AFTER DELETE ON passages BEGIN
    INSERT INTO passages_fts (passages_fts, rowid, context, text) VALUES ('delete', old.key, old.context, old.text);
END;
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
        if "full" in str(err):
            raise StorageFull(
                f"The disk that holds {folder} is full; nothing was published.", hint="Free some space and try again."
            ) from err
        if isinstance(err, sqlite3.OperationalError):
            raise StoreError(f"The index in {folder} cannot be used: {err}.") from err
        raise IndexCorrupt(
            f"{folder / DATABASE} is damaged: {err}.", hint="Delete the folder and run `dealqa index` again."
        ) from err
    except OSError as err:
        if err.errno in (28, 122):  # ENOSPC, EDQUOT
            raise StorageFull(
                f"The disk that holds {folder} is full; nothing was published.", hint="Free some space and try again."
            ) from err
        raise StoreError(f"The index in {folder} cannot be used: {err}.") from err


def connect(folder: Path, *, write: bool) -> sqlite3.Connection:
    """A connection to the folder's database; created when writing and missing.

    Raises:
        IndexMismatch: the file has another version of the format; it is left untouched.
    """
    path = folder / DATABASE
    if write:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    else:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version == 0 and write:
        connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    elif version != SCHEMA_VERSION:
        connection.close()
        raise IndexMismatch(
            f"The index in {folder} has format {version}; this version of dealqa reads format {SCHEMA_VERSION}.",
            hint="Index into another folder, or delete this one and run `dealqa index`.",
        )
    return connection


def digest(*parts: str | bytes) -> str:
    """A hash of some parts, for finding damage and for naming content; each part's length counts."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def blocks_to_json(document: Document) -> tuple[str, str]:
    """A document's blocks and pages as compact JSON."""
    blocks = [
        [
            block.kind,
            block.start,
            block.end,
            list(block.heading_path),
            block.level,
            block.page,
            block.table_header,
            [[box.page, box.left, box.bottom, box.right, box.top] for box in block.boxes],
        ]
        for block in document.blocks
    ]
    pages = [[page.number, page.start, page.end, page.width, page.height] for page in document.pages]
    return json.dumps(blocks, ensure_ascii=False, separators=(",", ":")), json.dumps(pages, separators=(",", ":"))


def document_from_row(row: sqlite3.Row) -> Document:
    """A stored document with its text, blocks and pages."""
    blocks = tuple(
        Block(kind, start, end, tuple(path), level, page, header, tuple(Box(*box) for box in boxes))
        for kind, start, end, path, level, page, header, boxes in json.loads(row["blocks"])
    )
    return Document(
        id=row["id"],
        path=row["path"],
        title=row["title"],
        text=row["text"],
        blocks=blocks,
        sha256=row["sha256"],
        pages=tuple(Page(*page) for page in json.loads(row["pages"])),
        date=row["date"],
        status=row["status"],
        deals=tuple(json.loads(row["deals"])),
        warnings=tuple(json.loads(row["warnings"])),
    )


def info_from_row(row: sqlite3.Row) -> DocumentInfo:
    """What there is to say of a document; the row has `characters` and `passages` counted by the query."""
    return DocumentInfo(
        id=row["id"],
        path=row["path"],
        title=row["title"],
        date=row["date"],
        status=row["status"],
        deals=tuple(json.loads(row["deals"])),
        sha256=row["sha256"],
        characters=row["characters"],
        pages=len(json.loads(row["pages"])),
        passages=row["passages"],
        warnings=tuple(json.loads(row["warnings"])),
        duplicates=tuple(json.loads(row["duplicates"])),
    )


def passage_from_row(row: sqlite3.Row, document_id: str) -> Passage:
    """A stored passage without its vectors."""
    return Passage(
        id=row["id"],
        document_id=document_id,
        start=row["start"],
        end=row["end"],
        text=row["text"],
        context=row["context"],
        heading_path=tuple(json.loads(row["heading_path"])),
        page=row["page"],
        sentences=tuple((start, end) for start, end in json.loads(row["sentences"])),
    )


def vectors_from_blob(blob: bytes, dimension: int, dtype: Any) -> npt.NDArray[np.float32]:
    """Stored vectors as float32, shape (n, dimension)."""
    return np.frombuffer(blob, dtype=dtype).reshape(-1, dimension).astype(np.float32)
