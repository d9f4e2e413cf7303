"""What to tell of the pages of a PDF: which were not read, which from a picture, and what nobody sees on them."""

from __future__ import annotations

from collections.abc import Sequence

from dealqa.reading.pdf_lines import PageLines
from dealqa.types import HiddenKind

__all__ = ["page_warnings"]

_MOST_NUMBERS = 20
_WHY: dict[HiddenKind, str] = {
    "invisible": "drawn without ink",
    "tiny": "too small to be read",
    "faint": "in the colour of its ground",
    "covered": "under something else, or cut off",
    "off_page": "off the page",
    "marked_hidden": "in a layer that is switched off",
    "zero_width": "made of characters without a shape",
}


def page_warnings(pages: Sequence[PageLines]) -> list[str]:
    """A sentence for each thing that there is to say."""
    found = []
    if unread := [page.number for page in pages if page.unread]:
        found.append(f"{_pages(unread)} without text (a scanned image?) could not be read.")
    if read := [page.number for page in pages if page.confidence is not None]:
        found.append(f"{_pages(read)} read from the picture by text recognition, which makes mistakes.")
    if layered := [page.number for page in pages if page.layered]:
        found.append(
            f"{_pages(layered)} read from the text layer of a scan, which was not compared with the picture; "
            "it is where tesseract is installed."
        )
    for kind, why in _WHY.items():
        counts = [(page.number, text.characters) for page in pages for text in page.hidden if text.kind == kind]
        if counts:
            places = _pages([number for number, _ in counts])
            found.append(f"Hidden text was left out: {sum(n for _, n in counts)} characters {why}. {places}.")
    return found


def _pages(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_MOST_NUMBERS])
    more = f" and {len(numbers) - _MOST_NUMBERS} more" if len(numbers) > _MOST_NUMBERS else ""
    return f"{'Page' if len(numbers) == 1 else 'Pages'} {shown}{more}"
