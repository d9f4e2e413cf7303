"""Finding the figures of a text and giving each its one form."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from dealqa.figures.dates import DATE, date_value, years_between
from dealqa.figures.durations import PERIOD, duration, period_of
from dealqa.figures.marks import bound_of, rate_of
from dealqa.figures.numerals import DIGITS, NUMBER, SCALE, SCALE_WORD, plain, scale_of, value_of

__all__ = ["Figure", "FigureKind", "figures", "given_values", "lowered", "unsupported"]

FigureKind = Literal["money", "percentage", "date", "year", "duration", "number"]

LONGEST = 200
"""Characters; a number that is longer is compared as it is written."""

_CURRENCIES = {
    "£": "GBP", "€": "EUR", "$": "USD", "us$": "USD", "gbp": "GBP", "eur": "EUR", "usd": "USD",
    "pound": "GBP", "euro": "EUR", "dollar": "USD", "pence": "GBP", "p": "GBP",
}  # fmt: skip
_SHARES = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}

_FIGURE = re.compile(
    rf"""
    (?P<date>{DATE})
  | (?P<share>\b(?:(?P<count>one|two|three|four|a)[\s-])?(?P<part>thirds?|quarters?|fifths?|sixths?|eighths?|tenths?)
      (?!\sof\san?\s(?:{SCALE_WORD}|century)\b)(?=\sof\b|\b(?<=s)(?!\s[a-z])|\b(?=[.,;:)]|$))
      |\b(?:one|two|three|four)[\s-](?P<part2>thirds?|quarters?|fifths|sixths|eighths|tenths)\b
        (?!\sof\san?\s(?:{SCALE_WORD}|century)\b)
      |(?<!\bfirst\s)(?<!\bsecond\s)(?<!\blast\s)(?<!-)\b(?P<half>half)\b
        (?!-|\s(?:(?:of\s)?(?:an?|one|1)\s)?(?:{SCALE_WORD}|hour|year|century|decade|way|time|term|penn|per\s?cent)))
  | (?P<amount>(?:(?P<currency>us\$|[£€$]|\b(?:gbp|eur|usd)\b)\s?|(?<![\w.,]))
      (?P<number>{NUMBER})(?P<scale>\s(?:bn|mn|tn|[km])(?![a-z\d])|{SCALE})?
      (?:\s?(?P<percent>%(?:\s?points?\b)?|per[\s-]?cent(?:age)?(?:[\s-]points?)?\b|percentage[\s-]points?\b)
        |[\s-](?P<unit>pounds?|euros?|dollars?|pence)\b|(?P<pence>p)\b
        |(?:\s|-|\s?–\s?)?(?P<period>{PERIOD}))?)
  | \b(?:for|within|over|than|after|lasts)\s(?P<single>an?\s(?:year|month|week|day|decade|century|fortnight))\b
    """,
    re.VERBOSE,
)


_ABOUT = re.compile(r"\b(?:than|over|under|about|around|nearly|almost|roughly|approximately|least|most|up\sto)\s$")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in a text.

    Attributes:
        kind: what sort of figure it is; a four-digit number from 1900 to 2099 counts as a year, an earlier one only
            where the words around it say so ("since 1136"), a share of a whole ("a third") as a percentage.
        value: the one form that all spellings of it share: "GBP 1200000000", "100%", "2012-07-05", "25 year", "37000".
        start, end: where it stands, half-open.
        bound: how it is bounded: "<=" (up to), "<", ">=" (at least), ">", "~" (about), "from" and "to" (the ends of a
            range), or "".
        per: what it is a rate of: "year", "month", "head" and the like, or "" for a total.
        points: whether it is a difference of percentages.
    """

    kind: FigureKind
    value: str
    start: int
    end: int
    bound: str = ""
    per: str = ""
    points: bool = False


@dataclass(slots=True)
class _Raw:
    """A number that was found, before its neighbours have had their say."""

    start: int
    end: int
    text: str
    count: Fraction
    scale: Fraction = Fraction(1)
    currency: str = ""
    percent: str = ""
    period: str = ""
    is_share: bool = False
    scaled: bool = False

    @property
    def bare(self) -> bool:
        return not (self.currency or self.percent or self.period)


def figures(text: str) -> tuple[Figure, ...]:
    """All figures in a text, in order. "One" on its own is no figure: it is a pronoun more often than a number."""
    return _cached(text) if len(text) < 3000 else tuple(_figures(text))


@lru_cache(maxsize=8192)
def _cached(text: str) -> tuple[Figure, ...]:
    return tuple(_figures(text))


