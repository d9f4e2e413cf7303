"""The limits on containers, each alone: what is just within it passes, one byte or part more is refused."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest

from dealqa.errors import UnreadableDocument
from dealqa.reading.zip_guard import WORD, check_zip

MIB = 1024 * 1024


def a_container(sizes: list[int], stored: int) -> bytes:
    """A container of parts that hold `stored` bytes each and say that they unpack to these sizes."""
    content = random.Random(1).randbytes(stored)  # noqa: S311 - no secret
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(len(sizes)):
            archive.writestr(f"word/{number}.bin", content)
    data = bytearray(buffer.getvalue())
    place = 0
    for size in sizes:
        place = data.index(b"PK\x01\x02", place)
        data[place + 24 : place + 28] = struct.pack("<I", size)
        place += 4
    return bytes(data)


LIMITS = {
    "parts": ([0] * 10_000, [0] * 10_001, 0),
    "bytes of a part": ([64 * MIB], [64 * MIB + 1], MIB),
    "bytes in all": ([64 * MIB] * 4, [64 * MIB] * 4 + [1], MIB),
    "compression of a part": ([2_000_000], [2_000_001], 20_000),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_what_is_just_within_a_limit_passes(limit):
    within, _, stored = LIMITS[limit]
    check_zip(a_container(within, stored), "deal.docx", WORD)


@pytest.mark.parametrize("limit", LIMITS)
def test_what_is_just_beyond_a_limit_is_refused(limit):
    _, beyond, stored = LIMITS[limit]
    with pytest.raises(UnreadableDocument) as caught:
        check_zip(a_container(beyond, stored), "deal.docx", WORD)
    assert caught.value.reason == "too_large"
    assert "10,000 parts, 64 MiB a part, 256 MiB in all, 100 times its size" in caught.value.message
