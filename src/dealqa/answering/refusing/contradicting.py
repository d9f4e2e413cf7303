"""What a question takes for granted, and the sentence of the documents that says otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.answering.refusing.denials import NO_LONGER, denied_by
from dealqa.answering.weighing.ranking import Candidate
from dealqa.figures import figures
from dealqa.guards.certainty import kinds_of_certainty
from dealqa.guards.negation import denials
from dealqa.terms import content_words, stem, stems
from dealqa.types import Premise, Question
from dealqa.understanding.asked_accounts import offered_figures
from dealqa.understanding.presuppositions import statuses

__all__ = ["contradiction"]

LOOKED_AT = 3
"""How many of the best sentences are looked at: what contradicts a question is usually what answers it best."""

TOLD = 0.6
"""How much of a claim's words a sentence must share to be about the same thing."""

_OPPOSITES: dict[str, frozenset[str]] = {
    "fail": frozenset({"reach", "complete", "pass"}),
    "praise": frozenset({"doubt"}),
    "refuse": frozenset({"agree", "sign"}),
    "exclude": frozenset({"include"}),
    "scrap": frozenset({"extend", "continue"}),
    "abandon": frozenset({"extend", "continue"}),
    "cancel": frozenset({"extend", "continue"}),
    "collapse": frozenset({"extend", "continue"}),
    "stop": frozenset({"extend", "continue"}),
    "withdraw": frozenset({"continue"}),
    "end": frozenset({"extend", "continue"}),
    "fall": frozenset({"grow", "double"}),
    "cut": frozenset({"grow", "double", "extend"}),
    "grow": frozenset({"fall", "cut", "stay"}),
    "extend": frozenset({"cut"}),
    "raise": frozenset({"stay"}),
}
"""What is said to have happened → what says the contrary of it."""

_CONTRARY_WORDS = {
    "pass": re.compile(r"\bpass(?:ed|es)?\b", re.IGNORECASE),
    "doubt": re.compile(r"\b(?:scepti\w+|critici\w+|doubt\w*|warn(?:s|ed)|unconvinced)\b", re.IGNORECASE),
    "stay": re.compile(r"\bstay(?:ed|s)? (?:at|the same)\b|\bunchanged\b", re.IGNORECASE),
    "include": re.compile(r"\binclud(?:e|es|ed|ing)\b", re.IGNORECASE),
    "continue": re.compile(r"\b(?:continu(?:e|es|ed|ing)|still|goes ahead|went ahead|remains?)\b", re.IGNORECASE),
}
_HAS_COME = re.compile(
    r"\b(?:has|have|had) (?:already |now |since |actually )?\w+(?:ed|en|wn|ent|ilt|aid|de|ne)\b", re.I
)
_PLANNED = frozenset({"proposed", "may", "would", "will"})
_KINDS_OF_PREMISE = ("percentage", "money", "duration")


def contradiction(question: Question, candidates: Sequence[Candidate]) -> tuple[str, Candidate] | None:
    """What the question takes for granted and the documents deny, as asked, with the sentence that denies it.

    Args:
        candidates: what is about the question's names, the best first.
    """
    for candidate in candidates[:LOOKED_AT]:
        sentence = candidate.evidence.text
        for premise in question.premises:
            if premise.kind == "status" and _says_the_contrary(premise, sentence):
                return premise.text, candidate
            if premise.kind == "claim" and (_denies(premise, sentence) or _only_plans(premise, sentence)):
                return premise.text, candidate
    first = candidates[0]
    if denied := denied_by(question, candidates[:LOOKED_AT]):
        return denied, first
    figure = _other_figure(question, first)
    return (figure, first) if figure else None


def _says_the_contrary(premise: Premise, sentence: str) -> bool:
    told = {base for _, base in statuses(sentence)}
    told |= {word for word, pattern in _CONTRARY_WORDS.items() if pattern.search(sentence)}
    return premise.value not in told and not told.isdisjoint(_OPPOSITES.get(premise.value, frozenset()))


def _denies(premise: Premise, sentence: str) -> bool:
    """Whether a sentence on the same thing affirms what the claim denies."""
    denied = premise.value.startswith("not: ") or NO_LONGER.search(premise.text) is not None
    if not denied or denials(sentence.lower()):
        return False
    claimed = {stem(word) for word in content_words(premise.text)}
    return len(claimed & stems(sentence)) >= TOLD * len(claimed) > 0


def _only_plans(premise: Premise, sentence: str) -> bool:
    """Whether a claim says that something has come about of which the sentence gives the same figure as a plan."""
    claimed = {figure.value for figure in figures(premise.text) if figure.kind not in ("year", "date")}
    if not claimed or _HAS_COME.search(premise.text) is None or kinds_of_certainty(premise.text) & _PLANNED:
        return False
    return claimed <= {figure.value for figure in figures(sentence)} and bool(kinds_of_certainty(sentence) & _PLANNED)


def _other_figure(question: Question, candidate: Candidate) -> str:
    """A figure of the question in whose place the sentence has another one of the same kind.

    "Why does Bristol keep only 50%?" is not answered by the sentence that says 100%.
    """
    if question.sought not in ("reason", "yes_no", "any") or offered_figures(question):
        return ""
    around = {figure.value for figure in figures(candidate.evidence.hit.passage.text)}
    kinds = {figure.kind for figure in figures(candidate.evidence.text)}
    for figure in figures(question.resolved):
        if figure.kind in _KINDS_OF_PREMISE and figure.value not in around and figure.kind in kinds:
            return question.resolved[figure.start : figure.end]
    return ""
