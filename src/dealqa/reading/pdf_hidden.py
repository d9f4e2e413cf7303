"""Which characters of a PDF page cannot be seen: the page is drawn with its text and without, and compared.

Nothing needs to be known of the many ways to hide text (under a black box, in white, without ink, clipped away, in a
layer that is switched off): a character that leaves the picture as it is cannot be seen. Why that is so is only
looked into afterwards, for the report.

pdfium is not thread-safe: everything here is called under the lock of `dealqa.reading.pdf`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dealqa.reading.pdf_chars import PageChars
from dealqa.reading.pdf_ink import Boxes, Flags, inked, pixel_boxes
from dealqa.reading.pdf_marks import Char
from dealqa.reading.pdf_objects import Area, Drawn, PageSpace, Pixels, picture
from dealqa.types import HiddenKind

__all__ = ["Seen", "look_at"]

_SCALE = 1.0  # pixels a point
_MOST_PIXELS = 4_000_000
_SMALLEST_TYPE = 2.0  # points
_SQUEEZED = 0.05  # of its height: a letter that is narrower is a line
_TRANSPARENT = 0.05 * 255
_SAME_COLOUR = 20  # of 255
_CONTRAST = 40  # of 255: what a picture of text has between paper and ink
_SHADES = (0.1, 0.9)  # quantiles: the edge of a box is less
_PLAY = 0.15  # of a character's height: how far off a scan's layer may be
_UNDRAWN = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)
_OUTLINED = (pdfium_c.FPDF_TEXTRENDERMODE_STROKE, pdfium_c.FPDF_TEXTRENDERMODE_STROKE_CLIP)
_SHRUNK = 0.25  # of a text's height: lines may overlap by so much without lying on each other


@dataclass(slots=True)
class Seen:
    """What there is to see on a page.

    Attributes:
        hidden: by the number of the character, why it cannot be seen; characters that are not in it can.
        on_ink: those of the hidden characters where the picture has contrast, as it has at a scan's own words.
        blank: whether no character is seen, and the page is of one colour.
    """

    hidden: dict[int, HiddenKind] = field(default_factory=dict)
    on_ink: set[int] = field(default_factory=set)
    blank: bool = False


def look_at(page: pdfium.PdfPage, chars: PageChars, drawn: Sequence[Drawn], space: PageSpace) -> Seen:
    """Which characters of a page can be seen; white space is not looked at."""
    look = _Look(page, chars, drawn, space)
    look.compare()
    return look.seen


class _Look:
    """Compares pictures of one page."""

    def __init__(self, page: pdfium.PdfPage, chars: PageChars, drawn: Sequence[Drawn], space: PageSpace) -> None:
        self._page, self._chars, self._drawn, self._space = page, chars, drawn, space
        self._pixels = picture(page, scale=_SCALE, most_pixels=_MOST_PIXELS)
        self.seen = Seen()
        self._texts = {one.address: one for one in drawn if one.is_text}
        self._owned: defaultdict[int, list[Char]] = defaultdict(list)
        last = 0
        for char in chars.chars:
            if not char.text.isspace():
                last = chars.owner(char) or last  # what pdfium puts in between shares the lot of what it follows
                self._owned[last].append(char)
        self._covers: list[tuple[int, Area]] | None = None
        self._doubtful: list[Char] = []

    def compare(self) -> None:
        """Judge all characters."""
        for texts in self._layers():
            without = self._without(texts)
            chars = [(char, text) for text in texts for char in self._owned[text]]
            boxes = self._boxes([char for char, _ in chars])
            found = inked(self._pixels, without, [char for char, _ in chars], boxes)
            legible = _by_run(found.legible, [len(self._owned[text]) for text in texts])
            for at in np.flatnonzero(~(found.whole & legible) | self._odd(boxes)):
                char, text = chars[at]
                kind = self._odd_kind(char)
                if kind is None and found.some[at] and legible[at]:
                    kind = "covered" if not found.whole[at] and self._is_covered(char, text) else None
                elif kind is None:
                    kind = self._reason(char, text, without)
                if kind is not None:
                    self.seen.hidden[char.number] = kind
        self._trust_fonts_that_draw_nothing()
        self._look_below()
        if all(char.number in self.seen.hidden for chars in self._owned.values() for char in chars):
            self.seen.blank = bool((self._pixels == self._pixels[0, 0]).all())

    def _odd(self, boxes: Boxes) -> Flags:
        """Which characters may be off the page or too small."""
        rows, columns = self._pixels.shape[:2]
        across, down = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        small = (
            np.minimum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
            < _SMALLEST_TYPE * rows / self._space.height
        )
        flags: Flags = small | (across < 0) | (across > columns) | (down < 0) | (down > rows)
        return flags

    def _boxes(self, chars: Sequence[Char]) -> Boxes:
        return pixel_boxes(chars, self._space.width, self._space.height, self._pixels)

    def _layers(self) -> Iterator[list[int]]:
        """The texts of the page, parted so that no two of a layer lie on each other: usually there is one layer."""
        layers: list[tuple[list[int], np.ndarray[tuple[int, int], np.dtype[np.bool_]]]] = []
        shape = self._pixels.shape[:2]
        for owner, chars in self._owned.items():
            core = self._core(chars)
            layer = next((layer for layer in layers if not layer[1][core].any()), None)
            if layer is None:
                layer = ([], np.zeros(shape, dtype=np.bool_))
                layers.append(layer)
            layer[0].append(owner)
            layer[1][core] = True
        return (texts for texts, _ in layers)

    def _core(self, chars: Sequence[Char]) -> tuple[slice, slice]:
        """The rows and columns of a text's place in the picture, without its edges."""
        bottom, top = min(char.bottom for char in chars), max(char.top for char in chars)
        left, right = min(char.left for char in chars), max(char.right for char in chars)
        shrunk = _SHRUNK * (top - bottom)
        rows, columns = self._pixels.shape[:2]
        down, across = rows / self._space.height, columns / self._space.width
        above = self._space.height - top
        return (
            _span((above + shrunk) * down, (above + top - bottom - shrunk) * down, rows),
            _span((left + 1) * across, (right - 1) * across, columns),
        )

    def _without(self, texts: Sequence[int]) -> Pixels:
        """The page without these texts.

        Texts to which pdfium gives no characters are left out, too: they are drawn over an equal text, to make it look
        bold.
        """
        gone = set(texts)
        off = [one for text, one in self._texts.items() if text in gone or text not in self._owned]
        for one in off:
            one.activate(False)
        try:
            return picture(self._page, scale=_SCALE, most_pixels=_MOST_PIXELS)
        finally:
            for one in off:
                one.activate(True)

    def _odd_kind(self, char: Char) -> HiddenKind | None:
        """Whether a character is off the page or too small."""
        across, up = _centre(char)
        if not (0 <= across <= self._space.width and 0 <= up <= self._space.height):
            return "off_page"
        width, height = char.right - char.left, char.top - char.bottom
        squeezed = char.text.isalnum() and min(width, height) < _SQUEEZED * max(width, height)
        small = min(width, height) < _SMALLEST_TYPE and self._chars.size(char) < _SMALLEST_TYPE
        return "tiny" if squeezed or small else None

    def _is_covered(self, char: Char, text: int) -> bool:
        """Whether something that may be opaque is drawn over a character, later than its text."""
        if self._covers is None:
            self._covers = [(one.order, one.area(self._space)) for one in self._drawn if one.covers]
        one = self._texts.get(text)
        order = one.order if one is not None else -1
        across, up = _centre(char)
        return any(
            later > order and left <= across <= right and bottom <= up <= top
            for later, (left, bottom, right, top) in self._covers
        )

    def _reason(self, char: Char, text: int, without: Pixels) -> HiddenKind:
        """Why a character adds nothing, or next to nothing, to the picture."""
        one = self._texts.get(text)
        mode = pdfium_c.FPDFTextObj_GetTextRenderMode(one.raw) if one is not None else _UNDRAWN[0]
        colour = self._chars.colour(char, outlined=mode in _OUTLINED)
        if mode in _UNDRAWN or (colour is not None and colour[3] < _TRANSPARENT):
            return "invisible"
        if self._is_covered(char, text):
            return "covered"
        if one is not None and one.is_in_layer:
            return "marked_hidden"
        ground = np.median(self._below(char, without).reshape(-1, 3), axis=0)
        if colour is not None and np.abs(ground - colour[:3]).max() * colour[3] / 255 < _SAME_COLOUR:
            return "faint"
        self._doubtful.append(char)
        return "covered"

    def _below(self, char: Char, pixels: Pixels) -> Pixels:
        """The part of a picture where a character stands; of one pixel at least."""
        left, top, right, bottom = self._boxes([char])[0]
        row, column = (int(min(max(at, 0), most - 1)) for at, most in zip((top, left), pixels.shape, strict=False))
        return pixels[row : max(int(bottom) + 1, row + 1), column : max(int(right) + 1, column + 1)]

    def _look_below(self) -> None:
        """See which texts without ink of their own stand where the picture has something: most of their characters."""
        for chars in self._owned.values():
            unseen = [char for char in chars if self.seen.hidden.get(char.number) in ("invisible", "covered")]
            on_ink = sum(_has_contrast(self._below(_around(char), self._pixels)) for char in unseen)
            if 2 * on_ink > len(unseen):
                self.seen.on_ink.update(char.number for char in unseen)

    def _trust_fonts_that_draw_nothing(self) -> None:
        """Keep what is set in a font that the file does not hold and that is missing here: a viewer may have it."""
        if not self._doubtful:
            return
        doubtful = {char.number for char in self._doubtful}
        drawn = {
            self._chars.font(char)
            for chars in self._owned.values()
            for char in chars
            if char.number not in self.seen.hidden
        }
        for char in self._doubtful:
            if char.number in doubtful and self._chars.font(char) not in drawn and not self._chars.is_embedded(char):
                del self.seen.hidden[char.number]


def _centre(char: Char) -> tuple[float, float]:
    return (char.left + char.right) / 2, (char.bottom + char.top) / 2


def _around(char: Char) -> Char:
    """A character with what is near it: the layer of a scan lies on its picture with some play."""
    play = _PLAY * (char.top - char.bottom)
    return char._replace(left=char.left - play, right=char.right + play, bottom=char.bottom - play, top=char.top + play)


def _has_contrast(part: Pixels) -> bool:
    """Whether a part of a picture has two shades, as ink on paper has; the edge of a box is too little of one."""
    shades = np.sort(part, axis=None)
    dark, light = (int(shades[round(share * (shades.size - 1))]) for share in _SHADES)
    return light - dark > _CONTRAST


def _by_run(flags: Flags, lengths: Sequence[int]) -> Flags:
    """For each element whether any of its run is set; the runs have these lengths."""
    starts = np.cumsum([0, *lengths[:-1]])
    runs: Flags = np.repeat(np.logical_or.reduceat(flags, starts), lengths)
    return runs


def _span(low: float, high: float, most: int) -> slice:
    first = int(min(max(low, 0), most - 1))
    return slice(first, max(int(min(high, most)), first + 1))
