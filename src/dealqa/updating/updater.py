"""The side of whoever wants the index up to date: one run at a time, how far it is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from dealqa.config import Settings
from dealqa.updating.background import Background, Ended, Progress, furthest

__all__ = ["Outcome", "Progress", "Updater"]

TOLD_SECONDS: Final = 3_600.0
"""How long an outcome is told of; after that it says little about the folder as it is."""

_UNTOUCHED: Final = "what was published before is untouched."


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
        self._run = Background("dealqa.updating.child", name="dealqa-update", told_seconds=told_seconds)

    def start(self) -> bool:
        """Begin a run and return at once; False when one is running, or after `close`."""
        return self._run.start(self.settings.model_dump_json())

    def state(self) -> Progress | Outcome | None:
        """How far the run is; without one what came of the last, for as long as that is told."""
        state = self._run.state()
        if isinstance(state, dict):
            return furthest(state)
        return None if state is None else _outcome(state)

    def close(self) -> None:
        """End the run if there is one, and wait until its process is gone; nothing can be started after that."""
        self._run.close()


def _outcome(ended: Ended) -> Outcome:
    last = ended.last
    if "finished" in last:
        return Outcome(last["finished"], ok=True, unread=last["unread"], at=ended.at)
    if "failed" in last:
        return Outcome(last["failed"], last["hint"], at=ended.at)
    return Outcome(
        f"The process that brings the index up to date {ended.how}; {_UNTOUCHED}",
        "Try again; if it happens again, look at the memory that is free, and at the server's log.",
        at=ended.at,
    )
