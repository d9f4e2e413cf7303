"""The composition root: the one place where the parts are wired together."""

from __future__ import annotations

import difflib
import math
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from dealqa.answering import Draft, answer_extractively
from dealqa.answering.wording import with_numbers
from dealqa.citing import verify
from dealqa.config import Settings, load_settings
from dealqa.embedding import load_embedder
from dealqa.errors import IndexMismatch, QuestionError
from dealqa.index import open_index
from dealqa.places import known_places
from dealqa.retrieval import retrieve
from dealqa.terms import words
from dealqa.types import Answer, Document, DocumentInfo, Hit, Question, Refusal
from dealqa.understanding import analyse

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

__all__ = ["Assistant"]

EVIDENCE = 12
"""How many passages are looked into for an answer."""

LONG_WORD = 7
"""Letters from which an unknown word is taken for a slip of the pen: short words have too many neighbours."""

SPELLING = 0.84
"""How alike (difflib's ratio) an unknown word must be to a known name to be read as a slip of the pen."""


class Assistant:
    """Answers questions from one generation of one index.

    Safe to use from several threads. A context manager; `close` releases files and memory.

    Args:
        settings: which index and which model; without it as `load_settings()` finds them.

    Raises:
        IndexMissing: nothing has been indexed yet.
        IndexMismatch: the index was built with another model.
        IndexCorrupt: what is stored does not agree with itself.
        ModelMissing, ModelInvalid: see `dealqa.embedding`.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or load_settings()
        self._index = open_index(self.settings.index)
        try:
            self._embedder = load_embedder(self.settings)
            manifest = self._index.manifest
            if manifest["fingerprint"] != self._embedder.fingerprint:
                raise IndexMismatch(
                    f"The index in {self.settings.index} was built with the model {manifest['model']!r},"
                    f" not {self.settings.model!r}.",
                    hint=f"Rebuild it with `dealqa index --rebuild --index {self.settings.index}`,"
                    " or set the model back.",
                )
        except BaseException:
            self._index.close()
            raise
        self._paths = {path: info.id for info in self._index.documents for path in (info.path, *info.duplicates)}
        self._frequencies: dict[str, int] = {}
        self._known_names: list[str] | None = None

    @property
    def generation(self) -> str:
        """The id of the generation that answers are drawn from."""
        return self._index.generation

    def documents(self) -> tuple[DocumentInfo, ...]:
        """All indexed documents, in the order of their paths."""
        return self._index.documents

    def document(self, document_id: str) -> Document:
        """A document with its stored text and blocks.

        Raises:
            KeyError: no document has this id.
        """
        return self._index.document(document_id)

    def failures(self) -> list[tuple[str, str, str]]:
        """(path, reason, message) of each file that could not be read when the index was last brought up to date."""
        return self._index.failures()

    def check(self) -> None:
        """Compare the parts of the index with each other.

        Raises:
            IndexCorrupt: they do not agree; the message says what.
        """
        self._index.check()

    def understand(self, question: str, history: Sequence[str] = ()) -> Question:
        """A question, analysed: names, figures, kind of answer, and what a follow-up leaves out.

        Raises:
            QuestionError: it is empty, or longer than `Settings.max_question_chars`.
        """
        if not question.strip():
            raise QuestionError(
                "The question is empty.", hint="Type a question, for example: What does Bristol retain?"
            )
        limit = self.settings.max_question_chars
        if len(question) > limit:
            raise QuestionError(
                f"The question has {len(question):,} characters; the limit is {limit:,}.",
                hint="Ask a shorter question.",
            )
        cleaned = _cleaned(question)
        if not cleaned:
            raise QuestionError("The question has no readable characters.", hint="Type a question in words.")
        return analyse(cleaned, [_cleaned(turn[:limit]) for turn in history], correct=self._correct)

    def search(
        self, question: str | Question, *, documents: Sequence[str] | None = None, limit: int = 10
    ) -> tuple[Hit, ...]:
        """The passages that bear on a question, best first.

        Args:
            documents: paths in the corpus to restrict the search to.

        Raises:
            QuestionError: see `understand`; or one of the paths is not in the index.
        """
        asked = question if isinstance(question, Question) else self.understand(question)
        return retrieve(
            self._index,
            self._embedder,
            asked,
            limit=limit,
            candidates=max(self.settings.candidates, limit),
            documents=self._ids(documents),
        )

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        documents: Sequence[str] | None = None,
        hits: int = 10,
    ) -> Answer:
        """The answer, each sentence quoted and cited and verified, or a refusal.

        Args:
            question: as typed.
            history: earlier questions of the conversation, oldest first.
            documents: paths in the corpus to restrict the search to.
            hits: how many passages to keep in the answer, at least as many as it is drawn from.

        Raises:
            QuestionError: the question is empty or too long, or a path is not in the index.
        """
        started = time.perf_counter()
        asked = self.understand(question, history)
        found = self.search(asked, documents=documents, limit=max(hits, EVIDENCE))
        retrieved = time.perf_counter()
        draft = answer_extractively(
            asked,
            found,
            self,
            lambda other: self.search(other, documents=documents, limit=EVIDENCE),
            max_sentences=self.settings.answer_sentences,
        )
        answer = self._verified(draft, asked, found)
        done = time.perf_counter()
        timings = {
            "retrieve": 1000 * (retrieved - started),
            "answer": 1000 * (done - retrieved),
            "total": 1000 * (done - started),
        }
        return Answer(**answer, hits=found[: max(hits, 0)], timings_ms=timings)

    def _verified(self, draft: Draft, question: Question, hits: Sequence[Hit]) -> dict[str, Any]:
        sentences, citations, dropped = verify(draft.sentences, draft.citations, self._index.document)
        refusal, confidence = draft.refusal, draft.confidence
        if refusal is None and not sentences:
            refusal = Refusal("no_evidence", "Nothing in these documents could be verified as an answer.")
            confidence = 0.0
        text = " ".join(with_numbers(sentence.text, sentence.citations) for sentence in sentences)
        notices = draft.notices
        if question.resolved.lower() != " ".join(question.text.lower().split()):
            notices = (*notices, f"Understood as: {question.resolved}")
        return {
            "text": refusal.message if refusal else text,
            "sentences": sentences,
            "citations": citations,
            "question": question,
            "generation": self.generation,
            "confidence": confidence,
            "refusal": refusal,
            "notices": notices,
            "dropped": dropped,
        }

    def idf(self, stem: str) -> float:
        """Inverse document frequency of a stem over passages: ln((N + 1) / (n + 0.5))."""
        return math.log((self._index.passage_count() + 1) / (self._frequency(stem) + 0.5))

    def mentions(self, phrase: str) -> bool:
        """Whether some passage, its title and headings included, holds this word or phrase."""
        return self._frequency(phrase) > 0

    def _frequency(self, phrase: str) -> int:
        if phrase not in self._frequencies:
            if len(self._frequencies) > 100_000:  # bounded: questions are unlimited in number
                self._frequencies.clear()
            self._frequencies[phrase] = self._index.passage_frequency(phrase)
        return self._frequencies[phrase]

    def _correct(self, word: str) -> str | None:
        """The known name that an unknown word is a slip of, or None."""
        if word in known_places() or self.mentions(word):
            return None
        if self._known_names is None:
            titles = {part for info in self._index.documents for part in words(info.title) if len(part) >= 5}
            names = {part for name in known_places() for part in name.split() if len(part) >= 5}
            self._known_names = sorted(name for name in titles | names if self.mentions(name))
        close = difflib.get_close_matches(word, self._known_names, n=1, cutoff=SPELLING)
        if close:
            return known_places().get(close[0], close[0])
        return self._known_word(word)

    def _known_word(self, word: str) -> str | None:
        """The word of the documents that a long unknown word is a slip of, or None."""
        if len(word) < LONG_WORD:
            return None
        alike = [
            known for known in self._index.vocabulary() if known[0] == word[0] and abs(len(known) - len(word)) <= 2
        ]
        for known in difflib.get_close_matches(word, alike, n=1, cutoff=SPELLING):
            # "architect" is no slip of "architecture": another form of a word, or another word, is not a misspelling.
            if not known.startswith(word[:-1]) and not word.startswith(known[:-1]):
                return known
        return None

    def _ids(self, documents: Sequence[str] | None) -> list[str] | None:
        if documents is None:
            return None
        unknown = [path for path in documents if path not in self._paths]
        if unknown:
            raise QuestionError(f"{unknown[0]} is not in the index.", hint="`dealqa status` lists what is.")
        return [self._paths[path] for path in documents]

    def as_runnable(self) -> Runnable[Any, Answer]:
        """A LangChain runnable: a question, or {"question": …, "history": […]}, to an `Answer`."""
        from dealqa.langchain import assistant_runnable

        return assistant_runnable(self)

    def close(self) -> None:
        """Release files and memory; the assistant cannot be used afterwards."""
        self._index.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _cleaned(text: str) -> str:
    """Text as typed without what cannot be seen (control characters, half characters), white space evened out."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
