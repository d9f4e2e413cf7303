"""The cells of a table's row and of its header, out of their text: "cell | cell | cell"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["Cell", "cells_of", "is_heads", "is_row", "parted", "read_out", "under_heads"]

_BAR = "|"
_ESCAPE = "\\"  # in Markdown a bar after it stands in a cell; in other formats no bar does


class Cell(NamedTuple):
    """A cell of a row.

    Attributes:
        content: where what it says stands in the row, half-open; empty for an empty cell.
        end: where the bar and the white space after it end.
    """

    content: tuple[int, int]
    end: int


def is_row(text: str) -> bool:
    """Whether a sentence is a row of a table."""
    return " | " in text or text.strip().startswith(_BAR)


def parted(row: str) -> tuple[Cell, ...]:
    """The cells of a row whose text is "a | b | c"; together they are the whole text.

    A bar at an end of the text says that the cell there is empty.
    """
    bars = list(_bars(row))
    starts = [0, *(bar + 1 for bar in bars)]
    ends = [*bars, len(row)]
    contents = [_trimmed(row, start, end) for start, end in zip(starts, ends, strict=True)]
    follows = [*(content[0] for content in contents[1:]), len(row)]
    return tuple(Cell(content, follow) for content, follow in zip(contents, follows, strict=True))


def cells_of(row: str) -> list[str]:
    """What the cells of a row or of a header say; none of ""."""
    return [row[start:end] for (start, end), _ in parted(row)] if row.strip() else []


def under_heads(row: str, header: str) -> list[tuple[str, str]]:
    """Each head with its cell; empty where the row has not as many cells as the header has.

    A row of a table in plain text may have bars around it, which stand for nothing.
    """
    heads = cells_of(header)
    for text in (row, row.strip().removeprefix(_BAR).removesuffix(_BAR)):
        cells = cells_of(text)
        if heads and len(cells) == len(heads):
            return list(zip(heads, cells, strict=True))
    return []


def read_out(pairs: Sequence[tuple[str, str]]) -> str:
    """Heads and cells as they are read in a line: "City: Leeds; Money: £4m"."""
    return "; ".join(f"{head}: {cell}" if head else cell for head, cell in pairs if cell)


def is_heads(row: str, header: str) -> bool:
    """Whether a row is the header itself, or one of the lines that it was put together from."""
    pairs = under_heads(row, header)
    return bool(pairs) and all(not cell or f" {cell} " in f" {head} " for head, cell in pairs)


def _bars(row: str) -> Iterator[int]:
    escaped = False
    for place, char in enumerate(row):
        if char == _BAR and not escaped:
            yield place
        escaped = char == _ESCAPE and not escaped


def _trimmed(row: str, start: int, end: int) -> tuple[int, int]:
    body = row[start:end]
    stripped = body.strip()
    if not stripped:
        return end, end
    begin = start + len(body) - len(body.lstrip())
    return begin, begin + len(stripped)
