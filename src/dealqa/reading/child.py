"""One reading process, seen from its parent: start it, ask it, end it, and say why it ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal

from dealqa.errors import CorpusError
from dealqa.reading.frames import Frame, FrameError, encode_head, receive
from dealqa.reading.keeper import REPORT

__all__ = ["Child", "ChildEnded", "ChildLimits", "Ending"]

Ending = Literal["timeout", "out_of_memory", "crashed"]

_START_S = 60.0
_LEAVE_S = 2.0
_PIECE = 1024 * 1024
_MOST_OF_MEMORY = 0.5
_GAVE_UP = (signal.SIGABRT, signal.SIGILL, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS, signal.SIGKILL)
"""How native code ends that gets no memory, and how the system ends those who take too much of it."""


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What one child may take for one file.

    Attributes:
        seconds: by the clock; half of them of processor time.
        memory_bytes: beyond what it takes before it reads anything.
        max_answer: bytes of an answer.
    """

    seconds: float
    memory_bytes: int
    max_pages: int
    max_characters: int
    max_answer: int


class ChildEnded(Exception):
    """A child ended, or had to be ended, before it had answered.

    Attributes:
        ending: why, in a word.
        detail: more of it, for the end of a sentence; may be empty.
    """

    def __init__(self, ending: Ending, detail: str = "") -> None:
        super().__init__(f"{ending} {detail}".strip())
        self.ending: Ending = ending
        self.detail = detail


class Child:
    """A reading process that is ready for requests; one thread at a time may ask it.

    Attributes:
        holds: what its cage is made of here (see `dealqa.reading.cage.enter_cage`).

    Raises:
        CorpusError: it could not be started.
    """

    def __init__(self, limits: ChildLimits) -> None:
        self._limits = limits
        try:
            self._process = _start(limits)
        except OSError as err:
            raise _no_start(str(err.strerror)) from err
        self._requests, self._answers = _pipe(self._process.stdin), _pipe(self._process.stdout)
        try:
            self._deadline = time.monotonic() + _START_S
            ready = receive(self._take, max_body=0).header
            self.holds = tuple(str(name) for name in ready["ready"])
        except (ChildEnded, FrameError, struct.error, KeyError, TypeError) as err:
            said = self._last_words()
            self.kill()
            raise _no_start(said) from err

    @property
    def process_id(self) -> int:
        """Of the process that was started."""
        return self._process.pid

    def ask(self, header: dict[str, Any], body: bytes) -> Frame:
        """The answer to a request.

        Raises:
            ChildEnded: it died, took too long, or answered nonsense; it is gone then.
        """
        self._deadline = time.monotonic() + self._limits.seconds
        try:
            self._put(encode_head(header, len(body)))
            self._put(body)
            return receive(self._take, max_body=self._limits.max_answer)
        except FrameError as err:
            self.kill()
            raise ChildEnded("crashed", "it answered with nonsense") from err
        except ChildEnded:
            self.kill()
            raise

    def interrupt(self) -> None:
        """End it while another thread waits for its answer; that thread then gets `ChildEnded`."""
        with contextlib.suppress(OSError):
            self._process.terminate()

    def kill(self) -> None:
        """End it at once, if it has not ended, and give its pipes back."""
        if self._process.returncode is None:
            self._process.terminate()  # the keeper ends its child and buries it
            try:
                self._process.wait(_LEAVE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for pipe in (self._requests, self._answers, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self._await(self._requests, select.POLLOUT)
            try:
                view = view[os.write(self._requests.fileno(), view[:_PIECE]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise self._ended() from None

    def _take(self, length: int) -> bytes:
        taken = bytearray()
        while len(taken) < length:
            self._await(self._answers, select.POLLIN)
            try:
                piece = os.read(self._answers.fileno(), min(length - len(taken), _PIECE))
            except BlockingIOError:
                continue
            if not piece:
                raise self._ended()
            taken += piece
        return bytes(taken)

    def _await(self, pipe: IO[bytes], event: int) -> None:
        left = self._deadline - time.monotonic()
        poll = select.poll()
        poll.register(pipe.fileno(), event)
        if left <= 0 or not poll.poll(left * 1000):
            raise ChildEnded("timeout")

    def _ended(self) -> ChildEnded:
        """Why it is gone; it closed its pipes, so it is dead or dying."""
        try:
            status = self._process.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:
            return ChildEnded("crashed", "it stopped answering")
        for line in self._said():
            if line.startswith(REPORT):
                report = json.loads(line.removeprefix(REPORT))
                return _explain(int(report["status"]), int(report["peak_kib"]), self._limits.memory_bytes)
        return _explain(status, 0, self._limits.memory_bytes)  # the keeper itself was ended by somebody

    def _last_words(self) -> str:
        """The last line of what it wrote to its standard error before it was ready."""
        words = [line for line in self._said() if line.strip() and not line.startswith(REPORT)]
        return words[-1].decode("utf-8", "replace").strip() if words else ""

    def _said(self) -> list[bytes]:
        """The lines on its standard error."""
        if self._process.stderr is None:
            return []
        with contextlib.suppress(OSError):
            os.set_blocking(self._process.stderr.fileno(), False)
            return (self._process.stderr.read() or b"").splitlines()
        return []


def _explain(status: int, peak_kib: int, memory_bytes: int) -> ChildEnded:
    if status >= 0:
        return ChildEnded("crashed", f"its process ended by itself with status {status}")
    number = -status
    resident = peak_kib * (1 if sys.platform == "darwin" else 1024)
    if number in (signal.SIGXCPU, signal.SIGALRM):
        return ChildEnded("timeout")
    if number in _GAVE_UP and resident > _MOST_OF_MEMORY * memory_bytes:
        return ChildEnded("out_of_memory")
    names = {int(known): known.name for known in signal.Signals}
    return ChildEnded("crashed", f"{names.get(number, number)}, {signal.strsignal(number) or 'unknown'}")


def _start(limits: ChildLimits) -> subprocess.Popen[bytes]:
    arguments = json.dumps({**asdict(limits), "parent": os.getpid()})
    return subprocess.Popen(  # noqa: S603 - this very Python with a module of this package
        [sys.executable, "-P", "-m", "dealqa.reading.worker", arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        cwd="/",
        env=_environment(),
        start_new_session=True,  # Ctrl-C in the terminal is for the parent
    )


def _environment() -> dict[str, str]:
    """What a child gets to know: where modules are, and nothing that could be a secret."""
    package = Path(__file__).resolve().parents[2]
    folders = [os.fspath(Path(part).absolute()) for part in sys.path if part]
    environment = {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys([*folders, os.fspath(package)])),
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",  # the same bytes give the same document
        "PYTHONDONTWRITEBYTECODE": "1" if sys.dont_write_bytecode else "",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "MALLOC_ARENA_MAX": "1",
        "OPENBLAS_NUM_THREADS": "1",  # numpy comes along with a parser; its threads would take address space
        "OMP_NUM_THREADS": "1",
    }
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the process was started without its pipes")
    os.set_blocking(pipe.fileno(), False)
    return pipe


def _no_start(said: str) -> CorpusError:
    return CorpusError(
        f"The process that reads files could not be started{': ' + said if said else ''}.",
        hint="Run dealqa doctor.",
    )
