"""What the evidence links to: the picture of a page and the original file, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from evidence_corpus import SENTENCE, index_of_formats

from dealqa.assistant import Assistant
from dealqa.web.evidence.pages import EvidencePages

CHANGED = "The file has changed since it was indexed."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(index_of_formats(tmp_path_factory.mktemp("routes"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(serving, assistant: Assistant) -> Iterator[httpx.Client]:
    with serving(assistant) as address, httpx.Client(base_url=address) as opened:
        yield opened


@pytest.fixture
def id_of(assistant: Assistant) -> Callable[[str], str]:
    return {info.path: info.id for info in assistant.documents()}.__getitem__


@pytest.fixture
def paper(assistant: Assistant) -> Iterator[Path]:
    """The PDF of the corpus, for a test to spoil; it is put back afterwards."""
    path = assistant.settings.corpus / "paper.pdf"
    data = path.read_bytes()
    yield path
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def picture(client: httpx.Client, document: str, page: object, **headers: str) -> httpx.Response:
    return client.get("/evidence/page", params={"document": document, "page": str(page)}, headers=headers)


def original(client: httpx.Client, document: str) -> httpx.Response:
    return client.get("/evidence/original", params={"document": document})


def test_a_page_is_a_picture_of_bounded_size(client, id_of):
    from PIL import Image

    answer = picture(client, id_of("paper.pdf"), 1)
    assert answer.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as image:
        image.load()
        assert 1_300 < image.width <= 1_400
        assert image.height < 2_000


def test_pages_differ_and_stay_the_same(client, id_of):
    first, second, again = (picture(client, id_of("paper.pdf"), page).content for page in (1, 2, 1))
    assert first != second
    assert first == again


def test_a_picture_is_kept_by_the_browser_alone_and_asked_for_again(client, id_of):
    answer = picture(client, id_of("paper.pdf"), 1)
    assert answer.headers["cache-control"] == "private, no-cache"
    kept = picture(client, id_of("paper.pdf"), 1, **{"If-None-Match": answer.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")


@pytest.mark.parametrize("page", ["0", "3", "-1", "1.0", "", "one", "9" * 30, "²"])
def test_a_page_that_is_not_there_is_refused(client, id_of, page):
    answer = picture(client, id_of("paper.pdf"), page)
    assert (answer.status_code, answer.text) == (404, "There is no such page.")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "document", ["", "d0123456789abcdef", "paper.pdf", "../corpus/paper.pdf", "/etc/passwd", "d\0"]
)
def test_nothing_but_the_id_of_a_document_leads_to_a_file(client, document):
    assert picture(client, document, 1).status_code == 404
    assert original(client, document).text == "There is no such document."
    assert original(client, document).status_code == 404


def test_a_document_without_pages_has_no_picture(client, id_of):
    assert picture(client, id_of("note.md"), 1).status_code == 404


@pytest.mark.parametrize("kept", [False, True], ids=["not drawn yet", "drawn before"])
def test_a_file_that_has_changed_is_not_shown(client, id_of, paper, kept):
    if kept:
        picture(client, id_of("paper.pdf"), 1)
    paper.write_bytes(paper.read_bytes() + b"\n% changed\n")
    for answer in (picture(client, id_of("paper.pdf"), 1), original(client, id_of("paper.pdf"))):
        assert answer.status_code == 404
        assert answer.text.startswith(CHANGED)


def test_a_file_that_is_gone_is_not_shown(client, id_of, paper):
    paper.unlink()
    for answer in (picture(client, id_of("paper.pdf"), 1), original(client, id_of("paper.pdf"))):
        assert answer.status_code == 404
        assert "no longer there" in answer.text


def test_a_link_in_place_of_the_file_is_not_followed_even_to_the_same_bytes(client, id_of, paper, tmp_path):
    elsewhere = tmp_path / "elsewhere.pdf"
    elsewhere.write_bytes(paper.read_bytes())
    paper.unlink()
    paper.symlink_to(elsewhere)
    for answer in (picture(client, id_of("paper.pdf"), 1), original(client, id_of("paper.pdf"))):
        assert answer.status_code == 404
        assert "link" in answer.text
        assert str(tmp_path) not in answer.text


def test_the_panel_of_a_changed_file_says_so_and_shows_no_picture(assistant, id_of, paper):
    paper.write_bytes(paper.read_bytes() + b"\n% changed\n")
    pages = EvidencePages(assistant)
    try:
        (page,) = pages.shown(assistant.document(id_of("paper.pdf")), (0, 5))
    finally:
        pages.close()
    assert page.problem.startswith(CHANGED)
    assert page.boxes == ()


@pytest.mark.parametrize(
    ("path", "kind", "how"),
    [
        ("paper.pdf", "application/pdf", "inline"),
        ("note.md", "text/plain; charset=utf-8", "inline"),
        ("digest.txt", "text/plain", "inline"),
        ("update.html", "text/html", "attachment"),
        ("minutes.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"),
        ("amounts.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment"),
    ],
)
def test_the_original_is_given_as_what_it_is_and_nothing_in_it_runs(client, assistant, id_of, path, kind, how):
    answer = original(client, id_of(path))
    assert answer.content == (assistant.settings.corpus / path).read_bytes()
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"] == f"{how}; filename*=UTF-8''{path}"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_quote_is_shown_large_on_its_page(client, assistant, id_of):
    document = assistant.document(id_of("paper.pdf"))
    start = document.text.index(SENTENCE)
    place = {"document": document.id, "start": start, "end": start + len(SENTENCE)}
    answer = client.get("/evidence/view", params=place)
    assert answer.status_code == 200
    assert f"<p>{SENTENCE}</p>" in answer.text
    assert '<rect class="frame"' in answer.text


@pytest.mark.parametrize(("start", "end"), [(5, 5), (5, 4), (0, 10**8), ("x", 4), ("", ""), (-1, 4)])
def test_a_place_that_is_none_is_not_shown_large(client, id_of, start, end):
    place = {"document": id_of("paper.pdf"), "start": start, "end": end}
    assert client.get("/evidence/view", params=place).status_code == 404


def test_pages_are_drawn_whether_or_not_there_is_room_to_keep_them(assistant, id_of):
    pages = EvidencePages(assistant, room=1)
    try:
        assert pages.png(id_of("paper.pdf"), 1) == pages.png(id_of("paper.pdf"), 1)
    finally:
        pages.close()
