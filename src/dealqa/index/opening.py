"""Open the live generation for reading, after a look whether it is what was written."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from dealqa.errors import GenerationGone, IndexCorrupt, IndexMissing
from dealqa.index.deriving import derive
from dealqa.index.lease import take_lease
from dealqa.index.publish import Generation, live_generation, readable_generations
from dealqa.index.reader import Index
from dealqa.index.schema import CHROMA, DATABASE, REBUILD, connect, store_errors
from dealqa.index.vector_store import ChromaStore
from dealqa.index.verify import check_truth
from dealqa.index.view import PrivateFolder, view_of

__all__ = ["open_index"]

CHECK_SECONDS = 2.0
ATTEMPTS = 5
"""A generation may be published, and another one removed, between our looking at the pointer and at the database."""

logger = logging.getLogger(__name__)


def open_index(folder: Path, *, check_seconds: float = CHECK_SECONDS) -> Index:
    """Open the live generation of an index; where it is damaged, the one before it, with a notice that says so.

    A damaged vector index is derived again from the stored vectors, for this reader only and with a notice: only
    indexing writes to the folder.

    Args:
        check_seconds: how long rows and pages are checked; what is not checked now is checked when it is read.

    Raises:
        IndexMissing: nothing has been published in this folder yet.
        IndexMismatch: the format is of another version.
        IndexCorrupt: neither the live generation nor an older one is what was written.
        StoreError: the folder or a temporary folder cannot be used.
    """
    if not (folder / DATABASE).is_file():
        raise IndexMissing(f"There is no index in {folder} yet.", hint="Run `dealqa index` first.")
    for _ in range(ATTEMPTS):
        named = live_generation(folder)
        with store_errors(folder):
            connection = connect(folder, write=False)
            try:
                index = _first_sound(folder, named, connection, check_seconds)
            except (GenerationGone, IndexCorrupt) as err:
                if named != live_generation(folder):
                    continue  # it was replaced, and perhaps removed, while we looked at it
                if isinstance(err, IndexCorrupt):
                    raise
                raise IndexCorrupt(
                    f"{folder / DATABASE} is damaged: its list of generations is not what was written.", hint=REBUILD
                ) from err
            finally:
                connection.close()
        if not index.notices or named == live_generation(folder):
            return index
        index.close()
    raise IndexCorrupt(f"The live generation of {folder} changes all the time.", hint="Stop what writes it.")


def _first_sound(
    folder: Path,
    named: str | None,
    connection: sqlite3.Connection,
    check_seconds: float,
) -> Index:
    generations, lost = readable_generations(connection)
    complete = [one for one in generations if one.derived is not None]
    if not complete and lost:
        raise IndexCorrupt(
            f"{folder / DATABASE} is damaged: its list of generations is not what was written.", hint=REBUILD
        )
    if not complete:
        raise IndexMissing(f"Nothing has been published in {folder} yet.", hint="Run `dealqa index` first.")
    live = next((one for one in complete if one.id == named), None)
    notices: list[str] = []
    if live is None:
        what = f"names {named!r}, which is not there" if named else "is not there, or empty"
        notices.append(
            f"The pointer to the live generation {what}: the newest complete generation is served. Run `dealqa index`."
        )
        live = complete[0]
    errors: list[IndexCorrupt] = []
    for generation in [live, *(one for one in complete if one.number < live.number)]:
        if errors:
            notices.append(f"{errors[0].message} The generation before it is served. {errors[0].hint}")
        try:
            return _open(folder, generation, connection, check_seconds, notices)
        except IndexCorrupt as err:
            errors.append(err)
    raise errors[0]


def _open(
    folder: Path, generation: Generation, connection: sqlite3.Connection, check_seconds: float, notices: list[str]
) -> Index:
    shared = folder / CHROMA / generation.id
    lease = take_lease(shared)
    private: PrivateFolder | None = None
    store: ChromaStore | None = None
    try:
        checked = check_truth(connection, folder, generation, seconds=check_seconds)
        private = PrivateFolder()
        try:
            if generation.derived is None:
                raise IndexCorrupt(f"The vector index of {generation.id} was never completed.")
            with store_errors(private.path):  # the temporary folder may be on another disk, and that one full
                view_of(shared, generation.derived, private.path / "view")
            store = ChromaStore(private.path / "view")
        except IndexCorrupt as err:
            notices = [*notices, f"{err.message} It was derived again for now. Run `dealqa index` to mend it."]
            derive(folder, generation.number, private.path / "derived", base=None, progress=lambda *_: None)
            store = ChromaStore(private.path / "derived")
        for notice in notices:
            logger.warning("%s", notice)
        return Index(folder, generation, store, private, lease, tuple(notices), fully_checked=checked)
    except BaseException:
        if store is not None:
            store.close()
        if private is not None:
            private.remove()
        if lease is not None:
            lease.release()
        raise
