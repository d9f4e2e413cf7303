"""More than one sentence: the items that one announces, or stands among, others that name more, and a second one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from dealqa.answering.quoting import said_anew
from dealqa.answering.weighing.evidence_text import ANNOUNCES
from dealqa.answering.weighing.kinds_of_answer import ENUMERATES, figure_asked_for
from dealqa.answering.weighing.ranking import Candidate
from dealqa.rows import is_row
from dealqa.terms import LIGHT_WORDS, stem, stems, words
from dealqa.types import Block, Citation, Document, DocumentInfo, Question, Span

__all__ = ["MOST_ITEMS", "cite_block", "items_of", "stands_for_its_list", "with_a_second", "with_others"]

ALSO = 0.85
"""A further sentence joins a list when it is at least this probable, as a share of the best one's probability."""

ITS_OWN = 0.5
"""An item of a list that holds this share of the question's terms answers by itself."""

AS_GOOD = 0.9
"""A second sentence follows the best one when it is at least this probable, as a share of that one's probability. Of
the sentences that are added to answers of the dev split and further questions, one in ten completes its answer at 0.8,
one in eight at 0.9, one in six or seven at 1."""

OF_ITS_OWN = 0.8
"""How much of the question's names and terms a further sentence must cover itself, not through its neighbours."""

_NAME = re.compile(r"\b[A-Z][A-Za-z'’&-]+")

MOST_ITEMS = 30
"""So many items of a list are given; what has more is no answer but a document to be read."""


def items_of(document: Document, span: Span, *, within: bool) -> tuple[Block, ...]:
    """The list items that belong to a sentence, in order; empty where there are none, or too many.

    They follow a sentence that announces them: "The deal has four parts:", "The areas are these.".

    Args:
        span: of the sentence.
        within: whether a sentence that is itself an item of a list stands for all of that list.
    """
    blocks = document.blocks
    at = next((i for i, block in enumerate(blocks) if block.start <= span[0] < block.end), None)
    if at is None:
        return ()
    if blocks[at].kind == "list_item":
        if not within:
            return ()
        first = at
        while first and _continues(blocks[first - 1], blocks[at]):
            first -= 1
    elif all(ANNOUNCES.search(document.text, max(0, end - 40), end) for end in (blocks[at].end, span[1])):
        first = at + 1
    else:
        return ()
    last = first
    while last < len(blocks) and blocks[last].kind == "list_item" and _continues(blocks[last], blocks[first]):
        last += 1
    found = blocks[first:last]
    return found if 1 < len(found) <= MOST_ITEMS else ()


def stands_for_its_list(question: Question, text: str) -> bool:
    """Whether an item was found for the list that it stands in, and not for what it says itself.

    Of the measures of eight cities, one a line, the line that holds what is asked for answers alone.
    """
    places = {stem(word) for place in question.places for word in words(place)}
    terms = {stem(term) for term in question.terms if term not in LIGHT_WORDS}
    terms = terms - places or terms  # what is listed for Bristol may be in Bristol
    return len(terms & stems(text)) < ITS_OWN * len(terms)


def _continues(block: Block, other: Block) -> bool:
    return block.kind == other.kind == "list_item" and block.heading_path == other.heading_path


def cite_block(document: Document, info: DocumentInfo, block: Block, number: int) -> Citation:
    """A whole block as a citation."""
    return Citation(
        number=number,
        document_id=document.id,
        document=info.path,
        title=info.title,
        page=block.page,
        heading_path=block.heading_path,
        start=block.start,
        end=block.end,
        quote=document.text[block.start : block.end],
    )


def with_others(candidates: Sequence[Candidate], threshold: float, most: int) -> list[Candidate]:
    """The best sentence, and the others that are nearly as probable and bring items that it does not.

    To a sentence that enumerates ("A, B and C") only others that name something new belong: the list is told already.

    Args:
        candidates: best first; not empty.
    """
    chosen = [candidates[0]]
    first = candidates[0].evidence
    least = max(threshold, ALSO * candidates[0].probability)
    known = set(_NAME.findall(first.text))
    for other in candidates[1:]:
        features = other.evidence.features
        if features["type_missing"] > first.features["type_missing"]:
            continue
        if len(chosen) >= most or other.probability < least:
            break
        itself = features["names"] >= OF_ITS_OWN and features["coverage"] >= OF_ITS_OWN
        names = set(_NAME.findall(other.evidence.text[1:]))
        if ENUMERATES.search(first.text) and not names - known:
            continue
        if itself and said_anew(other.evidence, [one.evidence for one in chosen]):
            chosen.append(other)
            known |= names
    return chosen


def with_a_second(question: Question, candidates: Sequence[Candidate], threshold: float) -> list[Candidate]:
    """The best sentence, and the next one that answers as well and says something else, if there is such.

    Not where the best one gives the figure that is asked for, or is a row of a table: another figure would be another
    account, and that is for `dealqa.answering.accounts.conflicts` to find.

    Args:
        candidates: best first; not empty.
    """
    best = candidates[0]
    if is_row(best.evidence.text) or figure_asked_for(question, best.evidence.text):
        return [best]
    least = max(threshold, AS_GOOD * best.probability)
    others = (
        one
        for one in candidates[1:]
        if one.probability >= least and not is_row(one.evidence.text) and said_anew(one.evidence, [best.evidence])
    )
    return [best, *islice(others, 1)]
