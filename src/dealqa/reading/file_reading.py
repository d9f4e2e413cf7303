"""What one file gives, and how much one file may give."""

from __future__ import annotations

from dataclasses import dataclass

from dealqa.errors import UnreadableDocument
from dealqa.types import Document

__all__ = ["FileReading", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one file is read; a file with more is refused whole, never cut off in silence.

    Attributes:
        max_pages: pages of a PDF, slides of a deck.
        max_characters: of the text, all documents of the file together.
    """

    max_pages: int = 5_000
    max_characters: int = 20_000_000


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file gave.

    Attributes:
        documents: first the file's own, then those that lie inside it (the attachments of a mail); their path is
            that of the file, "/" and their name.
        problems: of what lies inside it and could not be read.
    """

    documents: tuple[Document, ...]
    problems: tuple[UnreadableDocument, ...] = ()
