"""The page on which a document is read: all of its text, where passages begin, long documents in parts."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import httpx
import pytest

from dealqa.assistant import Assistant
from dealqa.index.changes import PassagePlace
from dealqa.types import Block, Document, DocumentInfo
from dealqa.web.library.reading_page import Opened, reading_page
from dealqa.web.library.reading_parts import BLOCKS, CHARACTERS, ENTRIES, contents, part_at, parts_of
from dealqa.web.library.reading_text import text_of
from dealqa.web.readers import Reader


class Read(HTMLParser):
    """The tags of a page with their attributes, and the words of its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.tags if "id" in attributes]

    def named(self, *tags: str) -> list[str]:
        return [tag for tag, _ in self.tags if tag in tags]


def document_of(*blocks: tuple[str, str] | tuple[str, str, int], between: str = "\n\n") -> Document:
    """A document of blocks: (kind, text) or (kind, text, level or page)."""
    body, made = "", []
    for kind, words, *more in blocks:
        number = more[0] if more else None
        level = number if kind in ("heading", "title") else None
        page = None if kind in ("heading", "title") else number
        header = blocks[0][1] if kind == "table_row" else ""
        made.append(Block(kind, len(body), len(body) + len(words), level=level, page=page, table_header=header))  # type: ignore[arg-type]
        body += words + between
    return Document("d" + "0" * 16, "paper.pdf", "A paper", body, tuple(made), "0" * 64)


def info_of(document: Document) -> DocumentInfo:
    return DocumentInfo(
        document.id, document.path, document.title, None, None, (), document.sha256, len(document.text), 0, 0, ()
    )


def shown(document: Document, *passages: tuple[int, int], **more: object) -> Read:
    places = tuple(PassagePlace(f"p{place}", *span) for place, span in enumerate(passages))
    opened = Opened(document, info_of(document), places, **more)  # type: ignore[arg-type]
    return Read(reading_page(opened))


def test_every_word_of_a_document_is_shown(address: str, assistant: Assistant) -> None:
    for info in assistant.documents():
        page = Read(httpx.get(f"{address}/documents/read?document={info.id}").text)
        document = assistant.document(info.id)
        words = " ".join(document.text[block.start : block.end] for block in document.blocks).split()
        assert [word for word in words if word not in page.words] == []


def test_each_passage_has_a_number_that_can_be_linked_to(address: str, assistant: Assistant) -> None:
    info = assistant.documents()[0]
    page = Read(httpx.get(f"{address}/documents/read?document={info.id}").text)
    assert [name for name in page.ids() if re.fullmatch(r"p-\d+", name)] == [
        f"p-{number}" for number in range(1, info.passages + 1)
    ]


def test_a_passage_that_is_asked_for_is_marked(address: str, assistant: Assistant) -> None:
    info = assistant.documents()[0]
    place = assistant.passages(info.id)[-1]
    page = httpx.get(f"{address}/documents/read?document={info.id}&passage={place.id}").text
    marked = "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL))
    assert re.sub(r"<[^>]*>", "", marked).split()[:3] != []
    assert page.count('id="passage"') == 1
    assert page.index('id="passage"') < page.index("<mark")


def test_a_stretch_is_marked_letter_for_letter() -> None:
    document = document_of(("paragraph", "Bristol retains all growth."))
    page = reading_page(Opened(document, info_of(document), target=(8, 15)))
    assert '<mark tabindex="-1">retains</mark>' in page


@pytest.mark.parametrize("query", ["", "document=", "document=d0000000000000000", "document=../../etc/passwd"])
def test_what_is_not_in_the_index_is_a_404_in_our_frame(address: str, query: str) -> None:
    response = httpx.get(f"{address}/documents/read?{query}")
    assert response.status_code == 404
    assert '<nav aria-label="Pages">' in response.text
    assert "There is no such document." in response.text


