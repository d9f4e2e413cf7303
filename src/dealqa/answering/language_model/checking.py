"""Whether a statement that a language model wrote may be shown, and what it then cites.

A statement stands when the passages that it names were given, what it gives as their words stands in them, and the
whole sentence around these words says what it says: its figures, names, dates, denials and conditions
(`dealqa.guards`), and most of its words. A statement in parts may rest on a sentence for each. Nothing that the model
says of itself counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dealqa.answering.draft import Corpus
from dealqa.answering.language_model.quotes import SHORTEST, find_quote, parts_of, sentences_of
from dealqa.answering.language_model.statements import Statement
from dealqa.answering.quoting import citation_of
from dealqa.answering.wording import readable
from dealqa.guards import Source, source_of, unsupported_claim
from dealqa.terms import LIGHT_WORDS, STOP_WORDS, content_words, stem, stems, synonyms
from dealqa.types import Citation, Hit, Span

__all__ = ["MOST_FOREIGN", "Checked", "Cited", "check", "is_foreign"]

MOST_FOREIGN: Final = 0.4
"""The greatest share of a statement's words of its own that may be in none of the sentences it cites."""

LEAST_WORDS: Final = 3
"""Of a part of a statement that is carried by a sentence of its own; a shorter one says nothing by itself."""

_LONGEST: Final = 600
"""Characters; what is longer is no statement but an essay."""

_JOINTS = re.compile(r"(?:;|,)\s+(?:and|but|while|whereas)\s+|;\s+")
"""Where a statement falls into parts that each say something."""

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruct|prompt|rule|above|previous|prior|order)"
    r"|\b(?:system|assistant|developer|user)\s*(?::|\b(?:must|should|shall|prompt|message))"
    r"|\b(?:you|the (?:model|assistant|ai|chatbot|reader)) (?:must|should|shall|will|are to|has to|have to) "
    r"(?:now |only |always |never )?(?:say|answer|reply|respond|write|output|print|claim|tell|state|repeat|refuse)"
    r"|\b(?:answer|reply|respond|say|output|print|write)\b (?:only |always |exactly |just )?"
    r"(?:with\b|that\b|[\"“'‘:]|\d)"
    r"|[\"'](?:text|statements?|passages?|quotes?|role|content|system)[\"']\s*:"
    r"|\b(?:language model|chatbot|AI assistant|system prompt|jailbreak)\b",
    re.IGNORECASE,
)
"""A document that gives orders to who reads it out. Its sentences can be quoted whole, which shows them for what they
are; in words of a model's own they would pass for facts. Known forms only: it is a net under the others."""

_REPORTED = re.compile(
    r"\b(say|says|said|saying|claims?|claimed|argues?|argued|alleges?|alleged|believes?|believed|insists?|insisted"
    r"|suggests?|suggested|warns?|warned|hopes?|hoped|fears?|feared|assumes?|assumed|denies|denied) that\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(r"\b(?:according to|in the (?:view|words|opinion) of|reportedly|say|says|said)\b", re.IGNORECASE)

_ADDRESS = re.compile(r"https?:|www\.|\]\(|<[a-z/!]|\bdata:|javascript:|[\w.]+@[\w.]+\.\w", re.IGNORECASE)
"""What a reader could be led away by: addresses, links and markup."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence of a passage that a statement rests on; the same sentence in two passages that overlap is the same."""

    document_id: str
    span: Span
    hit: Hit = field(compare=False)

    def citation(self, number: int) -> Citation:
        """The sentence as a citation."""
        return citation_of(self.hit, self.span, number)


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement and what became of it: it rests on `cited`, or there is an objection, half a sentence."""

    text: str
    cited: tuple[Cited, ...] = ()
    objection: str | None = None


def check(statement: Statement, given: Sequence[Hit], corpus: Corpus) -> Checked:
    """What becomes of a statement.

    Args:
        given: the passages that the model was given; the first is number 1.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in statement.text).split())
    objection = _form(text, statement, len(given))
    if objection:
        return Checked(text, objection=objection)
    named = [given[number - 1] for number in statement.passages]
    if not statement.quotes:
        return _carried(
            text, [Cited(hit.document.id, span, hit) for hit in named for span in hit.passage.sentences], corpus
        )
    cited: list[Cited] = []
    for quote in statement.quotes:
        found = _sentences_of(quote, text, named)
        if not found:
            return Checked(text, objection=f"“{quote[:80]}” does not stand in the passages it names")
        cited += found
    return _carried(text, list(dict.fromkeys(cited)), corpus)


