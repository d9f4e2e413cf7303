"""Files with separated values (.csv, .tsv): rows to blocks, "cell | cell"."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import count

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import JoinedBlocks, Parsed, one_line
from dealqa.reading.cleaning import clean, cleaning_warnings, printable
from dealqa.reading.decoding import decode
from dealqa.reading.left_out import LeftOut
from dealqa.reading.metadata import readable_name
from dealqa.reading.sheet_rows import MAX_ROWS, SheetRow, add_sheet

__all__ = ["parse_csv", "parse_tsv"]

_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 50
_VALUE = re.compile(
    r"[(+–-]?\s*[£$€]?\s*[+–-]?\d[\d,. ]*\s*(?:%|m|bn|k|million|billion)?\s*[)]?"
    r"|\d{4}-\d{2}(?:-\d{2})?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}",
    re.I,
)


def parse_csv(data: bytes, path: str) -> Parsed:
    """Blocks of a file whose values are separated by commas, semicolons, tabs or bars.

    The text is the rows put together, not the file: offsets count in it.

    Raises:
        UnreadableDocument: undecodable, or corrupt (a cell longer than Python's csv module reads: 131,072 characters).
    """
    return _parse(data, path, None)


def parse_tsv(data: bytes, path: str) -> Parsed:
    """As `parse_csv`, for values separated by tabs."""
    return _parse(data, path, "\t")


def _parse(data: bytes, path: str, delimiter: str | None) -> Parsed:
    text, warnings = decode(data, path)
    cleaned = clean(text)
    lines = cleaned.text.splitlines(keepends=True)
    first = lines[0].strip() if lines else ""
    told = re.fullmatch(r"sep=(.)", first)  # as Excel writes it
    if told:
        lines, delimiter = lines[1:], told[1]
    left_out = LeftOut()
    left_out.hide("zero_width", cleaned.hidden)
    blocks = JoinedBlocks()
    try:
        heading = add_sheet(blocks, _rows(lines, delimiter or _sniffed(lines), left_out), count(), level=0)
    except csv.Error as err:
        raise UnreadableDocument(
            path,
            "corrupt",
            f"The file {printable(path)} cannot be read as separated values: {err}.",
            hint="Look for a quotation mark that is opened and never closed.",
        ) from err
    left_out.tables = blocks.tables
    return Parsed(
        text=blocks.text(),
        blocks=tuple(blocks.blocks),
        title=heading or readable_name(path),
        warnings=(
            *warnings,
            *left_out.warnings(),
            *cleaning_warnings(cleaned.removed, cleaned.normalised, cleaned.lookalikes),
        ),
        coverage=left_out.coverage(),
    )


def _rows(lines: list[str], delimiter: str, left_out: LeftOut) -> Iterator[SheetRow]:
    number = 0
    for cells in csv.reader(lines, delimiter=delimiter):
        texts = tuple(one_line(cell) for cell in cells)
        number += any(texts)
        if number > MAX_ROWS:
            left_out.gaps.append(f"Only the first {MAX_ROWS:,} rows were read.")
            return
        yield SheetRow(texts, tuple(_VALUE.fullmatch(cell) is not None for cell in texts))


def _sniffed(lines: list[str]) -> str:
    """The delimiter that parts most of the first lines into the same number of cells; a comma when none does.

    csv.Sniffer looks at letters too and takes them for delimiters in texts such as ours.
    """
    best, most = ",", 0
    for delimiter in _DELIMITERS:
        widths = [len(cells) for cells in csv.reader(lines[:_SNIFFED_LINES], delimiter=delimiter) if len(cells) > 1]
        if not widths:
            continue
        common = max(set(widths), key=widths.count)
        score = widths.count(common)
        if score > most:
            best, most = delimiter, score
    return best
