"""Keep an index up to date with its folder of documents for as long as it is watched.

The operating system tells of changes; a full look from time to time finds what it does not tell of, as on network
mounts. Whatever goes wrong in one pass is told, and the next one is made nevertheless.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

import watchfiles

from dealqa.config import Settings
from dealqa.embedding import Embedder, load_embedder
from dealqa.errors import ConfigError, CorpusError, DealqaError, IndexLocked, IndexMismatch, ModelError
from dealqa.index import IndexReport, build_index
from dealqa.reading.walk import IGNORE_FILE

__all__ = ["FULL_LOOK_SECONDS", "Pass", "watch"]

logger = logging.getLogger(__name__)

FULL_LOOK_SECONDS = 60.0
"""How often all files are looked at, whatever the operating system told."""

QUIET_SECONDS = 0.5
"""How long changed files must stay as they are before they are read: a file that is being copied is not complete."""

LONGEST_WAIT_SECONDS = 10.0
"""How long they are waited for at most: a log that never rests must not keep the others from being read."""

TICK_SECONDS = 1.0
"""How often it is looked whether the folder is still there, and whether to stop."""

LOCK_SECONDS = 2.0
"""How long another process that writes the index is waited for between two attempts."""

_HOPELESS = (ConfigError, IndexMismatch, ModelError)
"""What waiting does not mend: in the first pass it ends the watch."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One attempt to bring the index up to date, and what came of it: a report or an error, never both.

    Attributes:
        changed: the paths that led to it, relative to the folder of documents, sorted; empty for a full look.
        seconds: how long it took.
    """

    changed: tuple[str, ...]
    seconds: float
    report: IndexReport | None = None
    error: DealqaError | None = None

    @property
    def outcome(self) -> object:
        """What tells two passes apart that found a different state of things."""
        if self.report is not None:
            return self.report.generation, self.report.failures
        return str(self.error)


def watch(
    settings: Settings,
    tell: Callable[[Pass], None],
    *,
    stop: threading.Event,
    rebuild: bool = False,
    strict: bool = False,
    full_look_seconds: float = FULL_LOOK_SECONDS,
    progress: Callable[[str, int, int], None] | None = None,
) -> None:
    """Bring the index up to date now and after each change of the folder, until `stop` is set.

    The embedder stays loaded between the passes.

    Args:
        settings: which folder, which index, which model.
        tell: called after each pass that found another state of things than the one before; so neither for a full
            look that found nothing new, nor again for an error that goes on.
        rebuild, strict, progress: see `build_index`; only the first pass rebuilds.
        full_look_seconds: how often to look at all files, whatever the operating system told.

    Raises:
        CorpusError: there is no such folder. (That it vanishes later is told, and waited out.)
        ConfigError, IndexMismatch, ModelError: the first pass failed, and waiting would not mend it.
    """
    if not settings.corpus.is_dir():
        raise CorpusError(
            f"The folder of documents {settings.corpus} does not exist.",
            hint="Give the folder with --corpus, or put documents there.",
        )
    passes = _Passes(settings, load_embedder(settings), tell, stop, strict=strict, progress=progress)
    passes.make((), first=True, rebuild=rebuild)
    for changed in _changes(settings, stop, full_look_seconds):
        passes.make(changed)


class _Passes:
    """Makes passes, and tells of those that are news."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        tell: Callable[[Pass], None],
        stop: threading.Event,
        *,
        strict: bool,
        progress: Callable[[str, int, int], None] | None,
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._tell = tell
        self._stop = stop
        self._strict = strict
        self._progress = progress
        self._outcome: object = None

    def make(self, changed: tuple[str, ...], *, first: bool = False, rebuild: bool = False) -> None:
        """Make one pass; while another process writes, wait for it."""
        while True:
            made = self._made(changed, rebuild=rebuild)
            if first and isinstance(made.error, _HOPELESS):
                raise made.error
            if made.outcome != self._outcome:
                self._tell(made)
            self._outcome = made.outcome
            if not isinstance(made.error, IndexLocked) or self._stop.wait(LOCK_SECONDS):
                return

    def _made(self, changed: tuple[str, ...], *, rebuild: bool) -> Pass:
        started = time.perf_counter()
        try:
            report = build_index(
                self._settings,
                rebuild=rebuild,
                strict=self._strict,
                progress=self._progress,
                embedder=self._embedder,
            )
        except DealqaError as err:
            return Pass(changed, time.perf_counter() - started, error=err)
        return Pass(changed, time.perf_counter() - started, report=report)


