"""What a question asks for: its names, deals and figures, the kind of answer, and what a follow-up leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.deals import Registry
from dealqa.figures import figures
from dealqa.terms import content_words
from dealqa.types import Question
from dealqa.understanding.answer_types import answer_type
from dealqa.understanding.comparisons import compared_kind, is_comparison, things_compared
from dealqa.understanding.follow_ups import earlier_turns, resolve, resolve_follow_up
from dealqa.understanding.names import Correct, corrected, name_all, subjects, with_apostrophes
from dealqa.understanding.presuppositions import premises
from dealqa.understanding.wording import purpose, set_aside

__all__ = ["analyse", "answer_type", "resolve_follow_up"]

_OWN = re.compile(r"(?<=\S) \([^()]*\)(?=\W*$)")
"""What was put behind a follow-up says what it is about, and not what it asks."""


_BUT_FOR = re.compile(
    r"\b(?:outside(?: of)?|except(?: for)?|excluding|besides|apart from|other than|not counting)"
    r" (?:the )?[A-Z][\w’'-]*(?: (?:and |of |upon )?[A-Z][\w’'-]*)*"
)
"""What a question leaves out is not what it asks about: "outside London"."""


def analyse(
    question: str, history: Sequence[str] = (), *, registry: Registry | None = None, correct: Correct | None = None
) -> Question:
    """A question, analysed, with what it leaves out taken from the earlier questions of the conversation.

    Args:
        question: as typed.
        history: earlier questions, oldest first.
        registry: the deals of the corpus; without it no deals are found.
        correct: spelling correction against the names that the documents know.
    """
    registry = registry or Registry.empty()
    turns = [*earlier_turns(history), question]
    if correct is not None:  # each before it is resolved: a follow-up may hang on a name that is misspelt
        turns = [corrected(turn, correct, registry) for turn in turns]
    resolved = resolve([_to_the_point(with_apostrophes(turn, registry), registry) for turn in turns], registry)
    named = name_all(_BUT_FOR.sub(" ", resolved), registry)
    kind = answer_type(_OWN.sub("", resolved) or resolved)
    compares = is_comparison(resolved, named.sides) or bool(things_compared(resolved))
    return Question(
        text=question,
        resolved=resolved,
        names=named.names,
        places=named.places,
        deals=named.deals,
        figures=tuple(figure.value for figure in figures(resolved)),
        answer_type="comparison" if compares else kind,
        terms=tuple(content_words(resolved)),
        organisations=named.organisations,
        programmes=named.programmes,
        compared=compared_kind(resolved, kind) if compares else "any",
        premises=premises(resolved, kind),
    )


def _to_the_point(question: str, registry: Registry) -> str:
    """A question without what it is not about, and without what it is asked for unless that names a place or deal."""
    told = set_aside(question) or purpose(question)
    if not told or (not set_aside(question) and subjects(told, registry)):
        return question
    rest = question[len(told) :]
    return rest[:1].upper() + rest[1:]
