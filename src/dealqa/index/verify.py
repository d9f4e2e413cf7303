"""Is the truth what was written? What each check costs, and what it would find.

- Which documents and passages a generation has, and their digests: one hash over all of them. Finds rows that are
  missing, foreign, or of the wrong generation; costs a pass over the short columns.
- The full-text index: one hash over all that it consists of. Finds what would make a word be found nowhere.
- Each document's content against its digest: what is listed of documents is not compared again when it is read.
- Each passage's and vector's: done here as far as the time allows, and for every row when it is read.
- SQLite's own check of its pages: as far as the time allows.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dealqa.errors import IndexCorrupt
from dealqa.index.commit import LEXICAL, content_digest, lexical_digest
from dealqa.index.publish import Generation
from dealqa.index.rows import damaged, document_digest, sound
from dealqa.index.schema import ALIVE, DATABASE, REBUILD

__all__ = ["JOINED", "check_pages", "check_truth"]

JOINED = (
    "p.key, p.id, p.document, p.start, p.end, p.page, p.sentences, p.heading_path, p.context, p.text,"
    " p.digest AS passage_digest, v.name, v.digest AS vector_digest, v.vector, v.sentence_vectors"
)
"""The columns of a passage with its vectors, as `sound` wants them."""

_STEPS = 100_000
"""SQLite's instructions between two looks at the clock."""


def check_truth(connection: sqlite3.Connection, folder: Path, generation: Generation, *, seconds: float | None) -> bool:
    """Compare what a generation holds with what was written; whether there was time for every passage and page.

    Args:
        seconds: for the checks of every passage and page; None for as long as they take.

    Raises:
        IndexCorrupt: something is not what was written; the message says what.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    with _snapshot(connection):
        if content_digest(connection, generation.number) != generation.content:
            raise IndexCorrupt(
                f"{folder / DATABASE} is damaged: the documents and passages of generation {generation.id} are not"
                " those that were written.",
                hint=REBUILD,
            )
        recorded = connection.execute("SELECT value FROM state WHERE name = ?", (LEXICAL,)).fetchone()
        if recorded is None or lexical_digest(connection) != recorded["value"]:
            raise IndexCorrupt(
                f"{folder / DATABASE} is damaged: the full-text index is not what was written.", hint=REBUILD
            )
        rows = _check_rows(connection, folder, generation, deadline)
        return rows and _check_all_pages(connection, folder, deadline)


@contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside comes from one state of the database, whoever writes to it meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _check_rows(connection: sqlite3.Connection, folder: Path, generation: Generation, deadline: float | None) -> bool:
    """Check rows until the deadline; whether all were checked."""
    values = {"generation": generation.number}
    for row in connection.execute(f"SELECT d.* FROM documents d WHERE {ALIVE} ORDER BY d.key", values):
        if row["digest"] != document_digest(row):
            raise damaged(folder, f"the document {row['path']}")
    if _late(deadline):
        return False
    for row in connection.execute(
        f"SELECT {JOINED} FROM documents d JOIN passages p ON p.document = d.key JOIN vectors v ON v.key = p.vector"
        f" WHERE {ALIVE} ORDER BY d.key, p.key",
        values,
    ):
        if not sound(row, passage=True, vectors=True):
            raise damaged(folder, f"the passage {row['id']}")
        if _late(deadline):
            return False
    return True


def _late(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() > deadline


def check_pages(connection: sqlite3.Connection, folder: Path, seconds: float) -> None:
    """Have SQLite check that its pages hang together, without comparing tables with indexes, for so long at most.

    Raises:
        IndexCorrupt: they do not.
    """
    _ask(connection, folder, "PRAGMA quick_check(1)", time.monotonic() + seconds)


def _check_all_pages(connection: sqlite3.Connection, folder: Path, deadline: float | None) -> bool:
    return _ask(connection, folder, "PRAGMA integrity_check(1)", deadline)


def _ask(connection: sqlite3.Connection, folder: Path, pragma: str, deadline: float | None) -> bool:
    """Have SQLite check itself; whether it came to an end in time."""
    connection.set_progress_handler(lambda: int(_late(deadline)), _STEPS)
    try:
        rows = connection.execute(pragma).fetchall()
    except sqlite3.OperationalError as err:
        if err.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return False  # out of time
    finally:
        connection.set_progress_handler(None, 0)
    if rows[0][0] != "ok":
        raise IndexCorrupt(f"{folder / DATABASE} is damaged: {rows[0][0]}.", hint=REBUILD)
    return True
