"""Makers of files and looks at documents, shared by the tests of the reading room."""

from __future__ import annotations

import io
from collections.abc import Callable

from dealqa.types import Document

MAX_BYTES = 10 * 1024 * 1024


def texts(document: Document, kind: str | None = None) -> list[str]:
    """The texts of a document's blocks, of one kind or of all."""
    return [document.text[b.start : b.end] for b in document.blocks if kind is None or b.kind == kind]


def assert_blocks_are_sound(document: Document) -> None:
    """Blocks are trimmed, not empty, in order, and do not overlap; a heading ends its own path."""
    end = 0
    for block in document.blocks:
        text = document.text[block.start : block.end]
        assert text and text == text.strip()
        assert block.start >= end
        end = block.end
        if block.kind in ("heading", "title"):
            assert block.level is not None
            assert block.heading_path
    for page in document.pages:
        assert 0 <= page.start <= page.end <= len(document.text)


def a_pdf(*pages: list[tuple[float, float, float, str]], encrypt: str | None = None, title: str = "") -> bytes:
    """A PDF; each page is a list of (x, y, size, text); a size below zero sets the text in bold."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, encrypt=encrypt)
    canvas.setTitle(title)
    for page in pages:
        for x, y, size, text in page:
            canvas.setFont("Helvetica-Bold" if size < 0 else "Helvetica", abs(size))
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def a_raw_pdf(
    content: bytes, *objects: bytes, resources: bytes = b"", page: bytes = b"", catalogue: bytes = b""
) -> bytes:
    """A PDF of one page, written by hand; /F is Helvetica, /G the first of the further objects, numbered from 6."""
    fonts = b"/Font << /F 5 0 R /G 6 0 R >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %s %s >> /Contents 4 0 R %s >>"
        % (fonts, resources, page),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *objects,
    ]
    file = b"%PDF-1.5\n"
    for number, body in enumerate(parts, 1):
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return file + b"trailer << /Root 1 0 R /Size %d >>\n%%%%EOF\n" % (len(parts) + 1)


def a_scan() -> bytes:
    """A PDF whose only page is a picture."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawImage(ImageReader(Image.new("L", (60, 60), 128)), 50, 50, 400, 600)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def a_docx(fill: Callable[..., None]) -> bytes:
    """A Word file; `fill` gets python-docx's empty document."""
    import docx

    word = docx.Document()
    fill(word)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def an_xlsx(fill: Callable[..., None]) -> bytes:
    """An Excel workbook; `fill` gets openpyxl's empty workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def a_pptx(fill: Callable[..., None]) -> bytes:
    """A PowerPoint file; `fill` gets python-pptx's empty presentation."""
    import pptx

    deck = pptx.Presentation()
    fill(deck)
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()
