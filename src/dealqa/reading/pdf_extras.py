"""What a PDF holds besides its pages: form fields, comments, embedded files, restrictions.

pdfium is not thread-safe: everything here is called under the lock of `dealqa.reading.pdf`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

__all__ = ["Extras"]

_COMMENTS = {
    pdfium_c.FPDF_ANNOT_TEXT,
    pdfium_c.FPDF_ANNOT_HIGHLIGHT,
    pdfium_c.FPDF_ANNOT_UNDERLINE,
    pdfium_c.FPDF_ANNOT_SQUIGGLY,
    pdfium_c.FPDF_ANNOT_STRIKEOUT,
    pdfium_c.FPDF_ANNOT_CARET,
}
_FILES = {
    pdfium_c.FPDF_ANNOT_FILEATTACHMENT,
    pdfium_c.FPDF_ANNOT_SOUND,
    pdfium_c.FPDF_ANNOT_MOVIE,
    pdfium_c.FPDF_ANNOT_RICHMEDIA,
}
_EMPTY = 2  # bytes that pdfium gives for a string without characters: its end


class Extras:
    """Counts what there is in a file besides its pages' text."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self._document = document
        self._counts: Counter[str] = Counter(files=pdfium_c.FPDFDoc_GetAttachmentCount(document.raw))
        self._restricted = pdfium_c.FPDF_GetSecurityHandlerRevision(document.raw) >= 0
        form = pdfium_c.FPDF_GetFormType(document.raw)
        self._xfa = form in (pdfium_c.FORMTYPE_XFA_FULL, pdfium_c.FORMTYPE_XFA_FOREGROUND)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader should know, in sentences."""
        found = []
        if self._restricted:
            found.append("The file opens without a password, but its owner has restricted what may be done with it.")
        if comments := self._counts["comments"]:
            found.append(f"What was written as a comment on the pages was not read: {_many(comments, 'comment')}.")
        return tuple(found)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What was not read, in sentences."""
        found = []
        if files := self._counts["files"]:
            found.append(f"What is embedded in it was not read: {_many(files, 'file')}.")
        if self._xfa:
            found.append("It is an XFA form, of which only what every viewer shows was read.")
        if fields := self._counts["fields"]:
            found.append(f"What is filled in but not drawn was not read: {_many(fields, 'form field')}.")
        return tuple(found)

    @contextmanager
    def page(self, index: int) -> Iterator[tuple[pdfium.PdfPage, int]]:
        """A page (0-based) whose form fields, stamps and notes have become part of it, as they are shown.

        Beside it how many objects it has of its own: those that come after them were added. The file is not changed.

        Raises:
            pdfium.PdfiumError: the page is damaged.
        """
        page = self._document[index]
        own = pdfium_c.FPDFPage_CountObjects(page.raw)
        try:
            if pdfium_c.FPDFPage_GetAnnotCount(page.raw) > 0:
                self._count(page)
                if pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_FAIL:
                    raise pdfium.PdfiumError("The annotations of the page are damaged.")
                page.close()
                page = self._document[index]
            yield page, own
        finally:
            page.close()

    def _count(self, page: pdfium.PdfPage) -> None:
        """Count the comments, embedded files and undrawn form fields of a page."""
        for number in range(pdfium_c.FPDFPage_GetAnnotCount(page.raw)):
            annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, number)
            if annotation:
                self._counts[_kind(annotation)] += 1
                pdfium_c.FPDFPage_CloseAnnot(annotation)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _kind(annotation: Any) -> str:
    subtype = pdfium_c.FPDFAnnot_GetSubtype(annotation)
    if subtype in _COMMENTS and _length(annotation, b"Contents") > _EMPTY:
        return "comments"
    if subtype in _FILES:
        return "files"
    if subtype == pdfium_c.FPDF_ANNOT_WIDGET and _length(annotation, b"V") > _EMPTY:
        drawn = pdfium_c.FPDFAnnot_GetAP(annotation, pdfium_c.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0)
        return "others" if drawn > _EMPTY else "fields"
    return "others"


def _length(annotation: Any, key: bytes) -> int:
    """The bytes of a string of an annotation."""
    return int(pdfium_c.FPDFAnnot_GetStringValue(annotation, key, None, 0))
