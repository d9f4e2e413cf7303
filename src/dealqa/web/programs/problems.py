"""Errors as programs get them (`application/problem+json`, RFC 9457): a sentence and a hint, never a traceback."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.responses import Response

from dealqa.errors import DealqaError, GenerationGone, ModelError, NotFound, Overloaded, QuestionError, StoreError

__all__ = ["KINDS", "MEDIA_TYPE", "UNEXPECTED", "Kind", "kind_of", "problem", "problem_of", "unexpected"]

logger = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem.

    Attributes:
        name: of the place on the page "/api" that tells of it.
        retry_after: seconds after which the same request may succeed; 0 where it will not by itself.
    """

    name: str
    status: int
    title: str
    retry_after: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


UNEXPECTED: Final = Kind("unexpected", 500, "Something unexpected went wrong on the server")

KINDS: Final[tuple[tuple[type[DealqaError], Kind], ...]] = (
    (QuestionError, Kind("question", 422, "The question cannot be asked as it is")),
    (NotFound, Kind("not-found", 404, "There is no such thing")),
    (Overloaded, Kind("overloaded", 503, "Too much is being asked at once", retry_after=2)),
    (GenerationGone, Kind("index-changed", 503, "The index was replaced meanwhile", retry_after=1)),
    (StoreError, Kind("index-unavailable", 503, "The index cannot be read", retry_after=5)),
    (ModelError, Kind("model-unavailable", 503, "The model cannot be used", retry_after=30)),
    (DealqaError, UNEXPECTED),
)
"""Error → problem; the first that fits."""

OF_REQUESTS: Final = {
    400: Kind("malformed", 400, "The request cannot be read"),
    403: Kind("not-allowed", 403, "The request is not allowed"),
    404: Kind("not-found", 404, "There is no such thing"),
    405: Kind("method", 405, "The method is not the right one here"),
    413: Kind("too-long", 413, "The request is too long"),
    415: Kind("media-type", 415, "The request is not said to be JSON"),
    422: Kind("request", 422, "The request is not as it should be"),
}
"""Problems of requests that reach no operation, by their status."""


def kind_of(err: DealqaError) -> Kind:
    """What kind of problem an error is."""
    return next(kind for error, kind in KINDS if isinstance(err, error))


def problem(
    kind: Kind,
    detail: str,
    hint: str = "",
    *,
    errors: Sequence[Mapping[str, str]] = (),
    error_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A response that says what went wrong."""
    body: dict[str, Any] = {
        "type": f"/api#problem-{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "hint": hint,
        "errors": list(errors),
        "error_id": error_id,
    }
    sent = {"Cache-Control": "no-store", **(headers or {})}
    if kind.retry_after:
        sent["Retry-After"] = str(kind.retry_after)
    return Response(json.dumps(body), status_code=kind.status, headers=sent, media_type=MEDIA_TYPE)


def problem_of(err: DealqaError) -> Response:
    """The response to an error of ours."""
    kind = kind_of(err)
    if kind is UNEXPECTED:
        return unexpected(err)
    if kind.status >= 500 and not isinstance(err, Overloaded):
        logger.warning("A program's request failed: %s", err)
    return problem(kind, err.message, err.hint)


def unexpected(err: BaseException) -> Response:
    """The response to a fault of ours: what it was stands in the log only, under the id that the program gets."""
    error_id = note_fault(err)
    return problem(
        UNEXPECTED,
        "Something went wrong on the server. What it was stands in its log.",
        f"Tell whoever runs the server this id: {error_id}.",
        error_id=error_id,
    )


def note_fault(err: BaseException) -> str:
    """Log a fault of ours; gives the id under which it is found."""
    error_id = secrets.token_hex(6)
    logger.error("Fault %s in a program's request.", error_id, exc_info=err)
    return error_id
