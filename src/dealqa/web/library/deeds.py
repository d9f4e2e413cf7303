"""What a reader did last on the page "Documents", so that the page can say what came of it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from dealqa.web.library.intake import Sent
from dealqa.web.readers import Reader

__all__ = ["Deed", "Deeds"]

TOLD_SECONDS: Final = 3_600.0
"""How long it is told of."""

_READERS: Final = 200
"""Of how many readers it is known what they did last."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done.

    Attributes:
        sent: the files that were sent, with what came of each.
        removed: titles or paths of what was removed.
        put_back: paths of what was put back.
        note: what to know besides.
    """

    sent: tuple[Sent, ...] = ()
    removed: tuple[str, ...] = ()
    put_back: tuple[str, ...] = ()
    note: str = ""


class Deeds:
    """The last deed of each reader; forgotten when the server ends. Safe to use from several threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._last: OrderedDict[str, tuple[float, Deed]] = OrderedDict()

    def note(self, reader: Reader, deed: Deed) -> None:
        """Remember it in the place of the one before."""
        with self._guard:
            self._last[reader.name] = time.monotonic(), deed
            self._last.move_to_end(reader.name)
            while len(self._last) > _READERS:
                self._last.popitem(last=False)

    def last(self, reader: Reader) -> Deed | None:
        """What this reader did last, if it is not long ago."""
        with self._guard:
            at, deed = self._last.get(reader.name, (0.0, None))
        return deed if deed is not None and time.monotonic() - at < TOLD_SECONDS else None
