"""A page of a PDF to be looked at: its picture, and where on it the words of a block stand. For the caged process only.

Nothing is guessed. A block's letters are compared, one for one and white space aside, with those that the page has
inside the block's own boxes; only where they agree is a place known.
"""

from __future__ import annotations

import math
import statistics
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dealqa.errors import UnreadableDocument
from dealqa.reading.cleaning import clean
from dealqa.reading.page_words import MOST_LETTERS, MOST_PIXELS, WIDTH, Picture, Quoted
from dealqa.reading.pdf import opened
from dealqa.reading.pdf_chars import HYPHENS, PageChars
from dealqa.reading.pdf_extras import Extras
from dealqa.reading.pdf_marks import Char
from dealqa.reading.pdf_objects import PageSpace
from dealqa.types import Box

__all__ = ["draw_page", "locate"]

_MOST_SCALE = 4.0  # pixels a point; a page as small as a stamp is not blown up
_MARKS = frozenset("0123456789*†‡§¶,")
_SMALLER = 0.82  # of the type beside it, as a footnote's mark is
_SLACK = 0.01  # points


class _Letter(NamedTuple):
    """A letter on the page.

    Attributes:
        line: number of the box that it stands in.
        spare: whether the block's text may be without it: a hyphen at a line's end, the mark of a footnote.
    """

    text: str
    char: Char
    line: int
    spare: bool


def draw_page(data: bytes, number: int) -> Picture:
    """The picture of a page (1-based), at most `WIDTH` pixels wide, in grey if nothing on it is coloured.

    Raises:
        UnreadableDocument: the file is encrypted or corrupt, or the page is damaged or not there.
    """
    path = f"page {number}"
    with opened(data, path, None) as document:
        try:
            with Extras(document).page(number - 1) as (page, _):
                pixels = _drawn(page)
        except (pdfium.PdfiumError, IndexError) as err:
            raise _damaged(path) from err
    if bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all()):
        pixels = pixels[..., :1]
    height, width, channels = pixels.shape
    return Picture(width, height, channels, pixels.tobytes())


def _drawn(page: pdfium.PdfPage) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    scale = _scale(*page.get_size())
    bitmap = page.render(
        scale=scale, may_draw_forms=False, force_bitmap_format=pdfium_c.FPDFBitmap_BGR, rev_byteorder=True
    )
    try:
        return np.array(bitmap.to_numpy(), dtype=np.uint8)
    finally:
        bitmap.close()


def _scale(width: float, height: float) -> float:
    """Pixels a point for a page of this size.

    Raises:
        pdfium.PdfiumError: it is so long and narrow, or so small, that there is nothing to see.
    """
    if width < 1 or height < 1:
        raise pdfium.PdfiumError("The page has no size.")
    widest = math.sqrt(MOST_PIXELS / (width * height))
    room = MOST_PIXELS - (width + height) * widest - 1  # sizes are rounded up to whole pixels
    if room <= 0:
        raise pdfium.PdfiumError("The page is too long and narrow.")
    return min(_MOST_SCALE, (WIDTH - 1) / width, math.sqrt(room / (width * height)))


def locate(data: bytes, quoted: Sequence[Quoted]) -> tuple[Box, ...] | None:
    """Where the quoted parts stand, a box for each line; None unless that is certain for all of them.

    Raises:
        UnreadableDocument: the file is encrypted or corrupt, or one of the pages is damaged or not there.
    """
    numbers = sorted({box.page for one in quoted for box in one.boxes})
    with opened(data, "page", None) as document, ExitStack() as stack:
        extras = Extras(document)
        pages: dict[int, PageChars] = {}
        for number in numbers:
            try:
                page, _ = stack.enter_context(extras.page(number - 1))
                textpage = page.get_textpage()
            except (pdfium.PdfiumError, IndexError) as err:
                raise _damaged(f"page {number}") from err
            stack.callback(textpage.close)
            pages[number] = PageChars(textpage, PageSpace.of(page))
        found: list[Box] = []
        for one in quoted:
            places = _places(one, pages)
            if places is None:
                return None
            found += places
    return tuple(found)


