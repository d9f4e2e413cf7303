"""What a document says of itself: title, date and status, from its front matter or the top of its text."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from dealqa.reading.blocks import Line, Parsed, lines_of, one_line
from dealqa.reading.headings import looks_like_heading

__all__ = [
    "STATUSES",
    "FrontMatter",
    "find_date",
    "find_title",
    "is_field",
    "parse_date",
    "parse_status",
    "read_front_matter",
]

STATUSES = ("proposed", "agreed", "revised", "result")

_TOP = 3_000
_TOP_BLOCKS = 12
_DATE_LINE_WORDS = 10
_MONTH_LINE_WORDS = 4
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DATES = (
    re.compile(rf"(?<![\d/-]){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name>{_MONTH})\.?,?\s+{_YEAR}(?!\d)", re.I),
    re.compile(rf"\b(?P<name>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)", re.I),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})/{_YEAR}(?!\d)"),
)
_MONTH_DATES = (
    re.compile(rf"\b(?P<name>{_MONTH})\.?,?\s+{_YEAR}(?!\d)", re.I),
    re.compile(rf"(?<![\d/-]){_YEAR}-(?P<month>\d\d)(?![\d-])"),
)
_YEAR_DATE = re.compile(rf"(?<!\d){_YEAR}(?!\d)")

_FIELD = re.compile(r"(?:\*\*|__)?(?P<key>[A-Za-z][A-Za-z _-]{0,30}?)(?:\*\*|__)?\s*:(?:\*\*|__)?\s*(?P<value>.*?)\s*$")
_DATE_KEYS = ("date", "published", "publication date", "date published", "dated")
_OWN_KEYS = frozenset({*_DATE_KEYS, "title", "status", "author", "authors", "updated", "last updated", "version"})


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Fields at the head of a text file.

    Attributes:
        fields: names in lower case and their values.
        end: where the text proper begins.
    """

    fields: dict[str, str] = field(default_factory=dict)
    end: int = 0

    @property
    def title(self) -> str | None:
        """The title field."""
        return self.fields.get("title") or None

    @property
    def date(self) -> str | None:
        """The first date field that holds a date, as ISO 8601."""
        for key in _DATE_KEYS:
            date = parse_date(self.fields.get(key, ""))
            if date:
                return date
        return None

    @property
    def status(self) -> str | None:
        """The status field, if it is one of `STATUSES`."""
        return parse_status(self.fields.get("status", ""))


def read_front_matter(text: str) -> FrontMatter:
    """Fields between two lines of three dashes at the very top, or a first paragraph of known "Key: value" lines."""
    lines = lines_of(text)
    first = next((i for i, line in enumerate(lines) if text[line.start : line.end].strip()), None)
    if first is None:
        return FrontMatter()
    if text[lines[first].start : lines[first].end].rstrip() == "---":
        return _fenced(text, lines[first + 1 :])
    fields: dict[str, str] = {}
    end = 0
    for line in lines[first:]:
        body = text[line.start : line.end]
        if not body.strip():
            break
        match = _FIELD.match(body)
        if match is None or _key(match) not in _OWN_KEYS:
            return FrontMatter()
        fields.setdefault(_key(match), _unquoted(match["value"]))
        end = line.next
    return FrontMatter(fields, end)


def _fenced(text: str, lines: list[Line]) -> FrontMatter:
    fields: dict[str, str] = {}
    for line in lines:
        body = text[line.start : line.end]
        if body.rstrip() in ("---", "..."):
            return FrontMatter(fields, line.next)
        match = _FIELD.match(body)
        if match is not None:
            fields.setdefault(_key(match), _unquoted(match["value"]))
        elif body.strip() and not body.startswith((" ", "\t", "-", "#")):
            break  # prose: the dashes were a rule, not a fence
    return FrontMatter()


def _key(match: re.Match[str]) -> str:
    return match["key"].strip().lower().replace("_", " ")


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].strip()
    return value.strip("*_ ")


