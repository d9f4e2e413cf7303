"""PowerPoint files: slides as pages, their titles as headings, texts in reading order, notes as footnotes."""

from __future__ import annotations

import io
import zipfile
import zlib

import pptx
from lxml import etree
from pptx.exc import PythonPptxError
from pptx.slide import Slide

from dealqa.reading.blocks import Parsed, one_line
from dealqa.reading.cleaning import cleaning_warnings
from dealqa.reading.left_out import LeftOut
from dealqa.reading.office_xml import check_declarations, chosen, only_pictures
from dealqa.reading.pptx_slides import Deck, SlideReader, all_text
from dealqa.reading.zip_guard import POWERPOINT, check_zip, corrupt
from dealqa.types import Page

__all__ = ["parse_pptx"]

_BROKEN = (
    PythonPptxError,
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    SyntaxError,  # lxml's XMLSyntaxError is one
    ArithmeticError,  # numbers beyond all bounds
    EOFError,
    LookupError,
    NotImplementedError,
    ValueError,
    TypeError,
    AttributeError,  # a required part is missing
    OSError,
    RecursionError,
)
_EMU_PER_POINT = 12_700
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_NO_TITLES = ("powerpoint presentation", "presentation", "untitled", "slide 1")


def parse_pptx(data: bytes, path: str) -> Parsed:
    """Blocks and pages of a PowerPoint file (.pptx): a slide is a page, numbered as in the file.

    Hidden slides, shapes and texts, and shapes off the slide, are left out and counted. Charts and diagrams are read
    from their data, notes follow their slide under a heading of their own. A slide that holds a picture and no text is
    an unread page. Slide numbers, dates and footers are left out.

    Raises:
        UnreadableDocument: corrupt, encrypted, hidden_markup or too_large.
    """
    check_zip(data, path, POWERPOINT)
    try:
        deck = pptx.Presentation(io.BytesIO(data))
        elements = (getattr(part, "_element", None) for part in deck.part.package.iter_parts())
        check_declarations((element for element in elements if element is not None), path)
        reader = _Reader(deck.slide_width or 0, deck.slide_height or 0, path)
        slides = list(deck.slides)
        if len({slide.part.partname for slide in slides}) < len(slides):
            raise corrupt(path, POWERPOINT, "shows the same slide several times, which no program writes")
        for number, slide in enumerate(slides, start=1):
            reader.read(slide, number)
        stated = one_line(deck.core_properties.title or "")
    except _BROKEN as err:
        raise corrupt(path, POWERPOINT) from err
    blocks, left_out = reader.deck.blocks, reader.told()
    if reader.deck.pictures and not blocks.blocks:
        raise only_pictures(path)
    titles = [block.heading_path[-1] for block in blocks.blocks if block.kind == "title"]
    return Parsed(
        text=blocks.text(),
        blocks=tuple(blocks.blocks),
        pages=tuple(reader.pages),
        title=stated if stated and stated.lower() not in _NO_TITLES else next(iter(titles), None),
        warnings=(*left_out.warnings(), *cleaning_warnings(blocks.removed, blocks.normalised, blocks.lookalikes)),
        coverage=left_out.coverage(),
    )


class _Reader:
    """Reads slide after slide."""

    def __init__(self, width: int, height: int, path: str) -> None:
        self.pages: list[Page] = []
        self.deck = Deck(path, width, height)
        self._hidden_slides: list[int] = []

    def read(self, slide: Slide, number: int) -> None:
        deck = self.deck
        blocks, pictures = deck.blocks, deck.pictures
        before = len(blocks.blocks)
        _open_alternatives(slide._element)
        if slide._element.get("show") in ("0", "false"):
            self._hidden_slides.append(number)
            deck.left_out.hide("marked_hidden", all_text(slide._element), number)
        else:
            SlideReader(deck, slide, number).read()
        added = blocks.blocks[before:]
        if deck.pictures > pictures and all(block.kind == "footnote" for block in added):
            deck.left_out.unread_pages.append(number)
        start = added[0].start if added else blocks.length
        size = deck.width / _EMU_PER_POINT, deck.height / _EMU_PER_POINT
        self.pages.append(Page(number, start, blocks.length, *size))

    def told(self) -> LeftOut:
        """Everything that was left out of the slides."""
        deck, left_out = self.deck, self.deck.left_out
        left_out.tables = deck.blocks.tables
        left_out.hide("zero_width", deck.blocks.hidden)
        left_out.count_unread(deck.unread)
        remarks = (
            ("Hidden slides were left out", ", ".join(map(str, self._hidden_slides))),
            ("Pictures were not read", deck.pictures or ""),
            ("Comments were not read", deck.comments or ""),
        )
        left_out.remarks += [f"{what}: {which}." for what, which in remarks if which]
        return left_out


def _open_alternatives(root: etree._Element) -> None:
    """Put the one of several renderings that is read in the place of all of them."""
    for alternatives in list(root.iter(_ALTERNATIVES)):
        parent, choice = alternatives.getparent(), chosen(alternatives)
        if parent is None:
            continue
        at = parent.index(alternatives)
        parent[at : at + 1] = [] if choice is None else list(choice)
