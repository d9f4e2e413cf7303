"""The evidence panel: what is marked is the quote, letter for letter, or nothing."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dealqa.types import Block, Citation, Document
from dealqa.web.evidence.panel import Selection, empty_panel, panel

HOSTILE = "<img src=x onerror=alert(1)>"
TEXT = f"""# Bristol paper

It was signed in 2012.

## Business rates

Bristol keeps 100% of the growth & "more", {HOSTILE} for 25
years. The rest goes to a fund.

- a first thing
- a second thing

## Transport

There is a metro. It comes later.

Nobody knows when.

The last paragraph.
"""


def block(kind: str, words: str, *path: str) -> Block:
    start = TEXT.index(words)
    return Block(kind, start, start + len(words), path)  # type: ignore[arg-type]


DOCUMENT = Document(
    id="d0123456789abcdef",
    path="wave1/bristol.md",
    title="Bristol paper",
    text=TEXT,
    blocks=(
        block("title", "Bristol paper", "Bristol paper"),
        block("paragraph", "It was signed in 2012."),
        block("heading", "Business rates"),
        block("paragraph", TEXT[TEXT.index("Bristol keeps") : TEXT.index("\n\n- a first")]),
        block("list_item", "a first thing"),
        block("list_item", "a second thing"),
        block("heading", "Transport"),
        block("paragraph", "There is a metro. It comes later."),
        block("paragraph", "Nobody knows when."),
        block("paragraph", "The last paragraph."),
    ),
    sha256="0" * 64,
)


def cite(start: int, end: int) -> Citation:
    return Citation(
        number=1,
        document_id=DOCUMENT.id,
        document=DOCUMENT.path,
        title=DOCUMENT.title,
        page=None,
        heading_path=("Bristol paper", "Business rates"),
        start=start,
        end=end,
        quote=TEXT[start:end],
    )


def cite_words(first: str, last: str) -> Citation:
    start = TEXT.index(first)
    return cite(start, TEXT.index(last, start) + len(last))


class Marks(HTMLParser):
    """The words of a piece of HTML, and those inside each mark."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.marks: list[str] = []
        self.words = ""
        self.tags: list[str] = []
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "mark":
            self._inside = True
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._inside = False

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._inside:
            self.marks[-1] += data


def opened(citation: Citation, document: Document | None = DOCUMENT) -> Marks:
    return Marks(panel(Selection(1, (citation,), citation, document, problem="It is gone.")))


@pytest.mark.parametrize(
    "citation",
    [
        cite_words("Bristol keeps 100%", "years."),
        cite_words("a second", "thing"),
        cite_words("It comes", "later."),
        cite(TEXT.index("25"), TEXT.index("25") + 1),
    ],
    ids=["with a line break and markup in it", "a list item", "the end of a block", "one character"],
)
def test_the_mark_is_the_quote_letter_for_letter(citation: Citation) -> None:
    assert opened(citation).marks == [citation.quote]


def test_every_span_of_the_document_is_marked_without_losing_a_word() -> None:
    for start in range(0, len(TEXT) - 40, 7):
        citation = cite(start, start + 40)
        assert "".join("".join(opened(citation).marks).split()) == "".join(citation.quote.split())


def test_a_quote_that_is_not_at_its_place_is_said_and_not_marked() -> None:
    citation = replace(cite_words("It comes", "later."), quote="It comes soon.")
    page = opened(citation)
    assert page.marks == []
    assert "nothing is marked" in page.words


def test_an_empty_quote_marks_nothing() -> None:
    assert opened(cite(20, 20)).marks == []


def test_markup_in_a_document_stays_text() -> None:
    page = opened(cite_words("Bristol keeps 100%", "years."))
    assert "img" not in page.tags
    assert HOSTILE in page.words


def test_what_stands_around_the_quote_is_shown_and_what_is_far_away_is_not() -> None:
    page = opened(cite_words("Bristol keeps 100%", "years."))
    assert "It was signed in 2012." in page.words
    assert "The rest goes to a fund." in page.words
    assert "The last paragraph." not in page.words


def test_a_document_without_blocks_is_shown_as_it_is() -> None:
    citation = cite_words("Bristol keeps 100%", "years.")
    assert opened(citation, replace(DOCUMENT, blocks=())).marks == [citation.quote]


def test_the_panel_names_the_document_its_path_page_and_headings() -> None:
    page = opened(replace(cite_words("It comes", "later."), page=4))
    for words in ("Bristol paper", "wave1/bristol.md", "page 4", "Business rates"):
        assert words in page.words


def test_a_hostile_title_and_path_stay_text() -> None:
    citation = replace(cite_words("It comes", "later."), title=HOSTILE, document=HOSTILE, heading_path=(HOSTILE + "!",))
    assert "img" not in opened(citation).tags


def test_a_table_shows_its_header_once_before_its_rows() -> None:
    rows = "Leeds | 5\nYork | 6"
    table = Document(
        id="d0",
        path="t.md",
        title="T",
        text=rows,
        blocks=(
            Block("table_row", 0, 9, table_header="City | Years"),
            Block("table_row", 10, 18, table_header="City | Years"),
        ),
        sha256="0" * 64,
    )
    citation = replace(cite(0, 9), quote="Leeds | 5")
    page = opened(citation, table)
    assert page.words.count("City | Years") == 1
    assert page.marks == ["Leeds | ", "5"]


@pytest.mark.parametrize("words", ["1. a first thing", "(a) a thing", "iv) a thing", "• a thing"])
def test_a_list_item_with_its_own_marker_gets_no_second_one(words: str) -> None:
    document = replace(DOCUMENT, text=words, blocks=(Block("list_item", 0, len(words)),))
    citation = replace(cite(0, 1), end=len(words), quote=words)
    assert '<p class="list_item marked" dir="auto">' in panel(Selection(1, (citation,), citation, document))


@pytest.mark.parametrize("words", ["a first thing", "In 2012 it began.", "£5m. More later."])
def test_a_list_item_without_a_marker_gets_one(words: str) -> None:
    document = replace(DOCUMENT, text=words, blocks=(Block("list_item", 0, len(words)),))
    citation = replace(cite(0, 1), end=len(words), quote=words)
    assert '<p class="list_item" dir="auto">' in panel(Selection(1, (citation,), citation, document))


def test_the_selected_citation_is_named_as_the_current_one() -> None:
    first, second = cite_words("It comes", "later."), replace(cite_words("a first", "thing"), number=2)
    html = panel(Selection(3, (first, second), second, DOCUMENT))
    assert 'data-shown="#cite-3-2"' in html
    assert 'href="#cite-3-2" aria-current="true"' in html
    assert 'href="#cite-3-1">' in html


def test_a_document_that_cannot_be_read_is_explained() -> None:
    assert "It is gone." in opened(cite_words("It comes", "later."), None).words


def test_the_empty_panel_escapes_its_message() -> None:
    assert "img" not in Marks(empty_panel(HOSTILE)).tags
