"""Pages are drawn in a process of their own: what comes back is looked at, and a hostile file costs its page only."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator

import pytest
from reading_files import MAX_BYTES, a_pdf, a_raw_pdf

from dealqa.config import Settings
from dealqa.errors import CorpusError, UnreadableDocument
from dealqa.reading import read_document
from dealqa.reading.answers import Nonsense
from dealqa.reading.frames import Frame
from dealqa.reading.page_places import draw_page, locate
from dealqa.reading.page_viewer import PageViewer, png_of
from dealqa.reading.page_words import MOST_PIXELS, WIDTH, Quoted
from dealqa.types import Box

LINES = [(72.0, 700.0 - 14 * k, 11.0, f"Line {k} of a paragraph that says something on") for k in range(3)]
PDF = a_pdf(LINES)
BOX = Box(1, 60, 660, 540, 715)


@pytest.fixture(scope="module")
def viewer() -> Iterator[PageViewer]:
    made = PageViewer(Settings())
    yield made
    made.close()


def quoted(pdf: bytes, tmp_path, words: str) -> list[Quoted]:
    (tmp_path / "a.pdf").write_bytes(pdf)
    document = read_document(tmp_path, "a.pdf", max_bytes=MAX_BYTES)
    block = next(block for block in document.blocks if words in document.text[block.start : block.end])
    text = document.text[block.start : block.end]
    start = text.index(words)
    return [Quoted(text, start, start + len(words), block.kind == "table_row", block.boxes)]


def test_a_page_is_drawn_as_a_png(viewer):
    from PIL import Image

    with Image.open(io.BytesIO(viewer.png(PDF, 1))) as image:
        drawn = draw_page(PDF, 1)
        assert (image.size, image.mode) == ((drawn.width, drawn.height), "L")
        assert image.tobytes() == drawn.pixels


def test_a_page_with_colour_is_drawn_in_colour(viewer):
    from PIL import Image

    pdf = a_raw_pdf(b"1 0 0 rg 0 0 595 842 re f")
    with Image.open(io.BytesIO(viewer.png(pdf, 1))) as image:
        assert image.convert("RGB").getpixel((9, 9)) == (255, 0, 0)


@pytest.mark.parametrize("size", [(72, 72), (595, 842), (2_000, 300), (50, 14_000), (14_000, 50), (14_000, 14_000)])
def test_a_picture_is_never_larger_than_allowed(size):
    pdf = a_raw_pdf(b"0 0 9 9 re f").replace(b"[0 0 595 842]", b"[0 0 %d %d]" % size)
    drawn = draw_page(pdf, 1)
    assert drawn.width <= WIDTH
    assert drawn.width * drawn.height <= MOST_PIXELS


@pytest.mark.parametrize("page", [0, 2, -1, 10**9])
def test_a_page_that_is_not_there_is_an_error(viewer, page):
    with pytest.raises(UnreadableDocument, match="not there"):
        viewer.png(PDF, page)


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4 rubbish", a_pdf(LINES, encrypt="secret")], ids=["empty", "bad", "locked"]
)
def test_a_file_that_is_no_pdf_is_an_error_and_the_next_one_is_drawn(viewer, data):
    with pytest.raises(UnreadableDocument):
        viewer.png(data, 1)
    assert viewer.png(PDF, 1).startswith(b"\x89PNG")


def test_the_process_that_draws_may_die_and_another_takes_its_place(viewer):
    before = viewer.png(PDF, 1)
    assert viewer.process_id is not None
    os.kill(viewer.process_id, signal.SIGKILL)
    with pytest.raises(CorpusError):
        viewer.png(PDF, 1)
    assert viewer.png(PDF, 1) == before


def test_a_closed_viewer_draws_nothing_and_leaves_no_process():
    made = PageViewer(Settings())
    made.png(PDF, 1)
    made.close()
    made.close()
    assert made.process_id is None
    with pytest.raises(CorpusError, match="ending"):
        made.png(PDF, 1)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ({"width": 2, "height": 2, "channels": 1}, b"\0" * 5),
        ({"width": 2, "height": 2, "channels": 2}, b"\0" * 8),
        ({"width": 0, "height": 2, "channels": 1}, b""),
        ({"width": -1, "height": -4, "channels": 1}, b"\0" * 4),
        ({"width": WIDTH + 1, "height": 1, "channels": 1}, b"\0" * (WIDTH + 1)),
        ({"width": "2", "height": 2, "channels": 1}, b"\0" * 4),
        ({"width": True, "height": 1, "channels": 1}, b"\0"),
        ({}, b""),
    ],
)
def test_what_is_no_picture_is_not_taken_for_one(header, body):
    with pytest.raises(Nonsense):
        png_of(Frame(header, body))


def test_words_are_found_line_by_line(viewer, tmp_path):
    places = viewer.places(PDF, quoted(PDF, tmp_path, "something on Line 1 of"))
    assert [round(place.bottom, -1) for place in places] == [700, 680]
    assert places[0].left > 200 > places[1].right


def test_a_word_that_a_line_breaks_is_found_in_both_lines(tmp_path):
    pdf = a_pdf([(72, 700, 11, "The paragraph tells of the gov-"), (72, 686, 11, "ernment and its government deal.")])
    places = locate(pdf, quoted(pdf, tmp_path, "of the government and"))
    assert [place.bottom > 690 for place in places] == [True, False]


def test_the_mark_of_a_footnote_between_two_words_is_no_hindrance(tmp_path):
    pdf = a_pdf(
        [
            (72, 700, 11, "The fund pays for roads"), (193, 705, 6, "1"), (198, 700, 11, "and for broadband."),
            (72, 686, 11, "It began in the year of the deal."),
        ]
    )  # fmt: skip
    assert len(locate(pdf, quoted(pdf, tmp_path, "roads and for broadband")) or ()) == 1


def test_other_words_than_those_on_the_page_are_not_found(viewer, tmp_path):
    (one,) = quoted(PDF, tmp_path, "Line 1 of a paragraph")
    other = one._replace(text=one.text.replace("Line 1", "Lime 1"))
    assert viewer.places(PDF, [other]) is None


def test_places_beside_the_lines_are_not_taken_over(tmp_path):
    from dealqa.reading.page_viewer import _places

    with pytest.raises(Nonsense):
        _places(Frame({"places": [[1, 0, 0, 900, 900]]}, b""), [BOX])
    with pytest.raises(Nonsense):
        _places(Frame({"places": [[2, 70, 670, 80, 680]]}, b""), [BOX])
    with pytest.raises(Nonsense):
        _places(Frame({"places": [[1, float("nan"), 670, 80, 680]]}, b""), [BOX])


def test_a_page_that_takes_too_long_is_given_up():
    made = PageViewer(Settings(read_seconds=1))
    content = b"0.5 g " + b"0 0 595 842 re f* " * 1_000_000  # the whole page, a million times
    try:
        with pytest.raises(UnreadableDocument) as caught:
            made.png(a_raw_pdf(content), 1)
        assert caught.value.reason in ("timeout", "out_of_memory")
    finally:
        made.close()
