"""What the form of the page "Compare" asks for: read from what was posted, and made into questions and rows."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import parse_qs

from dealqa.assistant import Assistant
from dealqa.errors import QuestionError
from dealqa.matrix import MOST_CELLS, Row, put_to, rows_of_deals, rows_of_documents
from dealqa.snapshot import Snapshot

__all__ = ["MOST_QUESTIONS", "By", "Draft", "Order", "draft_of", "key_of", "order_of", "rows_there"]

MOST_QUESTIONS: Final = 50
"""Questions of one comparison; a wider table is not read by anybody."""

MOST_FIELDS: Final = 25_000
"""Fields of a form: one for each deal and each document, and a few."""

_NAMED: Final = 200
"""Characters of a question or a name that are shown in a sentence about it."""

By = Literal["deals", "documents"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as a reader has filled it in.

    Attributes:
        questions: as typed, a question a line.
        deals, documents: keys of rows that are chosen, see `key_of`; None for all.
    """

    questions: str = ""
    by: By = "deals"
    deals: frozenset[str] | None = None
    documents: frozenset[str] | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The questions, each once, without empty lines."""
        return tuple(dict.fromkeys(filter(None, (" ".join(line.split()) for line in self.questions.splitlines()))))

    def with_question(self, question: str) -> Draft:
        """The same with one more question."""
        return replace(self, questions="\n".join([*self.lines, question]))


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be asked: every question of every row."""

    questions: tuple[str, ...]
    by: By
    rows: tuple[Row, ...]

    @property
    def cells(self) -> int:
        """How many answers that makes."""
        return len(self.questions) * len(self.rows)

    def draft(self) -> Draft:
        """The form that orders it."""
        keys = frozenset(map(key_of, self.rows))
        draft = Draft("\n".join(self.questions), self.by)
        return replace(draft, deals=keys) if self.by == "deals" else replace(draft, documents=keys)

    def rows_in(self, snapshot: Snapshot) -> tuple[Row, ...]:
        """Its rows as a generation knows them.

        Raises:
            QuestionError: one of them is no longer there.
        """
        return _rows(snapshot, self.by, frozenset(map(key_of, self.rows)))


def draft_of(body: bytes) -> Draft:
    """The draft that a form was posted with; nothing of it is checked yet.

    Raises:
        QuestionError: the form has more than 25,000 fields.
    """
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError as err:
        raise QuestionError("This form chooses too many rows.", hint="Choose fewer.") from err
    by: By = "documents" if fields.get("by") == ["documents"] else "deals"
    return Draft(
        "\n".join(fields.get("questions", [])),
        by,
        frozenset(fields.get("deal", [])),
        frozenset(fields.get("document", [])),
    )


def order_of(draft: Draft, assistant: Assistant) -> Order:
    """What a draft orders of the newest generation.

    Raises:
        QuestionError: there is no question, there are too many questions or rows, a question cannot be asked, or
            a row is not there.
        StoreError: the index cannot be read.
    """
    questions = draft.lines
    if not questions:
        raise QuestionError("There is no question yet.", hint="Write one, or put one of the examples in.")
    if len(questions) > MOST_QUESTIONS:
        raise QuestionError(
            f"These are {len(questions):,} questions; the limit is {MOST_QUESTIONS}.", hint="Ask them in parts."
        )
    with assistant.hold() as snapshot:
        chosen = draft.deals if draft.by == "deals" else draft.documents
        rows = _rows(snapshot, draft.by, chosen)
        order = Order(questions, draft.by, rows)
        if order.cells > MOST_CELLS:
            raise QuestionError(
                f"{len(questions):,} questions of {len(rows):,} {draft.by} are {order.cells:,} cells; the limit is "
                f"{MOST_CELLS:,}.",
                hint=f"Ask fewer questions at a time, or choose fewer {draft.by}.",
            )
        longest = max(rows, key=lambda row: len(row.label))
        for question in questions:  # a slip is told before the work
            try:
                assistant.understand(put_to(longest, question), snapshot=snapshot)
            except QuestionError as err:
                raise QuestionError(f"{err.message} It begins “{_cut(question)}”.", hint=err.hint) from err
    return order


def key_of(row: Row) -> str:
    """What stands for a row in a form: 32 hexadecimal digits, whatever characters its name or path is made of."""
    name = f"{row.deal or ''}\0{row.document or ''}"
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def rows_there(snapshot: Snapshot, by: By) -> tuple[Row, ...]:
    """All rows that there are, in the order of the registry or of the paths."""
    if by == "documents":
        return rows_of_documents(snapshot)
    return rows_of_deals(snapshot) if snapshot.registry.deals else ()


def _rows(snapshot: Snapshot, by: By, chosen: Collection[str] | None) -> tuple[Row, ...]:
    there = rows_there(snapshot, by)
    if not there:
        raise QuestionError(f"There are no {by} to ask.", hint="Choose the other kind of rows.")
    if chosen is None:
        return there
    if not chosen:
        raise QuestionError(f"No {by} are chosen.", hint="Choose one at least.")
    found = tuple(row for row in there if key_of(row) in chosen)
    if len(found) < len(chosen):
        raise QuestionError(f"Some of the {by} that were chosen are no longer there.", hint="Choose again.")
    return found


def _cut(name: str) -> str:
    return name if len(name) <= _NAMED else f"{name[: _NAMED - 2].rstrip()} …"
