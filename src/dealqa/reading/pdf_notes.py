"""Footnotes on a PDF page: lines in smaller type below the text, which begin with a mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dealqa.reading.pdf_lines import PdfLine

__all__ = ["Note", "part_notes"]

_SMALLER = 0.93  # of the type size of running text
_LABEL = re.compile(r"\(?(\d{1,3}|[*†‡§¶])[.)]?\s+(?=\S)")


@dataclass(slots=True)
class Note:
    """A footnote: its mark, if that could be told, and its lines, which do not hold the mark."""

    mark: str
    lines: list[PdfLine]


def part_notes(lines: Sequence[PdfLine], body: float) -> tuple[list[PdfLine], list[Note]]:
    """The lines of a page's text, and its footnotes.

    A footnote begins, in type smaller than that of running text (`body`, in points) and below all of that in its
    column, with a raised mark, or with a number that is a mark in the text; it goes on to the next.
    """
    called = {mark for line in lines if not line.noted for mark in line.marks}
    running = sorted((line for line in lines if line.size > _SMALLER * body), key=lambda line: line.box.bottom)
    text: list[PdfLine] = []
    notes: list[Note] = []
    for line in lines:
        below = line.size <= _SMALLER * body and _is_below(line, running)
        mark, begun = _label(line, called) if below and not line.beside else ("", line)
        if mark:
            notes.append(Note(mark, [begun]))
        elif below and notes and _goes_on(notes[-1].lines[-1], line):
            notes[-1].lines.append(line)
        else:
            text.append(line)
    return text, notes


def _is_below(line: PdfLine, running: Sequence[PdfLine]) -> bool:
    """Whether none of the lines of running text, lowest first, stands lower in the same column."""
    for other in running:
        if other.box.bottom >= line.box.bottom:
            return True
        if _overlap(line, other):
            return False
    return True


def _overlap(one: PdfLine, other: PdfLine) -> bool:
    return one.box.left < other.box.right and other.box.left < one.box.right


def _label(line: PdfLine, called: set[str]) -> tuple[str, PdfLine]:
    """The mark that a footnote's first line begins with, or "", and the line without it."""
    if line.noted:
        return line.marks[0], line
    match = _LABEL.match(line.text)
    if match is None or match[1] not in called:
        return "", line
    return match[1], replace(line, text=line.text[match.end() :])


def _goes_on(last: PdfLine, line: PdfLine) -> bool:
    """Whether a line follows the last one of a note: on the same line, or the next one down."""
    return abs(line.size - last.size) < 1 and -line.size < last.box.bottom - line.box.bottom < 2 * line.size
