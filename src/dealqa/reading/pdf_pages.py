"""One page of a PDF to its lines: from its text, from a scan's text layer, or from what was recognised in its picture.

pdfium is not thread-safe: everything here is called under the lock of `dealqa.reading.pdf`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set

import pypdfium2 as pdfium

from dealqa.reading.ocr import RecognisedWord
from dealqa.reading.pdf_chars import PageChars
from dealqa.reading.pdf_fields import placed_among
from dealqa.reading.pdf_hidden import Seen, look_at
from dealqa.reading.pdf_lines import LineReader, PageLines, PdfLine
from dealqa.reading.pdf_objects import Drawn, PageSpace, drawn_on, picture_share
from dealqa.reading.pdf_words import confidence_of, recognised_lines
from dealqa.types import HiddenKind, HiddenText

__all__ = ["read_page"]

_SCANNED = 0.6  # of the page is under pictures
_MARGIN = 0.12  # of the page's height: where a scan may have a stamp or a number
_STAMP_CHARS = 100
_NO_SHAPE = re.compile(
    "[\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164"
    "\\ufe00-\\ufe0f\\ufeff\\uffa0\\U000e0000-\\U000e0fff]"
)
"""Characters that have no shape of their own: joiners, directions, selectors, fillers and tags."""


def read_page(
    page: pdfium.PdfPage, number: int, own: int, words: Sequence[RecognisedWord] = (), usual: float = 0.0
) -> PageLines:
    """The lines of a page.

    A page is a scan when pictures cover most of it and no text is to be seen but a stamp in a margin. Its lines are
    those of `words`, if there are any, and else those of the scan's text layer: text without ink, or under the
    picture, in places where the picture has something. On any other page such text is hidden and left out.

    Args:
        page: loaded, and with its annotations drawn into it.
        number: 1-based.
        own: how many objects were on it before.
        words: what was recognised in its picture.
        usual: the usual type size of what was recognised.

    Raises:
        pdfium.PdfiumError: the page's text cannot be loaded.
    """
    space = PageSpace.of(page)
    textpage = page.get_textpage()
    try:
        return _PageReader(page, PageChars(textpage, space), space, number, own).read(words, usual)
    finally:
        textpage.close()


class _PageReader:
    """Reads one page."""

    def __init__(self, page: pdfium.PdfPage, chars: PageChars, space: PageSpace, number: int, own: int) -> None:
        self._chars, self._space, self._number = chars, space, number
        self._drawn: list[Drawn] = drawn_on(page)
        self._seen: Seen = look_at(page, chars, self._drawn, space)
        self._hidden = dict(self._seen.hidden)
        for char in chars.chars:
            if _NO_SHAPE.match(char.text):
                self._hidden[char.number] = "zero_width"
        added = {one.address for one in self._drawn if one.is_text and one.outer >= own}
        self._added = {char.number for char in chars.chars if chars.owner(char) in added} if added else set()

    def read(self, words: Sequence[RecognisedWord], usual: float) -> PageLines:
        lines = self._lines(self._hidden)
        without_text = not lines or self._is_stamped_scan(lines)
        if without_text and words:
            beside = [word for word in words if not _is_within(word, lines)]
            found = [*recognised_lines(beside, self._number, self._space.width, usual), *lines]
            hidden = self._counted(kind for number, kind in self._hidden.items() if number not in self._layer())
            return self._page(found, hidden, confidence=confidence_of(words))
        layer = self._layer() if without_text else set()
        if layer:
            left_out = {number: kind for number, kind in self._hidden.items() if number not in layer}
            return self._page(self._lines(left_out), self._counted(left_out.values()), layered=True)
        unread = without_text and not self._seen.blank
        return self._page(lines, self._counted(self._hidden.values()), unread=unread)

    def _lines(self, left_out: dict[int, HiddenKind]) -> list[PdfLine]:
        lines = self._read_without(left_out.keys() | self._added)
        if not self._added:
            return lines
        others = {char.number for char in self._chars.chars} - self._added
        return placed_among(lines, self._read_without(left_out.keys() | others))

    def _read_without(self, left_out: Set[int]) -> list[PdfLine]:
        return LineReader(self._chars, self._space, self._number, left_out).lines()

    def _is_stamped_scan(self, lines: Sequence[PdfLine]) -> bool:
        height = self._space.height
        stamp = all(line.box.bottom > height * (1 - _MARGIN) or line.box.top < height * _MARGIN for line in lines)
        return stamp and sum(len(line.text) for line in lines) <= _STAMP_CHARS and self._is_picture()

    def _is_picture(self) -> bool:
        return picture_share(self._drawn, self._space) >= _SCANNED

    def _layer(self) -> set[int]:
        """The characters of the page's text layer, if it is a scan and has one."""
        return self._seen.on_ink if self._seen.on_ink and self._is_picture() else set()

    def _counted(self, kinds: Iterable[HiddenKind]) -> tuple[HiddenText, ...]:
        return tuple(HiddenText(kind, count, self._number) for kind, count in sorted(Counter(kinds).items()))

    def _page(
        self,
        lines: Sequence[PdfLine],
        hidden: tuple[HiddenText, ...],
        *,
        unread: bool = False,
        confidence: float | None = None,
        layered: bool = False,
    ) -> PageLines:
        size = self._space.width, self._space.height
        return PageLines(self._number, *size, tuple(lines), hidden, unread, confidence, layered)


def _is_within(word: RecognisedWord, lines: Sequence[PdfLine]) -> bool:
    """Whether a word was recognised where the page has text of its own."""
    across, up = (word.left + word.right) / 2, (word.bottom + word.top) / 2
    return any(line.box.left <= across <= line.box.right and line.box.bottom <= up <= line.box.top for line in lines)
