"""The registry of a corpus: its deals, what people call them, who made them and when, and what tells of them.

It is the file `deals.toml` at the root of the corpus; docs/registry.md says how to write one. A corpus without it
works too: places in the titles of its documents stand in for deals (`Registry.from_titles`).
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from dealqa.errors import ConfigError
from dealqa.naming import Found, NameIndex, key_of
from dealqa.places import find_places
from dealqa.terms import STOP_WORDS, words
from dealqa.types import DocumentInfo

__all__ = ["DATES", "REGISTRY_FILE", "Deal", "Mention", "Registry", "load_registry"]

REGISTRY_FILE = "deals.toml"
DATES = ("announced", "offered", "heads_of_terms", "agreed", "signed", "starts", "ends")
"""The dates that a deal may have, in the order in which they come."""

_TEXTS = ("name", "lep", "combined_authority", "wave")
_LISTS = ("places", "aliases", "parties", "documents")
_KEYS = (*_TEXTS, *_LISTS, *DATES)
_MAX_BYTES = 4 * 1024 * 1024
_MAX_NAME = 200
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_CAPITALISED_BEFORE = re.compile(r"(?<=[a-z,] )([A-Z][a-z]+) $")
_SHORT_FORM = re.compile(r"\s*\(([^()]{2,40})\)\s*$")


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as the registry tells of it.

    Attributes:
        name: its full name; no two deals of a registry share one.
        places: the places that it is made with or for.
        aliases: what it, or its area, is called besides.
        parties: who signed it on the local side.
        lep: its Local Enterprise Partnership; "" where there is none.
        combined_authority: likewise.
        wave: "1", "2", "Scotland" and the like.
        dates: what happened when: some of `DATES`, and a year, month or day in ISO 8601.
        documents: paths in the corpus of what tells of it.
    """

    name: str
    places: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    lep: str = ""
    combined_authority: str = ""
    wave: str = ""
    dates: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    documents: tuple[str, ...] = ()


class Mention(NamedTuple):
    """A name in a text: `text[start:end]`, and the deals that it may mean, those that are called so first."""

    start: int
    end: int
    deals: tuple[Deal, ...]


