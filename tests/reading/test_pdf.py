"""PDF files: pages, boxes, paragraphs, headings, tables; nothing that runs along every page."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_files import MAX_BYTES, a_pdf, a_scan, assert_blocks_are_sound, texts

from dealqa.errors import UnreadableDocument
from dealqa.reading import read_document
from dealqa.reading.pdf import parse_pdf


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


def flowing(*stories: list[tuple[str, str]], columns: int = 2) -> bytes:
    """A PDF that a layout program made: each story is a part of the page, set in columns; ("h", text) spans them."""
    from reportlab.lib.enums import TA_JUSTIFY
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BalancedColumns, Paragraph, SimpleDocTemplate

    styles = {
        "h": ParagraphStyle("h", fontName="Helvetica-Bold", fontSize=15, leading=20, spaceBefore=10),
        "s": ParagraphStyle("s", fontName="Helvetica-Bold", fontSize=11, leading=14),
        "p": ParagraphStyle("p", fontName="Times-Roman", fontSize=10, leading=12, alignment=TA_JUSTIFY, spaceAfter=6),
    }
    flow = []
    for story in stories:
        set_parts = [Paragraph(text, styles[kind]) for kind, text in story]
        flow += set_parts if story[0][0] == "h" else [BalancedColumns(set_parts, nCols=columns)]
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4).build(flow)
    return buffer.getvalue()


def prose(name: str, sentences: int = 12) -> str:
    return " ".join(
        f"In {name} sentence {n} says what the council of the place has agreed to." for n in range(sentences)
    )


def test_columns_below_a_heading_that_spans_them_are_read_before_the_next_heading(read):
    document = read(
        "deal.pdf",
        flowing(
            [("h", "The Bristol deal, an account of what was agreed and of what has come of it so far")],
            [("p", prose("Bath")), ("p", prose("Bristol"))],
            [("h", "Leeds")],
            [("p", prose("Leeds")), ("s", "York and Harrogate"), ("p", prose("York"))],
        ),
    )
    paragraphs = " ".join(texts(document, "paragraph"))
    wanted = " ".join(prose(name) for name in ("Bath", "Bristol", "Leeds", "York"))
    assert paragraphs == wanted
    assert texts(document, "heading")[1:] == ["Leeds", "York and Harrogate"]


def test_columns_that_were_drawn_line_by_line_across_the_page_are_read_one_after_the_other(read):
    left = [f"left line {i} of the text runs on and on and" for i in range(4)]
    right = [f"right line {i} of the text runs on and on and" for i in range(4)]
    upper = [piece for pair in zip(lines(*left), lines(*right, x=320), strict=True) for piece in pair]
    lower = [
        piece
        for pair in zip(lines(*left, top=560), lines(*right, top=560, x=320), strict=True)
        for piece in ((x, y, size, text.replace("line", "row")) for x, y, size, text in pair)
    ]
    text = read("deal.pdf", a_pdf([*upper, *lines("Skills", top=600, size=14), *lower])).text
    places = [text.index(word) for word in ("left line 3", "right line 0", "Skills", "left row 0", "right row 0")]
    assert places == sorted(places)


def test_a_heading_beside_a_gap_in_the_other_column_belongs_to_its_own(read):
    left = [f"left line {i} of the text runs on and on and" for i in range(12)]
    right = [f"right line {i} of the text runs on and on and" for i in range(12)]
    page = [
        *lines(*left[:6], top=700), (72, 606, 14, "York"), *lines(*left[6:], top=586),
        *lines(*right[:7], top=700, x=320), (320, 586, 14, "Hull"), *lines(*right[7:], top=566, x=320),
    ]  # fmt: skip
    text = read("deal.pdf", a_pdf(page)).text
    places = [text.index(word) for word in ("left line 5", "York", "left line 11", "right line 0", "Hull")]
    assert places == sorted(places)


def test_a_paragraph_goes_on_from_one_column_to_the_next(read):
    document = read("deal.pdf", flowing([("p", prose("Bristol", 20))]))
    assert texts(document) == [prose("Bristol", 20)]


def test_a_numbered_list_in_the_right_column_is_a_list(read):
    left = lines(*[f"left line {i} of the text runs on and on and" for i in range(8)])
    right = []
    for i in range(4):
        top = 700 - 26.4 * i
        right += [(320, top, 11, f"{i + 1}."), (340, top, 11, "Deal text of a city region which was")]
        right += [(340, top - 13.2, 11, f"published in the year 201{i}")]
    document = read("deal.pdf", a_pdf([*left, *right]))
    assert texts(document, "list_item") == [
        f"{i + 1}. Deal text of a city region which was published in the year 201{i}" for i in range(4)
    ]


def test_a_table_inside_a_column_is_read_row_by_row(read):
    left = lines(*[f"left line {i} of the text runs on and on and" for i in range(12)])
    right = lines(*[f"right line {i} of the text runs on and on and" for i in range(6)], x=320)
    rows = [("Place", "People", "Result"), ("Leeds", "2,800", "900 work"), ("Hull", "1,100", "all helped")]
    table = [(320 + 80 * k, 600 - 16 * i, 10, cell) for i, row in enumerate(rows) for k, cell in enumerate(row)]
    document = read("deal.pdf", a_pdf([*left, *right, *table]))
    assert texts(document, "table_row") == [" | ".join(row) for row in rows]


def test_a_wide_table_is_not_taken_for_columns(read):
    page = lines(*BODY, top=760)
    for i in range(9):
        cells = [f"Fund of place {i}", "growth in all rates", f"up to £{i}m of money", "for some years"]
        page += [(72 + 115 * k, 700 - 14 * i, 10, cell) for k, cell in enumerate(cells)]
    document = read("deal.pdf", a_pdf(page))
    assert (
        texts(document, "table_row")[0] == "Fund of place 0 | growth in all rates | up to £0m of money | for some years"
    )


def with_mark(before: str, mark: str, after: str = "", *, x: float = 72, y: float = 700, size: float = 11) -> list:
    """A line of text with a small raised mark in it."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    middle = x + stringWidth(before, "Helvetica", size)
    end = middle + stringWidth(mark, "Helvetica", 0.65 * size)
    return [(x, y, size, before), (middle, y + 0.4 * size, 0.65 * size, mark), (end, y, size, after)]


