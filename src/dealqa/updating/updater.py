"""The side of whoever wants the index up to date: one run at a time, how far it is, and what came of it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Final

from dealqa.config import Settings
from dealqa.index.deriving import how_it_ended

__all__ = ["Outcome", "Progress", "Updater"]

logger = logging.getLogger(__name__)

TOLD_SECONDS: Final = 3_600.0
"""How long an outcome is told of; after that it says little about the folder as it is."""

_END_SECONDS: Final = 5.0
"""How long the child may take to end when it is asked to, before it is made to."""

_UNTOUCHED: Final = "what was published before is untouched."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: see `dealqa.index.build.Progress`; "" as long as nothing is known.
        done, total: files while reading, else passages.
    """

    stage: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        message: what was done, or what went wrong, in a sentence.
        hint: what to do about it; may be empty.
        ok: whether the index is up to date now.
        unread: how many files could not be read.
        at: when it ended, in this machine's time.
    """

    message: str
    hint: str = ""
    ok: bool = False
    unread: int = 0
    at: datetime = field(default_factory=lambda: datetime.now().astimezone())


class Updater:
    """Runs the indexer in a child process when it is asked to. Safe to use from several threads.

    Args:
        settings: the child gets exactly these, whatever its environment says.
        told_seconds: how long `state` tells of an outcome.
    """

    def __init__(self, settings: Settings, *, told_seconds: float = TOLD_SECONDS) -> None:
        self.settings = settings
        self._told_seconds = told_seconds
        self._guard = threading.Lock()  # over the attributes below
        self._closed = False
        self._stages: dict[str, Progress] | None = None  # None: nothing runs
        self._outcome: Outcome | None = None
        self._ended = 0.0
        self._child: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> bool:
        """Begin a run and return at once; False when one is running, or after `close`."""
        with self._guard:
            if self._closed or self._stages is not None:
                return False
            self._stages, self._outcome = {}, None
            # The child is started in the thread that waits for it: Linux ends it with the thread that started it, and
            # the threads that requests are answered in come and go.
            self._thread = threading.Thread(target=self._run, name="dealqa-update", daemon=True)
            self._thread.start()
            return True

    def state(self) -> Progress | Outcome | None:
        """How far the run is; without one what came of the last, for as long as that is told."""
        with self._guard:
            if self._stages is not None:
                return _furthest(self._stages)
            told = self._outcome is not None and time.monotonic() - self._ended < self._told_seconds
            return self._outcome if told else None

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

    def _run(self) -> None:
        try:
            outcome = self._update()
        except Exception:
            # A fault of ours: it must not look as if the run went on for ever.
            logger.exception("Bringing the index up to date failed.")
            outcome = Outcome(f"Something went wrong on our side; {_UNTOUCHED}", "The server's log says more.")
        with self._guard:
            self._stages, self._child, self._outcome, self._ended = None, None, outcome, time.monotonic()

    def _update(self) -> Outcome:
        try:
            # -P: the current folder may be the one with the documents, and nothing in it is to be taken for a module.
            child = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", "dealqa.updating.child", str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as err:
            return Outcome(
                f"The process that brings the index up to date could not be started ({err.strerror}); {_UNTOUCHED}",
                "Try again; if it happens again, look at the memory that is free.",
            )
        with self._guard:
            self._child = child
            closed = self._closed
        if closed:
            child.terminate()
        with child:
            last = self._conversation(child.stdin, child.stdout)
        return _outcome(last, child.returncode)

    def _conversation(self, to_child: IO[str] | None, from_child: IO[str] | None) -> dict[str, Any]:
        """Hand over the settings and listen to the end; what the child said last."""
        last: dict[str, Any] = {}
        if to_child is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended: its exit code says how
                to_child.write(self.settings.model_dump_json() + "\n")
                to_child.close()
        for line in from_child or ():
            last = json.loads(line)
            if "stage" in last:
                with self._guard:
                    if self._stages is not None:
                        self._stages[last["stage"]] = Progress(last["stage"], last["done"], last["total"])
        return last


def _furthest(stages: dict[str, Progress]) -> Progress:
    """Reading and embedding go side by side: reading is told until all is read."""
    reading = stages.get("reading", Progress())
    if "publishing" in stages:
        return stages["publishing"]
    return stages.get("embedding", reading) if reading.done >= reading.total else reading


def _outcome(last: dict[str, Any], code: int) -> Outcome:
    if "finished" in last:
        return Outcome(last["finished"], ok=True, unread=last["unread"])
    if "failed" in last:
        return Outcome(last["failed"], last["hint"])
    return Outcome(
        f"The process that brings the index up to date {how_it_ended(code)}; {_UNTOUCHED}",
        "Try again; if it happens again, look at the memory that is free, and at the server's log.",
    )
