"""PDF files: pages, boxes, paragraphs, headings, tables; nothing that runs along every page."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from reading_files import MAX_BYTES, a_pdf, a_scan, assert_blocks_are_sound, texts

from dealqa.reading import read_document


def lines(*words: str, top: float = 700, size: float = 11, x: float = 72) -> list[tuple[float, float, float, str]]:
    """Lines one below the other, a line and a fifth apart."""
    return [(x, top - i * abs(size) * 1.2, size, text) for i, text in enumerate(words)]


BODY = [
    "Bristol keeps all of the growth in business rates in five areas and",
    "it spends the money on roads, on trains and on homes.",
]


def test_lines_of_a_paragraph_are_joined_and_keep_their_boxes(read):
    document = read("deal.pdf", a_pdf(lines(*BODY)))
    assert texts(document) == [" ".join(BODY)]
    (block,) = document.blocks
    assert block.page == 1 and len(block.boxes) == 2
    first, second = block.boxes
    assert first.page == 1 and first.bottom > second.top - 3
    assert first.left == pytest.approx(72, abs=3) and first.bottom == pytest.approx(698, abs=4)


def test_a_gap_ends_a_paragraph(read):
    assert len(texts(read("deal.pdf", a_pdf([*lines(*BODY), *lines(*BODY, top=640)])), "paragraph")) == 2


def test_larger_type_is_a_title_or_heading_by_size(read):
    page = [
        *lines("The Bristol deal", top=760, size=22),
        *lines("Transport", top=720, size=16),
        *lines(*BODY, top=690),
        *lines("Growth in rates", top=640, size=13),
        *lines(*BODY, top=610),
    ]
    document = read("deal.pdf", a_pdf(page))
    assert [(b.kind, b.level) for b in document.blocks if b.level] == [("title", 1), ("heading", 1), ("heading", 2)]
    assert document.blocks[-1].heading_path == ("Transport", "Growth in rates")
    assert document.title == "The Bristol deal"


def test_a_bold_line_is_a_heading(read):
    page = [*lines("Growth in rates", top=720, size=-11), *lines(*BODY)]
    assert texts(read("deal.pdf", a_pdf(page)), "heading") == ["Growth in rates"]


def test_headers_footers_and_page_numbers_are_dropped(read):
    pages = [
        [(72, 810, 9, "City Deals paper"), (280, 30, 9, f"Page {n} of 3"), *lines(f"Text of page {n} says so.")]
        for n in (1, 2, 3)
    ]
    document = read("deal.pdf", a_pdf(*pages))
    assert texts(document) == [f"Text of page {n} says so." for n in (1, 2, 3)]


def test_each_page_knows_its_text(read):
    document = read("deal.pdf", a_pdf(lines("First page text."), lines("Second page text.")))
    assert [document.text[page.start : page.end] for page in document.pages] == [
        "First page text.",
        "Second page text.",
    ]
    assert [block.page for block in document.blocks] == [1, 2]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("money for the infra-", "structure of the city", "infrastructure"),
        ("it is self-", "financing by design", "self-financing"),
        ("in the years 2012-", "2013 it grew", "2012-2013"),
        ("co-operation is good and co-", "operation is needed", "co-operation is needed"),
    ],
)
def test_a_word_broken_at_the_end_of_a_line_is_made_whole(read, first, second, joined):
    document = read("deal.pdf", a_pdf(lines(f"There is some {first}", f"{second}, they say, as it was before.")))
    assert joined in document.text


def test_a_table_becomes_rows_with_its_header(read):
    rows = [("City", "Amount", "Years"), ("Leeds City Region", "£400m", "4"), ("Bristol", "£1bn", "25")]
    page = lines(*BODY, top=760)
    for i, row in enumerate(rows):
        page += [(72 + 150 * k, 700 - 20 * i, 11, cell) for k, cell in enumerate(row)]
    document = read("deal.pdf", a_pdf(page))
    assert texts(document, "table_row") == [" | ".join(row) for row in rows]
    assert document.blocks[-1].table_header == "City | Amount | Years"


def test_two_columns_are_read_one_after_the_other(read):
    left = [f"left line {i} of the text runs on and on and" for i in range(8)]
    right = [f"right line {i} of the text runs on and on and" for i in range(8)]
    page = [piece for pair in zip(lines(*left), lines(*right, x=320), strict=True) for piece in pair]
    text = read("deal.pdf", a_pdf(page)).text
    assert text.index("left line 7") < text.index("right line 0")


def test_pages_without_text_are_named(read, tmp_path):
    import pypdfium2 as pdfium

    merged = pdfium.PdfDocument.new()
    for part in (a_pdf(lines("Some text.")), a_scan()):
        source = pdfium.PdfDocument(part)
        merged.import_pages(source)
        source.close()
    merged.save(tmp_path / "merged.pdf")
    merged.close()
    document = read_document(tmp_path, "merged.pdf", max_bytes=MAX_BYTES)
    assert any(warning.startswith("Page 2 without text") for warning in document.warnings)
    assert len(document.pages) == 2


def test_type_too_small_to_read_is_left_out_and_reported(read):
    document = read("deal.pdf", a_pdf([*lines("Seen text."), (72, 600, 1, "secret")]))
    assert texts(document) == ["Seen text."]
    assert "too small" in document.warnings[0]


def test_the_title_of_the_file_is_used_when_it_is_one(read):
    assert read("deal.pdf", a_pdf(lines("Some text."), title="The Bristol deal")).title == "The Bristol deal"
    assert read("my-deal.pdf", a_pdf(lines("Some text."), title="Microsoft Word - x.doc")).title == "My deal"


def test_date_and_status_lines_are_read(read):
    page = [
        *lines("The Bristol deal", top=740, size=20),
        *lines("Date: 5 July 2012", "Status: agreed", top=715),
        *lines(*BODY, top=660),
    ]
    document = read("deal.pdf", a_pdf(page))
    assert (document.date, document.status) == ("2012-07-05", "agreed")


def test_threads_may_read_pdfs_at_the_same_time(tmp_path: Path):
    for i in range(4):
        (tmp_path / f"{i}.pdf").write_bytes(a_pdf(*[lines(f"Text {i} of page {n}.") for n in range(10)]))
    found: dict[int, str] = {}

    def work(i: int) -> None:
        found[i] = read_document(tmp_path, f"{i}.pdf", max_bytes=MAX_BYTES).text

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"Text {i} of page 9." in found[i] for i in range(4))


def test_blocks_are_sound(read):
    assert_blocks_are_sound(
        read("deal.pdf", a_pdf([*lines(*BODY), (72, 600, 11, "• one item"), (72, 586, 11, "• two")], lines("x y z.")))
    )
