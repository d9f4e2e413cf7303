"""What the server writes to its log: a line for each event, in which text of others cannot pass for something else."""

from __future__ import annotations

import logging
import sys
import time
from typing import Final

__all__ = ["Lines", "write_log"]

_CONTINUED: Final = "    | "


class Lines(logging.Formatter):
    r"""A record as "2026-11-29T06:32:01Z WARNING dealqa.web: what happened", with its traceback below, set in.

    Whatever cannot be seen is written as its code (`\x1b`, `\u202e`): a file name or a message that came from
    outside can neither begin a line of its own nor give orders to the terminal in which the log is read.
    """

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ")

    def format(self, record: logging.LogRecord) -> str:
        """The record's lines, without the last line break."""
        plain = logging.makeLogRecord(record.__dict__ | {"msg": _visible(record.getMessage()), "args": ()})
        plain.exc_info = plain.exc_text = plain.stack_info = None
        lines = [super().format(plain)]
        if record.exc_info:
            lines += [_CONTINUED + _visible(line) for line in self.formatException(record.exc_info).split("\n")]
        if record.stack_info:
            lines += [_CONTINUED + _visible(line) for line in record.stack_info.split("\n")]
        return "\n".join(lines)


def write_log(level: int = logging.WARNING) -> None:
    """Write what happens, from this level on, to standard error; replaces what wrote the log before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _visible(text: str) -> str:
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
