"""Is a vector index what the truth says it should be? Count, ids, and searches whose answers are known exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dealqa.errors import IndexCorrupt
from dealqa.index.vector_store import ChromaStore

__all__ = ["Canaries", "verify_store"]

QUERIES = 32
NEAREST = 10
MIN_RECALL = 0.95
SAME = 1e-5
"""Cosines closer than this are the same: Chroma and NumPy add up in another order."""


@dataclass(frozen=True, slots=True)
class Canaries:
    """What the searches found: of the exact nearest, the share that was found."""

    queries: int
    recall: float


def verify_store(store: ChromaStore, ids: Sequence[str], vectors: npt.NDArray[np.float32], *, where: str) -> Canaries:
    """Compare a store with the vectors that it should hold, shape (n, dimension).

    Args:
        where: what the store is called in an error.

    Raises:
        IndexCorrupt: rows are missing or foreign, a vector does not find itself, or searches find too little.
    """
    held = store.ids()
    if held != set(ids) or store.count() != len(ids):
        missing, foreign = len(set(ids) - held), len(held - set(ids))
        raise _wrong(where, f"of {len(ids)} vectors {missing} are missing, and {foreign} do not belong there")
    if not len(ids):
        return Canaries(0, 1.0)
    # The same rows each time for the same content: a check that finds something finds it again.
    chosen = np.linspace(0, len(ids) - 1, min(QUERIES, len(ids))).round().astype(int)
    names = {name: row for row, name in enumerate(ids)}
    found_all = 0
    wanted_all = 0
    for row in chosen:
        exact = vectors @ vectors[row]
        wanted = min(NEAREST, len(ids))
        limit = np.partition(exact, len(ids) - wanted)[len(ids) - wanted] - SAME
        found = store.query(vectors[row], wanted)
        if not found or exact[names[found[0][0]]] < exact[row] - SAME or abs(found[0][1] - exact[row]) > 100 * SAME:
            raise _wrong(where, "a vector that it holds does not find itself")
        found_all += sum(exact[names[name]] >= limit for name, _ in found)
        wanted_all += wanted
    recall = found_all / wanted_all
    if recall < MIN_RECALL:
        raise _wrong(where, f"searches find {recall:.0%} of what they should")
    return Canaries(len(chosen), recall)


def _wrong(where: str, what: str) -> IndexCorrupt:
    return IndexCorrupt(
        f"The vector index {where} is damaged: {what}.",
        hint="Run `dealqa index`: it is derived again from the stored vectors.",
    )
