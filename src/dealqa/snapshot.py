"""One generation of the index as questions see it: opened once, never changing, with what is known of it kept."""

from __future__ import annotations

import difflib
import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dealqa.deals import Registry
from dealqa.errors import QuestionError
from dealqa.index import Index, published_at
from dealqa.naming import nicknames, short_forms
from dealqa.places import known_places
from dealqa.terms import common_words, words
from dealqa.types import Document, DocumentInfo

__all__ = ["Snapshot", "State"]

LONG_WORD = 7
"""Letters from which an unknown word is taken for a slip of the pen: short words have too many neighbours."""

SPELLING = 0.84
"""How alike (difflib's ratio) an unknown word must be to a known name to be read as a slip of the pen."""

BEGINNING = 6
"""So many letters two words have in common to be two forms of one."""

USUAL = 2
"""A name in full takes the place of its abbreviation where the documents have it more than so many times as often."""

SLIP = 2
"""How many letters more or less an unknown word may have than the name that it is a slip of."""

FREQUENCIES = 100_000
"""How many frequencies of phrases, and corrections of words, are kept: memory is limited, questions are not."""


@dataclass(frozen=True, slots=True)
class State:
    """What an assistant answers from at a moment.

    Attributes:
        age_seconds: since it was published.
        documents: how many there are.
        notices: what is wrong with the index although it is served; empty when nothing is.
        fully_checked: whether there was time (`Settings.check_seconds`) to compare every row and page with its hash
            when the generation was opened; what was not compared then is compared when it is read.
    """

    generation: str
    age_seconds: float
    documents: int
    notices: tuple[str, ...]
    fully_checked: bool


