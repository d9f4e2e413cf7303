"""From answers to a `Paper`: what is said of each, in which order, and under which numbers its quotes stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from dealqa.errors import QuestionError
from dealqa.exporting.characters import shortened, shown
from dealqa.exporting.paper import Block, Comparison, Heading, Listing, Note, Notes, Paper, Paragraph, Told
from dealqa.types import Answer, AnswerSentence, Citation, DocumentInfo

__all__ = ["CLOSING", "Exported", "compose"]

CLOSING: Final = (
    "Made with dealqa, which answers questions from a set of documents and from nothing else: every sentence rests on "
    "the quotes in its notes, and every quote was compared with the stored text of its document."
)

NOT_HERE: Final = "Not in these documents"

NEAREST: Final = "The nearest things that they do say. They do not answer the question."

EMPTY: Final = "This answer holds no sentences."

_TITLE: Final = 110
"""Characters of the title: two lines."""

_HEADING: Final = 220
"""Characters of a question that is a heading; a longer one is shortened there and stands below in full."""

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exported:
    """One turn of a conversation.

    Attributes:
        question: as typed.
        at: when it was answered; aware of its time zone.
    """

    question: str
    answer: Answer
    at: datetime


def compose(turns: Sequence[Exported]) -> Paper:
    """The document that tells of these turns, the first one first.

    Notes are numbered in the order in which the text comes to them, through all turns; a quote that a turn cites twice
    keeps its number there.

    Raises:
        QuestionError: there is no turn.
    """
    if not turns:
        raise QuestionError("There is no answer to export.", hint="Ask a question first.")
    blocks: list[Block] = []
    noted = 0
    first = _question(turns[0])
    alone = len(turns) == 1
    dates = {info.id: info.date for turn in turns for info in _found(turn.answer) if info.date is not None}
    for place, turn in enumerate(turns, start=1):
        numbering = _Numbering(turn.answer, noted, dates)
        blocks += _head(turn, None if alone else place)
        blocks += _body(turn, numbering, level=1 if alone else 2)
        if numbering.notes:
            blocks.append(Notes(tuple(numbering.notes)))
        noted += len(numbering.notes)
    last = max(turn.at for turn in turns).astimezone(UTC)
    return Paper(shortened(first, _TITLE), _facts(turns), tuple(blocks), CLOSING, f"{last:%Y-%m-%dT%H:%M:%SZ}")


class _Numbering:
    """The notes of one turn, each made when the text first comes to its quote."""

    def __init__(self, answer: Answer, before: int, dates: Mapping[str, str]) -> None:
        self.notes: list[Note] = []
        self._before = before
        self._cited = {citation.number: citation for citation in answer.citations}
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._generation = shown(answer.generation)
        self._dates = dates

    def told(self, sentence: AnswerSentence) -> Told:
        """A sentence with the numbers of its notes."""
        cited = [self._cited[number] for number in sentence.citations if number in self._cited]
        return Told(shown(sentence.text), tuple(dict.fromkeys(self.number(citation) for citation in cited)))

    def number(self, citation: Citation) -> int:
        """The number of a quote's note."""
        key = (citation.document_id, citation.start, citation.end)
        if key not in self._numbers:
            self._numbers[key] = self._before + len(self._numbers) + 1
            self.notes.append(self._note(citation, self._numbers[key]))
        return self._numbers[key]

    def _note(self, citation: Citation, number: int) -> Note:
        return Note(
            number=number,
            title=shown(citation.title),
            path=shown(citation.document),
            section=" › ".join(shown(heading) for heading in citation.heading_path if heading != citation.title),
            page=citation.page,
            dated=_in_words(self._dates.get(citation.document_id, "")),
            quote=shown(citation.quote),
            generation=self._generation,
        )


def _found(answer: Answer) -> Iterator[DocumentInfo]:
    """The documents that the passages of an answer are from; its citations themselves know no dates."""
    for hit in answer.hits:
        yield from (hit.document, *hit.also)


def _question(turn: Exported) -> str:
    return shown(turn.question) or "(an empty question)"