@pytest.mark.parametrize("mark", ["2", "12", "*", "†", "1,3"])
def test_the_mark_of_a_footnote_is_left_out_of_the_sentence(read, mark):
    page = with_mark("Money is set aside for the Hub.", mark, " The hub is in the Zone.")
    assert texts(read("deal.pdf", a_pdf(page))) == ["Money is set aside for the Hub. The hub is in the Zone."]


@pytest.mark.parametrize(
    ("before", "raised", "after"), [("It was signed on 5", "th", " July 2012."), ("It has 40 m", "2", " of space.")]
)
def test_what_is_raised_and_no_mark_stays(read, before, raised, after):
    assert texts(read("deal.pdf", a_pdf(with_mark(before, raised, after)))) == [before + raised + after]


def test_a_footnote_follows_the_text_of_its_page_and_belongs_where_its_mark_stands(read):
    page = [
        *lines("Growth Hub", top=760, size=16),
        *with_mark("Money is set aside for the Hub.", "2", " The hub is in the Zone.", y=730),
        *lines("References", top=690, size=16),
        *lines("1. Deal text of the city region", top=660),
        *with_mark("", "2", " A hub is a single point of access to services, and it", y=120, size=8.5),
        *lines("is paid by government.", top=109.8, size=8.5),
        *with_mark("", "3", " Another note.", y=97, size=8.5),
    ]  # fmt: skip
    document = read("deal.pdf", a_pdf(page, lines("The next page.")))
    notes = [block for block in document.blocks if block.kind == "footnote"]
    assert texts(document, "footnote") == [
        "A hub is a single point of access to services, and it is paid by government.",
        "Another note.",
    ]
    assert [note.heading_path for note in notes] == [("Growth Hub",), ()]
    assert [block.kind for block in document.blocks][-4:] == ["list_item", "footnote", "footnote", "paragraph"]
    assert document.blocks[-1].heading_path == ("References",)


def test_a_footnote_may_begin_with_a_figure_that_is_not_raised_if_the_text_calls_it(read):
    page = [
        *lines(*BODY, top=760),
        *with_mark("It is set aside for the Hub.", "7"),
        *lines("7 A hub is a point of access.", top=100, size=8),
    ]
    document = read("deal.pdf", a_pdf([*page, *lines("8 no note is called so.", top=80, size=8)]))
    assert texts(document, "footnote") == ["A hub is a point of access."]


