"""Ask a chat model and read what it writes, within its time, whatever its server does."""

from __future__ import annotations

import copy
import queue
import random
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from dealqa.errors import LanguageModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

__all__ = ["Asker", "repeats_itself"]

RETRYABLE: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""What a server says that may answer the same question in a moment."""

FIRST_PAUSE_S: Final = 0.5
"""Before the first retry; doubled for each further one, and spread, so that many do not come back at once."""

TICK_S: Final = 0.5
"""How long who listens is left without a sign."""

_CHARACTERS_PER_TOKEN: Final = 12
"""More than any model writes on average; a server that ignores the limit is cut off by it."""

_NOTHING: Final = "No generation chunk"
"""How LangChain says that a model ended without a word, which is no error here."""

_PERIODS: Final = (1, 240)
_TIMES: Final = 4
_LEAST: Final = 120
"""A model that has written the same piece, of so many characters, four times and over a line's length will not stop."""


class Asker:
    """Asks one model, a few questions at once at most; safe to use from several threads.

    Args:
        model: of LangChain.
        concurrency: how many questions at once; who comes beyond that is told at once that it is busy.
        retries: how often a question is sent again where its server says that this may help.
        answer_tokens: for which what is written is cut off, in characters, if the server does not do it.
        response_format: what is asked of a server that can be held to a form; one that refuses it is asked without.
    """

    def __init__(
        self,
        model: BaseChatModel,
        *,
        concurrency: int,
        retries: int,
        answer_tokens: int,
        response_format: dict[str, Any] | None = None,
    ) -> None:
        self._model = model
        self._places = threading.BoundedSemaphore(concurrency)
        self._retries = retries
        self._most = answer_tokens * _CHARACTERS_PER_TOKEN
        self._format = response_format

    def stream(self, messages: Sequence[BaseMessage], *, seconds: float) -> Iterator[str]:
        """What the model writes, part by part; closing the iterator ends the question.

        While nothing comes there is an empty part every now and then, so that who listens can leave.

        Raises:
            LanguageModelError: with what was written before, when it is busy, cannot be reached, refuses, takes too
                long, or repeats itself for ever.
        """
        if not self._places.acquire(blocking=False):
            raise LanguageModelError("The language model is busy with other questions.", reason="busy")
        deadline = time.monotonic() + seconds
        run = _Run(self, messages, deadline)
        written = ""
        try:
            while (part := run.next(deadline)) is not None:
                yield part
                written += part
                if len(written) > self._most or repeats_itself(written):
                    raise LanguageModelError("The language model did not come to an end.", reason="babbling")
        finally:
            run.abandon()

    def write(self, messages: Sequence[BaseMessage], stop: threading.Event, deadline: float) -> Iterator[str]:
        """What the model writes, in the thread that asks; with retries until something comes."""
        from langsmith import tracing_context

        attempt = 0
        while True:
            options: dict[str, Any] = {"response_format": self._format} if self._format else {}
            begun = False
            try:
                # A variable of the environment, set for another program's sake, would send every prompt to LangSmith.
                with tracing_context(enabled=False):
                    for chunk in self._model.stream(list(messages), config={"callbacks": []}, **options):
                        if stop.is_set():
                            return
                        begun = True
                        yield chunk.text if isinstance(chunk.text, str) else ""
                return
            except Exception as err:
                # Each provider raises errors of its own; what they mean is in their status, if they have one.
                status = _status(err)
                if status == 400 and self._format and not begun:
                    self._format = None  # it does not know the form; it is read as it writes
                    continue
                attempt += 1
                if _is_an_end(err, begun):
                    return
                pause = max(_wanted_pause(err), FIRST_PAUSE_S * 2 ** (attempt - 1) * random.uniform(0.75, 1.25))  # noqa: S311
                too_late = attempt > self._retries or time.monotonic() + pause >= deadline
                if begun or too_late or not _retryable(err, status) or stop.is_set():
                    raise _translated(err, status) from err
                if stop.wait(pause):
                    return

    def without_form(self) -> Asker:
        """The same model and the same places, asked for plain text."""
        plain = copy.copy(self)
        plain._format = None
        return plain

    def release(self) -> None:
        """The place of a question that has ended."""
        self._places.release()


