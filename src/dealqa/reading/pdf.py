"""PDF files: pages, paragraphs with their places, headings by type size; read by pdfium, one file at a time."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import Parsed, one_line
from dealqa.reading.cleaning import cleaning_warnings, printable
from dealqa.reading.ocr import PageImage, RecognisedWord
from dealqa.reading.pdf_extras import Extras
from dealqa.reading.pdf_lines import PageLines
from dealqa.reading.pdf_objects import grey_picture
from dealqa.reading.pdf_pages import read_page
from dealqa.reading.pdf_report import page_warnings
from dealqa.reading.pdf_words import usual_size
from dealqa.reading.pdf_writer import PdfWriter
from dealqa.types import Coverage, RecognisedPage

__all__ = ["MAX_PAGES", "opened", "pages_to_recognise", "parse_pdf", "render_page"]

MAX_PAGES = 5_000
"""The default of the setting `max_pages`."""

_PDFIUM = threading.Lock()
"""pdfium may be used by one thread at a time only; a second one crashes the process."""

_DPI = 300.0  # what recognisers are trained on
_LONGEST_SIDE = 4_000  # pixels
_MOST_PIXELS = 12_000_000

_NO_TITLE = re.compile(
    r"\(?(?:untitled|anonymous|unspecified|unknown|microsoft word|microsoft powerpoint|print|layout|slide)\b.*"
    r"|.*\.(?:docx?|pdf|indd|qxd|rtf|odt|pptx?|xlsx?|tmp|html?)",
    re.I,
)


def parse_pdf(
    data: bytes,
    path: str,
    *,
    recognised: Mapping[int, Sequence[RecognisedWord]] | None = None,
    max_pages: int = MAX_PAGES,
) -> Parsed:
    """Blocks, pages and coverage of a PDF; nothing in it is run, and its attachments are not opened.

    Args:
        data: the file.
        path: its name, for messages.
        recognised: by page number, the words that were recognised in pictures of `pages_to_recognise`.
        max_pages: files with more pages are not read.

    Raises:
        UnreadableDocument: encrypted, corrupt, no_text (nor anything recognised), or too_large.
    """
    with opened(data, path, max_pages) as document:
        stated = one_line(document.get_metadata_value("Title"))
        extras = Extras(document)
        pages, damaged = _read_pages(document, extras, recognised or {})
    if not any(page.lines for page in pages):
        raise _no_text(path, tried=bool(recognised))
    writer = PdfWriter(pages)
    writer.write()
    blocks = writer.blocks
    return Parsed(
        text=blocks.text(),
        blocks=tuple(blocks.blocks),
        pages=tuple(writer.pages),
        title=stated if len(stated.split()) > 1 and not _NO_TITLE.fullmatch(stated) else None,
        warnings=(*extras.warnings, *page_warnings(pages), *cleaning_warnings(blocks.removed, blocks.normalised)),
        coverage=Coverage(
            unread_pages=tuple(page.number for page in pages if page.unread),
            recognised=tuple(
                RecognisedPage(page.number, page.confidence or 0.0)
                for page in pages
                if page.confidence is not None or page.layered
            ),
            tables=writer.tables,
            hidden=tuple(text for page in pages for text in page.hidden),
            gaps=(*extras.gaps, *(f"Page {number} is damaged and was not read." for number in damaged)),
        ),
    )


def pages_to_recognise(data: bytes, path: str, *, max_pages: int = MAX_PAGES) -> tuple[int, ...]:
    """The pages whose picture is to be read: those without text, blank ones aside, and scans with a text layer.

    To be asked where `parse_pdf` found no text, unread pages or scans.

    Raises:
        UnreadableDocument: encrypted, corrupt, or too_large.
    """
    with opened(data, path, max_pages) as document:
        pages, _ = _read_pages(document, Extras(document), {})
    return tuple(page.number for page in pages if page.unread or page.layered)


def render_page(data: bytes, page: int) -> PageImage:
    """The picture of a page (1-based) for text recognition: at 300 dpi, with 12 million pixels at most.

    Raises:
        UnreadableDocument: encrypted or corrupt; the path in it is that of the page.
    """
    path = f"page {page}"
    with opened(data, path, None) as document:
        try:
            loaded = document[page - 1]
        except (pdfium.PdfiumError, IndexError) as err:
            raise _corrupt(path) from err
        try:
            pixels, scale = grey_picture(loaded, scale=_DPI / 72, most_pixels=_MOST_PIXELS, longest_side=_LONGEST_SIDE)
        finally:
            loaded.close()
    height, width = pixels.shape
    return PageImage(page, width, height, scale * 72, b"P5 %d %d 255\n" % (width, height) + pixels.tobytes())


@contextmanager
def opened(data: bytes, path: str, max_pages: int | None) -> Iterator[pdfium.PdfDocument]:
    """The document, for as long as no other thread may use pdfium.

    Raises:
        UnreadableDocument: encrypted, corrupt, or too_large.
    """
    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as err:
            raise _open_error(path) from err
        try:
            if len(document) == 0:
                raise _corrupt(path)
            if max_pages is not None and len(document) > max_pages:
                raise _too_large(path, len(document), max_pages)
            yield document
        finally:
            document.close()


def _open_error(path: str) -> UnreadableDocument:
    """What pdfium says went wrong; to be called right after it failed, under the lock."""
    if pdfium_c.FPDF_GetLastError() in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
        return UnreadableDocument(
            path,
            "encrypted",
            f"The file {printable(path)} is password protected.",
            hint="Save a copy without the password and index again.",
        )
    return _corrupt(path)


def _corrupt(path: str) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        "corrupt",
        f"The file {printable(path)} is damaged and cannot be read as a PDF.",
        hint="Get the file anew, or open it in a PDF viewer and save it.",
    )


def _too_large(path: str, pages: int, max_pages: int) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        "too_large",
        f"The file {printable(path)} has {pages} pages, more than the setting 'max_pages' allows ({max_pages}).",
        hint="Raise 'max_pages', or split the file.",
    )


def _no_text(path: str, *, tried: bool) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        "no_text",
        f"The file {printable(path)} has no text that can be seen: its pages are scanned images or empty.",
        hint="Text recognition finds nothing on them either: look at the pages, and at the setting 'ocr_languages'."
        if tried
        else "Install tesseract (Debian: tesseract-ocr), set 'ocr' to \"auto\", and index again.",
    )


def _read_pages(
    document: pdfium.PdfDocument, extras: Extras, recognised: Mapping[int, Sequence[RecognisedWord]]
) -> tuple[list[PageLines], list[int]]:
    """The pages' lines, and the numbers of the pages that are damaged."""
    pages: list[PageLines] = []
    damaged: list[int] = []
    usual = usual_size(recognised.values())
    for number in range(1, len(document) + 1):
        try:
            with extras.page(number - 1) as (page, own):
                pages.append(read_page(page, number, own, recognised.get(number, ()), usual))
        except pdfium.PdfiumError:
            damaged.append(number)
            pages.append(PageLines(number, 0.0, 0.0, (), unread=True))
    return pages, damaged
