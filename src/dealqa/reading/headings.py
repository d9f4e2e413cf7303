"""Does a line that nothing marks up look like a heading? Careful: when in doubt it does not."""

from __future__ import annotations

import re

__all__ = ["MAX_HEADING", "heading_level", "looks_like_date", "looks_like_heading", "section_number"]

MAX_HEADING = 90
_MAX_WORDS = 16
_TITLE_WORDS = 6
_MOST_DIGITS = 0.4

_LONE_TITLES = (
    "abstract acknowledgements aims annex appendices appendix background barriers bibliography conclusion conclusions "
    "contact contents context definitions delivery employment evaluation finance footnotes foreword funding glossary "
    "governance growth housing implementation innovation introduction investment measures milestones monitoring notes "
    "objectives outcomes overview preface principles programme purpose recommendations references regeneration "
    "results risks scope skills summary timeline timetable transport vision"
)
_NUMBER = re.compile(
    r"(?:(?:annex|appendix|chapter|part|section)\s+)?(\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z]|[IVX]{1,5})[.):]?\s+", re.I
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_BARE_DATE = re.compile(
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{_MONTH}"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?,?)?(?:\s+\d{4})?"
    r"|\d{4}-\d{2}(?:-\d{2})?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}",
    re.I,
)
_NO_HEADING = re.compile(
    r"""
      \S@\S | https?:// | \bwww\. | [|\t©]                      # e-mail, web address, table, notice
    | \d[\d\s()-]{7,}\d                                         # telephone
    | \b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b                      # postcode
    | ^(?:by|from|to|cc|re)\s*:?\s+[A-Z]\S+\s+[A-Z]\S+$         # byline
    | ^(?:authors?|written\ by|published|publication|updated?|last\ updated|dated?|status|version|source|isbn|tel
        |telephone|phone|fax|e-?mail|contact|address|photo|image|picture|credit|tags?|keywords?|category
        |figure|fig|table|chart|box|page|copyright)\b\s*[:.\d]
    | ^(?:dr|mr|mrs|ms|prof|professor|sir|lord|lady|cllr|councillor)\.?\s+[A-Z]
    """,
    re.X | re.I,
)
_TWO_SENTENCES = re.compile(r"[.!?][\"'’”)]?\s+[\"'‘“(]?[A-Z][a-z]+\s+[a-z]")
_ENDS_AS_TEXT = re.compile(r"[.,;:?!…–—-]$")


def looks_like_date(line: str) -> bool:
    """Whether the line is a date and nothing else."""
    return _BARE_DATE.fullmatch(line.strip()) is not None


def section_number(line: str) -> str:
    """The section number that a line begins with ("2.1", "A", "IV"), without the dot after it, or ""."""
    match = _NUMBER.match(line)
    if match is None or (match.group(1).upper() == "A" and not re.match(r"(?:annex|appendix|\w[.):])", line, re.I)):
        return ""  # "A city deal" begins with an article
    if match.group(1).isalpha() and not re.match(r"(?:annex|appendix|chapter|part|section|\w+[.):]\s)", line, re.I):
        return ""
    return match.group(1)


def heading_level(line: str) -> int:
    """Depth of a heading by its number: 1 for "2", 2 for "2.1"; 0 when it has none."""
    number = section_number(line)
    return number.count(".") + 1 if number else 0


def looks_like_heading(line: str, *, first: bool = False) -> bool:
    """Whether a line that stands alone is a heading.

    With `first` the line is the first of its document, where a title is likely: a single word will do, and a short
    one may begin with anything and end in "!" or "?".
    """
    text = line.strip()
    if not 2 <= len(text) <= MAX_HEADING or looks_like_date(text) or _NO_HEADING.search(text):
        return False
    if first and len(text.split()) <= _TITLE_WORDS and not text.endswith((".", ",", ";", ":")):
        return any(char.isalpha() for char in text)
    if _ENDS_AS_TEXT.search(text) or _TWO_SENTENCES.search(text):
        return False
    if sum(char.isdigit() for char in text) > _MOST_DIGITS * len(text):
        return False
    number = _NUMBER.match(text) if section_number(text) else None
    body = text[number.end() :] if number else text
    words = body.split()
    if not words or len(words) > _MAX_WORDS or not any(char.isalpha() for char in body):
        return False
    if not first and not body[0].isupper():
        return False
    return first or len(words) > 1 or number is not None or body.lower() in _LONE_TITLES.split()
