"""Lines of a PDF to paragraphs, headings, list items and table rows."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from dealqa.reading.headings import looks_like_heading
from dealqa.reading.metadata import is_field
from dealqa.reading.pdf_lines import PageLines, PdfLine
from dealqa.reading.pdf_tables import TableRow, arrange

__all__ = ["Layout", "PdfBlock", "body_size", "drop_running", "join_pages", "page_blocks", "vocabulary"]

_MARGIN = 0.12  # of the page's height: where running headers and footers stand
_SAME_PLACE = 6.0
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–|]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*[-–|]?(?:\s*(?:of|/)\s*\d{1,4})?", re.I)
_BULLET = re.compile(r"(?:[•▪‣◦●■□➢✓\uf0b7\uf0a7]\s*|[–o-]\s+)(?=\S)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{5,}[^\s.,;:)]$")
_REST_OF_ADDRESS = re.compile(r"\w*[-/_%=&.?]\w")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+\S")
_SENTENCE_END = re.compile(r"[.:;?!]['\"’”)]?$")
_LARGER = 1.12
_MUCH_LARGER = 1.3
_PARAGRAPH_GAP = 1.35  # of the usual distance between lines
_SIZE_STEP = 0.08
_OUTDENT = 0.4
_HEADING_CHARS = 200
_HEADING_LINES = 4
_KEPT_PREFIXES = ("self", "non", "well", "ex", "cross", "half", "part", "full", "long", "short", "high", "low")


@dataclass(slots=True)
class PdfBlock:
    """Lines that belong together; `row` only for a row of a table."""

    lines: list[PdfLine]
    listed: bool = False
    row: TableRow | None = None

    @property
    def size(self) -> float:
        """The largest type in it."""
        return max(line.size for line in self.lines)


@dataclass(frozen=True, slots=True)
class Layout:
    """What holds for a whole document.

    Attributes:
        body: the type size of running text.
        words: words seen inside lines, with and without hyphens, in lower case.
        sizes: the type sizes of headings, largest first.
    """

    body: float
    words: frozenset[str]
    sizes: tuple[float, ...] = field(default=())

    def heading_level(self, block: PdfBlock) -> int | None:
        """The level of a heading, 1 for the largest type; None when the block is none."""
        text = self.text(block)
        if block.row or len(text) > _HEADING_CHARS or len(block.lines) > _HEADING_LINES:
            return None
        if not re.search(r"[^\W\d_]{2}", text) or is_field(text):
            return None
        size = round(block.size * 2) / 2
        if size >= self.body * _LARGER and (not text.endswith((".", ",", ";")) or size >= self.body * _MUCH_LARGER):
            return sum(other > size for other in self.sizes) + 1
        bold = all(line.bold for line in block.lines)
        if bold and not block.listed and size >= self.body * (1 - _SIZE_STEP) and looks_like_heading(text.rstrip(":")):
            return sum(other > size for other in self.sizes) + 1
        return None

    def text(self, block: PdfBlock) -> str:
        """The block's lines as one, words that were broken at a line's end made whole."""
        text = self.join(block.lines)
        return _BULLET.sub("", text, count=1) if block.listed and _BULLET.match(text) else text

    def join(self, lines: Sequence[PdfLine]) -> str:
        """Lines as one text."""
        text = ""
        for k, line in enumerate(lines):
            text += line.text
            after = lines[k + 1] if k + 1 < len(lines) else None
            if after is not None:
                text += self._joint(line, after) if line.hyphen else _gap(text, after.text)
            elif line.hyphen:
                text += "-"
        return text

    def cells(self, row: TableRow) -> tuple[str, ...]:
        """The texts of a table row's cells."""
        return tuple(self.join(cell) for cell in row.cells)

    def _joint(self, line: PdfLine, after: PdfLine) -> str:
        """What stands between two parts of a broken word: nothing, or the hyphen that belongs to it."""
        head = re.search(r"[\w’']*$", line.text)
        tail = re.match(r"[\w’']*", after.text)
        first, second = (head.group() if head else "").lower(), (tail.group() if tail else "").lower()
        if not after.text[:1].islower():
            return "-"
        if first + second in self.words:
            return ""
        return "-" if f"{first}-{second}" in self.words or first in _KEPT_PREFIXES else ""


def _gap(text: str, after: str) -> str:
    """What stands between two lines: a space, unless a web address is broken there."""
    return "" if _ADDRESS.search(text) and _REST_OF_ADDRESS.match(after) else " "


def body_size(pages: Sequence[PageLines]) -> float:
    """The type size in which most characters are set, to half a point."""
    counts: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            counts[round(line.size * 2) / 2] += len(line.text)
    return counts.most_common(1)[0][0] if counts else 0.0


def vocabulary(pages: Sequence[PageLines]) -> frozenset[str]:
    """All words of a document that stand whole inside a line, in lower case."""
    words: set[str] = set()
    for page in pages:
        for line in page.lines:
            words.update(word.lower() for word in re.findall(r"\w+(?:-\w+)*", line.text)[: -1 if line.hyphen else None])
    return frozenset(words)


