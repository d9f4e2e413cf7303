"""Take files out of a request while it is being sent: nothing is kept in memory, and no limit is passed.

What is sent goes to hidden files in the folder that the documents will lie in; whoever calls moves or deletes them.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from dealqa.errors import DealqaError

__all__ = ["PART", "Received", "TooMuch", "UploadError", "UploadLimits", "receive"]

PART: Final = ".part-"
"""What the names of unfinished files begin with; the indexer passes over names that begin with a dot."""

HEAD: Final = 1024 * 1024
"""Bytes of a file that are looked at to see what it is."""

DRAIN_SECONDS: Final = 3.0
"""How long the rest of a request that is too large is read and thrown away: a browser that is cut off while it sends
shows an error of its own and not our sentence."""

IDLE_SECONDS: Final = 60.0
"""How long nothing may come."""

_HEADER: Final = 16 * 1024
"""Bytes of the headers of a part."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much is taken.

    Attributes:
        request: bytes of a request, all that is around the files included.
        file: bytes of a file; a larger one is not kept, the others are.
        files: how many files a request may hold.
    """

    file: int
    request: int = 500 * 1024 * 1024
    files: int = 50


@dataclass(slots=True)
class Received:
    """A file that was sent.

    Attributes:
        name: as it was sent; not ours to trust.
        part: where its bytes are; None when they were too many.
        head: its first bytes.
    """

    name: str
    part: Path | None
    size: int = 0
    head: bytes = b""
    sha256: str = ""


class UploadError(DealqaError):
    """A request with files that cannot be taken.

    Attributes:
        status: of the response.
    """

    def __init__(self, status: int, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class TooMuch(UploadError):
    """The request is larger than is taken, or holds more files."""

    def __init__(self, message: str, *, hint: str = "Send fewer files at once.") -> None:
        super().__init__(413, message, hint=hint)


async def receive(request: Request, folder: Path, limits: UploadLimits) -> list[Received]:
    """All files of a form that is being sent.

    Raises:
        TooMuch: it is larger than `limits` allow; nothing of it is left in the folder.
        UploadError: it is no form with files, or nothing more came.
        OSError: the folder cannot be written to; nothing is left in it.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UploadError(400, "This is no form with files.", hint="Send the files with the form on the page.")
    told = request.headers.get("content-length", "")
    form = _Form(folder, limits, options[b"boundary"])
    chunks = _chunks(request)
    try:
        if told.isascii() and told.isdecimal() and int(told[:20]) > limits.request:
            raise form.too_large()
        async for chunk in chunks:
            await run_in_threadpool(form.take, chunk)
        await run_in_threadpool(form.end)
    except BaseException as err:
        await run_in_threadpool(form.discard)
        if isinstance(err, TooMuch):
            await _drain(chunks)
        if isinstance(err, FormParserError):
            raise UploadError(400, "The form is not complete.", hint="Send the files again.") from err
        if isinstance(err, ClientDisconnect):
            raise UploadError(400, "The connection ended before all was sent.", hint="Send the files again.") from err
        raise
    return form.files


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream().__aiter__()
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                yield await stream.__anext__()
        except StopAsyncIteration:
            return
        except TimeoutError as err:
            raise UploadError(408, "Nothing more came.", hint="Send the files again.") from err


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    until = time.monotonic() + DRAIN_SECONDS
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in chunks:
                if time.monotonic() > until:
                    return
    except (TimeoutError, UploadError, ClientDisconnect):
        return  # the answer is the same


@dataclass(slots=True)
class _Form:
    """A form as it is being read; `take` and `end` write to the disk and are not for the event loop."""

    folder: Path
    limits: UploadLimits
    boundary: bytes
    files: list[Received] = field(default_factory=list)
    _parser: MultipartParser = field(init=False)
    _seen: int = 0
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""
    _headers: int = 0
    _whole: bool = False
    _now: Received | None = None
    _open: BinaryIO | None = None
    _hash: Callable[[bytes], None] = field(init=False)
    _digest: Callable[[], str] = field(init=False)

    def __post_init__(self) -> None:
        self._parser = MultipartParser(
            self.boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": lambda data, start, end: self._heard(self._header, data[start:end]),
                "on_header_value": lambda data, start, end: self._heard(self._value, data[start:end]),
                "on_header_end": self._header_ends,
                "on_headers_finished": self._body_begins,
                "on_part_data": self._body,
                "on_part_end": self._part_ends,
                "on_end": self._ends,
            },
        )

    def take(self, chunk: bytes) -> None:
        self._seen += len(chunk)
        if self._seen > self.limits.request:
            raise self.too_large()
        self._parser.write(chunk)

    def end(self) -> None:
        self._parser.finalize()
        if not self._whole:  # the parser does not mind
            raise UploadError(400, "The form is not complete.", hint="Send the files again.")

    def discard(self) -> None:
        """Delete all that was kept."""
        if self._open is not None:
            self._open.close()
            self._open = None
        for one in self.files:
            if one.part is not None:
                one.part.unlink(missing_ok=True)

    def too_large(self) -> TooMuch:
        return TooMuch(f"More than {self.limits.request // (1024 * 1024)} MiB were sent at once. Nothing was taken.")

    def _heard(self, into: bytearray, data: bytes) -> None:
        self._headers += len(data)
        if self._headers > _HEADER:
            raise UploadError(400, "The form is not one of ours.")
        into += data

    def _part_begins(self) -> None:
        self._header.clear()
        self._value.clear()
        self._disposition, self._headers = b"", 0

    def _header_ends(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _body_begins(self) -> None:
        name = parse_options_header(self._disposition)[1].get(b"filename")
        if not name:  # a field of the form, or the file input with nothing chosen
            return
        if len(self.files) == self.limits.files:
            raise TooMuch(f"More than {self.limits.files} files were sent at once. Nothing was taken.")
        part = self.folder / f"{PART}{secrets.token_hex(16)}"
        self._open = part.open("xb")
        self._now = Received(name.decode("utf-8", "replace").replace("%22", '"'), part)
        state = hashlib.sha256()
        self._hash, self._digest = state.update, state.hexdigest
        self.files.append(self._now)

    def _body(self, data: bytes, start: int, end: int) -> None:
        now = self._now
        if now is None:
            return
        now.size += end - start
        if now.size > self.limits.file:
            self._let_go(now)
        if self._open is None:
            return
        piece = data[start:end]
        if len(now.head) < HEAD:
            now.head += piece[: HEAD - len(now.head)]
        self._hash(piece)
        self._open.write(piece)

    def _part_ends(self) -> None:
        if self._open is not None and self._now is not None:
            self._now.sha256 = self._digest()
            self._open.flush()
            os.fsync(self._open.fileno())
            self._open.close()
        self._now = self._open = None

    def _ends(self) -> None:
        self._whole = True

    def _let_go(self, file: Received) -> None:
        """Keep nothing of a file that is too large; the rest of it is counted and thrown away."""
        if self._open is not None:
            self._open.close()
            self._open = None
        if file.part is not None:
            file.part.unlink(missing_ok=True)
            file.part, file.head = None, b""
