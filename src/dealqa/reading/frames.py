"""What a reading process and its parent say to each other: a JSON object and some bytes, with their lengths in front.

Nothing that arrives is ever executed or unpickled, and nothing longer than allowed is taken in.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["Frame", "FrameError", "encode_head", "receive"]

_LENGTHS = struct.Struct(">IQ")
_MAX_HEADER = 1024 * 1024


class FrameError(Exception):
    """What arrived is no frame, or a longer one than allowed."""


class Frame(NamedTuple):
    """One message.

    Attributes:
        header: JSON values.
        body: a file, a document as JSON, or an image; as the header says.
    """

    header: dict[str, Any]
    body: bytes


def encode_head(header: dict[str, Any], body_length: int) -> bytes:
    """What goes in front of a body of so many bytes."""
    encoded = json.dumps(header, separators=(",", ":")).encode("ascii")
    return _LENGTHS.pack(len(encoded), body_length) + encoded


def receive(take: Callable[[int], bytes], *, max_body: int) -> Frame:
    """The next frame.

    Args:
        take: gives exactly so many bytes, or raises.

    Raises:
        FrameError: it is malformed or too long.
    """
    header_length, body_length = _LENGTHS.unpack(take(_LENGTHS.size))
    if header_length > _MAX_HEADER or body_length > max_body:
        raise FrameError(f"a frame of {header_length} and {body_length} bytes")
    try:
        header = json.loads(take(header_length))
    except (ValueError, RecursionError) as err:
        raise FrameError("a frame whose header is no JSON") from err
    if not isinstance(header, dict):
        raise FrameError("a frame whose header is no object")
    return Frame(header, take(body_length))
