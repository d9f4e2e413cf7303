"""What nobody sees on a page never becomes text, and is reported; what can be seen stays."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from reading_files import a_raw_pdf, a_scan, texts
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dealqa.errors import UnreadableDocument
from dealqa.reading.pdf import parse_pdf

SEEN = "The deal is worth a good deal."
UNSEEN = "The cap is 55M in all."
UNSEEN_CHARACTERS = 17

Draw = Callable[[Canvas], None]


def drawn(*pages: Draw, text: str = SEEN) -> bytes:
    """A PDF of these pages, each with a line of ordinary text above."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for draw in pages:
        canvas.drawString(72, 700, text)
        canvas.saveState()
        draw(canvas)
        canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def covered(canvas: Canvas) -> None:
    canvas.drawString(72, 600, UNSEEN)
    canvas.rect(70, 596, 200, 16, fill=1, stroke=0)


def covered_by_a_picture(canvas: Canvas) -> None:
    from PIL import Image

    canvas.drawString(72, 600, UNSEEN)
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), (200, 30, 30))), 70, 590, 300, 30)


def covered_by_white(canvas: Canvas) -> None:
    canvas.drawString(72, 600, UNSEEN)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(70, 596, 200, 16, fill=1, stroke=0)


def covered_with_words_on_the_cover(canvas: Canvas) -> None:
    covered(canvas)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 600, "REDACTED BY COUNCIL")


def covered_inside_a_form(canvas: Canvas) -> None:
    canvas.beginForm("cover")
    canvas.rect(70, 596, 200, 16, fill=1, stroke=0)
    canvas.endForm()
    canvas.drawString(72, 600, UNSEEN)
    canvas.doForm("cover")


def covered_but_for_its_tips(canvas: Canvas) -> None:
    canvas.drawString(72, 600, UNSEEN)
    canvas.rect(70, 597, 200, 9.5, fill=1, stroke=0)


def white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 600, UNSEEN)


def nearly_white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.97, 0.97, 0.96)
    canvas.drawString(72, 600, UNSEEN)


def black_on_black(canvas: Canvas) -> None:
    canvas.rect(70, 596, 200, 16, fill=1, stroke=0)
    canvas.drawString(72, 600, UNSEEN)


def without_ink(canvas: Canvas) -> None:
    text = canvas.beginText(72, 600)
    text.setTextRenderMode(3)
    text.textOut(UNSEEN)
    canvas.drawText(text)


def transparent(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0, alpha=0.01))
    canvas.drawString(72, 600, UNSEEN)


