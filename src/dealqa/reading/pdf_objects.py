"""What is drawn on a PDF page: its objects in the order in which they are drawn, those inside forms included.

pdfium is not thread-safe: everything here is called under the lock of `dealqa.reading.pdf`.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

__all__ = ["Area", "Drawn", "PageSpace", "Pixels", "address", "drawn_on", "grey_picture", "picture", "picture_share"]

Area = tuple[float, float, float, float]
"""Left, bottom, right, top; in points."""

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
"""(height, width, 3): blue, green, red."""

_DEEPEST = 16  # forms inside forms
_GRID = 64  # cells a side, to see how much of a page pictures cover
_OPAQUE = 0.9 * 255
_MARK_BYTES = 64
_LAYER = "OC\0".encode("utf-16-le")
_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class PageSpace(NamedTuple):
    """The size of a page as it is shown, and how to get there from the page's own space."""

    width: float
    height: float
    rotation: int
    bounds: Area

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> PageSpace:
        """That of a page."""
        width, height = page.get_size()
        return cls(width, height, page.get_rotation(), page.get_bbox())

    def shown(self, left: float, bottom: float, right: float, top: float) -> Area:
        """A rectangle of the page's own space in that of the page as shown, origin at the lower left."""
        low_x, low_y, high_x, high_y = self.bounds
        if self.rotation == 90:
            return bottom - low_y, high_x - right, top - low_y, high_x - left
        if self.rotation == 180:
            return high_x - right, high_y - top, high_x - left, high_y - bottom
        if self.rotation == 270:
            return high_y - top, left - low_x, high_y - bottom, right - low_x
        return left - low_x, bottom - low_y, right - low_x, top - low_y


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One object of a page; `order` is its place in the order of drawing, `outer` that of the form that holds it."""

    raw: Any
    kind: int
    order: int
    outer: int
    matrix: _Matrix

    @property
    def is_text(self) -> bool:
        """Whether it is text."""
        return bool(self.kind == pdfium_c.FPDF_PAGEOBJ_TEXT)

    @property
    def is_picture(self) -> bool:
        """Whether it is an image."""
        return bool(self.kind == pdfium_c.FPDF_PAGEOBJ_IMAGE)

    @property
    def address(self) -> int:
        """What tells it from other objects."""
        return address(self.raw)

    @property
    def is_in_layer(self) -> bool:
        """Whether it belongs to a layer that can be switched off."""
        name, length = ctypes.create_string_buffer(_MARK_BYTES), ctypes.c_ulong()
        for index in range(pdfium_c.FPDFPageObj_CountMarks(self.raw)):
            mark = pdfium_c.FPDFPageObj_GetMark(self.raw, index)
            units = ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort))
            if pdfium_c.FPDFPageObjMark_GetName(mark, units, _MARK_BYTES, length) and name.raw.startswith(_LAYER):
                return True
        return False

    def activate(self, active: bool) -> None:
        """Draw it from now on, or do not."""
        pdfium_c.FPDFPageObj_SetIsActive(self.raw, active)

    def area(self, space: PageSpace) -> Area:
        """The rectangle around it, on the page as shown."""
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not pdfium_c.FPDFPageObj_GetBounds(self.raw, left, bottom, right, top):
            return 0.0, 0.0, 0.0, 0.0
        corners = [_moved(self.matrix, x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
        across, up = [x for x, _ in corners], [y for _, y in corners]
        return space.shown(min(across), min(up), max(across), max(up))

    @property
    def covers(self) -> bool:
        """Whether it can hide what is below it: a picture, a shading, or a filled shape that is not see-through."""
        if self.kind in (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING):
            return True
        if self.kind != pdfium_c.FPDF_PAGEOBJ_PATH:
            return False
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(self.raw, fill, stroke)
        parts = [ctypes.c_uint() for _ in range(4)]
        known = pdfium_c.FPDFPageObj_GetFillColor(self.raw, *parts)
        return fill.value != pdfium_c.FPDF_FILLMODE_NONE and (not known or parts[3].value >= _OPAQUE)


def address(raw: Any) -> int:
    """What tells one of pdfium's objects from another."""
    return ctypes.addressof(raw.contents)


def drawn_on(page: pdfium.PdfPage) -> list[Drawn]:
    """The objects of a page in the order of drawing; what a form holds stands in its place."""
    found: list[Drawn] = []

    def add(raw: Any, outer: int, matrix: _Matrix, depth: int) -> None:
        kind = pdfium_c.FPDFPageObj_GetType(raw)
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = _joined(_matrix(raw), matrix)
            for part in _inside(raw):
                add(part, outer, inner, depth + 1)
        else:
            found.append(Drawn(raw, kind, len(found), outer, matrix))

    for index in range(pdfium_c.FPDFPage_CountObjects(page.raw)):
        add(pdfium_c.FPDFPage_GetObject(page.raw, index), index, _SAME, 0)
    return found


def _inside(form: Any) -> Iterator[Any]:
    return (pdfium_c.FPDFFormObj_GetObject(form, index) for index in range(pdfium_c.FPDFFormObj_CountObjects(form)))


def _matrix(raw: Any) -> _Matrix:
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(raw, matrix):
        return _SAME
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _joined(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    origin = _moved(then, e, f)
    return (
        a * then[0] + b * then[2], a * then[1] + b * then[3],
        c * then[0] + d * then[2], c * then[1] + d * then[3],
        *origin,
    )  # fmt: skip


def _moved(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def picture_share(drawn: list[Drawn], space: PageSpace) -> float:
    """How much of a page its images cover, in [0, 1]; scans may come in strips."""
    grid = np.zeros((_GRID, _GRID), dtype=bool)
    for one in drawn:
        if one.is_picture:
            left, bottom, right, top = one.area(space)
            across = slice(_cell(left / space.width), _cell(right / space.width))
            grid[_cell(bottom / space.height) : _cell(top / space.height), across] = True
    return float(grid.mean())


def _cell(share: float) -> int:
    return round(min(max(share, 0.0), 1.0) * _GRID)


def picture(page: pdfium.PdfPage, *, scale: float, most_pixels: float) -> Pixels:
    """The page as it is shown, in colour, with so many pixels a point, or less on large pages."""
    width, height = page.get_size()
    scale = min(scale, math.sqrt(most_pixels / (width * height)))
    return _rendered(page, scale, pdfium_c.FPDFBitmap_BGR)


def grey_picture(
    page: pdfium.PdfPage, *, scale: float, most_pixels: float, longest_side: float
) -> tuple[Pixels, float]:
    """The page as it is shown, in grey (height, width), and the pixels a point that it has."""
    width, height = page.get_size()
    scale = min(scale, math.sqrt(most_pixels / (width * height)), longest_side / max(width, height))
    return _rendered(page, scale, pdfium_c.FPDFBitmap_Gray), scale


def _rendered(page: pdfium.PdfPage, scale: float, form: int) -> Pixels:
    bitmap = page.render(scale=scale, may_draw_forms=False, force_bitmap_format=form)
    try:
        pixels: Pixels = np.array(bitmap.to_numpy())
    finally:
        bitmap.close()
    return pixels
