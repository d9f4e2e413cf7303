"""Asking a suite from the page: in a child process, one at a time, with an outcome that is told for an hour."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from dealqa.config import Settings
from dealqa.updating.background import Background, Ended, Progress, furthest
from dealqa.web.quality.runs import RUNS

__all__ = ["Asked", "Asking", "Evaluator", "Failed", "State", "Stopped"]

_TOLD_SECONDS: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class Asking:
    """A suite is being asked.

    Attributes:
        progress: stages are those of indexing, then "asking" (of questions) and "judging".
    """

    suite: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Asked:
    """A suite was asked; `key` is that of its run."""

    suite: str
    key: str
    cases: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Stopped:
    """It was stopped by an editor; nothing was written."""

    suite: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """It failed.

    Attributes:
        message: what went wrong, in a sentence; it may name paths.
        hint: what to do; may be empty.
        errors: the last lines that the process wrote to its standard error, when it had no sentence to say.
    """

    suite: str
    message: str
    hint: str
    errors: tuple[str, ...]
    at: datetime


State = Asking | Asked | Stopped | Failed


class Evaluator:
    """Asks suites in a child process. Safe to use from several threads.

    Args:
        settings: of the documents and the index that are asked, like those of `dealqa eval`.
        evals: the folder of suites, in which runs are written into "runs".
        told_seconds: how long `state` tells of an outcome.
    """

    def __init__(self, settings: Settings, evals: Path, *, told_seconds: float = _TOLD_SECONDS) -> None:
        self.evals = evals
        self._settings = settings
        self._suite = ""
        self._run = Background(
            "dealqa.evaluation.child", name="dealqa-evaluation", told_seconds=told_seconds, keeps_errors=True
        )

    def start(self, suite: Path) -> bool:
        """Begin to ask a suite and return at once; False when one is being asked."""
        order = {
            "settings": self._settings.model_dump(mode="json"),
            "suite": str(suite),
            "runs": str(self.evals / RUNS),
            "stamp": f"{datetime.now().astimezone():%Y%m%d-%H%M%S}",
        }
        started = self._run.start(json.dumps(order))
        if started:
            self._suite = suite.name
        return started

    def stop(self) -> None:
        """End what is being asked, if anything is."""
        self._run.stop()

    def close(self) -> None:
        """End it and wait until its process is gone; nothing can be started after that."""
        self._run.close()

    def state(self) -> State | None:
        """How far it is; without a run what came of the last, for as long as that is told."""
        state = self._run.state()
        if isinstance(state, dict):
            for stage in ("judging", "asking"):
                if stage in state:
                    return Asking(self._suite, state[stage])
            return Asking(self._suite, furthest(state))
        return None if state is None else _outcome(self._suite, state)


def _outcome(suite: str, ended: Ended) -> State:
    last = ended.last
    if "finished" in last:
        return Asked(suite, f"{RUNS}/{last['finished']}", last["cases"], ended.at)
    if ended.stopped:
        return Stopped(suite, ended.at)
    if "failed" in last:
        return Failed(suite, last["failed"], last["hint"], (), ended.at)
    return Failed(suite, f"The process that asked the questions {ended.how}.", "", ended.errors, ended.at)
