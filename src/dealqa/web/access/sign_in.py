"""The page to sign in on, and signing out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dealqa.access import User
from dealqa.access.passwords import LONGEST
from dealqa.access.users import LONGEST_NAME
from dealqa.errors import AccessError
from dealqa.web.access.door import Door, cookie_name, token_in
from dealqa.web.access.gate import LOGIN, is_local
from dealqa.web.access.throttle import Throttle
from dealqa.web.markup import text
from dealqa.web.readers import FromOurPage

__all__ = ["SignIn", "sign_in_page"]

logger = logging.getLogger(__name__)

_FORM_BYTES: Final = 32 * 1024
"""Of the form that is posted; anybody may post it."""

_AT_ONCE: Final = 2
"""Passwords that are looked at side by side: each takes 32 MiB and a processor."""

_WAITING: Final = 32
"""Passwords that may wait to be looked at."""

_WRONG: Final = "The name or the password is wrong."
_BUSY: Final = "Too many people are signing in just now. Try again in a moment."
_NO_LIST: Final = "Nobody can sign in just now: the list of users cannot be read. Tell whoever runs this server."


def sign_in_page(name: str = "", after: str = "", *, problem: str = "") -> str:
    """The page.

    Args:
        name: that was typed before.
        after: the address on this server to go to then.
        problem: why the last try failed.
    """
    told = f'<div class="problem" id="problem" role="alert"><p>{text(problem)}</p></div>' if problem else ""
    described = ' aria-describedby="problem"' if problem else ""
    goal = f'<input type="hidden" name="next" value="{text(after)}">' if after else ""
    first, second = ("", " autofocus") if name else (" autofocus", "")
    # Without the bar of the other pages: none of them can be opened yet.
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sign in – dealqa</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="same-origin"><link rel="stylesheet" href="/dealqa/tokens.css">'
        '<link rel="stylesheet" href="/dealqa/pages.css"><link rel="stylesheet" href="/dealqa/sign-in.css">'
        '<link rel="icon" href="/dealqa/favicon.svg"></head><body class="page sign-in"><main id="main" class="narrow">'
        f'<p class="brand">dealqa</p><div class="card"><h1>Sign in</h1>{told}<form method="post" action="{LOGIN}">'
        f'{goal}<label for="name">Name</label><input type="text" id="name" name="name" value="{text(name)}" '
        f'maxlength="{LONGEST_NAME}" autocomplete="username" autocapitalize="none" spellcheck="false" dir="auto" '
        f'required{first}><label for="password">Password</label><input type="password" id="password" name="password" '
        f'maxlength="{LONGEST}" autocomplete="current-password" required{second}{described}>'
        '<button class="first">Sign in</button></form></div>'
        '<p class="soft small">You have no password, or forgot it? Whoever runs this server can give you one.</p>'
        "</main></body></html>"
    )


class SignIn:
    """Signing in and out.

    Args:
        throttle: how often somebody may guess.
        wait: lets seconds pass without holding up anybody else.
    """

    def __init__(
        self, door: Door, throttle: Throttle, wait: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._door = door
        self._throttle = throttle
        self._wait = wait
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    def add_routes(self, app: FastAPI) -> None:
        """Add /login and /logout."""
        app.add_api_route(LOGIN, self.show, methods=["GET"])
        app.add_api_route(LOGIN, self.sign_in, methods=["POST"], dependencies=[FromOurPage])
        app.add_api_route("/logout", self.sign_out, methods=["POST"], dependencies=[FromOurPage])

    async def show(self, request: Request) -> Response:
        """The page, or where it leads for somebody who has signed in."""
        after = _goal(request.query_params.get("next", ""))
        try:
            visitor = self._door.visitor(_cookies(request), request.url.scheme)
        except AccessError:
            return _answer(sign_in_page(problem=_NO_LIST), 503)
        if visitor is not None or not self._door.closed:
            return _to(after or "/")
        return _answer(sign_in_page(after=after))

    async def sign_in(self, request: Request) -> Response:
        """Begin a session, or say that the name or the password is wrong; which one is not told."""
        form = await _form(request)
        if form is None:
            return _answer(sign_in_page(problem=_WRONG), 413)
        name, after = form.get("name", ""), _goal(form.get("next", ""))
        address = request.client.host if request.client else ""
        allowed = self._throttle.attempt(name, address)
        if allowed.after:
            logger.warning("Too many wrong passwords for one name from %s", address)
            return _answer(
                sign_in_page(after=after, problem=_later(allowed.after)), 429, {"Retry-After": str(allowed.after)}
            )
        await self._wait(allowed.wait)
        if self._waiting >= _WAITING:
            return _answer(sign_in_page(name, after, problem=_BUSY), 503, {"Retry-After": "5"})
        try:
            user = await self._looked_at(name, form.get("password", ""))
        except AccessError:
            return _answer(sign_in_page(name, after, problem=_NO_LIST), 503)
        if user is None:
            return _answer(sign_in_page(name, after, problem=_WRONG), 401)
        self._throttle.succeeded(name, address)
        self._door.sessions.end(token_in(_cookies(request), request.url.scheme))
        response = _to(after or "/")
        _give(response, request, self._door.sessions.begin(user))
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        self._door.sessions.end(token_in(_cookies(request), request.url.scheme))
        response = _to(LOGIN)
        _give(response, request, "")
        return response

    async def _looked_at(self, name: str, password: str) -> User | None:
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._door.users().signing_in, name, password)
        finally:
            self._waiting -= 1


def _goal(target: str) -> str:
    """Where to go after signing in; "" for what is not on this server, or is no place to go to."""
    return target if is_local(target) and target.partition("?")[0].rstrip("/") not in (LOGIN, "/logout") else ""


def _give(response: Response, request: Request, token: str) -> None:
    scheme = request.url.scheme
    response.set_cookie(
        cookie_name(scheme),
        token,
        max_age=None if token else 0,
        path="/",
        secure=scheme == "https",
        httponly=True,
        samesite="strict",
    )


def _cookies(request: Request) -> str:
    return "; ".join(request.headers.getlist("cookie"))


def _later(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"Too many tries. Try again in {minutes} minute{'' if minutes == 1 else 's'}."


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def _answer(page: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(page, status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a posted form, each once; None when it is too long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _FORM_BYTES:
            return None
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}
