"""How much is done at once: a few requests in threads of their own, some that wait, and no more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from dealqa.errors import Overloaded

__all__ = ["AT_ONCE", "WAITING", "Desk"]

Result = TypeVar("Result")

AT_ONCE: Final = 2
"""Requests that are worked on at the same time; as many as the page "Ask" has questions."""

WAITING: Final = 32
"""Requests that may wait besides; as many as may at the page "Ask"."""


class Desk:
    """Where requests are worked on. All of it is called in one event loop.

    What waits and is cancelled frees its place at once. What is being worked on is told that nobody waits any more,
    and frees its place when its thread has come to an end: a place stands for a processor, which is busy until then.
    """

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="dealqa-programs")
        self._room = at_once + waiting
        self._free = asyncio.Semaphore(at_once)
        self._ended = threading.Event()
        self.present = 0
        """How many requests are worked on or wait."""

    async def run(self, work: Callable[[Callable[[], bool]], Result]) -> Result:
        """What the work gives; it runs in a thread and may ask, by calling what it is given, whether to go on.

        Raises:
            Overloaded: as many wait as may.
        """
        if self.present >= self._room:
            raise Overloaded(
                f"The server is busy: {self.present} requests are being answered or wait.",
                hint="Try again in a few seconds.",
            )
        self.present += 1
        try:
            await self._free.acquire()
        except BaseException:
            self.present -= 1
            raise
        left = threading.Event()
        loop = asyncio.get_running_loop()
        future = self._pool.submit(work, lambda: not (left.is_set() or self._ended.is_set()))
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._leave))
        try:
            return await asyncio.wrap_future(future)
        finally:
            left.set()

    def _leave(self) -> None:
        self.present -= 1
        self._free.release()

    async def close(self) -> None:
        """Tell all work to end, and wait until it has."""
        self._ended.set()
        await asyncio.to_thread(self._pool.shutdown)
