"""What a question asks for: its names, places and figures, the kind of answer, and what a follow-up leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dealqa.figures import figures
from dealqa.places import find_places, known_places
from dealqa.terms import STOP_WORDS, content_words, words
from dealqa.types import AnswerType, Question

__all__ = ["analyse", "answer_type", "resolve_follow_up"]

_NOUNS = (
    r"(?:cities|places|areas|deals|towns|councils|elements|proposals|schemes|zones|measures|sectors|regions|sites"
    r"|parties|projects)"
)

_TYPES: tuple[tuple[AnswerType, tuple[str, ...]], ...] = (
    (
        "duration",
        (
            r"\bhow long\b",
            r"\bhow many (?:more )?(?:years|months|weeks|days)\b",
            r"\bover (?:how many|what|which) (?:years|period|time)",
            r"\b(?:what|which) (?:period|length of time|term)\b",
            r"\bduration\b",
        ),
    ),
    ("percentage", (r"\b(?:what|which) (?:per ?cent|percentage|share|proportion)\b", r"\bhow much of\b")),
    (
        "amount",
        (
            r"\bhow much\b",
            r"\bhow (?:big|large) (?:is|was|are|were)\b"
            r".*\b(?:funds?|pot|budget|package|deal|programme|grant|loan|pool)\b",
            r"\bwhat (?:is|was|were|are) the (?:\w+ ){0,3}(?:value|cost|price|size|amount|worth|budget|sum)\b",
            r"\bwhat did .* cost\b",
            r"\bworth\b",
        ),
    ),
    ("count", (r"\bhow many\b", r"\bnumber of\b")),
    (
        "date",
        (
            r"^(?:and )?when\b",
            r"\bwhen (?:was|were|is|are|did|does|do|will|can|must|should)\b",
            r"\b(?:what|which) (?:year|date|day|month)\b",
            r"\b(?:since|by) when\b",
        ),
    ),
    (
        "agent",
        (r"\bwho(?:se|m)?\b", r"\bwhich (?:minister|person|body|organisation|council|authority|department)\b"),
    ),
    (
        "list",
        (
            rf"\b(?:which|what|name|list)(?: all)?(?: the| are the| of the)?(?: \w+)? {_NOUNS}\b",
            r"^(?:list|name)\b",
            r"\ball (?:the )?\w+s\b.*\?$",
        ),
    ),
    (
        "place",
        (
            r"^(?:and )?where\b",
            r"\bwhich (?:\w+ ){0,2}(?:city|place|area|town|deal|region|site|county|zone)\b",
            r"\bwhat (?:city|place|area|town|region|county)\b",
        ),
    ),
    ("reason", (r"\bwhy\b", r"\bwhat (?:is|was) the reason\b", r"\bhow come\b", r"\bwhat for\b")),
    (
        "yes_no",
        (r"^(?:and )?(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|must|should|may)\b",),
    ),
    (
        "definition",
        (
            r"^what (?:is|are|was|were) (?:an?|the)?\s*(?:(?!\b(?:of|in|for|by|to)\b)[\w' -])+\??$",
            r"\bwhat does .* (?:mean|stand for)\b",
            r"^define\b",
        ),
    ),
)
_COMPILED = tuple((kind, re.compile("|".join(patterns), re.IGNORECASE)) for kind, patterns in _TYPES)

_AND_NAME = re.compile(
    r"^\s*(?:(?:and|or|but)\b[ ,]*(?:what about|how about)?|what about|how about)\s+"
    r"(?:(?:in|for|with|at|of|the)\s+)*(?P<rest>[^?]{2,60}?)\s*\??\s*$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\s*(?:and\s+)?(?P<word>why|how|when|where|who|since when|by whom|how much|how many|how long)\s*\?*\s*$",
    re.IGNORECASE,
)
_REFERS_BACK = re.compile(
    r"\b(?:it|its|they|their|them|he|his|him|she|her|this|these|that|those|there|such|one|ones|same)\b", re.IGNORECASE
)
_JOINED = re.compile(r"^\s*(?:and|but|so|or|then)\b", re.IGNORECASE)

_CAPITALISED = re.compile(
    r"(?<![\w’'])(?:[A-Z][\w&’'-]*|[A-Z]{2,}s?)(?:\s+(?:(?:of|the|and|for|de|upon|on)\s+){0,2}(?:[A-Z][\w&’'-]*|\d+(?![\w%])))*"
)

Correct = Callable[[str], str | None]
"""Gives the name that an unknown word is a misspelling of, or None."""


def analyse(question: str, history: Sequence[str] = (), *, correct: Correct | None = None) -> Question:
    """A question, analysed, with what it leaves out taken from the earlier questions of the conversation.

    Args:
        question: as typed.
        history: earlier questions, oldest first.
        correct: spelling correction against the names that the documents know.
    """
    resolved = question.strip()
    earlier = ""
    for turn in [*history, question]:
        resolved = resolve_follow_up(turn.strip(), earlier)
        earlier = resolved
    if correct is not None:
        resolved = _corrected(resolved, correct)
    names = _names(resolved)
    places = tuple(dict.fromkeys(name for _, _, name in find_places(words(resolved)) if _is_meant(name, resolved)))
    for place in places:
        if not any(place.lower() in name.lower() for name in names):
            names = (*names, place)
    return Question(
        text=question,
        resolved=resolved,
        names=names,
        places=places,
        figures=tuple(figure.value for figure in figures(resolved)),
        answer_type=answer_type(resolved),
        terms=tuple(content_words(resolved)),
    )


def answer_type(question: str) -> AnswerType:
    """The kind of answer that the question's wording asks for; "any" when it does not say."""
    for kind, pattern in _COMPILED:
        if pattern.search(question.strip()):
            return kind
    return "any"


