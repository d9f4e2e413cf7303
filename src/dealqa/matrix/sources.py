"""The quotes of a matrix, each numbered once however many cells rest on it; text that a spreadsheet leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dealqa.matrix.filling import Cell, Matrix
from dealqa.types import Citation

__all__ = ["Key", "Source", "harmless", "marks", "sources_of"]

Key = tuple[str, int, int]
"""A document's id and the offsets of a quote in it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A quote with its number in the matrix."""

    number: int
    citation: Citation

    @property
    def quote(self) -> str:
        """On one line."""
        return " ".join(self.citation.quote.split())

    @property
    def told(self) -> str:
        """Where it stands: title, section, page and path."""
        one = self.citation
        headings = [heading for heading in one.heading_path if heading != one.title]
        where = " › ".join([one.title, *headings])
        page = f", page {one.page}" if one.page is not None else ""
        return f"{where} ({one.document}{page})"


def sources_of(matrix: Matrix) -> Mapping[Key, Source]:
    """All quotes in the order in which the cells come to them."""
    found: dict[Key, Source] = {}
    for cell in matrix.cells:
        for one in cell.answer.citations:
            found.setdefault(_key(one), Source(len(found) + 1, one))
    return found


def marks(cell: Cell, sources: Mapping[Key, Source]) -> str:
    """The numbers of a cell's quotes in brackets: "[3][4]"."""
    return "".join(f"[{sources[_key(one)].number}]" for one in cell.answer.citations)


def harmless(text: str) -> str:
    """Text that a spreadsheet takes for text: what would begin a formula there gets an apostrophe in front.

    Characters that office formats cannot hold are left out.
    """
    text = "".join(char for char in text if char.isprintable() or char in "\n\t")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _key(citation: Citation) -> Key:
    return citation.document_id, citation.start, citation.end
