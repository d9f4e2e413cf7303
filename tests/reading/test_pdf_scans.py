"""Scanned pages: reported when they are not read, and read from their picture like others when words are given."""

from __future__ import annotations

import io
import shutil

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from reading_files import a_pdf, a_scan
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dealqa.config import Settings
from dealqa.errors import UnreadableDocument
from dealqa.reading.ocr import RecognisedWord, find_recogniser
from dealqa.reading.pdf import pages_to_recognise, parse_pdf, render_page
from dealqa.types import RecognisedPage

Words = tuple[RecognisedWord, ...]

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


def words(*lines: str, top: float = 700, size: float = 11, left: float = 72, confidence: float = 0.9) -> Words:
    """Lines one below the other as a recogniser gives them; six points a letter."""
    found = []
    for number, line in enumerate(lines):
        at, baseline = left, top - number * 1.2 * size
        for word in line.split():
            low = 0.21 * size if set(word) & set("gjpqy") else 0.0
            high = size * (0.72 if set(word) & set("bdfhklt") or not word.islower() else 0.52)
            right = at + 6 * len(word)
            place = (left > 300, round(top), number)
            found.append(RecognisedWord(word, at, baseline - low, right, baseline + high, confidence, place))
            at = right + 4
    return tuple(found)


def joined(*parts: bytes) -> bytes:
    """The pages of several PDFs as one."""
    import pypdfium2 as pdfium

    buffer = io.BytesIO()
    with pdfium.PdfDocument.new() as merged:
        for part in parts:
            with pdfium.PdfDocument(part) as source:
                merged.import_pages(source)
        merged.save(buffer)
    return buffer.getvalue()


def searchable(
    layer: str,
    *,
    at: float = 700,
    over: bool = True,
    seen: str = "The deal is worth a good deal.",
    blot: str = "",
    shade: int = 0,
) -> bytes:
    """A scan of a line with a text layer, each word a text of its own, as recognisers leave it.

    Args:
        layer, at: the text layer, and how high it is.
        over: whether it lies over the picture, without ink, or under it.
        seen: what is on the picture, but for `blot`, which is under a box in this shade of grey.
    """
    import pypdfium2 as pdfium
    from PIL import ImageDraw
    from reportlab.pdfbase.pdfmetrics import stringWidth

    def width(text: str) -> float:
        return stringWidth(text, "Helvetica", 11)

    with pdfium.PdfDocument(a_pdf([(72, 700, 11, seen)])) as document:
        picture = document[0].render(scale=2, grayscale=True).to_pil()
    if blot:
        left = 72 + width(seen.partition(blot)[0])
        box = (2 * left, 2 * (842 - 710), 2 * (left + width(blot)), 2 * (842 - 697))
        ImageDraw.Draw(picture).rectangle(box, fill=shade)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))

    def draw_layer() -> None:
        before = 72.0
        for word in layer.split():
            text = canvas.beginText(before, at)
            text.setFont("Helvetica", 11)
            text.setTextRenderMode(3 if over else 0)
            text.textOut(word)
            canvas.drawText(text)
            before += width(word + " ")

    if not over:
        draw_layer()
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    if over:
        draw_layer()
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


TYPED = a_pdf([(72, 700, 11, "Some text that was typed.")])
BODY = (
    "The deal gives the council a fund of infra-",
    "structure, and it keeps all the growth in",
    "business rates for good.",
)


def test_a_scan_without_recognition_has_no_text():
    with pytest.raises(UnreadableDocument, match="no text") as caught:
        parse_pdf(a_scan(), "scan.pdf")
    assert caught.value.reason == "no_text"
    assert "tesseract" in caught.value.hint


def test_a_scan_in_which_nothing_is_recognised_has_no_text():
    with pytest.raises(UnreadableDocument):
        parse_pdf(a_scan(), "scan.pdf", recognised={1: ()})


def test_recognised_words_become_paragraphs_with_boxes():
    parsed = parse_pdf(a_scan(), "scan.pdf", recognised={1: words(*BODY)})
    assert parsed.text == (
        "The deal gives the council a fund of infrastructure, and it keeps all the growth in business rates for good."
    )
    (block,) = parsed.blocks
    assert [(box.page, round(box.left)) for box in block.boxes] == [(1, 72)] * 3


def test_recognised_pages_are_named_with_the_mean_confidence_of_their_words():
    found = words("One deal", confidence=0.9) + words("two deals", top=600, confidence=0.7)
    parsed = parse_pdf(a_scan(), "scan.pdf", recognised={1: found})
    assert parsed.coverage.recognised == (RecognisedPage(1, pytest.approx(0.8)),)
    assert parsed.coverage.unread_pages == ()
    assert parsed.warnings == ("Page 1 read from the picture by text recognition, which makes mistakes.",)


