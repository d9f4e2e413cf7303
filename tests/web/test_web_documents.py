"""The page "Documents": what it shows, that it finds, and that no text of a document is markup on it."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import replace
from html.parser import HTMLParser

import httpx
import pytest

from dealqa.index.changes import Changes, Named
from dealqa.types import Coverage, DocumentInfo
from dealqa.updating import Progress
from dealqa.web.library.dates import shown_date
from dealqa.web.library.deeds import Deed
from dealqa.web.library.documents import Inventory, documents_page
from dealqa.web.library.intake import Sent
from dealqa.web.library.listing import fitting
from dealqa.web.library.receiving import UploadLimits
from dealqa.web.library.view import View
from dealqa.web.readers import Reader


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
    assert "Bristol City Deal bristol/deal.md Markdown · 14 pages · 11 passages · read in full" in words
    assert "leeds/notice.pdf PDF · 14 pages · 11 passages · read in part: 2 of 14 pages unread" in words
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


@pytest.mark.parametrize(("page", "first", "number"), [(1, "0000.md", 300), (10, "2700.md", 300), (99, "2700.md", 300)])
def test_three_thousand_documents_are_shown_three_hundred_at_once(page: int, first: str, number: int) -> None:
    many = tuple(info_of(f"{place:04}.md", "A paper") for place in range(3_000))
    shown = Tags(documents_page(Inventory(many), View(page=page)))
    assert shown.tags.count("h3") == number
    assert f"3,000 documents A paper {first}" in shown.words
    assert f"Page {min(page, 10)} of 10" in shown.words


def test_turning_the_pages_of_the_list_keeps_filter_and_order() -> None:
    many = tuple(info_of(f"{place}.md", "A paper") for place in range(301))
    page = documents_page(Inventory(many), View("paper", sort="title"))
    assert '<a rel="next" href="/documents?q=paper&amp;sort=title&amp;page=2">Next</a>' in page
    assert 'rel="prev"' not in page


DATED = (
    replace(WHOLE, date="2012-07", status="agreed", deals=("Bristol City Deal",)),
    replace(PART, date="2014", status="proposed", deals=("Leeds City Deal", "Bristol City Deal")),
    info_of("notes.txt", "a note"),
)


@pytest.mark.parametrize(
    ("view", "titles"),
    [
        (View(format="PDF"), ["Leeds notice"]),
        (View(deal="Leeds City Deal"), ["Leeds notice"]),
        (View(deal="Bristol City Deal"), ["Bristol City Deal", "Leeds notice"]),
        (View(status="agreed"), ["Bristol City Deal"]),
        (View(year="2014"), ["Leeds notice"]),
        (View("deal", year="2014"), []),
        (View(sort="title"), ["a note", "Bristol City Deal", "Leeds notice"]),
        (View(sort="date"), ["Leeds notice", "Bristol City Deal", "a note"]),
        (View(sort="path"), ["Bristol City Deal", "Leeds notice", "a note"]),
    ],
)
def test_each_filter_and_order_does_what_it_says(view: View, titles: list[str]) -> None:
    infos = sorted(DATED, key=lambda info: info.path)
    assert [info.title for info in fitting(infos, view)] == titles


def test_the_form_offers_what_the_documents_have_and_shows_what_was_chosen() -> None:
    page = documents_page(Inventory(DATED), View(year="2014"))
    assert '<option value="2014" selected>2014</option><option value="2012">2012</option>' in page
    assert '<option value="PDF">PDF</option>' in page


@pytest.mark.parametrize(
    "query", [{"page": "-1"}, {"page": "²"}, {"page": "9" * 50}, {"sort": "sha256"}, {"file": "x"}]
)
def test_whatever_the_address_says_it_is_a_view(query: dict[str, str]) -> None:
    assert View.asked(query) == View()


def test_an_address_of_a_view_leads_back_to_it() -> None:
    view = View("a&b", True, True, "PDF", "Leeds", "agreed", "2014", "date", 7)
    assert View.asked(httpx.URL(view.address()).params) == view


@pytest.mark.parametrize(
    ("date", "words"), [("2012", "2012"), ("2012-07", "July 2012"), ("2012-07-05", "5 July 2012"), ("soon", "soon")]
)
def test_dates_are_shown_in_words(date: str, words: str) -> None:
    assert shown_date(date) == words


def test_a_reader_is_shown_no_way_to_change_anything() -> None:
    inventory = Inventory((WHOLE,), (FAILURE,), limits=UploadLimits(1))
    assert "<button>Bring up to date</button>" in documents_page(inventory)
    page = documents_page(inventory, None, Reader("Anna", "reader"))
    assert "Filter</button>" in page
    assert "Bring up to date" not in page
    assert "/documents/remove" not in page
    assert 'type="file"' not in page


def test_a_reader_is_told_that_the_documents_are_being_brought_up_to_date() -> None:
    assert "Reading 1 of 2 files" in documents_page(
        Inventory((WHOLE,), update=Progress("reading", 1, 2)), None, Reader("Anna", "reader")
    )


def test_nothing_of_a_document_or_the_filter_becomes_markup(hostile: str) -> None:
    risky = Coverage(gaps=(hostile,))
    risky_info = replace(info_of(hostile, hostile, risky, duplicates=(hostile,)), deals=(hostile,), status=hostile)
    named = (Named(hostile, hostile),)
    inventory = Inventory(
        (risky_info, WHOLE),
        ((hostile, "empty", hostile),),
        (hostile,),
        deed=Deed(sent=(Sent(hostile, note=hostile), Sent(hostile, hostile, "0" * 64, new=True))),
        changes=Changes("", named, named, named, named),
        limits=UploadLimits(1),
    )
    page = Tags(documents_page(inventory, View("window")))
    assert not {"img", "style"} & set(page.tags)
    assert page.tags.count("script") == 1  # ours
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
