"""Questions that could come next, each of them asked before it is offered: the documents do answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from dealqa.deals import Deal
from dealqa.snapshot import Snapshot
from dealqa.types import Answer
from dealqa.web.ask.turns import Turns, history_of

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["suggested"]

OFFERED: Final = 3
"""How many questions are offered."""

TRIED: Final = 6
"""How many questions are asked to find those; each takes a fraction of a second, after the answer is there."""

SURE: Final = 0.5
"""How confident an answer must be for its question to be offered."""

_SUBJECT = re.compile(
    r"(?!(?:how|what|when|where|which|who|why|the answer|further|other)\b)[^\W\d_]+ [^\d:;?!.“”]{2,40}", re.IGNORECASE
)
"""A heading that names a subject; not a question, a date, a sentence, or one word like "Summary"."""


def suggested(assistant: Assistant, turns: Turns) -> tuple[str, ...]:
    """At most `OFFERED` questions that go on from the last turn, which the documents answer.

    The same of another deal ("And Nottingham?"), the deal most like the one at hand first; then what else the cited
    document has a heading for.

    Raises:
        DealqaError: the index cannot be asked.
    """
    answer = turns[-1].answer if turns else None
    if answer is None:
        return ()
    history = history_of(turns)
    asked = {question.casefold() for question in history}
    given = [turn.answer for turn in turns if turn.answer is not None]
    found: list[str] = []
    with assistant.hold() as snapshot:
        candidates = [*dict.fromkeys(_candidates(answer, snapshot))]
        for question in [one for one in candidates if one.casefold() not in asked][:TRIED]:
            understood = assistant.understand(question, history)
            reply = assistant.answer(snapshot, understood)
            new = not any(_the_same(reply, earlier) for earlier in given)
            if new and not reply.refused and reply.confidence >= SURE:
                found.append(question)
            if len(found) == OFFERED:
                break
    return tuple(found)


def _candidates(answer: Answer, snapshot: Snapshot) -> Iterator[str]:
    """The same of other deals and what else there is a heading for, by turns."""
    deals = _other_deals(answer, snapshot) if not answer.compared else iter(())
    headings = _headings(answer, snapshot) if answer.citations else iter(())
    for deal, heading in zip_longest(deals, headings):
        if deal:
            yield deal
        if heading:
            yield heading


def _other_deals(answer: Answer, snapshot: Snapshot) -> Iterator[str]:
    if not answer.question.deals:
        return
    for deal in _deals_of_hits(answer, snapshot):
        if deal.name not in answer.question.deals:
            yield f"And {deal.places[0] if deal.places else deal.name}?"


def _deals_of_hits(answer: Answer, snapshot: Snapshot) -> list[Deal]:
    """The deals that the passages found are about, in their order, then the others."""
    near = (deal for hit in answer.hits for deal in snapshot.registry.for_document(hit.document.path))
    return list({deal.name: deal for deal in (*near, *snapshot.registry.deals)}.values())


def _headings(answer: Answer, snapshot: Snapshot) -> Iterator[str]:
    """Questions after the other headings of the document that was cited first."""
    citation = answer.citations[0]
    document = snapshot.document(citation.document_id)
    deals = snapshot.registry.for_document(citation.document)
    where = f" in {deals[0].places[0]}" if len(deals) == 1 and deals[0].places else ""
    for block in document.blocks:
        heading = document.text[block.start : block.end].strip()
        if block.kind == "heading" and _SUBJECT.fullmatch(heading) and heading not in citation.heading_path:
            yield f"What is said about “{heading}”{where}?"


def _the_same(one: Answer, other: Answer) -> bool:
    return {citation.quote for citation in one.citations} == {citation.quote for citation in other.citations}
