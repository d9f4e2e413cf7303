"""Many questions asked of many deals or documents: each cell an answer with citations, "not found" or "conflict"."""

from dealqa.matrix.filling import Cell, CellState, Matrix, Row, fill, rows_of_deals, rows_of_documents
from dealqa.matrix.writing import FORMATS, write_matrix

__all__ = [
    "FORMATS",
    "Cell",
    "CellState",
    "Matrix",
    "Row",
    "fill",
    "rows_of_deals",
    "rows_of_documents",
    "write_matrix",
]
