"""What a PDF holds besides its pages: passwords, forms, comments, embedded files, too many pages, damage."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from reading_files import a_pdf, a_raw_pdf
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from dealqa.errors import UnreadableDocument
from dealqa.reading.pdf import parse_pdf

TEXT = "The deal is worth a good deal."


def drawn(draw: Callable[[Canvas], None], **options: object) -> bytes:
    """A PDF of one page with a line of text and what is drawn below."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), **options)
    canvas.drawString(72, 760, TEXT)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


LINE = b"BT /F 12 Tf 72 760 Td (The deal is worth a good deal.) Tj ET"


def an_appearance(content: bytes) -> bytes:
    return (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F 5 0 R >> >> /Length %d >>"
        b"\nstream\n%s\nendstream" % (len(content), content)
    )


def test_a_file_with_a_password_is_called_password_protected():
    data = drawn(lambda canvas: None, encrypt=StandardEncryption("key", "owner"))
    with pytest.raises(UnreadableDocument, match="password protected") as caught:
        parse_pdf(data, "deal.pdf")
    assert caught.value.reason == "encrypted"


def test_a_file_that_only_its_owner_may_change_is_read_and_flagged():
    parsed = parse_pdf(drawn(lambda canvas: None, encrypt=StandardEncryption("", "owner")), "deal.pdf")
    assert parsed.text == TEXT
    assert "its owner has restricted" in parsed.warnings[0]
    assert parsed.coverage.complete


def test_a_file_with_more_pages_than_allowed_names_the_setting():
    with pytest.raises(UnreadableDocument, match=r"3 pages, more than the setting 'max_pages' allows \(2\)") as caught:
        parse_pdf(a_pdf([], [], []), "deal.pdf", max_pages=2)
    assert caught.value.reason == "too_large"


def test_what_is_filled_into_a_form_is_read_beside_its_label():
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Name of the council:")
        canvas.drawString(72, 600, "Text below the form.")
        canvas.acroForm.textfield(name="who", value="Leeds City Council", x=200, y=695, width=200, height=20)

    parsed = parse_pdf(drawn(draw), "form.pdf")
    assert parsed.text.split("\n\n") == [TEXT, "Name of the council: Leeds City Council", "Text below the form."]
    assert parsed.coverage.gaps == ()


def test_what_is_filled_in_without_a_label_follows_what_stands_above_it():
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Name of the council")
        canvas.drawString(72, 600, "Text below the form.")
        canvas.acroForm.textfield(name="who", value="Leeds City Council", x=72, y=660, width=200, height=20)

    parsed = parse_pdf(drawn(draw), "form.pdf")
    assert parsed.text.split("\n\n")[1:] == ["Name of the council", "Leeds City Council", "Text below the form."]


def test_what_is_filled_in_but_not_drawn_is_a_gap():
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (who) /V (Leeds) /Rect [72 600 272 620] >>"
    data = a_raw_pdf(LINE, field, page=b"/Annots [6 0 R]", catalogue=b"/AcroForm << /Fields [6 0 R] >>")
    parsed = parse_pdf(data, "form.pdf")
    assert parsed.text == TEXT
    assert parsed.coverage.gaps == ("What is filled in but not drawn was not read: 1 form field.",)


def test_a_form_of_the_xfa_kind_is_a_gap():
    stream = b"<< /Length 44 >>\nstream\n<xdp:xdp xmlns:xdp='x'><template/></xdp:xdp>\nendstream"
    parsed = parse_pdf(a_raw_pdf(LINE, stream, catalogue=b"/AcroForm << /Fields [] /XFA 6 0 R >>"), "form.pdf")
    assert parsed.coverage.gaps == ("It is an XFA form, of which only what every viewer shows was read.",)


def test_a_stamp_is_read():
    stamp = b"<< /Type /Annot /Subtype /Stamp /Rect [72 600 272 620] /AP << /N 7 0 R >> >>"
    look = an_appearance(b"BT /F 14 Tf 2 4 Td (Approved by the board.) Tj ET")
    parsed = parse_pdf(a_raw_pdf(LINE, stamp, look, page=b"/Annots [6 0 R]"), "stamped.pdf")
    assert "Approved by the board." in parsed.text


def test_text_under_a_black_annotation_is_hidden():
    box = b"<< /Type /Annot /Subtype /Square /Rect [60 755 300 775] /AP << /N 7 0 R >> >>"
    look = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 240 20] /Length 22 >>\nstream\n0 g 0 0 240 20 re f    \nendstream"
    )
    with pytest.raises(UnreadableDocument, match="no text that can be seen"):
        parse_pdf(a_raw_pdf(LINE, box, look, page=b"/Annots [6 0 R]"), "redacted.pdf")


def test_a_comment_is_not_read_and_a_warning_says_so():
    note = b"<< /Type /Annot /Subtype /Text /Rect [300 700 320 720] /Contents (The cap is 55M.) >>"
    parsed = parse_pdf(a_raw_pdf(LINE, note, page=b"/Annots [6 0 R]"), "commented.pdf")
    assert parsed.text == TEXT
    assert parsed.warnings == ("What was written as a comment on the pages was not read: 1 comment.",)


def test_an_embedded_file_is_not_read_and_is_a_gap():
    stream = b"<< /Type /EmbeddedFile /Length 15 >>\nstream\nThe cap is 55M.\nendstream"
    names = b"/Names << /EmbeddedFiles << /Names [(a.txt) << /Type /Filespec /F (a.txt) /EF << /F 6 0 R >> >>] >> >>"
    parsed = parse_pdf(a_raw_pdf(LINE, stream, catalogue=names), "annex.pdf")
    assert parsed.text == TEXT
    assert parsed.coverage.gaps == ("What is embedded in it was not read: 1 file.",)


def test_scripts_in_a_file_change_nothing():
    script = b"<< /Type /Action /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9/'\\)) >>"
    parsed = parse_pdf(a_raw_pdf(LINE, script, catalogue=b"/OpenAction 6 0 R"), "active.pdf")
    assert parsed.text == TEXT


def test_tables_are_counted():
    page = [(72.0, 760.0, 11.0, TEXT)]
    for top in (700, 500):
        for number, row in enumerate([("City", "Amount", "Years"), ("Leeds", "£400m", "4"), ("Hull", "£1bn", "25")]):
            page += [(72 + 150 * column, top - 20 * number, 11, cell) for column, cell in enumerate(row)]
        page.append((72, top - 100, 11, TEXT))
    assert parse_pdf(a_pdf(page), "tables.pdf").coverage.tables == 2


def test_a_page_that_is_damaged_is_a_gap():
    data = a_pdf([(72, 700, 11, "First page.")], [(72, 700, 11, "Second page.")])
    broken = data.replace(b"/Type /Page\n", b"/Type /Pagx\n", 1)
    assert broken != data
    parsed = parse_pdf(broken, "broken.pdf")
    assert parsed.coverage.gaps