def _facts(turns: Sequence[Exported]) -> tuple[str, ...]:
    times = sorted(turn.at.astimezone(UTC) for turn in turns)
    (first, began), (last, ended) = (_moment(times[place]) for place in (0, -1))
    if (first, began) == (last, ended):
        asked = f"on {first}, {began} UTC"
    elif first == last:
        asked = f"on {first}, {began} to {ended} UTC"
    else:
        asked = f"from {first}, {began} to {last}, {ended} UTC"
    many = f"{len(turns)} questions, asked {asked}" if len(turns) > 1 else f"Asked {asked}"
    generations = list(dict.fromkeys(shown(turn.answer.generation) for turn in turns))
    if len(generations) == 1:
        index = f"Index generation {generations[0]}"
    else:
        index = f"Index generations {', '.join(generations)}; each note names its own"
    authors = list(dict.fromkeys(shown(turn.answer.author) for turn in turns if turn.answer.author))
    if not authors:
        return many, index
    which = "In" if all(turn.answer.author for turn in turns) else "Some answers are in"
    words = f"{which} the words of {', '.join(authors)}"
    return many, index, f"{words}; each statement was checked against the sentence that its note quotes"


def _moment(at: datetime) -> tuple[str, str]:
    """A day in words and a time: "29 November 2026" and "02:42"."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}", f"{at:%H:%M}"


def _in_words(date: str) -> str:
    """An ISO date of a year, a month or a day in words; anything else as it is."""
    year, *rest = date.split("-")
    numbers = [int(part) for part in rest if part.isascii() and part.isdecimal()]
    if len(numbers) != len(rest) or len(rest) not in (1, 2) or not 1 <= numbers[0] <= len(_MONTHS):
        return shown(date)
    return " ".join([*(str(day) for day in numbers[1:]), _MONTHS[numbers[0] - 1], shown(year)])


def _head(turn: Exported, place: int | None) -> Iterator[Block]:
    """The question, as a heading of its own unless it is the title already."""
    question = _question(turn)
    if place is not None:
        heading = shortened(question, _HEADING)
        yield Heading(f"{place}. {heading}", 1)
    else:
        heading = shortened(question, _TITLE)
    if heading != question:
        yield Paragraph("question", (Told(question),), "The question in full:")
    resolved = shown(turn.answer.question.resolved)
    if resolved and not _alike(resolved, question):
        yield Paragraph("understood", (Told(resolved),), "Understood as:")


def _alike(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _body(turn: Exported, numbering: _Numbering, level: Literal[1, 2]) -> Iterator[Block]:
    """What was answered. What is to be noted of statements that disagree stands in front of them."""
    answer = turn.answer
    told = _notices(turn)
    if answer.refusal is not None:
        yield Heading(NOT_HERE, level)
        yield Paragraph("message", (Told(shown(answer.refusal.message)),))
        yield from _nearest(answer.refusal.nearest, numbering)
        yield from told
    elif answer.conflict:
        yield from told
        yield Listing("statements", tuple(numbering.told(sentence) for sentence in answer.sentences))
    else:
        yield from _said(answer, numbering)
        yield from told


def _notices(turn: Exported) -> tuple[Block, ...]:
    understood = shown(turn.answer.question.resolved)  # told under the question already
    return tuple(
        Paragraph("notice", (Told(notice),), "Please note:")
        for notice in map(shown, turn.answer.notices)
        if notice != f"Understood as: {understood}"
    )


def _said(answer: Answer, numbering: _Numbering) -> Iterator[Block]:
    if answer.compared:
        yield Comparison(
            tuple((shown(side), numbering.told(sentence) if sentence else None) for side, sentence in answer.comparison)
        )
        return
    if answer.short:
        yield Paragraph("short", (Told(shown(answer.short)),))
    sentences = tuple(numbering.told(sentence) for sentence in answer.sentences)
    yield Paragraph("answer", sentences) if sentences else Paragraph("message", (Told(EMPTY),))


def _nearest(nearest: Sequence[Citation], numbering: _Numbering) -> Iterator[Block]:
    if nearest:
        yield Paragraph("lead", (Told(NEAREST),))
        yield Listing("nearest", tuple(Told(shown(one.quote), (numbering.number(one),)) for one in nearest))
