"""What stands around a sentence: a passage that speaks to its reader, or of its own text, is only quoted."""

from __future__ import annotations

import bisect
import re
from typing import Final

from dealqa.answering.frames import says_false
from dealqa.answering.plain import mixes_alphabets, plain
from dealqa.figures import figures
from dealqa.places import find_places
from dealqa.rows import under_heads
from dealqa.terms import words
from dealqa.types import Document, Hit, Span

__all__ = ["column_objection", "heads_objection", "surroundings_objection"]

AROUND: Final = 300
"""Characters before and behind a passage that are looked at as well."""

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruct|prompt|rule|above|previous|prior|order)"
    r"|\bsystem (?:prompt|message)\b|\b(?:assistant|chatbot) (?:must|should|shall)\b"
    r"|(?:^|[.!?]\s+|\n)(?:system|assistant|user)\s*:"
    r"|\b(?:you|the (?:model|assistant|ai|chatbot|reader)) (?:must|should|shall|will|are to|has to|have to) "
    r"(?:now |only |always |never )?(?:say|answer|reply|respond|write|output|print|claim|tell|state|repeat|refuse)"
    r"|[\"'](?:text|statements?|passages?|quotes?|role|content|system|answer)[\"']\s*:"
    r"|\b(?:language model|chatbot|AI assistant|system prompt|jailbreak|LLM|GPT)\b|<\||\[/?INST\]",
    re.IGNORECASE,
)
_ASKED_FOR: Final = r"(?! (?:whether|when|where|which|who)\b)"
"""Behind a verb of saying: "say when it ended" asks for a fact, and gives none that would have to be said."""

_TO_ITS_READER = re.compile(
    r"(?:^|[.!?:;]\s+|\n)(?:always |never |only |please |kindly |now |do not |make sure )*"
    r"(?:answer|reply|respond|say|print|write|tell|mention|repeat|translate|replace"
    r"|(?:output|state) (?:that|the|this|only|it|so)"
    r"|let (?:it|them|him|her|every\w+|people|(?:the|any) \w+))\b(?![-’'])"
    + _ASKED_FOR
    + r"|\b(?:answer|reply|response|output|expected output)(?: to it)?\s*:"
    r"|\b(?:whoever (?:asks|reads)|(?:any|some)(?:one|body) (?:who )?(?:asks|reads)"
    r"|(?:the|any|every|dear) assistant(?! (?:chief|director|head|manager|secretary)\b)|assistant[,:]"
    r"|you,|you (?:must|should|shall|are|were|will|read|say|answer|ask|quote|repeat|cite|write)"
    r"|(?:to|tell|told|ask|asked) you|your (?:answers?|repl(?:y|ies)|task|reader|user|words?)"
    r"|please|kindly|dear [A-Z]\w+,|when asked|if asked|asks?,|machine that reads|to be told|summar(?:y|ies) of this"
    r"|this (?:task|talk|exercise)|right response|to give to)\b"
    r"|\breaders?\b.{0,30}\b(?:told|hear|believe|say|answer)\b" + _ASKED_FOR,
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"\b(?:following|next|above|below|previous|preceding|foregoing|last)\b[^.]{0,20}"
    r"\b(?:sentences?|statements?|claims?|lines?|answers?|quotations?)\b"
    r"|\b(?:sentences?|statements?|claims?|quotations?) (?:above|below|before)\b"
    r"|\bthis (?:sentence|claim|quotation|reply|answer)\b"
    r"|\bthis statement\b(?! (?:also )?(?:sets? out|provides|explains|describes|outlines|covers|highlights|builds)\b)"
    r"|\bthe following (?:is|are) (?:not|no|what|for|never|an? (?:example|quotation|joke|test|guess|draft))\b"
    r"|\b(?:tell|told|say|says|said|hear|heard|read|reads|believes?|claims?)\b[^.]{0,30}\bthe following\b"
    r"|\bthat is (?:wrong|false|untrue)"
    r"|(?:^|[.:;!?]\s+)that is what\b|\bsentence before",
    re.IGNORECASE,
)
_CASES: Final = frozenset(
    ["without", "before", "after", "excluding", "except", "not", "former", "formerly", "old", "if"]
)
"""In the head of a column: in which case a figure holds."""

