"""The HTTP interface: an application of its own, so that its errors and its description are of it alone."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query, Request, Response
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from dealqa.errors import DealqaError
from dealqa.web.programs import operations
from dealqa.web.programs.attending import Attended
from dealqa.web.programs.describing import DESCRIPTION, TITLE, described, responses
from dealqa.web.programs.problems import OF_REQUESTS, Kind, problem, problem_of
from dealqa.web.programs.requests import (
    ID,
    MOST_CELLS,
    AskRequest,
    CompareRequest,
    DocumentsRequest,
    ListRequest,
    PassageRequest,
    SearchRequest,
)
from dealqa.web.programs.responses import (
    AnswerResponse,
    CompareResponse,
    DocumentResponse,
    DocumentsResponse,
    PassageResponse,
    SearchResponse,
)
from dealqa.web.programs.service import Service

__all__ = ["http_interface"]

Id = Annotated[str, InPath(max_length=ID)]

_HEADERS: Final = {"Cache-Control": "no-store"}


def http_interface(service: Service) -> FastAPI:
    """The application to be mounted at "/api"; its `state.description` is its OpenAPI document."""
    api = FastAPI(
        title=TITLE,
        version=version("dealqa"),
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    api.add_middleware(Attended)
    _tell_problems(api)
    _add_questions(api, service)
    _add_documents(api, service)
    api.state.description = described(api)
    body = json.dumps(api.state.description, ensure_ascii=False).encode("utf-8")

    @api.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return Response(body, media_type="application/json", headers=_HEADERS)

    return api


def _add_questions(api: FastAPI, service: Service) -> None:
    @api.post("/v1/ask", operation_id="ask", tags=["Questions"], response_model=AnswerResponse, responses=responses())
    async def ask(request: AskRequest) -> Response:
        """Ask a question.

        The answer is quoted and cited sentence by sentence; what the documents do not say is refused, with the nearest
        things that they do say. A refusal is an answer, not an error: its status is 200.
        """
        return _json(await service.json(operations.ask, request))

    @api.post(
        "/v1/search", operation_id="search", tags=["Questions"], response_model=SearchResponse, responses=responses()
    )
    async def search(request: SearchRequest) -> Response:
        """Find passages.

        The passages that bear on a question, best first, with their text.
        """
        return _json(await service.json(operations.search, request))

    @api.post(
        "/v1/compare", operation_id="compare", tags=["Questions"], response_model=CompareResponse, responses=responses()
    )
    async def compare(request: CompareRequest) -> Response:
        """Compare deals or documents.

        Every question is put to every deal of the registry, or to every document. At most 12 questions and 200 rows;
        that many take minutes. One comparison is worked on at a time.
        """
        return _json(await service.json(operations.compare, request, MOST_CELLS, long=True))


def _add_documents(api: FastAPI, service: Service) -> None:
    @api.get(
        "/v1/documents",
        operation_id="list_documents",
        tags=["Documents"],
        response_model=DocumentsResponse,
        responses=responses(),
    )
    async def documents(request: Annotated[DocumentsRequest, Query()]) -> Response:
        """List the documents.

        All documents by path, a page at a time.
        """
        return _json(await service.json(operations.documents, request))

    @api.get(
        "/v1/documents/{id}",
        operation_id="read_document",
        tags=["Documents"],
        response_model=DocumentResponse,
        responses=responses(404),
    )
    async def document(id: Id, request: Annotated[ListRequest, Query()]) -> Response:
        """Read a document.

        What there is to say of a document, and its passages in their order, a page at a time.
        """
        return _json(await service.json(operations.document, id, request))

    @api.get(
        "/v1/passages/{id}",
        operation_id="read_passage",
        tags=["Documents"],
        response_model=PassageResponse,
        responses=responses(404),
    )
    async def passage(id: Id) -> Response:
        """Read a passage.

        One passage with its text, and the ids of those before and after it.
        """
        return _json(await service.json(operations.passage, PassageRequest(passage=id)))


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json", headers=_HEADERS)


def _tell_problems(api: FastAPI) -> None:
    @api.exception_handler(DealqaError)
    async def ours(request: Request, err: DealqaError) -> Response:
        return problem_of(err)

    @api.exception_handler(RequestValidationError)
    async def invalid(request: Request, err: RequestValidationError) -> Response:
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method == "POST" and sent != "application/json":
            said = "The body is not said to be JSON."
            return problem(OF_REQUESTS[415], said, 'Send it with the header "Content-Type: application/json".')
        return _invalid(err)

    @api.exception_handler(HTTPException)
    async def http(request: Request, err: HTTPException) -> Response:
        kind = OF_REQUESTS.get(err.status_code, Kind("request", err.status_code, "The request cannot be answered"))
        said = {404: "Nothing is at this address.", 405: "This address takes another method."}
        detail = said.get(err.status_code, str(err.detail))
        return problem(kind, detail, "GET /api tells what there is.", headers=dict(err.headers or {}))


def _invalid(err: RequestValidationError) -> Response:
    found = err.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(OF_REQUESTS[400], "The body is not JSON.", "Send an object as GET /api shows it.")
    faults = [_fault(one) for one in found[:20]]
    detail = "; ".join(f"{one['where']}: {one['message']}" for one in faults[:3])
    return problem(OF_REQUESTS[422], f"{detail}.", "GET /api tells what may be sent.", errors=faults)


def _fault(one: dict[str, Any]) -> dict[str, str]:
    # What was sent is left out: it may be long, and it is the program's own.
    return {"where": ".".join(str(part) for part in one["loc"])[:200], "message": str(one["msg"])}