def drop_running(pages: Sequence[PageLines]) -> list[list[PdfLine]]:
    """The lines of each page without running headers, footers and page numbers.

    A line runs when the same text, digits aside, stands at the same height in the margin of three pages, or of more
    than half of them. On scanned pages, which lie crooked, about the same height is enough.
    """
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        play = (-1, 0, 1) if page.confidence is not None else (0,)
        places = {_place(line) for line in page.lines if _in_margin(line, page)}
        seen.update({(text, height + near) for text, height in places for near in play})
    enough = max(2, min(3, len(pages) // 2 + 1))
    kept: list[list[PdfLine]] = []
    for page in pages:
        kept.append(
            [
                line
                for line in page.lines
                if not _in_margin(line, page) or (seen[_place(line)] < enough and not _PAGE_NUMBER.fullmatch(line.text))
            ]
        )
    return kept


def _in_margin(line: PdfLine, page: PageLines) -> bool:
    return line.box.bottom > page.height * (1 - _MARGIN) or line.box.top < page.height * _MARGIN


def _place(line: PdfLine) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.box.bottom / _SAME_PLACE)


def page_blocks(lines: Sequence[PdfLine]) -> list[PdfBlock]:
    """The blocks of one page, in the order of its lines."""
    pitch = _pitch(lines)
    right = max((line.box.right for line in lines), default=0.0)
    blocks: list[PdfBlock] = []
    columns = (list(column) for _, column in itertools.groupby(lines, key=lambda line: line.margin))
    for line in itertools.chain.from_iterable(arrange(column) for column in columns):
        if isinstance(line, TableRow):
            blocks.append(PdfBlock([part for cell in line.cells for part in cell], row=line))
            continue
        listed = _BULLET.match(line.text) is not None or _NUMBERED.match(line.text) is not None
        if (
            blocks
            and not listed
            and not is_field(line.text)
            and _goes_on(blocks[-1], line, pitch, line.margin or right)
        ):
            blocks[-1].lines.append(line)
        else:
            blocks.append(PdfBlock([line], listed=listed))
    return blocks


def join_pages(pages: Sequence[list[PdfBlock]], layout: Layout) -> None:
    """Give a paragraph or list item that a page's end breaks in the middle of a sentence its rest from the next page.

    It must end without a stop, and what begins the next page with a small letter, or the break is inside a word.
    """
    open_block: PdfBlock | None = None
    for blocks in pages:
        if open_block is not None and blocks and _is_rest(blocks[0], open_block, layout):
            open_block.lines += blocks.pop(0).lines
        if blocks:
            last = blocks[-1]
            open_block = last if last.row is None and layout.heading_level(last) is None else None


def _is_rest(block: PdfBlock, before: PdfBlock, layout: Layout) -> bool:
    last, first = before.lines[-1], block.lines[0]
    if block.row or block.listed or layout.heading_level(block) is not None or not _similar(last, first):
        return False
    return last.hyphen or (_SENTENCE_END.search(last.text) is None and first.text[:1].islower())


def _pitch(lines: Sequence[PdfLine]) -> float:
    """The usual distance of one line from the next, in type sizes."""
    steps = [
        (above.box.bottom - below.box.bottom) / below.size
        for above, below in itertools.pairwise(lines)
        if _similar(above, below) and 0 < above.box.bottom - below.box.bottom < 2.5 * below.size
    ]
    return median(steps) if steps else 1.2


def _similar(one: PdfLine, other: PdfLine) -> bool:
    return abs(one.size - other.size) <= _SIZE_STEP * max(one.size, other.size)


def _goes_on(block: PdfBlock, line: PdfLine, pitch: float, right: float) -> bool:
    last = block.lines[-1]
    if block.row or is_field(last.text) or not _similar(last, line):
        return False
    if last.hyphen:
        return True
    drop = (last.box.bottom - line.box.bottom) / line.size
    ended = _SENTENCE_END.search(last.text) is not None
    if drop < -0.5:  # upwards: the next column
        return not ended and line.text[:1].islower()
    if block.listed and line.box.left < block.lines[0].indent - _OUTDENT * line.size:
        return False  # left of the item's words: what follows the list
    if drop > max(pitch, 1.0) * _PARAGRAPH_GAP or (line.bold != last.bold and _changes_weight(block, line)):
        return False
    short = last.box.right < right - 0.2 * (right - last.box.left)
    indented = line.box.left > last.box.left + 0.8 * line.size and len(block.lines) > 1
    return not (ended and (short or indented) and not block.listed)


def _changes_weight(block: PdfBlock, line: PdfLine) -> bool:
    """Whether bold ends or begins with this line: a heading above its text, not a bold word in a paragraph."""
    return all(other.bold for other in block.lines) or (line.bold and all(not other.bold for other in block.lines))
