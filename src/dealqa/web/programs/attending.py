"""What stands before all that programs call: who may, how much they may send, and whether they are still there."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dealqa.web.programs.problems import OF_REQUESTS, problem, unexpected
from dealqa.web.security import is_same_origin

__all__ = ["BODY_BYTES", "Attended"]

BODY_BYTES: Final = 1024 * 1024
"""Of one request: a question with a hundred earlier ones is a tenth of it."""

_ELSEWHERE: Final = "A page of another site may not use this server for whoever looks at it."
_ELSEWHERE_HINT: Final = "Programs that are no browser send no Origin header; a page must be one of this server."


class Attended:
    """ASGI middleware: refuses pages of other sites (403) and long requests (413), ends what nobody waits for.

    A browser lets any page send requests to this machine, and says which page it was; so what a page elsewhere asks
    is refused. When the program that asked goes away, what is inside is cancelled.

    Args:
        app: what is inside.
        body_bytes: the longest request.
    """

    def __init__(self, app: ASGIApp, body_bytes: int = BODY_BYTES) -> None:
        self._app = app
        self._longest = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or turn it away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if _is_from_elsewhere(headers, scope["scheme"]):
            await problem(OF_REQUESTS[403], _ELSEWHERE, _ELSEWHERE_HINT)(scope, receive, send)
            return
        try:
            body = await self._body(headers, receive)
        except _TooLong:
            said = f"The request is longer than {self._longest:,} bytes."
            await problem(OF_REQUESTS[413], said, headers={"Connection": "close"})(scope, receive, send)
            return
        if body is not None:
            await self._attend(scope, body, receive, send)

    async def _body(self, headers: Headers, receive: Receive) -> bytes | None:
        """The whole body; None for a program that went away before it had sent it."""
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self._longest:
            raise _TooLong
        parts: list[bytes] = []
        length = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            parts.append(message.get("body", b""))
            length += len(parts[-1])
            if length > self._longest:
                raise _TooLong
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _attend(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        answering = asyncio.ensure_future(_answered(self._app, scope, body, send))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone = leaving.done()
            leaving.cancel()
            if not answering.done():
                answering.cancel()
        try:
            await answering
        except asyncio.CancelledError:
            if not gone:  # the server ends
                raise


class _TooLong(Exception):
    """A request is longer than requests may be."""


def _is_from_elsewhere(headers: Headers, scheme: str) -> bool:
    """Whether a browser says that a page of another origin sent the request."""
    if "origin" in headers:
        return not is_same_origin(headers, scheme)
    return headers.get("sec-fetch-site", "none") not in ("same-origin", "none")


async def _answered(app: ASGIApp, scope: Scope, body: bytes, send: Send) -> None:
    started = False

    async def noting(message: Message) -> None:
        nonlocal started
        started = started or message["type"] == "http.response.start"
        await send(message)

    receive = _once(body)
    try:
        await app(scope, receive, noting)
    except Exception as err:  # the outermost that knows how programs are told; it is logged with its traceback
        response: Response = unexpected(err)
        if not started:
            await response(scope, receive, send)


def _once(body: bytes) -> Receive:
    """Gives the body, then nothing more: whoever waits for the program to go away is cancelled when it does."""
    waiting = True

    async def receive() -> Message:
        nonlocal waiting
        if waiting:
            waiting = False
            return {"type": "http.request", "body": body, "more_body": False}
        await asyncio.get_running_loop().create_future()
        raise AssertionError  # nothing ever sets that future

    return receive


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
