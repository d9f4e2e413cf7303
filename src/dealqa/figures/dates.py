"""Dates, months, years and spans of years, brought to one form."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["DATE", "YEAR_RANGE", "date_value", "years_between"]

_MONTHS = {
    month: number
    for number, month in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"[12]\d{3}"

DATE = rf"""(?:
    \b(?P<iso_year>{_YEAR})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)\b
  | \b(?P<uk_day>\d\d?)(?P<uk_mark>[/.])(?P<uk_month>\d\d?)(?P=uk_mark)(?P<uk_year>{_YEAR})\b
  | \b(?P<day>\d\d?)(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<month>{_MONTH})\b\.?,?(?:\s+(?P<year>{_YEAR})\b)?
  | \b(?P<month2>{_MONTH})\s+(?P<day2>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year2>{_YEAR})\b
  | \b(?P<month3>{_MONTH})\.?,?\s+(?P<year3>{_YEAR})\b
  | \b(?:financial|fiscal)\s+years?\s+(?P<from2>(?:19|20)\d\d)\s+(?:to|and)\s+(?P<to2>(?:19|20)\d\d)\b
  | \b(?P<from>(?:19|20)\d\d)\s?[/–-]\s?(?P<to>(?:19|20)?\d\d)\b(?![%\d])
)"""
"""A date in lower-case text (a pattern for re.VERBOSE); `date_value` reads its groups."""

YEAR_RANGE = re.compile(
    r"\b((?:19|20)\d\d)\s(?:to|until|and)\s((?:19|20)\d\d)\b",
)


def date_value(match: re.Match[str], text: str) -> tuple[Literal["date", "year"], str] | None:
    """The kind and the one form of a date that `DATE` matched; None where a month is a verb ("10 may apply").

    Args:
        text: as it was written, with its capitals.
    """
    part = match.groupdict()
    if part["iso_year"]:
        return "date", f"{part['iso_year']}-{part['iso_month']}-{part['iso_day']}"
    if part["uk_year"]:
        return "date", f"{part['uk_year']}-{int(part['uk_month']):02d}-{int(part['uk_day']):02d}"
    if part["from"] or part["from2"]:
        return _years(part["from"] or part["from2"], part["to"] or part["to2"])
    if part["month3"]:
        return "date", f"{part['year3']}-{_month(part['month3'])}"
    year = part["year"] or part["year2"]
    if not year and part["month"] in ("may", "march", "mar") and text[match.start("month")].islower():
        return None
    stamp = f"{_month(part['month'] or part['month2'])}-{int(part['day'] or part['day2']):02d}"
    return "date", f"{year}-{stamp}" if year else f"--{stamp}"


def years_between(text: str) -> set[str]:
    """Spans of years that are written out: "2012 to 2015" gives "2012/2015"."""
    return {f"{match[1]}/{match[2]}" for match in YEAR_RANGE.finditer(text)}


def _years(first: str, last: str) -> tuple[Literal["date", "year"], str]:
    if len(last) == 4:
        return "year", f"{first}/{last}"
    century = int(first[:2]) + (last == "00")  # 1999-00 ends in 2000
    if f"{century}{last}" <= first and 1 <= int(last) <= 12:
        return "date", f"{first}-{last}"  # 2012-07 is a month, for no span of years ends before it begins
    return "year", f"{first}/{century}{last}"


def _month(name: str) -> str:
    return f"{_MONTHS[name[:3]]:02d}"
