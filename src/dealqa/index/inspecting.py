"""Look at an index folder without touching it: who writes it, and what interrupted runs left in it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from dealqa.index.deriving import UNFINISHED
from dealqa.index.lock import HOLDER, LOCK
from dealqa.index.schema import CHROMA, CURRENT, DATABASE
from dealqa.index.writing import ASIDE

__all__ = ["debris", "lock_holder"]


def lock_holder(folder: Path) -> str | None:
    """Who holds the writer's lock, in words; None when nobody does.

    Raises:
        OSError: the lock cannot be looked at.
    """
    path = folder / LOCK
    if not path.exists():
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # let go of at once, when it is closed
    except BlockingIOError:
        holder = folder / HOLDER
        return holder.read_text(encoding="utf-8", errors="replace").strip() if holder.is_file() else "another process"
    else:
        return None
    finally:
        os.close(descriptor)


def debris(folder: Path) -> list[Path]:
    """What interrupted runs left behind; only meaningful while nobody writes."""
    left = [folder / HOLDER, (folder / CURRENT).with_suffix(".new"), folder / f"{DATABASE}.migrating"]
    left += [folder / f"{DATABASE}{ASIDE}{end}" for end in ("", "-wal", "-shm")]
    return [*(path for path in left if path.exists()), *sorted((folder / CHROMA).glob(f"*{UNFINISHED}"))]
