"""Bring the index up to date after the folder of documents was changed, also while a run goes on that began before."""

from __future__ import annotations

import threading
from typing import Final

from dealqa.updating import Outcome, Progress, Updater

__all__ = ["Renewal"]

_LOOK_SECONDS: Final = 0.2


class Renewal:
    """Begins runs of the indexer. Safe to use from several threads.

    Args:
        updater: whoever made it closes it, which ends this, too.
    """

    def __init__(self, updater: Updater) -> None:
        self._updater = updater
        self._guard = threading.Lock()
        self._wanted = False

    def request(self) -> None:
        """Begin a run, or have one begin as soon as the one that goes on has ended: it may not see what changed."""
        with self._guard:
            if self._wanted or self._updater.start():
                return
            self._wanted = True
            threading.Thread(target=self._wait, name="dealqa-renewal", daemon=True).start()

    def state(self) -> Progress | Outcome | None:
        """How far it is; what came of the last run when none goes on and none is waited for."""
        with self._guard:
            state = self._updater.state()
            return Progress() if self._wanted and not isinstance(state, Progress) else state

    def _wait(self) -> None:
        ended = threading.Event()
        while True:
            idle = not isinstance(self._updater.state(), Progress)
            with self._guard:
                # Nothing runs, and yet nothing can be started: it was closed.
                if self._updater.start() or idle:
                    self._wanted = False
                    return
            ended.wait(_LOOK_SECONDS)
