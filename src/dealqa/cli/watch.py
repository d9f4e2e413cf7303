"""`dealqa index --watch`: the index follows its folder until it is interrupted."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

from dealqa.cli import terminal
from dealqa.cli.reports import index_data

if TYPE_CHECKING:
    from dealqa.config import Settings
    from dealqa.watching import Pass

__all__ = ["watch_corpus"]


def watch_corpus(options: argparse.Namespace, settings: Settings) -> int:
    """Watch until Ctrl-C or a termination signal; that is how it is meant to end, so the exit code is 0."""
    from dealqa.watching import watch

    def tell(made: Pass) -> None:
        if options.json:
            terminal.say(json.dumps(_as_json(made, settings), ensure_ascii=False))
        else:
            terminal.show_pass(made, settings)

    if not options.json:
        terminal.say(f"Watching {settings.corpus} for {settings.index} (Ctrl-C ends it)")
    try:
        with _interrupted_by_termination():
            watch(settings, tell, stop=threading.Event(), rebuild=options.rebuild, strict=options.strict)
    except KeyboardInterrupt:
        sys.stderr.write(f"\ndealqa: Stopped watching. {settings.index} stays as it was last published.\n")
    return 0


def _as_json(made: Pass, settings: Settings) -> dict[str, object]:
    error = made.error
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "changed": list(made.changed),
        "seconds": round(made.seconds, 3),
        "report": index_data(made.report, settings) if made.report is not None else None,
        "error": error
        and {"kind": type(error).__name__, "message": error.message, "hint": error.hint, "retryable": error.retryable},
    }


@contextmanager
def _interrupted_by_termination() -> Iterator[None]:
    """Let a termination signal end the watch as Ctrl-C does, in the middle of a pass, too."""

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