def resolve_follow_up(question: str, earlier: str) -> str:
    """The question with what it leaves out put back in from the earlier one, or the question itself.

    "And Nottingham?" asks the earlier question of another place; "why?" asks for its reason; "how long does it last?"
    is about what the earlier question was about. A question that names its own subject inherits nothing.
    """
    if not earlier:
        return question
    if bare := _BARE.match(question):
        return f"{bare['word'].capitalize()}: {earlier}"
    if (match := _AND_NAME.match(question)) and _is_name(match["rest"]):
        return _with_other_name(earlier, match["rest"])
    own = _names(question) or [name for _, _, name in find_places(words(question))]
    refers = _REFERS_BACK.search(question) or _JOINED.match(question)
    if own and not (refers and not find_places(words(question))):
        return question
    if not refers and len(content_words(question)) > 3:
        return question
    subject = _subject(earlier)
    return f"{question.rstrip('? ')} ({subject})?" if subject else question


def _is_name(text: str) -> bool:
    return text[:1].isupper() or bool(find_places(words(text))) or len(words(text)) <= 2


def _with_other_name(earlier: str, name: str) -> str:
    places = find_places(words(earlier))
    for _, _, place in places:
        # A function, because a name with a backslash in it must not be read as a reference to a group.
        swapped = re.sub(rf"\b{re.escape(place)}\b(?:['’]s)?", lambda _: name, earlier, count=1, flags=re.IGNORECASE)
        if swapped != earlier:
            return swapped
    for old in _names(earlier):
        return earlier.replace(old, name, 1)
    return f"{earlier.rstrip('? ')} ({name})?"


def _subject(earlier: str) -> str:
    """What the earlier question was about: its names, then its other content words."""
    inside = re.search(r"\(([^()]+)\)\?$", earlier)
    if inside:
        return inside.group(1)
    names = list(_names(earlier)) or [name for _, _, name in find_places(words(earlier))]
    named = {word for name in names for word in words(name)}
    others = [word for word in content_words(earlier) if word not in named]
    return ", ".join([*names, *others])


def _names(text: str) -> tuple[str, ...]:
    """Proper names by their capitals; the first word of a sentence counts only if it can hardly be anything else."""
    names: list[str] = []
    for match in _CAPITALISED.finditer(text):
        name = re.sub(r"['’]s$", "", match.group())
        first = words(name)[:1]
        starts = not text[: match.start()].strip(" \"'‘“(") or text[: match.start()].rstrip()[-1:] in ".?!:"
        if starts and first and first[0] not in known_places():
            rest = name.split(maxsplit=1)
            if first[0] in STOP_WORDS or not name.isupper() or len(name) < 3:
                name = rest[1] if len(rest) > 1 and (first[0] in STOP_WORDS or rest[1][0].isupper()) else ""
                name = re.sub(r"^(?:of|the|and|for)\s+", "", name)
        if name and not all(word in STOP_WORDS or word.isdigit() for word in words(name)):
            names.append(name)
    return tuple(dict.fromkeys(names))


_ALSO_WORDS = frozenset(["reading", "bath", "wells", "bury", "rugby", "poole", "perth", "dover", "angus", "north east"])
"""Places whose names are words as well: in lower case they are taken for words."""


def _is_meant(place: str, question: str) -> bool:
    return place.lower() not in _ALSO_WORDS or place in question


def _corrected(question: str, correct: Correct) -> str:
    for word in content_words(question):
        if len(word) >= 5 and not word[0].isdigit():
            better = correct(word)
            if better is not None:
                question = re.sub(rf"\b{re.escape(word)}\b", better, question, flags=re.IGNORECASE)
    return question