def _changes(settings: Settings, stop: threading.Event, full_look_seconds: float) -> Iterator[tuple[str, ...]]:
    """The paths that changed, once they have come to rest; none when it is time for a full look.

    When the folder has vanished that is a change, too; then it is waited for.
    """
    told = True
    while not stop.is_set():
        root = settings.corpus.resolve()
        try:
            yield from _changes_of(root, settings, stop, full_look_seconds)
        except (OSError, RuntimeError) as err:
            # There are no notifications: too many folders for the system's limit, or a mount without them.
            if root.is_dir():
                if told:
                    logger.warning(
                        "The system does not tell of changes in %s (%s); it is looked at regularly.", root, err
                    )
                told = False
                if stop.wait(full_look_seconds):
                    return
        yield ()
        while not root.is_dir() and not stop.wait(TICK_SECONDS):
            pass


def _changes_of(
    root: Path, settings: Settings, stop: threading.Event, full_look_seconds: float
) -> Iterator[tuple[str, ...]]:
    """The same while the folder is the one it was at first: the system tells of a folder, not of its name."""
    counts = _Counts(root, settings.index.resolve())
    identity = _identity(root)
    looked = float("-inf")  # at once: what changed before the system was asked to tell is told by nobody
    for changes in watchfiles.watch(
        root,
        watch_filter=None,
        debounce=int(1000 * LONGEST_WAIT_SECONDS),
        step=int(1000 * QUIET_SECONDS / 5),
        rust_timeout=int(1000 * TICK_SECONDS),
        yield_on_timeout=True,
        stop_event=stop,
    ):
        if _identity(root) != identity:
            return
        paths = {path for _, path in changes if counts(path)}
        if paths:
            _rest(paths, stop)
            yield tuple(sorted(PurePath(path).relative_to(root).as_posix() for path in paths))
        elif time.monotonic() - looked >= full_look_seconds:
            yield ()
        else:
            continue
        looked = time.monotonic()  # whatever leads to a pass, it looks at all files


class _Counts:
    """Whether a change may concern a document: not what is passed over anyway, and not our own index.

    Suffixes do not count here: a folder may have any name, and is told of by its name alone when it was moved in.
    """

    def __init__(self, root: Path, index: Path) -> None:
        self._root = root
        self._index = index if index != root and index.is_relative_to(root) else None

    def __call__(self, path: str) -> bool:
        """Whether the path, absolute, is to be looked at."""
        if self._index is not None and PurePath(path).is_relative_to(self._index):
            return False
        parts = PurePath(path).relative_to(self._root).parts
        if parts == (IGNORE_FILE,):
            return True
        return bool(parts) and not any(part.startswith((".", "~$")) or part == "__pycache__" for part in parts)


def _rest(paths: set[str], stop: threading.Event) -> None:
    """Wait until these files stay as they are, but not for ever."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    before = {path: _identity(Path(path)) for path in paths}
    while not stop.wait(QUIET_SECONDS) and time.monotonic() < deadline:
        now = {path: _identity(Path(path)) for path in paths}
        if now == before:
            return
        before = now


def _identity(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is written to or replaced; of a folder, what changes when it is replaced."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one call for files and folders
    except OSError:
        return None
    if path.is_dir():
        return found.st_dev, found.st_ino
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
