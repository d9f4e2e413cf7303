"""Modal verbs and words of status: what may be must not become what will be, nor a proposal a decision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dealqa.guards.clauses import Clause, likest
from dealqa.terms import STOP_WORDS, stem

__all__ = ["certainty_objection", "kinds_of_certainty"]

_CLASSES: tuple[tuple[str, str], ...] = (
    ("will", r"will|shall|won['’]t|['’]ll|going\sto|(?:is|are|was|were)\s(?:due\s|set\s|about\s)?to(?=\s[a-z]{2,})"),
    ("may", r"may|might|could|can|cannot"),
    ("would", r"would|['’]d"),
    ("must", r"must|(?:has|have|had|needs?)\sto|(?:is|are|was|were)\srequired\sto"),
    ("should", r"should|ought\sto"),
    (
        "proposed",
        r"propos(?:e|es|ed|al|als|ing)|intend(?:s|ed|ing)?|intention|aim(?:s|ed|ing)?\sto|hop(?:e|es|ed|ing)"
        r"|expect(?:s|ed|ing|ation|ations)?|envisag(?:e|es|ed)|anticipat(?:e|es|ed)|potential(?:ly)?|possibl[ey]|likely"
        r"|drafts?|plan(?:s|ned|ning)?|forecasts?|seeks?|sought|target(?:s|ed)?|estimated?|estimates|predict(?:s|ed)?"
        r"|asked|bids?|prospective",
    ),
    (
        "agreed",
        r"agree(?:s|d|ing|ment|ments)?|approv(?:e|es|ed|al|ing)|accept(?:s|ed|ance|ing)?|endors(?:e|es|ed)|ratified",
    ),
    ("signed", r"sign(?:s|ed|ing|ature|atures|atory|atories)|concluded|struck"),
    (
        "scrapped",
        r"scrap(?:s|ped|ping)?|cancel(?:s|led|ling|lation)?|abandon(?:s|ed|ing|ment)?|shelv(?:e|es|ed)|axed"
        r"|withdr(?:awn|ew|aw|awal)",
    ),
    ("announced", r"announc(?:e|es|ed|ing|ement|ements)|unveiled"),
    ("completed", r"complet(?:e|es|ed|ion|ing)|finish(?:es|ed)?"),
    ("suspended", r"suspend(?:s|ed)?|suspension|paus(?:e|es|ed)|delay(?:s|ed)?|postpon(?:e|es|ed)"),
)  # fmt: skip
_CUE = re.compile("|".join(rf"(?P<{name}>(?<![a-z])(?:{words})(?![a-z]))" for name, words in _CLASSES))
_SUPPORTED_BY = {
    "would": ("would", "will", "may", "should"),
    "must": ("must", "will"),
    "may": ("may", "proposed"),
    "completed": ("completed",),
}
_KEPT_BY = {
    "may": ("may", "proposed", "would"),
    "would": ("would", "may", "proposed", "should"),
    "should": ("should", "must", "would", "proposed"),
    "must": ("must", "should", "will"),
    "proposed": ("proposed", "may", "would", "should", "will"),
    "scrapped": ("scrapped",),
}
"""What must not be left out, and by what it may be said instead."""

_TOLD = re.compile(
    r"(?:propos(?:e|es|ed)|intend(?:s|ed)|expect(?:s|ed)|planned|forecast|potential(?:ly)?|possibl[ey]|likely|hop(?:e|es|ed))$"
)
"""Of the words for a proposal those that colour what follows; "the plan" and "targets" are things of their own."""

_MONTH_BEFORE = re.compile(r"\b(?:in|of|since|by|from|until|early|late|mid|and|to|last|next|\d)[\s-]$")
_NOUN_BEFORE = re.compile(r"\b(?:the|a|an|its|their|his|her|this|that|free|good)\s$")
_WORD = re.compile(r"[a-z]+")
_AUXILIARY = frozenset(
    [
        "be",
        "been",
        "being",
        "have",
        "has",
        "had",
        "get",
        "gets",
        "also",
        "then",
        "only",
        "later",
        "further",
        "therefore",
        "more",
        "to",
    ]
)


class _Cue(NamedTuple):
    kind: str
    word: str
    governs: str  # the stem of the next content word, or ""
    verb: str  # that word


def kinds_of_certainty(text: str) -> set[str]:
    """Which modal verbs and words of status a few words hold, by their sorts."""
    return {str(match.lastgroup) for match in _CUE.finditer(f"{text.lower()} so")}


def certainty_objection(claimed: Sequence[Clause], given: Sequence[Clause]) -> str | None:
    """What the clauses make more or less certain than the given ones do; None when they keep it."""
    given_cues = [(clause, tuple(_cues(clause))) for clause in given]
    claimed_cues = [(clause, tuple(_cues(clause))) for clause in claimed]
    return _added(claimed_cues, given_cues, given) or _left_out(claimed_cues, given_cues, given)


def _added(
    claimed: Sequence[tuple[Clause, tuple[_Cue, ...]]],
    given: Sequence[tuple[Clause, tuple[_Cue, ...]]],
    clauses: Sequence[Clause],
) -> str | None:
    everywhere = {(cue.kind, cue.governs) for _, cues in given for cue in cues}
    by_clause = {id(clause): {cue.kind for cue in cues} for clause, cues in given}
    for clause, cues in claimed:
        near = likest(clause, clauses, within=0.34) if cues else []
        kinds = (
            set().union(*(by_clause[id(other)] for other in near)) if near else set().union(*by_clause.values(), set())
        )
        for cue in cues:
            wanted = _SUPPORTED_BY.get(cue.kind, (cue.kind,))
            if cue.kind == "proposed" and any("proposed" in found for found in by_clause.values()):
                continue  # it says no more than the quote, wherever in it that stands
            if kinds.isdisjoint(wanted) and not any((kind, cue.governs) in everywhere for kind in wanted):
                return f"its “{cue.word}” is not in what it cites"
    return None


def _left_out(
    claimed: Sequence[tuple[Clause, tuple[_Cue, ...]]],
    given: Sequence[tuple[Clause, tuple[_Cue, ...]]],
    clauses: Sequence[Clause],
) -> str | None:
    governed = {(cue.kind, cue.governs) for _, cues in claimed for cue in cues}
    free = {word for clause, cues in given for word in clause.stems - {cue.governs for cue in cues}}
    for clause, cues in given:
        for cue in cues:
            if cue.kind == "will" and _is_past(claimed, cue):
                return f"it leaves out “{cue.word}”"
            if cue.kind not in _KEPT_BY or not cue.governs or cue.governs in free:
                continue
            if cue.kind == "proposed" and not _TOLD.match(cue.word):
                continue
            if any((kind, cue.governs) in governed for kind in _KEPT_BY[cue.kind]):
                continue
            if _states(claimed, cue, clause, clauses):
                return f"it leaves out “{cue.word}”"
    return None


def _is_past(claimed: Sequence[tuple[Clause, tuple[_Cue, ...]]], cue: _Cue) -> bool:
    """Whether what "will open" has "opened"."""
    if not cue.verb or cue.verb.endswith("ed"):
        return False
    return any(
        word.endswith("ed") and not cues and stem(word) == cue.governs
        for clause, cues in claimed
        if cue.governs in clause.stems
        for word in clause.words
    )


def _states(
    claimed: Sequence[tuple[Clause, tuple[_Cue, ...]]], cue: _Cue, origin: Clause, clauses: Sequence[Clause]
) -> bool:
    """Whether a clause that comes from `origin` holds what the cue governs, with no cue of the same sort in it."""
    kept = _KEPT_BY[cue.kind]
    for clause, cues in claimed:
        if cue.governs not in clause.stems or any(other.kind in kept for other in cues):
            continue
        if any(other is origin for other in likest(clause, clauses)):
            return True
    return False


def _cues(clause: Clause) -> Iterator[_Cue]:
    text = clause.text
    for match in _CUE.finditer(text):
        kind = str(match.lastgroup)
        word = match.group()
        before = text[max(0, match.start() - 12) : match.start()]
        if word in ("may", "will", "can", "might") and _NOUN_BEFORE.search(before):
            continue
        if word == "may" and (_MONTH_BEFORE.search(before) or re.match(r"\s\d", text[match.end() :])):
            continue
        governed = _governed(text, match.end())
        yield _Cue(kind, word, stem(governed) if governed else "", governed)


def _governed(text: str, at: int) -> str:
    for match in _WORD.finditer(text, at):
        word = match.group()
        if word in STOP_WORDS or word in _AUXILIARY or (word.endswith("ly") and len(word) > 4) or _CUE.fullmatch(word):
            continue
        return word
    return ""
