"""A cell's value as its spreadsheet shows it: 45000000 as "£45,000,000", 0.25 as "25%", dates as ISO 8601.

The formats are those of ECMA-376, part 1, section 18.8.31, without fractions, colours and padding, which say nothing.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

__all__ = ["shown"]

_TOKEN = re.compile(
    r"""
      "(?P<quoted>[^"]*)"                         # "words"
    | \\(?P<escaped>.)                            # one character
    | \[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]     # [$£-809]
    | \[(?P<condition>[^\]]*)\]                   # a colour or a condition
    | [_*].                                       # the width of a character; a character that fills the cell
    | (?P<exponent>[Ee][+-])
    | (?P<digits>[0\#?.,]+)
    | (?P<other>.)
    """,
    re.X | re.S,
)
_UNUSUAL = re.compile(r"[Ee][+-]|[#?0]\s*/\s*[#?0\d]|\[[<>=]")
_GENERAL_DIGITS = 11
_LARGEST_FORMAT = 255  # characters; longer ones are no formats
_MOST_DECIMALS = 30
_LARGEST_EXPONENT = 30
_EXACT = Context(prec=1_000)  # enough for every number and format within these limits


def shown(value: object, number_format: str) -> str:
    """The text of a cell.

    Args:
        value: what openpyxl gives: None, text, a truth value, a number, or a date, time or duration.
        number_format: the cell's number format, for example `"£"#,##0.00`.

    Dates are ISO 8601, as exact as the format shows them: a month for "mmm yyyy", a year for "yyyy". Numbers are
    rounded as the format says, halves away from zero; formats that are not understood fall back to the plain number.
    A format with an empty section (";;;") shows nothing of the values that the section is for.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime | datetime.date):
        return _date(value, number_format)
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="minutes" if value.second == 0 else "seconds")
    if isinstance(value, int | float | Decimal):
        return _number(value, number_format)
    sections = _sections(number_format) if ";" in number_format else []
    return "" if len(sections) > 3 and not sections[3].strip() else str(value)


def _date(value: datetime.datetime | datetime.date, number_format: str) -> str:
    if isinstance(value, datetime.datetime) and (value.hour or value.minute or value.second):
        return value.isoformat(sep=" ", timespec="minutes")
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format).lower()
    if "y" in plain and "d" not in plain:
        return f"{value:%Y-%m}" if "m" in plain else f"{value:%Y}"
    return f"{value:%Y-%m-%d}"


def _number(value: float | Decimal, number_format: str) -> str:
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation:
        return str(value)
    if not number.is_finite() or len(number_format) > _LARGEST_FORMAT or number.adjusted() > _LARGEST_EXPONENT:
        return str(value)
    sections = _sections(number_format)
    section = sections[0]
    if number < 0 and len(sections) > 1 and (sections[1].strip() or len(sections) > 2):
        section, number = sections[1], -number  # the section says itself how a minus is shown
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    if len(sections) > 2 and not section.strip():
        return ""  # the format shows nothing
    if section.strip().lower() in ("", "general", "@") or _UNUSUAL.search(section):
        return _plain(number)
    return _formatted(number, section)


def _sections(number_format: str) -> list[str]:
    """The parts between semicolons: for positive, negative, zero and text."""
    parts = [""]
    for match in _TOKEN.finditer(number_format):
        if match["other"] == ";":
            parts.append("")
        else:
            parts[-1] += match.group()
    return parts


def _plain(number: Decimal) -> str:
    """As "General" shows it, without the noise of binary fractions and without an exponent."""
    digits = max(_GENERAL_DIGITS, number.adjusted() + 1)  # whole numbers keep all their digits
    rounded = Decimal(f"{number:.{digits}g}")
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _formatted(number: Decimal, section: str) -> str:
    """The number as one section of a format shows it."""
    tokens = list(_TOKEN.finditer(section))
    first = next((k for k, token in enumerate(tokens) if token["digits"] and re.search("[0#?]", token["digits"])), None)
    percent = sum(token["other"] == "%" for token in tokens)
    pieces: list[str] = []
    if first is not None and number < 0:
        number = -number
        pieces.append("-")
    for k, token in enumerate(tokens):
        if token["digits"] and k == first:
            pieces.append(_digits(number.scaleb(2 * percent), token["digits"]))
        elif token["digits"] and first is None:
            pieces.append(token["digits"])
        elif not token["digits"]:
            pieces.append(_literal(token))
    text = "".join(pieces).strip()
    return "0" if text == "-0" else text


def _literal(token: re.Match[str]) -> str:
    return token["quoted"] or token["escaped"] or token["currency"] or token["other"] or ""


def _digits(number: Decimal, mask: str) -> str:
    """The digits of a number under a mask such as "#,##0.00"; each comma at its end divides by a thousand."""
    body = mask.rstrip(",")
    number = number.scaleb(-3 * (len(mask) - len(body)))
    whole, _, fraction = body.partition(".")
    most = min(len(re.findall("[0#?]", fraction)), _MOST_DECIMALS)
    least = min(fraction.count("0"), most)
    rounded = number.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP, context=_EXACT)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    integer, _, decimals = text.partition(".")
    integer = integer.rjust(whole.count("0"), "0")
    if integer == "0" and "0" not in whole:  # "#" shows no nought
        integer = ""
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    return f"{integer}.{decimals}" if decimals else integer
