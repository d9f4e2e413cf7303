"""Comparing an answer's words with a gold answer's: normalisation, figures, containment.

Two normal forms stand side by side. `squad_normalise` is SQuAD's own, to the letter, for exact match and token F1.
`tokens` starts from it and reads figures as values ("£1.2bn" = "£1,200 million", "five" = "5", "25 per cent" = "25%")
and dashes as spaces; `contains` compares those, so that a right amount in another notation is not called wrong.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Figure", "contains", "exact_match", "figures", "squad_normalise", "token_f1", "tokens"]

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = frozenset(string.punctuation)
TYPOGRAPHIC = frozenset("‘’“”„«»…·•")  # punctuation that ASCII does not know
DASHES = re.compile(r"[-‐‑‒–—−/]")
LETTER_OR_DIGIT = re.compile(r"\w")

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_UNITS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORD_VALUES = {word: value for value, word in enumerate(_UNITS)}
WORD_VALUES |= {word: 10 * place for place, word in enumerate(_TENS, start=2)}
NUMBER_WORD = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[\s-](?P<ones>{'|'.join(_UNITS[1:10])}))?|(?P<unit>{'|'.join(_UNITS)}))\b"
)

SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9, "tn": 12, "trillion": 12}
CURRENCY_WORDS = {"pound": "£", "dollar": "$", "euro": "€"}
FIGURE = re.compile(
    r"(?<!\w)(?<!\d\.)(?P<sign>[£$€])?\s?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s?(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})\b)?(?!\w)"
    r"(?:\s?(?P<percent>%|per\s?cent\b)|\s(?P<currency>pound|dollar|euro)s?\b)?"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a value: `unit` is "£", "$", "€", "%" or "" for a bare number; `value` includes the scale."""

    unit: str
    value: Decimal

    def answers(self, gold: Figure) -> bool:
        """Whether this figure gives what `gold` asks: the same value, and the same unit unless gold names none."""
        return self.value == gold.value and gold.unit in ("", self.unit)


Token = str | Figure


def squad_normalise(text: str) -> str:
    """Lower case, without punctuation, articles and extra blanks.

    Source: `normalize_answer` of the official SQuAD 2.0 evaluation script (Rajpurkar et al., 2018).
    """
    kept = "".join(character for character in text.lower() if character not in PUNCTUATION)
    return " ".join(ARTICLES.sub(" ", kept).split())


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """1.0 when the normal form of `answer` is that of one of `golds`, else 0.0 (SQuAD's EM)."""
    return float(any(squad_normalise(answer) == squad_normalise(gold) for gold in golds))


def token_f1(answer: str, golds: Sequence[str]) -> float:
    """The best F1 = 2PR / (P + R) over `golds`, P and R being shares of tokens in common as a bag.

    Source: `compute_f1` of the official SQuAD 2.0 evaluation script; when either side has no tokens it is 1 if both
    have none, else 0.
    """
    return max((_f1(squad_normalise(answer).split(), squad_normalise(gold).split()) for gold in golds), default=0.0)


def _f1(answer: list[str], gold: list[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    common = sum((Counter(answer) & Counter(gold)).values())
    return 2 * common / (len(answer) + len(gold))


def tokens(text: str) -> tuple[Token, ...]:
    """The words of `text` in SQuAD's normal form, with figures as values; dashes and slashes separate words."""
    lowered = NUMBER_WORD.sub(_digits, text.lower())
    found: list[Token] = []
    place = 0
    for match in FIGURE.finditer(lowered):
        found += _words(lowered[place : match.start()])
        found.append(_figure(match))
        place = match.end()
    return (*found, *_words(lowered[place:]))


def figures(text: str) -> tuple[Figure, ...]:
    """The figures among the tokens of `text`, in order."""
    return tuple(token for token in tokens(text) if isinstance(token, Figure))


def contains(text: str, gold: str) -> bool:
    """Whether the tokens of `gold` occur in `text`, one after the other; "5" is not found in "25".

    A gold of "yes" or "no" must be the first word of `text`. A gold without any token is contained in nothing.
    """
    wanted, have = tokens(gold), tokens(text)
    if not wanted:
        return False
    starts = range(len(have) - len(wanted) + 1)
    if wanted in (("yes",), ("no",)):
        starts = starts[:1]
    return any(all(map(_same, wanted, have[start : start + len(wanted)])) for start in starts)


def _same(gold: Token, have: Token) -> bool:
    if isinstance(gold, Figure):
        return isinstance(have, Figure) and have.answers(gold)
    return gold == have


def _words(text: str) -> list[str]:
    kept = "".join(letter for letter in DASHES.sub(" ", text) if letter not in PUNCTUATION | TYPOGRAPHIC)
    return [word for word in ARTICLES.sub(" ", kept).split() if LETTER_OR_DIGIT.search(word)]


def _digits(match: re.Match[str]) -> str:
    if match["unit"]:
        return str(WORD_VALUES[match["unit"]])
    return str(WORD_VALUES[match["tens"]] + WORD_VALUES.get(match["ones"] or "zero", 0))


def _figure(match: re.Match[str]) -> Figure:
    unit = match["sign"] or ("%" if match["percent"] else CURRENCY_WORDS.get(match["currency"] or "", ""))
    value = Decimal(match["number"].replace(",", "")).scaleb(SCALES.get(match["scale"] or "", 0))
    return Figure(unit, value.normalize())
