"""How far documents were read, in sentences: the same ones at the command line, on the page and beside an answer.

What is said here is made of `Coverage` and never guessed: of a document that was read to the end nothing is said.
"""

from dealqa.coverage.answers import answer_notices
from dealqa.coverage.notes import (
    Recognition,
    document_data,
    document_line,
    document_notes,
    extent,
    failure_data,
    failure_sentence,
    recognition_here,
)
from dealqa.coverage.totals import Totals, totals_of
from dealqa.coverage.wording import counted, listed, visible

__all__ = [
    "Recognition",
    "Totals",
    "answer_notices",
    "counted",
    "document_data",
    "document_line",
    "document_notes",
    "extent",
    "failure_data",
    "failure_sentence",
    "listed",
    "recognition_here",
    "totals_of",
    "visible",
]
