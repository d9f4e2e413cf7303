"""Comparisons that are asked, wait to be, or were: in threads of the server, kept in memory, each its reader's own."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Literal

from dealqa.assistant import Assistant
from dealqa.errors import DealqaError
from dealqa.matrix import Cell, Matrix, cells_of
from dealqa.web.compare.orders import Order
from dealqa.web.readers import Reader

__all__ = ["AT_ONCE", "KEPT", "NoRoom", "Run", "Runs", "State", "StillAsking"]

logger = logging.getLogger(__name__)

AT_ONCE: Final = 2
"""Comparisons that are asked at a time; others wait, so that questions on the page "Ask" are answered meanwhile."""

KEPT: Final = 20
"""Comparisons that are kept, those that wait among them."""

KEPT_CELLS: Final = 60_000
"""Cells of all that are kept together; a cell takes about 4 KB."""

State = Literal["waiting", "asking", "done", "stopped", "failed"]


class StillAsking(DealqaError):
    """This reader's comparison before this one has not ended.

    Attributes:
        run: it.
    """

    def __init__(self, run: Run) -> None:
        super().__init__(
            "A comparison of yours is still being asked; only one is asked at a time.", hint="Wait for it, or stop it."
        )
        self.run = run


class NoRoom(DealqaError):
    """Too many comparisons wait already."""

    retryable = True


class Run:
    """One comparison. Safe to use from several threads.

    Attributes:
        id: 22 letters, digits, "-" and "_", of 128 random bits.
        reader: who started it; nobody else gets it.
        at: when it was started.
    """

    def __init__(self, order: Order, reader: Reader) -> None:
        self.id = secrets.token_urlsafe(16)
        self.order = order
        self.reader = reader.name
        self.at = datetime.now(UTC)
        self._guard = threading.Lock()
        self._stop = threading.Event()
        self._state: State = "waiting"
        self._cells: list[Cell] = []
        self._generation = ""
        self._problem = ""

    @property
    def state(self) -> State:
        """How it stands."""
        with self._guard:
            return self._state

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in ("waiting", "asking")

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    @property
    def problem(self) -> str:
        """Why it failed, in a sentence or two; else ""."""
        with self._guard:
            return self._problem

    def matrix(self) -> Matrix:
        """What there is by now; without a generation while it waits."""
        with self._guard:
            return Matrix(self.order.questions, self.order.rows, tuple(self._cells), self._generation)

    def stop(self) -> None:
        """End it before its next cell; one that waits ends at once."""
        self._stop.set()
        with self._guard:
            if self._state == "waiting":
                self._state = "stopped"

    def ask(self, assistant: Assistant) -> None:
        """Ask all of it, one generation throughout, until it is done or told to stop; what goes wrong is kept."""
        with self._guard:
            if self._state != "waiting":
                return
            self._state = "asking"
        try:
            self._ask(assistant)
        except DealqaError as err:
            self._end("failed", str(err))
        except Exception:
            # A fault of ours: the reader is told that there is one, and whoever runs the server finds it in the log.
            logger.exception("A comparison failed.")
            self._end("failed", "Something went wrong on the server; its log has the reason.")

    def _ask(self, assistant: Assistant) -> None:
        with assistant.hold() as snapshot:
            with self._guard:
                self._generation = snapshot.generation
            for cell in cells_of(assistant, snapshot, self.order.questions, self.order.rows_in(snapshot)):
                # Its passages are shown nowhere, and are most of its size.
                kept = replace(cell, answer=replace(cell.answer, hits=()))
                with self._guard:
                    self._cells.append(kept)
                if self.stopping:
                    break
        self._end("done" if len(self.matrix().cells) == self.order.cells else "stopped")

    def _end(self, state: State, problem: str = "") -> None:
        with self._guard:
            self._state, self._problem = state, problem


class Runs:
    """All comparisons of a server. Safe to use from several threads.

    Args:
        assistant: open until this is closed.
        at_once: how many are asked at a time.
        kept: how many are kept; the oldest that have ended make room.
        cells: how many cells are kept together.
    """

    def __init__(
        self, assistant: Assistant, *, at_once: int = AT_ONCE, kept: int = KEPT, cells: int = KEPT_CELLS
    ) -> None:
        self._assistant = assistant
        self._kept, self._cells = kept, cells
        self._guard = threading.Lock()
        self._held: OrderedDict[str, Run] = OrderedDict()
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="dealqa-compare")

    def start(self, order: Order, reader: Reader) -> Run:
        """Begin a comparison, or let it wait, and return at once.

        Raises:
            StillAsking: one of this reader's has not ended.
            NoRoom: as many are kept as may be, and none of them has ended; or the server ends.
        """
        with self._guard:
            for other in self._held.values():
                if other.reader == reader.name and not other.ended:
                    raise StillAsking(other)
            self._make_room(order.cells)
            run = Run(order, reader)
            try:
                self._pool.submit(run.ask, self._assistant)
            except RuntimeError as err:  # closed
                raise NoRoom("The server is ending.", hint="Try again when it is back.") from err
            self._held[run.id] = run
        return run

    def get(self, run_id: str, reader: Reader) -> Run | None:
        """A comparison of this reader's; None for another one's, and for one that made room."""
        with self._guard:
            found = self._held.get(run_id)
        return found if found is not None and found.reader == reader.name else None

    def of(self, reader: Reader) -> tuple[Run, ...]:
        """All of this reader's that are kept, the newest first."""
        with self._guard:
            return tuple(run for run in reversed(self._held.values()) if run.reader == reader.name)

    def close(self) -> None:
        """Stop all of them and wait for those that are being asked, each for one cell at most."""
        with self._guard:
            for run in self._held.values():
                run.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _make_room(self, cells: int) -> None:
        """Let go of the oldest that have ended until there is room for one more of so many cells."""
        ended = [run for run in self._held.values() if run.ended]
        while (
            len(self._held) >= self._kept or sum(run.order.cells for run in self._held.values()) + cells > self._cells
        ):
            if not ended:
                raise NoRoom(
                    "Too many comparisons are waiting to be asked.", hint="Try again in a few minutes, or ask for less."
                )
            del self._held[ended.pop(0).id]
