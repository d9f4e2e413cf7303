"""What an answerer is given and what it hands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dealqa.types import AnswerSentence, Citation, Refusal

__all__ = ["Corpus", "Draft"]


class Corpus(Protocol):
    """What an answerer may ask about the documents as a whole."""

    def idf(self, stem: str) -> float:
        """Inverse document frequency of a stem; highest for one that no passage holds."""

    def mentions(self, phrase: str) -> bool:
        """Whether some passage, its title and headings included, holds this word or phrase."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before its citations are verified.

    Attributes:
        confidence: probability that the documents answer the question and this is the answer, in [0, 1].
        notices: sentences that the reader should see beside the answer.
    """

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    confidence: float
    refusal: Refusal | None = None
    notices: tuple[str, ...] = ()
