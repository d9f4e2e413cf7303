"""What an answerer is given and what it hands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from dealqa.deals import Registry
from dealqa.types import AnswerSentence, Citation, Document, DocumentInfo, Hit, Question, Refusal, Span

__all__ = ["Corpus", "Draft", "Search", "SentenceKey"]

SentenceKey = tuple[str, Span]
"""A sentence by the id of its document and its span there."""


class Corpus(Protocol):
    """What an answerer may ask about the documents as a whole."""

    @property
    def registry(self) -> Registry:
        """The deals of the corpus."""

    @property
    def documents(self) -> tuple[DocumentInfo, ...]:
        """All documents."""

    def document(self, document_id: str) -> Document:
        """A document with its stored text and blocks; raises KeyError for an id that there is not."""

    def idf(self, stem: str) -> float:
        """Inverse document frequency of a stem; highest for one that no passage holds."""

    def mentions(self, phrase: str) -> bool:
        """Whether some passage, its title and headings included, holds this word or phrase."""


class Search(Protocol):
    """Looks for another question than the one that was asked."""

    def __call__(self, question: Question, limit: int | None = None, /) -> Sequence[Hit]:
        """The passages that bear on a question, best first.

        Args:
            limit: the most of them; without it as many as an answer is drawn from.
        """


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before its citations are verified.

    Attributes:
        confidence: probability that the documents answer the question and this is the answer, in [0, 1].
        notices: sentences that the reader should see beside the answer.
        short: the figure that answers, as it stands in the first sentence; "" where there is no single one.
        conflict: whether the sentences disagree with each other on what is asked.
        passages: ids of the passages whose sentences were weighed, with the greatest probability of one of these.
        compared: the sides of a comparison, as the question names them; a sentence says by `about` which is its own.
        read: the sentences that were read closely, by document and span, with the probability that each answers.
        author: the language model that wrote the sentences; "" where they are the documents' own.
        dropped: how many statements of a language model were not taken over.
    """

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    confidence: float
    refusal: Refusal | None = None
    notices: tuple[str, ...] = ()
    short: str = ""
    conflict: bool = False
    compared: tuple[str, ...] = ()
    passages: Mapping[str, float] = field(default_factory=dict)
    read: Mapping[SentenceKey, float] = field(default_factory=dict)
    author: str = ""
    dropped: int = 0
