"""Questions for what came of a plan, and statements that only tell of the plan."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.answering.weighing.evidence import Evidence
from dealqa.answering.weighing.ranking import Candidate
from dealqa.rows import is_row, read_out, under_heads
from dealqa.types import Question

__all__ = ["ONLY_PLANNED", "asks_for_outcome", "only_plans", "outcomes_first"]

ONLY_PLANNED = "The documents tell of what was planned or expected, but not of what came of it."

_DONE = (
    r"(?:created|finished|completed|built|sold|spent|lent|paid|handed|raised|delivered|reached|helped|found|brought|earned"
    r"|made|repaid|produced|achieved|opened|placed|received|saved|attracted|generated|yielded|won|supported|started"
    r"|happened|come|cost|taken|done|moved (?:in|into|onto|out))"
)
_DO = (
    r"(?:create|finish|complete|build|sell|spend|lend|pay|raise|deliver|reach|help|find|bring|earn|make|repay|produce|achieve"
    r"|open|receive|save|attract|generate|win|start|happen|come|cost)"
)
_ASKS = re.compile(
    r"\b(?:so far|to date|until now|up to now|as yet|in practice|in reality|actual)\b"
    rf"|\b(?:actually|really|ever)\b(?=[^?]*\b(?:{_DONE}|{_DO})\b)"
    rf"|\b(?:has|have)\b(?: [\w'’%£,.-]+){{0,10}}? (?:been )?{_DONE}\b",
    re.IGNORECASE,
)
_NOT_THE_PLAN = re.compile(
    r"\bnot (?:the|a|its|their) (?:forecasts?|plans?|targets?|ceiling|promises?)\b", re.IGNORECASE
)
_PLANNED = re.compile(
    r"\b(?:forecasts?|(?:is|are|was|were) (?:estimated |expected |hoped |meant |supposed |planned |due )?to|to be"
    r"|want(?:s|ed)?|aims?|hope[sd]?|(?-i:may)|might|could|can|will|would|targets?|plan(?:s|ned)?|expect(?:s|ed)?|promis\w+"
    r"|propos\w+|pledge[sd]?|if|up to|ceiling|potential\w*)\b",
    re.IGNORECASE,
)
_CAME_ABOUT = re.compile(
    r"\b(?:has|have|had) (?:been |also |already |now |since |not |never |only |yet )*"
    r"(?!hoped|promised|planned|expected)(?:\w{2,}ed|\w+(?:en|wn|ght|lt|nt|id|ne|de)|met|won|come|become)\b"
    r"|\b(?:did|does) not\b|\bnot (?:yet|built|known)\b|\bnever\b|\bso far\b"
    r"|\b(?:claim(?:s|ed)|counted|report(?:s|ed)|received|spent|earned|paid out|completed|delivered|achieved|created"
    r"|opened|built|released|unlocked|lapsed"
    r"|results?(?! (?:wanted|expected|planned|hoped|intended))|stands? at|finished|happened|came|went|took place)\b",
    re.IGNORECASE,
)


def asks_for_outcome(question: Question) -> bool:
    """Whether a question asks for what has come about: "so far", "actually", "how many has it created?"."""
    asked = _NOT_THE_PLAN.sub(" ", question.resolved)
    return _ASKS.search(asked) is not None and _PLANNED.search(asked) is None


def only_plans(evidence: Evidence) -> bool:
    """Whether a statement tells of a plan, a forecast or a possibility, and of nothing that came about.

    Of a row its heads tell that.
    """
    text = evidence.text
    if is_row(text):
        text = read_out(under_heads(text, evidence.hit.passage.table_header))
    return _PLANNED.search(text) is not None and _CAME_ABOUT.search(text) is None


def outcomes_first(question: Question, about: Sequence[Candidate]) -> list[Candidate]:
    """The candidates; where what came about is asked for, one that tells of that first, if it is as probable.

    Args:
        about: best first; not empty.
    """
    if asks_for_outcome(question) and only_plans(about[0].evidence):
        told = [one for one in about if not only_plans(one.evidence)]
        if told and told[0].probability >= about[0].probability:
            return told
    return list(about)
