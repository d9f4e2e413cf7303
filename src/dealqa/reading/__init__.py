"""The reading room: a folder of files to `Document`s, safely, one module a format.

`Readers` reads files in caged processes of their own, several side by side; `walk_corpus` finds them.
"""

from dealqa.reading.file_reading import FileReading, Limits
from dealqa.reading.read import read_document
from dealqa.reading.readers import Readers, cage_strength
from dealqa.reading.sniffing import SUFFIXES
from dealqa.reading.walk import Walk, walk_corpus

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
