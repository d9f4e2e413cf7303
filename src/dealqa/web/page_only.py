"""What of Gradio is reached: the addresses that our page uses, and no others.

The others are answered with 404, or with 403 where files would be, before Gradio sees them.
Gradio serves more than a page needs: uploads, a proxy, files of its cache, and each function of the page by its name
(`/gradio_api/call/ask` even where the function is private and the interface closed). Programs have `/api` and `/mcp`.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PageOnly", "is_of_the_page"]

_READ: Final = re.compile(
    r"/"
    r"|/theme\.css|/favicon\.ico"
    r"|/config"  # what the page carries in itself, too: which component is which, for those who drive it without one
    r"|/(?:assets|static)/[^\x00]+"
    r"|/gradio_api/app_id"  # a page that lost its stream asks whether the server is still the same
    r"|/gradio_api/heartbeat/[^/]+"
    r"|/gradio_api/queue/data"
)
"""What is got."""

_SENT: Final = re.compile(
    r"/gradio_api/(?:queue/join|cancel|reset"
    r"|run/predict)"  # what does not wait in the queue, by its number
)
"""What is posted to."""

_FILE: Final = re.compile(r"/+gradio_api/+file", re.IGNORECASE)
"""Where Gradio would hand out files of its cache and of this machine."""


class PageOnly:
    """ASGI: lets through what our page uses.

    Args:
        app: Gradio's application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or raise HTTPException, which the app around this one answers (`problems`)."""
        if scope["type"] != "http" or is_of_the_page(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
        elif _FILE.match(scope["path"]):
            raise HTTPException(403, "This server hands out no files here.")
        else:
            raise HTTPException(404, "Nothing is at this address.")


def is_of_the_page(method: str, path: str) -> bool:
    """Whether our page sends such a request to Gradio."""
    wanted = _READ if method in ("GET", "HEAD") else _SENT if method == "POST" else None
    return wanted is not None and wanted.fullmatch(path) is not None
