"""The documents of a folder as the indexer reads them."""

from __future__ import annotations

from dealqa import Settings
from dealqa.errors import CorpusError
from dealqa.reading import Readers, walk_corpus
from dealqa.types import Document

__all__ = ["read_corpus"]


def read_corpus(settings: Settings) -> list[Document]:
    """What can be read of a folder, in the order of the paths; what cannot is left to the indexer to report."""
    files = walk_corpus(settings.corpus, max_bytes=settings.max_file_bytes).files
    documents: list[Document] = []
    with Readers(settings) as readers:
        for _, reading in readers.read(files):
            if not isinstance(reading, CorpusError):
                documents += reading.documents
    return sorted(documents, key=lambda document: document.path)
