"""Follow the live generation: each question is answered wholly from one, and the next one from the newest.

The generation that is named in `CURRENT` is compared with the open one before each question, which costs one small
read. If another one is live, it is opened first; the one before stays open until its last question has ended. So no
question is dropped, and what was deleted is found by no question that is asked after the publication.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dealqa.errors import DealqaError, IndexMissing, StoreError
from dealqa.index import Index, live_generation
from dealqa.index.schema import CURRENT
from dealqa.snapshot import Snapshot

__all__ = ["Follower", "Pointer", "pointer_of"]

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
"""How often the background thread looks, so that a new generation is mostly open before the next question."""

FIRST_RETRY_SECONDS = 1.0
LAST_RETRY_SECONDS = 60.0
"""How long after a generation could not be opened it is tried again: twice as long each time, up to the last."""


Pointer = tuple[str, int, int] | None
"""What `CURRENT` names, and which file it is; None when it is not there or cannot be read."""


def pointer_of(folder: Path) -> Pointer:
    """The pointer to the live generation of an index; two small reads."""
    name = live_generation(folder)
    try:
        status = (folder / CURRENT).stat()
    except OSError:
        return None
    return (name, status.st_ino, status.st_mtime_ns) if name else None


@dataclass(slots=True)
class _Held:
    """A snapshot, and how many questions use it.

    Attributes:
        pointer: `CURRENT` as it was when the snapshot was opened. Each publication replaces that file, also one that
            mends a damaged generation under its old name.
    """

    snapshot: Snapshot
    pointer: Pointer
    users: int = 0


class Follower:
    """Holds the newest generation that can be opened. Safe to use from several threads.

    Args:
        folder: of the index.
        index: the generation to begin with; it is the follower's to close from now on.
        pointer: `pointer_of(folder)` before it was opened.
        open_live: opens the live generation and makes sure that it can be used; its errors mean that it cannot.
        poll: whether a thread looks for new generations in the background, too.
    """

    def __init__(
        self, folder: Path, index: Index, pointer: Pointer, open_live: Callable[[], Index], *, poll: bool = False
    ) -> None:
        self._folder = folder
        self._open_live = open_live
        self._guard = threading.Lock()  # over the attributes below; never held for long
        self._opening = threading.Lock()  # one thread opens, the others wait for it
        self._problem = ""
        self._tried: Pointer = None
        self._wait = 0.0
        self._retry_at = 0.0
        self._held: _Held | None = _Held(Snapshot(index), pointer)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        if poll:
            self._thread = threading.Thread(target=self._poll, name="dealqa-follower", daemon=True)
            self._thread.start()

    @contextmanager
    def newest(self) -> Iterator[Snapshot]:
        """The newest generation, opened now if it is not yet, and kept open for as long as the block lasts."""
        self.look()
        with self.held() as snapshot:
            yield snapshot

    @contextmanager
    def held(self) -> Iterator[Snapshot]:
        """The generation that is open, kept open for as long as the block lasts; it need not be the newest.

        Raises:
            StoreError: the follower is closed.
        """
        with self._guard:
            held = self._held
            if held is None:
                raise StoreError("The index was closed.", hint="Open it again.")
            held.users += 1
        try:
            yield held.snapshot
        finally:
            with self._guard:
                held.users -= 1
                done = held.users == 0 and held is not self._held
            if done:
                held.snapshot.index.close()

    def notices(self) -> tuple[str, ...]:
        """What is wrong with the index although it is served, in sentences."""
        with self._guard:
            own = self._held.snapshot.index.notices if self._held is not None else ()
            return (*own, self._problem) if self._problem else own

    def look(self, *, gone: Snapshot | None = None) -> None:
        """Open the live generation if it is not the open one; if that fails, the open one stays and a notice says so.

        It never raises: whoever asks is answered from what there is.

        Args:
            gone: a snapshot that is of no more use: while it is the open one, another is tried at once, even if that
                failed a moment ago.
        """
        if not self._is_due(pointer_of(self._folder), gone):
            return
        with self._opening:
            pointer = pointer_of(self._folder)  # another thread may have opened it while this one waited
            if not self._is_due(pointer, gone):
                return
            try:
                index = self._open_live()
            except DealqaError as err:
                self._failed(pointer, err)
                return
            self._replace(_Held(Snapshot(index), pointer))
        logger.info("Now answering from generation %s.", index.generation)

    def close(self) -> None:
        """Let go of the generation; what is still being answered from it is not disturbed."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        with self._opening:
            self._replace(None)

    def _is_due(self, pointer: Pointer, gone: Snapshot | None) -> bool:
        """Whether there is something to open, and it was not just tried in vain."""
        with self._guard:
            if self._held is None:
                return False
            if self._held.snapshot is gone:
                return True
            if pointer == self._held.pointer:
                self._problem = ""
                return False
            return pointer != self._tried or time.monotonic() >= self._retry_at

    def _failed(self, pointer: Pointer, err: DealqaError) -> None:
        what = "The index is no longer there" if isinstance(err, IndexMissing) else "A newer state cannot be used"
        with self._guard:
            served = self._held.snapshot.generation if self._held is not None else ""
            problem = f"{what}, so this is answered from an older one ({served}): {err}"
            if problem != self._problem:
                logger.error("%s", problem)
            self._problem = problem
            again = pointer == self._tried and self._wait > 0
            self._wait = min(2 * self._wait, LAST_RETRY_SECONDS) if again else FIRST_RETRY_SECONDS
            self._tried = pointer
            self._retry_at = time.monotonic() + self._wait

    def _replace(self, opened: _Held | None) -> None:
        with self._guard:
            before, self._held = self._held, opened
            self._problem, self._tried, self._wait = "", None, 0.0
            unused = before is not None and before.users == 0
        if before is not None and unused:
            before.snapshot.index.close()

    def _poll(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            try:
                self.look()
            except Exception:
                # A fault of ours: the thread must outlive it, for each question looks by itself as well.
                logger.exception("Looking for a new generation failed.")
