"""How the cells of a workbook look, as far as that hides them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openpyxl.styles.colors import COLOR_INDEX

from dealqa.reading.colours import BLACK, WHITE, Colour, hex_colour, is_faint
from dealqa.types import HiddenKind

__all__ = ["CellLook", "SheetLooks"]

_TINY = 2  # points
_PLAIN_THEME = b'<a:lt1><a:sysClr val="window"'


@dataclass(frozen=True, slots=True)
class CellLook:
    """What a cell's style says.

    Attributes:
        colour: of the text; None where it is not known.
        ground: of the cell's own fill; None where it is not known.
        filled: whether the cell has a fill of its own.
    """

    bold: bool = False
    tiny: bool = False
    colour: Colour | None = BLACK
    ground: Colour | None = WHITE
    filled: bool = False

    def hidden_kind(self, *, coloured: bool) -> HiddenKind | None:
        """Why text in a cell of this look is not seen; None when it is.

        Args:
            coloured: whether something else on the sheet may colour cells without a fill.
        """
        if self.tiny:
            return "tiny"
        if self.colour is None or self.ground is None or (coloured and not self.filled):
            return None
        return "faint" if is_faint(self.colour, self.ground) else None


class SheetLooks:
    """The looks of a workbook's cells, each worked out once.

    Args:
        theme: the workbook's theme part, if it has one.
    """

    def __init__(self, theme: bytes | None) -> None:
        self._looks: dict[int, CellLook] = {}
        self._white_theme = theme is not None and _PLAIN_THEME in theme

    def of(self, cell: Any) -> CellLook:
        """The look of a cell that holds something."""
        key = cell._style_id
        if key not in self._looks:
            self._looks[key] = self._look(cell)
        return self._looks[key]

    def _look(self, cell: Any) -> CellLook:
        font, fill = cell.font, cell.fill
        filled = fill.fill_type is not None
        ground = None if filled else WHITE
        if fill.fill_type == "solid":
            ground = self._colour(fill.fgColor)
        return CellLook(
            bold=bool(font.b),
            tiny=font.sz is not None and font.sz < _TINY,
            colour=BLACK if font.color is None else self._colour(font.color),
            ground=ground,
            filled=filled,
        )

    def _colour(self, colour: Any) -> Colour | None:
        if colour is None or colour.tint:
            return None
        if colour.type == "theme":
            return WHITE if colour.theme == 0 and self._white_theme else BLACK if colour.theme == 1 else None
        if colour.type == "indexed":
            known = 0 <= colour.indexed < len(COLOR_INDEX)
            return hex_colour(COLOR_INDEX[colour.indexed][2:]) if known else None
        return hex_colour(str(colour.rgb)[-6:])