def test_larger_words_are_a_heading():
    found = words("Business rates", top=740, size=16) + words(*BODY)
    parsed = parse_pdf(a_scan(), "scan.pdf", recognised={1: found})
    assert [(block.kind, block.heading_path) for block in parsed.blocks] == [
        ("title", ("Business rates",)),
        ("paragraph", ()),
    ]


def test_words_a_little_larger_or_smaller_than_others_are_of_the_same_type():
    found = words(BODY[1]) + words(BODY[2], top=686.8, size=11.6)
    (block,) = parse_pdf(a_scan(), "scan.pdf", recognised={1: found}).blocks
    assert block.kind == "paragraph"


def test_recognised_cells_become_rows_of_a_table():
    rows = [("Place", "People", "Years"), ("Leeds", "2,800", "ten"), ("Hull", "1,100", "four")]
    found: Words = ()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            (word,) = words(cell, top=600 - 20 * number, left=72 + 120 * column)
            found += (RecognisedWord(word.text, word.left, word.bottom, word.right, word.top, 0.9, (1, 1, number)),)
    parsed = parse_pdf(a_scan(), "scan.pdf", recognised={1: found})
    assert parsed.text.split("\n") == [" | ".join(row) for row in rows]
    assert parsed.coverage.tables == 1


def test_spots_and_rules_of_tables_are_no_words():
    found = words("The deal |") + words("is z worth a lot.", top=686.8)
    doubtful = tuple(
        RecognisedWord(w.text, w.left, w.bottom, w.right, w.top, 0.1 if w.text == "z" else 0.9, w.line) for w in found
    )
    assert parse_pdf(a_scan(), "scan.pdf", recognised={1: doubtful}).text == "The deal is worth a lot."


def test_a_doubtful_word_stays_however_short():
    found = words("There is no cap of 5 per cent.", confidence=0.1)
    assert parse_pdf(a_scan(), "scan.pdf", recognised={1: found}).text == "There is no cap of 5 per cent."


def test_pages_that_are_not_read_are_named_beside_those_that_are():
    parsed = parse_pdf(joined(TYPED, a_scan(), a_scan()), "mixed.pdf", recognised={3: words("Third page here.")})
    assert parsed.coverage.unread_pages == (2,)
    assert [page.page for page in parsed.coverage.recognised] == [3]
    assert [block.page for block in parsed.blocks] == [1, 3]
    assert "Page 2 without text (a scanned image?) could not be read." in parsed.warnings


def test_words_for_a_page_that_has_text_are_not_used():
    parsed = parse_pdf(TYPED, "typed.pdf", recognised={1: words("Something else.")})
    assert parsed.text == "Some text that was typed."
    assert parsed.coverage.recognised == ()


def test_an_empty_page_is_not_unread():
    parsed = parse_pdf(joined(TYPED, a_pdf([])), "blank.pdf")
    assert parsed.coverage.unread_pages == ()
    assert len(parsed.pages) == 2


def test_a_page_of_drawings_without_text_is_unread():
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.circle(300, 400, 100)
    canvas.showPage()
    canvas.save()
    assert parse_pdf(joined(TYPED, buffer.getvalue()), "drawing.pdf").coverage.unread_pages == (2,)


def test_the_pages_to_recognise_are_those_without_text_and_scans_with_a_layer():
    data = joined(TYPED, a_scan(), a_pdf([]), searchable("The deal is worth a good deal."))
    assert pages_to_recognise(data, "mixed.pdf") == (2, 4)


@pytest.mark.parametrize("over", [True, False], ids=["without ink, over the picture", "under the picture"])
def test_the_text_layer_of_a_scan_is_read_and_marked(over):
    parsed = parse_pdf(searchable("The deal is worth a good deal.", over=over), "scan.pdf")
    assert parsed.text == "The deal is worth a good deal."
    assert parsed.coverage.recognised == (RecognisedPage(1, 0.0),)
    assert parsed.coverage.hidden == ()
    assert "the text layer of a scan" in parsed.warnings[0]


def test_the_text_layer_of_a_scan_is_left_out_where_the_picture_is_empty(tmp_path):
    data = searchable("The cap is 55M in all.", at=300)
    with pytest.raises(UnreadableDocument, match="no text that can be seen"):
        parse_pdf(data, "scan.pdf")


