"""Tables on a PDF page, found by how pieces of text stand beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dealqa.reading.pdf_lines import PdfLine
from dealqa.types import Box

__all__ = ["TableRow", "arrange"]

_ALIGNED = 3.0  # points
_WRAP = 1.5  # type sizes from one line of a cell to the next
_COLUMN_ROWS = 5
_COLUMN_CHARS = 35


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: the lines of each of its cells, left to right; an empty cell has none."""

    cells: tuple[tuple[PdfLine, ...], ...]


def arrange(pieces: Sequence[PdfLine]) -> list[PdfLine | TableRow]:
    """The pieces of a page as whole lines and table rows, in reading order.

    A table is at least two rows of at least two cells, one below the other. Many such rows of long texts are two
    columns of running text: then the left column is read first.
    """
    found: list[PdfLine | TableRow] = []
    table: list[TableRow] = []
    i = 0
    while i < len(pieces):
        row, length = _row(pieces[i:])
        if row is None:
            found += _finished(table)
            table = []
            found += _whole(pieces[i : i + length])
        else:
            table.append(row)
        i += length
    return found + _finished(table)


def _row(pieces: Sequence[PdfLine]) -> tuple[TableRow | None, int]:
    """The table row that begins here, or None, and how many pieces it or else the first whole line has."""
    columns = [[pieces[0]]]
    top, bottom = pieces[0].box.top, pieces[0].box.bottom
    for piece in pieces[1:]:
        if piece.box.left >= max(line.box.right for line in columns[-1]) and _overlaps(piece, top, bottom):
            columns.append([piece])
        elif _wraps(columns[-1][-1], piece):
            columns[-1].append(piece)
        else:
            break
        top, bottom = max(top, piece.box.top), min(bottom, piece.box.bottom)
    if len(columns) > 1:
        return TableRow(tuple(tuple(column) for column in columns)), sum(len(column) for column in columns)
    return None, 1 + next((k for k, piece in enumerate(pieces[1:]) if not piece.beside), len(pieces) - 1)


def _overlaps(piece: PdfLine, top: float, bottom: float) -> bool:
    return piece.box.bottom < top and piece.box.top > bottom


def _wraps(above: PdfLine, below: PdfLine) -> bool:
    drop = above.box.bottom - below.box.bottom
    aligned = abs(above.box.left - below.box.left) < _ALIGNED or abs(above.box.right - below.box.right) < _ALIGNED
    return aligned and 0 < drop < _WRAP * below.size


def _finished(rows: list[TableRow]) -> list[PdfLine | TableRow]:
    if len(rows) < 2:
        return [line for row in rows for line in _whole([line for cell in row.cells for line in cell])]
    if len(rows) >= _COLUMN_ROWS and all(_is_column_pair(row) for row in rows):
        return [line for side in (0, 1) for row in rows for line in row.cells[side]]
    widest = max(rows, key=lambda row: len(row.cells))
    centres = [_centre(cell) for cell in widest.cells]
    return [_in_columns(row, centres) for row in rows]


def _is_column_pair(row: TableRow) -> bool:
    return len(row.cells) == 2 and all(
        sum(len(line.text) for line in cell) > _COLUMN_CHARS * len(cell) for cell in row.cells
    )


def _in_columns(row: TableRow, centres: Sequence[float]) -> TableRow:
    """The row with empty cells where it has none for a column."""
    if len(row.cells) == len(centres):
        return row
    cells: list[tuple[PdfLine, ...]] = [()] * len(centres)
    free = 0
    for k, cell in enumerate(row.cells):
        last = len(centres) - (len(row.cells) - k)  # leave room for the cells after this one
        nearest = min(range(free, last + 1), key=lambda column: abs(centres[column] - _centre(cell)))
        cells[nearest] = cell
        free = nearest + 1
    return TableRow(tuple(cells))


def _centre(cell: Sequence[PdfLine]) -> float:
    return (min(line.box.left for line in cell) + max(line.box.right for line in cell)) / 2


def _whole(pieces: Sequence[PdfLine]) -> list[PdfLine]:
    """Lines again: what stands beside the piece before it is joined to it."""
    lines: list[PdfLine] = []
    for piece in pieces:
        if piece.beside and lines:
            before = lines[-1]
            lines[-1] = replace(
                piece,
                text=f"{before.text} {piece.text}",
                box=Box(
                    piece.box.page,
                    before.box.left,
                    min(before.box.bottom, piece.box.bottom),
                    piece.box.right,
                    max(before.box.top, piece.box.top),
                ),
                size=max(before.size, piece.size),
                bold=before.bold and piece.bold,
                beside=before.beside,
            )
        else:
            lines.append(piece)
    return lines
