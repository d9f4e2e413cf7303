"""Questions that ask for more than one account themselves: "£120m or £130m?", "do the papers agree?"."""

from __future__ import annotations

import re

from dealqa.figures import Figure, figures
from dealqa.types import Question

__all__ = ["asks_for_accounts", "bare_number", "offered_figures", "what_changed"]

_OFFERED = re.compile(
    r"(?P<one>[£$€]?\d[\d,.]*)\s*(?P<scale_one>million|billion|thousand|m|bn|k)?\b[^.?;\d]{0,60}?(?:\bor\b|/|\bvs\b\.?)"
    r"\s*(?:[a-z' ]{0,30}\s)?(?P<other>[£$€]?\d[\d,.]*)\s*(?P<scale>million|billion|thousand|m|bn|k)?(?![\w.,]*\d)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:(?:sources?|accounts?|papers?|reports?|figures?|numbers?|documents?) (?:\w+ ){0,3}(?:agree|differ|disagree"
    r"|diverge|vary|conflict|contradict)"
    r"|(?:more than one|different|several|various|two|conflicting|competing|diverging) (?:\w+ )?(?:figures?|numbers?"
    r"|values?|totals?|accounts?|dates?|sums?|answers?|versions?|stories|things)"
    r"|(?:has|have|had) (?:[^?,;.]{1,80} )?(?:changed|altered|shifted|revised|gone up|gone down)"
    r"|(?:did|does|do|has|have|had) (?:[^?,;.]{1,80} )?(?:targets?|promises?|pledges?|estimates?|forecasts?|totals?"
    r"|figures?|numbers?|claims?) (?:\w+ ){0,6}(?:change|shift|shrink|shrunk|drop|dropped|fall|fallen|rise|risen|grow"
    r"|grown|slip|slipped|go up|go down)"
    r"|how (?:has|have|did) [^?;.]{1,100} (?:changed?|shift(?:ed)?|evolved?|moved?|develop(?:ed)?|differ(?:ed)?)"
    r"|(?:did|has|have) (?:that|it|this|they) (?:ever |since |later )?changed?|moved on since"
    r"|in (?:19|20)\d\d,? and (?:again |also |then )?(?:later|now|today|since)"
    r"|(?:at the outset|at first|to begin with|when it was signed)\b[^?;]{1,90}\b(?:now|today|later|since|still)"
    r"|some (?:papers|sources|reports|documents|accounts)\b[^?.]{1,90}\bothers"
    r"|(?:in|by) (?:the|its) (?:deal|bid|document|paper|plan) (?:itself )?and (?:in|on|by)\b"
    r"|from what to what|from one [^?;.]{1,40} to the next|then and now|before and after"
    r"|compared with (?:what|the|its|their)|measured against|still the (?:one|same)"
    r"|(?:first|early|earlier|original|initial)\b[^?;.]{1,90}"
    r"\b(?:v|vs|versus|against|finally|in the end|eventually|later|now|today)\b)",
    re.IGNORECASE,
)
_CUT_BACK = r"(?:scaled|cut|pared|trimmed|watered|slimmed) (?:back|down)"
_KEPT = re.compile(
    r"\b(?:when (?:it|they) (?:was|were) (?:meant|supposed|due|planned|expected|promised|forecast) to"
    r"|(?:as|than) (?:planned|promised|forecast|expected|intended)|on (?:time|schedule|budget)"
    r"|(?:it|they) (?:was|were|is|are) (?:counting on|promised|hoping for|banking on|aiming (?:at|for))"
    r"|(?:is|are|was|were|does|do|has|have)\b[^?;]{1,90}\bstill\b"
    rf"|{_CUT_BACK}|or (?:still|only|already)\b)",
    re.IGNORECASE,
)
"""Asks what came of a promise: what was promised belongs to the answer."""

_CHANGED = (
    r"(?:changed?|shift(?:ed)?|alter(?:ed)?|revised?|evolved?|develop(?:ed)?|moved? on|shr[aiu]nk|drop(?:ped)?"
    r"|f[ae]ll(?:en)?|risen?|rose|gr[eo]wn?|slip(?:ped)?|go(?:ne)? (?:up|down)"
    r"|been (?:cut|revised|altered|changed|trimmed|reduced|raised)"
    rf"|{_CUT_BACK})\b[^?]*"
)
_CHANGES = (
    re.compile(rf"\bhow (?:has|have|did|do|does) (?P<what>[^?;]{{3,120}}?) {_CHANGED}", re.IGNORECASE),
    re.compile(
        r"^(?:so )?(?:did|does|do|has|have|had|was|were|is|are) (?P<what>[^?;,]{3,120}?) "
        rf"(?:(?:ever|since|later|been|quietly) )*{_CHANGED}",
        re.IGNORECASE,
    ),
)
_BEFORE_AND_AFTER = re.compile(
    r"\b(?:first |early |original )?(?:bid|offer|target|plan|promise)(?: figures?| numbers?)? (?:vs?\.?|versus|against)"
    r"\s[^?]*",
    re.IGNORECASE,
)

_AGAINST = re.compile(r"\b(?:vs?|versus|against)\b", re.IGNORECASE)


def asks_for_accounts(question: Question) -> bool:
    """Whether a question asks what several sources say, or what was said at several times: "bid vs deal"."""
    asked = question.resolved
    sets_against = question.answer_type != "comparison" and _AGAINST.search(asked) is not None
    kept = question.answer_type in ("yes_no", "any") and _KEPT.search(asked) is not None
    return sets_against or kept or _SEVERAL.search(asked) is not None


def what_changed(question: Question) -> str:
    """Of a question that asks how something changed, a question for that something; else nothing.

    "How did the cash for the park change over the years?" asks for each account of the cash, and a sentence that gives
    one answers only the second question.
    """
    asked = question.resolved
    if not asks_for_accounts(question):
        return ""
    for pattern in _CHANGES:
        if match := pattern.search(asked):
            return " ".join(f"{asked[: match.start()]} what is {match['what']}?".split())
    without = _BEFORE_AND_AFTER.sub(" ", asked)
    return "" if without == asked else " ".join(without.split()).rstrip(":- ")


def offered_figures(question: Question) -> frozenset[str]:
    """The figures that a question offers for choice: those of £120m and £130m for "120 or 130 million"."""
    match = _OFFERED.search(question.resolved)
    if match is None:
        return frozenset()
    first = f"{match['one']}{match['scale_one'] or match['scale'] or ''}"
    return frozenset(bare_number(figure) for text in (first, match[0]) for figure in figures(text)[-1:])


def bare_number(figure: Figure) -> str:
    """A figure without its unit: the question's "120 or 130 million" does not say of what."""
    return re.sub(r"^[A-Z]{3} |%$| [a-z]+$", "", figure.value)
