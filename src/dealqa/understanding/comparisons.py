"""Whether a question sets things against each other, and what each side must then have."""

from __future__ import annotations

import re

from dealqa.types import AnswerType
from dealqa.understanding.wording import asking

__all__ = ["AND_WHICH_IN", "compared_kind", "is_comparison", "things_compared"]

_CONTRASTS = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison)|versus|vs|contrast(?:s|ed)?|differ(?:s|ed)?|differences?|side by side)\b",
    re.IGNORECASE,
)
_DEGREE = (
    r"(?!greater\s(?-i:[A-Z]))(?:more|less|fewer|most|least|larger|bigger|higher|lower|longer|shorter|earlier|later"
    r"|sooner|greater|smaller"
    r"|better|worse|older|newer|cheaper|wider|richer|poorer|stronger|faster|slower|first|closer|further|nearer"
    r"|[a-z]{3,}(?:iest|gest|ghest|gest|owest|atest|ngest))"
)
_FIGURE_KINDS = ("amount", "percentage", "count", "date", "duration")
_MEASURED = re.compile(
    rf"\b{_DEGREE}\b|\bas (?:much|many|long|large|big|high|early) as\b"
    r"|\bsame (?:sum|amount|time|number|share|length|term|period)\b"
    r"|\bhow (?:big|large|high|small)\b|\badds? up to\b",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"\b(?:longer|shorter|longest|shortest)\b(?! distance)|\blength of time\b|\bas long (?:as|a)\b"
    r"|\b(?:same|equal) (?:time|term|period)\b",
    re.IGNORECASE,
)
_MONEYS = re.compile(r"\b(?:investments?|funding|money|cash|budgets?|costs?|grants?)\b", re.IGNORECASE)
_WEIGHS = re.compile(
    rf"\b{_DEGREE}\b.*\bthan\b|\b(?:which|who|whose|what|where)\b.*\b{_DEGREE}\b|\b(?:the )?same\b"
    r"|\beach\b(?! other\b)|\brespectively\b"
    rf"|\bor\b.*\b{_DEGREE}\b|\b{_DEGREE}\b.*\bor\b"
    r"|\bas (?:much|many|long|large|big|high|early) as\b|\balike\b|\bequal(?:ly)?\b",
    re.IGNORECASE,
)

LISTED = 3
"""So many deals or places behind a colon are asked about one by one: "jobs forecast: Leeds, Hull and Stoke"."""

_LISTED = re.compile(r":[^?:]*,[^?:]*(?:,|&|\band\b)")


AND_WHICH_IN = (
    r"\band (?:what|which|who|where|when|how (?:much|many|long|large|big|far))\b"
    r"(?: (?:is|was|were|are|does|do|did|has|have|about|of|in|for|at|on|to|by|that|those|the|it goes))*"
)
"""What asks the same of another, but for its name: "and which in that of". A regular expression."""

_IN_TURN = re.compile(
    rf"{AND_WHICH_IN} (?-i:[A-Z])[\w’'-]*(?: [\w’'&-]+){{0,3}}\s*\?*\s*$",
    re.IGNORECASE,
)
"""The same asked of another in few words: "…, and which in that of Reading?", "…, and what in Hull's?"."""


_THING = (
    r"(?!(?:is|are|was|were|do|does|did|has|have|not|no|if|whether|later|more|less|only)\b)"
    r"(?:the |an? )?[^\s,?;:.][^,?;:.]{1,58}[^\s,?;:.]"
)
_OFFERED = (
    # "Who pays more, the county or the fund?", "The county or the fund: who pays more?"
    re.compile(rf"[,:;–—-]\s*(?P<one>{_THING}),? or (?P<other>{_THING})\s*\?*\s*$", re.IGNORECASE),
    re.compile(rf"^\W*(?P<one>{_THING}),? or (?P<other>{_THING})\s*[:–—-]", re.IGNORECASE),
)
_SET_AGAINST = (
    re.compile(rf"\bdiffer\w*\b(?: [\w-]+){{0,3}}? between (?P<one>{_THING}) and (?P<other>{_THING})\s*\?*$", re.I),
    re.compile(
        rf"\bhow (?:does|do|did) (?P<one>{_THING}) (?:compare|differ)(?:,? in [\w ]{{2,30}}?)?,? (?:with|from|to) "
        rf"(?P<other>{_THING})\s*\?*$",
        re.IGNORECASE,
    ),
)


def things_compared(question: str) -> tuple[str, ...]:
    """The two things that a question sets against each other by name, whatever they are; () for none.

    "Who pays more, the county or the pension fund?", "How does the bypass compare in cost with the distributor road?"
    """
    text = asking(question)
    weighs = re.search(rf"\b{_DEGREE}\b|\bquicker\b", text, re.IGNORECASE) is not None
    for pattern in (*(_OFFERED if weighs else ()), *_SET_AGAINST):
        found = pattern.search(text)
        if found is not None and found["one"].lower() != found["other"].lower():
            return found["one"].strip(), found["other"].strip()
    return ()


def is_comparison(question: str, sides: int) -> bool:
    """Whether a question sets things against each other.

    Args:
        sides: how many different deals, or places without one, it names.
    """
    if sides < 2:
        return False
    text = asking(question)
    if (sides >= LISTED and _LISTED.search(question)) or _IN_TURN.search(text):
        return True
    return _CONTRASTS.search(question) is not None or _WEIGHS.search(text) is not None or _weighed_before(question)


def compared_kind(question: str, kind: AnswerType) -> AnswerType:
    """What each side of a comparison must have: `kind`, or a figure where the sides are weighed against each other.

    "Who promised more apprenticeships?" asks for two numbers, although it says "who"; the type is then "comparison".
    """
    if kind == "any" and _CONTRASTS.search(question) and _MONEYS.search(question):
        return "amount"
    if kind in _FIGURE_KINDS or _MEASURED.search(question) is None:
        return kind
    return "duration" if _LASTING.search(question) else "comparison"


def _weighed_before(question: str) -> bool:
    """Whether the sides stand before what is asked: "Liverpool or Leeds: whose fund is bigger?"."""
    return len(question) <= 300 and _WEIGHS.search(question) is not None
