"""The rows of a table as an HTML table: cells exactly where the document's text parts them, with their header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from dealqa.rows import Cell, is_heads, parted
from dealqa.types import Block, Document, Span
from dealqa.web.evidence.marking import gap_after, marked

__all__ = ["runs_of_rows", "table"]


def runs_of_rows(document: Document, blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The blocks as they are to be shown: rows of one table together, every other block alone."""
    run: list[Block] = []
    for block in blocks:
        if run and not _go_together(document, run[-1], block):
            yield run
            run = []
        elif run and run[-1].table_header != block.table_header:  # the last ones are its header: they stand first
            first = len(run) - _heads_at(document, reversed(run), block.table_header)
            if first:
                yield run[:first]
            run = run[first:]
        run.append(block)
    if run:
        yield run


def table(document: Document, rows: Sequence[Block], quote: Span | None) -> str | None:
    """Rows of one table; None where a row has another number of cells than the header, so that no column is sure.

    The header is a row of the document, or several, if they are shown, and else what each row says it is.
    """
    header = rows[-1].table_header
    own = _heads_at(document, rows, header)
    cells = [parted(document.text[row.start : row.end]) for row in rows]
    columns = len(parted(header)) if header else len(cells[0])
    if any(len(row) != columns for row in cells):
        return None
    shown = [
        _row(document, row, parts, quote, head=place < own)
        for place, (row, parts) in enumerate(zip(rows, cells, strict=True))
    ]
    head = "" if not header else "".join(shown[:own]) if own else _header(header)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'
        f"{f'<thead>{head}</thead>' if head else ''}<tbody>{''.join(shown[own:])}</tbody></table></div>"
    )


def _go_together(document: Document, before: Block, block: Block) -> bool:
    between = document.text[before.end : block.start].replace("\r", "")
    if before.kind != "table_row" or block.kind != "table_row" or "\n\n" in between:
        return False
    if before.table_header == block.table_header:
        return True
    return _is_head(document, before, block.table_header)


def _heads_at(document: Document, rows: Iterable[Block], header: str) -> int:
    """How many of the first rows are lines of a header."""
    return sum(1 for _ in takewhile(lambda row: _is_head(document, row, header), rows))


def _is_head(document: Document, row: Block, header: str) -> bool:
    text = document.text[row.start : row.end]
    return text == header or (row.table_header != header and is_heads(text, header))


def _row(document: Document, row: Block, cells: Sequence[Cell], quote: Span | None, *, head: bool) -> str:
    opening, closing = ('<th scope="col" dir="auto">', "</th>") if head else ('<td dir="auto">', "</td>")
    gap = gap_after(document, row, quote)
    start, parts = row.start, []
    for cell in cells:
        content = row.start + cell.content[0], row.start + cell.content[1]
        end = gap[1] if gap and cell is cells[-1] else row.start + cell.end
        unseen = ((start, content[0]), (content[1], end))
        parts.append(f"{opening}{marked(document.text, (start, end), quote, unseen)}{closing}")
        start = end
    return f"<tr>{''.join(parts)}</tr>"


def _header(header: str) -> str:
    """The header's row where the document's own stands too far above to be shown."""
    cells, start = [], 0
    for cell in parted(header):
        begin, end = cell.content
        words = marked(header, (start, cell.end), None, ((start, begin), (end, cell.end)))
        cells.append(f'<th scope="col" dir="auto">{words}</th>')
        start = cell.end
    return f"<tr>{''.join(cells)}</tr>"
