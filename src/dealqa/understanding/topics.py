"""What a question is about, as words that can stand in another one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.deals import Registry
from dealqa.terms import content_words, words
from dealqa.understanding.names import Subject, subjects
from dealqa.understanding.wording import asking

__all__ = ["as_noun", "lead_of", "topic_of", "without_subjects"]

MOST_WORDS = 14
"""A topic that is longer would drown what the new question asks."""

_INSIDE = re.compile(r"\(([^()]+)\)\W*$")
_AUXILIARY = (
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|must|should|may|might)(?: not)?(?: been| there)?"
)
_LEAD = re.compile(
    r"^(?:(?:and|but|so|then)\b[ ,]*)*(?:(?:in|on|for|over|by|to|at|of|from|since|until|with|within) )?"
    r"(?P<lead>how (?:long|much|many|big|large|far|often|soon|old|high)|what|which|when|where|who|whom|whose|why|how)\b"
    rf"(?:(?P<asked> [^?]*?)?? (?P<aux>{_AUXILIARY})\b|(?P<rest> ))?",
    re.IGNORECASE,
)
_YES_NO = re.compile(rf"^(?:(?:and|but|so|then)\b[ ,]*)*{_AUXILIARY}\b(?= )", re.IGNORECASE)
_COMMAND = re.compile(
    r"^(?:list|name|give(?: me)?|show(?: me)?|tell me about|describe|explain|define)\b", re.IGNORECASE
)
_QUANTITY = re.compile(
    r"^(?:year|date|day|month|period|amount|sum|percentage|share|proportion|number)s?\b", re.IGNORECASE
)

_LAST_VERBS = frozenset(
    words(
        "signed announced agreed approved ratified launched opened finished completed started begun made"
        " get gets got last lasts end ends ended begin begins start starts run runs cost costs worth pay"
        " pays paid receive received happen happened include includes scrapped cancelled mean"
    )
)
"""Verbs that may end a question about a thing: without them the thing is left ("was the Cardiff deal signed")."""

_VERBS = frozenset(
    words(
        "get gets keep keeps kept retain retains receive receives promise promises create"
        " creates give gives help helps build builds pay pays put say says make makes take takes"
        " want wants have has had be being lead leads run runs do does did need needs offer offers cover"
        " covers bring brings to for by about agreed gain gains sign signs provide provides expect"
        " expected set who which that if when because"
    )
)
_IT = re.compile(r"\b(?P<owner>its|their)\b|\b(?:it|them|they)\b|\b(?:that|this)(?=\W*$)", re.IGNORECASE)
_DOES = re.compile(r"(?:do|does|did|has|have|had)(?: not)?", re.IGNORECASE)
_DONE_TO = re.compile(
    r"(?: [A-Z]\w*)* (?P<verb>[a-z]+) (?:on|by|in|at|for|against|to|with|from|into|the|an?|its|their|over|about)\b"
)
"""A verb behind the one who does it, as what follows it shows: "vote on", "keep the"."""

_EMPTY_IT = re.compile(
    r"\b(?:it take|it took|it true|it possible|it likely|it cost to|of them|is it that)\b", re.IGNORECASE
)


def topic_of(question: str) -> str:
    """What a question is about: its words without those that only ask; "" when it is about nothing."""
    inside = _INSIDE.search(question)
    if inside is not None:
        return inside.group(1)
    text = asking(question).rstrip("?!. ")
    match = _LEAD.match(text) or _YES_NO.match(text) or _COMMAND.match(text)
    left = text[match.end() :] if match is not None else text
    asked = ((match.groupdict().get("asked") if match is not None else "") or "").strip()
    topic = f"{asked} {left.strip()}".strip() if asked and not _QUANTITY.match(asked) else left.strip()
    topic = re.sub(r"^(?:all |of )?(?:the |a |an )?", lambda found: "" if asked else found.group(), topic)
    if not content_words(topic):
        return ""
    listed = topic.replace("(", " ").replace(")", " ").split()[:MOST_WORDS]
    return " ".join(listed if asked else _without_last_verbs(listed))


def lead_of(question: str) -> str:
    """The words with which a question asks, for example "How many"; "" when there are none."""
    match = _LEAD.match(asking(question))
    return match["lead"].capitalize() if match is not None else ""


def without_subjects(text: str, found: Sequence[Subject]) -> str:
    """A text without the places and deals in it."""
    for one in reversed(found):
        text = text[: one.start] + text[one.end :]
    text = re.sub(r"^\s*['’]s?\b", "", re.sub(r"\s['’]s\b", "", text))
    return " ".join(text.split())


def as_noun(question: str, earlier: str, registry: Registry) -> str | None:
    """The question with the earlier one's subject where its pronoun stands; None where that would read badly.

    "How much is it?" after "What is Leeds's transport fund for?" becomes "How much is Leeds's transport fund?".
    """
    pronoun = _IT.search(question)
    noun = _noun_of(earlier, registry)
    if pronoun is None or not noun or _EMPTY_IT.search(question) or len(_IT.findall(question)) > 1:
        return None
    if pronoun["owner"]:
        noun = re.sub(r"^(?:an?) ", "the ", noun)
        noun += _owning(noun)
    return question[: pronoun.start()] + noun + question[pronoun.end() :]


def _noun_of(earlier: str, registry: Registry) -> str:
    """The thing that a question is about where that is one and names its place; else ""."""
    if _INSIDE.search(earlier):
        return ""
    asked = asking(earlier).rstrip("?!. ")
    match = _LEAD.match(asked)
    if match is None or not match["aux"]:
        return ""
    rest = asked[match.end() :].strip()
    if _DOES.fullmatch(match["aux"]) and (doer := _doer_of(rest, registry)):
        return doer
    noun = " ".join(_without_last_verbs(rest.split()))
    if thing := (match["asked"] or "").strip():  # "What venture capital fund does Nottingham get?"
        whole = len(found := subjects(noun, registry)) == 1 and not without_subjects(noun, found)
        if match["lead"].lower() not in ("what", "which") or not whole or _QUANTITY.match(thing):
            return ""
        return f"{noun}{_owning(noun)} {thing}"
    inner = words(noun)
    if not 1 < len(inner) <= 10 or not subjects(noun, registry) or not _VERBS.isdisjoint(inner):
        return ""
    return noun


def _doer_of(rest: str, registry: Registry) -> str:
    """Of "North Somerset vote on the deal", as "did" leaves it, who did it; "" where it begins with no name."""
    named = next((one for one in subjects(rest, registry) if one.start in (0, len("the "))), None)
    done = _DONE_TO.match(rest, named.end) if named is not None else None
    return rest[: done.start("verb")].rstrip() if done is not None else ""


def _without_last_verbs(listed: list[str]) -> list[str]:
    """Words without the verbs at their end, where something is left."""
    past = len(listed)
    while past > 1 and listed[past - 1].lower() in _LAST_VERBS:
        past -= 1
    return listed[:past]


def _owning(noun: str) -> str:
    return "'" if noun.endswith("s") else "'s"
