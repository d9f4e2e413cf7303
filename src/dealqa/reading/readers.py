"""Read files in caged processes, several side by side; a file that breaks its parser costs nothing but itself."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dealqa.errors import CorpusError, UnreadableDocument
from dealqa.reading.answers import Nonsense, taken_over, unreadable
from dealqa.reading.child import Child, ChildEnded, ChildLimits
from dealqa.reading.cleaning import printable
from dealqa.reading.file_reading import FileReading
from dealqa.reading.ocr import Recogniser, find_recogniser
from dealqa.reading.opening import read_bytes
from dealqa.reading.recognising import has_pictures, recognise, with_remarks, words_to_json

if TYPE_CHECKING:  # the reading process does without it
    from dealqa.config import Settings

__all__ = ["Readers", "cage_strength"]

_MIB = 1024 * 1024
_FILES_OF_A_CHILD = 500
_GROWN_SHARE = 0.5
_LOOK_AHEAD = 2
_ANSWER_BYTES = 8
_ANSWER_FLOOR_BYTES = 16 * _MIB


class Readers:
    """Reading processes for the files of `settings.corpus`; a context manager.

    They start when they are needed and live on from file to file; `close` ends them. One thread at a time may call
    `read`.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = ChildLimits(
            seconds=settings.read_seconds,
            memory_bytes=settings.read_memory_mib * _MIB,
            max_pages=settings.max_pages,
            max_characters=settings.max_characters,
            max_answer=_ANSWER_BYTES * settings.max_characters + _ANSWER_FLOOR_BYTES,
        )
        self._number = settings.read_workers or max(2, os.cpu_count() or 1)
        # A child lives no longer than the thread that started it (its wish to die with its parent is one with its
        # parent's thread), so each thread of the pool keeps a child of its own.
        self._pool = ThreadPoolExecutor(self._number, thread_name_prefix="dealqa-read")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._children: set[Child] = set()
        self._closed = False
        self._recogniser: Recogniser | None = None
        self._asked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; what they are reading is given up."""
        with self._lock:
            self._closed = True
            children, self._children = self._children, set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.interrupt()
        self._pool.shutdown(wait=True)
        for child in children:
            child.kill()

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, FileReading | CorpusError]]:
        """What is in each file, in the order of `paths`; a few files ahead of the one that is asked for.

        Args:
            paths: relative to `settings.corpus`, with "/" between their parts.

        Yields:
            The path and what the file gave; or why it cannot be read: `UnreadableDocument` or `UnsafePath`, as a
            value.

        Raises:
            CorpusError: no process can be started at all.
            ConfigError: tesseract is there, but not for all of `settings.ocr_languages`.
        """
        if not self._asked:
            self._recogniser, self._asked = find_recogniser(self._settings), True
        pending: deque[tuple[str, Future[FileReading | CorpusError]]] = deque()
        try:
            for path in paths:
                pending.append((path, self._pool.submit(self._read, path)))
                if len(pending) >= self._number * _LOOK_AHEAD:
                    done, future = pending.popleft()
                    yield done, future.result()
            while pending:
                done, future = pending.popleft()
                yield done, future.result()
        finally:
            for _, future in pending:
                future.cancel()

    def _read(self, path: str) -> FileReading | CorpusError:
        try:
            data = read_bytes(self._settings.corpus, path, max_bytes=self._settings.max_file_bytes)
        except CorpusError as err:
            return err
        child = self._child()
        try:
            outcome = self._ask(child, path, data)
        except ChildEnded as err:
            self._forget(child)
            return self._problem(path, err)
        except Nonsense:
            self._forget(child)
            return self._problem(path, ChildEnded("crashed", "it answered with nonsense"))
        self._retire(child)
        return outcome

    def _ask(self, child: Child, path: str, data: bytes) -> FileReading | CorpusError:
        outcome = self._outcome(child, {"task": "read", "path": path}, data, path, data)
        if self._recogniser is None or not has_pictures(outcome):
            return outcome
        words, remarks = recognise(child, path, self._recogniser)
        if words:
            outcome = self._outcome(child, {"task": "read again"}, words_to_json(words), path, data)
        if isinstance(outcome, UnreadableDocument) and outcome.reason == "no_text":
            return UnreadableDocument(
                path,
                "no_text",
                f"The file {printable(path)} has no text, and none could be recognised on its pages.",
                hint="Look at it, and scan it anew with more contrast if there is text to be seen.",
            )
        return with_remarks(outcome, remarks)

    def _outcome(
        self, child: Child, request: dict[str, str], body: bytes, path: str, data: bytes
    ) -> FileReading | UnreadableDocument:
        frame = child.ask(request, body)
        self._own.grown = frame.header.get("grown")
        error = frame.header.get("error")
        if error == "out_of_memory":
            raise ChildEnded("out_of_memory")
        if error == "unreadable":
            return unreadable(frame.header, path)
        if error is not None:
            return self._problem(path, ChildEnded("crashed", printable(str(frame.header.get("kind")))[:100]))
        return taken_over(frame, path, data)

    def _problem(self, path: str, ended: ChildEnded) -> UnreadableDocument:
        name = printable(path)
        if ended.ending == "timeout":
            message = f"Reading the file {name} took more than {self._settings.read_seconds} seconds, or half of them "
            message += "of processor time."
            hint = "Raise the setting read_seconds, or split the file."
        elif ended.ending == "out_of_memory":
            message = f"Reading the file {name} takes more than {self._settings.read_memory_mib} MiB of memory."
            hint = "Raise the setting read_memory_mib, or split the file."
        else:
            detail = f" ({ended.detail})" if ended.detail else ""
            message = f"The file {name} broke the program part that reads it{detail}."
            hint = "Open the file in the program that made it and save it anew."
        return UnreadableDocument(path, ended.ending, message, hint=hint)

    def _child(self) -> Child:
        """This thread's child."""
        child: Child | None = getattr(self._own, "child", None)
        if child is None:
            child = Child(self._limits)
            with self._lock:
                closed = self._closed
                if not closed:
                    self._children.add(child)
            if closed:
                child.kill()
                raise CorpusError("The readers have been closed.")
            self._own.child, self._own.files = child, 0
        self._own.files += 1
        return child

    def _retire(self, child: Child) -> None:
        """Part with a child that has read many files or a very large one: what a library leaks goes with it."""
        grown, most = self._own.grown, _GROWN_SHARE * self._limits.memory_bytes
        if self._own.files >= _FILES_OF_A_CHILD or not isinstance(grown, int) or grown > most:
            self._forget(child)

    def _forget(self, child: Child) -> None:
        self._own.child = None
        with self._lock:
            self._children.discard(child)
        child.kill()


def cage_strength() -> str:
    """What the cage around reading processes is made of on this machine, in a sentence.

    Raises:
        CorpusError: no process can be started.
    """
    child = Child(ChildLimits(seconds=10, memory_bytes=1024 * _MIB, max_pages=1, max_characters=1, max_answer=1))
    child.kill()
    known = {
        "memory": "memory is limited",
        "time": "time is limited",
        "seccomp": "the kernel refuses network, new processes and writing",
        "landlock": "the kernel refuses all files but the program's own",
        "audit": "Python refuses network, new processes and writing",
    }
    return "In the processes that read files " + ", ".join(known[name] for name in known if name in child.holds) + "."
