"""Chat models that do as a script says, to try out what an assistant makes of a bad one.

    from dealqa.testing import ScriptedModel, cites

    with Assistant(settings, chat_model=ScriptedModel(script=cites(99))) as assistant:
        assert assistant.ask("What does Bristol retain?").author == ""  # nothing of it was shown

A script is given what the model was sent and yields what it writes, piece by piece; an exception that it yields is
raised, a number is a pause in seconds.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field

__all__ = [
    "Script",
    "ScriptedModel",
    "cites",
    "copies",
    "fails",
    "obeys",
    "passages_in",
    "repeats",
    "says",
    "stalls",
    "states",
]

Script = Callable[[str], Iterable[str | float | Exception]]
"""From all that the model was sent to what it writes."""

_PASSAGES = re.compile(r"BEGIN (\w+)\n(.*)\nEND \1\n", re.DOTALL)
_NUMBERED = re.compile(r"(?:^|\n\n)\[(\d+)\] [^\n]*\n(.*?)(?=\n\n\[\d+\] |\Z)", re.DOTALL)


class ScriptedModel(BaseChatModel):
    """A chat model of LangChain's that writes what a script says, and notes what it was sent.

    Attributes:
        sent: the text of all messages, once for each time that it was asked.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    script: Script
    sent: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> Iterator[ChatGenerationChunk]:
        sent = "\n\n".join(str(message.content) for message in messages)
        self.sent.append(sent)
        for part in self.script(sent):
            if isinstance(part, Exception):
                raise part
            if isinstance(part, str):
                yield ChatGenerationChunk(message=AIMessageChunk(content=part))
            else:
                time.sleep(part)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> ChatResult:
        written = "".join(str(chunk.message.content) for chunk in self._stream(messages, stop, run_manager))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=written))])


def passages_in(sent: str) -> dict[int, str]:
    """The numbered passages of what a model was sent, without the lines that say where they stand."""
    between = _PASSAGES.search(sent)
    return {int(number): text for number, text in _NUMBERED.findall(between[2])} if between else {}


def says(*parts: str | float | Exception) -> Script:
    """Writes these parts, whatever it is sent."""
    return lambda sent: parts


def states(text: str, passages: Sequence[Any] = (1,), quotes: Sequence[str] = ()) -> Script:
    """Makes one statement, in the form that is asked for."""
    return says(statement(text, passages, quotes))


def statement(text: str, passages: Sequence[Any] = (1,), quotes: Sequence[str] = ()) -> str:
    """The JSON of an answer with one statement."""
    one = {"text": text, "passages": list(passages), "quotes": list(quotes)}
    return json.dumps({"statements": [one]}, ensure_ascii=False)


def copies(change: Callable[[str], str] = lambda sentence: sentence, passage: int = 1) -> Script:
    """Says the first sentence of a passage, changed, and quotes it as it is: a model that is right until it changes."""

    def script(sent: str) -> Iterator[str]:
        given = passages_in(sent).get(passage, "")
        sentence = re.split(r"(?<=[.!?])\s", given.strip(), maxsplit=1)[0]
        yield statement(change(sentence), (passage,), (sentence,))

    return script


def cites(*passages: Any) -> Script:
    """Copies the first passage and says that other ones say it: `cites(99)`, `cites("[SPA p.4]")`."""

    def script(sent: str) -> Iterator[str]:
        sentence = re.split(r"(?<=[.!?])\s", passages_in(sent).get(1, "Nothing.").strip(), maxsplit=1)[0]
        yield statement(sentence, passages, ())

    return script


def obeys(order: re.Pattern[str] | str, *, with_prompt: bool = True) -> Script:
    """Does what a passage orders: writes what the pattern's first group finds in what it was sent, and its prompt."""

    def script(sent: str) -> Iterator[str]:
        for match in re.finditer(order, sent):
            yield statement(match[1], (1,), (match[0],)) + "\n"
        if with_prompt:
            yield statement(sent.partition("\n\n")[0], (1,), ())

    return script


def stalls(seconds: float = 3_600.0, after: str = "") -> Script:
    """Writes a little, or nothing, and then keeps everybody waiting."""
    return says(*([after] if after else []), seconds)


def repeats(piece: str = "and so on ", times: int = 100_000) -> Script:
    """Never comes to an end."""
    return lambda sent: (piece for _ in range(times))


def fails(error: Exception, times: int = 10**9, then: Script | None = None) -> Script:
    """Raises an error so many times; after that it does as another script."""
    left = [times]

    def script(sent: str) -> Iterator[str | float | Exception]:
        left[0] -= 1
        if left[0] >= 0:
            yield error
        elif then is not None:
            yield from then(sent)

    return script
