"""The page and the styles of a Word file: python-docx's template made fit to be handed on."""

from __future__ import annotations

from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from dealqa.exporting.word_notes import MARK_STYLE, TEXT_STYLE, element

__all__ = ["LANGUAGE", "NAMES", "SHADE", "SIDE_WIDTH", "STATEMENT_WIDTH", "prepare"]

LANGUAGE: Final = "en-GB"

NAMES: Final = {
    "question": "Question",
    "understood": "Question",
    "short": "Short Answer",
    "answer": "Body Text",
    "message": "Body Text",
    "notice": "Notice",
    "lead": "Lead",
    "cell": "Table Text",
    "after_table": "After Table",
    "closing": "Closing Line",
}
"""What a paragraph is → the style that it has."""

SIDE_WIDTH, STATEMENT_WIDTH = Cm(4), Cm(12)

_FONT: Final = "Calibri"
_INK, _DEEP, _SOFT = RGBColor(0x1B, 0x1F, 0x24), RGBColor(0x1F, 0x3A, 0x5F), RGBColor(0x5A, 0x63, 0x6E)
_LINE: Final = "B8C1CC"

_SIDES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")

SHADE: Final = "EEF2F6"


def prepare(file: Any) -> None:
    """Set the page to A4, the language to British English, and the styles to ours."""
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.2)
    _speak(file)
    styles = file.styles
    _set(styles["Normal"], size=11, after=6, line=1.15)
    _set(styles["Body Text"], size=11, after=6, line=1.15)
    _set(styles["Title"], size=22, colour=_DEEP, bold=True, after=6, line=1.05)
    _unruled(styles["Title"])
    _set(styles["Subtitle"], size=9.5, colour=_SOFT, after=0, italic=False)
    _unnumbered(styles["Subtitle"])
    _set(styles["Heading 1"], size=14, colour=_DEEP, bold=True, before=20, after=6, line=1.1)
    _set(styles["Heading 2"], size=11.5, colour=_DEEP, bold=True, before=8, after=4, line=1.1)
    _set(styles["List Bullet"], size=11, after=4, line=1.15)
    _set(styles["Quote"], size=10.5, after=6, italic=False, line=1.15)
    styles["Quote"].paragraph_format.left_indent = Cm(0.8)
    _set(_new(styles, "Question"), size=10, colour=_SOFT, after=6)
    _set(_new(styles, "Short Answer"), size=14, bold=True, colour=_INK, before=6, after=4)
    _set(_new(styles, "Lead"), size=10, colour=_SOFT, after=4)
    for name in ("Short Answer", "Lead"):
        styles[name].paragraph_format.keep_with_next = True
    _set(_new(styles, "Notice"), size=10, before=2, after=6, line=1.1)
    _ruled(styles["Notice"], "left", space=8)
    styles["Notice"].paragraph_format.left_indent = Cm(0.4)
    _set(_new(styles, "Table Text"), size=10.5, before=3, after=3)
    for border in styles["Table Grid"].element.iter(*(qn(f"w:{side}") for side in _SIDES)):
        if border.get(qn("w:color")) is not None:
            border.set(qn("w:color"), _LINE)
    _set(_new(styles, "After Table"), size=4, after=4)
    _set(_new(styles, "Closing Line"), size=9, colour=_SOFT, before=24, after=0)
    _ruled(styles["Closing Line"], "top", space=6)
    _set(_new(styles, TEXT_STYLE, builtin=True), size=9, after=2)
    mark = styles.add_style(MARK_STYLE, WD_STYLE_TYPE.CHARACTER, builtin=True)
    mark.font.superscript = True
    styles[TEXT_STYLE].element.styleId, mark.element.styleId = "FootnoteText", "FootnoteReference"
    _set(styles["Footer"], size=8.5, colour=_SOFT, after=0)
    styles["Footer"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _speak(file: Any) -> None:
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    for language in file.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), LANGUAGE)
    for setting in file.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # a file of today's Word: none that opens "in compatibility mode"


def _new(styles: Any, name: str, *, builtin: bool = False) -> Any:
    made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=builtin)
    made.base_style = styles["Normal"]
    return made


def _set(
    style: Any,
    *,
    size: float,
    colour: RGBColor = _INK,
    bold: bool = False,
    italic: bool | None = None,
    before: float = 0,
    after: float = 0,
    line: float = 1.0,
) -> None:
    """Sizes and spaces in points."""
    font, form = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = _FONT, Pt(size), bold, italic
    font.color.rgb = colour
    fonts = style.element.rPr.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):  # they would win over the font
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:cs"), _FONT)
    for name in ("link", "rPr/w:szCs", "rPr/w:bCs", "rPr/w:iCs"):  # the twins that the template gives its styles
        for twin in style.element.findall(f"w:{name}", style.element.nsmap):
            twin.getparent().remove(twin)
    style.element.rPr.find(qn("w:sz")).addnext(element("szCs", val=str(round(size * 2))))
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line


def _ruled(style: Any, side: str, *, space: int) -> None:
    """A thin line on one side of the paragraph."""
    borders = element("pBdr")
    borders.append(element(side, val="single", sz="6", space=str(space), color=_LINE))
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _unruled(style: Any) -> None:
    for borders in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(borders)


def _unnumbered(style: Any) -> None:
    for numbering in style.element.pPr.findall(qn("w:numPr")):
        style.element.pPr.remove(numbering)
