"""A server that speaks OpenAI's protocol on this machine and behaves as it is told, badly for the most part.

What stands between it and dealqa is the real client, so that its time limits, errors and retries are the real ones.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Conversation"], None]


class Conversation(BaseHTTPRequestHandler):
    """One question to the server; what was sent is `sent`."""

    protocol_version = "HTTP/1.1"
    server: ModelServer
    sent: dict[str, Any]

    def do_POST(self) -> None:
        self.sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.sent.append(self.sent)
        try:
            self.server.behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()

    def log_message(self, *arguments: Any) -> None:
        """Say nothing: what is not as it should be is seen by the tests."""

    def begin(self) -> None:
        """The head of an answer that comes bit by bit."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()

    def write(self, text: str) -> None:
        """A piece of what the model writes."""
        piece = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]}
        self.raw(f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'model': 'm', **piece})}\n\n")

    def raw(self, text: str) -> None:
        """Bytes as they are."""
        self.wfile.write(text.encode())
        self.wfile.flush()

    def end(self) -> None:
        """The end of an answer."""
        self.raw("data: [DONE]\n\n")

    def refuse(self, status: int, **headers: str) -> None:
        """An error as such servers give it."""
        body = json.dumps({"error": {"message": "canary: no", "type": "x", "code": None}}).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def break_off(self) -> None:
        """What the other side sees of a server that was killed: the connection is reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def wait(self, seconds: float = 60) -> None:
        """Do nothing, for so long or until the server is closed."""
        self.server.closing.wait(seconds)


class ModelServer(ThreadingHTTPServer):
    """The server.

    Attributes:
        sent: what was sent, one after the other.
        left: set when somebody went away while the server wrote.
    """

    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.behaviour = behaviour
        self.sent: list[dict[str, Any]] = []
        self.left = threading.Event()
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """Its address, as `llm.base_url` wants it."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *arguments: Any) -> None:
        """A connection that breaks is what is tried here."""


@contextmanager
def model_server(behaviour: Behaviour) -> Iterator[ModelServer]:
    """A server that runs until the block ends."""
    with ModelServer(behaviour) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
