"""The evidence of real files: marks are the quote, tables are tables, and what is framed on a page is the quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from evidence_corpus import ROWS, SENTENCE, index_of_formats

from dealqa.assistant import Assistant
from dealqa.types import Citation, Document
from dealqa.web.evidence.pages import EvidencePages, place_of
from dealqa.web.evidence.panel import Selection, panel

FORMATS = ["paper.pdf", "minutes.docx", "amounts.xlsx", "update.html", "note.md", "digest.txt"]
WITH_TABLES = FORMATS[:5]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(index_of_formats(tmp_path_factory.mktemp("formats"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(assistant: Assistant) -> Iterator[EvidencePages]:
    made = EvidencePages(assistant)
    yield made
    made.close()


@pytest.fixture
def read(assistant: Assistant):
    paths = {info.path: info.id for info in assistant.documents()}
    return lambda path: assistant.document(paths[path])


class Shown(HTMLParser):
    """What a panel shows: the text of its marks, the cells of its tables, and the rest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.marks: list[str] = []
        self.heads: list[str] = []
        self.cells: list[str] = []
        self._open: list[str] = []
        self._unseen = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("mark", "td", "th", "span"):
            self._open.append("unseen" if ("class", "unseen") in attrs else tag)
            found = {"mark": self.marks, "td": self.cells, "th": self.heads}.get(tag)
            if found is not None:
                found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("mark", "td", "th", "span"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if "mark" in self._open:
            self.marks[-1] += data
        for tag, found in (("td", self.cells), ("th", self.heads)):
            if tag in self._open and "unseen" not in self._open:
                found[-1] += data


def cite(document: Document, start: int, end: int) -> Citation:
    page = next((block.page for block in document.blocks if block.end > start), None)
    return Citation(1, document.id, document.path, document.title, page, (), start, end, document.text[start:end])


def opened(document: Document, start: int, end: int) -> Shown:
    citation = cite(document, start, end)
    return Shown(panel(Selection(1, (citation,), citation, document)))


def span_of(document: Document, words: str) -> tuple[int, int]:
    """Where words stand, white space aside: a paragraph of a PDF or a note is broken elsewhere."""
    found = re.search(r"\s+".join(map(re.escape, words.split())), document.text)
    assert found is not None
    return found.span()


@pytest.mark.parametrize("path", FORMATS)
def test_the_marks_of_every_block_are_its_text(read, path):
    document = read(path)
    for block in document.blocks:
        assert "".join(opened(document, block.start, block.end).marks) == document.text[block.start : block.end]


@pytest.mark.parametrize("path", FORMATS)
def test_the_marks_of_a_quote_inside_a_block_are_the_quote(read, path):
    document = read(path)
    for block in document.blocks:
        start, end = block.start + 1, block.end - 1
        if start < end:
            assert "".join(opened(document, start, end).marks) == document.text[start:end]


@pytest.mark.parametrize("path", ["paper.pdf", "minutes.docx", "amounts.xlsx", "update.html", "digest.txt"])
def test_the_marks_of_a_quote_over_two_blocks_are_the_quote(read, path):
    document = read(path)
    for first, second in zip(document.blocks, document.blocks[1:], strict=False):
        quote = document.text[first.start : second.end]
        assert "".join(opened(document, first.start, second.end).marks) == quote


@pytest.mark.parametrize("path", WITH_TABLES)
def test_a_row_is_shown_in_a_table_under_its_header(read, path):
    document = read(path)
    shown = opened(document, *span_of(document, " | ".join(ROWS[1])))
    assert shown.heads == list(ROWS[0])
    assert shown.cells == [cell for row in ROWS[1:] for cell in row]
    assert [mark.strip(" |") for mark in shown.marks] == list(ROWS[1])


def test_a_quote_that_is_one_cell_marks_no_other(read):
    document = read("update.html")
    assert opened(document, *span_of(document, "£114m")).marks == ["£114m"]


def test_a_header_above_what_is_shown_is_shown_again(read):
    document = read("amounts.xlsx")
    rows = document.blocks[2:]
    short = replace(document, blocks=rows)
    shown = opened(short, rows[0].start, rows[0].end)
    assert shown.heads == list(ROWS[0])
    assert shown.cells == list(ROWS[2])


def test_a_row_with_another_number_of_cells_than_its_header_is_no_table(read):
    document = read("amounts.xlsx")
    rows = tuple(replace(block, table_header="Only | two") for block in document.blocks[1:])
    shown = opened(replace(document, blocks=rows), rows[0].start, rows[0].end)
    assert shown.cells == []
    assert "".join(shown.marks) == " | ".join(ROWS[1])


def words_in(pdf: Path, page: int, box) -> str:
    """What stands in a box of a page, looked up apart from the code that found the box."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        loaded = document[page - 1]
        textpage = loaded.get_textpage()
        found = textpage.get_text_bounded(box.left - 1, box.bottom - 1, box.right + 1, box.top + 1)
        textpage.close()
        loaded.close()
    finally:
        document.close()
    return " ".join(found.split())


@pytest.mark.parametrize("words", [SENTENCE, "five enterprise areas", "Nothing else was agreed", "York | £114m"])
def test_what_is_framed_on_a_page_is_the_quote(assistant, pages, read, words):
    document = read("paper.pdf")
    (page,) = pages.shown(document, span_of(document, words))
    assert page.framed == "quote"
    pdf = assistant.settings.corpus / document.path
    assert " ".join(words_in(pdf, page.number, box) for box in page.boxes) == words.replace(" |", "")


def test_words_that_are_not_on_the_page_are_never_framed_themselves(pages, read):
    document = read("paper.pdf")
    start, end = span_of(document, "five enterprise areas")
    other = replace(document, text=document.text[:start] + "nine enterprise areas" + document.text[end:])
    (page,) = pages.shown(other, (start, end))
    assert page.framed == "block"
    assert len(page.boxes) == 1


def test_words_that_the_rest_of_their_block_does_not_confirm_are_framed_only_if_they_stand_there_once(pages, read):
    document = read("paper.pdf")
    start, _ = span_of(document, "The four councils")
    changed = replace(document, text=document.text[:start] + "Xhe" + document.text[start + 3 :])
    (once,) = pages.shown(changed, span_of(changed, "half-hourly trains"))
    (twice,) = pages.shown(changed, span_of(changed, "four"))
    assert (once.framed, twice.framed) == ("quote", "block")


def test_a_quote_without_stored_boxes_is_shown_without_a_frame(read):
    document = read("paper.pdf")
    blocks = [replace(document.blocks[2], boxes=())]
    (page,) = place_of(document, blocks, None)
    assert (page.framed, page.boxes) == ("nothing", ())


def test_a_quote_over_two_pages_is_shown_on_both(pages, read):
    document = read("paper.pdf")
    start, end = span_of(document, "Derby | £2.25m")[0], span_of(document, "The rest")[1]
    assert [(page.number, page.framed) for page in pages.shown(document, (start, end))] == [(1, "quote"), (2, "quote")]


@pytest.mark.parametrize("path", FORMATS[1:])
def test_documents_of_other_formats_have_no_pages_to_show(pages, read, path):
    assert pages.shown(read(path), (0, 5)) == ()


def test_the_panel_shows_the_page_with_its_frames_and_says_what_is_framed(pages, read):
    document = read("paper.pdf")
    start, end = span_of(document, SENTENCE)
    citation = cite(document, start, end)
    html = panel(Selection(1, (citation,), citation, document, pages=pages.shown(document, (start, end))))
    assert f'<img src="/evidence/page?document={document.id}&amp;page=1"' in html
    assert html.count('<rect class="frame"') == 2
    assert "Page 1. The quote is framed." in html
    assert "style=" not in html


def test_the_panel_leads_to_the_document_and_to_its_text(read):
    document = read("paper.pdf")
    citation = cite(document, 0, 5)
    html = panel(Selection(1, (citation,), citation, document))
    assert f'href="/evidence/original?document={document.id}#page=1"' in html
    assert f'href="/documents/read?document={document.id}&amp;start=' in html


def test_a_document_without_a_file_of_its_own_is_not_offered_to_be_opened(read):
    document = read("note.md")
    citation = cite(document, 2, 8)
    assert "/evidence/original" not in panel(Selection(1, (citation,), citation, document, has_file=False))


def test_one_citation_leads_to_the_next_and_back(read):
    document = read("note.md")
    evidence = tuple(replace(cite(document, 2, 8), number=number) for number in (1, 2, 4))
    first, second, last = (panel(Selection(3, evidence, citation, document)) for citation in evidence)
    assert '<a role="link" aria-disabled="true">Previous</a><span>1 of 3</span><a href="#cite-3-2">Next</a>' in first
    assert '<a href="#cite-3-1">Previous</a><span>2 of 3</span><a href="#cite-3-4">Next</a>' in second
    assert '<a href="#cite-3-2">Previous</a><span>3 of 3</span><a role="link" aria-disabled="true">Next</a>' in last


def test_a_single_citation_has_nothing_to_step_through(read):
    document = read("note.md")
    citation = cite(document, 2, 8)
    assert "Previous" not in panel(Selection(1, (citation,), citation, document))
