"""A process to work with, shared by the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from index_worker import Worker


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    with Worker() as working:
        yield working
