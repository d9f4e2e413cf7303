"""What there is to say of a generation besides answers: how it differs from the one before, where passages begin."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dealqa.errors import GenerationGone
from dealqa.index.rows import damaged, sound
from dealqa.index.schema import ALIVE, connect, store_errors

__all__ = ["Changes", "Named", "PassagePlace", "changes_of", "passage_places"]


class Named(NamedTuple):
    """A document, by what it is called."""

    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How a generation differs from the one before it, by paths, in their order.

    Attributes:
        since: when the one before was made, in ISO 8601.
        changed: documents whose bytes are others under the same path.
        renamed: the same bytes under another path, which is the new one here.
    """

    since: str
    added: tuple[Named, ...] = ()
    changed: tuple[Named, ...] = ()
    removed: tuple[Named, ...] = ()
    renamed: tuple[Named, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.renamed)


class PassagePlace(NamedTuple):
    """Where a passage stands: offsets in `Document.text`."""

    id: str
    start: int
    end: int


def changes_of(folder: Path, generation: str) -> Changes | None:
    """How a generation differs from the one before it; None where that one is not kept: the first, or after a purge.

    Args:
        folder: of the index.
        generation: its id.

    Raises:
        GenerationGone: it is no longer kept.
        StoreError: the index cannot be read.
    """
    with store_errors(folder), closing(connect(folder, write=False)) as connection:
        connection.execute("BEGIN")  # one state for all that is read
        number = _number(connection, folder, generation)
        before = connection.execute(
            "SELECT number, created FROM generations WHERE number < ? AND derived IS NOT NULL ORDER BY number DESC",
            (number,),
        ).fetchone()
        if before is None:
            return None
        now, then = _documents(connection, number), _documents(connection, before["number"])
    return _compared(now, then, before["created"])


def passage_places(folder: Path, generation: str, document_id: str) -> tuple[PassagePlace, ...]:
    """Where the passages of a document stand, in their order; none for an id that the generation does not hold.

    Raises:
        GenerationGone: the generation is no longer kept.
        IndexCorrupt: a passage is not what was written.
        StoreError: the index cannot be read.
    """
    with store_errors(folder), closing(connect(folder, write=False)) as connection:
        connection.execute("BEGIN")
        number = _number(connection, folder, generation)
        rows = connection.execute(
            "SELECT p.*, p.digest AS passage_digest, v.name FROM documents d JOIN passages p ON p.document = d.key"
            f" JOIN vectors v ON v.key = p.vector WHERE d.id = :id AND {ALIVE} ORDER BY p.start, p.id",
            {"id": document_id, "generation": number},
        )
        found: list[PassagePlace] = []
        for row in rows:
            if not sound(row, passage=True):
                raise damaged(folder, f"the passage {row['id']}")
            found.append(PassagePlace(row["id"], row["start"], row["end"]))
    return tuple(found)


def _number(connection: sqlite3.Connection, folder: Path, generation: str) -> int:
    row = connection.execute("SELECT number FROM generations WHERE id = ?", (generation,)).fetchone()
    if row is None:
        raise GenerationGone(
            f"The generation {generation} of {folder} is no longer kept: a newer one took its place.",
            hint="Open the index again.",
        )
    return int(row["number"])


def _documents(connection: sqlite3.Connection, number: int) -> dict[str, tuple[str, str]]:
    """Path → id and title of the documents of a generation."""
    rows = connection.execute(
        f"SELECT d.path, d.id, d.title FROM documents d WHERE {ALIVE} ORDER BY d.path", {"generation": number}
    )
    return {row["path"]: (row["id"], row["title"]) for row in rows}


def _compared(now: Mapping[str, tuple[str, str]], then: Mapping[str, tuple[str, str]], since: str) -> Changes:
    before, after = {document_id for document_id, _ in then.values()}, {document_id for document_id, _ in now.values()}
    new = [path for path in now if path not in then]
    return Changes(
        since,
        added=tuple(Named(path, now[path][1]) for path in new if now[path][0] not in before),
        changed=tuple(Named(path, now[path][1]) for path in now if path in then and now[path][0] != then[path][0]),
        removed=tuple(Named(path, then[path][1]) for path in then if path not in now and then[path][0] not in after),
        renamed=tuple(Named(path, now[path][1]) for path in new if now[path][0] in before),
    )
