"""Whether a statement that a language model wrote may be shown, and what it then cites.

A statement stands when the passages that it names were given and one whole sentence of them says it
(`dealqa.answering.language_model.support`): with its figures, names, dates, denials and conditions, with what stands
around it, and with nothing put in. A statement in parts may rest on a sentence for each. Nothing that the model says of
itself counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from dealqa.answering.draft import Corpus
from dealqa.answering.language_model.quotes import SHORTEST, find_quote, parts_of, sentences_of
from dealqa.answering.language_model.statements import Statement
from dealqa.answering.language_model.support import leads_away, unsupported
from dealqa.answering.plain import usual
from dealqa.answering.quoting import citation_of
from dealqa.answering.wording import readable
from dealqa.places import find_places
from dealqa.terms import stems, words
from dealqa.types import Citation, Hit, Span

__all__ = ["MOST_FOREIGN", "Checked", "Cited", "check"]

MOST_FOREIGN: Final = 1
"""The most content words of a statement that its sentence does not have, but the question does."""

LEAST_LIKE: Final = 0.5
"""The least likeness (Jaccard, of stems) of a statement and a sentence that the model did not point at."""

LEAST_WORDS: Final = 3
"""Of a part of a statement that is carried by a sentence of its own; a shorter one says nothing by itself."""

_LONGEST: Final = 600
"""Characters; what is longer is no statement but an essay."""

_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"‘'(£])")
_JOINTS = re.compile(rf"(?:;|,)\s+(?:and|but|while|whereas)\s+|;\s+|{_ENDS.pattern}")
"""Where a statement falls into parts that each say something."""

_NAME = re.compile(r"(?<=[\w,;:)’'] )[A-Z][\w’'-]+")
"""A word with a capital that begins nothing."""

_POINTS_BACK = re.compile(
    r"(?:it|its|they|their|he|his|she|her|this|these|that|those|there|such|of (?:it|them|these|this|which)|both|the "
    r"(?:deal|agreement|fund|programme|project|scheme|board|council|councils|money|figure|sum|zone|hub))\b",
    re.IGNORECASE,
)


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


@dataclass(frozen=True, slots=True)
class _Pool:
    """Sentences of which one may say a statement.

    Attributes:
        is_found: the model did not point at them. Among so many there is one that passes for almost anything, so that
            here a sentence must say a statement in nearly the same words.
    """

    sentences: Sequence[Cited]
    question: str
    is_found: bool = False


def check(statement: Statement, given: Sequence[Hit], corpus: Corpus, question: str = "") -> Checked:
    """What becomes of a statement.

    Args:
        given: the passages that the model was given; the first is number 1.
        question: whose words a statement may take up.
    """
    text = " ".join("".join(c if c.isprintable() else " " for c in usual(statement.text)).split())
    objection = _form(text, statement, len(given))
    if objection:
        return Checked(text, objection=objection)
    named = [given[number - 1] for number in statement.passages]
    objections = []
    for pool in _pools(text, statement.quotes, named, given, question):
        checked = _carried(text, pool, corpus)
        if checked.objection is None:
            return checked
        objections.append(checked.objection)
    return Checked(text, objection=_false_quote(statement.quotes, named) or objections[0])


def _pools(
    text: str, quotes: Sequence[str], named: Sequence[Hit], given: Sequence[Hit], question: str
) -> Iterator[_Pool]:
    """Where a sentence may stand that says a statement: around its quotes, in the passages it names, in the others.

    What is cited in the end is the sentence that was found, so a quote or a number that is not right is only lost time.
    """
    quoted = [one for quote in quotes for one in _sentences_of(quote, text, named)]
    if quoted:
        yield _Pool(list(dict.fromkeys(quoted)), question)
    yield _Pool(_all_of(named), question, is_found=bool(quoted))
    yield _Pool(_all_of([hit for hit in given if hit not in named]), question, is_found=True)


def _all_of(hits: Sequence[Hit]) -> list[Cited]:
    return [Cited(hit.document.id, span, hit) for hit in hits for span in hit.passage.sentences]


def _false_quote(quotes: Sequence[str], named: Sequence[Hit]) -> str | None:
    wrong = next((quote for quote in quotes if not _sentences_of(quote, quote, named)), None)
    return f"“{wrong[:80]}” does not stand in the passages it names" if wrong is not None else None


def _form(text: str, statement: Statement, given: int) -> str | None:
    """What can be objected to without looking into a passage."""
    if not any(character.isalpha() for character in text):
        return "it says nothing"
    if len(text) > _LONGEST:
        return "it is too long"
    if leads_away(text):
        return "it holds an address, a link or markup"
    if not statement.passages:
        return "it names no passage"
    wrong = [number for number in statement.passages if not 1 <= number <= given]
    return f"there is no passage {wrong[0]}" if wrong else None


def _carried(text: str, pool: _Pool, corpus: Corpus) -> Checked:
    """The sentence that says a statement by itself, or for each of its parts one that says this part.

    Never several together: a second sentence holds the very name, figure or "not" that is wrong in the first. Of many
    sentences only the likest is tried, because one of many will do for almost any statement.
    """
    whole, objection = _carrier(text, pool, corpus)
    if whole is not None:
        return Checked(text, (whole,))
    parts = [part for part in _JOINTS.split(text) if part]
    if len(parts) < 2 or any(len(part.split()) < LEAST_WORDS for part in parts):
        return Checked(text, objection=objection)
    carriers: list[Cited] = []
    for part in parts:
        # "It" is who was spoken of before: here, and therefore there.
        near = _next_to(carriers[-1], pool) if carriers and not _names_somebody(part) else pool
        carrier, wrong = _carrier(part, near, corpus)
        if carrier is None:
            return Checked(text, objection=wrong if _ENDS.search(text) else objection)
        carriers.append(carrier)
    return Checked(text, tuple(dict.fromkeys(carriers)))


def _names_somebody(part: str) -> bool:
    """Whether a part of a statement says by itself whom or what it speaks of, by a name."""
    named = _NAME.search(part) is not None or bool(find_places(words(part)))
    return named and not _POINTS_BACK.match(part)


def _next_to(before: Cited, pool: _Pool) -> _Pool:
    """A sentence and the one that follows it in its passage."""
    spans = before.hit.passage.sentences
    after = [span for span in spans if span[0] >= before.span[1]][:1]
    there = [one for one in pool.sentences if one.document_id == before.document_id]
    return replace(pool, sentences=[one for one in there if one.span == before.span or one.span in after])


def _carrier(text: str, pool: _Pool, corpus: Corpus) -> tuple[Cited | None, str]:
    """The sentence that is most like a text, if it says it; else what is wrong."""
    own = stems(text)
    likest = max(pool.sentences, key=lambda one: _likeness(own, one), default=None)
    if likest is None:
        return None, "the passages that it names say nothing"
    if pool.is_found and _likeness(own, likest) < LEAST_LIKE:
        return None, "no sentence of the passages is like it"
    most = 0 if pool.is_found else MOST_FOREIGN
    objection = unsupported(text, likest.hit, likest.span, corpus, question=pool.question, most_foreign=most)
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
