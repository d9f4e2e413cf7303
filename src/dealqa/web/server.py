"""The server: FastAPI with our shell around it, the page mounted into it, uvicorn below."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.routing import Mount

from dealqa.access import load_users
from dealqa.errors import DealqaError, ServerError
from dealqa.loopback import is_loopback
from dealqa.updating import Updater
from dealqa.web.access import add_access
from dealqa.web.ask.views import TITLE, build_page, theme
from dealqa.web.compare.routes import add_compare_page
from dealqa.web.evidence.pages import EvidencePages
from dealqa.web.evidence.routes import add_evidence_routes
from dealqa.web.export import add_export_route
from dealqa.web.library.documents import add_documents_page
from dealqa.web.library.update_box import add_update_route
from dealqa.web.page_only import PageOnly
from dealqa.web.problems import add_problem_pages
from dealqa.web.programs.mounting import add_programs
from dealqa.web.quality.routes import add_quality_page
from dealqa.web.security import Shell
from dealqa.web.shelf import Shelf

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["create_app", "health_of", "serve"]

_HEAD: Final = (
    '<link rel="stylesheet" href="/dealqa/tokens.css"><link rel="stylesheet" href="/dealqa/style.css">'
    '<link rel="stylesheet" href="/dealqa/evidence.css">'
    '<link rel="icon" href="/dealqa/favicon.svg"><script type="module" src="/dealqa/history.js"></script>'
    '<meta name="referrer" content="same-origin">'  # else its form to sign out would be posted as from nowhere
)

_SHUTDOWN_SECONDS: Final = 3
"""How long questions that are being answered are waited for."""


def create_app(assistant: Assistant) -> FastAPI:
    """The web application over an open assistant; the caller closes the assistant.

    Call it while an event loop runs, as uvicorn does with a factory: Gradio otherwise makes loops that nobody closes.
    """
    updater = Updater(assistant.settings)
    shelf = Shelf()
    pages = EvidencePages(assistant)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            async with programs.running():
                yield
        finally:
            comparisons.close()  # before what they are asked of is closed
            evaluator.close()
            updater.close()  # the indexer does not outlive the page that tells of it
            pages.close()

    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    add_problem_pages(app)
    add_access(app, assistant.settings)
    app.add_middleware(Shell, hosts=assistant.settings.hosts)
    add_documents_page(app, assistant, updater)
    add_update_route(app, updater)
    evaluator = add_quality_page(app, assistant)
    add_evidence_routes(app, assistant, pages)
    comparisons = add_compare_page(app, assistant, pages)
    add_export_route(app, shelf)
    programs = add_programs(app, assistant)

    @app.get("/health")
    def health() -> JSONResponse:
        return health_of(assistant)

    @app.get("/manifest.json")
    def manifest() -> JSONResponse:
        # Gradio's page asks for it and has none to give.
        icon = {"src": "/dealqa/favicon.svg", "sizes": "any", "type": "image/svg+xml"}
        body = {"name": TITLE, "short_name": TITLE, "start_url": "/", "display": "browser", "icons": [icon]}
        return JSONResponse(body, media_type="application/manifest+json")

    folder = Path(__file__).parent / "assets"
    app.mount("/dealqa", StaticFiles(directory=folder), name="assets")
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_page(assistant, shelf, pages=pages),
        path="/",
        theme=theme(),
        head=_HEAD,
        favicon_path=str(folder / "favicon.svg"),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size="1kb",  # there is nothing to upload yet
        mcp_server=False,
        ssr_mode=False,
        pwa=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    page = next(route for route in mounted.routes if isinstance(route, Mount) and isinstance(route.app, gr.routes.App))
    mounted.state.page = page.app
    page.app = PageOnly(page.app)
    return mounted


def health_of(assistant: Assistant) -> JSONResponse:
    """What is served, and whether all is well; 503 while no question can be answered."""
    body: dict[str, Any] = {"version": version("dealqa")}
    try:
        state = assistant.state()
    except DealqaError as err:
        body |= {"status": "unavailable", "notices": [str(err)]}
        return JSONResponse(body, status_code=503, headers={"Retry-After": "5"})
    body |= {
        "status": "degraded" if state.notices else "ok",
        "generation": state.generation,
        "age_seconds": state.age_seconds,
        "documents": state.documents,
        "notices": list(state.notices),
        "checked": "all" if state.fully_checked else "part",
    }
    return JSONResponse(body)


def serve(assistant: Assistant, *, host: str, port: int, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve the page until the process is interrupted or terminated; then return.

    Args:
        assistant: an open assistant; the caller closes it.
        host: another one than a loopback address or "localhost" needs users, and the setting `hosts`.
        port: 0 picks a free one.
        on_ready: called once with the address of the page when it can be opened.

    Raises:
        ServerError: the host is not a loopback address, and there are no users or no `hosts`; or the port is in use
            or may not be used.
        AccessError: the file of users is there and cannot be used.
    """
    settings = assistant.settings
    if (settings.hosts or not is_loopback(host)) and not len(load_users(settings.users)):
        raise ServerError(
            f"The web app does not listen on {host}: it has no users yet, so anybody could read the documents.",
            hint="Add one with `dealqa users add NAME --role editor`, or use 127.0.0.1 and leave `hosts` unset.",
        )
    if not is_loopback(host) and not settings.hosts:
        raise ServerError(
            f"The web app does not listen on {host}: it does not know by which names it is reached there.",
            hint="Set `hosts` to them, for example DEALQA_HOSTS=deals.example.org; it answers to no other name.",
        )
    with _listening_socket(host, port) as listener, _quiet_signals():
        _Server(assistant, listener, on_ready).run(sockets=[listener])


class _Server(uvicorn.Server):
    """A uvicorn server that says when it can be reached, and where, and lets go of open pages when it ends."""

    def __init__(self, assistant: Assistant, listener: socket.socket, on_ready: Callable[[str], None] | None) -> None:
        config = uvicorn.Config(
            self._build,
            factory=True,
            log_config=None,  # it writes where the rest of the program does
            log_level="warning",
            server_header=False,
            # A proxy that speaks https for us runs on this machine and says so, and who asks; nobody else is believed.
            proxy_headers=bool(assistant.settings.hosts),
            forwarded_allow_ips="127.0.0.1,::1",
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
        super().__init__(config)
        self._assistant = assistant
        self._listener = listener
        self._on_ready = on_ready
        self._app: FastAPI | None = None

    def _build(self) -> FastAPI:
        self._app = create_app(self._assistant)
        return self._app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._on_ready is not None:
            host, port = self._listener.getsockname()[:2]
            self._on_ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Every open page holds a stream that never ends by itself; uvicorn would wait for it, then log a traceback.
        if self._app is not None:
            self._app.state.page.stop_event.set()
        await super().shutdown(sockets)


def _listening_socket(host: str, port: int) -> socket.socket:
    """A socket bound here, not by uvicorn, which would only log why it cannot and end the process."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as err:
        raise ServerError(f"The address {host} cannot be used: {err.strerror}.") from err
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as err:
        listener.close()
        reason = "is in use" if err.errno == errno.EADDRINUSE else f"cannot be used ({err.strerror})"
        raise ServerError(
            f"Port {port} on {host} {reason}.",
            hint="Stop the other program, or choose another port with --port.",
        ) from err
    return listener


@contextlib.contextmanager
def _quiet_signals() -> Iterator[None]:
    """After it has shut down, uvicorn raises the signal again; let that be nothing, so that `serve` returns.

    Outside the main thread uvicorn takes no signals, and Python allows none to be set.
    """
    previous: dict[signal.Signals, Any] = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError):
            previous[number] = signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
