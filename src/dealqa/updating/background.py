"""Work of a server in a child process: one run at a time, how far it is, and how it ended."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Final

from dealqa.index.deriving import how_it_ended

__all__ = ["Background", "Ended", "Progress", "furthest"]

logger = logging.getLogger(__name__)

_END_SECONDS: Final = 5.0
"""How long the child may take to end when it is asked to, before it is made to."""

_ERROR_LINES: Final = 8
"""How many of the last lines of a child's standard error are kept: the end of a traceback says what went wrong."""

_LINE: Final = 300
"""Characters kept of one of those lines."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: of the work, e.g. `dealqa.index.build.Progress`; "" as long as nothing is known.
        done, total: of what the stage counts: files while reading, passages, questions.
    """

    stage: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Attributes:
        last: what the child said last; empty when it said nothing.
        how: its end as the end of a sentence about it: "ended with code 1", "could not be started (…)".
        stopped: whether it was ended by `Background.stop`.
        errors: the last lines of its standard error, oldest first, if they are kept; not ours to trust.
        at: when, in this machine's time.
    """

    last: dict[str, Any]
    how: str
    stopped: bool = False
    errors: tuple[str, ...] = ()
    at: datetime = field(default_factory=lambda: datetime.now().astimezone())


class Background:
    """Runs one of our modules in a child process when it is asked to. Safe to use from several threads.

    Args:
        module: of the child, which begins with `child_side.begin`.
        name: of the thread that waits for it.
        told_seconds: for how long `state` tells how the last run ended.
        keeps_errors: whether the last lines of the child's standard error are kept; else they go to ours.
    """

    def __init__(self, module: str, *, name: str, told_seconds: float, keeps_errors: bool = False) -> None:
        self._module, self._name, self._told_seconds, self._keeps_errors = module, name, told_seconds, keeps_errors
        self._guard = threading.Lock()  # over the attributes below
        self._closed = self._stopped = False
        self._stages: dict[str, Progress] | None = None  # None: nothing runs
        self._ended: Ended | None = None
        self._ended_at = 0.0
        self._child: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    def start(self, order: str) -> bool:
        """Begin a run and return at once; False when one is running, or after `close`.

        Args:
            order: one line of JSON for the child.
        """
        with self._guard:
            if self._closed or self._stages is not None:
                return False
            self._stages, self._ended, self._stopped = {}, None, False
            # The child is started in the thread that waits for it: Linux ends it with the thread that started it, and
            # the threads that requests are answered in come and go.
            self._thread = threading.Thread(target=self._run, args=(order,), name=self._name, daemon=True)
            self._thread.start()
            return True

    def state(self) -> dict[str, Progress] | Ended | None:
        """How far each stage of the run is; without a run how the last one ended, for as long as that is told."""
        with self._guard:
            if self._stages is not None:
                return dict(self._stages)
            told = self._ended is not None and time.monotonic() - self._ended_at < self._told_seconds
            return self._ended if told else None

    def stop(self) -> None:
        """End the run if there is one; returns at once."""
        with self._guard:
            self._stopped = self._stages is not None
            child = self._child
        if child is not None:
            child.terminate()

    def close(self) -> None:
        """End the run if there is one, and wait until its process is gone; nothing can be started after that."""
        with self._guard:
            self._closed = True
            child, thread = self._child, self._thread
        if child is not None:
            child.terminate()
        if thread is None:
            return
        thread.join(_END_SECONDS)
        if thread.is_alive() and child is not None:
            child.kill()
            thread.join()

    def _run(self, order: str) -> None:
        try:
            ended = self._converse(order)
        except Exception:
            # A fault of ours: it must not look as if the run went on for ever.
            logger.exception("What runs as %s failed.", self._module)
            ended = Ended({}, "was lost sight of")
        with self._guard:
            self._stages, self._child, self._ended, self._ended_at = None, None, ended, time.monotonic()

    def _converse(self, order: str) -> Ended:
        try:
            # -P: the current folder may be the one with the documents, and nothing in it is to be taken for a module.
            child = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", self._module, str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if self._keeps_errors else None,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as err:
            return Ended({}, f"could not be started ({err.strerror})")
        with self._guard:
            self._child = child
            unwanted = self._closed or self._stopped
        if unwanted:
            child.terminate()
        lines: deque[str] = deque(maxlen=_ERROR_LINES)
        with child:
            listening = threading.Thread(target=_keep, args=(child.stderr, lines), daemon=True)
            listening.start()
            last = self._listen(order, child.stdin, child.stdout)
            listening.join(_END_SECONDS)  # a process that the child left behind may hold it open
        with self._guard:
            stopped = self._stopped
        return Ended(last, how_it_ended(child.returncode), stopped, tuple(lines))

    def _listen(self, order: str, to_child: IO[str] | None, from_child: IO[str] | None) -> dict[str, Any]:
        """Hand over the order and listen to the end; what the child said last."""
        last: dict[str, Any] = {}
        if to_child is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended: its exit code says how
                to_child.write(order + "\n")
                to_child.close()
        for line in from_child or ():
            last = json.loads(line)
            if "stage" in last:
                with self._guard:
                    if self._stages is not None:
                        self._stages[last["stage"]] = Progress(last["stage"], last["done"], last["total"])
        return last


def furthest(stages: dict[str, Progress]) -> Progress:
    """How far an index is being brought up to date.

    Reading and embedding go side by side: reading is told until all is read.
    """
    reading = stages.get("reading", Progress())
    if "publishing" in stages:
        return stages["publishing"]
    return stages.get("embedding", reading) if reading.done >= reading.total else reading


def _keep(errors: IO[str] | None, lines: deque[str]) -> None:
    for line in errors or ():
        lines.append(line.rstrip()[:_LINE])
