"""Damage of every kind to an index, and what may come of it."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index_worker import Worker
from index_world import document_text, make_world, settings_of

from dealqa.config import Settings

PAGE = 4096
OURS = {"IndexCorrupt", "IndexMissing", "IndexMismatch", "StoreError"}
"""Errors that say what is wrong and what to do."""


@dataclass(frozen=True)
class Case:
    """One thing to do to one file, by its path in the folder of the index."""

    name: str
    file: str
    damage: Callable[[Path], None]


@dataclass(frozen=True)
class Specimen:
    """An index with two generations, and what each of them says."""

    settings: Settings
    live: str
    answers: dict[str, set[str]]

    def copy(self, folder: Path) -> Settings:
        """A copy of the index to damage; the documents are shared."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.settings.index, folder / "index", symlinks=True)
        return settings_of(folder).model_copy(update={"corpus": self.settings.corpus})


@contextmanager
def held_open(settings: Settings) -> Iterator[None]:
    """A reader that keeps SQLite from writing its log back into the database."""
    connection = sqlite3.connect(settings.index / "dealqa.sqlite", isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM documents").fetchone()
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def make_specimen(folder: Path, worker: Worker, *, logged: bool = False) -> Specimen:
    """Two generations over nine documents, one of them a duplicate, and a file that cannot be read.

    Args:
        logged: leave the second generation in SQLite's log.
    """
    settings = make_world(folder / "made", documents=8, sections=2)
    (settings.corpus / "copy.md").write_bytes((settings.corpus / "paper-3.md").read_bytes())
    (settings.corpus / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    first = worker.build(settings)
    at_first = worker.look(settings)["answers"]
    (settings.corpus / "paper-2.md").write_text(document_text(22, 3, "Zanzibar"), encoding="utf-8")
    (settings.corpus / "paper-8.md").write_text(document_text(23), encoding="utf-8")
    (settings.corpus / "paper-1.md").unlink()
    kept = settings_of(folder / "kept").model_copy(update={"corpus": settings.corpus})
    if logged:
        with held_open(settings):
            second = worker.build(settings)
            shutil.copytree(settings.index, kept.index)
        (kept.index / "dealqa.sqlite-shm").unlink()
        assert (kept.index / "dealqa.sqlite-wal").stat().st_size > PAGE
    else:
        second = worker.build(settings)
        shutil.copytree(settings.index, kept.index)
    assert second["published"], second
    # What scores the first generation gives its words depends on whether the second one's are in the index as well.
    answers = {first["generation"]: {at_first}, second["generation"]: set()}
    for generation in (first["generation"], second["generation"]):
        spoken = Specimen(kept, "", {}).copy(folder / "asked")
        (spoken.index / "CURRENT").write_text(generation + "\n", encoding="utf-8")
        said = worker.look(spoken, check=True)
        assert said["notices"] == [] and said["generation"] == generation, said
        answers[generation].add(said["answers"])
    return Specimen(kept, second["generation"], answers)


def flipped(offset: int, mask: int = 0xFF) -> Callable[[Path], None]:
    """Turn bits of one byte over."""

    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(offset)
            old = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([old ^ mask]))

    return damage


def halved(path: Path) -> None:
    """Cut a file off in its middle."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def zeroed(start: int, length: int) -> Callable[[Path], None]:
    """Write zeros over a stretch."""

    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(start)
            file.write(bytes(min(length, path.stat().st_size - start)))

    return damage


def emptied(path: Path) -> None:
    """Leave a file without content."""
    path.write_bytes(b"")


def deleted(path: Path) -> None:
    """Delete a file."""
    path.unlink()


def linked(path: Path) -> None:
    """Replace a file by a link to a copy of it."""
    other = path.with_name("elsewhere")
    path.rename(other)
    path.symlink_to(other)


def whole_file_cases(file: str) -> list[Case]:
    """What can happen to a file as a whole."""
    kinds = {"half": halved, "empty": emptied, "deleted": deleted}
    return [Case(f"{file} {name}", file, damage) for name, damage in kinds.items()]


def byte_cases(file: str, size: int, offsets: list[int], chance: random.Random) -> list[Case]:
    """One byte turned over at each of some places, wholly or in one bit."""
    masks = [0xFF, 0x01, 0x80, 0x02, 0x10]
    return [
        Case(f"{file} byte {offset} xor {mask:#x}", file, flipped(offset, mask))
        for offset in offsets
        if offset < size
        for mask in [chance.choice(masks)]
    ]


def verdict(said: dict[str, Any], specimen: Specimen) -> str:
    """What came of it, in a word or two; what begins with "WRONG" must never be."""
    if "signal" in said:
        return f"WRONG: ended by signal {said['signal']}"
    if "error" in said:
        if said["error"] not in OURS:
            return f"WRONG: {said['error']}: {said['message']}"
        return f"refused: {said['error']}" if said["hint"] else f"WRONG: no hint: {said['message']}"
    right = said["answers"] in specimen.answers.get(said["generation"], set())
    if not right:
        return "WRONG: other answers" + (f", with the notice {said['notices']}" if said["notices"] else "")
    if said["notices"]:
        return "served with a notice" + ("" if said["generation"] == specimen.live else ", the one before it")
    return "the same answers" if said["generation"] == specimen.live else "WRONG: an older generation, not a word"