def is_foreign(text: str, source: Source) -> bool:
    """Whether too many of a statement's content words are not in its source, nor a form or synonym of one that is.

    One such word is let pass: "Yes", or the noun that a pronoun stands for.
    """
    own = {stem(word) for word in content_words(text)} - stems(LIGHT_WORDS) - stems(STOP_WORDS)
    held, alike = stems(source.words), synonyms()
    foreign = [word for word in own if word not in held and held.isdisjoint(alike.get(word, frozenset()))]
    return len(foreign) > 1 and len(foreign) > MOST_FOREIGN * len(own)


def _form(text: str, statement: Statement, given: int) -> str | None:
    """What can be objected to without looking into a passage."""
    if not any(character.isalpha() for character in text):
        return "it says nothing"
    if len(text) > _LONGEST:
        return "it is too long"
    if _ADDRESS.search(text):
        return "it holds an address, a link or markup"
    if not statement.passages:
        return "it names no passage"
    wrong = [number for number in statement.passages if not 1 <= number <= given]
    return f"there is no passage {wrong[0]}" if wrong else None


def _carried(text: str, sentences: Sequence[Cited], corpus: Corpus) -> Checked:
    """The sentence that says a statement by itself, or for each of its parts one that says this part.

    Never several together: a second sentence holds the very name, figure or "not" that is wrong in the first. Of many
    sentences only the likest is tried, because one of many will do for almost any statement.
    """
    whole, objection = _carrier(text, sentences, corpus)
    if whole is not None:
        return Checked(text, (whole,))
    parts = [part for part in _JOINTS.split(text) if part]
    carriers = [_carrier(part, sentences, corpus)[0] for part in parts if len(part.split()) >= LEAST_WORDS]
    said = all(len(part.split()) >= LEAST_WORDS for part in parts)
    if len(carriers) > 1 and said and (found := [carrier for carrier in carriers if carrier is not None]) == carriers:
        return Checked(text, tuple(dict.fromkeys(found)))
    return Checked(text, objection=objection)


def _carrier(text: str, sentences: Sequence[Cited], corpus: Corpus) -> tuple[Cited | None, str]:
    """The sentence that is most like a text, if it says it; else what is wrong."""
    own = stems(text)
    likest = max(sentences, key=lambda one: _likeness(own, one), default=None)
    if likest is None:
        return None, "the passages that it names say nothing"
    objection = _unsupported(text, likest, corpus)
    return (likest, "") if objection is None else (None, objection)


def _sentences_of(quote: str, text: str, named: Sequence[Hit]) -> list[Cited]:
    """The whole sentences that a quote stands in; none where one of its parts stands in no passage.

    A quote may leave something out, with dots or between sentences. Half a sentence may say the opposite of the whole,
    so it is the whole that is cited and that has to say it.
    """
    own = stems(text)
    found: list[Cited] = []
    for part in _long_enough(parts_of(quote)):
        pieces = [part] if _places(part, named) else _long_enough(sentences_of(part))
        for piece in pieces:
            places = _places(piece, named)
            if not places:
                return []
            found += max(places, key=lambda place: sum(len(own & stems(_text(one))) for one in place))
    return found


def _long_enough(parts: Sequence[str]) -> list[str]:
    return [part for part in parts if len(part.strip()) >= SHORTEST]


def _places(part: str, named: Sequence[Hit]) -> list[list[Cited]]:
    """The sentences around each place where a part of a quote stands."""
    return [_around(hit, span) for hit in named for span in find_quote(part, hit.passage.text)]


def _around(hit: Hit, span: Span) -> list[Cited]:
    start, end = span[0] + hit.passage.start, span[1] + hit.passage.start
    return [Cited(hit.document.id, one, hit) for one in hit.passage.sentences if one[0] < end and one[1] > start]


def _likeness(own: set[str], cited: Cited) -> float:
    """How much of a statement and a sentence is in both (Jaccard)."""
    other = stems(readable(_text(cited), cited.hit))
    return len(own & other) / max(1, len(own | other))


def _text(cited: Cited) -> str:
    return cited.hit.passage.sentence_text(cited.span)


def _unsupported(text: str, cited: Cited, corpus: Corpus) -> str | None:
    said = _text(cited)
    if _ORDERS.search(said):
        return "what it cites tells its reader what to say or do"
    if (reported := _REPORTED.search(said)) and not _REPORTED.search(text) and not _REPORTS.search(text):
        return f"it leaves out that this is what somebody “{reported[1]}”"
    source = source_of(cited.citation(1), corpus.document(cited.document_id))
    if objection := unsupported_claim(text, [source], corpus.registry):
        return objection
    if is_foreign(text, source):
        return "it is mostly said in words that the passage does not have"
    return None
