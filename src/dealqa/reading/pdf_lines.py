"""Characters of a PDF page to its lines of text, with places and type sizes.

pdfium is not thread-safe: everything here is called under the lock of `dealqa.reading.pdf`.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dealqa.reading.blocks import one_line
from dealqa.reading.pdf_marks import Char, Type, goes_on_shifted, without_marks
from dealqa.types import Box

__all__ = ["PageLines", "PdfLine", "page_lines"]

_HYPHENS = "\x02\ufffe"  # pdfium's marks for a hyphen at a line's end, with no line break after it
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)
_BOLD_WEIGHT = 600
_WIDE_GAP = 0.75  # of the type size
_ENOUGH_GAPS = 3
_WIDER = 2.2  # times a narrow gap of the line
_LABEL = re.compile(r"[^\w£$€(\[]+|\(?(?:[A-Za-z]|[ivxIVX]{1,5}|\d+(?:\.\d+)*)[.)]?")  # a bullet or a number, set apart
_LABEL_ZONE = 0.35  # of the page's width, from the left
_SET_APART = 0.75  # of the type size: wider than a space and what lies beside a letter
_SMALLEST_TYPE = 2.0
_FONT_NAME_BYTES = 256


@dataclass(frozen=True, slots=True)
class PdfLine:
    """One line of a page, or a piece of one between wide gaps.

    Attributes:
        size: of the type, in points.
        bold: whether the line begins and ends in bold type.
        hyphen: whether the line was broken inside a word; the text is without the hyphen then.
        beside: whether this piece stands on the same line as the piece before it.
        indent: where its words begin, right of a bullet or number that is set apart; else its left edge.
        marks: the marks of footnotes that were taken out of the line.
        noted: whether the line began with such a mark, as a footnote does.
        margin: the right edge of its column; 0 where there are no columns.
    """

    text: str
    box: Box
    size: float
    bold: bool
    hyphen: bool
    beside: bool = False
    indent: float = 0.0
    marks: tuple[str, ...] = ()
    noted: bool = False
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class PageLines:
    """The pieces of lines of one page in reading order.

    Attributes:
        hidden: characters left out because they are too small to read or lie off the page.
        blank: whether there is nothing at all on the page, not even a picture.
    """

    number: int
    width: float
    height: float
    lines: tuple[PdfLine, ...]
    hidden: int
    blank: bool


def page_lines(page: pdfium.PdfPage, number: int) -> PageLines:
    """The lines of a page, as pdfium orders them; places are those of the page as it is shown.

    Raises:
        pdfium.PdfiumError: the page's text cannot be loaded.
    """
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        reader = _PageReader(page, textpage, number)
        lines = reader.lines()
        blank = pdfium_c.FPDFPage_CountObjects(page.raw) == 0
    finally:
        textpage.close()
    return PageLines(number, width, height, tuple(lines), reader.hidden, blank)


class _PageReader:
    """Reads the characters of one page."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, number: int) -> None:
        self.hidden = 0
        self._raw = textpage.raw
        self._number = number
        self._size = page.get_size()
        self._rotation = page.get_rotation()
        self._bounds = page.get_bbox()
        self._count = textpage.count_chars()

    def lines(self) -> list[PdfLine]:
        found: list[PdfLine] = []
        held: list[Char] = []
        for chars, hyphen in self._raw_lines():
            if held and goes_on_shifted(held, chars, self._type):
                held += chars
            else:
                found += self._line(held, hyphen=False)
                held = chars
            if hyphen:
                found += self._line(held, hyphen=True)
                held = []
        return found + self._line(held, hyphen=False)

    def _raw_lines(self) -> Iterator[tuple[list[Char], bool]]:
        """Lines as pdfium ends them, and whether a hyphen did so."""
        chars: list[Char] = []
        for index in range(self._count):
            text = chr(pdfium_c.FPDFText_GetUnicode(self._raw, index))
            if text in "\r\n" or text in _HYPHENS:
                if chars:
                    yield chars, text in _HYPHENS
                chars = []
            elif text != "\0":
                chars.append(self._char(text, index))
        if chars:
            yield chars, False

    def _type(self, char: Char) -> Type:
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharOrigin(self._raw, char.number, x, y)
        _, baseline, _, _ = self._shown(x.value, y.value, x.value, y.value)
        return Type(self._type_size(char.number), baseline)

    def _char(self, text: str, index: int) -> Char:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium_c.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top)
        return Char(text, *self._shown(left.value, bottom.value, right.value, top.value), index)

    def _shown(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A rectangle of the page's own space in that of the page as shown, origin at the lower left."""
        low_x, low_y, high_x, high_y = self._bounds
        if self._rotation == 90:
            return bottom - low_y, high_x - right, top - low_y, high_x - left
        if self._rotation == 180:
            return high_x - right, high_y - top, high_x - left, high_y - bottom
        if self._rotation == 270:
            return high_y - top, left - low_x, high_y - bottom, right - low_x
        return left - low_x, bottom - low_y, right - low_x, top - low_y

    def _line(self, chars: list[Char], *, hyphen: bool) -> list[PdfLine]:
        marked = without_marks(chars, self._type)
        inked = [char for char in marked.chars if not char.text.isspace()]
        if not inked:
            return []
        size = self._type_size(inked[len(inked) // 2].number)
        pieces = _pieces(marked.chars, size, self._size[0] * _LABEL_ZONE)
        found: list[PdfLine] = []
        for piece in pieces:
            found += self._piece(piece, size, hyphen=hyphen and piece is pieces[-1], beside=bool(found))
        if found and marked.marks:
            found[0] = replace(found[0], marks=marked.marks, noted=marked.leads)
        return found

    def _piece(self, chars: list[Char], size: float, *, hyphen: bool, beside: bool) -> list[PdfLine]:
        inked = [char for char in chars if not char.text.isspace()]
        left, right = min(char.left for char in inked), max(char.right for char in inked)
        bottom, top = min(char.bottom for char in inked), max(char.top for char in inked)
        width, height = self._size
        if size < _SMALLEST_TYPE or right < 0 or left > width or top < 0 or bottom > height:
            self.hidden += len(inked)
            return []
        text = _joined(chars)
        if not hyphen and re.search(r"\w[-‐]$", text):
            text, hyphen = text[:-1], True
        bold = self._is_bold(inked[0].number) and self._is_bold(inked[-1].number)
        box = Box(self._number, left, bottom, right, top)
        return [PdfLine(text, box, size, bold, hyphen, beside, indent=_indent(chars, size))]

    def _type_size(self, index: int) -> float:
        """The size as shown: the font's size times the scale of the text matrix."""
        matrix = pdfium_c.FS_MATRIX()
        size = float(pdfium_c.FPDFText_GetFontSize(self._raw, index))
        if pdfium_c.FPDFText_GetMatrix(self._raw, index, matrix):
            size *= math.hypot(matrix.c, matrix.d) or 1.0
        return size

    def _is_bold(self, index: int) -> bool:
        if pdfium_c.FPDFText_GetFontWeight(self._raw, index) >= _BOLD_WEIGHT:
            return True
        name, flags = ctypes.create_string_buffer(_FONT_NAME_BYTES), ctypes.c_int()
        pdfium_c.FPDFText_GetFontInfo(self._raw, index, name, _FONT_NAME_BYTES, flags)
        return _BOLD.search(name.value.decode("utf-8", "replace")) is not None


def _pieces(chars: list[Char], size: float, zone: float) -> list[list[Char]]:
    """The characters of a line, parted where a gap is wide, and wider than its other gaps (justified text).

    A bullet or a number that begins a line left of `zone` stays with what it marks.
    """
    words: list[list[Char]] = [[]]
    for char in chars:
        if not char.text.isspace():
            words[-1].append(char)
        elif words[-1]:
            words.append([])
    words = [word for word in words if word]
    gaps = [after[0].left - before[-1].right for before, after in itertools.pairwise(words)]
    wide = _WIDE_GAP * size
    if len(gaps) >= _ENOUGH_GAPS:
        wide = max(wide, _WIDER * sorted(gaps)[len(gaps) // 4])
    pieces = [words[0]]
    space = chars[0]._replace(text=" ")
    for gap, word in zip(gaps, words[1:], strict=True):
        label = len(pieces) == 1 and word[0].left < zone and _LABEL.fullmatch(_joined(pieces[0])) is not None
        if gap > wide and not label:
            pieces.append(word)
        else:
            pieces[-1] = [*pieces[-1], space, *word]
    return pieces


def _indent(chars: list[Char], size: float) -> float:
    """Where the words of a piece begin: after its bullet or number, if that is set apart."""
    inked = [k for k, char in enumerate(chars) if not char.text.isspace()]
    left = chars[inked[0]].left
    for before, after in itertools.pairwise(inked):
        if after - before > 1:  # the first gap
            gap = chars[after].left - chars[before].right
            is_label = _LABEL.fullmatch(_joined(chars[: before + 1])) is not None
            return chars[after].left if is_label and gap > _SET_APART * size else left
    return left


def _joined(chars: list[Char]) -> str:
    text = "".join(char.text for char in chars)
    return one_line(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore"))
