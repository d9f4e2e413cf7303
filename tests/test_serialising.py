"""What goes into JSON comes out of it as it was."""

from __future__ import annotations

from dealqa.serialising import document_from_json, document_to_json
from dealqa.types import Block, Box, Coverage, Document, HiddenText, Page, RecognisedPage

DOCUMENT = Document(
    id="d0123456789abcdef",
    path="Ünïcode/öne.pdf",
    title="“A” title | of sorts",
    text="Heading\n\nA row | of two",
    blocks=(
        Block("heading", 0, 7, ("Heading",), level=1, page=1, boxes=(Box(1, 1.5, 2.25, 3.0, 4.0),)),
        Block("table_row", 9, 23, ("Heading",), page=1, table_header="a | b"),
    ),
    sha256="00" * 32,
    pages=(Page(1, 0, 23, 595.2, 841.9),),
    date="2012-07",
    status="agreed",
    deals=("bristol-2012",),
    warnings=("Page 2 was left out.",),
    coverage=Coverage(
        unread_pages=(2,),
        recognised=(RecognisedPage(1, 0.91),),
        tables=1,
        hidden=(HiddenText("faint", 12, 1), HiddenText("marked_hidden", 3)),
        insertions=1,
        deletions=2,
        gaps=("The attachment a.zip was not read.",),
    ),
)


def test_a_document_survives_being_written_as_json() -> None:
    assert document_from_json(document_to_json(DOCUMENT)) == DOCUMENT


def test_a_document_with_unread_pages_is_not_complete() -> None:
    assert not DOCUMENT.coverage.complete


def test_hidden_text_alone_leaves_a_document_complete() -> None:
    assert Coverage(hidden=(HiddenText("tiny", 5, 1),)).complete
