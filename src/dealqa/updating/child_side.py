"""What the child processes of a server have in common: how they begin, and how they tell what they do.

A child is given what it needs as one line of JSON on its standard input, so that none of it stands in the list of
processes. On its standard output it writes JSON, one object a line: any number of {"stage", "done", "total"}, and in
the end {"finished", …} or {"failed", "hint"}. What libraries print goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from dealqa.reading.cage import follow_to_the_grave

__all__ = ["Say", "begin"]

NICENESS = 10
"""Questions that are asked meanwhile go first: readers wait for an answer, and nobody for the child."""

Say = Callable[[dict[str, Any]], None]
"""Writes one object to whoever started the child."""


def begin(parent: int) -> tuple[Say, str]:
    """Become a child that ends with its parent and stands behind it; how to tell it something, and what it ordered.

    Args:
        parent: the id of the process that wants the work done, and whose end ends this one.

    Returns:
        The order is "" when standard input was closed without one.
    """
    follow_to_the_grave(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the server too, which ends us
    os.nice(NICENESS)
    return _own_output(), sys.stdin.readline()


def _own_output() -> Say:
    """Write to what is standard output now; what others write there from now on goes to standard error.

    No process that is started later inherits it, so that its end is seen when this process ends.
    """
    output = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(value: dict[str, Any]) -> None:
        os.write(output, (json.dumps(value) + "\n").encode("ascii"))

    return say
