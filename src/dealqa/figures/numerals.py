"""Numbers as they are written in English text: digits, words, fractions and scales, brought to one exact value."""

from __future__ import annotations

import math
import re
from fractions import Fraction

__all__ = ["DIGITS", "NUMBER", "SCALE", "SCALE_WORD", "WORD_NUMBER", "plain", "scale_of", "value_of"]

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {
    "zero": 0,
    **{word: value for value, word in enumerate((*_ONES, *_TEENS), start=1)},
    **{word: 10 * value for value, word in enumerate(_TENS, start=2)},
}
_SCALES = {
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6, "b": 10**9, "bn": 10**9, "billion": 10**9,
    "tn": 10**12, "trillion": 10**12, "hundred": 10**2, "dozen": 12,
}  # fmt: skip
_SIGNS = {
    "½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3),
    "⅛": Fraction(1, 8), "⅕": Fraction(1, 5),
}  # fmt: skip

_BELOW_HUNDRED = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_ONES)})\b)?|(?:{'|'.join((*_TEENS, *_ONES, 'zero'))}))\b"
)
_BELOW_THOUSAND = (
    rf"(?:{_BELOW_HUNDRED}[\s-]hundred\b(?:[\s-](?:and[\s-])?{_BELOW_HUNDRED})?"
    rf"|an?[\s-]hundred\sand\s{_BELOW_HUNDRED}|{_BELOW_HUNDRED})"
)
SCALE_WORD = r"(?:(?:(?:hundred|thousand)[\s-])?(?:thousand|million|billion|trillion)|hundred|dozen)"
_HALF = r"(?:\sand\s(?:a\s(?:half|quarter)|three[\s-]quarters)\b)?"

DIGITS = r"(?:\d{1,3}(?:[,'’\u00a0\u2009\u202f ]\d{3})++(?!\d)|\d++)(?:[.·]\d++)?+"
"""Digits; thousands may be set apart by commas, apostrophes or spaces."""

WORD_NUMBER = rf"\b(?:{_BELOW_THOUSAND}[\s-]thousand\b,?\s(?:and\s)?{_BELOW_THOUSAND}|{_BELOW_THOUSAND})"
"""A number in words, without "million" and the like behind it."""

NUMBER = (
    rf"(?:{DIGITS}(?:\s?[½¼¾])?{_HALF}|[½¼¾⅓⅔⅛⅕]"
    rf"|\b(?:an?\s)?half[\s-](?:an?[\s-])?(?=(?:{SCALE_WORD}|year|century|hour|decade)\b)"
    rf"|\bhalf\s(?:of\s)?(?:one|a|1)\s(?=per\s?cent)"
    rf"|\b(?:(?:an?|one|three)[\s-])?quarters?\sof\san?\s(?=(?:{SCALE_WORD}|century)\b)"
    rf"|{WORD_NUMBER}{_HALF}"
    rf"|\ban?\s(?=(?:{SCALE_WORD}|decade|century)\b))"
)
"""A number in lower-case text, in digits, words or parts: "1,200", "twenty-five", "two and a half", "half a "."""

SCALE = rf"(?:[\s-]?{SCALE_WORD}\b(?:\sand\sa\shalf\b)?|(?:bn|mn|tn|[km])(?![a-z\d]))"
"""What multiplies the number before it."""

_HALF_OF = re.compile(r"(?:an?\s)?half\b")
_TOKEN = re.compile(rf"{DIGITS}|[½¼¾⅓⅔⅛⅕]|[a-z]+")


def value_of(text: str) -> Fraction:
    """The value of a number that `NUMBER` or `WORD_NUMBER` matched."""
    if _HALF_OF.match(text):
        return Fraction(1, 2)
    total, current = Fraction(0), Fraction(0)
    after_and = False
    for word in _TOKEN.findall(text):
        if word in _SIGNS:
            current += _SIGNS[word]
        elif word[0].isdigit():
            current += _of_digits(word)
        elif word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current = (current or Fraction(1)) * 100
        elif word == "thousand":
            total, current = total + current * 1000, Fraction(0)
        elif word == "half":
            current += Fraction(1, 2)
        elif word.startswith("quarter"):
            current = _quarters(current, after_and)
        after_and = word == "and" or (after_and and word == "a")
    total += current
    return total if total or re.search(r"\d|zero", text) else Fraction(1)  # "a million"


def _quarters(current: Fraction, after_and: bool) -> Fraction:
    if after_and:
        return current + Fraction(1, 4)
    if current > 3:  # "five and three quarters"
        return current - 3 + Fraction(3, 4)
    return (current or Fraction(1)) / 4


def scale_of(text: str | None) -> Fraction:
    """What a scale multiplies by; 1 for none."""
    return Fraction(math.prod(_SCALES.get(word, 1) for word in re.findall(r"[a-z]+", text or "")))


def _of_digits(text: str) -> Fraction:
    return Fraction(re.sub(r"[,'’\s]", "", text).replace("·", "."))


def plain(value: Fraction) -> str:
    """A value as digits: "37000", "2.5"; as a fraction where no decimals hold it: "1/3"."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 1)
    if not rest:
        return f"{sign}{whole}"
    places = rest.denominator.bit_length()
    if 10**places % rest.denominator:
        return f"{sign}{abs(value).numerator}/{value.denominator}"
    decimals = str(rest.numerator * (10**places // rest.denominator)).rjust(places, "0").rstrip("0")
    return f"{sign}{whole}.{decimals}"
