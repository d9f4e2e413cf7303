"""Read several files, one after the other, in this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dealqa.config import Settings
from dealqa.errors import CorpusError, UnreadableDocument
from dealqa.reading.read import read_document
from dealqa.types import Document

__all__ = ["FileReading", "Readers"]


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file gave: its own document first; `problems` of what lies inside it."""

    documents: tuple[Document, ...]
    problems: tuple[UnreadableDocument, ...] = ()


class Readers:
    """Reads files of the corpus; a context manager."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *details: object) -> None:
        return None

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, FileReading | CorpusError]]:
        """Each path with what its file gave; a file that cannot be read gives its error."""
        for path in paths:
            try:
                document = read_document(self._settings.corpus, path, max_bytes=self._settings.max_file_bytes)
            except CorpusError as err:
                yield path, err
            else:
                yield path, FileReading((document,))
