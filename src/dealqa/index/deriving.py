"""Have a generation's Chroma folder written by a child process, and know it again by the hashes of its files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import stat
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from dealqa.errors import IndexCorrupt, StorageFull, StoreError
from dealqa.index.schema import CHROMA

__all__ = ["Derived", "DerivingProcess", "derive", "file_hashes", "how_it_ended", "problem_with", "sync_folder"]

UNFINISHED = ".new"
"""The end of the name of a folder that is being written."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A Chroma folder as it was when it had been verified.

    Attributes:
        files: name in the folder → [size in bytes, hash].
        dead: rows that were removed and still take room in the graph.
    """

    files: Mapping[str, tuple[int, str]]
    dead: int

    def to_json(self) -> str:
        """As it is stored with the generation."""
        return json.dumps({"files": self.files, "dead": self.dead}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Derived:
        """The inverse of `to_json`."""
        value = json.loads(text)
        return cls({name: (size, digest) for name, (size, digest) in value["files"].items()}, value["dead"])


class DerivingProcess:
    """A child process that writes one Chroma folder; a context manager.

    It imports Chroma while whoever started it still reads and embeds, and ends without a word when it is not needed.
    """

    def __init__(self) -> None:
        # -P: the current folder may be the one with the documents, and nothing in it is to be taken for a module.
        self._child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "dealqa.index.derive", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # one pipe: two that are read one after the other may wait for each other
            encoding="utf-8",
            errors="replace",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.kill()  # what it has written by now is complete, or is not wanted
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._child.wait()

    def run(self, job: Mapping[str, Any], progress: Callable[[str, int, int], None]) -> dict[str, Any]:
        """Have the child do its job, see `dealqa.index.derive`; what it says in the end.

        Raises:
            StorageFull, IndexCorrupt, StoreError: see `derive`.
        """
        if self._child.stdin is None or self._child.stdout is None:
            raise StoreError("The process that writes the vector index cannot be reached.")
        last: dict[str, Any] = {}
        complaint = ""
        with contextlib.suppress(BrokenPipeError):  # it has ended: what it said of that is read below
            self._child.stdin.write(json.dumps(job) + "\n")
            self._child.stdin.close()
        for line in self._child.stdout:
            said = _said(line)
            if said is None:
                complaint = line.strip() or complaint
                continue
            last = said
            if "done" in last:
                progress("publishing", last["done"], last["total"])
        if self._child.wait() == 0 and "rows" in last:
            return last
        raise _error(Path(job["target"]).parent, self._child.returncode, last, complaint)


def derive(
    folder: Path,
    number: int,
    target: Path,
    *,
    base: Mapping[str, Any] | None,
    progress: Callable[[str, int, int], None],
    process: DerivingProcess | None = None,
) -> Derived:
    """Write the vectors of a generation into a new Chroma folder and verify it, in a child process.

    Args:
        target: does not exist yet.
        base: the generation to take over the folder of: its `id`, `number` and `dead`; it has been compared with its
            hashes. Without it, or when that fails, the folder is written from nothing.
        process: one that was started before, and that has done nothing yet.

    Raises:
        StorageFull: the disk is full.
        IndexCorrupt: the stored vectors are damaged, or what was written does not stand up to verification.
        StoreError: the child process ended in another way.
    """
    job = {"folder": str(folder), "number": number, "target": str(target), "base": base}
    try:
        with contextlib.ExitStack() as stack:
            result = (process or stack.enter_context(DerivingProcess())).run(job, progress)
    except StorageFull:
        raise
    except StoreError:
        if base is None:
            raise
        # The old folder may have faults that its hashes, taken after they arose, do not show.
        shutil.rmtree(target, ignore_errors=True)
        with DerivingProcess() as another:
            result = another.run({**job, "base": None}, progress)
    return Derived(file_hashes(target), int(result["dead"]))


def _said(line: str) -> dict[str, Any] | None:
    """What the child says in a line; None when it is a library that speaks."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _error(folder: Path, code: int, last: Mapping[str, Any], complaint: str) -> StoreError:
    if "error" in last:
        kind = {"StorageFull": StorageFull, "IndexCorrupt": IndexCorrupt}.get(last["error"], StoreError)
        if kind is StorageFull:
            return StorageFull(
                f"The disk that holds {folder} is full; nothing was published, and what was published before is"
                " untouched.",
                hint="Free some space and try again.",
            )
        return kind(last["message"], hint=last["hint"])
    if -code in (signal.SIGBUS, signal.SIGXFSZ):  # a file that was mapped into memory could not grow
        return StorageFull(f"The disk that holds {folder} is full; nothing was published.", hint="Free some space.")
    return StoreError(
        f"The process that writes the vector index {how_it_ended(code)}; nothing was published. {complaint}".strip(),
        hint="Try again; if it happens again, look at the memory that is free.",
    )


def how_it_ended(code: int) -> str:
    """What an exit code says, as the end of a sentence about a process: "was ended by signal SIGKILL"."""
    return f"was ended by signal {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


_VECTORS, _LENGTHS = "data_level0.bin", "length.bin"
_BYTES_OF_A_LENGTH: Final = 4
_PART: Final = 1 << 20
"""Bytes that are read at once."""

_HEADER = struct.Struct("<iQQQQ")
"""How hnswlib begins its header: version, offset, rows that there is room for, rows, bytes of a row."""


def file_hashes(folder: Path) -> dict[str, tuple[int, str]]:
    """Size and hash of each file below a folder, by its name in the folder."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, _hash(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _hash(path: Path) -> str:
    left = _used(path) if path.name in (_VECTORS, _LENGTHS) else path.stat().st_size
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while part := file.read(min(left, _PART)):
            digest.update(part)
            left -= len(part)
    return digest.hexdigest()


def _used(path: Path) -> int:
    """How many bytes of such a file are of rows, by the header beside it; all where there is no such header.

    Behind them is room for more, and in it what happened to be in memory: Chroma writes that anew when a folder of
    fewer than a hundred passages is opened.
    """
    try:
        header = (path.parent / "header.bin").read_bytes()
        _, offset, _, rows, bytes_each = _HEADER.unpack_from(header)
    except (OSError, struct.error):
        return path.stat().st_size
    return int(offset + rows * bytes_each) if path.name == _VECTORS else int(rows) * _BYTES_OF_A_LENGTH


def problem_with(folder: Path, derived: Derived) -> str | None:
    """What is wrong with a Chroma folder, in words; None when every byte is as it was written."""
    if not folder.is_dir():
        return f"{CHROMA}/{folder.name} is not there"
    inside = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    present = {path.relative_to(folder).as_posix() for path in inside}
    for name in sorted(derived.files.keys() - present):
        return f"{CHROMA}/{folder.name}/{name} is not there"
    for name in sorted(present - derived.files.keys()):
        return f"{CHROMA}/{folder.name}/{name} does not belong there"
    for name, (size, digest) in derived.files.items():
        path = folder / name
        # A link would be followed, and reading a pipe would wait for ever: neither is what was written.
        status = path.stat(follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode) or status.st_size != size or _hash(path) != digest:
            return f"{CHROMA}/{folder.name}/{name} is not as it was written"
    return None


def sync_folder(folder: Path) -> None:
    """Have the operating system write a folder and all that is in it to the disk."""
    for path in [*folder.rglob("*"), folder, folder.parent]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
