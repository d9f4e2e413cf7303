"""The page "Documents": what it shows, that it finds, and that no text of a document is markup on it."""

from __future__ import annotations

import urllib.error
import urllib.request
from html.parser import HTMLParser

import pytest

from dealqa.types import Coverage, DocumentInfo
from dealqa.web.library.documents import Inventory, documents_page
from dealqa.web.library.update_box import View


def info_of(
    path: str, title: str, coverage: Coverage | None = None, *, duplicates: tuple[str, ...] = ()
) -> DocumentInfo:
    return DocumentInfo(
        f"d-{path}", path, title, None, None, (), "0" * 64, 3_000, 14, 11, (), duplicates, coverage or Coverage()
    )


WHOLE = info_of("bristol/deal.md", "Bristol City Deal")
PART = info_of("leeds/notice.pdf", "Leeds notice", Coverage(unread_pages=(3, 5)))
FAILURE = ("york/scan.pdf", "no_text", "The file york/scan.pdf has no text. Install tesseract.")


class Tags(HTMLParser):
    """The names of all tags of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.parts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.parts).split())


def test_each_document_is_shown_with_what_there_is_to_say_of_it() -> None:
    words = Tags(documents_page(Inventory((WHOLE, PART), (FAILURE,), recognition="missing"))).words
    assert "Bristol City Deal bristol/deal.md 14 pages · 11 passages · read in full" in words
    assert "leeds/notice.pdf 14 pages · 11 passages · read in part: 2 of 14 pages unread" in words
    assert "Pages 3 and 5 have no text and were not read (scans?): install tesseract" in words
    assert "Not read: 1 file york/scan.pdf has no text. Install tesseract." in words


@pytest.mark.parametrize("wanted", ["BRISTOL", "deal bristol", "bristol/deal", "copies/"])
def test_the_filter_finds_words_of_title_and_paths(wanted: str) -> None:
    copied = info_of("bristol/deal.md", "Bristol City Deal", duplicates=("copies/b.md",))
    words = Tags(documents_page(Inventory((copied, PART), (FAILURE,)), View(wanted))).words
    assert "1 of 2 documents" in words
    assert "Leeds notice" not in words
    assert "york/scan.pdf" not in words


def test_only_what_was_read_in_part_can_be_shown() -> None:
    words = Tags(documents_page(Inventory((WHOLE, PART)), View(only_partial=True))).words
    assert "Leeds notice" in words
    assert "Bristol City Deal" not in words


def test_a_filter_that_fits_nothing_says_so_and_leads_back() -> None:
    page = documents_page(Inventory((WHOLE,)), View("zebra"))
    assert "No document fits this filter." in page
    assert '<a href="/documents">Show all</a>' in page


def test_an_empty_index_says_how_to_fill_it() -> None:
    assert "There are no documents yet." in documents_page(Inventory(()))


def test_what_is_wrong_with_the_index_is_shown() -> None:
    assert "<li>The pointer is not there.</li>" in documents_page(
        Inventory((WHOLE,), notices=("The pointer is not there.",))
    )


def test_a_long_list_is_cut_and_says_how_to_find_the_rest() -> None:
    many = tuple(info_of(f"{number}.md", "A paper") for number in range(1_000))
    page = Tags(documents_page(Inventory(many)))
    assert page.tags.count("h3") == 300
    assert "700 more are not shown" in page.words


def test_nothing_of_a_document_or_the_filter_becomes_markup(hostile: str) -> None:
    risky = Coverage(gaps=(hostile,))
    inventory = Inventory(
        (info_of(hostile, hostile, risky, duplicates=(hostile,)),), ((hostile, "empty", hostile),), (hostile,)
    )
    page = Tags(documents_page(inventory, View("window")))
    assert not {"img", "script", "style"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]
    assert page.words.count("window.owned") >= 4
    assert 'value="&quot;&gt;&lt;script&gt;"' in documents_page(inventory, View('"><script>'))


def fetched(url: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(url) as response:  # noqa: S310 - our own server on the loopback
            return response.status, response.headers["Content-Security-Policy"], response.read().decode("utf-8")
    except urllib.error.HTTPError as err:
        return err.code, "", ""


def test_the_page_is_served_with_the_headers_of_all_others(address: str) -> None:
    status, policy, body = fetched(f"{address}/documents")
    assert (status, "default-src 'self'" in policy) == (200, True)
    assert "3 documents" in Tags(body).words


def test_the_served_page_filters(address: str) -> None:
    assert "1 of 3 documents" in Tags(fetched(f"{address}/documents?q=nottingham")[2]).words
    assert "No document fits this filter." in fetched(f"{address}/documents?only=part")[2]
