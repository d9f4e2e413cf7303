"""Characters of a PDF page to its lines of text, with places and type sizes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from dealqa.reading.blocks import one_line
from dealqa.reading.pdf_chars import HYPHENS, PageChars
from dealqa.reading.pdf_marks import Char, goes_on_shifted, without_marks
from dealqa.reading.pdf_objects import PageSpace
from dealqa.types import Box, HiddenText

__all__ = ["LineReader", "PageLines", "PdfLine", "as_line", "in_pieces"]

_WIDE_GAP = 0.75  # of the type size
_ENOUGH_GAPS = 3
_WIDER = 2.2  # times a narrow gap of the line
_LABEL = re.compile(r"[^\w£$€(\[]+|\(?(?:[A-Za-z]|[ivxIVX]{1,5}|\d+(?:\.\d+)*)[.)]?")  # a bullet or a number, set apart
_LABEL_ZONE = 0.35  # of the page's width, from the left
_SET_APART = 0.75  # of the type size: wider than a space and what lies beside a letter


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
        hidden: text that is on the page and was left out because nobody sees it.
        unread: whether there is something on the page, but no text: a picture, for example.
        confidence: that of the recogniser, if the lines were read from the page's picture; None if not.
        layered: whether the lines are the text layer of a scan.
    """

    number: int
    width: float
    height: float
    lines: tuple[PdfLine, ...]
    hidden: tuple[HiddenText, ...] = ()
    unread: bool = False
    confidence: float | None = None
    layered: bool = False


class LineReader:
    """Puts the characters of one page together to lines.

    Args:
        chars: all of the page.
        left_out: numbers of those that are not read.
    """

    def __init__(self, chars: PageChars, space: PageSpace, number: int, left_out: Container[int]) -> None:
        self._chars, self._space, self._number, self._left_out = chars, space, number, left_out

    def lines(self) -> list[PdfLine]:
        """The pieces of lines as pdfium orders them; places are those of the page as it is shown."""
        found: list[PdfLine] = []
        held: list[Char] = []
        for chars, hyphen in self._raw_lines():
            if held and goes_on_shifted(held, chars, self._chars.type_of):
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
        for char in self._chars.chars:
            if char.text in "\r\n" or char.text in HYPHENS:
                if chars:
                    yield chars, char.text in HYPHENS
                chars = []
            elif char.number not in self._left_out:
                chars.append(char)
        if chars:
            yield chars, False

    def _line(self, chars: list[Char], *, hyphen: bool) -> list[PdfLine]:
        marked = without_marks(chars, self._chars.type_of)
        inked = [char for char in marked.chars if not char.text.isspace()]
        if not inked:
            return []
        size = self._chars.size(inked[len(inked) // 2])
        found: list[PdfLine] = []
        pieces = in_pieces(marked.chars, size, self._space.width)
        for piece in pieces:
            inked = [char for char in piece if not char.text.isspace()]
            bold = self._chars.is_bold(inked[0]) and self._chars.is_bold(inked[-1])
            broken = hyphen and piece is pieces[-1]
            found.append(as_line(piece, self._number, size, bold=bold, hyphen=broken, beside=bool(found)))
        if found and marked.marks:
            found[0] = replace(found[0], marks=marked.marks, noted=marked.leads)
        return found


def as_line(
    chars: Sequence[Char], page: int, size: float, *, bold: bool = False, hyphen: bool = False, beside: bool = False
) -> PdfLine:
    """Characters that stand beside each other as a line; `hyphen` says that a hyphen was taken from its end."""
    inked = [char for char in chars if not char.text.isspace()]
    left, right = min(char.left for char in inked), max(char.right for char in inked)
    bottom, top = min(char.bottom for char in inked), max(char.top for char in inked)
    text = _joined(chars)
    if not hyphen and re.search(r"\w[-‐]$", text):
        text, hyphen = text[:-1], True
    return PdfLine(text, Box(page, left, bottom, right, top), size, bold, hyphen, beside, indent=_indent(chars, size))


def in_pieces(chars: Sequence[Char], size: float, width: float) -> list[list[Char]]:
    """The characters of a line, parted where a gap is wide, and wider than its other gaps (justified text).

    A bullet or a number that begins a line at the left of the page, which is so wide, stays with what it marks.
    """
    zone = width * _LABEL_ZONE
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


def _indent(chars: Sequence[Char], size: float) -> float:
    """Where the words of a piece begin: after its bullet or number, if that is set apart."""
    inked = [k for k, char in enumerate(chars) if not char.text.isspace()]
    left = chars[inked[0]].left
    for before, after in itertools.pairwise(inked):
        if after - before > 1:  # the first gap
            gap = chars[after].left - chars[before].right
            is_label = _LABEL.fullmatch(_joined(chars[: before + 1])) is not None
            return chars[after].left if is_label and gap > _SET_APART * size else left
    return left


def _joined(chars: Sequence[Char]) -> str:
    text = "".join(char.text for char in chars)
    return one_line(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore"))
