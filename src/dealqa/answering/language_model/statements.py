"""What a language model wrote, taken apart into statements while it writes.

It is asked for JSON, one object for each statement, in a list or line by line. Some models wrap it in prose or in a
fence, some leave out a bracket, and some write plain sentences with numbers in brackets; all of that is read. What a
statement is worth is decided elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["MOST_STATEMENTS", "Statement", "StatementReader"]

MOST_STATEMENTS: Final = 20
"""What a model writes beyond so many statements is not read."""

_MOST_CHARACTERS: Final = 100_000

_NUMBERS = re.compile(r"\[\s*(?:passages?\s*)?(\d+(?:\s*(?:,|;|and|-|–)\s*\d+)*)\s*\]", re.IGNORECASE)
"""How numbers of passages are put behind a sentence: "[1]", "[1, 2]", "[Passage 3]", "[1-3]"."""

_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$|\s*\[)[^.!?\n]*)*[.!?]*(?:\s*\[[^\]\n]*\])*")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it was written.

    Attributes:
        text: on one line, without numbers of passages.
        passages: the numbers of the passages that it names.
        quotes: what it gives as words of these passages.
    """

    text: str
    passages: tuple[int, ...]
    quotes: tuple[str, ...] = ()


class StatementReader:
    """Reads a model's output as it comes; give it each part, then the end."""

    def __init__(self) -> None:
        self._written = ""
        self._place = 0
        self._open: list[int] = []
        self._in_string = self._escaped = False
        self._found = 0

    def feed(self, part: str) -> list[Statement]:
        """The statements that are complete with this part."""
        room = _MOST_CHARACTERS - len(self._written)
        self._written += part[: max(0, room)]
        return list(self._objects())

    def end(self) -> list[Statement]:
        """What is left when nothing more comes: where there was no JSON at all, the sentences of the text."""
        if self._found or "{" in self._written:
            return []
        found = [statement for line in self._written.split("\n") for statement in _sentences(line)]
        return found[:MOST_STATEMENTS]

    def _objects(self) -> Iterator[Statement]:
        while self._place < len(self._written) and self._found < MOST_STATEMENTS:
            character = self._written[self._place]
            self._place += 1
            if self._in_string:
                if self._escaped:
                    self._escaped = False
                elif character == "\\":
                    self._escaped = True
                elif character == '"':
                    self._in_string = False
            elif character == '"':
                self._in_string = bool(self._open)  # outside of an object a quotation mark is only that
            elif character == "{":
                self._open.append(self._place - 1)
            elif character == "}" and self._open:
                statement = _statement(self._written[self._open.pop() : self._place])
                if statement is not None:
                    self._found += 1
                    yield statement


def _statement(written: str) -> Statement | None:
    """The statement that an object holds; None where it holds none, as the object around a list of them."""
    try:
        value = json.loads(written, strict=False)
    except (ValueError, RecursionError):
        return None
    text = next((value[name] for name in ("text", "statement", "sentence") if isinstance(value.get(name), str)), "")
    text, named = _without_numbers(text)
    if not text:
        return None
    given: Any = next((value[name] for name in ("passages", "passage", "citations", "sources") if name in value), [])
    quoted: Any = next((value[name] for name in ("quotes", "quote") if name in value), [])
    numbers = dict.fromkeys((*_numbers(given), *named))
    quotes = tuple(quote for quote in _listed(quoted) if isinstance(quote, str) and quote)
    return Statement(text, tuple(numbers), quotes)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _numbers(value: Any) -> Iterator[int]:
    """Whole numbers, also as text; anything else becomes 0, which is no passage's number, so that it is objected to."""
    for one in _listed(value):
        if isinstance(one, int) and not isinstance(one, bool):
            yield one
        elif isinstance(one, str) and (match := re.fullmatch(r"\s*\[?\s*(\d{1,9})\s*\]?\s*", one)):
            yield int(match[1])
        else:
            yield 0


def _sentences(line: str) -> Iterator[Statement]:
    for match in _SENTENCE.finditer(re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", line)):
        text, numbers = _without_numbers(match.group())
        if text:
            yield Statement(text, numbers)


def _without_numbers(text: str) -> tuple[str, tuple[int, ...]]:
    """A sentence on one line without the numbers in brackets behind its words, and those; a range is all in it."""
    numbers: dict[int, None] = {}
    for match in _NUMBERS.finditer(text):
        for part in re.split(r"\s*(?:,|;|and)\s*", match[1]):
            first, *rest = (int(number[:9]) for number in re.split(r"\s*[-–]\s*", part))
            last = rest[-1] if rest else first
            numbers.update(dict.fromkeys(range(first, min(last, first + MOST_STATEMENTS) + 1)))
    cleaned = " ".join(_NUMBERS.sub(" ", text).split())
    return re.sub(r"\s+([.,;:!?])", r"\1", cleaned), tuple(numbers)
