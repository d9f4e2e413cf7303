"""Questions for what a whole is worth, and the statements that give it, not one of its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.answering.weighing.ranking import Candidate
from dealqa.rows import is_row, under_heads
from dealqa.types import Question

__all__ = ["totals_first"]

AS_LIKELY = 0.6
"""How probable a statement of a total must be, as a share of the best one's, to be preferred to that of a part."""

_ASKS = re.compile(
    r"\b(?:worth|altogether|in (?:all|total)|all (?:in|told)|overall (?:value|total|sum|amount|worth)"
    r"|(?:what|how (?:big|much|large)) (?:is|was) the (?:total|whole|full)|total (?:value|sum|amount|worth|of)"
    r"|(?:come|add up|amount) to)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:worth|figures? of|totals?|altogether|in all|all told|package|valued at|overall|together|combined|comes? to"
    r"|adds? up to|amounts? to|(?:deal|fund|programme|agreement) (?:of|is|was) (?:[a-z]+ ){0,2}(?=£))(?:\b|(?=£))",
    re.IGNORECASE,
)


def totals_first(question: Question, about: list[Candidate]) -> list[Candidate]:
    """The candidates without those that give a part, where the question asks for the whole and another gives that.

    "What is the deal worth in total?" is answered by "The total of the deal is £434m", and not by one of its items.

    Args:
        about: best first; not empty.
    """
    if question.sought != "amount" or _ASKS.search(question.resolved) is None:
        return about
    if _tells(about[0]):  # a row with a share is no other account of the total; who writes "printed £1.2bn" may be
        return [one for one in about if not is_row(one.evidence.text) or _tells(one)]
    least = AS_LIKELY * about[0].probability
    if not any(_tells(one) and one.probability >= least for one in about):
        return about
    return [one for one in about if _tells(one)]


def _tells(one: Candidate) -> bool:
    """Whether a statement gives a total: it says so, or stands in a row or under a head that does."""
    text = one.evidence.text
    told: Sequence[str] = [text]
    if is_row(text):
        told = [text, *(head for head, _ in under_heads(text, one.evidence.hit.passage.table_header))]
    return not one.evidence.features["type_missing"] and any(_TELLS.search(part) for part in told)
