"""The addresses of the page "Compare" and of what belongs to a comparison."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

__all__ = [
    "COMPARE_PATH",
    "again_address",
    "cells_address",
    "evidence_address",
    "export_address",
    "place_address",
    "run_address",
    "stop_address",
]

COMPARE_PATH: Final = "/compare"


def run_address(run_id: str, part: int = 1) -> str:
    """Where a comparison is shown.

    Args:
        part: of its rows, from 1; a long table is shown in parts.
    """
    return f"{COMPARE_PATH}/{run_id}" + (f"?{urlencode({'part': part})}" if part > 1 else "")


def place_address(run_id: str, part: int, cell: int) -> str:
    """Where a cell of a comparison is shown, by its place from 0."""
    return f"{run_address(run_id, part)}#cell-{cell}"


def cells_address(run_id: str) -> str:
    """Where a script gets the cells as they come."""
    return f"{COMPARE_PATH}/{run_id}/cells"


def stop_address(run_id: str) -> str:
    """Where the button "Stop" posts to."""
    return f"{COMPARE_PATH}/{run_id}/stop"


def export_address(run_id: str, kind: str) -> str:
    """Where a comparison is had as a file."""
    return f"{COMPARE_PATH}/{run_id}/export?{urlencode({'format': kind})}"


def evidence_address(run_id: str, row: int, column: int, citation: int) -> str:
    """Where a citation of a cell is shown; rows and columns count from 1, the questions' row not among them."""
    query = urlencode({"row": row, "column": column, "citation": citation})
    return f"{COMPARE_PATH}/{run_id}/evidence?{query}"


def again_address(run_id: str) -> str:
    """Where the form is filled in as it was for a comparison."""
    return f"{COMPARE_PATH}?{urlencode({'like': run_id})}"
