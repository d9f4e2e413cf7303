"""The composition root: the one place where the parts are wired together."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from dealqa.answering.evidence_model import load_evidence_model
from dealqa.answering.language_model import LanguageModelAnswerer
from dealqa.answering.weighing.ranking import Reader
from dealqa.answers import Answers
from dealqa.config import Settings, load_settings
from dealqa.embedding import Embedder, load_embedder
from dealqa.errors import GenerationGone, IndexMismatch, QuestionError
from dealqa.following import Follower, pointer_of
from dealqa.index import Index, open_index
from dealqa.index.changes import Changes, PassagePlace, changes_of, passage_places
from dealqa.retrieval import Weights
from dealqa.snapshot import Snapshot, State
from dealqa.types import Answer, Document, DocumentInfo, Hit, Question
from dealqa.understanding import analyse

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

__all__ = ["Assistant", "State"]

ATTEMPTS = 3
"""How often a question is asked when its generation is removed while it is answered: each time anew, from the newest
one. An index must be purged within the time of one answer for that to happen once."""

Result = TypeVar("Result")


class Assistant:
    """Answers questions from the live generation of one index.

    Each answer comes wholly from one generation, which it names. Before each question the assistant looks whether a
    newer one was published and opens it; if that cannot be used, the older one goes on answering, with a notice.

    Safe to use from several threads. A context manager; `close` releases files and memory.

    Args:
        settings: which index and which model; without it as `load_settings()` finds them.
        follow: look for new generations in the background, too, so that no question waits for one to be opened.
        embedder: instead of the one that the settings name; the index must have been built with it.
        weights: of the evidence that passages are ranked by, instead of those that are known to work well.
        chat_model: a chat model of LangChain's that writes answers, instead of the one that the settings name; as
            there, `Settings.llm` says what it may take.

    Raises:
        ConfigError: the language model of the settings cannot be used as they say.
        IndexMissing: nothing has been indexed yet.
        IndexMismatch: the index was built with another model.
        IndexCorrupt: what is stored does not agree with itself.
        ModelMissing, ModelInvalid: see `dealqa.embedding`.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        follow: bool = False,
        embedder: Embedder | None = None,
        weights: Weights | None = None,
        chat_model: BaseChatModel | None = None,
    ) -> None:
        self.settings = settings or load_settings()
        has_writer = chat_model is not None or bool(self.settings.llm.model)
        self._writer = LanguageModelAnswerer(self.settings.llm, chat_model) if has_writer else None
        pointer = pointer_of(self.settings.index)
        with ThreadPoolExecutor(1, thread_name_prefix="dealqa-load") as pool:
            # Side by side; but to be told that there is no index, nobody waits for the model.
            loading = pool.submit(self._loaded, embedder) if pointer is not None else None
            index = self._open()
            try:
                self._embedder, reader = loading.result() if loading else self._loaded(embedder)
                self._refuse_other_model(index)
            except BaseException:
                index.close()
                raise
        self._follower = Follower(self.settings.index, index, pointer, self._open_fitting, poll=follow)
        self._answers = Answers(
            self.settings, self._embedder, reader, weights or Weights(), self._writer, self._follower.notices
        )

    def _loaded(self, embedder: Embedder | None) -> tuple[Embedder, Reader | None]:
        reader = load_evidence_model(self.settings) if self.settings.evidence_model else None
        return embedder or load_embedder(self.settings), reader

    def _open(self) -> Index:
        return open_index(self.settings.index, check_seconds=self.settings.check_seconds)

    def _open_fitting(self) -> Index:
        index = self._open()
        try:
            self._refuse_other_model(index)
        except BaseException:
            index.close()
            raise
        return index

    def _refuse_other_model(self, index: Index) -> None:
        if index.manifest["fingerprint"] != self._embedder.fingerprint:
            raise IndexMismatch(
                f"The index in {self.settings.index} was built with the model {index.manifest['model']!r},"
                f" not {self.settings.model!r}.",
                hint=f"Rebuild it with `dealqa index --rebuild --index {self.settings.index}`, or set the model back.",
            )

    @contextmanager
    def hold(self) -> Iterator[Snapshot]:
        """The newest generation, for several questions to the same one; it is kept open as long as the block lasts.

        What is asked of it may raise `GenerationGone` when the index is purged meanwhile.
        """
        with self._follower.newest() as snapshot:
            yield snapshot

    def state(self) -> State:
        """What is answered from at this moment; unlike a question it waits for no newer generation to be opened.

        Raises:
            GenerationGone: nothing: the open generation is no longer kept, and no other one could be opened.
            StoreError: the assistant is closed, or the index cannot be read.
        """

        def read(snapshot: Snapshot) -> State:
            notices = self._follower.notices()
            checked = snapshot.index.fully_checked
            return State(snapshot.generation, snapshot.age_seconds(), len(snapshot.documents), notices, checked)

        return self._drawn(read, self._follower.held)

    @property
    def generation(self) -> str:
        """The id of the newest generation, from which the next answer would be drawn."""
        with self.hold() as snapshot:
            return snapshot.generation

    def documents(self) -> tuple[DocumentInfo, ...]:
        """All indexed documents, in the order of their paths."""
        with self.hold() as snapshot:
            return snapshot.documents

    def document(self, document_id: str) -> Document:
        """A document with its stored text and blocks.

        Raises:
            KeyError: no document of the newest generation has this id.
        """
        return self._drawn(lambda snapshot: snapshot.document(document_id))

    def failures(self) -> list[tuple[str, str, str]]:
        """(path, reason, message) of each file that could not be read when the index was last brought up to date."""
        return self._drawn(lambda snapshot: snapshot.index.failures())

    def passages(self, document_id: str) -> tuple[PassagePlace, ...]:
        """Where the passages of a document stand, in their order; none for an id that is not in the index."""
        return self._drawn(lambda snapshot: passage_places(snapshot.index.folder, snapshot.generation, document_id))

    def changes(self) -> Changes | None:
        """How the newest generation differs from the one before it; None where that one is not kept."""
        return self._drawn(lambda snapshot: changes_of(snapshot.index.folder, snapshot.generation))

    def check(self) -> None:
        """Compare the parts of the index with each other.

        Raises:
            IndexCorrupt: they do not agree; the message says what.
        """
        self._drawn(lambda snapshot: snapshot.index.check())

    def _drawn(
        self,
        draw: Callable[[Snapshot], Result],
        hold: Callable[[], AbstractContextManager[Snapshot]] | None = None,
    ) -> Result:
        """What `draw` makes of the newest generation; drawn again, from a newer one, if that ceases to be kept."""
        hold = hold or self._follower.newest
        attempts = ATTEMPTS
        while True:
            with hold() as snapshot:
                try:
                    drawn = draw(snapshot)
                    snapshot.index.still_kept()
                    return drawn
                except GenerationGone:
                    attempts -= 1
                    if not attempts:
                        raise
            self._follower.look(gone=snapshot)

    def understand(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        without: Collection[str] = (),
        snapshot: Snapshot | None = None,
    ) -> Question:
        """A question, analysed: names, deals, figures, kind of answer, and what a follow-up leaves out.

        Args:
            without: what is not meant: deals, places, names, figures or the kind of answer, as an earlier answer's
                `understood` gave them. The words of the question stay.
            snapshot: from `hold`; the generation whose deals and words it is understood by, instead of the newest.

        Raises:
            QuestionError: it is empty, or longer than `Settings.max_question_chars`.
            GenerationGone: the index was purged meanwhile; only with a snapshot.
        """
        if snapshot is not None:
            return self._understood(snapshot, question, history, without)
        return self._drawn(lambda snapshot: self._understood(snapshot, question, history, without))

    def _understood(
        self, snapshot: Snapshot, question: str, history: Sequence[str] = (), without: Collection[str] = ()
    ) -> Question:
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
        earlier = [_cleaned(turn[:limit]) for turn in history]
        return analyse(cleaned, earlier, registry=snapshot.registry, correct=snapshot.correct).without(without)

    def _completed(
        self, snapshot: Snapshot, question: str, history: Sequence[str], without: Collection[str]
    ) -> Question:
        """A follow-up as the language model completes it, where it may and adds nothing; else as the rules do."""
        asked = self._understood(snapshot, question, history, without)
        if self._writer is None or not history or not self.settings.llm.rewrite_follow_ups:
            return asked
        line = self._writer.completed(asked.text, [_cleaned(turn) for turn in history])
        if line is None:
            return asked
        completed = analyse(line, [], registry=snapshot.registry, correct=snapshot.correct).without(without)
        return replace(completed, text=asked.text)

    def search(
        self, question: str | Question, *, documents: Sequence[str] | None = None, limit: int = 10
    ) -> tuple[Hit, ...]:
        """The passages that bear on a question, best first.

        Args:
            documents: paths in the corpus to restrict the search to.

        Raises:
            QuestionError: see `understand`; or one of the paths is not in the index.
        """

        def found(snapshot: Snapshot) -> tuple[Hit, ...]:
            asked = question if isinstance(question, Question) else self._understood(snapshot, question)
            return self._answers.found(snapshot, asked, documents, limit)

        return self._drawn(found)

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        documents: Sequence[str] | None = None,
        without: Collection[str] = (),
        hits: int = 10,
    ) -> Answer:
        """The answer, each sentence quoted and cited and verified, or a refusal.

        Args:
            question: as typed.
            history: earlier questions of the conversation, oldest first.
            documents: paths in the corpus to restrict the search to.
            without: see `understand`.
            hits: how many passages to keep in the answer, at least as many as it is drawn from.

        Raises:
            QuestionError: the question is empty or too long, or a path is not in the index.
        """
        *_, last = self.stream(question, history, documents=documents, without=without, hits=hits)
        return last

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        documents: Sequence[str] | None = None,
        without: Collection[str] = (),
        hits: int = 10,
    ) -> Generator[Answer, None, None]:
        """The answer as it comes into being; each is whole in itself and verified, and the last one is the answer.

        Without a language model there is one. With one the documents' own sentences come first, and then, each time
        that a statement of the model was verified, the answer in its words so far; closing the iterator ends its work.

        Args, Raises: see `ask`.
        """
        attempts = ATTEMPTS
        while True:
            with self._follower.newest() as snapshot:
                try:
                    started = time.perf_counter()
                    asked = self._completed(snapshot, question, history, without)
                    for answer in self._answers.stream(
                        snapshot, asked, documents=documents, hits=hits, started=started
                    ):
                        snapshot.index.still_kept()
                        yield answer
                    return
                except GenerationGone:
                    attempts -= 1
                    if not attempts:
                        raise
            self._follower.look(gone=snapshot)

    def answer(
        self, snapshot: Snapshot, question: Question, *, documents: Sequence[str] | None = None, hits: int = 10
    ) -> Answer:
        """The answer to a question that was understood, and perhaps changed since, from a generation that is held.

        It is always in the documents' own sentences: who asks so many questions, a matrix, asks no language model.

        Args:
            snapshot: from `hold`; so many questions get their answers from one and the same generation.
            documents, hits: see `ask`.

        Raises:
            QuestionError: a path is not in the index.
            GenerationGone: the index was purged meanwhile.
        """
        return self._answers.extractive(snapshot, question, documents=documents, hits=hits)

    def as_runnable(self) -> Runnable[Any, Answer]:
        """A LangChain runnable: a question, or {"question": …, "history": […]}, to an `Answer`."""
        from dealqa.langchain import assistant_runnable

        return assistant_runnable(self)

    def close(self) -> None:
        """Release files and memory; the assistant cannot be used afterwards."""
        self._follower.close()
        if self._writer is not None:
            self._writer.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _cleaned(text: str) -> str:
    """Text as typed without what cannot be seen (control characters, half characters), white space evened out."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
