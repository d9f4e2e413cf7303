"""What a program may send: one model for each operation, the same for HTTP and for MCP."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = [
    "AskRequest",
    "CompareRequest",
    "DocumentsRequest",
    "ListRequest",
    "PassageRequest",
    "Request",
    "SearchRequest",
]

MOST_QUESTIONS: Final = 12
"""Questions of one comparison: as many columns as somebody can read side by side."""

MOST_ROWS: Final = 200
"""Rows of one comparison. With twelve questions each that is 2,400 answers: minutes of work, a few megabytes."""

MOST_CELLS: Final = MOST_QUESTIONS * MOST_ROWS

MOST_HITS: Final = 50
"""Passages of one search: about 40 KB of text."""

MOST_LISTED: Final = 500
"""Documents, or passages, on one page of a list."""

LISTED: Final = 100
"""As many where nothing else is asked for."""

MOST_TURNS: Final = 100
"""Earlier questions that are looked at; a follow-up rests on the last few."""

MOST_NAMED: Final = 1_000
"""Documents, or things not meant, that a question may name."""

ID: Final = 100
"""Characters of an id; ours have 17 to 64."""

WORDS: Final = 500
"""Characters of what is looked for in a list."""

_HALVES = re.compile(r"[\ud800-\udfff]")


def _whole(text: str) -> str:
    # JSON can say half a character, which no answer could be written with.
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)


Text = Annotated[str, AfterValidator(_whole)]

_PATHS: Final = "Paths of documents, as they are listed, to restrict it to. Without it, all documents are searched."


class Request(BaseModel):
    """The base of all requests: what is not known is refused, so that a slip of the pen does not pass unnoticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AskRequest(Request):
    """A question, and what it is to be understood by."""

    question: Text = Field(
        description="The question, in words. At most 2,000 characters, unless the server is set to another limit.",
        examples=["What does Bristol retain?"],
    )
    history: list[Text] = Field(
        default=[],
        max_length=MOST_TURNS,
        description="Earlier questions of the conversation, oldest first. What a follow-up leaves out is taken from"
        " them.",
        examples=[["What does Bristol retain?"]],
    )
    documents: list[Text] | None = Field(
        default=None, min_length=1, max_length=MOST_NAMED, description=_PATHS, examples=[["bristol.md"]]
    )
    without: list[Text] = Field(
        default=[],
        max_length=MOST_NAMED,
        description="What is not meant: deals, places, names, figures or the kind of answer, as `understood` in an"
        " earlier answer gave them.",
        examples=[["Bristol City Deal"]],
    )


class SearchRequest(Request):
    """A question whose passages are wanted, not its answer."""

    question: Text = Field(
        description="What to look for: a question, or a few words.", examples=["business rates growth"]
    )
    documents: list[Text] | None = Field(
        default=None, min_length=1, max_length=MOST_NAMED, description=_PATHS, examples=[["bristol.md"]]
    )
    limit: int = Field(default=10, ge=1, le=MOST_HITS, description="How many passages, at most.", examples=[5])


class CompareRequest(Request):
    """Questions that are put to every deal, or to every document."""

    questions: list[Text] = Field(
        min_length=1,
        max_length=MOST_QUESTIONS,
        description=f"The questions, at most {MOST_QUESTIONS}. `{{deal}}` in one stands for the name of each deal.",
        examples=[["What does {deal} retain?"]],
    )
    by: Literal["deals", "documents"] = Field(
        default="deals", description="What the rows are: the deals of the registry, or the documents."
    )
    which: list[Text] = Field(
        default=[],
        max_length=MOST_ROWS,
        description=f"Names of deals, or paths of documents, to ask of; without it, of all. At most {MOST_ROWS} rows.",
        examples=[["Bristol City Deal"]],
    )


class ListRequest(Request):
    """Which part of a list is wanted."""

    offset: int = Field(default=0, ge=0, le=10_000_000, description="How many to pass over.")
    limit: int = Field(default=LISTED, ge=1, le=MOST_LISTED, description="How many, at most.")


class DocumentsRequest(ListRequest):
    """Which part of the list of documents is wanted."""

    matching: Text = Field(
        default="",
        max_length=WORDS,
        description="Words that the path, the title or a deal of the document must hold, all of them, in any case.",
    )


class PassageRequest(Request):
    """Which passage is wanted."""

    passage: Text = Field(max_length=ID, description="The id of a passage, as a search gave it.")
