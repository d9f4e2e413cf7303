"""Pages of PDFs to be looked at, drawn in a caged process that lives as long as there is something to draw."""

from __future__ import annotations

import queue
import struct
import threading
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from dealqa.errors import CorpusError, UnreadableDocument, UnreadableReason
from dealqa.reading.answers import Nonsense
from dealqa.reading.child import Child, ChildEnded, ChildLimits
from dealqa.reading.frames import Frame
from dealqa.reading.page_words import (
    MOST_LETTERS,
    MOST_PIXELS,
    WIDTH,
    Quoted,
    boxes_from_json,
    quoted_to_json,
)
from dealqa.types import Box

if TYPE_CHECKING:  # the reading process does without it
    from dealqa.config import Settings

__all__ = ["PageViewer", "png_of"]

_MIB: Final = 1024 * 1024

SECONDS: Final = 10
"""By the clock, for one page; half of them of processor time. A page that takes longer is not worth waiting for."""

MEMORY_MIB: Final = 512
"""What drawing one page may take; the picture itself takes 12 at most."""

IDLE_SECONDS: Final = 120
"""How long the process is kept when nothing is asked of it; it holds about 60 MiB, and takes half a second to start."""

WAITING: Final = 16
"""How many requests may wait; beyond that a page is not shown."""

PLACES_SECONDS: Final = 2
"""How long where a quote stands is waited for: an answer must not wait for pages that are hard to draw."""

_REQUESTS_OF_A_CHILD: Final = 500
_GROWN_SHARE: Final = 0.5
_ROOM: Final = 1.0  # points by which a place may reach out of the lines that it was looked for in
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES: Final = {1: 0, 3: 2}

_Take = Callable[[Frame], Any]
"""What is made of an answer; raises `Nonsense` where it cannot be true."""

_Request = tuple["Future[Any]", dict[str, Any], bytes, _Take]


