"""A follow-up that a language model completes ("And Nottingham?"), taken only if it adds nothing of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Final

from dealqa.answering.language_model.asking import Asker
from dealqa.errors import LanguageModelError
from dealqa.figures import figures
from dealqa.terms import STOP_WORDS, content_words, stem, synonyms, words

__all__ = ["added", "rewritten"]

SECONDS: Final = 10.0
"""A reader waits for it before anything is looked for."""

EARLIER: Final = 4
"""Questions of the conversation that the model is told."""

_LONGEST: Final = 400
_MOST_NEW: Final = 2
"""Words that may be neither in the question nor in the conversation: "does", "long" and such are not counted."""

_TASK: Final = (
    "Write the last question so that it can be understood alone, with what it leaves out put back in from the"
    " questions before it. Change nothing else, add nothing, and do not answer. Write the question only.\n\n"
    "{earlier}\nLast: {last}"
)
_NAME = re.compile(r"[A-Z][\w’'-]+")


def rewritten(asker: Asker, question: str, history: Sequence[str], *, seconds: float) -> str | None:
    """The question as the model completes it; None where it does not, or adds something, or takes too long.

    Args:
        history: earlier questions, oldest first.
        seconds: that it may take, `SECONDS` at most.
    """
    from langchain_core.messages import HumanMessage

    earlier = "\n".join(f"Before: {one}" for one in history[-EARLIER:])
    message = HumanMessage(_TASK.format(earlier=earlier, last=question))
    deadline = time.monotonic() + min(seconds, SECONDS)
    written = ""
    try:
        for part in asker.stream([message], seconds=deadline - time.monotonic()):
            written += part
            if "\n" in written.strip() or len(written) > _LONGEST:
                break
    except LanguageModelError:
        return None  # the rules understood the question, too; whether the model is there is told with the answer
    lines = written.strip().splitlines()
    line = " ".join(lines[0].split()).strip('"“” ') if lines else ""
    line = re.sub(r"^(?:last|question)\s*:\s*", "", line, flags=re.IGNORECASE)
    if not line.endswith("?") or len(line) > _LONGEST or added(line, [question, *history]) or lost(line, question):
        return None
    return line


def added(line: str, said: Sequence[str]) -> str | None:
    """A name, a figure or the third other word of a question that nobody in the conversation said; None without one."""
    whole = "\n".join(said)
    held = set(words(whole))
    known = {figure.value for one in said for figure in figures(one)}
    for figure in figures(line):
        if figure.value not in known:
            return line[figure.start : figure.end]
    for match in _NAME.finditer(line[1:]):  # the first word has a capital anyway
        if any(word not in held for word in words(match.group())):
            return match.group()
    stems_held = {stem(word) for word in held}
    new = [
        word
        for word in content_words(line)
        if stem(word) not in stems_held and stems_held.isdisjoint(synonyms().get(stem(word), frozenset()))
    ]
    return new[_MOST_NEW] if len(new) > _MOST_NEW else None


def lost(line: str, question: str) -> str | None:
    """A name or a figure of the question that is not in the line; None without one."""
    held = set(words(line))
    for match in _NAME.finditer(question):
        for word in words(match.group()):
            if word not in held and word not in STOP_WORDS:
                return match.group()
    there = {figure.value for figure in figures(line)}
    return next((question[one.start : one.end] for one in figures(question) if one.value not in there), None)
