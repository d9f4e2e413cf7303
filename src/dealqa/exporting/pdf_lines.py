"""Paragraphs of a PDF whose lines are put into the order in which they are seen."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.platypus import Paragraph

from dealqa.exporting.right_to_left import visual_order

__all__ = ["TurnedParagraph"]

_ANCHOR = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for what is no text in a line."""


class TurnedParagraph(Paragraph):  # type: ignore[misc]  # reportlab has no annotations
    """A paragraph with text from right to left in it. Its lines are broken as they are read, and turned when drawn."""

    blPara: Any  # noqa: N815  # reportlab's name for the broken lines

    def draw(self) -> None:
        """Draw it."""
        lines = self.blPara
        turned = self.style.alignment == TA_RIGHT
        if lines.kind == 0:
            shown = [(extra, [_text(" ".join(words), turned)]) for extra, words in map(_parts, lines.lines)]
        else:
            shown = [line.clone(words=_frags(line.words, turned)) for line in lines.lines]
        self.blPara = lines.clone(lines=shown)
        super().draw()


def _parts(line: Any) -> tuple[float, list[str]]:
    return (line[0], line[1]) if isinstance(line, tuple) else (line.extraSpace, line.words)


def _text(text: str, turned: bool) -> str:
    return "".join(character for _, character in visual_order(text, right_to_left=turned))


def _frags(words: list[Any], turned: bool) -> list[Any]:
    """Stretches of one look each, cut up and put together again in the order in which they are seen."""
    owners = [place for place, word in enumerate(words) for _ in _letters(word)]
    order = visual_order("".join(map(_letters, words)), right_to_left=turned)
    found = []
    for owner, run in groupby(order, key=lambda one: owners[one[0]]):
        word = words[owner]
        text = "".join(character for _, character in run)
        found.append(word if hasattr(word, "cbDefn") else word.clone(text=text))
    return found


def _letters(word: Any) -> str:
    return _ANCHOR if hasattr(word, "cbDefn") else word.text
