"""The reading room: a folder of files to `Document`s, safely, one module a format.

`Readers` reads files in caged processes of their own, several side by side; `walk_corpus` finds them.
"""

from typing import TYPE_CHECKING, Any

from dealqa.reading.file_reading import FileReading, Limits
from dealqa.reading.readers import Readers, cage_strength
from dealqa.reading.sniffing import SUFFIXES
from dealqa.reading.walk import Walk, walk_corpus

if TYPE_CHECKING:
    from dealqa.reading.read import read_document

__all__ = [
    "SUFFIXES",
    "FileReading",
    "Limits",
    "Readers",
    "Walk",
    "cage_strength",
    "read_document",
    "walk_corpus",
]


def __getattr__(name: str) -> Any:
    # The parsers of all formats take half a second to import; whoever leaves them to `Readers` need not wait.
    if name != "read_document":
        raise AttributeError(f"module 'dealqa.reading' has no attribute {name!r}")
    from dealqa.reading.read import read_document

    return read_document
