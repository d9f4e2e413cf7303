"""Files that were removed from the folder of documents and can be put back: `<index>/removed/<entry>/`.

An entry holds the bytes under a name without a suffix, so that it is a document to nobody even where the index lies
inside the folder of documents, and `entry.json`, which says where they came from. `purge` deletes all entries.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import stat
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final

from dealqa.config import Settings
from dealqa.errors import CorpusError, UnsafePath
from dealqa.index.publish import sync_names
from dealqa.reading.cleaning import printable

__all__ = ["FOLDER", "Entry", "place_new", "put_back", "removed_entries", "set_aside", "wipe_removed"]

FOLDER: Final = "removed"

_CONTENT: Final = "content"
_FACTS: Final = "entry.json"
_ENTRY = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
_PIECE: Final = 1024 * 1024
_COPIES: Final = 10_000
"""How many files of one name with a number behind it are thought of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A removed file.

    Attributes:
        id: the moment of its removal and eight hexadecimal digits.
        path: where it was, relative to the folder of documents.
        at: when it was removed, in ISO 8601.
        by: the user who removed it; empty where there are no users.
        sha256: of its bytes.
    """

    id: str
    path: str
    title: str
    at: str
    by: str
    size: int
    sha256: str


def set_aside(settings: Settings, path: str, *, title: str, by: str, sha256: str | None = None) -> Entry:
    """Move one file out of the folder of documents.

    Args:
        path: relative to the folder of documents, with "/" between its parts.
        sha256: that the file must have; None for any.

    Raises:
        UnsafePath: the path leads out of the folder, goes through a link, or is no ordinary file.
        CorpusError: the file is not there, has changed, or cannot be moved.
    """
    source = _inside(settings.corpus, path)
    now = datetime.now(UTC)
    name = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    folder = settings.index / FOLDER / name
    try:
        found = _sha256(source)
        if sha256 is not None and found != sha256:
            raise CorpusError(
                f"The file {printable(path)} has changed since it was indexed.",
                hint="Bring the index up to date, look at it again, and then remove it.",
            )
        entry = Entry(name, path, title, now.isoformat(timespec="seconds"), by, source.stat().st_size, found)
        folder.mkdir(parents=True)
        # What it is stands there before it moves: whatever ends us, no file is lost and none is unknown.
        _write(folder / _FACTS, json.dumps(asdict(entry), ensure_ascii=False).encode("utf-8"))
        _move(source, folder / _CONTENT)
    except OSError as err:
        shutil.rmtree(folder, ignore_errors=True)
        raise CorpusError(
            f"The file {printable(path)} could not be removed: {err.strerror}.",
            hint="Look at the permissions of the folder of documents and of the index.",
        ) from err
    return entry


def removed_entries(index: Path) -> tuple[Entry, ...]:
    """The removed files, the latest first; what is no entry is passed over."""
    try:
        names = sorted((path.name for path in (index / FOLDER).iterdir()), reverse=True)
    except FileNotFoundError:
        return ()
    except OSError as err:
        raise CorpusError(f"The removed files cannot be listed: {err.strerror}.") from err
    found = (_entry(index / FOLDER / name) for name in names if _ENTRY.fullmatch(name))
    return tuple(entry for entry in found if entry is not None)


def put_back(settings: Settings, entry_id: str) -> tuple[Entry, str]:
    """Move a removed file to where it was, or beside what lies there now; gives its path.

    Raises:
        KeyError: there is no such entry.
        CorpusError: the file cannot be moved.
    """
    folder = settings.index / FOLDER / entry_id
    entry = _entry(folder) if _ENTRY.fullmatch(entry_id) else None
    if entry is None:
        raise KeyError(entry_id)
    try:
        path = place_new(folder / _CONTENT, settings.corpus, entry.path)
        shutil.rmtree(folder)
    except OSError as err:
        raise CorpusError(
            f"The file {printable(entry.path)} could not be put back: {err.strerror}.",
            hint="Look at the permissions of the folder of documents.",
        ) from err
    return entry, path


def wipe_removed(index: Path) -> int:
    """Delete all removed files; how many there were."""
    number = len(removed_entries(index))
    if (index / FOLDER).is_dir() and not (index / FOLDER).is_symlink():
        shutil.rmtree(index / FOLDER)
    return number


def place_new(source: Path, corpus: Path, path: str) -> str:
    """Move a file to a path in the folder of documents that nothing has; nothing there is ever replaced.

    Args:
        path: that is wanted; where it is taken, "-2", "-3" and so on stand before its suffix.

    Returns:
        The path that it has now.

    Raises:
        UnsafePath: the path leads out of the folder, or goes through a link.
        OSError: it cannot be moved.
    """
    target = _new(corpus, path)
    stem, suffix = os.path.splitext(target.name)  # noqa: PTH122 - a name such as ".a" has no suffix either way
    taken = {name.casefold() for name in os.listdir(target.parent)}  # noqa: PTH208 - names are all that is needed
    for number in range(1, _COPIES):
        name = target.name if number == 1 else f"{stem}-{number}{suffix}"
        if name.casefold() in taken:  # elsewhere "A.pdf" and "a.pdf" are one file
            continue
        try:
            _move(source, target.with_name(name))
        except FileExistsError:
            continue
        return (PurePosixPath(path).parent / name).as_posix()
    raise FileExistsError(17, "there are too many files of this name")


def _entry(folder: Path) -> Entry | None:
    try:
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        entry = Entry(**facts)
        datetime.fromisoformat(entry.at)
        whole = (folder / _CONTENT).is_file()
    except (OSError, ValueError, TypeError):
        return None
    return entry if whole and entry.id == folder.name else None


def _move(source: Path, target: Path) -> None:
    """Move a file to a name that nothing has, also to another disk; it is on the disk when this returns.

    Raises:
        FileExistsError: something has the name.
    """
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:  # another disk, or one without links
        _copy(source, target)
    sync_names(target.parent)
    source.unlink()
    sync_names(source.parent)


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f".part-{secrets.token_hex(8)}")
    try:
        with source.open("rb") as read, part.open("xb") as written:
            shutil.copyfileobj(read, written, _PIECE)
            written.flush()
            os.fsync(written.fileno())
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))  # takes the name, or says that it is
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_names(path.parent)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inside(corpus: Path, path: str) -> Path:
    """An ordinary file of the folder of documents, reached without a link."""
    target = _new(corpus, path, make=False)
    try:
        mode = target.lstat().st_mode
    except OSError as err:
        raise CorpusError(f"The file {printable(path)} is not there: {err.strerror}.") from err
    if not stat.S_ISREG(mode):
        raise UnsafePath(path, f"{printable(path)} is no ordinary file.")
    return target


def _new(corpus: Path, path: str, *, make: bool = True) -> Path:
    """Where a path leads, its folders there (made if they are not) and none of them a link."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path or "\\" in path:
        raise UnsafePath(path, f"The path {printable(path)!r} leads out of the folder of documents.")
    folder = corpus.resolve()
    for part in parts[:-1]:
        folder /= part
        if make and not folder.is_symlink():
            folder.mkdir(exist_ok=True)
        if folder.is_symlink():
            raise UnsafePath(path, f"{printable(path)} goes through a link.", hint="Links are not followed.")
    return folder / parts[-1]
