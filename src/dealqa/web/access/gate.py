"""What stands before every route, Gradio's as well: it finds out who asks, and turns away whoever has not signed in."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dealqa.access import User
from dealqa.errors import AccessError
from dealqa.web.access.door import Door
from dealqa.web.access.open_pages import BODY_BYTES, GRADIO, named_in_body, named_in_target
from dealqa.web.readers import EVERYBODY, SCOPE, Reader
from dealqa.web.security import is_same_origin

__all__ = ["LOGIN", "Gate", "is_local", "is_public"]

LOGIN: Final = "/login"

NOBODY: Final = Reader("", "reader")
"""Whoever asks for what needs no session."""

_READING: Final = ("GET", "HEAD")
_NEXT: Final = 2_000
"""Characters of the address that is gone back to after signing in."""

_SIGN_IN: Final = (
    f"Not signed in. People sign in at {LOGIN}; programs that use /api or /mcp send a token "
    '("Authorization: Bearer …", see `dealqa users token`).'
)
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="dealqa"', "Cache-Control": "no-store"}
_NOT_OURS: Final = "Not allowed: only a page of this server may do that."
_ANOTHERS_PAGE: Final = "Not allowed: this page was opened by somebody else. Load it again."
_NO_LIST: Final = "The list of users cannot be read. Whoever runs this server finds the reason in its log."

_LARGE: Final = ("text/javascript", "application/javascript", "text/css", "font/", "image/")
"""Kinds of what may be kept by a browser: the scripts and fonts of Gradio's page are no secret, and large."""


class Gate:
    """ASGI middleware: puts the `Reader` into the scope of a request, or answers it.

    Without users it lets everybody through. With users a page leads to the page to sign in on (303), and everything
    else is answered with 401, until a session or, for programs, a token says who asks. What is sent by a browser that
    is signed in, and could change something, must come from a page of ours (403).
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or turn it away."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":  # there are no web sockets; should there be some, they are no way round
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        public = is_public(scope["method"], scope["path"])
        try:
            self._door.users()
            user, refusal = self._asking(scope) if self._door.closed else (None, None)
        except AccessError:
            user, refusal = None, PlainTextResponse(_NO_LIST, status_code=503)
        if not self._door.closed:
            scope[SCOPE] = EVERYBODY
        elif public:
            scope[SCOPE] = _reader(user) if user else NOBODY
        elif user is None or refusal is not None:
            await (refusal or _turned_away(scope))(scope, receive, send)
            return
        else:
            scope[SCOPE] = _reader(user)
            receive_again = await self._admitted(scope, receive, user.name)
            if isinstance(receive_again, Response):
                await receive_again(scope, receive, send)
                return
            receive, send = receive_again, _unkept(send)
        await self._app(scope, receive, send)

    def _asking(self, scope: Scope) -> tuple[User | None, Response | None]:
        """Who asks, and what to answer if they may not ask in this way."""
        headers = Headers(scope=scope)
        sent = headers.get("authorization")
        if sent is not None and _for_programs(scope["path"]):
            scheme, _, token = sent.partition(" ")
            return (self._door.users().with_token(token.strip()) if scheme.lower() == "bearer" else None), None
        user = self._door.visitor("; ".join(headers.getlist("cookie")), scope["scheme"])
        if user and scope["method"] not in _READING and not is_same_origin(headers, scope["scheme"]):
            return user, PlainTextResponse(_NOT_OURS, status_code=403)
        return user, None

    async def _admitted(self, scope: Scope, receive: Receive, name: str) -> Receive | Response:
        """How to receive the request once more, after a look at which of Gradio's pages it names."""
        path = scope["path"]
        pages = named_in_target(path, scope["query_string"])
        if path.startswith(GRADIO) and scope["method"] not in _READING and path != f"{GRADIO}upload":
            body = await _body(receive)
            if body is None:
                return PlainTextResponse("Too long: a page sends less at once.", status_code=413)
            try:
                pages += named_in_body(body)
            except ValueError:
                return PlainTextResponse("Not understood: JSON is expected.", status_code=400)
            receive = _replayed(body, receive)
        if not all(self._door.pages.admit(page, name) for page in pages):
            return PlainTextResponse(_ANOTHERS_PAGE, status_code=403)
        return receive


def is_public(method: str, path: str) -> bool:
    """Whether somebody who has not signed in may ask for this."""
    if path == LOGIN:
        return method in ("GET", "POST")
    return method in _READING and (path in ("/health", "/manifest.json") or path.startswith("/dealqa/"))


def is_local(target: str) -> bool:
    """Whether an address to go to is one on this server, whatever a browser makes of it."""
    return (
        target.startswith("/")
        and not target.startswith("//")
        and "\\" not in target  # a browser reads it as "/"
        and all("\x20" < character < "\x7f" for character in target)  # a browser drops tabs and line ends
    )


def _reader(user: User) -> Reader:
    return Reader(user.name, user.role)


def _for_programs(path: str) -> bool:
    return path.startswith(("/api/", "/mcp/")) or path in ("/api", "/mcp")


def _turned_away(scope: Scope) -> Response:
    """Pages lead to where one signs in; programs and scripts are told."""
    if "text/html" not in Headers(scope=scope).get("accept", "") or scope["path"].startswith(GRADIO):
        return PlainTextResponse(_SIGN_IN, status_code=401, headers=_CHALLENGE)
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode("ascii")
    query: bytes = scope["query_string"]
    target = (raw + (b"?" + query if query else b"")).decode("latin-1")
    back = scope["method"] in _READING and target != "/" and is_local(target) and len(target) <= _NEXT
    address = f"{LOGIN}?next={quote(target, safe='/')}" if back else LOGIN
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def _unkept(send: Send) -> Send:
    """Keep the browser, and what is between, from keeping what only somebody who has signed in may see."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if "cache-control" not in headers and not headers.get("content-type", "").startswith(_LARGE):
                headers["cache-control"] = "no-store"
        await send(message)

    return sending


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when it is too long. A client that goes away meanwhile has sent what it has sent."""
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting = True

    async def again() -> Message:
        nonlocal waiting
        if waiting:
            waiting = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again
