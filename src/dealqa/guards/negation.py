"""Denials: a sentence may neither deny what its quotes affirm nor affirm what they deny."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.guards.clauses import Clause, likeness, likest
from dealqa.terms import STOP_WORDS, stem

__all__ = ["denials", "negation_objection"]

DENIES = "it denies something that its quotes do not deny"
AFFIRMS = "it affirms something that its quotes deny"

_CUE = re.compile(
    r"\bnot\b(?!\s(?:only|just|merely|least|necessarily)\b|-for-profit|\s(?:more|less|fewer|later|exceeding)\b)"
    r"|\bno\b(?!\s(?:more|less|fewer|later|earlier|greater|higher|lower|doubt|matter)\b|\.?\s?\d|\.)"
    r"|\b(?:never|none|nobody|nothing|nowhere|neither|nor|cannot|without|unable|hardly|unlikely)\b|n['’]t\b"
    r"|\byet\sto(?=\s[a-z])|\b(?:fail(?:s|ed|ing)?|declin(?:e|es|ed|ing)|ceas(?:e|es|ed|ing))\s(?=to\b)|\bfail(?:ure|ed)\b(?!\sto\b)"
    r"|\b(?:refus(?:e|es|ed|ing|al|als)|reject(?:s|ed|ing|ion)?|den(?:y|ies|ied)|lack(?:s|ed|ing)?|exclud(?:e|es|ed|ing))\b"
)

_NO_DENIAL = re.compile(r"only|just|merely|least|necessarily|more|less|fewer|later|exceeding|too|all|every|always")
_BEFORE_VERB = re.compile(
    r"(?:\b(?:not|never|cannot|yet\sto|unable\sto|(?:fail|refus|declin)(?:e|es|s|ed|ing)?\sto)|n['’]t)"
    r"\s(?:(?:be|been|have|yet|then|also|ever|\w+ly)\s)*(?P<verb>[a-z]{3,})"
)
"""A denial and the verb that it denies; of "no power" and "none of them" the verb cannot be told."""

ALIKE = 0.6
"""How much of a clause a clause that denies must share with it to be the one that it comes from."""

NEARLY = 0.34
"""A denial may come from a clause that shares so much less with it than the likest: one word of three."""


def denials(low: str) -> list[tuple[int, int]]:
    """Where a lower-case text denies: the spans of "not", "never", "refused" and the like."""
    return [match.span() for match in _CUE.finditer(low)]


def negation_objection(claimed: Sequence[Clause], given: Sequence[Clause]) -> str | None:
    """Why clauses deny or affirm what the given ones do not; None when they agree.

    Double negation is left alone. "Yes" or "no" at the very beginning answers a question, and denies nothing else.
    """
    polarities = [_polarity(clause, given[i - 1] if i else None) for i, clause in enumerate(given)]
    verbs = _denied_verbs(given)
    denied = [clause for clause, polarity in zip(given, polarities, strict=True) if polarity in (1, None)]
    for i, clause in enumerate(claimed):
        if i == 0 and clause.words and clause.words[0] in ("yes", "no") and len(clause.words) == 1:
            continue
        polarity = _polarity(clause, claimed[i - 1] if i else None)
        if polarity == 1 and not _is_denied(clause, given, denied):
            return DENIES
        if polarity == 0 and (clause.stems & verbs or _is_only_denied(clause, given, polarities)):
            return AFFIRMS
    return None


def _denied_verbs(given: Sequence[Clause]) -> set[str]:
    """The stems of verbs that are denied wherever they stand."""
    denied: set[str] = set()
    affirmed: set[str] = set()
    for clause in given:
        verbs = {
            stem(match["verb"])
            for match in _BEFORE_VERB.finditer(clause.text)
            if match["verb"] not in STOP_WORDS and not _NO_DENIAL.match(match["verb"])
        }
        denied |= verbs
        affirmed |= clause.stems - verbs
        if len(_CUE.findall(clause.text)) > 1:
            affirmed |= verbs  # two denials in one clause are left alone
    return denied - affirmed


def _polarity(clause: Clause, before: Clause | None) -> int | None:
    """0: affirmed; 1: denied; None: unclear ("not … or this", two denials in one clause)."""
    count = len(_CUE.findall(clause.text))
    if count == 0:
        reaches = before is not None and clause.joined == "or" and _CUE.search(before.text)
        return None if reaches else 0
    return 1 if count == 1 else None


def _is_denied(clause: Clause, given: Sequence[Clause], denied: Sequence[Clause]) -> bool:
    if not denied:
        return False
    if not clause.stems:
        return True
    best = max(likeness(clause, other) for other in given)
    likest_denied = max(likeness(clause, other) for other in denied)
    return likest_denied > 0 and likest_denied >= best - NEARLY


def _is_only_denied(clause: Clause, given: Sequence[Clause], polarities: Sequence[int | None]) -> bool:
    if not clause.stems or (len(clause.stems) == 1 and not clause.verbal):
        return False
    by_clause = dict(zip(map(id, given), polarities, strict=True))
    closest = likest(clause, given)
    if not closest or likeness(clause, closest[0]) < ALIKE:
        return False
    return all(by_clause[id(other)] == 1 for other in closest)
