"""Who may come in: sessions, the page to sign in on, and what stands before every route."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI

from dealqa.config import Settings
from dealqa.web.access.door import Door
from dealqa.web.access.gate import Gate
from dealqa.web.access.sign_in import SignIn
from dealqa.web.access.throttle import Throttle

__all__ = ["Door", "add_access"]


def add_access(
    app: FastAPI,
    settings: Settings,
    *,
    clock: Callable[[], float] = time.time,
    wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Door:
    """Let only users in, where there are some; before any other middleware, which then stands outside of this.

    Args:
        app: the application; its routes are added before a page is mounted at "/".
        clock: for sessions, and for how often somebody may guess.
        wait: lets seconds pass without holding up anybody else.

    Returns:
        Who may come in.

    Raises:
        AccessError: the file of users is there and cannot be used.
    """
    # Where other machines reach the app, having no users does not make it open.
    door = Door(settings.users, clock, closed=bool(settings.hosts))
    app.add_middleware(Gate, door=door)
    SignIn(door, Throttle(clock), wait).add_routes(app)
    return door
