"""The operations that programs may call: each takes a request and gives JSON types. They may block: call in a thread.

All of them read; none changes a document or the index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from dealqa.errors import NotFound, QuestionError
from dealqa.index.changes import passage_places
from dealqa.matrix import fill, rows_of_deals, rows_of_documents
from dealqa.snapshot import Snapshot
from dealqa.types import DocumentInfo, Hit, Passage
from dealqa.web.programs.requests import (
    MOST_ROWS,
    AskRequest,
    CompareRequest,
    DocumentsRequest,
    ListRequest,
    PassageRequest,
    SearchRequest,
)

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["Stopped", "ask", "compare", "document", "documents", "passage", "search"]

Item = TypeVar("Item")

Going = Callable[[], bool]
"""Whether somebody still waits for the result."""


class Stopped(Exception):
    """Nobody waits for the result any more; it is told to nobody."""


def ask(assistant: Assistant, request: AskRequest, going: Going) -> dict[str, Any]:
    """The answer contract.

    Raises:
        QuestionError: see `Assistant.ask`.
    """
    answer = assistant.ask(
        request.question, request.history, documents=request.documents, without=request.without
    )  # fmt: skip
    return answer.to_dict()


def search(assistant: Assistant, request: SearchRequest, going: Going) -> dict[str, Any]:
    """The passages that bear on a question, with their text.

    Raises:
        QuestionError: see `Assistant.search`.
    """
    hits = assistant.search(request.question, documents=request.documents, limit=request.limit)
    return {"question": request.question, "hits": [_found(hit) for hit in hits]}


def compare(assistant: Assistant, request: CompareRequest, most_cells: int, going: Going) -> dict[str, Any]:
    """Every question of every row.

    Args:
        most_cells: what has more is refused.

    Raises:
        QuestionError: there are too many rows or cells, a deal or document is not known, or a question is empty or
            too long.
        Stopped: nobody waits any more.
    """

    def keep_on(stage: str, done: int, total: int) -> None:
        if not going():
            raise Stopped

    with assistant.hold() as snapshot:
        choose = rows_of_deals if request.by == "deals" else rows_of_documents
        rows = choose(snapshot, request.which)
        _refuse_too_many(len(rows), len(request.questions), request.by, most_cells)
        for question in request.questions:
            assistant.understand(question)  # a question that cannot be asked is told before a hundred rows are
        return fill(assistant, snapshot, request.questions, rows, progress=keep_on).to_dict()


def _refuse_too_many(rows: int, questions: int, by: str, most_cells: int) -> None:
    name_fewer = f"Name the {by} that matter in `which`, and send the others in another request."
    if rows > MOST_ROWS:
        raise QuestionError(f"There are {rows:,} {by} to ask; the limit is {MOST_ROWS:,} rows.", hint=name_fewer)
    if rows * questions > most_cells:
        raise QuestionError(
            f"{questions} questions of {rows} {by} are {rows * questions:,} answers; the limit is {most_cells:,}.",
            hint=f"Ask fewer questions at a time. {name_fewer}",
        )


def documents(assistant: Assistant, request: DocumentsRequest, going: Going) -> dict[str, Any]:
    """A page of the list of documents."""
    words = request.matching.casefold().split()
    with assistant.hold() as snapshot:
        found = [info for info in snapshot.documents if all(word in _searched(info) for word in words)]
        page, counts = _page(found, request.offset, request.limit)
        return {"generation": snapshot.generation, **counts, "documents": [_summary(info) for info in page]}


def document(assistant: Assistant, document_id: str, request: ListRequest, going: Going) -> dict[str, Any]:
    """A document, and a page of its passages.

    Raises:
        NotFound: no document has this id.
        GenerationGone: the index was purged meanwhile.
    """
    with assistant.hold() as snapshot:
        info = _info(snapshot, document_id)
        places = passage_places(snapshot.index.folder, snapshot.generation, info.id)
        page, counts = _page(places, request.offset, request.limit)
        loaded = snapshot.index.load([place.id for place in page])
        passages = [_passage(loaded[place.id].passage, info) for place in page]
        return {"generation": snapshot.generation, **counts, "document": _summary(info), "passages": passages}


def passage(assistant: Assistant, request: PassageRequest, going: Going) -> dict[str, Any]:
    """One passage, and which ones stand before and after it.

    Raises:
        NotFound: no passage has this id.
        GenerationGone: the index was purged meanwhile.
    """
    with assistant.hold() as snapshot:
        document_id = snapshot.index.document_of(request.passage)
        if document_id is None:
            raise NotFound(
                "No passage has this id.", hint="Search again: ids change when a document is edited or removed."
            )
        ids = [place.id for place in passage_places(snapshot.index.folder, snapshot.generation, document_id)]
        at = ids.index(request.passage)
        found = snapshot.index.load([request.passage])[request.passage].passage
        return {
            "generation": snapshot.generation,
            "passage": _passage(found, snapshot.index.info(document_id)),
            "previous": ids[at - 1] if at > 0 else None,
            "next": ids[at + 1] if at + 1 < len(ids) else None,
        }


def _info(snapshot: Snapshot, document_id: str) -> DocumentInfo:
    try:
        return snapshot.index.info(document_id)
    except KeyError:
        raise NotFound("No document has this id.", hint="GET /api/v1/documents lists those that there are.") from None


def _page(items: Sequence[Item], offset: int, limit: int) -> tuple[Sequence[Item], dict[str, Any]]:
    end = offset + limit
    counts = {"total": len(items), "offset": offset, "limit": limit, "next": end if end < len(items) else None}
    return items[offset:end], counts


def _searched(info: DocumentInfo) -> str:
    return "\n".join((info.path, info.title, *info.deals)).casefold()


def _summary(info: DocumentInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "path": info.path,
        "title": info.title,
        "date": info.date,
        "status": info.status,
        "deals": list(info.deals),
        "characters": info.characters,
        "pages": info.pages,
        "passages": info.passages,
        "complete": info.coverage.complete,
        "warnings": list(info.warnings),
        "duplicates": list(info.duplicates),
    }


def _passage(found: Passage, info: DocumentInfo) -> dict[str, Any]:
    return {
        "id": found.id,
        "document_id": info.id,
        "document": info.path,
        "title": info.title,
        "page": found.page,
        "heading_path": list(found.heading_path),
        "start": found.start,
        "end": found.end,
        "text": found.text,
    }


def _found(hit: Hit) -> dict[str, Any]:
    also = [info.path for info in hit.also]
    return {**_passage(hit.passage, hit.document), "rank": hit.rank, "score": round(hit.score, 6), "also": also}