@pytest.mark.parametrize(
    "query",
    ["part=0", "part=-1", "part=99", "part=²", "passage=x", "start=5&end=1", "start=1", "start=0&end=999999999"],
)
def test_whatever_else_the_address_says_the_document_is_shown(address: str, assistant: Assistant, query: str) -> None:
    document = assistant.documents()[0].id
    response = httpx.get(f"{address}/documents/read?document={document}&{query}")
    assert response.status_code == 200
    assert "<mark" not in response.text


def test_headings_lists_and_tables_are_what_they_are() -> None:
    page = shown(
        document_of(
            ("title", "A paper", 1),
            ("heading", "Money", 1),
            ("list_item", "one"),
            ("list_item", "(a) two"),
            ("heading", "Deeper", 4),
            ("paragraph", "The end."),
        )
    )
    assert page.named("h1", "h2", "h3", "h4", "h5", "h6") == ["h1", "h2", "h2", "h3", "h4"]
    assert page.tags[[tag for tag, _ in page.tags].index("article")][1]["aria-label"] == "Text"
    items = [attributes["class"] for tag, attributes in page.tags if tag == "li" and "class" in attributes]
    assert items[-2:] == ["plain", "marked"]


def test_a_table_is_a_table_with_its_header() -> None:
    page = shown(
        document_of(
            ("table_row", "City | Money"), ("table_row", "Leeds | £1m"), ("table_row", "Hull | £2m"), between="\n"
        )
    )
    assert page.named("table", "th", "td") == ["table", "th", "th", "td", "td", "td", "td"]


def test_where_a_page_begins_is_said() -> None:
    page = shown(document_of(("paragraph", "one", 1), ("paragraph", "two", 1), ("paragraph", "three", 2)))
    assert [name for name in page.ids() if name.startswith("page-")] == ["page-1", "page-2"]


def test_a_table_that_goes_on_over_a_page_begins_there_anew() -> None:
    page = shown(
        document_of(
            ("table_row", "City | Money", 1),
            ("table_row", "Leeds | £1m", 1),
            ("table_row", "Hull | £2m", 2),
            between="\n",
        )
    )
    assert page.named("table") == ["table", "table"]
    assert page.named("th") == ["th"] * 4


def test_a_passage_that_begins_within_a_paragraph_is_numbered_there() -> None:
    document = document_of(("paragraph", "First sentence. Second sentence."))
    page = reading_page(Opened(document, info_of(document), (PassagePlace("a", 0, 15), PassagePlace("b", 16, 32))))
    assert re.search(r'First sentence\. <a class="passage" id="p-2" href="#p-2">', page)


def test_a_passage_that_begins_in_a_table_is_numbered_in_its_row() -> None:
    rows = document_of(*(("table_row", f"City {number} | £{number}m") for number in range(4)), between="\n")
    places = tuple(PassagePlace(str(row.start), row.start, row.end) for row in rows.blocks[::2])
    page = reading_page(Opened(rows, info_of(rows), places, target=(rows.blocks[3].start, rows.blocks[3].end)))
    assert re.search(r'id="p-2" href="#p-2"[^>]*><span class="unseen">Passage </span>2</a>City 2', page)
    assert page.index("City 2") < page.index('id="passage"') < page.index("City 3")


def test_a_document_of_twenty_million_characters_is_shown_in_parts_of_a_bearable_size() -> None:
    long = document_of(*(("paragraph", "word " * 20_000) for _ in range(200)))
    parts = parts_of(long)
    assert len(parts) > 100
    joined = "".join(long.text[block.start : block.end] for part in parts for block in part.blocks)
    assert joined == "".join(long.text[block.start : block.end] for block in long.blocks)
    page = reading_page(Opened(long, info_of(long), part=7))
    assert len(page) < 2 * CHARACTERS
    assert f"Part 7 of {len(parts)}" in page


