"""Many questions asked of many deals or documents: each cell an answer with citations, "not found" or "conflict"."""

from dealqa.matrix.filling import (
    MOST_CELLS,
    Cell,
    CellState,
    Matrix,
    Row,
    cells_of,
    fill,
    put_to,
    rows_of_deals,
    rows_of_documents,
)
from dealqa.matrix.writing import FORMATS, write_matrix

__all__ = [
    "FORMATS",
    "MOST_CELLS",
    "Cell",
    "CellState",
    "Matrix",
    "Row",
    "cells_of",
    "fill",
    "put_to",
    "rows_of_deals",
    "rows_of_documents",
    "write_matrix",
]
