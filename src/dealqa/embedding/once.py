"""A folder that is made once and kept: what a model is converted to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

__all__ = ["made_once"]


def made_once(target: Path, last: str, make: Callable[[Path], None]) -> Path:
    """`target`, made now if it is not there yet.

    Two processes may make it at the same time: each writes a folder of its own, and the first rename wins.

    Args:
        last: the file that says that the folder is whole; `make` writes it last.
        make: writes the files into an empty folder.
    """
    if (target / last).is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".exporting-", dir=target.parent))
    try:
        make(scratch)
        try:
            scratch.rename(target)
        except OSError:
            if not (target / last).is_file():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target
