"""Durations: periods by one name, and equal lengths of time in one form."""

from __future__ import annotations

from fractions import Fraction

from dealqa.figures.numerals import plain

__all__ = ["PERIOD", "duration", "period_of"]

_PERIODS = {"yr": "year", "hr": "hour", "min": "minute", "centurie": "century"}
_LONG = {"decade": (10, "year"), "century": (100, "year"), "fortnight": (2, "week")}

PERIOD = r"(?:years?|yrs?|months?|weeks?|fortnights?|days?|decades?|hours?|hrs?|minutes?|mins?|century|centuries)\b"
"""A period in lower-case text."""


def period_of(name: str | None) -> str:
    """A period in the singular, without its short form; "" for none."""
    unit = (name or "").removesuffix("s")
    return _PERIODS.get(unit, unit)


def duration(count: Fraction, unit: str) -> str:
    """A length of time in the longest unit that holds it plainly: "18 month" is "1.5 year"."""
    factor, unit = _LONG.get(unit, (1, unit))
    count *= factor
    if unit == "year" and count < 1:
        count, unit = count * 12, "month"
    elif unit == "month" and count >= 12 and count % 3 == 0:
        count, unit = count / 12, "year"
    elif unit == "day" and count >= 7 and count % 7 == 0:
        count, unit = count / 7, "week"
    elif unit == "hour" and count < 1:
        count, unit = count * 60, "minute"
    elif unit == "minute" and count >= 60 and count % 30 == 0:
        count, unit = count / 60, "hour"
    return f"{plain(count)} {unit}"