_LISTED: Final = frozenset(["list_item", "table_row"])
_HEADS = re.compile(
    r"\b(?:asked|requested|proposed|proposals?|struck|deleted|rejected|refused|bids?|claims?|claimed|replies|reply"
    r"|responses?|answers?|examples?|samples?|wish(?:es|ed)?|hoped|drafts?|said|told)\b",
    re.IGNORECASE,
)


def surroundings_objection(statement: str, hit: Hit, span: Span, document: Document) -> str | None:
    """Why a sentence may be quoted only: what stands around it gives orders, or speaks to its reader or of its text.

    Orders count in all of the passage and a little around it; else what stands next to the sentence, or above it. Where
    the sentence itself speaks to its reader, a statement that says so in the same words hides nothing.
    """
    passage = hit.passage
    around = document.text[max(0, passage.start - AROUND) : passage.end + AROUND]
    if mixes_alphabets(around):
        return "the passage has words in letters of several alphabets"
    if "~~" in passage.sentence_text(span):
        return "the sentence, or part of it, is struck out"
    if order := _ORDERS.search(plain(around)):
        return f"the passage tells its reader what to say or do (“{order.group()}”)"
    own, said = passage.sentence_text(span), " ".join(words(statement))
    for near in (*passage.heading_path, *_next_to(hit, span), own, _lead_in(document, span)):
        for found in (*_TO_ITS_READER.finditer(plain(near)), *_OF_ITSELF.finditer(plain(near))):
            if near is not own or " ".join(words(found.group())) not in said:
                return f"the passage speaks to its reader, or of its own text (“{found.group().strip()}”)"
    if false := says_false("\n".join([_lead_in(document, span), *_notes(document, passage.sentence_text(span))])):
        return f"what stands above or below it may say that it is not so (“{false}”)"
    return None


def _notes(document: Document, sentence: str) -> list[str]:
    """The footnotes that a sentence refers to, where they are marked as in Markdown."""
    marks = set(re.findall(r"\[\^[\w-]+\]", sentence))
    if not marks:
        return []
    return [line for line in document.text.splitlines() if any(line.lstrip().startswith(f"{mark}:") for mark in marks)]


def _next_to(hit: Hit, span: Span) -> list[str]:
    """The sentence before one and the one behind it."""
    spans = hit.passage.sentences
    at = spans.index(span)
    return [hit.passage.sentence_text(one) for one in (*spans[max(0, at - 1) : at], *spans[at + 1 : at + 2])]


def _lead_in(document: Document, span: Span) -> str:
    """What stands above the list or the table that a sentence is in: the last block that is neither."""
    starts = [block.start for block in document.blocks]
    at = bisect.bisect_right(starts, span[0]) - 1
    if at < 0 or document.blocks[at].kind not in _LISTED:
        return ""
    while at >= 0 and document.blocks[at].kind in _LISTED:
        at -= 1
    block = document.blocks[at] if at >= 0 else None
    return document.text[block.start : block.end][-AROUND:] if block is not None else ""


def column_objection(statement: str, row: str, header: str) -> str | None:
    """The head of the column that a figure stands in, where it names another place or case than the statement does."""
    pairs = under_heads(row, header)
    heads = [head for head, _ in pairs]
    values, said = {figure.value for figure in figures(statement)}, set(words(statement))
    names = set(words(" ".join(re.findall(r"\b[A-Z][\w’'-]+", statement))))
    for head, cell in pairs:
        named = words(head)
        if set(named) <= said or values.isdisjoint(figure.value for figure in figures(cell)):
            continue
        places = {word for first, past, _ in find_places(named) for word in named[first:past]}
        others = [set(words(other)) for other in heads if other != head]
        if (places | (_CASES & set(named))) - said or any(other and other <= names for other in others):
            return head
    return None


def heads_objection(statement: str, above: str, header: str) -> str | None:
    """A heading or a head of a column that says what a row or a sentence is worth, and is left out."""
    for place in (above, header):
        if (false := says_false(place)) and not says_false(statement):
            return false
    found = _HEADS.search(header)
    return found.group() if found and not _HEADS.search(statement) else None
