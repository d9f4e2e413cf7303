"""Who asks: the reader of a request, and what a request must be to change something.

Without users everybody who reaches the server, which then listens to this machine alone, is `EVERYBODY`. With users
`dealqa.web.access` puts the reader into the request's scope before any route sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import Depends, HTTPException, Request

from dealqa.web.security import is_same_origin

__all__ = ["EVERYBODY", "SCOPE", "Editor", "FromOurPage", "Reader", "Role", "TheReader", "reader_of"]

Role = Literal["reader", "editor"]

SCOPE: Final = "dealqa.reader"
"""The key of the reader in the scope of a request."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks.

    Attributes:
        name: of the user; empty where there are no users.
        role: a reader asks and reads; an editor also takes documents in, removes them and runs evaluations.
    """

    name: str
    role: Role

    @property
    def edits(self) -> bool:
        """Whether they may change what is asked of."""
        return self.role == "editor"


EVERYBODY: Final = Reader("", "editor")


def reader_of(request: Request) -> Reader:
    """The reader of a request."""
    found = request.scope.get(SCOPE, EVERYBODY)
    assert isinstance(found, Reader)  # noqa: S101  # only `dealqa.web.access` writes there
    return found


def _editor(request: Request) -> Reader:
    reader = reader_of(request)
    if not reader.edits:
        raise HTTPException(403, "Not allowed: only an editor may change the documents.")
    return reader


def _from_our_page(request: Request) -> None:
    if not is_same_origin(request.headers, request.url.scheme):
        raise HTTPException(403, "Not allowed: only a page of this server may do that.")


TheReader = Annotated[Reader, Depends(reader_of)]
"""A route's parameter: who asks."""

Editor = Annotated[Reader, Depends(_editor)]
"""A route's parameter: who asks, and 403 for whoever is no editor."""

FromOurPage = Depends(_from_our_page)
"""A route's dependency: 403 unless the request comes from one of our own pages; for every request that changes
something and is authenticated by a cookie."""
