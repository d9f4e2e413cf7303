"""Connections to an index's database that threads borrow, one at a time each."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dealqa.index.schema import DATABASE, connect, store_errors
from dealqa.index.unlocked import is_outdated

__all__ = ["Connections"]


class Connections:
    """As many connections for reading as were ever needed at once; safe to use from several threads.

    One for each thread would not do: a server's threads come and go, and each would leave a connection behind.

    Args:
        folder: of the index.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def borrowed(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses until the block ends; what it gave must be read to its end in there.

        Raises:
            StoreError: the database cannot be read; one of its subclasses says why.
        """
        with store_errors(self._folder):
            connection = self._taken()
            try:
                yield connection
            finally:
                self._put_back(connection)

    def close(self) -> None:
        """Close them; one that is in use, when it is put back."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _taken(self) -> sqlite3.Connection:
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        if connection is not None and is_outdated(connection, self._folder / DATABASE):
            connection.close()
            connection = None
        return connection or connect(self._folder, write=False)

    def _put_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()
