"""What every response carries and what no request may ask for.

Gradio's own sanitiser lets remote images through, and its `file=` route fetches a public address given to it; so
the browser is told to load nothing from elsewhere, and such paths are turned away before Gradio sees them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dealqa.loopback import is_loopback

__all__ = ["HEADERS", "SANDBOX", "Shell", "is_forbidden_target", "is_same_origin"]

# 'unsafe-inline' and 'unsafe-eval' are Gradio's need: its page carries its configuration in inline scripts, and its
# HTML component compiles its template with `Function`. Both stay harmless only as long as nothing from a document
# or a user becomes markup or part of a template; `render.py` sees to that.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'self'",
    )
)

HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

SANDBOX: Final = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of a response that is somebody else's file: nothing in it runs, and it has no origin."""

_DECODINGS = 5
"""How often a target is percent-decoded before it counts as an attempt to hide something."""

_INVISIBLE = re.compile(r"[\x00-\x20\x7f]")  # address parsers drop these: "ht<tab>tp:" is "http:" to them
_FETCH = re.compile(r"file[=/](?:[a-z][a-z0-9+.\-]*:|[/\\]{2})|(?:^|/)proxy=", re.IGNORECASE)


class Shell:
    """ASGI middleware: our headers on every response, 403 for addresses passed to Gradio, 400 for a foreign host.

    The check of the host name stops a page elsewhere from reading the documents through a name that it has pointed
    at 127.0.0.1 (DNS rebinding): the server answers to loopback names, and to those that it was told are its own.

    Args:
        app: what is inside.
        hosts: names besides, in small letters, without a port.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or turn it away."""
        if scope["type"] != "http":  # the lifespan; there are no web sockets
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    if headers.get(name) != SANDBOX:  # the one policy that is stricter than ours
                        headers[name] = value
            await send(message)

        name = _host_name(Headers(scope=scope).get("host", ""))
        if not is_loopback(name) and name.lower().rstrip(".") not in self._hosts:
            besides = " and the names in its setting `hosts`" if self._hosts else ""
            refusal = PlainTextResponse(
                f"This server answers to 127.0.0.1 and localhost{besides} only.", status_code=400
            )
            await refusal(scope, receive, send_with_headers)
        elif is_forbidden_target(_target(scope)):
            refusal = PlainTextResponse("Not allowed: this server fetches nothing for anybody.", status_code=403)
            await refusal(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)


def is_forbidden_target(target: str) -> bool:
    """Whether a path and query would have Gradio fetch an address: `file=` and a scheme or `//`, or `proxy=`.

    Percent-encoding is undone until nothing changes; a target that still changes after five rounds is forbidden.
    """
    for _ in range(_DECODINGS):
        if _FETCH.search(_INVISIBLE.sub("", target)):
            return True
        decoded = unquote(target)
        if decoded == target:
            return False
        target = decoded
    return True


def is_same_origin(headers: Mapping[str, str], scheme: str) -> bool:
    """Whether a request that changes something comes from one of our own pages, as the browser says.

    Each browser names the origin of a form that is posted, and no page can make it name another one. The host is one
    of ours: `Shell` has seen to that. Another port of this machine is another origin.

    Args:
        headers: of the request; looked up by names in small letters.
        scheme: of the request's address.
    """
    return (
        headers.get("origin") == f"{scheme}://{headers.get('host', '')}"
        and headers.get("sec-fetch-site", "same-origin") == "same-origin"
    )


def _host_name(host: str) -> str:
    """The Host header without its port: "[::1]:7860" is "::1"."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _target(scope: Scope) -> str:
    path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogateescape")
    query: bytes = scope.get("query_string", b"")
    return (path + b"?" + query).decode("latin-1")
