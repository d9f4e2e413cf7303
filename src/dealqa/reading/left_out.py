"""What a parser leaves out of a file, counted as it goes and told in sentences at the end."""

from __future__ import annotations

from collections import Counter

from dealqa.types import Coverage, HiddenKind, HiddenText

__all__ = ["LeftOut", "visible_length"]

_WHY: dict[HiddenKind, str] = {
    "covered": "under something opaque",
    "faint": "in the colour of its ground",
    "invisible": "drawn without ink",
    "marked_hidden": "marked as hidden",
    "off_page": "beside the page",
    "tiny": "too small to see",
    "zero_width": "made of characters without a shape",
}


def visible_length(text: str) -> int:
    """Characters of a text, white space not counted."""
    return len("".join(text.split()))


class LeftOut:
    """Hidden text by kind and page, tracked changes, parts that were not read, and plain remarks.

    Attributes:
        insertions, deletions: tracked changes: stretches that were kept, and stretches that were left out.
        tables: how many tables were read.
        gaps: parts that were not read, a sentence each.
        unread_pages: pages that hold a picture and no text.
        remarks: what is worth knowing and makes the reading no less complete, a sentence each.
    """

    def __init__(self) -> None:
        self.insertions = 0
        self.deletions = 0
        self.tables = 0
        self.gaps: list[str] = []
        self.remarks: list[str] = []
        self.unread_pages: list[int] = []
        self._hidden: Counter[tuple[int | None, HiddenKind]] = Counter()

    def hide(self, kind: HiddenKind, text: str | int, page: int | None = None) -> None:
        """Count hidden text: the text itself, or how many characters it has."""
        length = text if isinstance(text, int) else visible_length(text)
        if length:
            self._hidden[page, kind] += length

    def count_unread(self, parts: Counter[str]) -> None:
        """Add one sentence for the parts that were not read: {"chart": 2} becomes "Not read: 2 charts."."""
        named = [f"{n} {noun}{'' if n == 1 else 's'}" for noun, n in sorted(parts.items()) if n]
        if named:
            self.gaps.append(f"Not read: {', '.join(named)}.")

    @property
    def hidden(self) -> tuple[HiddenText, ...]:
        """All hidden text, by page and kind."""
        found = sorted(self._hidden.items(), key=lambda item: (item[0][0] or 0, item[0][1]))
        return tuple(HiddenText(kind, n, page) for (page, kind), n in found)

    def coverage(self) -> Coverage:
        """Everything that was counted, as a value."""
        return Coverage(
            unread_pages=tuple(self.unread_pages),
            tables=self.tables,
            hidden=self.hidden,
            insertions=self.insertions,
            deletions=self.deletions,
            gaps=tuple(self.gaps),
        )

    def warnings(self) -> tuple[str, ...]:
        """Tracked changes, hidden text and remarks in sentences; what is in `gaps` stands there only."""
        found: list[str] = []
        if self.insertions or self.deletions:
            found.append(
                f"The file has tracked changes: {self.insertions} insertions were kept and {self.deletions} deletions "
                "left out."
            )
        by_kind: Counter[HiddenKind] = Counter()
        for (_, kind), n in self._hidden.items():
            by_kind[kind] += n
        if by_kind:
            parts = ", ".join(f"{n:,} characters {_WHY[kind]}" for kind, n in sorted(by_kind.items()))
            found.append(f"Hidden text was left out: {parts}.")
        return (*found, *self.remarks)