def unsupported(text: str, quotes: str) -> tuple[str, ...]:
    """The figures of `text`, in their one form, that do not occur in `quotes`.

    A year is supported by a date in that year, and a month by a day in it; never the other way round.
    """
    known = given_values(figures(quotes), quotes)
    return tuple(figure.value for figure in figures(text) if figure.value not in known)


def given_values(found: Sequence[Figure], text: str) -> set[str]:
    """The values that figures of a text support: their own, the years of dates, and the ends of spans of years."""
    given = {figure.value for figure in found}
    for value in list(given):
        if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value):
            given.update({value[:4], value[:7]})
        elif re.fullmatch(r"--\d\d-\d\d", value):
            given.add(value[:4])
        elif re.fullmatch(r"\d{4}/\d{4}", value):
            given.update(value.split("/"))
    given.update(years_between(text))
    return given


def lowered(text: str) -> str:
    """The text in lower case, character by character, so that offsets stay what they are."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _figures(text: str) -> Iterator[Figure]:
    if _WIDE.search(text):
        yield from _on_one_line(text)
        return
    low = lowered(text)
    pending: list[_Raw] = []
    for match in _FIGURE.finditer(low):
        if match["date"]:
            yield from _finished(pending, low)
            pending = []
            dated = date_value(match, text)
            if dated is not None:
                yield Figure(*dated, match.start(), match.end())
                continue
            raw = _after_all(match, low)
        else:
            raw = _raw(match, low)
        if raw is not None:
            pending.append(raw)
    yield from _finished(pending, low)


_WIDE = re.compile(r"\s\s")


def _on_one_line(text: str) -> Iterator[Figure]:
    """The figures of a text with wide white space, as line breaks make it: read as if it were single."""
    kept = [at for at, letter in enumerate(text) if not (letter.isspace() and text[at - 1 : at].isspace())]
    for figure in _figures("".join(text[at] for at in kept)):
        yield replace(figure, start=kept[figure.start], end=kept[figure.end - 1] + 1)


def _after_all(match: re.Match[str], low: str) -> _Raw | None:
    """The number in what looked like a date and is none: "10 may" in "up to 10 may apply"."""
    number = re.match(rf"{DIGITS}", match.group())
    if number is None:
        return None
    return _Raw(match.start(), match.start() + number.end(), number.group(), value_of(number.group()))


def _raw(match: re.Match[str], low: str) -> _Raw | None:
    if match["share"]:
        return _share(match)
    if match["single"]:
        start = match.start("single")
        return _Raw(start, match.end(), "1", Fraction(1), period=match["single"].split()[1])
    text = match["number"]
    end = match.end()
    unit = match["unit"] or match["pence"]
    raw = _Raw(match.start(), end, text, Fraction(0), currency=_CURRENCIES.get(match["currency"] or "", ""))
    if len(text) <= LONGEST:
        raw.count = value_of(text)
    raw.percent, raw.period = match["percent"] or "", period_of(match["period"])
    if unit:
        raw.currency = raw.currency or _CURRENCIES[unit.removesuffix("s")]
    scale = match["scale"]
    if scale and not match["currency"] and scale.startswith((" ", "\u00a0")) and len(scale) == 2:
        raw.end, scale = match.end("number"), None  # "45 m" is forty-five metres
        raw.percent = raw.period = ""
    raw.scale, raw.scaled = scale_of(scale), bool(scale)
    if scale and scale.endswith("half"):
        raw.count += Fraction(1, 2)
    if unit in ("pence", "p"):
        raw.scale /= 100
    if raw.bare and not raw.scaled and not _stands_alone(low, raw, text):
        return None
    if minus := _is_negative(low, raw.start):
        raw.count, raw.start, raw.text = -raw.count, raw.start - minus, f"-{raw.text}"
    return raw


def _share(match: re.Match[str]) -> _Raw | None:
    part = match["half"] or match["part"] or match["part2"]
    words = match["share"].replace("-", " ").split()
    if (
        len(words) == 1
        and not match["half"]
        and not (part == "quarter" and _ABOUT.search(match.string, 0, match.start()))
    ):
        return None  # "the third of May", "thirds", "the first quarter of 2019", "the creative quarter of Nottingham"
    count = value_of(words[0]) if len(words) == 2 and words[0] != "a" else Fraction(1)
    share = 100 * count / _SHARES[part.removesuffix("s")]
    return _Raw(match.start(), match.end(), "", share, percent="%", is_share=True)


def _stands_alone(low: str, raw: _Raw, text: str) -> bool:
    if text.strip() in ("one", "a", "an") or text.startswith(("half", "a half")):
        return False
    after = low[raw.end : raw.end + 2]
    if text[-1].isdigit() and (re.match(r"[\w%]|[.,]\d", after)):
        return re.match(r"(?:mw|gw|kw|gwh|mwh|kwh|ha|km|mph|sqm|m²|m2)\b", low[raw.end : raw.end + 6]) is not None
    return True


def _is_negative(low: str, start: int) -> int:
    """How many characters in front of a number make it negative; a dash after a figure is that of a range."""
    if low.endswith("minus ", 0, start):
        return 6
    if not low.endswith(("-", "−", "–"), 0, start):
        return 0
    before = low[: start - 1][-12:]
    return int(not before or (before[-1] in " (\n\t\u00a0" and not re.search(r"[\d%]\s*$", before)))


def _finished(found: list[_Raw], low: str) -> Iterator[Figure]:
    """The figures of numbers in order; the first of a range takes the unit and the scale of the second."""
    ends = [""] * len(found)
    for i, (one, other) in enumerate(itertools.pairwise(found)):
        kind = _range_between(low, found[i - 1].end if i else 0, one, other)
        if kind:
            _share_unit(one, other)
        if kind == "range":
            ends[i], ends[i + 1] = "from", "to"
    for i, raw in enumerate(found):
        figure = _figure(raw)
        if figure is None:
            continue
        if figure.kind == "number" and _is_old_year(low, raw):
            figure = replace(figure, kind="year")
        rate, past = rate_of(low, raw.start, raw.end) if figure.kind != "year" else ("", raw.end)
        bound = "" if ends[i] == "to" else bound_of(low, found[i - 1].end if i else 0, raw.start, past, figure.kind)
        if ends[i] and bound in ("", "~"):
            bound = ends[i]
        yield replace(figure, bound=bound, per=rate)


_IN_A_YEAR = re.compile(r"\b(?:in|since|until|till|circa|c\.|year)\s$")
_BEHIND_A_YEAR = re.compile(r"\s?(?:[.,;:)–—-]|$)|\s(?:and|the|when|as|to|with|it|he|she|they|was|were)\b")


def _is_old_year(low: str, raw: _Raw) -> bool:
    """Whether a number is a year before 1900: "established in 1136", and not "in 1136 homes"."""
    return (
        re.fullmatch(r"1[0-8]\d\d", raw.text) is not None
        and _IN_A_YEAR.search(low, max(0, raw.start - 8), raw.start) is not None
        and _BEHIND_A_YEAR.match(low, raw.end) is not None
    )


_DASH = re.compile(r"\s?[-–—−]\s?|\sto\s|\sup\sto\s")


def _range_between(low: str, floor: int, one: _Raw, other: _Raw) -> str:
    """Whether two numbers are the ends of a range: "range", "change" ("from 5 to 10" may tell of growth), or ""."""
    between = low[one.end : other.start]
    if other.text.startswith("-") and not between.strip():
        return ""
    before = low[max(floor, one.start - 16) : one.start]
    if len(between) <= 5 and between == " and " and re.search(r"\bbetween\s(?:an?\s)?$", before):
        return "range"
    if len(between) > 7 or not _DASH.fullmatch(between):
        return ""
    if one.bare and not other.bare and re.fullmatch(r"(?:19|20)\d\d", one.text):
        return ""  # "from 10% in 2012 to 7%"
    return "change" if re.search(r"\bfrom\s(?:an?\s|about\s|around\s)?$", before) else "range"


def _share_unit(one: _Raw, other: _Raw) -> None:
    if one.bare and not other.is_share:
        one.currency, one.percent, one.period = other.currency, other.percent, other.period
    elif other.bare and one.currency:
        other.currency = one.currency
    if not one.scaled and other.scaled and one.count <= other.count and one.currency == other.currency:
        one.scale, one.scaled = other.scale, True


def _figure(raw: _Raw) -> Figure | None:
    value = raw.count * raw.scale
    if len(raw.text) > LONGEST:
        return Figure("number", re.sub(r"[,'’\s]", "", raw.text).lstrip("0") or "0", raw.start, raw.end)
    if raw.currency:
        return Figure("money", f"{raw.currency} {plain(value)}", raw.start, raw.end)
    if raw.percent:
        return Figure("percentage", f"{plain(value)}%", raw.start, raw.end, points="point" in raw.percent)
    if raw.period:
        return Figure("duration", duration(value, raw.period), raw.start, raw.end)
    if not raw.scaled and re.fullmatch(r"(?:19|20)\d\d", raw.text):
        return Figure("year", raw.text, raw.start, raw.end)
    return Figure("number", plain(value), raw.start, raw.end)
