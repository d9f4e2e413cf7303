"""What the styles of an HTML page hide: those in its elements, and its own style sheets as far as they are simple.

A rule is simple when it selects by a tag, classes and an identifier alone. Other rules, rules for print or for narrow
screens, and style sheets in other files are not applied; where they could colour text or ground, nothing is called
faint that does not say both itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dealqa.reading.colours import BLACK, WHITE, Colour, css_colour, is_faint
from dealqa.types import HiddenKind

__all__ = ["Look", "StyleSheet", "declarations", "hiding_kind", "own_hiding_kind"]

_KEPT = frozenset(
    {
        "background", "background-color", "background-image", "bottom", "clip", "clip-path", "color",
        "content-visibility", "display", "font-size", "height", "left", "max-height", "max-width",
        "mso-hide", "opacity", "overflow", "position", "right", "text-indent", "top", "transform",
        "visibility", "width",
    }
)  # fmt: skip
_MOST_CSS = 400_000
_MOST_RULES = 500
_FAR = 400  # pixels beside the page
_TINY = 2.0
_LENGTH = re.compile(r"([+-]?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9}))\s*(px|pt|em|rem|ex|ch|%|cm|mm|in|vw|vh|pc)?")
_PIXELS = {
    "px": 1.0, "pt": 1.33, "pc": 16.0, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "cm": 37.8, "mm": 3.78,
    "in": 96.0, "vw": 10.0, "vh": 10.0, "%": 10.0,
}  # fmt: skip
_SELECTOR = re.compile(r"([a-z][a-z0-9]*|\*)?((?:[.#][\w-]+)*)", re.I)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)


def declarations(style: str) -> dict[str, str]:
    """The declarations of a `style` attribute or a rule that can hide something; the last of a name holds."""
    found: dict[str, str] = {}
    forced: set[str] = set()
    for part in _COMMENT.sub("", style[:_MOST_CSS]).split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if not colon or name not in _KEPT:
            continue
        value, mark, _ = value.lower().partition("!")
        if mark:
            forced.add(name)
        elif name in forced:
            continue
        found[name] = value.strip()
    return found


def hiding_kind(declared: Mapping[str, str]) -> HiddenKind | None:
    """Why an element with these declarations is not seen, with all that is in it; None when it is."""
    if not declared:
        return None
    if declared.get("display") == "none" or declared.get("mso-hide") == "all":
        return "marked_hidden"
    if declared.get("content-visibility") == "hidden" or _is_clipped(declared):
        return "marked_hidden"
    if _is_zero(declared.get("opacity")) or re.fullmatch(r"scale\(\s*0(?:\.0*)?\s*\)", declared.get("transform", "")):
        return "invisible"
    if _is_beside(declared):
        return "off_page"
    return None


def own_hiding_kind(attributes: Mapping[str, str | None]) -> HiddenKind | None:
    """Why an element is not seen, from its own attributes alone, on a white page."""
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return "marked_hidden"
    declared = declarations(attributes.get("style") or "")
    return hiding_kind(declared) or Look().inside(declared, attributes.get("color")).kind


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks that stands directly in an element.

    Attributes:
        ground: the colour behind the text; None where it is not known.
    """

    colour: Colour | None = BLACK
    ground: Colour | None = WHITE
    kind: HiddenKind | None = None
    tiny: bool = False
    clear: bool = False
    unseen: bool = False

    def inside(self, declared: Mapping[str, str], colour: str | None = None, ground: str | None = None) -> Look:
        """The look in a child with these declarations; `colour` and `ground` are those of old attributes."""
        if not declared and colour is None and ground is None:
            return self
        own, clear = self.colour, self.clear
        said = declared.get("color", colour)
        if said is not None and said not in ("inherit", "currentcolor"):
            value = css_colour(said)
            own, clear = (None, value == "transparent") if value is None or isinstance(value, str) else (value, False)
        look = replace(
            self,
            colour=own,
            clear=clear,
            ground=_ground(declared, ground, self.ground),
            tiny=_tiny(declared.get("font-size"), self.tiny),
            unseen=_unseen(declared.get("visibility"), self.unseen),
        )
        return replace(look, kind=look._why())

    def _why(self) -> HiddenKind | None:
        if self.unseen:
            return "marked_hidden"
        if self.tiny:
            return "tiny"
        if self.clear:
            return "invisible"
        return "faint" if self.colour and self.ground and is_faint(self.colour, self.ground) else None


@dataclass(frozen=True, slots=True)
class _Rule:
    tag: str
    names: frozenset[str]
    declared: Mapping[str, str]


