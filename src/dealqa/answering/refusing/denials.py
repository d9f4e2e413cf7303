"""What a question takes for granted and the sentence that answers it best says was not: none, refused, not got."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.answering.weighing.ranking import Candidate
from dealqa.terms import LIGHT_WORDS, content_words, stem, stems, words
from dealqa.types import Question
from dealqa.understanding.presuppositions import statuses

__all__ = ["NO_LONGER", "denied_by"]

BY_NAME = 0.6
"""How well a sentence must cover the names of a question to say that what is named did not get something."""

NAMED = 0.9
"""The same, to say that what is named was refused."""

NO_LONGER = re.compile(r"\b(?:no longer|not|never|without|n['’]t)\b", re.IGNORECASE)
"""Whoever asks so takes for granted that something is not."""

_TOPIC = re.compile(r" \([^()]*\)(?=\W*$)")
"""What a follow-up is about, put behind it: it was asked before, and is not asked again."""

_NOT_GOT = re.compile(
    r"\b(?:did not|didn['’]t|never) (?:get|receive|win|obtain)\b"
    r"|\b(?:was|were) (?:not|never) (?:granted|given|built|delivered)\b"
    r"|\b(?:refused|rejected|turned down)\b[^.;]*\b(?:requests?|wish(?:es)?|bids?|proposals?)\b",
    re.IGNORECASE,
)
_GOT = re.compile(
    r"\b(?:got|gets?|gained?|won|wins?|given|gives?|gave|granted|handed|received?|obtained|secured|brought (?:in|down)"
    r"|start(?:ed|s)?|began|begin|opened|cut)\b",
    re.IGNORECASE,
)
_WISHED_FOR = re.compile(
    r"\b(?:want(?:ed|s)?|wish(?:ed)?|hope[sd]?|ask(?:ed|s)?|request(?:ed|s)?|refus\w+|reject\w+|turned down|bid"
    r"|denied)\b",
    re.IGNORECASE,
)
_NEITHER = re.compile(r"\bneither [a-z]+ nor [a-z]+\b", re.IGNORECASE)
_NOT_BY = re.compile(r"\bnot (?:an?|the|any) (?:\w+ ){1,2}(?:of|by|from) (?:the )?(?P<name>[A-Z][\w’'-]+)")
_WHICH_ONE = re.compile(
    r"\b(?:which|what) (?:[\w'-]+ ){1,3}?(?=(?:is|was|were|are|did|does|do|has|have|had|got|get|gets)\b)", re.I
)
_NONE = re.compile(r"(?:None|Not one|No one) of (?:the |these |those )?[^,;.]{1,60}", re.IGNORECASE)
_WOULD_BE_WITHOUT = re.compile(
    r"\b(?:can|could|may|might|would|will)\b[^.;]*\bwithout\b|\bwithout\b[^.;]*\b(?:no|nobody|nothing|not|would|cannot)\b",
    re.IGNORECASE,
)


def denied_by(question: Question, candidates: Sequence[Candidate]) -> str:
    """What the question takes for granted, as asked, and the best sentence denies; "" for nothing.

    Nothing is denied to whoever asks whether something is so, or says themselves that it is not.

    Args:
        candidates: the best sentences, the best first; not empty.
    """
    first = candidates[0]
    sentence = first.evidence.text
    denied = _there_is_none(question, sentence) or _was_refused(question, candidates)
    if denied or question.answer_type == "yes_no" or NO_LONGER.search(question.resolved):
        return denied
    return (
        _denied_noun(question, sentence)
        or _was_not_got(question, first)
        or _neither(question, sentence)
        or _not_by(question, sentence)
    )


def _denied_noun(question: Question, sentence: str) -> str:
    """A word of the question that the sentence says there was none of: "without a referendum"."""
    asked = {stem(word): word for word in content_words(_TOPIC.sub("", question.resolved))}
    # "No council pays more than Leeds" compares councils, and "can be built without the well" supposes: neither says
    # that there is none.
    if _WOULD_BE_WITHOUT.search(sentence):
        return ""
    for match in re.finditer(r"\b(?:without|no) (?:an? |any |the )?(?P<noun>[a-z]+)\b(?![^.,;:]*\bthan\b)", sentence):
        noun = stem(match["noun"])
        if noun in asked and asked[noun] not in LIGHT_WORDS and len(words(match["noun"])) == 1:
            return asked[noun]
    return ""


def _there_is_none(question: Question, sentence: str) -> str:
    """What the question asks for, where the sentence says that there is none: "None of the deals covered Wales"."""
    asked = _WHICH_ONE.search(question.resolved)
    none = _NONE.match(sentence)
    if asked is None or none is None or NO_LONGER.search(question.resolved):
        return ""
    shared = stems(none[0]) & {stem(word) for word in content_words(question.resolved)}
    return asked[0] if shared else ""


def _was_refused(question: Question, candidates: Sequence[Candidate]) -> str:
    """What the question takes for agreed and the best sentence says was refused, where no other says that it was."""
    agreed = [one.text for one in question.premises if one.kind == "status" and one.value == "agree"]
    first, *others = ({base for _, base in statuses(one.evidence.text)} for one in candidates)
    refused = "refuse" in first and "agree" not in first.union(*others)
    return agreed[0] if agreed and refused and candidates[0].evidence.features["names"] >= NAMED else ""


def _was_not_got(question: Question, candidate: Candidate) -> str:
    """What the question takes for got, done or begun, where the sentence says that it was not."""
    asked = _TOPIC.sub("", question.resolved)
    got = _GOT.search(asked)
    if got is None or _WISHED_FOR.search(asked):
        return ""
    told = candidate.evidence.features["names"] >= BY_NAME and _NOT_GOT.search(candidate.evidence.text)
    return got[0] if told else ""


def _neither(question: Question, sentence: str) -> str:
    """What the question says was done, where the sentence says "neither confirmed nor rejected"."""
    found = _NEITHER.search(sentence)
    undone = {base for _, base in statuses(found[0])} if found is not None else set()
    return next((one.text for one in question.premises if one.kind == "status" and one.value in undone), "")


def _not_by(question: Question, sentence: str) -> str:
    """Whom the question names as the source or owner of what the sentence says is not theirs."""
    asked = stems(question.resolved)
    return next((found["name"] for found in _NOT_BY.finditer(sentence) if stems(found["name"]) <= asked), "")
