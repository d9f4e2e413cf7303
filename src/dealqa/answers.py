"""From a question that was understood to its answer, as it is shown: found, drafted, verified."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dealqa.answering import Draft, answer_extractively
from dealqa.answering.language_model import LanguageModelAnswerer, may_be_written
from dealqa.answering.weighing.ranking import PASSAGES, Reader
from dealqa.answering.wording import with_numbers
from dealqa.citing import verify
from dealqa.config import Settings
from dealqa.coverage import answer_notices
from dealqa.embedding import Embedder
from dealqa.retrieval import Weights, retrieve, weighed
from dealqa.snapshot import Snapshot
from dealqa.types import Answer, Hit, Question, Refusal

__all__ = ["Answers"]


class Answers:
    """Answers questions from a generation that is held; safe to use from several threads.

    Args:
        embedder: the one that the index was built with.
        reader: the evidence model; None to do without.
        writer: the language model; None to do without.
        notices: gives what is to be said of the index itself at this moment.
    """

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        reader: Reader | None,
        weights: Weights,
        writer: LanguageModelAnswerer | None,
        notices: Callable[[], tuple[str, ...]],
    ) -> None:
        self._settings, self._embedder, self._reader = settings, embedder, reader
        self._weights, self._writer, self._notices = weights, writer, notices

    def found(
        self, snapshot: Snapshot, question: Question, documents: Sequence[str] | None, limit: int
    ) -> tuple[Hit, ...]:
        """The passages that bear on a question, best first.

        Raises:
            QuestionError: one of the paths is not in the index.
        """
        return retrieve(
            snapshot.index,
            self._embedder,
            question,
            limit=limit,
            candidates=max(self._settings.candidates, limit),
            documents=snapshot.ids(documents),
            preferred=snapshot.ids_of_deals(question.deals) if question.deals and documents is None else (),
            weights=self._weights,
        )

    def extractive(
        self, snapshot: Snapshot, question: Question, *, documents: Sequence[str] | None, hits: int
    ) -> Answer:
        """The answer in the documents' own sentences."""
        return _Asked(self, snapshot, question, documents, hits, time.perf_counter()).extractive()

    def stream(
        self,
        snapshot: Snapshot,
        question: Question,
        *,
        documents: Sequence[str] | None,
        hits: int,
        started: float,
    ) -> Iterator[Answer]:
        """The answer as it comes into being; the last one is whole.

        Args:
            started: when the question came, by `time.perf_counter`.
        """
        asked = _Asked(self, snapshot, question, documents, hits, started)
        if self._writer is None or not may_be_written(question, asked.draft):
            yield asked.extractive()
            return
        if self._settings.llm.show_extractive_first:
            yield asked.answer(asked.draft, partial=True)
        begun = time.perf_counter()
        written = self._writer.answers(question, asked.draft, asked.hits, snapshot, snapshot.generation)
        with contextlib.closing(written):
            for draft, whole in written:
                took = 1000 * (time.perf_counter() - begun)
                if draft.author:
                    asked.timings.setdefault("first_statement", took)
                asked.timings["language_model"] = took
                yield asked.answer(draft, partial=not whole)

    def drafted(
        self, snapshot: Snapshot, question: Question, hits: Sequence[Hit], documents: Sequence[str] | None
    ) -> Draft:
        """The extractive answer before it is verified."""
        return answer_extractively(
            question,
            hits,
            snapshot,
            lambda other, limit=None: self.found(snapshot, other, documents, limit or PASSAGES),
            max_sentences=self._settings.answer_sentences,
            reader=self._reader,
        )

    def _said_of_the_index(self) -> tuple[str, ...]:
        return self._notices()


class _Asked:
    """A question while it is answered: what was found for it, and the extractive draft."""

    def __init__(
        self,
        answers: Answers,
        snapshot: Snapshot,
        question: Question,
        documents: Sequence[str] | None,
        hits: int,
        started: float,
    ) -> None:
        self._answers, self._snapshot, self._question = answers, snapshot, question
        self._documents, self._shown, self._started = documents, max(hits, 0), started
        self.hits = answers.found(snapshot, question, documents, max(hits, PASSAGES))
        retrieved = time.perf_counter()
        self.draft = answers.drafted(snapshot, question, self.hits, documents)
        self.timings = {
            "retrieve": 1000 * (retrieved - started),
            "answer": 1000 * (time.perf_counter() - retrieved),
        }

    def extractive(self) -> Answer:
        return self.answer(self.draft, partial=False)

    def answer(self, draft: Draft, *, partial: bool) -> Answer:
        """A draft, verified whoever wrote it."""
        answer = self._verified(draft)
        self.timings["total"] = 1000 * (time.perf_counter() - self._started)
        hits = weighed(self.hits, draft.passages)[: self._shown]
        return Answer(**answer, hits=hits, timings_ms=dict(self.timings), partial=partial)

    def _verified(self, draft: Draft) -> dict[str, Any]:
        snapshot, question = self._snapshot, self._question
        sentences, citations, dropped = verify(draft.sentences, draft.citations, snapshot.document, snapshot.registry)
        refusal, confidence = draft.refusal, draft.confidence
        if refusal is None and not sentences:
            refusal = Refusal("no_evidence", "Nothing in these documents could be verified as an answer.")
            confidence = 0.0
        text = " ".join(with_numbers(sentence.text, sentence.citations) for sentence in sentences)
        notices = draft.notices
        if question.resolved.lower() != " ".join(question.text.lower().split()):
            notices = (*notices, f"Understood as: {question.resolved}")
        scope = snapshot.ids(self._documents)
        read = answer_notices(citations, refusal, snapshot.documents, snapshot.failed, scope)
        notices = (*notices, *read, *self._answers._said_of_the_index())
        return {
            "text": refusal.message if refusal else text,
            "sentences": sentences,
            "citations": citations,
            "question": question,
            "generation": snapshot.generation,
            "confidence": confidence,
            "refusal": refusal,
            "notices": tuple(dict.fromkeys(notices)),
            "dropped": draft.dropped + dropped,
            "short": draft.short if sentences and draft.short in sentences[0].text else "",
            "conflict": draft.conflict and len(sentences) > 1,
            "compared": draft.compared if sentences else (),
            "author": draft.author if sentences else "",
        }