def _places(quoted: Quoted, pages: Mapping[int, PageChars]) -> list[Box] | None:
    if len(quoted.text) > MOST_LETTERS:
        return None
    page = list(_letters(quoted.boxes, pages))
    if len(page) > 2 * MOST_LETTERS:
        return None
    block = list(_text_letters(quoted))
    inside = [k for k, (_, position) in enumerate(block) if quoted.start <= position < quoted.end]
    if not inside:
        return None
    texts = [text for text, _ in block]
    whole = _whole(texts, page)
    wanted = whole[inside[0] : inside[-1] + 1] if whole else _only(texts[inside[0] : inside[-1] + 1], page)
    return _boxes([page[k] for k in wanted], quoted.boxes) if wanted else None


def _text_letters(quoted: Quoted) -> Iterator[tuple[str, int]]:
    """The letters of a block's text, each with the place in it that it comes from; without white space."""
    for position, char in enumerate(quoted.text):
        if not char.isspace() and not (quoted.row and char == "|"):
            yield from ((piece, position) for piece in _pieces(char))


def _pieces(char: str) -> str:
    """A character taken apart into its letter and its accents, which a page may have drawn one by one."""
    return unicodedata.normalize("NFD", clean(char).text).replace("|", "/")


def _letters(boxes: Sequence[Box], pages: Mapping[int, PageChars]) -> Iterator[_Letter]:
    """The page's letters inside the boxes, line by line."""
    for line, box in enumerate(boxes):
        chars = pages[box.page]
        inside = [char for char in chars.chars if not char.text.isspace() and _is_inside(char, box)]
        usual = statistics.median([chars.size(char) for char in inside]) if inside else 0.0
        for char in inside:
            at_end = char is inside[-1]
            if char.text in HYPHENS:
                yield _Letter("-", char, line, spare=True)
                continue
            hyphen = at_end and char.text in "-‐"
            mark = char.text in _MARKS and chars.size(char) <= _SMALLER * usual
            for piece in _pieces(char.text):
                yield _Letter(piece, char, line, spare=hyphen or mark)


def _is_inside(char: Char, box: Box) -> bool:
    across, up = (char.left + char.right) / 2, (char.bottom + char.top) / 2
    return box.left - _SLACK <= across <= box.right + _SLACK and box.bottom - _SLACK <= up <= box.top + _SLACK


def _whole(texts: Sequence[str], page: Sequence[_Letter]) -> list[int] | None:
    """The places of all letters of a block on the page, where what else is in its boxes are bullets and the like."""
    for start in range(len(page)):
        found = _aligned(texts, page, start)
        if found is not None:
            rest = (letter for letter in page[found[-1] + 1 :])
            return found if not any(letter.text.isalnum() and not letter.spare for letter in rest) else None
        if page[start].text.isalnum() and not page[start].spare:
            return None
    return None


def _only(texts: Sequence[str], page: Sequence[_Letter]) -> list[int] | None:
    """The places of the letters, where they stand once and no more."""
    found: list[int] | None = None
    for start in range(len(page)):
        if page[start].text != texts[0]:
            continue
        here = _aligned(texts, page, start)
        if here is not None and found is not None:
            return None
        found = here or found
    return found


def _aligned(texts: Sequence[str], page: Sequence[_Letter], start: int) -> list[int] | None:
    """The places of the letters from `start` on, one after another; None where the page says something else."""
    found: list[int] = []
    at = start
    for text in texts:
        while at < len(page) and page[at].text != text and page[at].spare:
            at += 1
        if at >= len(page) or page[at].text != text:
            return None
        found.append(at)
        at += 1
    return found


def _boxes(letters: Sequence[_Letter], lines: Sequence[Box]) -> list[Box]:
    """A box for each line that letters stand in, as high as the line."""
    found: list[Box] = []
    for number in dict.fromkeys(letter.line for letter in letters):
        chars = [letter.char for letter in letters if letter.line == number]
        line = lines[number]
        left, right = min(char.left for char in chars), max(char.right for char in chars)
        found.append(Box(line.page, max(left, line.left), line.bottom, min(right, line.right), line.top))
    return found


def _damaged(path: str) -> UnreadableDocument:
    return UnreadableDocument(
        path, "corrupt", f"The {path} cannot be drawn.", hint="Open the document to look at it in another program."
    )
