"""Sums over documents: what there is, and what is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dealqa.coverage.wording import counted
from dealqa.types import DocumentInfo

__all__ = ["Totals", "totals_of"]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over documents.

    Attributes:
        pages: of documents that have pages.
        partial: documents that were not read fully.
        with_hidden: documents in which hidden text was found, `hidden_characters` in all.
        duplicates: paths that hold the same bytes as another one.
        failed: files that were not read.
    """

    documents: int = 0
    pages: int = 0
    characters: int = 0
    passages: int = 0
    tables: int = 0
    unread_pages: int = 0
    recognised_pages: int = 0
    partial: int = 0
    with_hidden: int = 0
    hidden_characters: int = 0
    insertions: int = 0
    deletions: int = 0
    duplicates: int = 0
    failed: int = 0

    def lines(self) -> tuple[str, str]:
        """What there is, and what is not as it should be, each on a line; the second may be ""."""
        there = [
            counted(self.documents, "document"),
            counted(self.pages, "page"),
            counted(self.characters, "character"),
            counted(self.passages, "passage"),
            counted(self.tables, "table"),
        ]
        amiss = [
            text
            for number, text in (
                (self.failed, f"{counted(self.failed, 'file')} not read"),
                (self.partial, f"{counted(self.partial, 'document')} read in part"),
                (self.unread_pages, f"{counted(self.unread_pages, 'page')} without text"),
                (self.recognised_pages, f"{counted(self.recognised_pages, 'page')} read by text recognition"),
                (self.with_hidden, f"hidden text in {counted(self.with_hidden, 'document')}"),
                (self.duplicates, f"{counted(self.duplicates, 'duplicate')} indexed once"),
            )
            if number
        ]
        return ", ".join(there), ", ".join(amiss)


def totals_of(documents: Iterable[DocumentInfo], failed: int) -> Totals:
    """The sums over these documents, and how many files were not read beside them."""
    found = list(documents)
    coverages = [info.coverage for info in found]
    return Totals(
        documents=len(found),
        pages=sum(info.pages for info in found),
        characters=sum(info.characters for info in found),
        passages=sum(info.passages for info in found),
        tables=sum(coverage.tables for coverage in coverages),
        unread_pages=sum(len(coverage.unread_pages) for coverage in coverages),
        recognised_pages=sum(len(coverage.recognised) for coverage in coverages),
        partial=sum(not coverage.complete for coverage in coverages),
        with_hidden=sum(bool(coverage.hidden) for coverage in coverages),
        hidden_characters=sum(hidden.characters for coverage in coverages for hidden in coverage.hidden),
        insertions=sum(coverage.insertions for coverage in coverages),
        deletions=sum(coverage.deletions for coverage in coverages),
        duplicates=sum(len(info.duplicates) for info in found),
        failed=failed,
    )
