"""How somebody looks at the list of documents: filters, order and page, all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args
from urllib.parse import urlencode

__all__ = ["DOCUMENTS_PATH", "FILTER", "SORTS", "Sort", "View"]

DOCUMENTS_PATH: Final = "/documents"

FILTER: Final = 200
"""Characters of a filter that count."""

Sort = Literal["path", "title", "date"]

SORTS: Final[tuple[Sort, ...]] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class View:
    """How the reader looks at the page.

    Attributes:
        wanted: words that title or path must hold.
        only_partial: leave out documents that were read to the end.
        still: do not load the page again by itself.
        format, deal, status, year: "" for any.
        sort: "date" has the latest first.
        page: of the list, from 1.
    """

    wanted: str = ""
    only_partial: bool = False
    still: bool = False
    format: str = ""
    deal: str = ""
    status: str = ""
    year: str = ""
    sort: Sort = "path"
    page: int = 1

    @classmethod
    def of(cls, q: str = "", only: str = "", still: str = "", **more: str) -> View:
        """From the parameters of an address; whatever they hold, it is a view."""
        chosen = {name: more.get(name, "")[:FILTER] for name in ("format", "deal", "status", "year")}
        sort = next((name for name in SORTS if name == more.get("sort")), SORTS[0])
        number = more.get("page", "")
        page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
        return cls(q[:FILTER], only == "part", still == "1", **chosen, sort=sort, page=max(1, page))

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> View:
        """From the query of a request."""
        names = ("q", "only", "still", "format", "deal", "status", "year", "sort", "page")
        return cls.of(**{name: query[name] for name in names if name in query})

    @property
    def narrowed(self) -> bool:
        """Whether something is left out."""
        return bool(self.wanted or self.only_partial or self.format or self.deal or self.status or self.year)

    def on(self, page: int) -> View:
        """The same on another page of the list."""
        return replace(self, page=page)

    def address(self, path: str = DOCUMENTS_PATH, *, still: bool | None = None) -> str:
        """A path with these parameters, not escaped for HTML."""
        parameters = {
            "q": self.wanted,
            "only": "part" if self.only_partial else "",
            "format": self.format,
            "deal": self.deal,
            "status": self.status,
            "year": self.year,
            "sort": self.sort if self.sort != SORTS[0] else "",
            "page": str(self.page) if self.page > 1 else "",
            "still": "1" if (self.still if still is None else still) else "",
        }
        given = {name: value for name, value in parameters.items() if value}
        return f"{path}?{urlencode(given)}" if given else path
