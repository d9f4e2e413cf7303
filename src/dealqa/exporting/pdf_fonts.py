"""The fonts of a PDF, each embedded, and what stands for a character that none of them has."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from dealqa.exporting.right_to_left import has_right_to_left, joined

__all__ = ["LACKING", "SANS", "SANS_BOLD", "SERIF", "SERIF_BOLD", "SERIF_ITALIC", "Ink"]

SANS, SANS_BOLD = "dealqa-sans", "dealqa-sans-bold"
SERIF, SERIF_BOLD, SERIF_ITALIC = "dealqa-serif", "dealqa-serif-bold", "dealqa-serif-italic"

_FILES: Final = {
    SANS: ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    SANS_BOLD: ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    SERIF: ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    SERIF_BOLD: ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
    SERIF_ITALIC: ("font_source_serif_pro", "SourceSerifPro-It.ttf"),
}
"""Name → package and file."""

_ELSEWHERE: Final = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "C:/Windows/Fonts/arial.ttf",
)
"""Fonts of the system with more scripts than ours, such as Arabic and Hebrew; the first that is there is embedded where
a document needs it."""

LACKING: Final = "\N{BLACK SQUARE}"
"""Stands for a character that no font has; all of them have this one."""

_UNSEEN: Final = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u061c\ufe0e\ufe0f\ufeff")
"""Characters without a shape of their own: what does not draw them has not lost anything."""

_ALIKE: Final = {"\u2011": "\u2010", "\u2007": "\u00a0", "\u202f": "\u00a0", "\u2015": "\u2014", "\ufffd": LACKING}
"""Characters that look like another one, which fonts have more often."""


@functools.cache
def _fonts() -> dict[str, TTFont]:
    found = {}
    for name, (package, file) in _FILES.items():
        with files(package).joinpath("files", file).open("rb") as data:
            found[name] = _registered(TTFont(name, data))
    return found


@functools.cache
def _elsewhere() -> dict[str, TTFont]:
    """A font of the system, for what ours lack."""
    for path in map(Path, _ELSEWHERE):
        if path.is_file():
            try:
                return {"dealqa-elsewhere": _registered(TTFont("dealqa-elsewhere", str(path)))}
            except (TTFError, OSError):
                continue  # as good as not there: what is lacking is told in the file
    return {}


def _registered(font: TTFont) -> TTFont:
    pdfmetrics.registerFont(font)
    for bold in (0, 1):
        for italic in (0, 1):
            addMapping(font.fontName, bold, italic, font.fontName)  # each weight is asked for by its own name
    return font


def _has(font: TTFont, character: str) -> bool:
    return ord(character) in font.face.charToGlyph


class Ink:
    """Text in the fonts of one PDF; remembers whether they lacked something.

    Attributes:
        lacking: whether some character was shown as `LACKING`.
    """

    def __init__(self) -> None:
        self._fonts = _fonts()
        self.lacking = False

    def text(self, text: str, font: str) -> str:
        """Text as reportlab's markup, nothing in it being markup; in other fonts where this one lacks a character."""
        text = unicodedata.normalize("NFC", text)  # a letter with its accent in one is drawn better
        if has_right_to_left(text):
            text = joined(text, lambda shape: any(_has(one, shape) for one in _elsewhere().values()))
        return "".join(self._runs(text, font))

    def _runs(self, text: str, font: str) -> Iterator[str]:
        ours = {name: self._fonts[name] for name in (font, SERIF, SANS)}
        placed = (self._placed(character, ours) for character in text if character not in _UNSEEN)
        for name, run in groupby(placed, key=lambda one: one[0]):
            said = escape("".join(character for _, character in run))
            yield said if name == font else f'<font name="{name}">{said}</font>'

    def _placed(self, character: str, ours: Mapping[str, TTFont]) -> tuple[str, str]:
        """The font that has a character, and the character as it is drawn."""
        for drawn in dict.fromkeys((character, _ALIKE.get(character, character))):
            for name, font in ours.items():
                if _has(font, drawn):
                    return name, drawn
        for name, font in _elsewhere().items():
            if _has(font, character):
                return name, character
        self.lacking = True
        return next(iter(ours)), LACKING
