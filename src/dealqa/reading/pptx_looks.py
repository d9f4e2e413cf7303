"""Which text on a slide is seen: what its runs state of colour and size, against the colours behind it."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from pptx.oxml.ns import qn
from pptx.slide import Slide

from dealqa.reading.colours import Colour, hex_colour, is_faint
from dealqa.reading.office_xml import local_name
from dealqa.types import HiddenKind

__all__ = ["SlideLooks"]

_TINY = 200  # hundredths of a point
_MOST_PAINTED = 200
_FILLS = ("solidFill", "gradFill", "blipFill", "pattFill", "grpFill", "noFill")
_MAPPED = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}

Rectangle = tuple[int, int, int, int]


class SlideLooks:
    """Judges the runs of one slide.

    Only colours that a run itself states are judged, and only where all that lies behind it is of one known colour.
    """

    def __init__(self, slide: Slide) -> None:
        self._slide = slide
        self._scheme: dict[str, Colour] | None = None
        self._background: Colour | None = None
        self._painted: list[tuple[int, Rectangle]] | None = None

    def hidden_kind(self, run: etree._Element, shape: Any | None) -> HiddenKind | None:
        """Why a run is not seen; None when it is, or when that cannot be told.

        Args:
            run: an `a:r` or `a:fld` element.
            shape: the shape that it stands in, if it stands directly on the slide; None in a group or a table.
        """
        properties = run.find(qn("a:rPr"))
        if properties is None:
            return None
        size = properties.get("sz", "")
        if re.fullmatch(r"\d{1,6}", size) and int(size) < _TINY:
            return "tiny"
        if properties.find(qn("a:noFill")) is not None:
            return "invisible"
        fill = properties.find(qn("a:solidFill"))
        if fill is None:
            return None
        if any(alpha.get("val") in ("0", "0%") for alpha in fill.iter(qn("a:alpha"))):
            return "invisible"
        colour = self._colour(fill)
        behind = None if colour is None or shape is None else self._behind(shape)
        return "faint" if colour is not None and behind is not None and is_faint(colour, behind) else None

    def _colour(self, fill: etree._Element) -> Colour | None:
        """The colour of a solid fill; None when it is changed (lighter, darker, see-through) or not known."""
        if len(fill) != 1 or len(fill[0]):
            return None
        value = fill[0].get("val", "")
        if local_name(fill[0]) != "schemeClr":
            return hex_colour(value)
        if self._scheme is None:
            self._scheme = _colour_scheme(self._slide)
        return self._scheme.get(_MAPPED.get(value, value))

    def _behind(self, shape: Any) -> Colour | None:
        own = _fill(shape._element)
        if own is not None and local_name(own) == "solidFill":
            return self._colour(own)
        if own is not None and local_name(own) != "noFill":
            return None
        if own is None and (shape.is_placeholder or shape._element.find(qn("p:style")) is not None):
            return None
        rectangle = _rectangle(shape)
        if self._painted is None:
            self._painted, self._background = self._paint(), self._background_colour()
        if rectangle is None or len(self._painted) > _MOST_PAINTED:
            return None
        if any(_overlap(rectangle, other) for key, other in self._painted if key != shape.shape_id):
            return None
        return self._background

    def _paint(self) -> list[tuple[int, Rectangle]]:
        """What may lie behind a text: all pictures, tables and coloured shapes, those of the master slide too."""
        layout = self._slide.slide_layout
        found: list[tuple[int, Rectangle]] = []
        for level, shapes in enumerate((self._slide.shapes, layout.shapes, layout.slide_master.shapes)):
            for shape in shapes:
                if level and shape.is_placeholder:
                    continue
                fill = _fill(shape._element)
                plain = fill is None and shape._element.find(qn("p:style")) is None and shape._element.tag == qn("p:sp")
                rectangle = _rectangle(shape)
                if rectangle and not plain and (fill is None or local_name(fill) != "noFill"):
                    found.append((shape.shape_id if level == 0 else -1, rectangle))
                if len(found) > _MOST_PAINTED:
                    return found
        return found

    def _background_colour(self) -> Colour | None:
        layout = self._slide.slide_layout
        for level in (self._slide, layout, layout.slide_master):
            background = level._element.find(f"{qn('p:cSld')}/{qn('p:bg')}")
            if background is None:
                continue
            fill = background.find(f"{qn('p:bgPr')}/{qn('a:solidFill')}")
            reference = background.find(qn("p:bgRef"))
            if fill is not None:
                return self._colour(fill)
            return self._colour(reference) if reference is not None and reference.get("idx") == "1001" else None
        return None


def _fill(element: etree._Element) -> etree._Element | None:
    properties = element.find(qn("p:spPr"))
    if properties is None:
        return None
    return next((child for child in properties if local_name(child) in _FILLS), None)


def _rectangle(shape: Any) -> Rectangle | None:
    left, top, width, height = shape.left, shape.top, shape.width, shape.height
    if None in (left, top, width, height):
        return None
    return left, top, left + width, top + height


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _colour_scheme(slide: Slide) -> dict[str, Colour]:
    """The theme's colours by name; empty when the theme cannot be found or the master slide exchanges them."""
    master = slide.slide_layout.slide_master
    mapping = master._element.find(qn("p:clrMap"))
    if mapping is None or any(mapping.get(name) != kept for name, kept in _MAPPED.items()):
        return {}
    part = next((rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme")), None)
    if part is None:
        return {}
    root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    scheme = next(root.iter(qn("a:clrScheme")), None)
    found: dict[str, Colour] = {}
    for entry in () if scheme is None else scheme:
        if len(entry):
            colour = hex_colour(entry[0].get("lastClr") or entry[0].get("val"))
            if colour is not None:
                found[local_name(entry)] = colour
    return found
