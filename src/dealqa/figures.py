"""Figures in text: money, percentages, dates, durations and other numbers, brought to one form and compared exactly."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

__all__ = ["Figure", "FigureKind", "figures", "unsupported"]

FigureKind = Literal["money", "percentage", "date", "year", "duration", "number"]

_UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_SCALES = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6, "bn": 10**9, "b": 10**9, "billion": 10**9,
    "tn": 10**12, "trillion": 10**12, "hundred": 10**2,
}  # fmt: skip
_CURRENCIES = {
    "£": "GBP", "€": "EUR", "$": "USD", "us$": "USD", "gbp": "GBP", "eur": "EUR", "usd": "USD",
    "pound": "GBP", "euro": "EUR", "dollar": "USD",
}  # fmt: skip
_MONTHS = {
    month: number
    for number, month in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}

_NOT_A_VERB = r"(?!(?-i:may|march)\b(?!\s+[12]\d{3}\b))"
"""Two months are verbs as well: "up to 10 may apply" holds a number and no date."""

_WORD_NUMBER = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(list(_UNITS)[1:10])}))?|{'|'.join(_UNITS)})"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"(?:thousand|million|billion|trillion|hundred|bn|mn|tn|[kmb])"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_PERIOD = r"(?:year|yr|month|week|day|decade)s?"

_FIGURE = re.compile(
    rf"""
    (?P<money>(?P<currency>us\$|[£€$]|\b(?:gbp|eur|usd)\b)\s?(?P<amount>{_DIGITS})(?:\s?(?P<scale>{_SCALE})(?![a-z]))?)
  | (?P<iso>\b(?P<iso_year>[12]\d{{3}})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)\b)
  | (?P<day_first>\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_NOT_A_VERB}(?P<month>{_MONTH})\.?,?
      (?:\s+(?P<year>[12]\d{{3}}))?\b)
  | (?P<month_first>\b(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>[12]\d{{3}})\b)
  | (?P<month_year>\b(?P<month3>{_MONTH})\.?,?\s+(?P<year3>[12]\d{{3}})\b)
  | (?P<span_year>\b(?P<from>(?:19|20)\d\d)\s?[/–-]\s?(?P<to>(?:19|20)?\d\d)\b(?![%\d]))
  | (?P<percentage>(?P<percent>\b{_DIGITS}|\b{_WORD_NUMBER}(?:\shundred)?)\s?(?:%|per\s?cent\b|percentage\spoints?\b))
  | (?P<duration>\b(?P<length>{_DIGITS}|{_WORD_NUMBER})(?:\s|-|\s?–\s?)(?P<period>{_PERIOD})\b)
  | (?P<pence>\b(?P<pounds>{_DIGITS})\s?(?P<scale2>{_SCALE})?\s(?P<unit>pound|euro|dollar)s?\b)
  | (?P<scaled>\b(?P<base>{_DIGITS}|{_WORD_NUMBER})[\s-]?
      (?P<scale3>hundred\s(?:thousand|million|billion)|thousand|million|billion|trillion|hundred|bn|mn|m|k)\b)
  | (?P<number>(?<![\w.,])(?:{_DIGITS})(?![\w%]|[.,]\d)|\b(?:{_WORD_NUMBER})\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in a text.

    Attributes:
        kind: what sort of figure it is; a four-digit number from 1900 to 2099 counts as a year.
        value: the one form that all spellings of it share: "GBP 1200000000", "100%", "2012-07-05", "25 year", "37000".
        start, end: where it stands, half-open.
    """

    kind: FigureKind
    value: str
    start: int
    end: int


def figures(text: str) -> tuple[Figure, ...]:
    """All figures in a text, in order. "One" on its own is no figure: it is a pronoun more often than a number."""
    return tuple(_figures(text))


def unsupported(text: str, quotes: str) -> tuple[str, ...]:
    """The figures of `text`, in their one form, that do not occur in `quotes`.

    A year is supported by a date in that year, and a month by a day in it; never the other way round.
    """
    given = {figure.value for figure in figures(quotes)}
    for value in list(given):
        if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value):
            given.update({value[:4], value[:7]})
        if re.fullmatch(r"\d{4}/\d{4}", value):
            given.update(value.split("/"))
    return tuple(figure.value for figure in figures(text) if figure.value not in given)


def _figures(text: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(text):
        kind, value = _normalised(match)
        if value:
            yield Figure(kind, value, match.start(), match.end())


def _normalised(match: re.Match[str]) -> tuple[FigureKind, str]:
    part = match.groupdict()
    if part["money"]:
        amount = _plain(_decimal(part["amount"]) * _scale(part["scale"]))
        return "money", f"{_CURRENCIES[part['currency'].casefold()]} {amount}"
    if part["pence"]:
        amount = _plain(_decimal(part["pounds"]) * _scale(part["scale2"]))
        return "money", f"{_CURRENCIES[part['unit'].casefold()]} {amount}"
    if part["percentage"]:
        return "percentage", f"{_plain(_decimal(part['percent']))}%"
    if part["duration"]:
        return "duration", _duration(part["length"], part["period"])
    if part["scaled"]:
        return "number", _plain(_decimal(part["base"]) * _scale(part["scale3"]))
    if part["number"]:
        return _number(part["number"])
    return _date(part)


def _date(part: dict[str, str | None]) -> tuple[FigureKind, str]:
    if part["iso"]:
        return "date", str(part["iso"])
    if part["span_year"]:
        return _years(str(part["from"]), str(part["to"]))
    if part["month_year"]:
        return "date", f"{part['year3']}-{_month(part['month3'])}"
    year = part["year"] or part["year2"]
    day = int(part["day"] or part["day2"] or 0)
    month = _month(part["month"] or part["month2"])
    return "date", f"{year}-{month}-{day:02d}" if year else f"--{month}-{day:02d}"


def _years(first: str, last: str) -> tuple[FigureKind, str]:
    if len(last) == 4:
        return "year", f"{first}/{last}"
    century = int(first[:2]) + (last == "00")  # 1999-00 ends in 2000
    if f"{century}{last}" <= first and 1 <= int(last) <= 12:
        return "date", f"{first}-{last}"  # 2012-07 is a month, for no span of years ends before it begins
    return "year", f"{first}/{century}{last}"


def _number(text: str) -> tuple[FigureKind, str]:
    if text.lower() == "one":
        return "number", ""
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return "year", text
    return "number", _plain(_decimal(text))


def _duration(length: str, period: str) -> str:
    unit = period.lower().rstrip("s").replace("yr", "year")
    count = _decimal(length)
    return f"{_plain(count * 10)} year" if unit == "decade" else f"{_plain(count)} {unit}"


def _month(name: str | None) -> str:
    return f"{_MONTHS[str(name).casefold()[:3]]:02d}"


def _decimal(text: str) -> Decimal:
    lowered = text.casefold()
    if lowered[0].isdigit():
        return Decimal(lowered.replace(",", ""))
    if lowered.endswith("hundred"):
        return 100 * _decimal(lowered.removesuffix("hundred").rstrip())
    return Decimal(sum(_UNITS.get(word, _TENS.get(word, 0)) for word in re.split(r"[- ]", lowered)))


def _scale(word: str | None) -> int:
    return math.prod(_SCALES[part] for part in word.casefold().split()) if word else 1


def _plain(value: Decimal) -> str:
    # Not by way of int or normalize: they refuse thousands of digits, or round them away.
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain.lstrip("0") or "0"
