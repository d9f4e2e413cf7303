"""Whether a statement that a language model wrote may be shown, and what it then cites.

A statement stands when the passages that it names were given, what it gives as their words stands in them, and the
whole sentences around these words say what it says: its figures, names, dates, denials and conditions
(`dealqa.guards`), and most of its words. Nothing that the model says of itself counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from dealqa.answering.draft import Corpus
from dealqa.answering.language_model.quotes import SHORTEST, find_quote, parts_of
from dealqa.answering.language_model.statements import Statement
from dealqa.guards import Source, source_of, unsupported_claim
from dealqa.terms import LIGHT_WORDS, STOP_WORDS, content_words, stem, stems, synonyms
from dealqa.types import Citation, Hit, Span

__all__ = ["MOST_FOREIGN", "Checked", "Cited", "check", "foreign_share"]

MOST_FOREIGN: Final = 0.4
"""The greatest share of a statement's words of its own that may be in none of the sentences it cites."""

MOST_SENTENCES: Final = 3
"""How many sentences of a passage are tried together where a statement gives no words of it."""

_LONGEST: Final = 600
"""Characters; what is longer is no statement but an essay."""

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
        passage, document = self.hit.passage, self.hit.document
        return Citation(
            number=number,
            document_id=document.id,
            document=document.path,
            title=document.title,
            page=passage.page,
            heading_path=passage.heading_path,
            start=self.span[0],
            end=self.span[1],
            quote=passage.sentence_text(self.span),
        )


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
        return _without_quotes(text, named, corpus)
    cited: list[Cited] = []
    for quote in statement.quotes:
        found = _sentences_of(quote, text, named)
        if not found:
            return Checked(text, objection=f"“{quote[:80]}” does not stand in the passages it names")
        cited += found
    cited = list(dict.fromkeys(cited))
    return Checked(text, tuple(cited), _unsupported(text, cited, corpus))


def foreign_share(text: str, sources: Sequence[Source]) -> float:
    """The share, in [0, 1], of a statement's content words that none of its sources has, nor a form or synonym of."""
    own = {stem(word) for word in content_words(text)} - stems(LIGHT_WORDS) - stems(STOP_WORDS)
    if not own:
        return 0.0
    held = stems(" ".join(source.words for source in sources))
    alike = synonyms()
    foreign = [word for word in own if word not in held and held.isdisjoint(alike.get(word, frozenset()))]
    return len(foreign) / len(own)


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


def _without_quotes(text: str, named: Sequence[Hit], corpus: Corpus) -> Checked:
    """The fewest sentences of the passages that it names which say it: those are what it rests on, or it falls."""
    own = stems(text)
    all_of_them = [Cited(hit.document.id, span, hit) for hit in named for span in hit.passage.sentences]
    likely = sorted(all_of_them, key=lambda one: -len(own & stems(one.hit.passage.sentence_text(one.span))))[:6]
    objection: str | None = "the passages that it names do not say it"
    for number in range(1, MOST_SENTENCES + 1):
        for chosen in combinations(likely, number):
            found = _unsupported(text, chosen, corpus)
            if found is None:
                return Checked(text, chosen)
            objection = found if number == 1 and chosen[0] is likely[0] else objection
    return Checked(text, objection=objection)


def _sentences_of(quote: str, text: str, named: Sequence[Hit]) -> list[Cited]:
    """The whole sentences that a quote stands in; none where one of its parts stands in no passage.

    Half a sentence may say the opposite of the whole, so it is the whole that is cited and that has to say it.
    """
    own = stems(text)
    found: list[Cited] = []
    parts = [part for part in parts_of(quote) if len(part.strip()) >= SHORTEST]
    for part in parts:
        places = [_around(hit, span) for hit in named for span in find_quote(part, hit.passage.text)]
        if not places:
            return []
        found += max(places, key=lambda place: sum(len(own & stems(_text(one))) for one in place))
    return found


def _around(hit: Hit, span: Span) -> list[Cited]:
    start, end = span[0] + hit.passage.start, span[1] + hit.passage.start
    return [Cited(hit.document.id, one, hit) for one in hit.passage.sentences if one[0] < end and one[1] > start]


def _text(cited: Cited) -> str:
    return cited.hit.passage.sentence_text(cited.span)


def _unsupported(text: str, cited: Sequence[Cited], corpus: Corpus) -> str | None:
    if not cited:
        return "it cites nothing that could be checked"
    documents = {one.document_id: corpus.document(one.document_id) for one in cited}
    sources = [source_of(one.citation(1), documents[one.document_id]) for one in cited]
    if objection := unsupported_claim(text, sources, corpus.registry):
        return objection
    if foreign_share(text, sources) > MOST_FOREIGN:
        return "it is mostly said in words that the passage does not have"
    return None
