"""Questions as they are understood."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Literal

__all__ = ["AnswerType", "Premise", "PremiseKind", "Question"]

AnswerType = Literal[
    "amount",
    "percentage",
    "count",
    "date",
    "duration",
    "place",
    "agent",
    "reason",
    "yes_no",
    "list",
    "definition",
    "comparison",
    "any",
]

PremiseKind = Literal["figure", "status", "claim"]


@dataclass(frozen=True, slots=True)
class Premise:
    """Something that a question takes for granted: "Why does Bristol keep only 50%?" that it is 50%.

    Attributes:
        kind: "figure" for a figure, "status" for something that is said to have happened to a deal or a measure
            ("scrapped"), "claim" for the statement that the question is built on.
        text: as it stands in the question.
        value: of a figure its one form, of a status its base form ("scrap"); of a claim the same as `text`.
    """

    kind: PremiseKind
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed.

    Attributes:
        text: as typed.
        resolved: as understood, with what a follow-up leaves out put back in.
        names: proper names in it, as written: places, deals, organisations, programmes.
        places: those of the names that are places.
        deals: names of the deals that it may mean, as the registry has them; several where a place has several.
        figures: amounts, percentages, years and other numbers, normalised.
        terms: its content words, lower case, without stop words.
        organisations, programmes: bodies and instruments that it names or abbreviates, under their full names.
        compared: of a comparison, the kind of answer that each side has, "comparison" for any figure; else "any".
        premises: what it takes for granted.
    """

    text: str
    resolved: str
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    deals: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    answer_type: AnswerType = "any"
    terms: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    compared: AnswerType = "any"
    premises: tuple[Premise, ...] = ()

    @property
    def sought(self) -> AnswerType:
        """What a single sentence must have to answer: of a comparison, what each of its sides must."""
        return self.compared if self.answer_type == "comparison" else self.answer_type

    def without(self, unmeant: Collection[str]) -> Question:
        """The question with some of what was understood taken out: names, deals, figures, a kind of answer.

        Its words stay; what is not in it anyway is passed over.

        Args:
            unmeant: as `understood` gives them.
        """
        gone = {name.casefold() for name in unmeant}
        kept: dict[str, Any] = {
            name: tuple(value for value in getattr(self, name) if value.casefold() not in gone)
            for name in ("names", "places", "deals", "figures", "organisations", "programmes")
        }
        return replace(
            self,
            **kept,
            answer_type="any" if self.answer_type in gone else self.answer_type,
            compared="any" if self.answer_type in gone else self.compared,
            premises=tuple(premise for premise in self.premises if premise.value.casefold() not in gone),
        )

    def understood(self) -> dict[str, Any]:
        """What was understood, as the answer contract gives it (JSON types only)."""
        shown = {name.casefold() for name in (*self.places, *self.deals)}
        others = dict.fromkeys((*self.names, *self.organisations, *self.programmes))
        return {
            "deals": list(self.deals),
            "places": list(self.places),
            "names": [name for name in others if name.casefold() not in shown],
            "answer_type": self.answer_type,
            "figures": list(self.figures),
            "premises": [
                {"kind": premise.kind, "text": premise.text, "value": premise.value} for premise in self.premises
            ],
        }