class PageViewer:
    """Draws pages and finds words on them, one request after another. Safe to use from several threads.

    The process starts with the first request, and ends after `IDLE_SECONDS` without one, or with `close`.
    """

    def __init__(self, settings: Settings) -> None:
        self._limits = ChildLimits(
            seconds=min(SECONDS, settings.read_seconds),
            memory_bytes=min(MEMORY_MIB, settings.read_memory_mib) * _MIB,
            max_pages=settings.max_pages,
            max_characters=0,
            max_answer=3 * MOST_PIXELS,
        )
        self._requests: queue.Queue[_Request | None] = queue.Queue(WAITING)
        self._lock = threading.Lock()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._child: Child | None = None
        self._asked = 0

    @property
    def process_id(self) -> int | None:
        """Of the process that draws, while there is one."""
        child = self._child
        return child.process_id if child is not None else None

    def close(self) -> None:
        """End the process; what it is drawing is given up. To be called once or more."""
        with self._lock:
            self._closed = True
            thread, child = self._thread, self._child
        if child is not None:
            child.interrupt()
        if thread is not None:
            while thread.is_alive():
                with suppress(queue.Full):
                    self._requests.put_nowait(None)
                thread.join(0.1)

    def png(self, data: bytes, page: int) -> bytes:
        """A page (1-based) as a PNG file, at most `WIDTH` pixels wide.

        Raises:
            CorpusError: it cannot be drawn, or not now; the message says why in a sentence.
        """
        png: bytes = self._ask({"task": "show page", "page": page}, data, png_of)
        return png

    def places(self, data: bytes, quoted: Sequence[Quoted]) -> tuple[Box, ...] | None:
        """Where the quoted parts stand, a box for each line; None unless that is certain for all of them.

        Raises:
            CorpusError: the pages cannot be looked at, or not now.
        """
        if sum(len(one.text) for one in quoted) > MOST_LETTERS:
            return None
        lines = [box for one in quoted for box in one.boxes]
        header = {"task": "locate", "quoted": quoted_to_json(quoted)}
        places: tuple[Box, ...] | None = self._ask(
            header, data, lambda frame: _places(frame, lines), wait=PLACES_SECONDS
        )
        return places

    def _ask(self, header: dict[str, Any], body: bytes, take: _Take, wait: float | None = None) -> Any:
        future: Future[Any] = Future()
        with self._lock:
            if self._closed:
                raise CorpusError("The server is ending.")
            try:
                self._requests.put_nowait((future, header, body, take))
            except queue.Full:
                raise CorpusError("Too many pages are being drawn.", hint="Try again in a moment.") from None
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="dealqa-pages", daemon=True)
                self._thread.start()
        try:
            return future.result(wait)
        except TimeoutError:
            future.cancel()
            raise CorpusError("Another page is being drawn.", hint="Try again in a moment.") from None

    def _serve(self) -> None:
        """Answer requests. A child lives no longer than the thread that started it, so this one keeps it."""
        request: _Request | None = None
        while True:
            try:
                request = self._requests.get(timeout=IDLE_SECONDS if self._child else None)
            except queue.Empty:
                self._part()
                continue
            if request is None or self._closed:
                break
            future, header, body, take = request
            if not future.set_running_or_notify_cancel():  # nobody waits for it any more
                continue
            try:
                future.set_result(self._answer(header, body, take))
            except CorpusError as err:
                future.set_exception(err)
        self._part()
        self._refuse(request)

    def _answer(self, header: dict[str, Any], body: bytes, take: _Take) -> Any:
        child = self._started()
        try:
            frame = child.ask(header, body)
            error = frame.header.get("error")
            if error == "out_of_memory":
                raise ChildEnded("out_of_memory")
            taken = take(frame) if error is None else None
        except (ChildEnded, Nonsense) as err:
            self._part()
            raise _not_drawn(err.ending if isinstance(err, ChildEnded) else "crashed") from err
        self._retire(frame.header.get("grown"))
        if error is not None:
            raise _not_drawn("corrupt")
        return taken

    def _started(self) -> Child:
        """The child, for one more request."""
        if self._child is None:
            child = Child(self._limits)
            with self._lock:
                self._child, self._asked = child, 0
        self._asked += 1
        return self._child

    def _retire(self, grown: Any) -> None:
        """Part with a child that has drawn many pages or a very large one: what a library leaks goes with it."""
        much = not isinstance(grown, int) or grown > _GROWN_SHARE * self._limits.memory_bytes
        if much or self._asked >= _REQUESTS_OF_A_CHILD:
            self._part()

    def _part(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.kill()

    def _refuse(self, request: _Request | None) -> None:
        """Tell those who still wait that nothing comes."""
        while True:
            if request is not None and request[0].set_running_or_notify_cancel():
                request[0].set_exception(CorpusError("The server is ending."))
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                return


def png_of(frame: Frame) -> bytes:
    """A picture as a PNG file, written here: what the process sends is pixels and nothing else.

    Raises:
        Nonsense: it is no picture of an allowed size.
    """
    width, height, channels = (frame.header.get(name) for name in ("width", "height", "channels"))
    if type(width) is not int or type(height) is not int or type(channels) is not int:
        raise Nonsense("a picture without a size")
    if not (0 < width <= WIDTH and height > 0 and width * height <= MOST_PIXELS and channels in _COLOUR_TYPES):
        raise Nonsense("a picture of an impossible size")
    row = width * channels
    if len(frame.body) != row * height:
        raise Nonsense("a picture that is none")
    # Every row begins with its filter: none, which suits pages of text.
    rows = b"".join(b"\0" + frame.body[at : at + row] for at in range(0, len(frame.body), row))
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[channels], 0, 0, 0)
    return _PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _places(frame: Frame, lines: Sequence[Box]) -> tuple[Box, ...] | None:
    """Places as they were sent, if they lie within the lines that they were looked for in."""
    sent = frame.header.get("places")
    if sent is None:
        return None
    try:
        places = boxes_from_json(sent)
    except (TypeError, ValueError) as err:
        raise Nonsense("places that are none") from err
    if len(places) > len(lines) or not all(any(_is_within(place, line) for line in lines) for place in places):
        raise Nonsense("places beside the lines")
    return places


def _is_within(place: Box, line: Box) -> bool:
    return (
        place.page == line.page
        and line.left - _ROOM <= place.left <= place.right <= line.right + _ROOM
        and line.bottom - _ROOM <= place.bottom <= place.top <= line.top + _ROOM
    )


def _not_drawn(reason: UnreadableReason) -> UnreadableDocument:
    """Why there is no picture, in words of ours: those of the process may be a hostile file's."""
    if reason == "timeout":
        message = f"Drawing the page takes more than {SECONDS} seconds."
    elif reason == "out_of_memory":
        message = f"Drawing the page takes more than {MEMORY_MIB} MiB of memory."
    elif reason == "corrupt":
        message = "The page is not there, or is damaged."
    else:
        message = "The page broke the program part that draws it."
    return UnreadableDocument("", reason, message, hint="Open the document to look at it in another program.")
