"""Who may come in, as the file of users says now."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dealqa.access import User, Users, load_users
from dealqa.errors import AccessError
from dealqa.web.access.open_pages import OpenPages
from dealqa.web.access.sessions import Sessions

__all__ = ["Door", "cookie_name", "token_in"]

logger = logging.getLogger(__name__)

_COOKIE: Final = "dealqa"


class Door:
    """The users, and the sessions and pages of those who came in.

    Without users it is open to everybody. Once there were users it stays closed until the server ends: a file that
    is removed, or whose last user is, lets nobody in.

    Args:
        path: the file of users. It is looked at again whenever it has changed.
        clock: see `Sessions`.
        closed: be closed without users, too: nobody can come in, then.

    Raises:
        AccessError: the file is there and cannot be used.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time, *, closed: bool = False) -> None:
        self.sessions = Sessions(clock)
        self.pages = OpenPages()
        self._path = path
        self._lock = threading.Lock()
        self._stamp = _stamp_of(path)
        self._users = load_users(path)
        self._problem: AccessError | None = None
        self._closed = closed or len(self._users) > 0

    @property
    def closed(self) -> bool:
        """Whether whoever comes has to sign in; look at `users` first."""
        return self._closed

    def users(self) -> Users:
        """The users as the file has them now.

        Raises:
            AccessError: the file cannot be used any more; nobody comes in until it can.
        """
        with self._lock:
            stamp = _stamp_of(self._path)
            if stamp != self._stamp:
                self._stamp = stamp
                self._load()
            if self._problem is not None:
                raise self._problem
            return self._users

    def _load(self) -> None:
        try:
            self._users = load_users(self._path)
            self._problem = None
            self._closed = self._closed or len(self._users) > 0
        except AccessError as err:
            logger.error("Nobody can come in: %s", err)
            self._problem = err
            self._closed = True

    def visitor(self, cookies: str, scheme: str) -> User | None:
        """Who has the session that a Cookie header names; None if it has ended, or there is none."""
        token = token_in(cookies, scheme)
        return self.sessions.user(token, self.users()) if token else None


def cookie_name(scheme: str) -> str:
    """Of the cookie that holds a session's token. Over https no page of another host can set one of this name."""
    return f"__Host-{_COOKIE}" if scheme == "https" else _COOKIE


def token_in(cookies: str, scheme: str) -> str:
    """The token in a Cookie header; "" if there is none."""
    # Cookies of other programs on this host may be anything; ours needs no quotation marks and no escapes.
    for part in cookies.split(";"):
        name, _, value = part.strip().partition("=")
        if name == cookie_name(scheme):
            return value
    return ""


def _stamp_of(path: Path) -> tuple[int, ...]:
    """Differs when the file has changed; () when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - the same, and once for each request
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
