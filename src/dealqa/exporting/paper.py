"""What an exported document holds, in the order of reading, whatever its format.

All text in it was made safe to show by `shown`; nothing in it is markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Block", "Comparison", "Heading", "Listing", "Note", "Notes", "Paper", "Paragraph", "ParagraphKind", "Told"]

ParagraphKind = Literal["question", "understood", "short", "answer", "message", "notice", "lead"]
"""What a paragraph is: a question in full, how it was understood, the figure that answers, the sentences, the message
of a refusal, something to note, the words in front of a list."""


@dataclass(frozen=True, slots=True)
class Told:
    """A stretch of text and the numbers of the notes that stand behind it."""

    text: str
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 stands directly under the title."""

    text: str
    level: Literal[1, 2]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, its parts with a space between them.

    Attributes:
        label: our own words in front of it, for example "Please note:"; may be empty.
    """

    kind: ParagraphKind
    parts: tuple[Told, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Statements that disagree, or the nearest things that documents say; the latter are set as quotations."""

    kind: Literal["statements", "nearest"]
    items: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row for each side; None where the documents do not state anything of it."""

    rows: tuple[tuple[str, Told | None], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """One footnote: a quote, and where it stands.

    Attributes:
        number: from 1, running through the whole document.
        title, path: of the document.
        section: the headings above the quote, without the document's title; may be empty.
        page: None where the document has no pages.
        dated: the document's date in words, "July 2012"; empty where it is not known.
        quote: word for word, white space evened out.
        generation: of the index that it was read from.
    """

    number: int
    title: str
    path: str
    section: str
    page: int | None
    dated: str
    quote: str
    generation: str

    @property
    def place(self) -> str:
        """What follows the title, up to the quote: "(July 2012), section Transport, page 3, leeds/summary.pdf: "."""
        dated = f" ({self.dated})" if self.dated else ""
        section = f", section “{self.section}”" if self.section else ""
        page = f", page {self.page}" if self.page is not None else ""
        return f"{dated}{section}{page}, {self.path}: "

    @property
    def origin(self) -> str:
        """What follows the quote."""
        return f" Index generation {self.generation}."


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one turn; a format with real footnotes puts them where those go."""

    notes: tuple[Note, ...]


Block = Heading | Paragraph | Listing | Comparison | Notes


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to hand on.

    Attributes:
        title: the first question, shortened.
        facts: lines under the title: when it was asked, and of which state of the index.
        closing: one line at the end: what dealqa is.
        at: when the last question was asked, ISO 8601 in UTC to the second; the only time that a file holds.
    """

    title: str
    facts: tuple[str, ...]
    blocks: tuple[Block, ...]
    closing: str
    at: str
