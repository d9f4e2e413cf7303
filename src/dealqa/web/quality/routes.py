"""The addresses of the page "Quality": what is shown at each, and to whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import FastAPI, Form, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from dealqa.web.ask.remarks import CANDIDATES
from dealqa.web.quality.candidates import candidates_page, read_candidates
from dealqa.web.quality.case_pages import case_page, cases_page, not_there
from dealqa.web.quality.cases import HIDDEN, KINDS, Cases, Wanted, cases_of, suites_in
from dealqa.web.quality.evaluator import Evaluator
from dealqa.web.quality.links import (
    CANDIDATES_PATH,
    CASE_PATH,
    CASES_PATH,
    PROGRESS_PATH,
    QUALITY_PATH,
    RUN_PATH,
    STOP_PATH,
)
from dealqa.web.quality.overview import overview
from dealqa.web.quality.run_box import told_progress
from dealqa.web.quality.runs import Run, find_runs
from dealqa.web.readers import Editor, FromOurPage, Reader, TheReader

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["EVALS", "add_quality_page"]

EVALS: Final = CANDIDATES.parent
"""The folder of suites, of their runs and of the candidates, where the server was started; as for `dealqa eval`."""

_GONE: Final = "There is no such evaluation (any more)."


def add_quality_page(app: FastAPI, assistant: Assistant, evals: Path = EVALS) -> Evaluator:
    """Serve the page "Quality" and what belongs to it.

    Args:
        evals: the folder of suites; a relative path is one of the folder that the server was started in.

    Returns:
        What asks suites: it must be closed when the server ends.
    """
    evaluator = Evaluator(assistant.settings, evals.absolute())
    _add_figures(app, evaluator, evals)
    _add_cases(app, evaluator.evals)
    _add_asking(app, evaluator)

    @app.get(CANDIDATES_PATH, response_class=HTMLResponse)
    def candidates(reader: Editor, verdict: str = "") -> HTMLResponse:
        wanted = verdict if verdict in ("up", "down") else ""
        found = read_candidates(evaluator.evals / CANDIDATES.name, wanted)
        return HTMLResponse(candidates_page(found, wanted, evals / CANDIDATES.name, reader))

    return evaluator


def _add_figures(app: FastAPI, evaluator: Evaluator, shown: Path) -> None:
    evals = evaluator.evals

    @app.get(QUALITY_PATH, response_class=HTMLResponse)
    def quality(
        reader: TheReader, run: str = "", beside: Annotated[str, Query(alias="with")] = "", still: str = ""
    ) -> HTMLResponse:
        state = evaluator.state()  # before the runs: the one that it says is done is to be among them
        runs = find_runs(evals)
        chosen = runs.named(run) if run else next(iter(runs.runs), None)
        if run and chosen is None:
            return HTMLResponse(not_there(_GONE, reader), status_code=404)
        others = runs.comparable(chosen) if chosen is not None else ()
        earlier = next((other for other in others if other.key == beside), next(iter(others), None))
        return HTMLResponse(
            overview(
                runs,
                chosen,
                earlier,
                cases_of(chosen, evals) if chosen is not None else Cases(),
                reader=reader,
                state=state,
                suites=[suite.name for suite in suites_in(evals)],
                evals=shown,
                still=bool(still),
            )
        )


def _add_cases(app: FastAPI, evals: Path) -> None:
    @app.get(CASES_PATH, response_class=HTMLResponse)
    def cases(reader: TheReader, run: str = "", kind: str = "", case_class: _CLASS = "") -> HTMLResponse:
        chosen = find_runs(evals).named(run)
        if chosen is None:
            return HTMLResponse(not_there(_GONE, reader), status_code=404)
        return HTMLResponse(cases_page(chosen, cases_of(chosen, evals), _wanted(kind, case_class), reader))

    @app.get(CASE_PATH, response_class=HTMLResponse)
    def case(
        reader: TheReader,
        run: str = "",
        name: Annotated[str, Query(alias="id")] = "",
        kind: str = "",
        case_class: _CLASS = "",
    ) -> HTMLResponse:
        chosen = find_runs(evals).named(run)
        if chosen is None:
            return HTMLResponse(not_there(_GONE, reader), status_code=404)
        return _one(chosen, cases_of(chosen, evals), name, _wanted(kind, case_class), reader)


def _add_asking(app: FastAPI, evaluator: Evaluator) -> None:
    @app.post(RUN_PATH, dependencies=[FromOurPage])
    def start(_: Editor, suite: Annotated[str, Form()] = "") -> RedirectResponse:
        # A name is looked up among the suites that there are; it is never made a path.
        found = next((path for path in suites_in(evaluator.evals) if path.name == suite), None)
        if found is None:
            raise HTTPException(404, "There is no such suite of questions.")
        evaluator.start(found)  # whoever posts while one is asked is shown that one
        return RedirectResponse(f"{QUALITY_PATH}#ask", status_code=303)

    @app.post(STOP_PATH, dependencies=[FromOurPage])
    def stop(_: Editor) -> RedirectResponse:
        evaluator.stop()
        return RedirectResponse(f"{QUALITY_PATH}#ask", status_code=303)

    @app.get(PROGRESS_PATH)
    def progress(_: TheReader) -> dict[str, Any]:
        return told_progress(evaluator.state())


_CLASS = Annotated[str, Query(alias="class")]


def _wanted(kind: str, case_class: str) -> Wanted:
    return Wanted(kind if kind in KINDS else "", case_class)


def _one(run: Run, cases: Cases, name: str, wanted: Wanted, reader: Reader) -> HTMLResponse:
    found = cases.named(name)
    if found is not None:
        return HTMLResponse(case_page(run, found, cases, wanted, reader))
    held_back = HIDDEN in cases.reason
    message = cases.reason if held_back else "There is no such question in this evaluation."
    return HTMLResponse(not_there(message, reader), status_code=403 if held_back else 404)
