"""The cells of a table's row and of its header, out of their text: "cell | cell | cell"."""

from __future__ import annotations

__all__ = ["cells_of", "is_heads", "is_row", "under_heads"]


def is_row(text: str) -> bool:
    """Whether a sentence is a row of a table."""
    return " | " in text or text.strip().startswith("|")


def cells_of(text: str) -> list[str]:
    """The cells of a row or of a header; none of "". A bar at an end says that the cell there is empty."""
    return [cell.strip() for cell in text.split("|")] if text.strip() else []


def under_heads(row: str, header: str) -> list[tuple[str, str]]:
    """Each head with its cell; empty where the row has not as many cells as the header has.

    A row of a table in plain text may have bars around it, which stand for nothing.
    """
    heads = cells_of(header)
    for text in (row, row.strip().removeprefix("|").removesuffix("|")):
        cells = cells_of(text)
        if heads and len(cells) == len(heads):
            return list(zip(heads, cells, strict=True))
    return []


def is_heads(row: str, header: str) -> bool:
    """Whether a row is the header itself, or one of the lines that it was put together from."""
    pairs = under_heads(row, header)
    return bool(pairs) and all(not cell or f" {cell} " in f" {head} " for head, cell in pairs)
