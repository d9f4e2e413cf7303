"""What a sentence cites: the quote, and what stands above it in the stored document."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from functools import cached_property

from dealqa.figures import Figure, figures
from dealqa.guards.clauses import Clause, clauses_of
from dealqa.rows import read_out, under_heads
from dealqa.types import Block, Citation, Document

__all__ = ["Source", "source_of"]

_MONEY_HEAD = re.compile(
    r"(?P<currency>[£€$])\s?(?P<scale>millions?|billions?|thousands?|mn?\b|bn\b|k\b|['’]?000s?\b)?", re.IGNORECASE
)
_PERCENT_HEAD = re.compile(r"%|\bper\s?cent\b|\bpercentage\b", re.IGNORECASE)
_PERIOD_HEAD = re.compile(r"\((?:in\s)?(?P<period>years|months|weeks|days)\)", re.IGNORECASE)
_BARE_CELL = re.compile(r"[-−–]?\d[\d,.\s]*")
_MARKS = re.compile(r"\*\*|__|(?<![\w`])`++|`++(?!\w)|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
"""Marks of Markdown; a backtick within a word, or between two figures, is none."""
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Source:
    """A quote and its surroundings, all from the stored document and none from the citation.

    Attributes:
        quote: the document's text.
        header: the header cells of the table that the quote is a row of, joined by " | "; else "".
        above: title and headings, a line each.
        document: the whole document's text, in which words are looked up.
    """

    quote: str
    header: str = ""
    above: str = ""
    document: str = ""

    @cached_property
    def read_out(self) -> str:
        """The quote on one line; a row of a table with the heads of its columns."""
        return read_out(under_heads(self.quote, self.header)) or self.one_line

    @cached_property
    def one_line(self) -> str:
        """The quote without line breaks and marks of Markdown."""
        return " ".join(_MARKS.sub("", self.quote).split())

    @cached_property
    def text(self) -> str:
        """Header and quote: what may be read out."""
        return f"{self.header}\n{self.one_line}" if self.header else self.one_line

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of header and quote, and those of a row in the units of its columns' heads."""
        return (*figures(self.text), *self._row_figures())

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of header and quote."""
        return clauses_of(self.text)

    @cached_property
    def words(self) -> str:
        """All that names may be taken from, joined names ("NewcastleGateshead") taken apart as well."""
        said = f"{self.above}\n{self.text}"
        return f"{said}\n{_INNER_CAPITAL.sub(' ', said)}"

    def _row_figures(self) -> list[Figure]:
        found: list[Figure] = []
        for line in self.quote.splitlines() or [""]:
            for head, cell in under_heads(line, self.header):
                if _BARE_CELL.fullmatch(cell):
                    found += figures(_in_units(cell, head))
        return found


def _in_units(cell: str, head: str) -> str:
    """A bare number with the unit of its column's head: "45" under "Amount (£m)" is "£45m"."""
    if money := _MONEY_HEAD.search(head):
        scale = (money["scale"] or "").lower()
        scale = "thousand" if "000" in scale else scale.removesuffix("s")
        return f"{money['currency']}{cell} {scale}"
    if _PERCENT_HEAD.search(head):
        return f"{cell}%"
    if period := _PERIOD_HEAD.search(head):
        return f"{cell} {period['period'].lower()}"
    return ""


def source_of(citation: Citation, document: Document) -> Source:
    """The source of a citation whose quote stands (`citing.quote_stands`)."""
    blocks = _blocks(document, citation.start, citation.end)
    header = next((block.table_header for block in blocks if block.table_header), "")
    above = dict.fromkeys([document.title, *(heading for block in blocks for heading in block.heading_path)])
    return Source(citation.quote, header, "\n".join(above), document.text)


def _blocks(document: Document, start: int, end: int) -> tuple[Block, ...]:
    blocks = document.blocks
    first = bisect.bisect_right(blocks, start, key=lambda block: block.end)
    past = bisect.bisect_left(blocks, end, key=lambda block: block.start)
    return blocks[first:past]
