"""The process that brings the index up to date: `python -m dealqa.updating.child`.

It is given the settings as its order (`child_side`), and in the end says {"finished", "unread"} or {"failed", "hint"}.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from dealqa.config import Settings
from dealqa.errors import DealqaError
from dealqa.index import IndexReport, build_index
from dealqa.updating.child_side import begin

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Bring one index up to date; nothing when standard input is closed without settings.

    Args:
        arguments: the id of the process that wants it, and whose end ends this one.
    """
    say, line = begin(int(arguments[0]))
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


def _sentence(report: IndexReport) -> str:
    if not report.published:
        return f"Nothing had changed: {report.holds()}."
    return f"{report.changes()} in {sum(report.seconds.values()):.1f} s: {report.holds()}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
