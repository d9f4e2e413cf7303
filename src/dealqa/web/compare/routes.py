"""The addresses of the page "Compare": what is shown at each, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dealqa.errors import DealqaError, QuestionError
from dealqa.matrix import FORMATS
from dealqa.web.compare.evidence_page import evidence_page
from dealqa.web.compare.form import EXAMPLES, Choice, form_page, not_there
from dealqa.web.compare.links import COMPARE_PATH, run_address
from dealqa.web.compare.orders import Draft, draft_of, order_of, rows_there
from dealqa.web.compare.run_page import EXPORTS, run_page, told_cells
from dealqa.web.compare.runs import NoRoom, Run, Runs, StillAsking
from dealqa.web.compare.table import parts_of
from dealqa.web.evidence.pages import EvidencePages
from dealqa.web.markup import page, text
from dealqa.web.readers import FromOurPage, Reader, TheReader

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["LARGEST_FORM", "add_compare_page"]

LARGEST_FORM: Final = 2 * 1024 * 1024
"""Bytes of a form: many rows are chosen by keys of 32 digits, and questions are a few kilobytes."""

_UNKEPT: Final = {"Cache-Control": "no-store"}

_MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def add_compare_page(app: FastAPI, assistant: Assistant, pages: EvidencePages) -> Runs:
    """Serve the page "Compare" and what belongs to a comparison.

    Returns:
        What asks them: it must be closed when the server ends, before the assistant is.
    """
    runs = Runs(assistant)
    _add_form(app, assistant, runs)
    _add_run(app, assistant, runs)
    _add_drawn(app, assistant, runs, pages)
    return runs


def _add_form(app: FastAPI, assistant: Assistant, runs: Runs) -> None:
    @app.get(COMPARE_PATH, response_class=HTMLResponse)
    def form(reader: TheReader, example: str = "", like: str = "") -> HTMLResponse:
        earlier = runs.get(like, reader) if like else None
        draft = earlier.order.draft() if earlier is not None else Draft()
        number = _number(example) or 0
        if 1 <= number <= len(EXAMPLES):
            draft = draft.with_question(EXAMPLES[number - 1])
        return _form(assistant, runs, draft, reader)

    @app.post(COMPARE_PATH, dependencies=[FromOurPage])
    async def start(request: Request, reader: TheReader) -> Response:
        body = await _body(request)
        return await run_in_threadpool(_start, assistant, runs, body, reader)


def _add_run(app: FastAPI, assistant: Assistant, runs: Runs) -> None:
    @app.get(f"{COMPARE_PATH}/{{run_id}}", response_class=HTMLResponse)
    def shown(run_id: str, reader: TheReader, part: str = "1", still: str = "") -> HTMLResponse:
        run = runs.get(run_id, reader)
        if run is None:
            return _gone(reader)
        number = min(max(_number(part) or 1, 1), parts_of(run))
        return HTMLResponse(run_page(run, number, _live(assistant), reader, still=bool(still)), headers=_UNKEPT)

    @app.get(f"{COMPARE_PATH}/{{run_id}}/cells")
    def cells(run_id: str, reader: TheReader, response: Response, start: _FROM = "") -> dict[str, Any]:
        run = runs.get(run_id, reader)
        if run is None:
            raise HTTPException(404, "This comparison is no longer held.", headers=_UNKEPT)
        response.headers.update(_UNKEPT)
        return told_cells(run, _number(start) or 0)

    @app.post(f"{COMPARE_PATH}/{{run_id}}/stop", dependencies=[FromOurPage])
    def stop(run_id: str, reader: TheReader) -> Response:
        run = runs.get(run_id, reader)
        if run is None:
            return _gone(reader)
        run.stop()
        return RedirectResponse(run_address(run.id), status_code=303)


def _add_drawn(app: FastAPI, assistant: Assistant, runs: Runs, pages: EvidencePages) -> None:
    @app.get(f"{COMPARE_PATH}/{{run_id}}/evidence", response_class=HTMLResponse)
    def evidence(run_id: str, reader: TheReader, row: str = "", column: str = "", citation: str = "") -> HTMLResponse:
        run = runs.get(run_id, reader)
        if run is None:
            return _gone(reader)
        place = (_number(row) or 0, _number(column) or 0)
        shown = evidence_page(run, place, _number(citation) or 0, assistant, pages, reader)
        if shown is None:
            return HTMLResponse(_no_citation(run, reader), status_code=404)
        return HTMLResponse(shown, headers=_UNKEPT)

    @app.get(f"{COMPARE_PATH}/{{run_id}}/export")
    def export(run_id: str, reader: TheReader, kind: Annotated[str, Query(alias="format")] = "") -> Response:
        run = runs.get(run_id, reader)
        if run is None:
            return _gone(reader)
        if kind not in EXPORTS:
            raise HTTPException(422, f"The format is one of {', '.join(EXPORTS)}.")
        if not run.ended:
            raise HTTPException(409, "This comparison is still being asked. Stop it, or wait until it has ended.")
        name = f"comparison-{run.at.astimezone():%Y-%m-%d-%H%M}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', **_UNKEPT}
        return Response(FORMATS[f".{kind}"](run.matrix()), media_type=_MEDIA[kind], headers=headers)


_FROM = Annotated[str, Query(alias="from")]


def _start(assistant: Assistant, runs: Runs, body: bytes, reader: Reader) -> Response:
    draft = Draft()
    try:
        draft = draft_of(body)
        run = runs.start(order_of(draft, assistant), reader)
    except DealqaError as err:
        return _form(assistant, runs, draft, reader, err)
    return RedirectResponse(run_address(run.id), status_code=303)


def _form(
    assistant: Assistant, runs: Runs, draft: Draft, reader: Reader, problem: DealqaError | None = None
) -> HTMLResponse:
    try:
        with assistant.hold() as snapshot:
            there = rows_there(snapshot, "deals"), rows_there(snapshot, "documents")
    except DealqaError as err:
        told = f'<p class="problem" role="alert">{text(str(err))}</p>'
        whole = page("Compare", told, reader=reader, current="Compare", styles=("compare.css",))
        return HTMLResponse(whole, status_code=503, headers={"Retry-After": "5", **_UNKEPT})
    whole = form_page(Choice(*there, runs.of(reader)), draft, reader, problem)
    return HTMLResponse(whole, status_code=_status(problem), headers=_UNKEPT)


def _status(problem: DealqaError | None) -> int:
    if problem is None:
        return 200
    if isinstance(problem, StillAsking):
        return 409
    return 422 if isinstance(problem, QuestionError) and not isinstance(problem, NoRoom) else 503


async def _body(request: Request) -> bytes:
    """All of a form.

    Raises:
        HTTPException: it is larger than `LARGEST_FORM`.
    """
    parts: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > LARGEST_FORM:
            raise HTTPException(413, f"This form is too large; the limit is {LARGEST_FORM // 2**20} MiB.")
        parts.append(chunk)
    return b"".join(parts)


def _live(assistant: Assistant) -> str:
    """The generation that is answered from now; "" while there is none, which is no matter of the comparison's."""
    try:
        return assistant.state().generation
    except DealqaError:
        return ""


def _gone(reader: Reader) -> HTMLResponse:
    return HTMLResponse(not_there(reader), status_code=404, headers=_UNKEPT)


def _no_citation(run: Run, reader: Reader) -> str:
    body = f'<p><a href="{run_address(run.id)}">Back to the table</a></p>'
    return page("There is no such evidence", body, reader=reader, current="Compare", styles=("compare.css",))


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