def test_a_part_ends_after_some_blocks_and_says_where_the_next_is() -> None:
    long = document_of(*(("paragraph", f"paragraph {number}") for number in range(BLOCKS + 1)))
    first, second = (reading_page(Opened(long, info_of(long), part=number)) for number in (1, 2))
    assert f'<a rel="next" href="/documents/read?document={long.id}&amp;part=2">Next</a>' in first
    assert f"paragraph {BLOCKS}<" not in first
    assert f"paragraph {BLOCKS}<" in second
    assert 'rel="next"' not in second


def test_what_is_asked_for_is_shown_in_whatever_part_it_stands() -> None:
    long = document_of(*(("paragraph", f"paragraph {number}") for number in range(3 * BLOCKS)))
    block = long.blocks[2 * BLOCKS + 5]
    parts = parts_of(long)
    assert part_at(parts, block.start) == 3
    assert f">paragraph {2 * BLOCKS + 5}</mark>" in reading_page(
        Opened(long, info_of(long), target=(block.start, block.end))
    )
    assert [part_at(parts, part.blocks[0].start) for part in parts] == [1, 2, 3]


def test_every_passage_is_numbered_once_over_all_parts() -> None:
    long = document_of(*(("paragraph", f"paragraph {number}") for number in range(2 * BLOCKS + 10)))
    places = [PassagePlace(str(number), block.start, block.end) for number, block in enumerate(long.blocks)]
    found = [
        name for part in parts_of(long) for name in Read(text_of(long, part, places, None)).ids() if name[:2] == "p-"
    ]
    assert found == [f"p-{number}" for number in range(1, len(places) + 1)]


def test_the_contents_lead_to_headings_in_other_parts() -> None:
    blocks = [("heading", f"Chapter {number}", 1) if number % 100 == 0 else ("paragraph", "x") for number in range(900)]
    long = document_of(*blocks)
    page = Read(reading_page(Opened(long, info_of(long))))
    links = [attributes.get("href") or "" for tag, attributes in page.tags if tag == "a"]
    assert "#h-100" in links
    assert f"/documents/read?document={long.id}&part=3#h-800" in links
    assert "h-800" in Read(reading_page(Opened(long, info_of(long), part=3))).ids()


def test_contents_of_very_many_headings_leave_the_deeper_ones_out() -> None:
    blocks = [("heading", f"{number}", 1 if number % 10 == 0 else 2) for number in range(10 * ENTRIES)]
    entries = contents(long := document_of(*blocks), parts_of(long))
    assert len(entries) == ENTRIES
    assert {entry.depth for entry in entries} == {1}


def test_nothing_of_a_document_is_markup(hostile: str) -> None:
    document = document_of(
        ("title", hostile, 1),
        ("heading", hostile, 2),
        ("list_item", hostile),
        ("paragraph", hostile, 3),
        ("footnote", hostile),
    )
    info = replace(
        info_of(document), title=hostile, path=hostile, deals=(hostile,), status=hostile, date=hostile,
        duplicates=(hostile,), warnings=(hostile,),
    )  # fmt: skip
    page = Read(reading_page(Opened(document, info, (PassagePlace("a", 0, 9),), target=(2, 40))))
    assert page.named("img", "script", "style") == []
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "".join(page.words).count("window.owned") >= 10


def test_what_came_attached_to_a_mail_has_no_file_to_open() -> None:
    document = document_of(("paragraph", "one"))
    info = info_of(document)
    assert "Open the document" in reading_page(Opened(document, info))
    assert "Open the document" not in reading_page(Opened(document, replace(info, path="a.eml/b.pdf")))


def test_only_an_editor_is_shown_how_to_remove_it() -> None:
    document = document_of(("paragraph", "one"))
    opened = Opened(document, info_of(document))
    assert f"/documents/remove?document={document.id}" in reading_page(opened)
    assert "/documents/remove" not in reading_page(opened, Reader("Anna", "reader"))


def test_a_document_without_blocks_says_so() -> None:
    assert "This document has no text." in reading_page(Opened(document_of(), info_of(document_of())))
