"""Make the rows that were staged a generation, in one transaction: it is there wholly or not at all."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dealqa.index.plan import Plan
from dealqa.index.rows import digest, generation_digest, sound
from dealqa.index.scan import Failure, FileState, store_files
from dealqa.index.schema import ALIVE
from dealqa.index.staging import Staging, remove_documents

__all__ = [
    "FAILURES",
    "LEXICAL",
    "apply",
    "content_digest",
    "failures_are_sound",
    "index_words",
    "index_words_anew",
    "lexical_digest",
    "record_derived",
    "record_lexical",
    "remove_indexed",
    "store_state",
    "write_generation",
]

LEXICAL = "lexical"
"""The name under which the digest of the full-text index is kept."""

FAILURES = "failures"
"""The name under which the digest of the recorded failures is kept."""

_FTS_TABLES = (
    ("passages_fts_data", "id, block"),
    ("passages_fts_idx", "segid, term, pgno"),
    ("passages_fts_docsize", "id, sz"),
    ("passages_fts_config", "k, v"),
)


def apply(connection: sqlite3.Connection, plan: Plan, staging: Staging, number: int) -> bool:
    """Let go of what is gone and settle what is new, inside an open transaction; whether anything changed."""
    locations = plan.locations()
    died: list[int] = []
    used: set[int] = set()
    for document_id, (path, *duplicates) in sorted(locations.items()):
        row = plan.living.get(document_id)
        key = staging.rows.get((document_id, path))
        if key is not None:
            used.add(key)
            if duplicates:
                staging.set_duplicates(key, duplicates)
            if row is not None:
                died.append(row.key)
        elif row is not None and row.duplicates != tuple(duplicates):
            staging.copy(row.key, duplicates)
            died.append(row.key)
    died += [row.key for document_id, row in plan.living.items() if document_id not in locations]
    remove_documents(connection, [key for key in staging.rows.values() if key not in used])
    connection.executemany("UPDATE documents SET died = ? WHERE key = ?", [(number, key) for key in died])
    return bool(died or used)


def write_generation(connection: sqlite3.Connection, number: int, manifest: Mapping[str, Any]) -> str:
    """Index the words of what was born, name the generation after its content, and write its row; returns its id."""
    index_words(connection, number)
    record_lexical(connection)
    content = content_digest(connection, number)
    generation = f"{number:06d}-{content[:12]}"
    values = {
        "number": number,
        "id": generation,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "content": content,
        "manifest": json.dumps(manifest, sort_keys=True),
        "derived": None,
    }
    connection.execute(
        "INSERT INTO generations (number, id, created, content, manifest, digest)"
        " VALUES (:number, :id, :created, :content, :manifest, :digest)",
        {**values, "digest": generation_digest(values)},
    )
    return generation


def record_derived(connection: sqlite3.Connection, number: int, derived: str) -> None:
    """Write down how the Chroma folder of a generation was when it had been verified."""
    row = connection.execute("SELECT * FROM generations WHERE number = ?", (number,)).fetchone()
    values = {**dict(row), "derived": derived}
    connection.execute(
        "UPDATE generations SET derived = ?, digest = ? WHERE number = ?", (derived, generation_digest(values), number)
    )


def content_digest(connection: sqlite3.Connection, number: int) -> str:
    """A hash of the digests of all that is in a generation: which rows there are, and what was written into them."""
    state = hashlib.blake2b(digest_size=16)
    rows = connection.execute(
        "SELECT d.digest, p.digest FROM documents d LEFT JOIN passages p ON p.document = d.key"
        f" WHERE {ALIVE} ORDER BY d.path, p.start, p.id",
        {"generation": number},
    )
    for document, passage in rows:
        state.update(f"{document} {passage}\n".encode())
    return state.hexdigest()


def lexical_digest(connection: sqlite3.Connection) -> str:
    """A hash of all that the full-text index consists of."""
    state = hashlib.blake2b(digest_size=16)
    for table, columns in _FTS_TABLES:
        state.update(table.encode())
        for row in connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2"):  # constants
            state.update(digest(*(part if isinstance(part, bytes) else str(part) for part in row)).encode())
    return state.hexdigest()


def record_lexical(connection: sqlite3.Connection) -> None:
    """Write down the digest of the full-text index as it is now."""
    # FTS5 keeps what was changed in memory until the transaction ends, or a savepoint makes it write.
    connection.execute("SAVEPOINT lexical")
    connection.execute("RELEASE lexical")
    connection.execute(
        "INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", (LEXICAL, lexical_digest(connection))
    )


def index_words(connection: sqlite3.Connection, born: int) -> None:
    """Add the passages of the documents that were born in a generation to the full-text index."""
    connection.execute(
        "INSERT INTO passages_fts (rowid, context, text) SELECT p.key, p.context, p.text"
        " FROM passages p JOIN documents d ON d.key = p.document WHERE d.born = ? ORDER BY p.key",
        (born,),
    )


def remove_indexed(connection: sqlite3.Connection, documents: Sequence[int]) -> None:
    """Delete documents, by their keys, with their passages and the words of these, inside an open transaction."""
    as_indexed = _words_are_sound(connection, documents)
    if as_indexed:
        _unindex_words(connection, documents)
    remove_documents(connection, list(documents))
    if not as_indexed:
        index_words_anew(connection)
    record_lexical(connection)


def index_words_anew(connection: sqlite3.Connection) -> None:
    """Make the full-text index from the passages as they are now."""
    connection.execute("INSERT INTO passages_fts (passages_fts) VALUES ('rebuild')")


def _words_are_sound(connection: sqlite3.Connection, documents: Sequence[int]) -> bool:
    """Whether passages hold what was indexed: other words would be taken out than were put in."""
    rows = connection.execute(
        "SELECT p.id, p.start, p.end, p.page, p.sentences, p.heading_path, p.context, p.text,"
        " p.digest AS passage_digest, v.name FROM passages p JOIN vectors v ON v.key = p.vector"
        " WHERE p.document IN (SELECT value FROM json_each(?))",
        (json.dumps(list(documents)),),
    )
    return all(sound(row, passage=True) for row in rows)


def _unindex_words(connection: sqlite3.Connection, documents: Sequence[int]) -> None:
    connection.execute(
        "INSERT INTO passages_fts (passages_fts, rowid, context, text) SELECT 'delete', key, context, text"
        " FROM passages WHERE document IN (SELECT value FROM json_each(?))",
        (json.dumps(list(documents)),),
    )


def failures_digest(failures: Iterable[tuple[str, str, str]]) -> str:
    """A hash of failures, (path, reason, message) each."""
    return digest(*(part for failure in sorted(failures) for part in failure))


def failures_are_sound(connection: sqlite3.Connection) -> bool:
    """Whether the recorded failures are those that were written."""
    found = [tuple(row) for row in connection.execute("SELECT path, reason, message FROM failures")]
    recorded = connection.execute("SELECT value FROM state WHERE name = ?", (FAILURES,)).fetchone()
    return failures_digest(found) == (recorded["value"] if recorded else failures_digest(()))


def store_failures(connection: sqlite3.Connection, failures: Iterable[Failure]) -> None:
    """Replace the recorded failures; nothing is written when they are the same."""
    wanted = {failure.path: (failure.path, failure.reason, failure.message) for failure in failures}
    known = {row["path"]: tuple(row) for row in connection.execute("SELECT path, reason, message FROM failures")}
    if wanted != known:
        connection.execute("DELETE FROM failures")
        connection.executemany("INSERT INTO failures (path, reason, message) VALUES (?, ?, ?)", wanted.values())
        connection.execute(
            "INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", (FAILURES, failures_digest(wanted.values()))
        )


def store_state(connection: sqlite3.Connection, plan: Plan, known: Mapping[str, FileState]) -> None:
    """Record the files as they were read, and what could not be read; `known` is what was recorded before."""
    read = [
        replace(file, versions=plan.versions_of(path), contents=plan.contents[path])
        for path, file in plan.files.items()
        if path in plan.contents and path not in plan.kept and path not in plan.copies
    ]
    copies = [plan.files[path] for path in plan.copies]
    store_files(connection, [*read, *copies, *plan.kept.values()], known)
    store_failures(connection, plan.failures)