@dataclass(frozen=True)
class Registry:
    """All deals of a corpus.

    Attributes:
        deals: in the order of the file.
        programme: paths of documents on the whole programme, which belong to no deal.
        problems: sentences on what is not as the registry says; none of them keeps it from being used.

    How names are found: `dealqa.naming.NameIndex`.
    """

    deals: tuple[Deal, ...] = ()
    programme: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    _by_name: NameIndex[Deal] = field(init=False, repr=False, compare=False)
    _bodies: NameIndex[str] = field(init=False, repr=False, compare=False)
    _by_path: dict[str, tuple[Deal, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A deal that is called so comes before one that only takes the place in.
        called = [(name, deal) for names in (_names, _places) for deal in self.deals for name in names(deal)]
        paths: dict[str, list[Deal]] = {}
        for deal in self.deals:
            for path in deal.documents:
                paths.setdefault(path, []).append(deal)
        object.__setattr__(self, "_by_name", NameIndex.of(called))
        object.__setattr__(self, "_bodies", NameIndex.of(pair for deal in self.deals for pair in _bodies(deal)))
        object.__setattr__(self, "_by_path", {path: tuple(deals) for path, deals in paths.items()})

    @classmethod
    def empty(cls) -> Registry:
        """A registry without deals."""
        return cls()

    @classmethod
    def from_titles(cls, infos: Iterable[DocumentInfo]) -> Registry:
        """What stands in for a registry: a deal for each known place in a title, in capitals there, named after it."""
        documents: dict[str, list[str]] = {}
        for info in infos:
            capitals = {word for part in re.findall(r"\b[^\W\d_a-z]\w*", info.title) for word in words(part)}
            listed = words(info.title)
            for first, _, name in find_places(listed):
                if listed[first] in capitals and info.path not in documents.setdefault(name, []):
                    documents[name].append(info.path)
        return cls(tuple(Deal(name, places=(name,), documents=tuple(paths)) for name, paths in documents.items()))

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` makes a registry of again, in JSON types: what the file says, without the problems."""
        deals = []
        for deal in self.deals:
            lists = {key: list(getattr(deal, key)) for key in _LISTS}
            told = {**{key: getattr(deal, key) for key in _TEXTS}, **lists, **deal.dates}
            deals.append({key: value for key, value in told.items() if value})
        return {"deals": deals, "programme": list(self.programme)}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Registry:
        """The registry that `to_dict` gave.

        Raises:
            ConfigError: it is none.
        """
        listed = value.get("deals", ())
        deals = tuple(_deal(table, f"[[deal]] number {number}") for number, table in enumerate(listed, start=1))
        return cls(deals, _list(value.get("programme", []), "[programme]", "documents"))

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The names of deals in a text, from left to right; of names that overlap the longest.

        A name that is the end of a longer one is none: a "Transport Devolution Agreement" is no Devolution Agreement.
        """
        return tuple(Mention(*found) for found in self._by_name.find(text) if not _ends_a_name(text, found))

    def bodies(self, text: str) -> tuple[str, ...]:
        """The parties, partnerships and combined authorities that a text names, each once, in order of mention."""
        return tuple(dict.fromkeys(body for found in self._bodies.find(text) for body in found.values))

    def deals_named(self, text: str) -> tuple[Deal, ...]:
        """The deals that a text may mean, by name, alias, partnership or place, each once, in order of mention."""
        return tuple(dict.fromkeys(deal for mention in self.mentions(text) for deal in mention.deals))

    def for_document(self, path: str) -> tuple[Deal, ...]:
        """The deals that the document at this path tells of."""
        return self._by_path.get(path, ())


def _ends_a_name(text: str, found: Found[Deal]) -> bool:
    """Whether a name of several words without a place stands behind a word in capitals that is none of a place."""
    named = words(text[found.start : found.end])
    before = _CAPITALISED_BEFORE.search(text, 0, found.start)
    if before is None or len(named) < 2 or find_places(named):
        return False
    first = before[1].lower()
    return first not in STOP_WORDS and not find_places(words(text[max(0, before.start() - 40) : found.start])[-3:])


def _names(deal: Deal) -> Iterable[str]:
    for name in (deal.name, *deal.aliases, deal.lep, deal.combined_authority):
        short = _SHORT_FORM.search(name)
        yield _SHORT_FORM.sub("", name)
        if short:  # "Greater Manchester Combined Authority (GMCA)" has two names
            yield short[1]


def _places(deal: Deal) -> Iterable[str]:
    return deal.places


def _bodies(deal: Deal) -> Iterable[tuple[str, str]]:
    """(what a body is called, its name)."""
    for name in (*deal.parties, deal.lep, deal.combined_authority):
        whole, short = _SHORT_FORM.sub("", name), _SHORT_FORM.search(name)
        if whole[:1].isupper():  # "six councils" is no name
            yield whole, whole
            if short:
                yield short[1], whole


def load_registry(corpus: Path) -> Registry:
    """The registry in `deals.toml` at the root of a corpus; an empty one where there is no such file.

    Documents that are not in the corpus are named in `Registry.problems`.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or says something that makes no sense; the message names
            the table and the key.
    """
    path = corpus / REGISTRY_FILE
    raw = _read(path)
    if raw is None:
        return Registry.empty()
    deals = tuple(_deal(table, where) for where, table in _tables(raw))
    seen: set[str] = set()
    for deal in deals:
        key = key_of(deal.name)
        if key in seen:
            raise _error(repr(deal.name), "name", "is the name of another deal too", "Give each its own.")
        seen.add(key)
    programme = _programme(raw.get("programme", {}))
    return Registry(deals, programme, tuple(_problems(corpus, deals, programme)))


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ConfigError(f"The registry {path} is larger than {_MAX_BYTES // 1024**2} MiB.", hint="Shorten it.")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as err:
        raise ConfigError(f"The registry {path} cannot be read: {err.strerror}.") from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise ConfigError(f"The registry {path} is not valid TOML: {err}.", hint="See docs/registry.md.") from err


def _tables(raw: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """The tables of deals, and how an error names each: by its deal, or else by its place in the file."""
    hint = "Begin each deal with a line [[deal]] or [deals.some-name]; besides there may be one [programme]."
    for key in raw:
        if key not in ("deal", "deals", "programme"):
            raise _error("the file", key, "is no table of a registry", hint)
    listed, keyed = raw.get("deal", []), raw.get("deals", {})
    if not isinstance(listed, list) or not isinstance(keyed, dict):
        raise _error("the file", "deals" if isinstance(listed, list) else "deal", "does not list deals", hint)
    places = [(f"[[deal]] number {number}", table) for number, table in enumerate(listed, start=1)]
    for place, table in [*places, *((f"[deals.{key}]", table) for key, table in keyed.items())]:
        if not isinstance(table, dict):
            raise _error("the file", place, "is no table", hint)
        name = table.get("name")
        yield (f"[[deal]] {name!r}" if isinstance(name, str) and name.strip() else place), table


def _error(table: str, key: str, what: str, hint: str) -> ConfigError:
    return ConfigError(f"{REGISTRY_FILE}, {table}: {key!r} {what}.", hint=hint)


def _deal(table: dict[str, Any], where: str) -> Deal:
    for key in table:
        if key not in _KEYS:
            raise _error(where, key, "is no key of a deal", f"The keys are: {', '.join(_KEYS)}.")
    if "name" not in table:
        raise _error(where, "name", "is missing", "Each deal needs a name.")
    texts = {key: _text(table[key], where, key) for key in _TEXTS if key in table}
    lists = {key: _list(table[key], where, key) for key in _LISTS if key in table}
    dates = {key: _date(table[key], where, key) for key in DATES if key in table}
    return Deal(**texts, **lists, dates=MappingProxyType(dates))  # type: ignore[arg-type]


def _text(value: object, where: str, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _error(where, key, "is not a text", f'Write {key} = "…".')
    if len(value) > _MAX_NAME:
        raise _error(where, key, f"has more than {_MAX_NAME} characters", "Shorten it.")
    return " ".join(value.split())


def _list(value: object, where: str, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _error(where, key, "is not a list of texts", f'Write {key} = ["…", "…"].')
    return tuple(dict.fromkeys(_text(element, where, key) for element in value))


def _date(value: object, where: str, key: str) -> str:
    text = value.isoformat()[:10] if isinstance(value, datetime.date) else value
    try:
        if not isinstance(text, str) or not _ISO.fullmatch(text):
            raise ValueError
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError as err:
        raise _error(where, key, "is no date", f'Write {key} = "2012-07-05", "2012-07" or "2012".') from err
    return text


def _programme(table: object) -> tuple[str, ...]:
    if not isinstance(table, dict) or set(table) - {"documents"}:
        raise _error("[programme]", "documents", "is the only key that is known here", 'Write documents = ["…"].')
    return _list(table.get("documents", []), "[programme]", "documents")


def _problems(corpus: Path, deals: Sequence[Deal], programme: Sequence[str]) -> Iterable[str]:
    """A sentence for each document that the registry names and the corpus does not have."""
    for where, paths in [*((deal.name, deal.documents) for deal in deals), ("programme", programme)]:
        for path in paths:
            parts = PurePosixPath(path).parts
            outside = path.startswith("/") or ".." in parts or "\\" in path or "\0" in path
            if outside or not corpus.joinpath(*parts).is_file():
                yield f"{REGISTRY_FILE}, {where}: there is no document {path!r} in the corpus."
