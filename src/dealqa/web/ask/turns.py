"""The turns of a conversation: what was asked, how it was understood, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dealqa.types import Answer, Citation, Question

__all__ = ["Chip", "Turn", "Turns", "chips_of", "citation_name", "citation_target", "evidence_of", "history_of"]

HISTORY: Final = 20
"""How many earlier questions a follow-up is understood from."""

_KINDS_OF_ANSWER: Final = {
    "amount": "an amount of money",
    "percentage": "a percentage",
    "count": "a number",
    "date": "a date",
    "duration": "a length of time",
    "place": "a place",
    "agent": "who",
    "reason": "why",
    "yes_no": "yes or no",
    "list": "a list",
    "definition": "what something is",
    "comparison": "a comparison",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, as typed, and what came of it; neither problem nor whole answer means: working.

    Attributes:
        problem: one or two plain sentences about why there is no answer.
        id: of the answer on the shelf; "" where it is not kept.
        instead: what the reader put in place of the question as it was understood; it is asked by itself.
        without: what the reader said was not meant, as `Question.understood` names it.
        understood: the question, analysed, while its answer is being looked for.
        shown: how many of the answer's sentences are shown so far; None for all.
        verdict: what the reader thinks of the answer; "" for nothing yet.
    """

    question: str
    answer: Answer | None = None
    problem: str | None = None
    id: str = ""
    instead: str = ""
    without: tuple[str, ...] = ()
    understood: Question | None = None
    shown: int | None = None
    verdict: Literal["", "up", "down"] = ""

    @property
    def working(self) -> bool:
        """Whether its answer is still being looked for."""
        return self.problem is None and (self.answer is None or self.answer.partial)

    @property
    def asked(self) -> str:
        """What is asked: as typed, or what the reader put in its place."""
        return self.instead or self.question


Turns = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that a question was understood to mean, which the reader can take out.

    Attributes:
        kind: in a word, for the reader.
        label: for the reader.
        value: as `Question.without` takes it.
    """

    kind: str
    label: str
    value: str


def chips_of(question: Question) -> tuple[Chip, ...]:
    """What a question was understood to mean: deals, other names, figures, the kind of answer.

    A place is shown only where no deal stands for it: the deal is what is looked for then.
    """
    return tuple(_chips(question))


def _chips(question: Question) -> Iterator[Chip]:
    understood = question.understood()
    for deal in understood["deals"]:
        yield Chip("Deal", deal, deal)
    if not understood["deals"]:
        for place in understood["places"]:
            yield Chip("Place", place, place)
    for name in understood["names"]:
        yield Chip("Name", name, name)
    for figure in understood["figures"]:
        yield Chip("Figure", figure, figure)
    if question.answer_type in _KINDS_OF_ANSWER:
        yield Chip("Asks for", _KINDS_OF_ANSWER[question.answer_type], question.answer_type)


def history_of(turns: Sequence[Turn]) -> list[str]:
    """The questions that a follow-up is understood from: those that were answered, the latest `HISTORY` of them."""
    return [turn.asked for turn in turns if turn.answer is not None][-HISTORY:]


def evidence_of(answer: Answer) -> tuple[Citation, ...]:
    """What the reader can open: the citations of an answer, the nearest statements of a refusal."""
    return answer.refusal.nearest if answer.refusal is not None else answer.citations


def citation_name(citation: Citation) -> str:
    """What a citation is called in words: title and page, else title and innermost heading (not escaped)."""
    if citation.page is not None:
        return f"{citation.title}, page\N{NO-BREAK SPACE}{citation.page}"
    if citation.heading_path and citation.heading_path[-1] != citation.title:
        return f"{citation.title}, {citation.heading_path[-1]}"
    return citation.title


def citation_target(turn: int, citation: Citation) -> str:
    """The hash that opens a citation; it names the turn, so that an old answer's links open its own evidence."""
    return f"#cite-{turn}-{citation.number}"
