"""Files to read, made on the spot: nothing binary is kept in the repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reading_files import MAX_BYTES

from dealqa.reading import read_document
from dealqa.types import Document

Read = Callable[[str, str | bytes], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a file and read it: `read("deal.txt", "text or bytes")`."""

    def write_and_read(name: str, content: str | bytes) -> Document:
        data = content.encode("utf-8") if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return read_document(tmp_path, name, max_bytes=MAX_BYTES)

    return write_and_read