def small(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(72, 600, UNSEEN)


def small_by_scale(canvas: Canvas) -> None:
    canvas.scale(0.1, 0.1)
    canvas.drawString(720, 6000, UNSEEN)


def off_the_page(canvas: Canvas) -> None:
    canvas.drawString(700, 600, UNSEEN)


def clipped(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(300, 300, 20, 20)
    canvas.clipPath(path, stroke=0)
    canvas.drawString(72, 600, UNSEEN)


HIDDEN: dict[str, tuple[Draw, str]] = {
    "under a black box": (covered, "covered"),
    "under a picture": (covered_by_a_picture, "covered"),
    "under a white box": (covered_by_white, "covered"),
    "under a box in a form": (covered_inside_a_form, "covered"),
    "under a box that is too small": (covered_but_for_its_tips, "covered"),
    "white on white": (white, "faint"),
    "nearly white on white": (nearly_white, "faint"),
    "black on black": (black_on_black, "faint"),
    "render mode 3": (without_ink, "invisible"),
    "transparent": (transparent, "invisible"),
    "half a point": (small, "tiny"),
    "small by its matrix": (small_by_scale, "tiny"),
    "off the page": (off_the_page, "off_page"),
    "clipped away": (clipped, "covered"),
}


@pytest.mark.parametrize(("draw", "kind"), HIDDEN.values(), ids=HIDDEN)
def test_hidden_text_is_left_out_and_reported_with_its_page(draw, kind):
    parsed = parse_pdf(drawn(lambda canvas: None, draw), "hidden.pdf")
    assert parsed.text.split("\n\n") == [SEEN, SEEN]
    assert [(text.kind, text.characters, text.page) for text in parsed.coverage.hidden] == [
        (kind, UNSEEN_CHARACTERS, 2)
    ]


@pytest.mark.parametrize(("draw", "kind"), HIDDEN.values(), ids=HIDDEN)
def test_a_warning_names_the_page_of_hidden_text(draw, kind):
    parsed = parse_pdf(drawn(lambda canvas: None, draw), "hidden.pdf")
    (warning,) = parsed.warnings
    assert warning.startswith(f"Hidden text was left out: {UNSEEN_CHARACTERS} characters")
    assert warning.endswith("Page 2.")


def test_a_file_with_every_kind_of_hidden_text_gives_away_none(read):
    document = read("hidden.pdf", drawn(*(draw for draw, _ in HIDDEN.values())))
    assert "55M" not in document.text
    assert texts(document) == [SEEN] * len(HIDDEN)
    assert [text.page for text in document.coverage.hidden] == list(range(1, len(HIDDEN) + 1))


def test_words_on_a_cover_are_read_and_what_is_below_is_not():
    parsed = parse_pdf(drawn(covered_with_words_on_the_cover), "hidden.pdf")
    assert parsed.text.split("\n\n") == [SEEN, "REDACTED BY COUNCIL"]
    assert [text.characters for text in parsed.coverage.hidden] == [UNSEEN_CHARACTERS]


def test_one_word_of_a_line_under_a_box_is_left_out():
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 600, "The cap is 55M in all.")
        before = canvas.stringWidth("The cap is ")
        canvas.rect(72 + before, 597, canvas.stringWidth("55M"), 12, fill=1, stroke=0)

    parsed = parse_pdf(drawn(draw), "hidden.pdf")
    assert parsed.text.split("\n\n")[1] == "The cap is in all."


def test_one_figure_between_others_under_a_box_is_left_out():
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 600, "It is 853m.")
        before = canvas.stringWidth("It is 8")
        canvas.rect(72 + before, 597, canvas.stringWidth("5"), 12, fill=1, stroke=0)

    assert parse_pdf(drawn(draw), "hidden.pdf").text.split("\n\n")[1] == "It is 83m."


def test_text_in_a_layer_that_is_switched_off_is_left_out():
    content = b"BT /F 12 Tf 72 700 Td (Seen text.) Tj ET /OC /L BDC BT /F 12 Tf 72 600 Td (The cap is 55M.) Tj ET EMC"
    layers = b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>"
    data = a_raw_pdf(
        content, b"<< /Type /OCG /Name (Notes) >>", resources=b"/Properties << /L 6 0 R >>", catalogue=layers
    )
    parsed = parse_pdf(data, "layers.pdf")
    assert parsed.text == "Seen text."
    assert [text.kind for text in parsed.coverage.hidden] == ["marked_hidden"]


def test_characters_without_a_shape_are_counted_as_hidden():
    content = b"BT /G 12 Tf 72 700 Td (Se\x80en text.) Tj ET"
    mapping = b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <80> <200b> endbfchar endcmap"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R >>"
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(mapping), mapping)
    parsed = parse_pdf(a_raw_pdf(content, font, stream), "zero.pdf")
    assert parsed.text == "Seen text."
    assert [(text.kind, text.characters) for text in parsed.coverage.hidden] == [("zero_width", 1)]


def header_row(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.05, 0.1, 0.4)
    canvas.rect(70, 596, 400, 18, fill=1, stroke=0)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 600, UNSEEN)


def on_a_tinted_box(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.9, 0.9, 0.9)
    canvas.rect(70, 596, 400, 18, fill=1, stroke=0)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(72, 600, UNSEEN)


def grey(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.75, 0.75, 0.75)
    canvas.setFont("Helvetica", 7)
    canvas.drawString(72, 600, UNSEEN)


def coloured_on_coloured_of_the_same_brightness(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0, 0.51, 0)
    canvas.rect(70, 596, 400, 18, fill=1, stroke=0)
    canvas.setFillColorRGB(1, 0, 0)
    canvas.drawString(72, 600, UNSEEN)


def struck_through(canvas: Canvas) -> None:
    canvas.drawString(72, 600, UNSEEN)
    canvas.rect(70, 603, 200, 1, fill=1, stroke=0)


