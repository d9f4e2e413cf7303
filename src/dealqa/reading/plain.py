"""Plain text: paragraphs by blank lines, headings and lists by how they look; the text stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dealqa.reading.blocks import Line, Parsed, SpanBlocks, lines_of
from dealqa.reading.headings import heading_level, looks_like_heading, section_number
from dealqa.reading.metadata import FrontMatter, read_front_matter
from dealqa.types import Coverage

__all__ = ["parse_plain"]

_HASHES = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]+(?P<text>\S.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,}|~{3,})\s*$")
_MARKER = re.compile(r"\s*(?:[-*•▪‣◦·o–]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])[ \t]+(?=\S)")
_NUMBERED = re.compile(r"\s*\(?\w{1,5}[.)]")
_LONG_LINE = 160
_MOST_HEADINGS_IN_A_ROW = 3


@dataclass(slots=True)
class _Paragraph:
    lines: list[Line]
    heading: bool = False
    level: int = 0
    underlined: bool = False


def parse_plain(text: str, *, has_fields: bool = True) -> Parsed:
    """Blocks of a plain text.

    Lines that run on without a blank line are one paragraph, unless some are so long that each must be one.

    Args:
        text: cleaned already.
        has_fields: whether "Date: …" and the like at the top are metadata, not text.
    """
    front = read_front_matter(text) if has_fields else FrontMatter()
    paragraphs = _paragraphs(text, front.end)
    _mark_headings(text, paragraphs)
    blocks = SpanBlocks(text)
    titled, tables = False, 0
    for paragraph in paragraphs:
        start, end = paragraph.lines[0].start, paragraph.lines[-1].end
        if paragraph.heading:
            titled = _add_heading(blocks, paragraph, titled)
        elif _is_table(text, paragraph):
            _add_rows(blocks, paragraph)
            tables += 1
        elif not _add_list(blocks, paragraph):
            blocks.add("paragraph", start, end)
    return Parsed(
        text=text,
        blocks=tuple(blocks.blocks),
        title=front.title,
        date=front.date,
        status=front.status,
        coverage=Coverage(tables=tables),
    )


def _paragraphs(text: str, begin: int) -> list[_Paragraph]:
    paragraphs: list[_Paragraph] = []
    current: list[Line] = []
    for line in lines_of(text):
        if line.start < begin:
            continue
        body = text[line.start : line.end]
        if _UNDERLINE.match(body) and current and len(text[current[-1].start : current[-1].end]) <= _LONG_LINE:
            heading = _Paragraph([current.pop()], heading=True, level=1 if "=" in body else 2, underlined=True)
            paragraphs += [*_split(text, current), heading]
            current = []
        elif _HASHES.match(body):
            paragraphs += [*_split(text, current), _Paragraph([line], heading=True)]
            current = []
        elif body.strip():
            current.append(line)
        else:
            paragraphs += _split(text, current)
            current = []
    return paragraphs + _split(text, current)


def _split(text: str, lines: list[Line]) -> list[_Paragraph]:
    """One paragraph, or one for each line where lines are too long to be wrapped."""
    if any(line.end - line.start > _LONG_LINE for line in lines):
        return [_Paragraph([line]) for line in lines]
    return [_Paragraph(lines)] if lines else []


def _mark_headings(text: str, paragraphs: list[_Paragraph]) -> None:
    run: list[_Paragraph] = []
    for i, paragraph in enumerate(paragraphs):
        if not paragraph.heading and _may_be_heading(text, paragraphs, i):
            paragraph.heading = True
            run.append(paragraph)
        elif not paragraph.heading:
            _unmark_lists(run)
            run = []
    for paragraph in run:  # nothing comes below them
        paragraph.heading = False


def _may_be_heading(text: str, paragraphs: list[_Paragraph], i: int) -> bool:
    line = _single(text, paragraphs[i])
    if not line or not looks_like_heading(line, first=i == 0):
        return False
    number = section_number(line)
    if not number:
        return not _MARKER.match(line)
    beside = [_single(text, paragraphs[k]) for k in (i - 1, i + 1) if 0 <= k < len(paragraphs)]
    return not any(_same_list(number, other) for other in beside)


def _single(text: str, paragraph: _Paragraph) -> str:
    if len(paragraph.lines) != 1:
        return ""
    return text[paragraph.lines[0].start : paragraph.lines[0].end].strip()


def _same_list(number: str, other: str) -> bool:
    beside = section_number(other)
    return bool(beside) and beside.count(".") == number.count(".") and beside != number


def _unmark_lists(run: list[_Paragraph]) -> None:
    """A long row of short lines is a list of names or an address, not headings; the last may head what follows."""
    if len(run) > _MOST_HEADINGS_IN_A_ROW:
        for paragraph in run[1:-1]:
            paragraph.heading = False


def _add_heading(blocks: SpanBlocks, paragraph: _Paragraph, titled: bool) -> bool:
    """Add a heading; the first unnumbered one is the title, at level 1, and the others stand below it."""
    line = paragraph.lines[0]
    body = blocks.text[line.start : line.end]
    marks = _HASHES.match(body)
    if marks:
        start, end = line.start + marks.start("text"), line.start + marks.end("text")
        return blocks.add("heading", start, end, level=len(marks["marks"])) or titled
    number = heading_level(body.strip())
    level = paragraph.level or (number + 1 if number else 2 if titled else 1)
    return blocks.add("heading", line.start, line.end, level=level) or titled


def _is_table(text: str, paragraph: _Paragraph) -> bool:
    bodies = [text[line.start : line.end].strip() for line in paragraph.lines]
    return len(bodies) > 1 and any(all(mark in body for body in bodies) for mark in ("\t", "|"))


def _add_rows(blocks: SpanBlocks, paragraph: _Paragraph) -> None:
    header = ""
    for line in paragraph.lines:
        body = blocks.text[line.start : line.end].strip()
        if not re.search(r"\w", body):  # a rule under the header
            continue
        cells = [cell.strip() for cell in re.split(r"[|\t]", body.strip("|"))]
        blocks.add("table_row", line.start, line.end, table_header=header)
        header = header or " | ".join(cells).strip()


def _add_list(blocks: SpanBlocks, paragraph: _Paragraph) -> bool:
    """Add a paragraph's items as blocks, and what leads into them; False when it holds no list."""
    text = blocks.text
    starts: list[int] = []
    for i, line in enumerate(paragraph.lines):
        if not _MARKER.match(text[line.start : line.end]):
            continue
        lead = text[paragraph.lines[i - 1].start : paragraph.lines[i - 1].end].rstrip() if i else ":"
        if starts or lead.endswith((":", ";", ".")):
            starts.append(i)
    if not starts:
        return False
    if starts[0] > 0:
        blocks.add("paragraph", paragraph.lines[0].start, paragraph.lines[starts[0] - 1].end)
    for i, until in zip(starts, [*starts[1:], len(paragraph.lines)], strict=True):
        line = paragraph.lines[i]
        marker = _MARKER.match(text[line.start : line.end])
        keep = marker is None or _NUMBERED.match(marker.group())  # a bullet says nothing, a number does
        start = line.start if keep else line.start + (marker.end() if marker else 0)
        blocks.add("list_item", start, paragraph.lines[until - 1].end)
    return True
