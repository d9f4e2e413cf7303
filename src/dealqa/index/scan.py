"""The folder's files as they are now, beside what is recorded of them: which may have changed, at what cost."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import time
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from dealqa.errors import CorpusError, UnreadableDocument

__all__ = [
    "Contents",
    "Failure",
    "FileState",
    "Scan",
    "failure_of",
    "recorded_files",
    "recorded_problems",
    "scan",
    "store_files",
]

SETTLED_NS = 2_000_000_000
"""A file that was changed less than this before we looked may have been changed again since without a new time: file
systems count time in steps of up to two seconds. Its size and time are then not relied upon."""

SAMPLED_S = 0.25
"""Seconds in each run for hashing files that seem unchanged, chosen at random: the short cut is verified."""

Contents = tuple[tuple[str, str], ...]
"""The documents that a file holds, (path, id) each: its own, then those that lie inside it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not in the index, or not as it is now, and why."""

    path: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class FileState:
    """What is known of a file.

    Attributes:
        modified, changed: nanoseconds, of the content and of the file's entry; `seen`: when we looked.
        versions: how its documents were read, split and embedded; "" when it was not read.
        contents: empty when it was not read, as for a copy of another file.
    """

    path: str
    size: int
    modified: int
    changed: int
    inode: int
    seen: int
    sha256: str = ""
    versions: str = ""
    contents: Contents = ()

    def looks_like(self, other: FileState) -> bool:
        """Whether size, times and place are those of `other`, seen when its times had settled."""
        settled = other.seen - max(other.modified, other.changed) >= SETTLED_NS
        mine = (self.size, self.modified, self.changed, self.inode)
        return settled and mine == (other.size, other.modified, other.changed, other.inode)


@dataclass(slots=True)
class Scan:
    """The folder's files, by path, each with its content's hash; and those that could not be opened."""

    files: dict[str, FileState]
    failures: list[Failure]
    hashed: int = 0


def failure_of(problem: CorpusError, path: str = "") -> Failure:
    """A problem with a file as it is reported; `path` for one that does not say where it lies."""
    reason = problem.reason if isinstance(problem, UnreadableDocument) else "unsafe"
    return Failure(path=getattr(problem, "path", path), reason=reason, message=str(problem))


def recorded_files(connection: sqlite3.Connection) -> dict[str, FileState]:
    """What earlier runs recorded, by path."""
    found: dict[str, FileState] = {}
    for row in connection.execute("SELECT * FROM files"):
        try:
            contents = tuple((str(path), str(name)) for path, name in json.loads(row["contents"]))
        except (TypeError, ValueError):  # damaged: the file is read again
            continue
        numbers = {name: row[name] for name in ("path", "size", "modified", "changed", "inode", "seen", "sha256")}
        found[row["path"]] = FileState(**numbers, versions=row["versions"], contents=contents)
    return found


def recorded_problems(connection: sqlite3.Connection, paths: Container[str]) -> list[Failure]:
    """What could not be read inside files that are not read again, as the attachments of a message."""
    found = []
    for row in connection.execute("SELECT path, reason, message FROM failures ORDER BY path"):
        parents = (str(parent) for parent in PurePosixPath(row["path"]).parents)
        if any(parent in paths for parent in parents):
            found.append(Failure(row["path"], row["reason"], row["message"]))
    return found


def store_files(connection: sqlite3.Connection, files: Iterable[FileState]) -> None:
    """Record these files and no others; nothing is written for those that are recorded so already."""
    known = recorded_files(connection)
    wanted = {file.path: file for file in files}
    recorded = [row["path"] for row in connection.execute("SELECT path FROM files")]  # damaged ones are not `known`
    connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in recorded if path not in wanted])
    connection.executemany(
        "INSERT OR REPLACE INTO files (path, size, modified, changed, inode, seen, sha256, versions, contents)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (*_numbers(file), file.sha256, file.versions, json.dumps(file.contents, ensure_ascii=False))
            for path, file in wanted.items()
            if known.get(path) != file
        ],
    )


def _numbers(file: FileState) -> tuple[object, ...]:
    return file.path, file.size, file.modified, file.changed, file.inode, file.seen


def scan(root: Path, paths: Sequence[str], known: dict[str, FileState], *, verify: bool) -> Scan:
    """Look at files and hash those that may have changed.

    A file whose size, times and place are as recorded is taken to be unchanged, which a random sample of them must
    confirm; where it does not, all are hashed.

    Args:
        paths: relative to `root`.
        known: what is recorded.
        verify: hash every file.
    """
    found = Scan({}, [])
    trusted: list[str] = []
    for path in paths:
        recorded = known.get(path)
        state = _look(root, path, found)
        if state is None:
            continue
        if not verify and recorded is not None and state.looks_like(recorded):
            found.files[path] = recorded
            trusted.append(path)
        else:
            _hash(root, state, recorded, found)
    if trusted and not _sample_agrees(root, trusted, found):
        for path in trusted:
            state = _look(root, path, found)
            if state is not None:
                _hash(root, state, known[path], found)
    return found


def _look(root: Path, path: str, found: Scan) -> FileState | None:
    seen = time.time_ns()
    try:
        status = (root / path).stat(follow_symlinks=False)
    except OSError as err:
        found.files.pop(path, None)
        found.failures.append(_unreadable(path, err))
        return None
    return FileState(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, seen)


def _hash(root: Path, state: FileState, recorded: FileState | None, found: Scan) -> None:
    try:
        sha256 = _sha256(root / state.path)
    except OSError as err:
        found.failures.append(_unreadable(state.path, err))
        return
    found.hashed += 1
    if recorded is None or recorded.sha256 != sha256:
        found.files[state.path] = replace(state, sha256=sha256)
    elif state.looks_like(recorded):
        found.files[state.path] = recorded
    else:
        found.files[state.path] = replace(state, sha256=sha256, versions=recorded.versions, contents=recorded.contents)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sample_agrees(root: Path, trusted: Sequence[str], found: Scan) -> bool:
    deadline = time.monotonic() + SAMPLED_S
    for path in random.sample(trusted, len(trusted)):
        try:
            sha256 = _sha256(root / path)
        except OSError:
            return False  # the look at all of them says what is wrong
        found.hashed += 1
        if sha256 != found.files[path].sha256:
            return False
        if time.monotonic() > deadline:
            break
    return True


def _unreadable(path: str, err: OSError) -> Failure:
    reason = "vanished" if isinstance(err, FileNotFoundError) else "forbidden"
    return Failure(path, reason, f"{path} cannot be read: {err.strerror}.")
