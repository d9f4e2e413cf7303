"""How a PDF looks: sizes in points, set for reading on paper."""

from __future__ import annotations

from typing import Any, Final

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle

from dealqa.exporting.pdf_fonts import SANS, SANS_BOLD, SERIF, SERIF_BOLD, SERIF_ITALIC

__all__ = ["DEEP", "LINE", "MARGIN", "SIDE_WIDTH", "SOFT", "STYLES", "TABLE", "WIDTH", "mirrored"]

MARGIN: Final = 68
WIDTH: Final = A4[0] - 2 * MARGIN
SIDE_WIDTH: Final = 112

INK, DEEP, SOFT, LINE, SHADE = "#1b1f24", "#1f3a5f", "#5a636e", "#b8c1cc", "#eef2f6"


def _style(name: str, font: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        role=name,
        fontName=font,
        bulletFontName=font,  # reportlab's own is not embedded
        fontSize=size,
        leading=leading,
        **({"textColor": INK} | more),
    )


STYLES: Final = {
    style.name: style
    for style in (
        _style("title", SANS_BOLD, 21, 25, textColor=DEEP, spaceAfter=8),
        _style("fact", SANS, 9, 12.5, textColor=SOFT),
        _style("heading1", SANS_BOLD, 13.5, 17, textColor=DEEP, spaceBefore=20, spaceAfter=5, keepWithNext=1),
        _style("heading2", SANS_BOLD, 11, 14, textColor=DEEP, spaceBefore=6, spaceAfter=3, keepWithNext=1),
        _style("question", SANS, 9.5, 13.5, textColor=SOFT, spaceAfter=6),
        _style("understood", SANS, 9.5, 13.5, textColor=SOFT, spaceAfter=6),
        _style("short", SERIF_BOLD, 15, 19, spaceBefore=2, spaceAfter=3, keepWithNext=1),
        _style("answer", SERIF, 11, 15.8, spaceAfter=7),
        _style("message", SERIF, 11, 15.8, spaceAfter=7),
        _style("lead", SANS, 9.5, 13.5, textColor=SOFT, spaceAfter=4, keepWithNext=1),
        _style("notice", SANS, 9.5, 13.2, leftIndent=7, rightIndent=7, borderPadding=(3, 7, 4, 7), backColor=SHADE,
               spaceBefore=8, spaceAfter=11),
        _style("statement", SERIF, 11, 15.8, leftIndent=14, bulletIndent=2, spaceAfter=5),
        _style("nearest", SERIF_ITALIC, 10.5, 15, leftIndent=14, spaceAfter=5),
        _style("head", SANS_BOLD, 9, 12, textColor=DEEP),
        _style("side", SANS_BOLD, 10, 13.5),
        _style("cell", SERIF, 10.5, 14.5),
        _style("missing", SERIF_ITALIC, 10.5, 14.5, textColor=SOFT),
        _style("note", SANS, 8.5, 11.6, leftIndent=18, bulletIndent=0, spaceAfter=3,
               bulletFontSize=8.5, bulletColor=DEEP),
        _style("foot", SANS, 8, 10, textColor=SOFT),
        _style("closing", SANS, 8.5, 12, textColor=SOFT, spaceAfter=3),
    )
}  # fmt: skip

TABLE: Final = [
    ("BACKGROUND", (0, 0), (-1, 0), SHADE),
    ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
    ("LINEABOVE", (0, 0), (-1, 0), 0.5, LINE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    ("LEFTPADDING", (0, 0), (-1, -1), 6),
    ("RIGHTPADDING", (0, 0), (-1, -1), 6),
]


def mirrored(style: ParagraphStyle) -> ParagraphStyle:
    """The style for text that runs from right to left."""
    return ParagraphStyle(f"{style.name}-mirrored", parent=style, alignment=TA_RIGHT)
