"""What a server that shows pages of PDFs and the caged process that draws them say to each other; both know this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dealqa.types import Box

__all__ = [
    "MOST_LETTERS",
    "MOST_PIXELS",
    "WIDTH",
    "Picture",
    "Quoted",
    "boxes_from_json",
    "boxes_to_json",
    "quoted_from_json",
    "quoted_to_json",
]

WIDTH = 1_400
"""Pixels across a picture at most: sharp on a screen at twice the size that the panel has room for."""

MOST_PIXELS = 4_000_000
"""Of a picture; a page of the usual shape has 2.8 million. Limits memory for pages that are very long."""

MOST_LETTERS = 20_000
"""Of the blocks whose words are looked for on a page: to compare more could take long."""


class Quoted(NamedTuple):
    """A block and the part of it that is looked for.

    Attributes:
        text: of the whole block.
        start, end: of the part, in `text`.
        row: whether it is a table's row, in whose text bars part the cells.
        boxes: of its lines, in order.
    """

    text: str
    start: int
    end: int
    row: bool
    boxes: tuple[Box, ...]


class Picture(NamedTuple):
    """A page as it is shown: rows of pixels from the top, of one byte (grey) or three (red, green, blue) each."""

    width: int
    height: int
    channels: int
    pixels: bytes


def quoted_to_json(quoted: Sequence[Quoted]) -> list[Any]:
    """As JSON values."""
    return [[one.text, one.start, one.end, one.row, boxes_to_json(one.boxes)] for one in quoted]


def quoted_from_json(values: list[Any]) -> list[Quoted]:
    """The inverse of `quoted_to_json`."""
    return [
        Quoted(str(text), int(start), int(end), bool(row), boxes_from_json(boxes))
        for text, start, end, row, boxes in values
    ]


def boxes_to_json(boxes: Sequence[Box]) -> list[Any]:
    """As JSON values."""
    return [[box.page, box.left, box.bottom, box.right, box.top] for box in boxes]


def boxes_from_json(values: list[Any]) -> tuple[Box, ...]:
    """The inverse of `boxes_to_json`.

    Raises:
        TypeError, ValueError: they are no boxes.
    """
    return tuple(Box(int(page), *(float(number) for number in numbers)) for page, *numbers in values)
