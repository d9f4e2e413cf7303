"""Questions that lean on the one before by a pronoun or by being short: "How long does it last?", "How many homes?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.deals import Registry
from dealqa.terms import LIGHT_WORDS, STOP_WORDS, content_words, words
from dealqa.understanding.names import Subject, proper_names, subjects
from dealqa.understanding.topics import as_noun, topic_of, without_subjects
from dealqa.understanding.wording import plain, unwrapped

__all__ = ["ATTRIBUTES", "MOST_WORDS", "PRONOUN", "content_of", "leaning", "with_topic"]

SHORT = 2
"""A question without names and with at most so many words of content leans on the one before it: "How many homes?"."""

MOST_WORDS = 8
"""A change of what is asked is short: "and the long-term jobs in engineering?"."""

PRONOUN = re.compile(
    r"\b(?:it|its|itself|they|their|theirs|them|he|his|him|she|her|this|these|that|those|there|such|ones?|same|former"
    r"|(?:some|any)thing (?:similar|comparable|like)"
    r"|latter|both|each|either|neither|others?)\b",
    re.IGNORECASE,
)
_NO_PRONOUN = re.compile(
    r"\b(?:this|last|next|that|these|those) (?:year|month|week|time|decade|century|day)s?\b"
    r"|\b(?:is|was|are|were|isn't|wasn't) there (?:a|an|any|some)\b(?=.*\b(?:in|at|near|for)\b)"
    r"|\b(?:is|was) it (?:true|correct|right|possible|likely) (?:that|to)\b|\b(?:one|each) (?:of|year|month)\b"
    r"|\bsuch as\b|\b(?:people|those|anyone|firms|places|areas|councils|deals|cities|funds?) (?:who|that)\b"
    r"|\bthe (?:fact|idea) that\b",
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"\b(?:do|does|did|will|would|have|had|can|could) they\b", re.IGNORECASE)
_JOINED = re.compile(r"^\W*(?:and|but|so|or|then|also)\b(?! so\b)[ ,]*", re.IGNORECASE)
_ALIKE = re.compile(
    r"\b(?:too|also|as well|likewise|either|the same|do(?:es)? (?:that|so)|compare[sd]?|comparison|than"
    r"|differ(?:s|ent)?|similar)\b",
    re.IGNORECASE,
)
_SET_AGAINST = re.compile(r"\b(?:than|compar\w+|differ\w*|similar)\b", re.IGNORECASE)
_ABOUT_PLACES = re.compile(
    r"^(?:(?:which|what)(?: (?:other|of the|are the|were the|two|three|four|five|six))* (?:\w+ )?"
    r"(?:cities|places|towns|areas|regions|deals|city|town|place|area|region|deal)\b|where\b"
    r"|how many (?:cities|deals|places)\b)",
    re.IGNORECASE,
)
_NEW_TERM = re.compile(
    r"^(?:what (?:is|are|was|were)|define|explain) (?:an? |the )?(?P<term>[\w' -]+?)\??$"
    r"|^what does [\w' -]+ (?:mean|stand for)",
    re.IGNORECASE,
)
ATTRIBUTES = frozenset(
    words(
        "amount total sum value cost price figure number date year length duration period term percentage"
        " share rate place location reason condition conditions risk risks minister mayor chair partner"
        " partners purpose aim aims result results outcome outcomes status budget size deadline source"
        " sources start end catch answer difference objective objectives target targets parties signatories"
        " details background point benefit benefits drawback drawbacks"
    )
)


def with_topic(question: str, earlier: str) -> str:
    """The question with what the earlier one was about in brackets; as it is if that was about nothing."""
    topic = topic_of(earlier)
    return f"{question.rstrip('?!. ')} ({topic})?" if topic else question


def leaning(question: str, earlier: str, registry: Registry) -> str:
    """A question with a pronoun, or so short that it must lean on the one before; any other as it is."""
    text = plain(question)
    asked = _JOINED.sub("", unwrapped(text))
    refers = PRONOUN.search(_NO_PRONOUN.sub(" ", asked)) is not None
    joined = _JOINED.match(text) is not None
    if named := subjects(question, registry):
        return _likened(question, earlier, named, registry) if refers or joined else question
    if _leans(asked, joined=joined, refers=refers):
        put_in = as_noun(question, earlier, registry) if refers else None
        return put_in or with_topic(question, earlier)
    return question


def _likened(question: str, earlier: str, named: Sequence[Subject], registry: Registry) -> str:
    """A question with a place of its own that still leans: "Does Leeds keep it too?", "Is that more than in Hull?"."""
    pronoun = PRONOUN.search(question)
    before = pronoun is not None and pronoun.start() < named[0].start  # after the place it may mean just that
    topic = topic_of(earlier)
    likens = _ALIKE.search(question) is not None and (before or len(content_of(question)) <= SHORT + 1)
    # "Does Leeds have it?", "And in Hull, how long?"
    says_nothing = len(words(question)) < MOST_WORDS and not content_of(
        PRONOUN.sub("", without_subjects(question, named))
    )
    if not topic or not (likens or says_nothing):
        return question
    if not _SET_AGAINST.search(question):
        topic = without_subjects(topic, subjects(topic, registry))
    return f"{question.rstrip('?!. ')} ({topic})?" if topic else question


def _leans(asked: str, *, joined: bool, refers: bool) -> bool:
    if proper_names(asked):  # "By what year do they want a clean River Mersey?"
        return refers and PRONOUN.search(_ANYBODY.sub(" ", _NO_PRONOUN.sub(" ", asked))) is not None
    if refers:
        return True
    if _ABOUT_PLACES.match(asked):
        return False  # it asks for places: one of an earlier question would be wrong
    term = _NEW_TERM.match(asked)
    if term is not None:
        return any(word in ATTRIBUTES for word in words(term["term"] or "")[-1:])
    content = content_of(asked)
    most = SHORT + 1 if any(word in ATTRIBUTES for word in content) else SHORT
    return joined or len(content) <= most


def content_of(text: str) -> list[str]:
    """The words of a text that say what it is about, small letters."""
    return [word for word in content_words(text) if word not in LIGHT_WORDS and word not in STOP_WORDS]
