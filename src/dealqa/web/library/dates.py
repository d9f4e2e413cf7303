"""Dates of documents as they are read: "2012-07" is "July 2012"."""

from __future__ import annotations

import datetime
from typing import Final

__all__ = ["shown_date"]

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def shown_date(date: str) -> str:
    """A year, month or day in ISO 8601 in words; what is none of them stays as it is."""
    parts = date.split("-")
    try:
        whole = datetime.date.fromisoformat("-".join([*parts, "01", "01"][:3]))
    except ValueError:
        return date
    words = [str(whole.day), _MONTHS[whole.month - 1], parts[0]]
    return " ".join(words[3 - len(parts) :])
