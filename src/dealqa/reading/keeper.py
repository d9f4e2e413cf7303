"""The small process between a reading process and the program that started it: it says how its child ended.

The system counts a process's greatest memory from that of the program it was started from, so a child of a large
program seems to have been large. The keeper is small when it forks, and what is counted of its own child is true.
"""

from __future__ import annotations

import json
import os
import signal
from types import FrameType
from typing import NoReturn

from dealqa.reading.cage import follow_to_the_grave

__all__ = ["REPORT", "stand_between"]

REPORT = b"dealqa-reader-ended "
"""Begins the keeper's last line on standard error; JSON follows: `status` as of `os.waitstatus_to_exitcode`, and
`peak_kib`, the child's greatest resident memory (KiB, bytes on macOS)."""


def stand_between(parent: int) -> int:
    """Fork; returns in the child only, with the keeper's process id.

    The keeper ends with its child or with its parent, and ends its child when it is asked to end.

    Args:
        parent: id of the process whose end ends the keeper.
    """
    keeper = os.getpid()
    follow_to_the_grave(parent)
    child = 0

    def end_child(number: int, frame: FrameType | None) -> None:
        if child:
            os.kill(child, signal.SIGKILL)
        else:
            os._exit(1)

    signal.signal(signal.SIGTERM, end_child)
    # A request to end that comes before the child's id is known must wait until it is.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    if child != 0:
        _keep(child)
    return keeper


def _keep(child: int) -> NoReturn:
    """Wait for the child's end and report it. The pipes are the child's alone: their end tells that it is gone."""
    os.close(0)
    os.close(1)
    _, status, usage = os.wait4(child, 0)
    report = {"status": os.waitstatus_to_exitcode(status), "peak_kib": usage.ru_maxrss}
    os.write(2, b"\n" + REPORT + json.dumps(report).encode("ascii") + b"\n")
    os._exit(0)
