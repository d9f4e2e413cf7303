"""What a statement asserts more firmly than its sentence: what somebody only says, and what is only to come."""

from __future__ import annotations

import re
from typing import Final

from dealqa.terms import stem, words

__all__ = ["attribution_left_out", "deadline_as_done"]

_THAT = re.compile(
    r"\b(say|says|said|saying|claims?|claimed|argues?|argued|alleges?|alleged|believes?|believed|insists?|insisted"
    r"|suggests?|suggested|warns?|warned|hopes?|hoped|fears?|feared|assumes?|assumed|denies|denied|thinks?|thought"
    r"|stressed|complains?|complained|objects?|objected) that\b",
    re.IGNORECASE,
)
_VOICES: Final = (
    r"press|newspapers?|magazines?|journals?|blogs?|bloggers?|broadcasters?|commentators?|critics?|observers?|authors?"
    r"|analysts?|sources|campaigners?|promoters?|journalists?|columnists?|lobby(?:ists?)?|opponents?|supporters?"
    r"|rumou?rs?|statement"
)
_VOICE = re.compile(
    rf"\b({_VOICES})\b(?:[^.,;:]|,(?=\d)){{0,40}}?\b(?:gave|gives?|puts?|spoke|speaks?|thinks?|thought|call(?:s|ed)?"
    r"|quote[sd]?|report(?:s|ed)?|estimate[sd]?|reckon(?:s|ed)?|expect(?:s|ed)?|hope[sd]?|claim(?:s|ed)?|says?|said"
    r"|names?|named|wr(?:ite|ites|ote)|print(?:s|ed)?|told|tells?|had it|mention(?:s|ed)?|count(?:s|ed)?)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"^\W*(?!in (?:other |plain |short |simple )?words\b)"
    rf"(?:according to|by|in|as) (?:the |an? |its |their |one |some )?(?:[\w-]+ ){{0,3}}?"
    rf"({_VOICES}|view|words|opinion|account|reckoning|estimate)\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"\b(?:according to|in the (?:view|words|opinion) of|reportedly|allegedly|say|says|said|is reported|was reported"
    r"|reports?|reported|estimated?|expected?|claims?|claimed)\b",
    re.IGNORECASE,
)
"""What is enough in a statement to be no plain assertion."""


def attribution_left_out(statement: str, sentence: str) -> str | None:
    """The word by which a sentence says whose assertion it is, where a statement asserts the same as a fact."""
    if _THAT.search(statement) or _REPORTS.search(statement):
        return None
    said = {stem(word) for word in words(statement)}
    for found in (_THAT.search(sentence), _VOICE.search(sentence), _BY.search(sentence)):
        if found is not None and stem(found[1].lower()) not in said:
            return found[1]
    return None


_DEADLINE = re.compile(r"\b(?:by|until|before)\s+(?:[a-z]+\s+){0,3}?(?:[A-Z][a-z]+\s+)?(?:19|20)\d\d\b")
_DONE = re.compile(r"\b(?:was|were|has|have|had|did|became|got|went)\b(?!\s+to\b)", re.IGNORECASE)


def deadline_as_done(statement: str, sentence: str) -> str | None:
    """The deadline by which something is to be done, where a statement says that it was done.

    In a table there is often no verb at all: "Cleaning the river | studies, by 2045" does not say that it was cleaned.
    """
    deadline = _DEADLINE.search(statement)
    if deadline is None or _DONE.search(statement) is None or _DONE.search(sentence) is not None:
        return None
    return deadline.group() if _DEADLINE.search(sentence) else None
