"""Full-text scores term by term, kept in memory: the same scores as SQLite gives for a whole query, but sooner.

FTS5's `bm25()` of a query is the sum of what each of its phrases gives, in their order. So each phrase is asked for
once; its rows and scores are kept as two arrays, and a query adds up the arrays of its phrases. Most words of a
question were in an earlier one.

The scores depend a little on how many rows of other generations are there; those that are kept are of the moment when
they were asked for.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["KEPT_BYTES", "TermScores"]

KEPT_BYTES = 64 * 1024 * 1024
"""How much is kept; all words of 100,000 passages take about as much. What was asked for longest ago goes first."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

Rows = Callable[[str], Sequence[tuple[int, float]]]
"""Gives (key, BM25 score; higher is better) of all rows that hold an FTS5 phrase."""

Holding = Callable[[str], Sequence[int]]
"""Gives the keys of all rows that hold an FTS5 phrase."""


@dataclass(frozen=True, slots=True)
class _Posting:
    """The rows that hold a phrase: keys, shape (n,), and scores, shape (n,)."""

    keys: Ints
    scores: Floats

    @property
    def size(self) -> int:
        return self.keys.nbytes + self.scores.nbytes


class TermScores:
    """BM25 over the rows of one generation. Safe to use from several threads.

    Args:
        rows: see `Rows`; rows of other generations may be among them.
        holding: see `Holding`; likewise.
        alive: by key, whether the row belongs to the generation; keys beyond its end do not.
        kept_bytes: how much memory the scores may take.
    """

    def __init__(self, rows: Rows, holding: Holding, alive: Mask, *, kept_bytes: int = KEPT_BYTES) -> None:
        self._rows = rows
        self._holding = holding
        self._alive = alive
        self._limit = kept_bytes
        self._kept: OrderedDict[str, _Posting] = OrderedDict()
        self._bytes = 0
        self._guard = threading.Lock()

    def frequency(self, term: str) -> int:
        """How many rows hold a word or phrase."""
        phrase = _phrase(term)
        if not phrase:
            return 0
        with self._guard:
            kept = self._kept.get(phrase)
        if kept is not None:
            return len(kept.keys)
        return int(self._living(np.array(self._holding(phrase), dtype=np.int64)).sum())

    def _living(self, keys: Ints) -> Mask:
        """Which of some keys belong to the generation."""
        living = keys < len(self._alive)
        living[living] = self._alive[keys[living]]
        return living

    def best(self, terms: Iterable[str], limit: int, allowed: Mask | None = None) -> tuple[Ints, Floats]:
        """Keys and scores of the best rows that hold any of the terms, in no order.

        Rows that score as much as the last of them are all given, so there may be more than `limit`.

        Args:
            allowed: by key, the rows to choose from; as long as `alive`.
        """
        total = np.zeros(len(self._alive), dtype=np.float64)
        found = np.zeros(len(self._alive), dtype=np.bool_)
        for phrase in filter(None, map(_phrase, terms)):
            posting = self._posting(phrase)
            total[posting.keys] += posting.scores
            found[posting.keys] = True
        if allowed is not None:
            found &= allowed
        keys = np.flatnonzero(found)
        scores = total[keys]
        if len(keys) > limit:
            last = np.partition(scores, len(scores) - limit)[len(scores) - limit]
            keys, scores = keys[scores >= last], scores[scores >= last]
        return keys, scores

    def _posting(self, phrase: str) -> _Posting:
        with self._guard:
            kept = self._kept.get(phrase)
            if kept is not None:
                self._kept.move_to_end(phrase)
                return kept
        pairs = np.array(self._rows(phrase), dtype=np.float64).reshape(-1, 2)
        keys = pairs[:, 0].astype(np.int64)
        living = self._living(keys)
        posting = _Posting(keys[living], pairs[living, 1])  # copies
        with self._guard:
            if phrase not in self._kept:
                self._kept[phrase] = posting
                self._bytes += posting.size
            while self._bytes > self._limit:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= dropped.size
        return posting


def _phrase(term: str) -> str:
    """A term as an FTS5 phrase, quoted so that nothing in it is taken for syntax; empty when it holds no word."""
    words = re.sub(r"[^\w]+", " ", term).strip()
    return f'"{words}"' if words else ""
