"""What a person is told who may not do something, or asked for what is not there: a page in our frame, no JSON."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from dealqa.web.markup import page, text
from dealqa.web.readers import reader_of

__all__ = ["add_problem_pages"]

_TITLES: Final = {403: "Not allowed", 404: "Not here", 413: "Too much at once"}
_OTHERWISE: Final = "That did not work"


def add_problem_pages(app: FastAPI) -> None:
    """Answer browsers with a page where a route refuses; programs are answered as before."""
    app.add_exception_handler(HTTPException, _told)


async def _told(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if "text/html" not in request.headers.get("accept", ""):
        return await http_exception_handler(request, error)
    body = (
        f'<div class="problem" role="alert"><p>{text(str(error.detail))}</p></div><p><a href="/">Ask a question</a></p>'
    )
    title = _TITLES.get(error.status_code, _OTHERWISE)
    shown = page(title, body, reader=reader_of(request))
    return HTMLResponse(shown, status_code=error.status_code, headers=error.headers)
