"""What a reader of an answer should know of how its documents were read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from dealqa.coverage.notes import by_doubt, paths_named, recognised
from dealqa.coverage.wording import capital, counted, listed, pages_named, visible
from dealqa.types import Citation, DocumentInfo, Refusal

__all__ = ["answer_notices"]


def answer_notices(
    citations: Sequence[Citation],
    refusal: Refusal | None,
    documents: Iterable[DocumentInfo],
    failed: int,
    scope: Collection[str] | None = None,
) -> tuple[str, ...]:
    """What a reader of an answer should know of how its documents were read; of a refusal, what was not searched.

    Args:
        documents: all that are indexed.
        failed: how many files were not read.
        scope: ids of the documents that the question was restricted to.
    """
    if refusal is None:
        cited = {citation.document_id for citation in citations}
        found = {info.id: info for info in documents if info.id in cited}
        in_order = dict.fromkeys(citation.document_id for citation in citations)
        return tuple(notice for key in in_order if key in found for notice in _cited_notices(found[key], citations))
    if refusal.reason == "out_of_scope":
        return ()  # no document would answer it
    partial = sum(not info.coverage.complete for info in documents if scope is None or info.id in scope)
    parts = [f"{counted(failed, 'file')} could not be read"] if failed and scope is None else []
    if partial:
        parts.append(f"{counted(partial, 'document')} {'was' if partial == 1 else 'were'} read only in part")
    return (f"{listed(parts)}; the answer may be there.",) if parts else ()


def _cited_notices(info: DocumentInfo, citations: Sequence[Citation]) -> list[str]:
    name = f"“{visible(info.title)}”"
    coverage = info.coverage
    notices = []
    if not coverage.complete:
        has = "has" if len(coverage.unread_pages) == 1 else "have"
        pages = f": {pages_named(coverage.unread_pages)} {has} no text" if coverage.unread_pages else ""
        notices.append(" ".join([f"{name} ({visible(info.path)}) was not read fully{pages}.", *coverage.gaps]))
    cited = {citation.page for citation in citations if citation.document_id == info.id}
    scans = [page for page in coverage.recognised if page.page in cited]
    notices += [f"{capital(recognised(pages, f' of {name}'))}." for pages in by_doubt(scans)]
    if info.duplicates:
        notices.append(f"{name} ({visible(info.path)}) also lies at {paths_named(info.duplicates)}.")
    return notices
