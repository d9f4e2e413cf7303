"""How a quote reads in an answer: the document's own words without its markup; and what a relative date means."""

from __future__ import annotations

import re

from dealqa.rows import cells_of, is_heads, is_row, read_out, under_heads
from dealqa.types import DocumentInfo, Hit

__all__ = ["readable", "relative_date", "title_of", "with_numbers"]

_MARKDOWN = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[\^[^\]]+\]"), ""),
    (re.compile(r"(?<!\w)(\*\*|__|\*|_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"^\s*(?:#{1,6}|[-*+]|\d+[.)])\s+", re.MULTILINE), ""),
    (re.compile(r"\\([*_#\[\]()`|-])"), r"\1"),
)

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_RELATIVE = re.compile(rf"\blast ({'|'.join(_MONTHS)})\b", re.IGNORECASE)


def readable(text: str, hit: Hit) -> str:
    """A quote as a sentence to be read: white space evened out, Markdown marks removed, a table row spelt out.

    Only the document's own words are used; a row's cells are introduced with the heads of their columns.
    """
    if hit.document.path.lower().endswith((".md", ".markdown")):
        for pattern, replacement in _MARKDOWN:
            text = pattern.sub(replacement, text)
    if is_row(text):
        header = hit.passage.table_header
        pairs = [] if is_heads(text, header) else under_heads(text, header)  # heads do not stand under themselves
        return read_out(pairs or [("", cell) for cell in cells_of(text)])
    return " ".join(text.split())


def title_of(document: DocumentInfo) -> str:
    """A document's title with its date and status, as far as they are known: "Earn Back (2015-12, revised)"."""
    told = ", ".join(part for part in (document.date, document.status) if part)
    return f"{document.title} ({told})" if told else document.title


def with_numbers(text: str, numbers: tuple[int, ...]) -> str:
    """A sentence followed by its citation numbers in brackets."""
    return f"{text} {''.join(f'[{number}]' for number in numbers)}"


def relative_date(text: str, date: str | None) -> str | None:
    """What "last December" means in a document of a known date, as a notice; None when there is nothing to say.

    Args:
        date: the document's, ISO 8601, at least to the month.
    """
    match = _RELATIVE.search(text)
    if match is None or date is None or not re.match(r"\d{4}-\d\d", date):
        return None
    year, month = int(date[:4]), int(date[5:7])
    asked = _MONTHS.index(match.group(1).lower()) + 1
    meant = year if asked < month else year - 1
    return f"“{match.group()}” in a document dated {date} means {_MONTHS[asked - 1].capitalize()} {meant}."
