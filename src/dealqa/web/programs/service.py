"""The operations behind their desks: what HTTP and MCP both call."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from dealqa.web.programs.desk import Desk

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["Operation", "Service"]

COMPARISONS: Final = 1
"""Comparisons that are worked on at once: one takes a minute, and questions should not wait for it."""

COMPARISONS_WAITING: Final = 4

Operation = Callable[..., dict[str, Any]]
"""Takes the assistant, a request, and what says whether somebody still waits."""


class Service:
    """One assistant and the desks at which programs are served. All of it is called in one event loop."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.desk = Desk()
        self.long_desk = Desk(COMPARISONS, COMPARISONS_WAITING)

    async def call(self, operation: Operation, *given: Any, long: bool = False) -> dict[str, Any]:
        """What an operation gives.

        Args:
            given: what the operation takes besides the assistant.
            long: it takes long, and waits where others do not wait for it.

        Raises:
            Overloaded: too many wait.
            DealqaError: what the operation raises.
        """
        return await self._desk(long).run(lambda going: operation(self._assistant, *given, going))

    async def json(self, operation: Operation, *given: Any, long: bool = False) -> bytes:
        """The same as JSON in UTF-8; written in the thread, too, because it may be megabytes."""

        def work(going: Callable[[], bool]) -> bytes:
            result = operation(self._assistant, *given, going)
            return json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

        return await self._desk(long).run(work)

    def _desk(self, long: bool) -> Desk:
        return self.long_desk if long else self.desk

    async def close(self) -> None:
        """End all work, and wait until it has ended."""
        await self.long_desk.close()
        await self.desk.close()