class StyleSheet:
    """The simple rules of a page's own style sheets.

    Attributes:
        complete: whether nothing else can set colours: no style sheet elsewhere, no rule that is not simple.
    """

    def __init__(self, sheets: Iterable[str], *, complete: bool) -> None:
        self.complete = complete
        self._rules: dict[str, list[_Rule]] = {}
        self._count = 0
        for css in sheets:
            self._take(_COMMENT.sub("", css[:_MOST_CSS]))
            self.complete = self.complete and len(css) <= _MOST_CSS

    def declared(self, tag: str, identifier: str, classes: str, style: str) -> dict[str, str]:
        """All that holds for an element, by the weight of the rules; what it says itself comes last."""
        if not style and not self._rules:
            return {}
        found: dict[str, str] = {}
        if self._rules:
            names = frozenset({f".{name}" for name in classes.split()} | ({f"#{identifier}"} if identifier else set()))
            keys = (tag, *sorted(names))
            fitting = [rule for key in keys for rule in self._rules.get(key, ()) if rule.names <= names]
            fitting = [rule for rule in fitting if rule.tag in ("", tag)]
            for rule in sorted(fitting, key=_weight):
                found.update(rule.declared)
        found.update(declarations(style))
        return found

    def _take(self, css: str) -> None:
        at = 0
        while (opening := css.find("{", at)) >= 0:
            selectors = css[at:opening].rpartition(";")[2].strip()
            closing = _closing(css, opening)
            body = css[opening + 1 : closing]
            self.complete = self.complete and "@import" not in css[at:opening]
            if selectors.startswith("@"):
                self.complete = self.complete and "color" not in body and "background" not in body
            else:
                self._add(selectors, declarations(body))
            at = closing + 1

    def _add(self, selectors: str, declared: dict[str, str]) -> None:
        if not declared:
            return
        for selector in selectors.split(","):
            match = _SELECTOR.fullmatch(selector.strip())
            if match is None or not match.group() or match[1] == "*" or self._count >= _MOST_RULES:
                self.complete = self.complete and not any("color" in name or "background" in name for name in declared)
                continue
            self._count += 1
            tag, names = (match[1] or "").lower(), frozenset(re.findall(r"[.#][\w-]+", match[2]))
            self._rules.setdefault(max(names, default=tag), []).append(_Rule(tag, names, declared))


def _weight(rule: _Rule) -> tuple[int, int, int]:
    return (
        sum(name.startswith("#") for name in rule.names),
        sum(name.startswith(".") for name in rule.names),
        int(bool(rule.tag)),
    )


def _closing(css: str, opening: int) -> int:
    """Where the block ends that begins at `opening`; the end of the sheet when it never does."""
    depth = 0
    for match in re.compile("[{}]").finditer(css, opening):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.start()
    return len(css)


def _pixels(text: str | None) -> float | None:
    """A length in pixels, roughly: what counts is whether it is nothing, or very far."""
    match = _LENGTH.fullmatch((text or "").strip())
    return None if match is None else float(match[1]) * _PIXELS.get(match[2] or "px", 1.0)


def _is_zero(text: str | None) -> bool:
    return _pixels(text) == 0


def _is_beside(declared: Mapping[str, str]) -> bool:
    indent = _pixels(declared.get("text-indent"))
    if indent is not None and indent <= -_FAR:
        return True
    if declared.get("position") not in ("absolute", "fixed"):
        return False
    sides = [_pixels(declared.get(side)) for side in ("left", "top", "right", "bottom")]
    return any(side is not None and side <= -_FAR for side in sides)


def _is_clipped(declared: Mapping[str, str]) -> bool:
    clip = re.sub(r"[\s,]|px", "", declared.get("clip", ""))
    if re.fullmatch(r"rect\([01]{4}\)", clip) or re.match(
        r"(?:inset\(\s*(?:50|100)%|circle\(\s*0)", declared.get("clip-path", "")
    ):
        return True
    sizes = (declared.get(name) for name in ("height", "width", "max-height", "max-width"))
    return "hidden" in declared.get("overflow", "") and any(_is_zero(size) for size in sizes)


def _tiny(size: str | None, before: bool) -> bool:
    """Whether letters are too small to see; a relative size stays what it was."""
    if size is None or size == "inherit":
        return before
    length = _pixels(size)
    if length is None:
        return False
    if size.endswith(("em", "%")) and not size.endswith("rem"):
        return before or length == 0
    return length < _TINY


def _unseen(visibility: str | None, before: bool) -> bool:
    if visibility in (None, "inherit"):
        return before
    return visibility in ("hidden", "collapse")


def _ground(declared: Mapping[str, str], attribute: str | None, before: Colour | None) -> Colour | None:
    """The colour behind an element's text; a picture there makes it unknown."""
    said = declared.get("background-color", declared.get("background", attribute))
    if "url(" in declared.get("background-image", "") or "gradient(" in declared.get("background-image", ""):
        return None
    if said is None or said in ("none", "inherit", "initial", "transparent", "unset"):
        return before
    value = css_colour(said)
    return value if isinstance(value, tuple) else before if value == "transparent" else None
