"""A reader's hold on a generation: while it lasts, neither the generation's folder nor its rows are removed.

The hold is a shared lock on the folder itself, which the operating system releases when its holder dies. It needs no
right to write.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

__all__ = ["Lease", "is_leased", "take_lease"]


class Lease:
    """A hold on a folder; `release` ends it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go of the folder."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def take_lease(folder: Path) -> Lease | None:
    """Hold a folder; None when it is not there any more, or cannot be held."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        there = folder.stat().st_ino == os.fstat(descriptor).st_ino
    except OSError:  # just being removed, or on a file system without locks
        there = False
    if not there:
        os.close(descriptor)
        return None
    return Lease(descriptor)


def is_leased(folder: Path) -> bool:
    """Whether some reader holds the folder."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
