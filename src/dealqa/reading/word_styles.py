"""What the styles of a Word file mean for us: headings, lists, and how text looks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

from dealqa.reading.colours import BLACK, WHITE, Colour, hex_colour, is_faint
from dealqa.reading.word_numbers import number_of
from dealqa.types import HiddenKind

__all__ = ["Style", "Styles", "ground_of", "hidden_kind", "is_on", "look_of", "outline_level"]

_VALUE = qn("w:val")
_TINY = 4  # half points
_NO_FILL = "{http://schemas.microsoft.com/office/word/2010/wordml}textFill"
_HIGHLIGHTS = {"black": BLACK, "white": WHITE}

Look = Mapping[str, Any]
"""What a `w:rPr` element says: "hidden", "colour" (None for automatic), "size", "ground", "clear", "struck"."""


def is_on(properties: etree._Element | None, name: str) -> bool:
    """Whether a toggle such as `w:b` or `w:vanish` is set and not set to false."""
    toggle = None if properties is None else properties.find(qn(name))
    return toggle is not None and (toggle.get(_VALUE) or "true").lower() not in ("0", "false", "off", "none")


def look_of(properties: etree._Element | None) -> dict[str, Any]:
    """What run properties say of how text looks; what they leave to others is missing."""
    if properties is None or len(properties) == 0:
        return {}
    look: dict[str, Any] = {}
    if properties.find(qn("w:vanish")) is not None or properties.find(qn("w:specVanish")) is not None:
        look["hidden"] = is_on(properties, "w:vanish") or is_on(properties, "w:specVanish")
    colour, size = properties.find(qn("w:color")), properties.find(qn("w:sz"))
    if colour is not None:
        look["colour"] = hex_colour(colour.get(_VALUE))
    if size is not None and re.fullmatch(r"\d{1,5}", size.get(_VALUE) or ""):
        look["size"] = int(size.get(_VALUE))
    highlight = properties.find(qn("w:highlight"))
    if highlight is not None and highlight.get(_VALUE) != "none":
        look["ground"] = _HIGHLIGHTS.get(highlight.get(_VALUE) or "")
        look["bar"] = highlight.get(_VALUE) == "black"
    else:
        look.update(ground_of(properties))
    fill = properties.find(_NO_FILL)
    if fill is not None:
        look["clear"] = any(child.tag.endswith("}noFill") for child in fill if isinstance(child.tag, str))
    if properties.find(qn("w:strike")) is not None or properties.find(qn("w:dstrike")) is not None:
        look["struck"] = is_on(properties, "w:strike") or is_on(properties, "w:dstrike")
    return look


def ground_of(properties: etree._Element | None) -> dict[str, Colour | None]:
    """The shading that the properties of a run, a paragraph or a cell state: {"ground": colour or None if unknown}."""
    shading = None if properties is None else properties.find(qn("w:shd"))
    if shading is None:
        return {}
    pattern = shading.get(_VALUE)
    if pattern == "solid":
        return {"ground": hex_colour(shading.get(qn("w:color")))}
    if pattern not in (None, "clear", "nil"):
        return {"ground": None}
    colour = hex_colour(shading.get(qn("w:fill")))
    return {} if colour is None else {"ground": colour}


def hidden_kind(look: Look, ground: Colour | None) -> HiddenKind | None:
    """Why text that looks like this is not seen; None when it is.

    Args:
        look: everything that holds for the run.
        ground: the colour behind the paragraph; None where it is not known.
    """
    if look.get("hidden"):
        return "marked_hidden"
    if look.get("size", _TINY) < _TINY:
        return "tiny"
    if look.get("clear"):
        return "invisible"
    colour, behind = look.get("colour"), look.get("ground", ground)
    if look.get("bar") and (colour is None or is_faint(colour, BLACK)):
        return "covered"  # blacked out
    return "faint" if colour is not None and behind is not None and is_faint(colour, behind) else None


class Style:
    """A style: its own settings, else those of the style it is based on."""

    def __init__(self, element: etree._Element, parents: Mapping[str, etree._Element]) -> None:
        self.level: int | None = None
        self.title = self.is_list = self.contents = self.shaded = False
        self.numbering: str | None = None
        self.number_level: int | None = None
        self.look: dict[str, Any] = {}
        self.ground: dict[str, Colour | None] = {}
        seen: set[int] = set()
        while element is not None and id(element) not in seen:
            seen.add(id(element))
            self._take(element)
            based = element.find(qn("w:basedOn"))
            element = parents.get(based.get(_VALUE)) if based is not None else None

    def _take(self, element: etree._Element) -> None:
        name_element, properties = element.find(qn("w:name")), element.find(qn("w:pPr"))
        name = (name_element.get(_VALUE) or "").lower() if name_element is not None else ""
        heading = re.match(r"heading (\d)", name)
        outline = None if properties is None else properties.find(qn("w:outlineLvl"))
        if self.level is None and heading:
            self.level = int(heading.group(1))
        elif self.level is None and outline is not None:
            self.level = outline_level(outline)
        self.title = self.title or name == "title"
        has_number = properties is not None and properties.find(qn("w:numPr")) is not None
        self.is_list = self.is_list or name.startswith("list") or has_number
        numbering, number_level = number_of(properties)
        self.numbering = numbering if self.numbering is None else self.numbering
        self.number_level = number_level if self.number_level is None else self.number_level
        self.contents = self.contents or re.match(r"toc \d|table of figures", name) is not None
        self.look = {**look_of(element.find(qn("w:rPr"))), **self.look}
        self.ground = {**ground_of(properties), **self.ground}
        if element.get(qn("w:type")) == "table":
            self.shaded = self.shaded or any(_is_dark(shading) for shading in element.iter(qn("w:shd")))


def outline_level(element: etree._Element) -> int | None:
    """The depth of a heading that a `w:outlineLvl` element states; None for body text."""
    value = element.get(_VALUE) or "9"
    return int(value) + 1 if re.fullmatch(r"[0-8]", value) else None


def _is_dark(shading: etree._Element) -> bool:
    return shading.get(qn("w:fill")) not in (None, "auto", "FFFFFF", "ffffff")


class Styles:
    """The styles of a file by their names, and what holds where none is named."""

    def __init__(self, root: etree._Element) -> None:
        elements = {style.get(qn("w:styleId")): style for style in root.findall(qn("w:style"))}
        self._styles = {name: Style(style, elements) for name, style in elements.items()}
        self._default = next((name for name, style in elements.items() if _is_default(style)), "")
        self._look = look_of(root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"))

    def of_paragraph(self, properties: etree._Element | None) -> Style | None:
        """The style that a `w:pPr` element names, or the default one."""
        named = None if properties is None else properties.find(qn("w:pStyle"))
        return self._styles.get((named.get(_VALUE) if named is not None else self._default) or "")

    def paragraph_look(self, properties: etree._Element | None) -> dict[str, Any]:
        """How text in a paragraph looks where its runs say nothing."""
        style = self.of_paragraph(properties)
        return {**self._look, **(style.look if style is not None else {})}

    def paragraph_ground(self, properties: etree._Element | None, behind: Colour | None) -> Colour | None:
        """The colour behind a paragraph: its own shading, that of its style, or what is behind it."""
        style = self.of_paragraph(properties)
        stated = {**(style.ground if style is not None else {}), **ground_of(properties)}
        return stated.get("ground", behind)

    def run_look(self, properties: etree._Element | None, paragraph: Look) -> Look:
        """How a run looks in a paragraph of this look."""
        if properties is None:
            return paragraph
        named = properties.find(qn("w:rStyle"))
        style = self._styles.get(named.get(_VALUE) or "") if named is not None else None
        return {**paragraph, **(style.look if style is not None else {}), **look_of(properties)}

    def is_shaded(self, table: etree._Element) -> bool:
        """Whether the style of a table, or the table itself, colours cells."""
        properties = table.find(qn("w:tblPr"))
        if properties is None:
            return False
        named = properties.find(qn("w:tblStyle"))
        style = self._styles.get(named.get(_VALUE) or "") if named is not None else None
        return bool(ground_of(properties)) or (style is not None and style.shaded)


def _is_default(style: etree._Element) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true")
