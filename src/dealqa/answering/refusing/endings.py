"""Questions for when something ends, and statements that tell of another date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.answering.weighing.evidence import Evidence
from dealqa.answering.weighing.ranking import Candidate
from dealqa.rows import is_row, read_out, under_heads
from dealqa.types import Question

__all__ = ["NO_END", "asks_for_end", "endings_first", "tells_of_end"]

NO_END = "The documents do not answer this: what was found gives dates, but not when it ends."

_END = r"(?:end|expire|finish|cease|lapse|terminate|run out|runs out|wind up|winds up|come to an end)"
"""A deal that is concluded begins."""

_ASKS = re.compile(
    rf"\b(?:when|(?:until|by|in|on) (?:what|which) (?:year|month|date|day)|(?:what|which) (?:year|month|date|day))\b"
    rf"[^?,;:]{{1,80}}\b{_END}(?:s|d|ed)?(?! up\b)\W*$"
    r"|\b(?:end|expiry|termination|finish(?:ing)?|closing) date\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:end(?:s|ed|ing)?|expir\w+|until|till|unlimited|indefinite\w*|permanent\w*|finish\w*|ceas\w+|laps\w+"
    r"|terminat\w+|conclud\w+|clos(?:e[sd]?|ing)|complet\w+|last(?:s|ed|ing)?|stop(?:s|ped)?|r[ua]n(?:s|ning)?|wound"
    r"|winds?|over|within|years?|months?|term|life|lifetime|period|supersed\w+|replaced|gave way|abolished|dissolved"
    r"|open(?:s|ed)|built|ready"
    r"|goes on|continu\w+|extend\w+|scrapped|dropped|abandoned|through|(?:to|by) (?:\w+ ){0,2}(?:19|20)\d\d)\b"
    r"|(?:19|20)\d\d ?[-–/] ?(?:19|20)?\d\d\b",
    re.IGNORECASE,
)
"""What may say when something ends: an end, a time that it runs, or what came in its place."""


def asks_for_end(question: Question) -> bool:
    """Whether a question asks when something ends, not when it ended up with something."""
    return question.sought == "date" and _ASKS.search(question.resolved) is not None


def tells_of_end(evidence: Evidence) -> bool:
    """Whether a statement may say when something ends, or how long it goes on; of a row its heads tell that."""
    text = evidence.text
    if is_row(text):
        text = read_out(under_heads(text, evidence.hit.passage.table_header))
    return _TELLS.search(text) is not None


def endings_first(question: Question, about: Sequence[Candidate]) -> list[Candidate]:
    """The candidates; where it is asked when something ends, those first that may tell that.

    "The heads of terms date from March 2019" is a date, and no answer to when the deal ends.

    Args:
        about: best first; not empty.
    """
    if not asks_for_end(question):
        return list(about)
    return sorted(about, key=lambda one: not tells_of_end(one.evidence))
