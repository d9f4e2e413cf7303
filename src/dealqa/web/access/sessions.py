"""Sessions: who has signed in, by a random token that only their browser holds. They are lost when the server ends."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dealqa.access import User, Users, token_digest

__all__ = ["IDLE_SECONDS", "WHOLE_SECONDS", "Sessions"]

IDLE_SECONDS: Final = 8 * 3600
"""A session ends when nothing was asked in it for so long: a working day."""

WHOLE_SECONDS: Final = 7 * 24 * 3600
"""A session ends after so long whatever happens in it."""

MOST: Final = 50
"""Sessions of one user; with another one the oldest ends."""


@dataclass(slots=True)
class _Session:
    name: str
    credential: bytes
    begun: float
    seen: float


class Sessions:
    """The sessions there are. Safe to use from several threads.

    Args:
        clock: seconds, as a wall clock counts them: also while the machine sleeps.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: OrderedDict[str, _Session] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def begin(self, user: User) -> str:
        """A new session of a user; gives its token, 256 random bits of which only the hash is kept."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._held = OrderedDict((key, one) for key, one in self._held.items() if not _over(one, now))
            own = [key for key, one in self._held.items() if one.name == user.name]
            for key in own[: max(0, len(own) + 1 - MOST)]:
                del self._held[key]
            self._held[token_digest(token)] = _Session(user.name, user.password.digest, now, now)
        return token

    def user(self, token: str, users: Users) -> User | None:
        """Who a token belongs to, as they are now; None when the session has ended, or never was.

        It ends, too, when the user is removed or has another password than at its beginning.
        """
        key, now = token_digest(token), self._clock()
        with self._lock:
            session = self._held.get(key)
            if session is None:
                return None
            user = users.get(session.name)
            if user is None or user.password.digest != session.credential or _over(session, now):
                del self._held[key]
                return None
            session.seen = now
            return user

    def end(self, token: str) -> None:
        """End a session; nothing happens when there is none."""
        with self._lock:
            self._held.pop(token_digest(token), None)


def _over(session: _Session, now: float) -> bool:
    return now - session.seen >= IDLE_SECONDS or now - session.begun >= WHOLE_SECONDS
