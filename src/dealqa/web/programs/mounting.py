"""Where programs reach it: "/api" and "/mcp" of the web app, or the standard input and output of a process."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import anyio
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dealqa.web.programs.attending import BODY_BYTES, Attended
from dealqa.web.programs.describing import MOUNTED
from dealqa.web.programs.guide import MCP_PATH, guide
from dealqa.web.programs.problems import OF_REQUESTS, problem
from dealqa.web.programs.routes import http_interface
from dealqa.web.programs.service import Service
from dealqa.web.programs.tools import tool_server
from dealqa.web.readers import TheReader

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["Programs", "add_programs", "serve_over_stdio"]


class Programs:
    """What programs use, as part of the web app; `running` must surround its life.

    Attributes:
        service: the operations behind their desks.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.sessions = StreamableHTTPSessionManager(
            tool_server(service), json_response=True, stateless=True, max_request_body_size=BODY_BYTES
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as the block lasts; then end what is still being done."""
        try:
            async with self.sessions.run():
                yield
        finally:
            await self.service.close()


class _Tools:
    """The address of the tools: each request is a POST that is answered by itself."""

    def __init__(self, sessions: StreamableHTTPSessionManager) -> None:
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            await self._sessions.handle_request(scope, receive, send)
            return
        # A client would else hold a stream open on which nothing is ever said.
        refusal = problem(OF_REQUESTS[405], "Tools are called with POST.", headers={"Allow": "POST"})
        await refusal(scope, receive, send)


def add_programs(app: FastAPI, assistant: Assistant) -> Programs:
    """Serve the HTTP interface, the page that tells of it, and the tools; before a page is mounted at "/"."""
    programs = Programs(Service(assistant))
    api = http_interface(programs.service)

    @app.get(MOUNTED, response_class=HTMLResponse)
    def told(request: Request, reader: TheReader) -> HTMLResponse:
        return HTMLResponse(guide(api.state.description, str(request.base_url).rstrip("/"), reader))

    app.mount(MOUNTED, api, name="programs")
    app.router.routes.append(Route(MCP_PATH, endpoint=Attended(_Tools(programs.sessions))))
    app.state.programs = programs
    return programs


def serve_over_stdio(assistant: Assistant) -> None:
    """Serve the tools to the program that started this process, until it closes our standard input."""
    anyio.run(_serve_over_stdio, assistant)


async def _serve_over_stdio(assistant: Assistant) -> None:
    service = Service(assistant)
    server: Server[Any] = tool_server(service)
    try:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())
    finally:
        await service.close()
