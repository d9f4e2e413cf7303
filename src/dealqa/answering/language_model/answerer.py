"""An answer in a language model's words, of which each statement was checked; else the documents' own sentences."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dealqa.answering.draft import Corpus, Draft
from dealqa.answering.language_model.answer_so_far import AnswerSoFar
from dealqa.answering.language_model.asking import TICK_S, Asker
from dealqa.answering.language_model.prompting import SCHEMA, Prompt, build_prompt, objections_prompt, tokens_of
from dealqa.answering.language_model.provider import close_chat_model, load_chat_model
from dealqa.answering.language_model.rewriting import rewritten
from dealqa.answering.language_model.statements import Statement, StatementReader
from dealqa.config import LanguageModelSettings
from dealqa.errors import LanguageModelError
from dealqa.types import Hit, Question

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

__all__ = ["LanguageModelAnswerer", "may_be_written", "messages_of"]

KEPT: Final = 256
"""How many answers are kept for whoever asks the same."""

_OVERHEAD_TOKENS: Final = 64
"""For the marks that a server puts around messages."""


@dataclass(frozen=True, slots=True)
class _Written:
    """What a model wrote: at first, and when it was told what does not stand."""

    first: tuple[Statement, ...]
    second: tuple[Statement, ...] = ()


class LanguageModelAnswerer:
    """Asks a language model and shows what stands; safe to use from several threads.

    Args:
        settings: with a model's name.
        model: instead of the one that the settings name, for tests.

    Raises:
        ConfigError: see `load_chat_model`.
    """

    def __init__(self, settings: LanguageModelSettings, model: BaseChatModel | None = None) -> None:
        self._settings = settings
        self._is_lent = model is not None
        self._model = model or load_chat_model(settings)
        form = {"type": "json_schema", "json_schema": SCHEMA}
        speaks_openai = settings.structured and settings.model.startswith("openai:")
        self.asker = Asker(
            self._model,
            concurrency=settings.concurrency,
            retries=settings.retries,
            answer_tokens=settings.answer_tokens,
            response_format=form if speaks_openai else None,
        )
        self._kept: OrderedDict[str, _Written] = OrderedDict()
        self._guard = threading.Lock()

    def answers(
        self, question: Question, draft: Draft, hits: Sequence[Hit], corpus: Corpus, generation: str
    ) -> Generator[tuple[Draft, bool], None, None]:
        """The answer as far as it stands, and whether it is whole: the last one is. Until a statement stands: `draft`.

        It comes each time that a statement was verified, and every now and then, so that who listens can leave.

        It never raises because of the model: the last one is then `draft`, with a notice. Closing it ends the work.

        Args:
            draft: the extractive one. Its refusal stands, and so do its lists, comparisons and conflicts, which are
                complete as a model's would not be.
            hits: best first.
            generation: that the passages are from.
        """
        if not may_be_written(question, draft):
            yield draft, True
            return
        prompt = self.prompt(question, draft, hits)
        answer = AnswerSoFar(question, draft, prompt, corpus, self._settings.model)
        if not prompt.given:
            yield answer.whole("No passage fits into `llm.context_tokens`, so the language model was not asked."), True
            return
        key = self._key(prompt, generation)
        kept = self._recall(key)
        deadline = time.monotonic() + self._settings.seconds
        try:
            first: list[Statement] = []
            for statements in [kept.first] if kept else self._asked(messages_of(prompt), deadline):
                for statement in statements:
                    first.append(statement)
                    answer.add(statement)
                yield answer.so_far(), False
            second: list[Statement] = []
            if answer.objections:
                for statements in [kept.second] if kept else self._again(prompt, first, answer, deadline):
                    for statement in statements:
                        second.append(statement)
                        answer.add(statement, again=True)
                    yield answer.so_far(), False
            if not kept:
                self._keep(key, _Written(tuple(first), tuple(second)))
            yield answer.whole(), True
        except LanguageModelError as err:
            yield answer.whole(err.message), True

    def close(self) -> None:
        """End the connections to the model's server; a model that was given is its owner's to close."""
        if not self._is_lent:
            close_chat_model(self._model)

    def completed(self, question: str, history: Sequence[str]) -> str | None:
        """A follow-up with what it leaves out put back in; None where the model has nothing to add, or too much."""
        return rewritten(self.asker.without_form(), question, history, seconds=self._settings.seconds)

    def prompt(self, question: Question, draft: Draft, hits: Sequence[Hit]) -> Prompt:
        """What the model is sent: the passages that the draft cites first, then those that bear on the question."""
        cited = {(citation.document_id, citation.start) for citation in draft.citations}

        def is_cited(hit: Hit) -> bool:
            passage = hit.passage
            return any(of == passage.document_id and passage.start <= at < passage.end for of, at in cited)

        bearing = [hit for hit in hits if hit.bears]
        chosen = sorted(bearing, key=lambda hit: (not is_cited(hit), -draft.passages.get(hit.passage.id, 0.0)))
        room = self._settings.context_tokens - self._settings.answer_tokens - _OVERHEAD_TOKENS
        return build_prompt(question, chosen, tokens=room, passages=self._settings.passages)

    def _asked(self, messages: Sequence[BaseMessage], deadline: float) -> Iterator[Sequence[Statement]]:
        """What is new each time that there is something, or was nothing for a while."""
        reader = StatementReader()
        told = time.monotonic()
        for part in self.asker.stream(messages, seconds=max(0.0, deadline - time.monotonic())):
            found = reader.feed(part)
            if found or time.monotonic() - told >= TICK_S:
                yield found
                told = time.monotonic()
        yield reader.end()

    def _again(
        self, prompt: Prompt, first: Sequence[Statement], answer: AnswerSoFar, deadline: float
    ) -> Iterator[Sequence[Statement]]:
        """The statements once more, after the model was told what does not stand; none where there is no room."""
        told = objections_prompt(answer.objections)
        messages = messages_of(prompt, "\n".join(statement.text for statement in first), told)
        used = sum(tokens_of(str(message.content)) for message in messages)
        if used + self._settings.answer_tokens + _OVERHEAD_TOKENS > self._settings.context_tokens:
            return
        try:
            yield from self._asked(messages, deadline)
        except LanguageModelError:
            if not answer.sentences:  # else what stands is an answer, and the repair was only a try
                raise

    def _key(self, prompt: Prompt, generation: str) -> str:
        told = "\0".join([generation, self._settings.model_dump_json(), prompt.digest])
        return hashlib.sha256(told.encode()).hexdigest()

    def _recall(self, key: str) -> _Written | None:
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: str, written: _Written) -> None:
        with self._guard:
            self._kept[key] = written
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def may_be_written(question: Question, draft: Draft) -> bool:
    """Whether a model may put an extractive answer in its own words."""
    exhaustive = question.sought == "list" or bool(draft.compared) or draft.conflict
    return draft.refusal is None and bool(draft.sentences) and not exhaustive


def messages_of(prompt: Prompt, written: str = "", objections: str = "") -> list[BaseMessage]:
    """A prompt as LangChain's messages, with what was written and objected to, if that is sent again."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    messages: list[BaseMessage] = [SystemMessage(prompt.instructions), HumanMessage(prompt.request)]
    return [*messages, AIMessage(written), HumanMessage(objections)] if objections else messages
