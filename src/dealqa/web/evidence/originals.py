"""The files that the indexed documents were read from, looked up by a document's id and opened safely.

No path ever comes from a request: the id is looked up among the indexed documents, and what lies at the document's
path is opened as the indexer does it, without following links. It is given away only if it still has the hash that
was stored with the document.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dealqa.errors import CorpusError
from dealqa.reading.opening import read_bytes
from dealqa.types import DocumentInfo

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["Original", "is_inside_mail", "original_of"]

_MAIL = ".eml/"


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was indexed.

    Attributes:
        path: where its bytes were found: the document's own path, or that of a file with the same bytes.
    """

    info: DocumentInfo
    path: str
    data: bytes


def is_inside_mail(path: str) -> bool:
    """Whether a document came attached to a mail, so that there is no file of its own."""
    return _MAIL in path.lower()


def original_of(assistant: Assistant, document_id: str) -> Original:
    """The file of a document.

    Raises:
        KeyError: no document of the newest generation has this id.
        CorpusError: the file is not there, may not be read, or has changed since it was indexed.
        StoreError: the index cannot be read.
    """
    info = next((one for one in assistant.documents() if one.id == document_id), None)
    if info is None:
        raise KeyError(document_id)
    if is_inside_mail(info.path):
        raise CorpusError("This document is attached to a mail; there is no file of its own.")
    settings = assistant.settings
    problem: CorpusError | None = None
    for path in (info.path, *info.duplicates):
        try:
            data = read_bytes(settings.corpus, path, max_bytes=settings.max_file_bytes)
        except CorpusError as err:
            problem = problem or err
            continue
        if hashlib.sha256(data).hexdigest() == info.sha256:
            return Original(info, path, data)
        problem = problem or CorpusError(
            "The file has changed since it was indexed.", hint="Bring the index up to date on the page Documents."
        )
    raise problem or KeyError(document_id)
