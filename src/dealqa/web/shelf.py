"""Answers that were given, by an id that cannot be guessed, for as long as there is room: for exports and remarks."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from dealqa.types import Answer
from dealqa.web.readers import Reader

__all__ = ["Shelf", "Shelved"]

ROOM: Final = 1_000
"""How many answers are kept; without the texts of their passages one is about 10 KB."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """An answer as it was given.

    Attributes:
        id: 22 letters, digits, "-" and "_", of 128 random bits.
        question: as typed.
        answer: without the texts of its passages.
        reader: whom it was given to; nobody else gets it.
    """

    id: str
    question: str
    answer: Answer
    reader: str
    at: datetime


class Shelf:
    """The answers given last, the oldest making room; lost when the server ends. Safe to use from several threads."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Shelved] = OrderedDict()

    def put(self, question: str, answer: Answer, reader: Reader) -> Shelved:
        """Keep an answer; gives it its id."""
        kept = Shelved(secrets.token_urlsafe(16), question, _lighter(answer), reader.name, datetime.now(UTC))
        with self._lock:
            self._held[kept.id] = kept
            while len(self._held) > self._room:
                self._held.popitem(last=False)
        return kept

    def get(self, answer_id: str, reader: Reader) -> Shelved | None:
        """An answer that this reader was given; None for another one's, and for one that made room."""
        with self._lock:
            found = self._held.get(answer_id)
        return found if found is not None and found.reader == reader.name else None


def _lighter(answer: Answer) -> Answer:
    """An answer without what its passages say: what is handed on is its quotes."""
    hits = (
        replace(
            hit,
            passage=replace(hit.passage, text="", context="", sentences=()),
            features={},
            sentence_scores=(),
            sentence_cosines=(),
        )
        for hit in answer.hits
    )
    return replace(answer, hits=tuple(hits))