def in_a_frame(canvas: Canvas) -> None:
    canvas.drawString(72, 600, UNSEEN)
    canvas.rect(60, 580, 400, 40, fill=0, stroke=1)


def under_a_highlight(canvas: Canvas) -> None:
    canvas.drawString(72, 600, UNSEEN)
    canvas.setFillColor(Color(1, 1, 0, alpha=0.4))
    canvas.rect(70, 596, 200, 16, fill=1, stroke=0)


def over_a_picture(canvas: Canvas) -> None:
    from PIL import Image

    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), (250, 240, 200))), 0, 0, 595, 842)
    canvas.drawString(72, 700, SEEN)
    canvas.drawString(72, 600, UNSEEN)


def outlined(canvas: Canvas) -> None:
    text = canvas.beginText(72, 600)
    text.setTextRenderMode(1)
    text.textOut(UNSEEN)
    canvas.drawText(text)


def drawn_twice_to_look_bold(canvas: Canvas) -> None:
    canvas.drawString(72, 600, UNSEEN)
    canvas.drawString(72.3, 600, UNSEEN)


def turned(canvas: Canvas) -> None:
    canvas.translate(300, 300)
    canvas.rotate(90)
    canvas.drawString(0, 0, UNSEEN)


def in_a_form(canvas: Canvas) -> None:
    canvas.beginForm("text")
    canvas.drawString(72, 600, UNSEEN)
    canvas.endForm()
    canvas.doForm("text")


def signs(canvas: Canvas) -> None:
    canvas.drawString(72, 600, 'A - "b" – c: d; e, f. (g) • h * i \' j _ k | l = m')


SEEN_TEXTS = {
    "white on a dark header row": header_row,
    "on a tinted box": on_a_tinted_box,
    "small and grey": grey,
    "red on green": coloured_on_coloured_of_the_same_brightness,
    "struck through": struck_through,
    "in a frame": in_a_frame,
    "under a highlight": under_a_highlight,
    "over a picture": over_a_picture,
    "outlined": outlined,
    "drawn twice": drawn_twice_to_look_bold,
    "turned": turned,
    "in a form": in_a_form,
}


@pytest.mark.parametrize("draw", SEEN_TEXTS.values(), ids=SEEN_TEXTS)
def test_text_that_can_be_seen_stays(draw):
    parsed = parse_pdf(drawn(draw), "seen.pdf")
    assert UNSEEN in parsed.text
    assert parsed.coverage.hidden == ()


def test_signs_that_are_small_or_thin_stay():
    assert 'A - "b" – c: d; e, f. (g) • h * i \' j _ k | l = m' in parse_pdf(drawn(signs), "seen.pdf").text


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pages_that_are_turned_are_looked_at_as_they_are_shown(turn):
    content = b"BT /F 12 Tf 72 700 Td (Seen text.) Tj 0 -100 Td (The cap is 55M.) Tj ET 70 596 200 16 re f"
    parsed = parse_pdf(a_raw_pdf(content, page=b"/Rotate %d" % turn), "turned.pdf")
    assert parsed.text == "Seen text."
    assert [text.kind for text in parsed.coverage.hidden] == ["covered"]


def test_a_page_that_is_larger_than_any_sheet_of_paper_is_looked_at():
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(9000, 9000))
    canvas.setFont("Helvetica", 40)
    canvas.drawString(500, 8000, SEEN)
    canvas.drawString(500, 6000, UNSEEN)
    canvas.rect(480, 5980, 2000, 70, fill=1)
    canvas.showPage()
    canvas.save()
    parsed = parse_pdf(buffer.getvalue(), "poster.pdf")
    assert parsed.text == SEEN


def test_a_file_whose_only_text_is_hidden_has_no_text():
    with pytest.raises(UnreadableDocument, match="no text that can be seen") as caught:
        parse_pdf(drawn(covered, text=" "), "hidden.pdf")
    assert caught.value.reason == "no_text"


def test_a_picture_without_text_is_no_hidden_text():
    with pytest.raises(UnreadableDocument):
        parse_pdf(a_scan(), "scan.pdf")