class Snapshot:
    """An open index and what was derived from it. Safe to use from several threads.

    Args:
        index: open; whoever made the snapshot closes it.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self._paths = {path: info.id for info in index.documents for path in (info.path, *info.duplicates)}
        self._passages = index.passage_count()
        self._published = published_at(index.folder)
        self._frequencies: dict[str, int] = {}
        self._corrections: dict[str, str | None] = {}
        self._known_names: dict[str, str] | None = None

    @property
    def generation(self) -> str:
        """The id of the generation."""
        return self.index.generation

    def age_seconds(self) -> float:
        """Seconds since this generation was made live, at least 0: clocks jump."""
        return max(0.0, round(time.time() - self._published, 1))

    @property
    def registry(self) -> Registry:
        """The deals of the corpus as they were when it was indexed."""
        return self.index.registry

    def ids_of_deals(self, deals: Collection[str]) -> list[str]:
        """The ids of the documents that may tell of any of these deals, in the order of their paths.

        Documents that belong to no deal are among them: papers on the whole programme tell of all.
        """
        return [info.id for info in self.documents if not info.deals or not set(deals).isdisjoint(info.deals)]

    @property
    def documents(self) -> tuple[DocumentInfo, ...]:
        """All documents, in the order of their paths."""
        return self.index.documents

    @property
    def failed(self) -> int:
        """How many files could not be read when the index was last brought up to date."""
        return len(self.index.failures())

    def document(self, document_id: str) -> Document:
        """A document with its stored text and blocks.

        Raises:
            KeyError: no document of this generation has this id.
            GenerationGone: this generation is no longer kept.
        """
        return self.index.document(document_id)

    def ids(self, paths: Sequence[str] | None) -> list[str] | None:
        """The ids of the documents at these paths; None for None.

        Raises:
            QuestionError: one of the paths is not in this generation.
        """
        if paths is None:
            return None
        unknown = [path for path in paths if path not in self._paths]
        if unknown:
            raise QuestionError(f"{unknown[0]} is not in the index.", hint="`dealqa status` lists what is.")
        return [self._paths[path] for path in paths]

    def idf(self, stem: str) -> float:
        """Inverse document frequency of a stem over passages: ln((N + 1) / (n + 0.5))."""
        return math.log((self._passages + 1) / (self._frequency(stem) + 0.5))

    def mentions(self, phrase: str) -> bool:
        """Whether some passage, its title and headings included, holds this word or phrase."""
        return self._frequency(phrase) > 0

    def correct(self, word: str) -> str | None:
        """The known name, or the word of the documents, that an unknown word is a slip of; None if it is none.

        Args:
            word: lower case; or two words with a space between that may be one name ("new castle"); or a nickname, of
                which the name is given; or an abbreviation that the documents hardly use.
        """
        if word in short_forms():
            return self._in_full(word)
        if word in nicknames():
            return None if self._is_called(word) else nicknames().find(word)[0].values[0]
        if word in known_places() or self.mentions(word):
            return None
        if word not in self._corrections:
            if len(self._corrections) >= FREQUENCIES:
                self._corrections.clear()
            self._corrections[word] = self._corrected(word)
        return self._corrections[word]

    def _is_called(self, nickname: str) -> bool:
        """Whether the documents use a nickname themselves, and not only in a longer name as "South Tyneside" is."""
        longer = [place for place in known_places() if nickname in place.split() and place != nickname]
        return self._frequency(nickname) > sum(self._frequency(place) for place in longer)

    def _in_full(self, short: str) -> str | None:
        """What the documents call most often what has this abbreviation; None where the abbreviation is usual."""
        names = [name for names in short_forms().find(short)[0].values for name in names]
        usual = max(names, key=lambda name: self._frequency(name.lower()), default=None)
        often = USUAL * self._frequency(short)
        return usual if usual is not None and self._frequency(usual.lower()) > often else None

    def _corrected(self, word: str) -> str | None:
        names = self._names()
        together = word.replace(" ", "")
        if together != word:
            return names.get(together)
        if word in common_words():  # "assured" is no slip of "assumed", whatever the documents hold
            return None
        alike = [name for name in names if abs(len(name) - len(word)) <= SLIP]
        close = difflib.get_close_matches(word, alike, n=1, cutoff=SPELLING)
        near = next((name for name in close if not _ends_otherwise(word, name)), None)
        return names[near] if near is not None else self._known_word(word)

    def _names(self) -> dict[str, str]:
        """The words of names that the documents hold, lower case → as they are shown."""
        if self._known_names is None:
            told = [name for deal in self.registry.deals for name in (deal.name, *deal.places, *deal.aliases)]
            titles = [info.title for info in self.documents]
            parts = {part for name in (*known_places(), *titles, *told) for part in words(name) if len(part) >= 5}
            known = sorted(part for part in parts if self.mentions(part))
            self._known_names = {part: known_places().get(part, part) for part in known}
        return self._known_names

    def _frequency(self, phrase: str) -> int:
        known = self._frequencies.get(phrase)
        if known is None:
            known = self.index.passage_frequency(phrase)
            if len(self._frequencies) >= FREQUENCIES:
                self._frequencies.clear()
            self._frequencies[phrase] = known
        return known

    def _known_word(self, word: str) -> str | None:
        """The word of the documents that a long unknown word is a slip of, or None."""
        if len(word) < LONG_WORD:
            return None
        alike = [known for known in self.index.vocabulary() if known[0] == word[0] and abs(len(known) - len(word)) <= 2]
        for known in difflib.get_close_matches(word, alike, n=1, cutoff=SPELLING):
            # "architect" is no slip of "architecture": another form of a word, or another word, is not a misspelling.
            if not known.startswith(word[:-1]) and not word.startswith(known[:-1]) and not _ends_otherwise(word, known):
                return known
        return None


def _ends_otherwise(word: str, known: str) -> bool:
    """Whether two words have a beginning in common and other ends: "signatories" and "signatures".

    A letter that is left out, put in or exchanged makes no other end.
    """
    beginning = next((i for i, (one, other) in enumerate(zip(word, known, strict=False)) if one != other), 0)
    one, other = word[beginning:], known[beginning:]
    slip = one[1:] == other[1:] or one.endswith(other) or other.endswith(one)
    return beginning >= BEGINNING and not slip