def is_field(line: str) -> bool:
    """Whether a line is a "Date: …", "Status: …" or the like."""
    match = _FIELD.match(line.strip())
    return match is not None and _key(match) in _OWN_KEYS


def parse_date(text: str) -> str | None:
    """The first date in a short text as ISO 8601: a day if there is one, else a month, else a year."""
    return _first_date(text, _DATES) or _first_date(text, _MONTH_DATES) or _first_date(text, (_YEAR_DATE,))


def parse_status(text: str) -> str | None:
    """The status that a value such as "Agreed (July 2012)" begins with, if it is one of `STATUSES`."""
    word = re.match(r"[a-z]+", text.strip().lower())
    if word is None:
        return None
    name = "result" if word.group() == "results" else word.group()
    return name if name in STATUSES else None


def find_date(parsed: Parsed) -> str | None:
    """The date of a document: its "Date:" line near the top, else the first date on a short line there.

    Dates in the middle of prose are what the document tells of, not when it was written. Years alone never count.
    """
    top = parsed.text[:_TOP]
    labelled = find_field(top, _DATE_KEYS)
    if labelled and (date := parse_date(labelled)):
        return date
    prose = (block for block in parsed.blocks if block.start < _TOP and block.kind in ("title", "heading", "paragraph"))
    lines = [line for block in prose for line in parsed.text[block.start : block.end].splitlines()]
    short = [line for line in lines if len(line.split()) <= _DATE_LINE_WORDS]
    for patterns, words in ((_DATES, _DATE_LINE_WORDS), (_MONTH_DATES, _MONTH_LINE_WORDS)):
        for line in short:
            date = _first_date(line, patterns)
            if date and len(line.split()) <= words:
                return date
    return None


def find_status(parsed: Parsed) -> str | None:
    """The status on a "Status:" line near the top."""
    return parse_status(find_field(parsed.text[:_TOP], ("status",)) or "")


def find_field(top: str, keys: tuple[str, ...]) -> str | None:
    """The value of the first "Key: value" line with one of these keys."""
    for line in top.splitlines():
        match = _FIELD.match(line.strip().lstrip("-*• "))
        if match is not None and _key(match) in keys:
            return _unquoted(match["value"])
    return None


def find_title(parsed: Parsed, path: str) -> str:
    """A document's title: its own, else its highest heading near the top, else a short first line, else its name."""
    if parsed.title and one_line(parsed.title):
        return one_line(parsed.title)
    top = [block for block in parsed.blocks[:_TOP_BLOCKS] if block.start < _TOP and block.level is not None]
    if top:
        best = min(top, key=lambda block: (block.kind != "title", block.level or 0))
        return best.heading_path[-1]
    if parsed.blocks:
        first = one_line(parsed.text[parsed.blocks[0].start : parsed.blocks[0].end])
        if parsed.blocks[0].kind == "paragraph" and looks_like_heading(first):
            return first
    return readable_name(path)


def readable_name(path: str) -> str:
    """A file name as words: "deals/bristol_city-deal.txt" is "Bristol city deal"."""
    stem = PurePosixPath(path).stem
    words = one_line(re.sub(r"[_\W]+|(?<=[a-z])(?=[A-Z])", " ", stem)) or stem
    return words[:1].upper() + words[1:]


def _first_date(text: str, patterns: tuple[re.Pattern[str], ...]) -> str | None:
    found = [(match.start(), iso) for pattern in patterns for match in pattern.finditer(text) if (iso := _iso(match))]
    return min(found)[1] if found else None


def _iso(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    year = int(parts["year"])
    name = parts.get("name")
    month = _MONTHS[name.lower()] if name else int(parts.get("month") or 0)
    if not month:
        return f"{year:04d}"
    day = int(parts.get("day") or 0)
    try:
        date = datetime.date(year, month, day or 1)
    except ValueError:  # the 31st of June
        return None
    return date.isoformat() if day else f"{year:04d}-{month:02d}"
