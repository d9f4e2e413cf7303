"""How often somebody may guess: counted by the name that is tried and the address that it is tried from."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = ["FREE", "LOCKED_SECONDS", "MOST", "SLOW_SECONDS", "Allowed", "Throttle"]

FREE: Final = 5
"""Wrong passwords after which each further try waits."""

MOST: Final = 10
"""Wrong passwords after which there is no further try for a while."""

SLOW_SECONDS: Final = 1.0
LOCKED_SECONDS: Final = 15 * 60

ROOM: Final = 50_000
"""Names and addresses that are remembered. Each try takes a processor a tenth of a second, so that nobody can make as
many of them as push out an old one before it would be forgotten anyway."""

_NETWORK: Final = 64
"""Bits of an IPv6 address that count: a machine has all the addresses that begin with them."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is to be done with a try.

    Attributes:
        wait: seconds to let pass before the password is looked at.
        after: seconds after which to come again; 0 when the password may be looked at.
    """

    wait: float = 0.0
    after: int = 0


class Throttle:
    """Counts tries. Safe to use from several threads.

    Args:
        clock: seconds.
        room: see `ROOM`.
    """

    def __init__(self, clock: Callable[[], float] = time.time, room: int = ROOM) -> None:
        self._clock = clock
        self._room = room
        self._lock = threading.Lock()
        self._tries: OrderedDict[bytes, tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tries)

    def attempt(self, name: str, address: str) -> Allowed:
        """Whether a password may be tried now. It counts as wrong until `succeeded` is called.

        It is counted before the password is looked at, so that many tries at once are no more than many in a row.
        """
        key, now = _key(name, address), self._clock()
        with self._lock:
            self._forget(now)
            number, last = self._tries.get(key, (0, now))
            if number >= MOST:
                return Allowed(after=max(1, math.ceil(last + LOCKED_SECONDS - now)))
            self._tries[key] = (number + 1, now)
            self._tries.move_to_end(key)
            if len(self._tries) > self._room:
                self._tries.popitem(last=False)
        return Allowed(wait=SLOW_SECONDS if number >= FREE else 0.0)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the tries: the password was right."""
        with self._lock:
            self._tries.pop(_key(name, address), None)

    def _forget(self, now: float) -> None:
        while self._tries:
            key, (_, last) = next(iter(self._tries.items()))
            if now - last < LOCKED_SECONDS:
                return
            del self._tries[key]


def _key(name: str, address: str) -> bytes:
    """Of the same length whatever is sent."""
    who = unicodedata.normalize("NFC", name).casefold()
    return hashlib.blake2b(f"{who}\0{_network(address)}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, _NETWORK), strict=False))
    return str(found)
