"""Rows of a table as text: "cell | cell | cell"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dealqa.reading.blocks import JoinedBlocks, one_line

__all__ = ["Heads", "Row", "add_table", "looks_like_header", "row_text", "two_lines_of_heads"]

_SEPARATOR = " | "
_VALUE = re.compile(r"[\s(£$€–-]*\d[\d.,]*\s*(?:%|m|bn|million|billion)?\)?")
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[-/–]\s*\d{2,4})?")
_UNIT = re.compile(
    r"\(?\s*(?:in\s+)?(?:[£$€]|[A-Z]{1,3}\$|(?:GBP|EUR|USD|CHF|RMB|CNY|JPY|INR|CAD|AUD|SEK|NOK|DKK)\b)?\s*[’']?\s*"
    r"(?:m|mn|bn|k|0{3}s?|hundreds?|thousands?|millions?|billions?|%|per cent|no\.?|number)?\s*\)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; a cell that spans columns is followed by empty ones, so that columns stay in line.

    Attributes:
        header: whether the document marks the row as a header.
    """

    cells: tuple[str, ...]
    header: bool = False


def row_text(cells: Sequence[str]) -> str:
    """The cells joined by bars; bars inside a cell become slashes."""
    return _SEPARATOR.join(one_line(cell).replace("|", "/") for cell in cells).strip()


def two_lines_of_heads(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...] | None:
    """The heads of two lines in one, where the row below a header goes on with it; else None.

    It does where cells of the header span those below it ("Year ended" over "2018" and "2019"), or where there are
    units below ("£m"). What stands alone above or below all columns belongs to each of them.
    """
    upper, lower = ([one_line(cell) for cell in cells] for cells in (above, below))
    if len(upper) != len(lower) or len(upper) < 3 or not any(lower[1:]):
        return None
    if lower[0] and not (lower[0].startswith("(") and _UNIT.fullmatch(lower[0])):
        return None
    filled = [cell for cell in lower[1:] if cell]
    if not all(_UNIT.fullmatch(cell) for cell in filled):
        spans = any(not cell or cell == before for before, cell in pairwise(upper) if before or not cell)
        values = any(_VALUE.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in filled)
        if not spans or values or len(filled) < len(lower) - 1 - len(lower) // 3:
            return None
    alone = [cell for cell in upper[1:] if cell]
    heads, spanning = [upper[0] or lower[0]], ""
    for over, under in zip(upper[1:], lower[1:], strict=True):
        spanning = alone[0] if len(alone) == 1 else over or spanning
        unit = filled[0] if len(filled) == 1 else under
        heads.append(" ".join(part for part in dict.fromkeys((spanning, unit)) if part))
    return tuple(heads)


class Heads:
    """The header of the rows that come, put together of its lines as they are read.

    Attributes:
        header: as `Block.table_header` has it; "" as long as there is none.
    """

    def __init__(self, header: str = "") -> None:
        self.header = header
        self._lines: tuple[str, ...] = ()  # the row before, where it was a header

    def read(self, cells: Sequence[str], *, is_header: bool) -> None:
        """Take in a row; one below a header may go on with it."""
        both = two_lines_of_heads(self._lines, cells) if self._lines else None
        self._lines = both or (tuple(cells) if is_header else ())
        if self._lines:
            self.header = row_text(self._lines)


def add_table(blocks: JoinedBlocks, rows: Sequence[Row], *, group: int, page: int | None = None) -> None:
    """Add a table's rows as blocks; each body row carries the table's header.

    Where no row is marked as a header, the first is one if it looks like one: three columns or more, and no values.
    """
    heads, marked = Heads(), any(row.header for row in rows)
    added = False
    for i, row in enumerate(rows):
        if not any(cell.strip() for cell in row.cells):
            continue
        text = row_text(row.cells)
        added = blocks.add("table_row", text, table_header=heads.header, group=group, page=page) or added
        heads.read(row.cells, is_header=row.header or (i == 0 and not marked and _begins_with_heads(rows)))
    blocks.tables += added


def _begins_with_heads(rows: Sequence[Row]) -> bool:
    if len(rows) < 2 or any(
        _VALUE.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in map(one_line, rows[0].cells)
    ):
        return False
    return looks_like_header(rows[0].cells) or two_lines_of_heads(rows[0].cells, rows[1].cells) is not None


def looks_like_header(cells: Sequence[str]) -> bool:
    """Whether a table's first row looks like its header: three columns or more, filled, and no values."""
    texts = [one_line(cell) for cell in cells]
    filled = [text for text in texts if text]
    if len(texts) < 3 or len(filled) < len(texts) - 1:
        return False
    return not any(_VALUE.fullmatch(text) and not _YEAR.fullmatch(text) for text in filled)
