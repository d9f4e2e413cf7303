"""True statements out of the demonstration corpus, said again in other ways, and altered so that they are false.

What is altered is looked for with patterns of its own and not with those of the product, so that a figure which the
product does not see is altered none the less.
"""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from dealqa.answering.wording import readable
from dealqa.deals import Registry
from dealqa.errors import UnreadableDocument
from dealqa.passages import split_document
from dealqa.reading import read_document
from dealqa.types import AnswerSentence, Citation, Document, DocumentInfo, Hit, Passage

CORPUS = Path(__file__).resolve().parents[2] / "docs_corpus"
FORMATS = (".md", ".html", ".docx", ".csv", ".xlsx", ".txt", ".pdf", ".pptx")


class Statement(NamedTuple):
    """A sentence that is true of the one quote that it cites."""

    text: str
    citation: Citation
    document: Document


def statements() -> list[Statement]:
    """Each sentence, list item and row of the papers that are not pictures, as an answer reads it out."""
    found: list[Statement] = []
    for path in sorted(CORPUS.rglob("*")):
        name = path.relative_to(CORPUS).as_posix()
        if path.suffix not in FORMATS or name.startswith("sources/") or name == "README.md":
            continue
        try:
            document = read_document(CORPUS, name, max_bytes=10**8)
        except UnreadableDocument:
            continue  # a scan, which takes text recognition
        for passage in split_document(
            document, max_tokens=400, count_tokens=lambda texts: [len(t) // 4 for t in texts]
        ):
            found += _of_passage(document, passage)
    return found


def _of_passage(document: Document, passage: Passage) -> Iterator[Statement]:
    info = DocumentInfo(document.id, document.path, document.title, None, None, (), document.sha256, 1, 0, 1, ())
    hit = Hit(passage, info, 1, 1.0)
    for start, end in passage.sentences:
        quote = document.text[start:end]
        text = readable(quote, hit)
        if len(text.split()) >= 4 and "http" not in text:
            citation = Citation(
                1, document.id, document.path, document.title, None, passage.heading_path, start, end, quote
            )
            yield Statement(text, citation, document)


# --- the same in other words ------------------------------------------------------------------------------------------

_SMALL = [
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
_TENS = ["", "", *["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]]


def _in_words(number: int) -> str:
    if number < 20:
        return _SMALL[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_SMALL[number % 10]}" if number % 10 else "")
    return f"{_in_words(number // 100)} hundred" + (f" and {_in_words(number % 100)}" if number % 100 else "")


def _unscaled(match: re.Match[str]) -> str:
    zeros = 6 if match[2].startswith("m") else 9
    whole, _, part = match[1].replace(",", "").partition(".")
    return f"£{int(whole + part.ljust(zeros, '0')):,}"


def spelled_out(text: str) -> str:
    """Money in its long form, percentages as "per cent", small numbers in words."""
    text = re.sub(r"£(\d[\d,]*(?:\.\d+)?)m\b", r"£\1 million", text)
    text = re.sub(r"£(\d[\d,]*(?:\.\d+)?)bn\b", r"£\1 billion", text)
    text = re.sub(r"(\d)%", r"\1 per cent", text)
    return re.sub(
        r"(?<![\w£$€.,:/-])([1-9]\d{0,2})"
        r"(?= (?:years|months|per cent|jobs|councils|areas|homes|cities|places|deals|hectares)\b)",
        lambda match: _in_words(int(match[1])),
        text,
    )


def in_digits(text: str) -> str:
    """Money with all its digits, percentages with a sign, numbers in digits, thousands without commas."""
    text = re.sub(r"£(\d[\d,]*(?:\.\d+)?)(?:\s?(million|billion|m|bn))\b", _unscaled, text)
    text = re.sub(r"(\d) per cent\b", r"\1%", text)
    for value in range(2, 13):
        text = re.sub(
            rf"\b{_SMALL[value]}(?= (?:years|areas|councils|cities|places|deals|jobs|towns)\b)", str(value), text
        )
    return re.sub(r"(?<![\w£.,])(\d{1,3}),(\d{3})(?![\d,])(?= [a-z])", r"\1\2", text)


def _first_part(text: str) -> str:
    cut = re.search(r"[;:]\s|,\s(?=(?:and|but|which|while|of which|so)\b)", text)
    return text[: cut.start()] if cut and len(text[: cut.start()].split()) >= 4 else text


def _last_part(text: str) -> str:
    cuts = list(re.finditer(r";\s|,\s(?:and|but)\s|:\s", text))
    return text[cuts[-1].end() :] if cuts and len(text[cuts[-1].end() :].split()) >= 4 else text


REPHRASED: Mapping[str, Callable[[str], str]] = {
    "as it is read out": str,
    "white space": lambda text: "  " + re.sub(r" ", "\n ", text, count=3) + " ",
    "no break spaces": lambda text: text.replace(" ", "\u00a0", 4),
    "first part only": _first_part,
    "last part only": _last_part,
    "figures spelled out": spelled_out,
    "figures in digits": in_digits,
    "no full stop": lambda text: text.rstrip("."),
    "with an introduction": lambda text: f"Yes: {text}",
}
"""Ways to say the same; the name of each and what it makes of a sentence."""

# --- the same with something else in it -------------------------------------------------------------------------------

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_CITIES = [
    "Aberdeen",
    "Bath",
    "Belfast",
    "Bradford",
    "Brighton",
    "Cardiff",
    "Carlisle",
    "Derby",
    "Dundee",
    "Edinburgh",
    "Exeter",
    "Gloucester",
    "Inverness",
    "Leicester",
    "Lincoln",
    "Luton",
    "Middlesbrough",
    "Norwich",
    "Perth",
    "Peterborough",
    "Plymouth",
    "Portsmouth",
    "Southampton",
    "Swansea",
    "Wolverhampton",
    "York",
    "Leeds",
    "Bristol",
    "Manchester",
    "Liverpool",
    "Nottingham",
    "Sheffield",
    "Birmingham",
    "Newcastle",
    "Sunderland",
    "Preston",
    "Stoke",
    "Cambridge",
    "Oxford",
    "Glasgow",
]
_PARTIES = ("National Audit Office", "Public Accounts Committee", "Nick Clegg", "Greg Clark", "Bristol City Council",
            "Leeds City Council", "HM Treasury", "Homes England", "Network Rail", "Core Cities Group", "Marvin Rees",
            "Lancashire County Council", "South Ribble Borough Council", "Welsh Government", "Rolls-Royce", "Nissan",
            "Local Government Association", "Environment Agency", "Tees Valley Unlimited", "GMCA", "WECA", "ADZ",
            "Department for Transport", "George Osborne", "University of Bristol")  # fmt: skip
_PERSON = re.compile(
    r"\b(?:Nick Clegg|Greg Clark|George Osborne|Clegg|Clark|National Audit Office|Public Accounts Committee|Treasury"
    r"|[A-Z][a-z]+ (?:City|County|Borough) Council|Homes and Communities Agency|Core Cities Group|Combined Authority"
    r"|Local Enterprise Partnership|LEP|GMCA|WECA|Cabinet Office|Network Rail|Homes England|Enterprise Zone)\b"
)
_NUMBER = re.compile(r"(?<![\w.,/-])(£?)(\d[\d,]*(?:\.\d+)?)(?=(?:m|bn|k|%|th|st)?\b)(?![/-]\d)")
_YEAR = re.compile(
    r"(?<![\w£.,/-])(?:19|20)\d\d(?![\w/-]|,\d)(?! (?:jobs|homes|training|new|apprentice|people|places))"
)
_DAY = re.compile(rf"\b(\d{{1,2}})(?= (?:{'|'.join(_MONTHS)})\b)")
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_PLACE = re.compile(rf"(?<![\w-])(?:{'|'.join(_CITIES)})(?![\w-])(?! (?:Council|Street|Road))")
_AUXILIARY = re.compile(
    r"\b(?:will|would|could|should|must|is|are|was|were|has|have|had|can)\b(?! not\b| no\b| to\b)(?=\s[a-z])"
)
_DENIAL = re.compile(
    r"\b(is|are|was|were|will|would|could|should|has|have|had|can|may|might) (?:not|never) "
    r"(?!only\b|yet\b|more\b|less\b)"
    r"|\b(?:did|does|do) not (?=[a-z])|\bfailed to |\bNone of (?=the\b)|\bnever (?=[a-z]+ed\b)"
)  # fmt: skip
_MONEY = re.compile(r"£\d[\d,.]*\d?(?:m|bn)?\b(?! (?:million|billion|thousand))")
_BOUND = re.compile(
    r"\b(?:up to|at least|more than|over|less than) "
    r"(?=(?:an? (?:further|estimated) )?£?\d[\d.,]*(?:m|bn)?\b(?! years))",
    re.I,
)
_RATE = re.compile(r"(?<=\d) a year\b|(?<=\dm) a year\b|(?<=\dbn) a year\b")
_UNIT_SWAPS = {
    r"(?<=\d)m\b": "bn", r"(?<=\d)bn\b": "m", r"\bmillion\b": "billion", r"\bbillion\b": "million",
    r"\byears\b": "months", r"\bmonths\b": "years", r"£(?=\d)": "€", r"(?<=\d)%": " years", r"\bhectares\b": "acres",
    r"(?<=\d) jobs\b": " homes", r"(?<=\d) homes\b": " jobs", r"(?<=\d) per cent\b": " million",
    r"(?<=\d) apprenticeships\b": " jobs", r"(?<=\d) businesses\b": " councils", r"\bweeks\b": "years",
    r"\bkm\b": "miles", r"\btonnes\b": "hectares", r"(?<= )£(?=\d)": "$",
}  # fmt: skip
_STATUS_SWAPS = {
    r"\b(?:may|might|could)\b(?! \d)": "will", r"\bwould\b": "will", r"\bwill\b": "may", r"\bmust\b": "may",
    r"\bcan\b": "must", r"\bproposed\b": "agreed", r"\bplanned\b": "completed", r"\bagreed\b": "proposed",
    r"\bsigned\b": "proposed", r"\bannounced\b": "signed", r"\bis to\b": "may", r"\bare to\b": "may",
    r"\bapproved\b": "scrapped", r"\bexpected\b": "agreed", r"\bshould\b": "will",
}  # fmt: skip


def _replace(text: str, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str], draw: random.Random) -> str:
    """The text with one match, drawn at random, replaced; the text itself when there is none."""
    matches = list(pattern.finditer(text))
    if not matches:
        return text
    match = draw.choice(matches)
    return text[: match.start()] + new(match) + text[match.end() :]


def _other_number(match: re.Match[str], draw: random.Random) -> str:
    digits = [at for at, letter in enumerate(match[2]) if letter.isdigit()]
    at = draw.choice(digits)
    others = [digit for digit in "123456789" if digit != match[2][at]]
    return match[1] + match[2][:at] + draw.choice(others) + match[2][at + 1 :]


def _figure(text: str, draw: random.Random) -> str:
    years = {match.span() for match in _YEAR.finditer(text)} | {match.span() for match in _DAY.finditer(text)}
    matches = [match for match in _NUMBER.finditer(text) if match.span() not in years]
    if not matches:
        return text
    match = draw.choice(matches)
    return text[: match.start()] + _other_number(match, draw) + text[match.end() :]


def _date(text: str, draw: random.Random) -> str:
    choice = draw.choice(("year", "day", "month"))
    if choice == "year":
        return _replace(text, _YEAR, lambda match: str(int(match[0]) + draw.choice((-3, -2, -1, 1, 2, 3))), draw)
    if choice == "day":
        return _replace(text, _DAY, lambda match: str(int(match[1]) % 28 + 1), draw)
    return _replace(text, _MONTH, lambda match: draw.choice([name for name in _MONTHS if name != match[0]]), draw)


def _swapped(swaps: Mapping[str, str]) -> Callable[[str, random.Random], str]:
    def swap(text: str, draw: random.Random) -> str:
        fitting = [(pattern, new) for pattern, new in swaps.items() if re.search(pattern, text)]
        if not fitting:
            return text
        pattern, new = draw.choice(fitting)
        return _replace(text, re.compile(pattern), lambda _: new, draw)

    return swap


def _city(text: str, draw: random.Random) -> str:
    return _replace(text, _PLACE, lambda match: draw.choice([city for city in _CITIES if city not in text]), draw)


def _party(text: str, draw: random.Random) -> str:
    return _replace(text, _PERSON, lambda match: draw.choice([one for one in _PARTIES if one not in text]), draw)


def _denied(text: str, draw: random.Random) -> str:
    return _replace(text, _AUXILIARY, lambda match: f"{match[0]} not", draw)


def _affirmed(text: str, draw: random.Random) -> str:
    def without(match: re.Match[str]) -> str:
        return f"{match[1]} " if match[1] else "All of " if match[0].startswith("None") else ""

    return _replace(text, _DENIAL, without, draw)


def _bounded(text: str, draw: random.Random) -> str:
    if _BOUND.search(text):
        return _replace(text, _BOUND, lambda match: "", draw)
    return _replace(text, _MONEY, lambda match: f"{draw.choice(('up to', 'at least', 'more than'))} {match[0]}", draw)


def _rated(text: str, draw: random.Random) -> str:
    if _RATE.search(text):
        return _replace(text, _RATE, lambda match: "", draw)
    if re.search(r"\b(?:a|per|each) year|year(?:ly|s)\b|annual", text, re.IGNORECASE):
        return text  # it may be said twice then, or of another sum
    return _replace(text, _MONEY, lambda match: f"{match[0]} a year", draw)


ALTERED: Mapping[str, Callable[[str, random.Random], str]] = {
    "figure": _figure,
    "unit": _swapped(_UNIT_SWAPS),
    "date": _date,
    "bound": _bounded,
    "rate": _rated,
    "city": _city,
    "party": _party,
    "denied": _denied,
    "affirmed": _affirmed,
    "status": _swapped(_STATUS_SWAPS),
}
"""What is altered in a sentence; the text comes back as it is where there is nothing to alter."""


def altered_citations(citation: Citation, document: Document, draw: random.Random) -> Iterator[tuple[str, Citation]]:
    """The citation with another letter in its quote, a piece less, and other offsets."""
    at = draw.randrange(len(citation.quote))
    letter = draw.choice([letter for letter in "aeotz19" if letter != citation.quote[at]])
    quote = citation.quote[:at] + letter + citation.quote[at + 1 :]
    yield "quote", dataclasses.replace(citation, quote=quote)
    yield "quote", dataclasses.replace(citation, quote=citation.quote[:at] + citation.quote[at + 1 :])
    shift = draw.choice((-7, -3, -2, -1, 1, 2, 3, 7))
    yield "offsets", dataclasses.replace(citation, start=citation.start + shift, end=citation.end + shift)
    yield "offsets", dataclasses.replace(citation, end=citation.end + shift)


def same_deal(text: str, altered: str, registry: Registry) -> bool:
    """Whether another city is, by the registry, no other deal: "Leeds" and "Leeds City Region" are one."""
    return set(registry.deals_named(text)) == set(registry.deals_named(altered)) != set()


def sentence(text: str) -> AnswerSentence:
    return AnswerSentence(text, (1,))
