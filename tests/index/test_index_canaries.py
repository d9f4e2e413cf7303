"""What a vector index is compared with before it is published, and by `doctor`: count, ids, searches known exactly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from dealqa.errors import IndexCorrupt
from dealqa.index.canaries import verify_store
from dealqa.index.vector_store import ChromaStore

ROWS = 200
IDS = [f"p{number:03}" for number in range(ROWS)]

Rows = tuple[list[str], npt.NDArray[np.float32]]


def unit_vectors(seed: int) -> npt.NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((ROWS, 24)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


VECTORS = unit_vectors(1)


def a_store(folder: Path, ids: list[str], vectors: npt.NDArray[np.float32]) -> ChromaStore:
    store = ChromaStore(folder, rows=len(ids))
    store.add(ids, vectors, ["d"] * len(ids))
    return store


def test_a_store_that_is_as_it_should_be_is_asked_32_times_and_finds_everything(tmp_path):
    store = a_store(tmp_path, IDS, VECTORS)
    found = verify_store(store, IDS, VECTORS, where="here")
    store.close()
    assert (found.queries, found.recall) == (32, 1.0)


def near_ones_lost() -> Rows:
    """Each vector finds itself, and of its neighbours few: the others point elsewhere."""
    asked = np.linspace(0, ROWS - 1, 32).round().astype(int)
    vectors = unit_vectors(2)
    vectors[asked] = VECTORS[asked]
    return IDS, vectors


WRONG: dict[str, tuple[Callable[[], Rows], str]] = {
    "a row is missing": (lambda: (IDS[1:], VECTORS[1:]), "1 are missing, and 0 do not belong"),
    "a row is foreign": (lambda: ([*IDS[1:], "x"], VECTORS), "1 are missing, and 1 do not belong"),
    "the vectors are another's": (lambda: (IDS, np.roll(VECTORS, 1, axis=0)), "does not find itself"),
    "the vectors are of another model": (lambda: (IDS, unit_vectors(3)), "does not find itself"),
    "the neighbours are lost": (near_ones_lost, r"searches find \d+% of what they should"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_store_that_is_not_as_it_should_be_is_damaged(fault, tmp_path):
    made, said = WRONG[fault]
    store = a_store(tmp_path, *made())
    with pytest.raises(IndexCorrupt, match=said):
        verify_store(store, IDS, VECTORS, where="here")
    store.close()
