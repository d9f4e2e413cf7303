"""The words of dealqa, as frozen values.

Offsets are half-open `[start, end)` in code points of `Document.text`, everywhere. A page number is 1-based.
Nothing here reads a file, opens an index or knows a third-party package.
"""

from dealqa.types.answers import Answer, AnswerSentence, Citation, Refusal, RefusalReason
from dealqa.types.documents import (
    Block,
    BlockKind,
    Box,
    Coverage,
    Document,
    DocumentInfo,
    HiddenKind,
    HiddenText,
    Hit,
    Page,
    Passage,
    RecognisedPage,
    Span,
    document_id_of,
)
from dealqa.types.questions import AnswerType, Premise, PremiseKind, Question

__all__ = [
    "Answer",
    "AnswerSentence",
    "AnswerType",
    "Block",
    "BlockKind",
    "Box",
    "Citation",
    "Coverage",
    "Document",
    "DocumentInfo",
    "HiddenKind",
    "HiddenText",
    "Hit",
    "Page",
    "Passage",
    "Premise",
    "PremiseKind",
    "Question",
    "RecognisedPage",
    "Refusal",
    "RefusalReason",
    "Span",
    "document_id_of",
]
