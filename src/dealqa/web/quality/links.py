"""The addresses of the pages on quality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from dealqa.web.quality.runs import Run

__all__ = [
    "CANDIDATES_PATH",
    "CASES_PATH",
    "CASE_PATH",
    "PROGRESS_PATH",
    "QUALITY_PATH",
    "RUN_PATH",
    "STOP_PATH",
    "case_address",
    "cases_address",
    "run_address",
]

QUALITY_PATH: Final = "/quality"
CASES_PATH: Final = f"{QUALITY_PATH}/cases"
CASE_PATH: Final = f"{QUALITY_PATH}/case"
CANDIDATES_PATH: Final = f"{QUALITY_PATH}/candidates"
RUN_PATH: Final = f"{QUALITY_PATH}/run"
STOP_PATH: Final = f"{QUALITY_PATH}/stop"
PROGRESS_PATH: Final = f"{QUALITY_PATH}/progress"


def run_address(key: str) -> str:
    """Where a run is shown."""
    return f"{QUALITY_PATH}?{urlencode({'run': key})}"


def cases_address(run: Run, query: Mapping[str, str] | None = None) -> str:
    """Where the cases of a run are listed."""
    return f"{CASES_PATH}?{urlencode({'run': run.key, **(query or {})})}"


def case_address(run: Run, name: str, query: Mapping[str, str] | None = None) -> str:
    """Where one case is shown; the query is the list that it was opened from."""
    return f"{CASE_PATH}?{urlencode({'run': run.key, 'id': name, **(query or {})})}"