def test_small_type_above_the_text_is_no_footnote(read):
    page = [*with_mark("", "1", " small words", y=760, size=8), *lines(*BODY)]
    assert texts(read("deal.pdf", a_pdf(page)), "footnote") == []


def test_a_web_address_that_is_broken_at_the_end_of_a_line_is_made_whole(read):
    page = lines(
        "1. Evening Post: https://www.example.org/news/a-billion-for-transport", "-for-leeds-and-west-yorkshire-1"
    )
    assert texts(read("deal.pdf", a_pdf(page))) == [
        "1. Evening Post: https://www.example.org/news/a-billion-for-transport-for-leeds-and-west-yorkshire-1"
    ]


def test_words_after_a_web_address_stay_words(read):
    page = lines("All of it is told on https://www.example.org/news/a-billion", "for those who like to read it.")
    assert texts(read("deal.pdf", a_pdf(page)))[0].endswith("a-billion for those who like to read it.")


def test_a_paragraph_that_a_page_breaks_is_one_and_has_boxes_on_both_pages(read):
    first = [
        *lines("The deal", top=790, size=20),
        *lines("Growth", top=760, size=16),
        *lines(BODY[0], top=730),
    ]
    second = [*with_mark(BODY[1], "4"), *with_mark("", "4", " A note.", y=80, size=8)]
    document = read("deal.pdf", a_pdf(first, [*second, *lines("A paragraph of its own.", top=600)]))
    assert texts(document, "paragraph") == [" ".join(BODY), "A paragraph of its own."]
    whole, note = document.blocks[2], document.blocks[-1]
    assert (whole.page, [box.page for box in whole.boxes]) == (1, [1, 2])
    assert document.text[document.pages[1].start :].startswith("A paragraph of its own.")
    assert (note.kind, note.page, note.heading_path) == ("footnote", 2, ("Growth",))


@pytest.mark.parametrize(
    ("end", "begin"), [("It ends here.", "and so on it goes"), ("it does not end and", "Leeds begins")]
)
def test_a_page_that_begins_with_a_sentence_begins_a_paragraph(read, end, begin):
    document = read("deal.pdf", a_pdf(lines(f"All of this is told, and {end}"), lines(f"{begin} with other things.")))
    assert [block.page for block in document.blocks] == [1, 2]


def test_a_paragraph_after_a_list_is_not_part_of_its_last_item(read):
    page = [
        (72, 700, 11, "1."), (92, 700, 11, "Deal text of the city region, which was"),
        (92, 686.8, 11, "published in July 2012"),
        *lines("This paper was written for a demonstration only.", top=673.6),
    ]  # fmt: skip
    document = read("deal.pdf", a_pdf(page))
    assert [block.kind for block in document.blocks] == ["list_item", "paragraph"]
    assert texts(document, "list_item") == ["1. Deal text of the city region, which was published in July 2012"]


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


PIECES = st.tuples(
    st.one_of(st.sampled_from([72.0, 90.0, 200.0, 320.0, 400.0]), st.floats(-50, 650)),
    st.one_of(st.sampled_from([700.0 - 14 * i for i in range(40)]), st.floats(-50, 900)),
    st.sampled_from([6.0, 8.0, 10.0, 10.0, 10.0, -10.0, 16.0]),
    st.lists(
        st.sampled_from(
            [
                "deal",
                "1.",
                "•",
                "2",
                "–",
                "keeps",
                "(a)",
                "£1bn",
                "https://www.example.org/a-b",
                "Growth",
                "|",
                "o",
                "iv)",
                "*",
                "†",
                "co-",
            ]
        ),
        min_size=1,
        max_size=9,
    ).map(" ".join),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=40), min_size=1, max_size=3))
def test_blocks_of_any_pages_are_sound(pages):
    try:
        parsed = parse_pdf(a_pdf(*pages), "any.pdf")
    except UnreadableDocument as error:
        assert error.reason == "no_text"
        return
    end = 0
    for block in parsed.blocks:
        text = parsed.text[block.start : block.end]
        assert text and text == text.strip() and block.start >= end and block.boxes
        end = block.end
    assert all(0 <= page.start <= page.end <= len(parsed.text) for page in parsed.pages)


def test_blocks_are_sound(read):
    assert_blocks_are_sound(
        read("deal.pdf", a_pdf([*lines(*BODY), (72, 600, 11, "• one item"), (72, 586, 11, "• two")], lines("x y z.")))
    )
