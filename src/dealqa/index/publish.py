"""Make a committed generation live, and remove what only older generations needed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dealqa.errors import IndexCorrupt
from dealqa.index.commit import record_derived, remove_indexed
from dealqa.index.deriving import UNFINISHED, Derived, DerivingProcess, derive, problem_with, sync_folder
from dealqa.index.faults import crash_point
from dealqa.index.lease import is_leased
from dealqa.index.rows import generation_digest
from dealqa.index.schema import CHROMA, CURRENT, DATABASE, REBUILD, live_name
from dealqa.index.staging import remove_unused_vectors, roll_back

__all__ = [
    "Generation",
    "live_generation",
    "prune",
    "publish",
    "published_at",
    "readable_generations",
    "remove_debris",
    "stored_generations",
    "sync_names",
]


@dataclass(frozen=True, slots=True)
class Generation:
    """A row of `generations`; `derived` is None until its Chroma folder has been written and verified."""

    number: int
    id: str
    content: str
    manifest: dict[str, object]
    derived: Derived | None


def stored_generations(connection: sqlite3.Connection) -> list[Generation]:
    """All generations of the database, the newest first.

    Raises:
        IndexCorrupt: one of them is not what was written.
    """
    generations, damaged = readable_generations(connection)
    if damaged:
        raise IndexCorrupt(f"{DATABASE} is damaged: its list of generations is not what was written.", hint=REBUILD)
    return generations


def readable_generations(connection: sqlite3.Connection) -> tuple[list[Generation], int]:
    """The generations that are what was written, the newest first, and how many are not."""
    rows = connection.execute("SELECT * FROM generations ORDER BY number DESC").fetchall()
    sound = [row for row in rows if row["digest"] == generation_digest(row)]
    generations = [
        Generation(
            row["number"],
            row["id"],
            row["content"],
            json.loads(row["manifest"]),
            Derived.from_json(row["derived"]) if row["derived"] else None,
        )
        for row in sound
    ]
    return generations, len(rows) - len(sound)


def live_generation(folder: Path) -> str | None:
    """The id of the generation that is live, as CURRENT names it; None when nothing has been published."""
    return live_name(folder)


def published_at(folder: Path) -> float:
    """When the live generation was made live, in seconds since 1970; 0.0 when there is none."""
    try:
        return (folder / CURRENT).stat().st_mtime
    except OSError:
        return 0.0


def publish(
    connection: sqlite3.Connection,
    folder: Path,
    progress: Callable[[str, int, int], None],
    *,
    afresh: bool = False,
    process: DerivingProcess | None = None,
) -> bool:
    """Derive the Chroma folder of the newest generation unless it is there and sound, and make it live.

    Args:
        afresh: write the folder from nothing, so that nothing of an older generation is in it.
        process: see `derive`.

    Returns:
        Whether anything had to be done.
    """
    newest, *older = stored_generations(connection)
    target = folder / CHROMA / newest.id
    ready = newest.derived is not None and problem_with(target, newest.derived) is None
    if ready and live_generation(folder) == newest.id:
        return False
    if not ready:
        _derive(connection, folder, newest, None if afresh else _base(folder, older), progress, process)
    _point_to(folder / CURRENT, newest.id)
    return True


def _base(folder: Path, older: list[Generation]) -> dict[str, object] | None:
    """The newest of the older generations whose Chroma folder is sound."""
    for generation in older:
        if generation.derived and problem_with(folder / CHROMA / generation.id, generation.derived) is None:
            return {"id": generation.id, "number": generation.number, "dead": generation.derived.dead}
    return None


def _derive(
    connection: sqlite3.Connection,
    folder: Path,
    generation: Generation,
    base: dict[str, object] | None,
    progress: Callable[[str, int, int], None],
    process: DerivingProcess | None,
) -> None:
    target = folder / CHROMA / generation.id
    unfinished = target.with_name(f"{generation.id}.{os.getpid()}{UNFINISHED}")
    unfinished.parent.mkdir(exist_ok=True)
    try:
        derived = derive(folder, generation.number, unfinished, base=base, progress=progress, process=process)
        sync_folder(unfinished)
        crash_point("chroma_synced")
        # A damaged folder is put aside, not overwritten: somebody may have it open.
        if target.exists():
            target.rename(target.with_name(f"{generation.id}.damaged{UNFINISHED}"))
        unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync_names(target.parent)
    record_derived(connection, generation.number, derived.to_json())
    crash_point("chroma_recorded")


def _point_to(path: Path, content: str) -> None:
    scratch = path.with_suffix(".new")
    try:
        with scratch.open("w", encoding="utf-8") as file:
            file.write(content + "\n")
            file.flush()
            os.fsync(file.fileno())
        crash_point("pointer_written")
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    sync_names(path.parent)
    crash_point("pointer_replaced")


def sync_names(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_debris(folder: Path) -> None:
    """Delete what interrupted runs left beside the generations; only the one writer may call this."""
    for path in (folder / CHROMA).glob(f"*{UNFINISHED}"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:  # nothing of ours
            path.unlink()
    (folder / CURRENT).with_suffix(".new").unlink(missing_ok=True)


def prune(connection: sqlite3.Connection, folder: Path, *, previous: bool = True, leased: bool = True) -> None:
    """Drop all generations but the live one, the one before it, and those that some reader has open.

    Args:
        previous: whether the generation before the live one is kept.
        leased: whether those that are open are kept; without that, their readers are told to open the live one.
    """
    live, *older = stored_generations(connection)
    kept = {live.number}
    if previous:
        kept |= {one.number for one in [one for one in older if one.derived][:1]}
    if leased:
        kept |= {one.number for one in older if is_leased(folder / CHROMA / one.id)}
    names = {one.id for one in (live, *older) if one.number in kept}
    for path in (folder / CHROMA).iterdir():
        if path.is_symlink():  # nothing of ours, and not to be followed
            path.unlink()
        elif path.is_dir() and path.name not in names and not path.name.endswith(UNFINISHED):
            shutil.rmtree(path)
    dead = [
        row["key"]
        for row in connection.execute("SELECT key, born, died FROM documents WHERE died IS NOT NULL")
        if not any(row["born"] <= number < row["died"] for number in kept)
    ]
    unused = connection.execute(
        "SELECT 1 FROM vectors WHERE key NOT IN (SELECT vector FROM passages) LIMIT 1"
    ).fetchone()
    dropped = [one.number for one in older if one.number not in kept]
    if dead or unused or dropped:
        _drop(connection, dead, dropped)
    crash_point("pruned")


def _drop(connection: sqlite3.Connection, documents: list[int], generations: list[int]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if documents:
            remove_indexed(connection, documents)
        remove_unused_vectors(connection)
        connection.executemany("DELETE FROM generations WHERE number = ?", [(number,) for number in generations])
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise
