"""Threads come and go; the connections to the database stay as few as were needed at once."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dealqa.index.connections import Connections
from dealqa.index.schema import DATABASE, connect


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    connect(tmp_path, write=True).close()
    (tmp_path / "LIVE").write_text("", encoding="utf-8")
    return tmp_path


def open_files(folder: Path) -> int:
    """How many times this process has the database open."""
    paths = (entry.resolve() for entry in Path("/proc/self/fd").iterdir())
    return sum(path == folder / DATABASE for path in paths)


def in_a_new_thread(connections: Connections) -> None:
    def read() -> None:
        with connections.borrowed() as connection:
            connection.execute("SELECT count(*) FROM documents").fetchone()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()


def test_a_hundred_threads_one_after_the_other_need_one_connection(folder: Path) -> None:
    connections = Connections(folder)
    for _ in range(100):
        in_a_new_thread(connections)
    assert open_files(folder) == 1
    connections.close()


def test_threads_that_read_at_once_have_a_connection_each(folder: Path) -> None:
    connections = Connections(folder)
    together = threading.Barrier(4)

    def read(_: int) -> int:
        with connections.borrowed() as connection:
            together.wait(timeout=30)
            return id(connection)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(read, range(4)))) == 4
    connections.close()
    assert open_files(folder) == 0


def test_a_connection_in_use_is_closed_when_it_is_put_back(folder: Path) -> None:
    connections = Connections(folder)
    with connections.borrowed() as connection:
        connections.close()
        assert connection.execute("SELECT count(*) FROM documents").fetchone()[0] == 0
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_a_connection_is_put_back_after_an_error_of_ours(folder: Path) -> None:
    connections = Connections(folder)
    with pytest.raises(KeyError), connections.borrowed():
        raise KeyError
    with connections.borrowed():
        assert open_files(folder) == 1
    connections.close()
