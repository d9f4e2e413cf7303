"""A reader's own view of a Chroma folder: Chroma writes into the folder that it opens, and the published one is shared.

The graph, which is only read, is linked to; the one file that Chroma writes to is copied. What is opened is compared
with the hashes that were taken when it was verified, before any native code sees it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

from dealqa.errors import IndexCorrupt
from dealqa.index.deriving import Derived, problem_with
from dealqa.index.vector_store import CHROMA_FILE

__all__ = ["PrivateFolder", "view_of"]

PREFIX = "dealqa-view-"
ABANDONED_S = 60
"""A folder that nobody holds is left alone for so long: its owner may be about to take hold of it."""


class PrivateFolder:
    """A temporary folder of this process; `remove` deletes it, and the next reader does when we were killed."""

    def __init__(self) -> None:
        _sweep()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._descriptor: int | None = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def remove(self) -> None:
        """Delete the folder with all that is in it."""
        if self._descriptor is not None:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._descriptor)
            self._descriptor = None


def _sweep() -> None:
    """Delete the folders of readers that were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            status = path.stat(follow_symlinks=False)
            if status.st_uid != os.getuid() or time.time() - status.st_mtime < ABANDONED_S:
                continue
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # gone, or no folder of ours
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)
        except OSError:  # somebody's
            continue
        finally:
            os.close(descriptor)


def view_of(folder: Path, derived: Derived, target: Path) -> None:
    """Fill the new folder `target` with a view of a Chroma folder.

    Raises:
        IndexCorrupt: the folder is not as it was when it was verified; the message says which file.
    """
    problem = problem_with(folder, derived)
    if problem is not None:
        raise IndexCorrupt(f"The vector index is damaged: {problem}.", hint="Run `dealqa index`: it is derived again.")
    for name in derived.files:
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if name == CHROMA_FILE:
            shutil.copyfile(folder / name, place)
        else:
            place.symlink_to((folder / name).absolute())
