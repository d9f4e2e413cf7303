"""The process that brings the index up to date: `python -m dealqa.updating.child`.

It is given the settings as one line of JSON on its standard input, so that none of them stands in the list of
processes. On its standard output it writes JSON, one object a line: any number of {"stage", "done", "total"}, and in
the end {"finished", "unread"} or {"failed", "hint"}. What libraries print goes to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from dealqa.config import Settings
from dealqa.errors import DealqaError
from dealqa.index import IndexReport, build_index
from dealqa.reading.cage import follow_to_the_grave

__all__ = ["main"]

NICENESS = 10
"""Questions that are asked meanwhile go first: readers wait for an answer, and nobody for the indexer."""


def main(arguments: Sequence[str]) -> int:
    """Bring one index up to date; nothing when standard input is closed without settings.

    Args:
        arguments: the id of the process that wants it, and whose end ends this one.
    """
    follow_to_the_grave(int(arguments[0]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the server too, which ends us
    os.nice(NICENESS)
    say = _own_output()
    line = sys.stdin.readline()
    if not line:
        return 0
    settings = Settings.model_validate_json(line)

    def progress(stage: str, done: int, total: int) -> None:
        say({"stage": stage, "done": done, "total": total})

    try:
        report = build_index(settings, progress=progress)
    except DealqaError as err:
        say({"failed": err.message, "hint": err.hint})
        return 1
    say({"finished": _sentence(report), "unread": len(report.failures)})
    return 0


def _own_output() -> Callable[[dict[str, Any]], None]:
    """Write to what is standard output now; what others write there from now on goes to standard error.

    No process that is started later inherits it, so that its end is seen when this process ends.
    """
    output = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(value: dict[str, Any]) -> None:
        os.write(output, (json.dumps(value) + "\n").encode("ascii"))

    return say


def _sentence(report: IndexReport) -> str:
    if not report.published:
        return f"Nothing had changed: {report.holds()}."
    return f"{report.changes()} in {sum(report.seconds.values()):.1f} s: {report.holds()}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
