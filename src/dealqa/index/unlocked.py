"""Open the database for reading, also where nothing can be written and no lock be had."""

from __future__ import annotations

import os
import resource
import sqlite3
from pathlib import Path

__all__ = ["is_outdated", "may_not_grow", "open_for_reading"]


class _Unlocked(sqlite3.Connection):
    """A connection that reads the file as it stands, and relies on its staying as it is."""

    signature: tuple[int, int, int] | None = None


def _signature(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def is_outdated(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether a connection relied on the file's staying as it is, and somebody has written to it."""
    signature = getattr(connection, "signature", None)
    return signature is not None and signature != _signature(path)


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A connection for reading.

    A database in WAL mode needs shared memory, a file that SQLite makes beside it. Where nothing may be written, or no
    room is left, the database is read as it stands, unless there is something in the log.
    """
    log = path.with_name(path.name + "-wal")
    logged = log.is_file() and log.stat().st_size > 0
    if logged or os.access(path.parent, os.W_OK):
        connection = sqlite3.connect(_uri(path, "mode=ro"), uri=True, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA user_version").fetchone()  # the first that touches the file
            return connection
        except sqlite3.DatabaseError as err:
            connection.close()
            code = getattr(err, "sqlite_errorcode", 0) & 0xFF
            no_room = code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL) and may_not_grow(path.parent)
            if logged or not no_room:
                raise
    signature = _signature(path)
    unlocked = sqlite3.connect(
        _uri(path, "mode=ro&immutable=1"), uri=True, isolation_level=None, check_same_thread=False, factory=_Unlocked
    )
    unlocked.signature = signature
    return unlocked


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?{mode}"


def may_not_grow(folder: Path) -> bool:
    """Whether the disk has no room left, or this process may not use it."""
    if resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY:
        return True
    free = os.statvfs(folder) if folder.is_dir() else None
    return free is not None and free.f_bavail * free.f_frsize < 1024 * 1024