class _Run:
    """A question that a thread of its own asks, so that a server which says nothing keeps nobody waiting."""

    def __init__(self, asker: Asker, messages: Sequence[BaseMessage], deadline: float) -> None:
        self._parts: queue.SimpleQueue[str | LanguageModelError | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._asker, self._messages, self._deadline = asker, messages, deadline
        threading.Thread(target=self._ask, name="dealqa-language-model", daemon=True).start()

    def next(self, deadline: float) -> str | None:
        """The next part, empty where none came for a while; None at the end."""
        left = deadline - time.monotonic()
        try:
            part = self._parts.get(timeout=max(0.0, min(left, TICK_S)))
        except queue.Empty:
            if left > TICK_S:
                return ""
            raise LanguageModelError("The language model took too long.", reason="timeout") from None
        if isinstance(part, LanguageModelError):
            raise part
        return part

    def abandon(self) -> None:
        """Nobody listens any more; the thread ends with the next part that comes, or with the client's own time."""
        self._stop.set()

    def _ask(self) -> None:
        try:
            parts = self._asker.write(self._messages, self._stop, self._deadline)
            for part in parts:
                self._parts.put(part)
            self._parts.put(None)
        except LanguageModelError as err:
            self._parts.put(err)
        except BaseException as err:
            self._parts.put(_translated(err, None))  # nobody waits for a thread that has ended
            raise
        finally:
            self._asker.release()


def repeats_itself(written: str) -> bool:
    """Whether a text ends with the same piece many times over."""
    tail = written[-_PERIODS[1] * _TIMES :]
    for period in range(_PERIODS[0], _PERIODS[1] + 1):
        times = max(_TIMES, -(-_LEAST // period))
        stretch = tail[-period * times :]
        if len(stretch) == period * times and stretch == stretch[:period] * times and stretch.strip():
            return True
    return False


def _is_an_end(error: Exception, begun: bool) -> bool:
    """Whether a client calls an error what is only the end: of no words, or of as many as were asked for."""
    if isinstance(error, ValueError) and _NOTHING in str(error):
        return not begun
    return type(error).__name__ == "LengthFinishReasonError"


def _status(error: Exception) -> int | None:
    """The status of what went wrong, or of what that goes back to: some clients put errors of their own around it."""
    for cause in _causes(error):
        for one in (cause, getattr(cause, "response", None)):
            for name in ("status_code", "code"):
                status = getattr(one, name, None)
                if isinstance(status, int):
                    return status
    return None


def _wanted_pause(error: Exception) -> float:
    """The seconds after which a server wants to be asked again (Retry-After); 0 where it says nothing of it."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except ValueError:  # a date: servers of models give seconds
        return 0.0


def _retryable(error: Exception, status: int | None) -> bool:
    if status is not None:
        return status in RETRYABLE
    return _is_of_the_network(error)


def _is_of_the_network(error: BaseException) -> bool:
    return any(
        isinstance(cause, ConnectionError | TimeoutError) or "Connect" in type(cause).__name__
        for cause in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it goes back to."""
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _translated(error: BaseException, status: int | None) -> LanguageModelError:
    """What happened in a sentence; the message of the provider may hold a key or a prompt and is left out."""
    if status == 429:
        return LanguageModelError("The language model's server takes no more questions for now.", reason="busy")
    if status in (401, 403):
        return LanguageModelError("The language model's server does not accept the key.", reason="refused")
    if status is not None:
        return LanguageModelError(f"The language model's server answered with the error {status}.", reason="refused")
    if "Timeout" in type(error).__name__:
        return LanguageModelError("The language model took too long.", reason="timeout")
    if _is_of_the_network(error):
        return LanguageModelError("The language model's server cannot be reached.", reason="unreachable")
    return LanguageModelError(f"The language model failed ({type(error).__name__}).", reason="failed")
