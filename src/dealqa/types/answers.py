"""Answers: sentences, what they cite, or a refusal; and the answer contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dealqa.types.documents import Hit
from dealqa.types.questions import Question

__all__ = ["Answer", "AnswerSentence", "Citation", "Refusal", "RefusalReason"]

RefusalReason = Literal["no_evidence", "unknown_place", "false_premise", "out_of_scope"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and where it stands: `quote == document.text[start:end]`, always."""

    number: int
    document_id: str
    document: str
    title: str
    page: int | None
    heading_path: tuple[str, ...]
    start: int
    end: int
    quote: str

    def to_dict(self) -> dict[str, Any]:
        """The citation as the answer contract gives it (JSON types only)."""
        return {
            "number": self.number,
            "document": self.document,
            "title": self.title,
            "page": self.page,
            "heading_path": list(self.heading_path),
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer and the numbers of the citations that it rests on (at least one).

    Attributes:
        about: of a comparison, which of its sides the sentence speaks for, as `Answer.compared` names them.
    """

    text: str
    citations: tuple[int, ...]
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An honest "not in these documents".

    Attributes:
        message: one or two sentences for the reader, naming what is missing.
        nearest: the nearest things that the documents do say; they do not answer the question.
    """

    reason: RefusalReason
    message: str
    nearest: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What `Assistant.ask` returns: an answer with citations, or a refusal, never both.

    Attributes:
        text: the sentences as one text with citation numbers in brackets; for a refusal, its message.
        citations: numbered from 1; for a refusal empty (see `Refusal.nearest`).
        confidence: probability that the documents answer the question and this is the answer, in [0, 1].
        hits: best first; those that bear on the question before the others.
        notices: sentences that the reader should see beside the answer.
        generation: which state of the index the answer was drawn from.
        dropped: how many drafted sentences were dropped because they could not be verified.
        short: the figure that answers, as it stands in the first sentence; "" where there is no single one.
        conflict: whether the sentences are statements that disagree with each other; a notice names their documents.
        compared: the sides of a comparison, as the question names them; empty for other questions.
        author: the language model whose words the sentences are; "" where they are the documents' own.
        partial: whether more is to come: only while an answer is streamed.
    """

    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    question: Question
    generation: str
    confidence: float
    refusal: Refusal | None = None
    hits: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    dropped: int = 0
    short: str = ""
    conflict: bool = False
    compared: tuple[str, ...] = ()
    author: str = ""
    partial: bool = False

    @property
    def comparison(self) -> tuple[tuple[str, AnswerSentence | None], ...]:
        """Each side of a comparison with its sentence, None where the documents state nothing of it.

        A sentence on all sides that stands before those on each has a row of its own, first: ("Leeds and Hull", …).
        """
        by_side = {side: sentence for sentence in self.sentences for side in sentence.about}
        shown = {sentence.citations for sentence in by_side.values()}
        joint = [one for one in self.sentences if one.about and one.citations not in shown]
        return (
            *((" and ".join(one.about), one) for one in joint),
            *((side, by_side.get(side)) for side in self.compared),
        )

    @property
    def refused(self) -> bool:
        """Whether this is a refusal."""
        return self.refusal is not None

    def to_dict(self, *, hits: int = 10) -> dict[str, Any]:
        """The answer contract: one JSON object, the same for the command line, Python, HTTP and MCP.

        Args:
            hits: how many of the hits to include, best first.
        """
        refusal = None
        if self.refusal is not None:
            refusal = {
                "reason": self.refusal.reason,
                "message": self.refusal.message,
                "nearest": [citation.to_dict() for citation in self.refusal.nearest],
            }
        return {
            "question": self.question.text,
            "resolved_question": self.question.resolved,
            "understood": self.question.understood(),
            "answer": self.text,
            "short": self.short,
            "refused": self.refused,
            "refusal": refusal,
            "confidence": round(self.confidence, 4),
            "sentences": [
                {"text": sentence.text, "citations": list(sentence.citations)} for sentence in self.sentences
            ],
            "comparison": [
                {
                    "side": side,
                    "text": sentence.text if sentence else None,
                    "citations": list(sentence.citations) if sentence else [],
                }
                for side, sentence in self.comparison
            ],
            "conflict": self.conflict,
            "author": self.author,
            "dropped": self.dropped,
            "citations": [citation.to_dict() for citation in self.citations],
            "hits": [
                {
                    "rank": hit.rank,
                    "document": hit.document.path,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "page": hit.passage.page,
                    "score": round(hit.score, 6),
                    "bears": hit.bears,
                    "also": [info.path for info in hit.also],
                    "deals": list(hit.document.deals),
                }
                for hit in self.hits[:hits]
            ],
            "notices": list(self.notices),
            "generation": self.generation,
            "timings_ms": {name: round(value, 1) for name, value in self.timings_ms.items()},
        }
