"""Open a file of the corpus safely: inside the folder, an ordinary file, no links, no more bytes than allowed."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path, PurePosixPath

from dealqa.errors import UnreadableDocument, UnsafePath
from dealqa.reading.cleaning import printable

__all__ = ["bad_name", "read_bytes", "too_large"]

_MIB = 1024 * 1024
_PAUSES_S = (0.05, 0.2, 0.5)
"""What is being copied into the folder is mostly there a moment later."""
_FLAGS = (  # O_NONBLOCK: opening a named pipe must not wait for a writer
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_bytes(root: Path, path: str, *, max_bytes: int) -> bytes:
    """The bytes of the file `path` (relative, with "/") in the folder `root`.

    Raises:
        UnsafePath: the path leads out of the folder, goes through a link, or is no ordinary file.
        UnreadableDocument: its name is undecodable; or it is vanished, forbidden, too large, or changing: written to
            whenever it was read.
    """
    if problem := bad_name(path):
        raise problem
    for pause in (*_PAUSES_S, None):
        data = _read_once(root, path, max_bytes)
        if data is not None:
            return data
        if pause is not None:
            time.sleep(pause)
    raise UnreadableDocument(
        path,
        "changing",
        f"The file {printable(path)} was being written to each time it was read.",
        hint="Index again when it is finished.",
    )


def _read_once(root: Path, path: str, max_bytes: int) -> bytes | None:
    """The file's bytes; None if it changed while it was read."""
    target = _inside(root, path)
    try:
        descriptor = os.open(target, _FLAGS)
    except OSError as err:
        raise _open_error(path, err) from err
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnsafePath(
                path, f"{printable(path)} is no ordinary file.", hint="Only ordinary files in the folder are read."
            )
        if status.st_size > max_bytes:
            raise too_large(path, status.st_size, max_bytes)
        try:
            data = file.read(max_bytes + 1)
            after = os.fstat(file.fileno())
        except OSError as err:
            raise _open_error(path, err) from err
    if len(data) > max_bytes:  # it grew while we read
        raise too_large(path, len(data), max_bytes)
    return data if _state(status) == _state(after) and len(data) == status.st_size else None


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def bad_name(path: str) -> UnreadableDocument | None:
    """The error for a path that is no valid UTF-8, and so can neither be stored nor shown; None for any other."""
    if not any("\ud800" <= char <= "\udfff" for char in path):
        return None
    name = printable(path)
    return UnreadableDocument(
        name, "undecodable", f"The name of the file {name} is not valid UTF-8.", hint="Rename the file."
    )


def too_large(path: str, size: int, max_bytes: int) -> UnreadableDocument:
    """The error for a file with more bytes than are read; names the setting."""
    return UnreadableDocument(
        path,
        "too_large",
        f"The file {printable(path)} has {size / _MIB:.1f} MiB, more than the {max_bytes / _MIB:g} MiB that are read.",
        hint="Raise the setting max_file_mib, or split the file.",
    )


def _inside(root: Path, path: str) -> Path:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        raise UnsafePath(
            path,
            f"The path {printable(path)!r} leads out of the folder of documents.",
            hint="Name files relative to that folder.",
        )
    try:
        folder = root.resolve(strict=True)
        target = folder.joinpath(*parts)
        resolved = target.resolve(strict=True)
    except (OSError, RuntimeError) as err:  # RuntimeError: links that go round in a circle
        raise _open_error(path, err) from err
    if resolved != target:
        where = "inside" if resolved.is_relative_to(folder) else "out of"
        raise UnsafePath(
            path,
            f"{printable(path)} is or goes through a link that leads {where} the folder of documents.",
            hint="Put the file itself in the folder; links are not followed.",
        )
    return target


def _open_error(path: str, err: OSError | RuntimeError) -> UnreadableDocument | UnsafePath:
    code = err.errno if isinstance(err, OSError) else errno.ELOOP
    name = printable(path)
    if code in (errno.ELOOP, errno.ENXIO):
        return UnsafePath(path, f"{name} is a link or no ordinary file.", hint="Put the file itself in the folder.")
    if code in (errno.ENOENT, errno.ENOTDIR):
        return UnreadableDocument(
            path, "vanished", f"The file {name} is no longer there.", hint="Index again to bring the index up to date."
        )
    if code in (errno.EACCES, errno.EPERM):
        return UnreadableDocument(
            path, "forbidden", f"The file {name} may not be read.", hint="Give yourself permission to read it."
        )
    reason = err.strerror if isinstance(err, OSError) else str(err)
    return UnreadableDocument(
        path, "corrupt", f"The file {name} cannot be read: {reason}.", hint="Check the disk, or copy the file anew."
    )
