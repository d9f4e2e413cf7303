"""Where a run may be killed on purpose, so that tests can show that a kill there spoils nothing."""

from __future__ import annotations

import os
import signal
from typing import Literal, get_args

__all__ = ["CRASH_POINTS", "CrashPoint", "crash_point"]

CrashPoint = Literal[
    "locked",
    "planned",
    "batch_stored",
    "documents_stored",
    "before_commit",
    "committed",
    "chroma_copied",
    "chroma_changed",
    "chroma_verified",
    "chroma_synced",
    "chroma_recorded",
    "pointer_written",
    "pointer_replaced",
    "pruned",
]
"""In the order in which an indexing run comes by them; the `chroma_` ones up to `verified` are in the child."""

CRASH_POINTS: tuple[CrashPoint, ...] = get_args(CrashPoint)


def crash_point(name: CrashPoint) -> None:
    """End this process as `kill -9` would if the environment variable DEALQA_CRASH_AT names this point."""
    if os.environ.get("DEALQA_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
