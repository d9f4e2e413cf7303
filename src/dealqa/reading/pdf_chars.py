"""The characters of a PDF page as pdfium gives them, and what it says of each.

pdfium is not thread-safe: everything here is called under the lock of `dealqa.reading.pdf`.
"""

from __future__ import annotations

import ctypes
import math
import re

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dealqa.reading.pdf_marks import Char, Type
from dealqa.reading.pdf_objects import PageSpace, address

__all__ = ["HYPHENS", "PageChars"]

HYPHENS = "\x02\ufffe"
"""pdfium's marks for a hyphen at a line's end, with no line break after it."""

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)
_BOLD_WEIGHT = 600
_FONT_NAME_BYTES = 256


class PageChars:
    """The characters of one page.

    Attributes:
        chars: in pdfium's order, with line ends; those without a Unicode value are left out.
    """

    def __init__(self, textpage: pdfium.PdfTextPage, space: PageSpace) -> None:
        self._raw = textpage.raw
        self._space = space
        found = (
            (index, chr(pdfium_c.FPDFText_GetUnicode(self._raw, index))) for index in range(textpage.count_chars())
        )
        self.chars = [self._char(text, index) for index, text in found if text != "\0"]

    def _char(self, text: str, index: int) -> Char:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium_c.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top)
        return Char(text, *self._space.shown(left.value, bottom.value, right.value, top.value), index)

    def owner(self, char: Char) -> int:
        """What tells the text object that draws a character; 0 for one that pdfium put in between."""
        raw = pdfium_c.FPDFText_GetTextObject(self._raw, char.number)
        return address(raw) if raw else 0

    def type_of(self, char: Char) -> Type:
        """The size of its type and the height of its line."""
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharOrigin(self._raw, char.number, x, y)
        _, baseline, _, _ = self._space.shown(x.value, y.value, x.value, y.value)
        return Type(self.size(char), baseline)

    def size(self, char: Char) -> float:
        """The size as shown, in points: the font's size times the scale of the text matrix."""
        matrix = pdfium_c.FS_MATRIX()
        size = float(pdfium_c.FPDFText_GetFontSize(self._raw, char.number))
        if pdfium_c.FPDFText_GetMatrix(self._raw, char.number, matrix):
            size *= math.hypot(matrix.c, matrix.d) or 1.0
        return size

    def is_bold(self, char: Char) -> bool:
        """Whether its font says that it is bold."""
        if pdfium_c.FPDFText_GetFontWeight(self._raw, char.number) >= _BOLD_WEIGHT:
            return True
        return _BOLD.search(self.font(char)) is not None

    def font(self, char: Char) -> str:
        """The name of its font."""
        name, flags = ctypes.create_string_buffer(_FONT_NAME_BYTES), ctypes.c_int()
        pdfium_c.FPDFText_GetFontInfo(self._raw, char.number, name, _FONT_NAME_BYTES, flags)
        return name.value.decode("utf-8", "replace")

    def is_embedded(self, char: Char) -> bool:
        """Whether the file holds its font."""
        raw = pdfium_c.FPDFText_GetTextObject(self._raw, char.number)
        return bool(raw) and pdfium_c.FPDFFont_GetIsEmbedded(pdfium_c.FPDFTextObj_GetFont(raw)) == 1

    def colour(self, char: Char, *, outlined: bool) -> tuple[int, int, int, int] | None:
        """The colour of its inside or its outline: blue, green, red and opacity; None where that is a pattern."""
        getter = pdfium_c.FPDFText_GetStrokeColor if outlined else pdfium_c.FPDFText_GetFillColor
        red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
        if not getter(self._raw, char.number, red, green, blue, opacity):
            return None
        return blue.value, green.value, red.value, opacity.value
