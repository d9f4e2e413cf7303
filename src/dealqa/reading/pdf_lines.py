"""Characters of a PDF page to its lines of text, with places and type sizes.

pdfium is not thread-safe: everything here is called under the lock of `dealqa.reading.pdf`.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dealqa.reading.blocks import one_line
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
_SMALLEST_TYPE = 2.0
_FONT_NAME_BYTES = 256


class _Char(NamedTuple):
    text: str
    left: float
    bottom: float
    right: float
    top: float
    number: int


@dataclass(frozen=True, slots=True)
class PdfLine:
    """One line of a page, or a piece of one between wide gaps.

    Attributes:
        size: of the type, in points.
        bold: whether the line begins and ends in bold type.
        hyphen: whether the line was broken inside a word; the text is without the hyphen then.
        beside: whether this piece stands on the same line as the piece before it.
    """

    text: str
    box: Box
    size: float
    bold: bool
    hyphen: bool
    beside: bool = False


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
        chars: list[_Char] = []
        for index in range(self._count):
            text = chr(pdfium_c.FPDFText_GetUnicode(self._raw, index))
            if text in "\r\n":
                found += self._line(chars, hyphen=False)
                chars = []
            elif text in _HYPHENS:
                found += self._line(chars, hyphen=True)
                chars = []
            elif text != "\0":
                chars.append(self._char(text, index))
        return found + self._line(chars, hyphen=False)

    def _char(self, text: str, index: int) -> _Char:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium_c.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top)
        return _Char(text, *self._shown(left.value, bottom.value, right.value, top.value), index)

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

    def _line(self, chars: list[_Char], *, hyphen: bool) -> list[PdfLine]:
        inked = [char for char in chars if not char.text.isspace()]
        if not inked:
            return []
        size = self._type_size(inked[len(inked) // 2].number)
        pieces = _pieces(chars, size, self._size[0] * _LABEL_ZONE)
        found: list[PdfLine] = []
        for piece in pieces:
            found += self._piece(piece, size, hyphen=hyphen and piece is pieces[-1], beside=bool(found))
        return found

    def _piece(self, chars: list[_Char], size: float, *, hyphen: bool, beside: bool) -> list[PdfLine]:
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
        return [PdfLine(text, Box(self._number, left, bottom, right, top), size, bold, hyphen, beside)]

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


def _pieces(chars: list[_Char], size: float, zone: float) -> list[list[_Char]]:
    """The characters of a line, parted where a gap is wide, and wider than its other gaps (justified text).

    A bullet or a number that begins a line left of `zone` stays with what it marks.
    """
    words: list[list[_Char]] = [[]]
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


def _joined(chars: list[_Char]) -> str:
    text = "".join(char.text for char in chars)
    return one_line(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore"))
