"""One writer at a time: a lock on a file, which the operating system releases when its holder dies."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from dealqa.errors import IndexLocked

__all__ = ["LOCK", "writer_lock"]

LOCK = "lock"
HOLDER = "lock.holder"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the folder's writer lock.

    Raises:
        IndexLocked: another process holds it; the message names that process.
    """
    lock = FileLock(folder / LOCK, timeout=0)
    holder = folder / HOLDER
    try:
        lock.acquire()
    except Timeout as err:
        who = _named_in(holder) or "another process"
        raise IndexLocked(
            f"The index in {folder} is being written by {who}.", hint="Wait until it has finished, then try again."
        ) from err
    try:
        holder.write_text(f"process {os.getpid()} on {socket.gethostname()}\n", encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _named_in(holder: Path) -> str:
    """Who the holder says it is; "" when it has not said so yet, or not any more."""
    try:
        return holder.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