@pytest.mark.parametrize("shade", [0, 128, 255], ids=["black", "grey", "white"])
def test_what_a_scan_has_blotted_out_is_not_read_from_its_text_layer(shade):
    seen = "The cap is 55M in all."
    parsed = parse_pdf(searchable(seen, seen=seen, blot="55M", shade=shade), "scan.pdf")
    assert parsed.text == "The cap is in all."
    assert [(hidden.kind, hidden.characters) for hidden in parsed.coverage.hidden] == [("invisible", 3)]


def test_what_is_recognised_counts_more_than_the_text_layer():
    data = searchable("The cap is 55M in all.")
    parsed = parse_pdf(data, "scan.pdf", recognised={1: words("The deal is worth a good deal.")})
    assert parsed.text == "The deal is worth a good deal."


def test_text_without_ink_on_an_ordinary_page_is_no_text_layer():
    from PIL import Image

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    noise = np.random.default_rng(1).integers(0, 255, (84, 60), dtype=np.uint8)
    canvas.drawImage(ImageReader(Image.fromarray(noise)), 0, 0, 595, 842)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(60, 380, 400, 60, fill=1, stroke=0)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(72, 400, "The deal is worth a good deal.")
    text = canvas.beginText(72, 200)
    text.setTextRenderMode(3)
    text.textOut("The cap is 55M in all.")
    canvas.drawText(text)
    canvas.showPage()
    canvas.save()
    parsed = parse_pdf(buffer.getvalue(), "page.pdf")
    assert parsed.text == "The deal is worth a good deal."
    assert [hidden.kind for hidden in parsed.coverage.hidden] == ["invisible"]


def test_a_scan_with_a_typed_stamp_in_its_margin_is_read_with_the_stamp():
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=(595, 842))
    canvas.drawImage(ImageReader(io.BytesIO(_grey_png())), 0, 0, 595, 842)
    canvas.drawString(400, 20, "Annex 00017")
    canvas.showPage()
    canvas.save()
    assert parse_pdf(data.getvalue(), "scan.pdf").coverage.unread_pages == (1,)
    found = words(*BODY) + words("Annex 00O17", top=20, left=400)
    text = parse_pdf(data.getvalue(), "scan.pdf", recognised={1: found}).text
    assert text.endswith("for good.\n\nAnnex 00017")


def _grey_png() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("L", (60, 84), 200).save(buffer, "PNG")
    return buffer.getvalue()


def test_pictures_of_pages_are_bounded():
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(9000, 2000))
    canvas.drawString(72, 700, "x")
    canvas.showPage()
    canvas.save()
    image = render_page(buffer.getvalue(), 1)
    assert image.width <= 4001
    assert image.width * image.height <= 12_100_000
    assert image.dpi == pytest.approx(72 * 4000 / 9000)


def test_the_picture_of_a_page_is_a_grey_one_of_300_dots_an_inch():
    image = render_page(joined(a_pdf([]), TYPED), 2)
    header = b"P5 %d %d 255\n" % (image.width, image.height)
    assert image.pgm.startswith(header)
    assert len(image.pgm) == len(header) + image.width * image.height
    assert (image.page, image.dpi, image.width) == (2, pytest.approx(300), pytest.approx(2481, abs=1))


def test_a_page_that_is_not_there_has_no_picture():
    with pytest.raises(UnreadableDocument):
        render_page(TYPED, 2)


@needs_tesseract
def test_a_scan_is_read_from_end_to_end(read):
    recogniser = find_recogniser(Settings())
    assert recogniser is not None
    data = searchable("", seen="The council keeps all the growth in business rates.")
    found = {number: recogniser.words(render_page(data, number)) for number in pages_to_recognise(data, "scan.pdf")}
    parsed = parse_pdf(data, "scan.pdf", recognised=found)
    assert parsed.text == "The council keeps all the growth in business rates."
    assert parsed.coverage.recognised[0].confidence > 0.8


PIECES = st.builds(
    RecognisedWord,
    text=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40),
    left=st.floats(-20, 600),
    bottom=st.floats(-20, 850),
    right=st.floats(-20, 600),
    top=st.floats(-20, 850),
    confidence=st.floats(0, 1),
    line=st.tuples(st.integers(1, 3), st.just(1), st.integers(1, 4)),
)


@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(st.lists(PIECES, max_size=30))
def test_any_words_at_any_places_give_sound_blocks(found):
    try:
        parsed = parse_pdf(a_scan(), "any.pdf", recognised={1: tuple(found)})
    except UnreadableDocument as error:
        assert error.reason == "no_text"
        return
    end = 0
    for block in parsed.blocks:
        text = parsed.text[block.start : block.end]
        assert text and text == text.strip() and block.start >= end and block.boxes
        end = block.end
