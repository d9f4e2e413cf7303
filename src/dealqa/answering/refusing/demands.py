"""What a question demands of its answer: a figure of the kind, a total, what came about, an end; and what has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dealqa.answering.draft import Draft
from dealqa.answering.refusing.endings import NO_END, asks_for_end, endings_first, tells_of_end
from dealqa.answering.refusing.outcomes import ONLY_PLANNED, asks_for_outcome, only_plans, outcomes_first
from dealqa.answering.refusing.refusals import MUST_HAVE, answers, refuse, what_is_missing
from dealqa.answering.refusing.totals import totals_first
from dealqa.answering.weighing.ranking import Candidate
from dealqa.types import Question

__all__ = ["not_answered", "those_first_that_are_asked_for"]


def those_first_that_are_asked_for(question: Question, about: Sequence[Candidate], threshold: float) -> list[Candidate]:
    """The candidates, those first that hold what the question demands, where there are such.

    Args:
        about: best first; not empty.
        threshold: the least probability with which a sentence is given as an answer.
    """
    found = endings_first(question, _of_the_kind(question, about, threshold))
    return outcomes_first(question, totals_first(question, found))


def not_answered(question: Question, about: Sequence[Candidate], threshold: float, sure: float) -> Draft | None:
    """A refusal where the best sentence does not answer, tells of a plan only, or of no end; None where it answers.

    Args:
        sure: how probable it is that it, or what is quoted with it, answers.
    """
    best = replace(about[0], probability=sure)
    if asks_for_outcome(question) and only_plans(best.evidence):
        return refuse("no_evidence", ONLY_PLANNED, min(best.probability, threshold) / 2, about)
    if asks_for_end(question) and not tells_of_end(best.evidence):
        return refuse("no_evidence", NO_END, min(best.probability, threshold) / 2, about)
    if answers(question, best, threshold):
        return None
    missing = question.sought in MUST_HAVE and best.evidence.features["type_missing"]
    confidence = min(best.probability, 0.3) if missing else best.probability
    return refuse("no_evidence", what_is_missing(question, best), confidence, about)


def _of_the_kind(question: Question, about: Sequence[Candidate], threshold: float) -> list[Candidate]:
    """Those that hold the kind of answer that is asked for, where the best does not and another one answers.

    "Which cities have hubs?" is answered by a sentence that names cities, if there is a convincing one.
    """
    if about[0].evidence.features["type_missing"]:
        of_kind = [one for one in about if one.evidence.features["type_found"]]
        if of_kind and (question.sought in MUST_HAVE or answers(question, of_kind[0], threshold)):
            return of_kind
    return list(about)
