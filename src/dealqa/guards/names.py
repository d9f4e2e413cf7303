"""Names of a sentence: places, organisations, people and abbreviations stand in what it cites, or mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dealqa.deals import Deal, Registry
from dealqa.figures import figures, lowered
from dealqa.guards.source import Source
from dealqa.places import find_places, other_names
from dealqa.terms import STOP_WORDS, stem, words

__all__ = ["mean_the_same", "name_objection"]

_WORD = re.compile(r"[^\W_]+")
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OPENS = re.compile(r"(?:^|[.!?:;\n•·|(–—])[\s\"“‘'(*_#>-]*$")
_SMALL = frozenset(["of", "the", "and", "for", "in", "on", "upon", "de", "a", "an", "to"])
_COMMON = frozenset({"city", "deal", "deals", "yes", "no", "january", "february", "march", "april", "may", "june"}) | {
    *("july", "august", "september", "october", "november", "december"),
    *(
        "neither",
        "none",
        "nobody",
        "nothing",
        "every",
        "several",
        "while",
        "although",
        "though",
        "since",
        "until",
        "if",
    ),
    *(
        "however",
        "therefore",
        "moreover",
        "also",
        "thus",
        "besides",
        "instead",
        "meanwhile",
        "later",
        "overall",
        "never",
    ),
    *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
}
"""Words in capitals that name nobody by themselves; months are looked at apart."""

_MONTHS = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
_ALSO_WORDS = frozenset({"reading", "bath", "wells", "bury", "rugby", "poole", "perth", "dover", "angus", "deal"})
_GENERIC = re.compile(r"\b(?:city|deal|deals|region|the|and)\b")
_INITIALS = re.compile(r"[A-Z]{2,}s?")


def name_objection(text: str, sources: Sequence[Source], registry: Registry) -> str | None:
    """Which name of a sentence its sources do not hold, under no name that means the same; None when they hold all."""
    around = "\n".join(source.words for source in sources)
    given = words(around)
    known = set(given)
    for place in _places(text):
        if not _holds(given, place) and not _other_name(place, text, given, around, registry):
            return f"its place {place!r} is not in what it cites"
    missing = [(start, name) for start, name in _names(text) if not known.issuperset(words(name))]
    stems = {stem(word) for word in known} if missing else set()
    missing = [(start, name) for start, name in missing if stem(name.lower()) not in stems]
    excused = _excused(text, around, registry, known) if missing else []
    for start, name in missing:
        if any(first <= start < past for first, past in excused):
            continue
        if not (_opens(text, start) and _is_common(name, sources)):
            return f"its name {name!r} is not in what it cites"
    return _month_objection(text, around)


def mean_the_same(one: str, other: str, registry: Registry) -> bool:
    """Whether two names mean the same: by the registry, as a place with two names, or as a name and its initials."""
    if (
        _same_deal(one, other, registry)
        or other.lower() in other_names(one)
        or stem(one.lower()) == stem(other.lower())
    ):
        return True
    return _shortens(one, other) or _shortens(other, one)


def _shortens(short: str, long: str) -> bool:
    """Whether a name holds the initials of another one: "West of England LEP", "Local Enterprise Partnership"."""
    letters = {match.group().removesuffix("s") for match in _INITIALS.finditer(short)}
    return bool(letters) and not letters.isdisjoint(_initials(long))


def _places(text: str) -> Iterator[str]:
    """Known places in a text, in lower case; those that are words as well only with a capital."""
    listed = words(_INNER_CAPITAL.sub(" ", text))
    for first, past, _ in find_places(listed):
        name = " ".join(listed[first:past])
        if name not in _ALSO_WORDS or re.search(rf"\b{re.escape(name.capitalize())}\b", text):
            yield name


def _holds(given: Sequence[str], name: str) -> bool:
    wanted = words(name)
    length = len(wanted)
    return any(list(given[at : at + length]) == wanted for at in range(len(given) - length + 1))


def _other_name(place: str, text: str, given: Sequence[str], around: str, registry: Registry) -> bool:
    if any(_holds(given, name) for name in other_names(place)):
        return True
    return _same_deal(place, around, registry) or any(
        _same_deal(text[mention.start : mention.end], around, registry)
        for mention in registry.mentions(text)
        if place in text[mention.start : mention.end].lower()
    )


def _same_deal(name: str, around: str, registry: Registry) -> bool:
    """Whether what is cited calls a deal by another of its names; a place that merely belongs to it is none."""
    called = {deal for deal in registry.deals_named(name) if _core(name) in _called(deal)}
    if not called:
        return False
    for mention in registry.mentions(around):
        said = _core(around[mention.start : mention.end])
        if any(deal in called and said in _called(deal) for deal in mention.deals):
            return True
    return False


def _called(deal: Deal) -> set[str]:
    """What a deal is called, without the words that all deals share: "Bristol City Region deal" is "bristol"."""
    names = (deal.name, *deal.aliases, deal.lep, deal.combined_authority)
    return {_core(re.sub(r"\s*\([^()]*\)$", "", name)) for name in names if name}


def _core(name: str) -> str:
    return " ".join(words(_GENERIC.sub(" ", lowered(name))))


def _excused(text: str, around: str, registry: Registry, known: set[str]) -> list[tuple[int, int]]:
    """Where figures stand, names that mean the same deal as one that is cited, and short forms of cited names."""
    spans = [(figure.start, figure.end) for figure in figures(text)]
    for mention in registry.mentions(text):
        if _same_deal(text[mention.start : mention.end], around, registry):
            spans.append((mention.start, mention.end))
    initials = None
    for match in _INITIALS.finditer(text):
        if match.group().lower() not in known:
            initials = _initials(around) if initials is None else initials
            if match.group().removesuffix("s") in initials:
                spans.append(match.span())
    for run in _runs(text):
        name = text[run[0] : run[1]]
        short = "".join(word[0] for word in words(name) if word not in _SMALL).upper()
        if len(short) > 1 and (short.lower() in known or f"{short.lower()}s" in known):
            spans.append(run)
    return spans


def _initials(text: str) -> set[str]:
    """The abbreviations that runs of words allow: "Local Enterprise Partnership" allows "LEP"."""
    found: set[str] = set()
    for start, end in _runs(text):
        letters = "".join(word[0] for word in words(text[start:end]) if word not in _SMALL).upper()
        found.update(letters[i:j] for i in range(len(letters)) for j in range(i + 2, min(len(letters), i + 7) + 1))
    return found


_RUN = re.compile(r"\b[A-Z][\w’'-]*(?:\s(?:(?:of|the|and|for|&)\s){0,2}[A-Z][\w’'-]*){1,11}")


def _runs(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _RUN.finditer(text))


def _names(text: str) -> Iterator[tuple[int, str]]:
    """Words with a capital, and where they stand, without those that name nothing."""
    for match in _WORD.finditer(text):
        for offset, part in _parts(match.group()):
            if part[0].isupper() and part.lower() not in STOP_WORDS and part.lower() not in _COMMON:
                yield match.start() + offset, part


def _parts(word: str) -> Iterator[tuple[int, str]]:
    """The names in a word: "NewcastleGateshead" is two, "NEETs" and "McDonald" are one."""
    cuts = [0, *(match.start() for match in _INNER_CAPITAL.finditer(word) if match.start() > 3), len(word)]
    return ((cuts[i], word[cuts[i] : cuts[i + 1]]) for i in range(len(cuts) - 1))


def _opens(text: str, start: int) -> bool:
    return _OPENS.search(text[max(0, start - 12) : start]) is not None


def _is_common(name: str, sources: Sequence[Source]) -> bool:
    """Whether the first word of a sentence is a word like any other: the documents write it in small letters, too."""
    if name[1:2].isupper():
        return False
    part = name.lower()
    pattern = re.compile(rf"\b{re.escape(part)}\b")
    return any(part in source.document and pattern.search(source.document) for source in sources)


def _month_objection(text: str, around: str) -> str | None:
    spans = [(figure.start, figure.end) for figure in figures(text)]
    given = None
    for match in _MONTHS.finditer(text):
        if any(start <= match.start() < end for start, end in spans) or _opens(text, match.start()):
            continue
        if given is None:
            given = {name[:3].lower() for name in _MONTHS.findall(around)} | _months_of_dates(around)
        if match.group()[:3].lower() not in given:
            return f"its month {match.group()!r} is not in what it cites"
    return None


def _months_of_dates(text: str) -> set[str]:
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    values = (re.search(r"-(\d\d)(?:-\d\d)?$", figure.value) for figure in figures(text) if figure.kind == "date")
    return {names[int(match[1]) - 1] for match in values if match and 1 <= int(match[1]) <= 12}
