"""What lies inside files, through `Readers`: attachments of mails, and text on the pictures of pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from reading_files import a_docx, a_pdf, a_scan

from dealqa.config import Settings
from dealqa.errors import CorpusError, UnreadableDocument
from dealqa.reading import FileReading, Readers

ReadOne = Callable[..., FileReading | CorpusError]

with_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@pytest.fixture
def read_one(tmp_path: Path) -> ReadOne:
    def read(name: str, data: bytes, **settings: object) -> FileReading | CorpusError:
        (tmp_path / name).write_bytes(data)
        with Readers(Settings(corpus=tmp_path, read_workers=1, **{"ocr": "off", **settings})) as readers:
            ((_, outcome),) = readers.read([name])
        return outcome

    return read


def a_mail(*attached: tuple[str, bytes], subject: str = "The deal", text: str = "Bristol keeps its rates.") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", subject
    message.set_content(text)
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def a_scanned_page(text: str) -> bytes:
    """A PDF whose only page is a picture of a text."""
    import io

    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    picture = Image.new("L", (1600, 500), 255)
    ImageDraw.Draw(picture).text((60, 200), text, font=ImageFont.load_default(64), fill=0)
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawImage(ImageReader(picture), 20, 500, 550, 172)
    canvas.save()
    return buffer.getvalue()


def test_the_attachments_of_a_mail_are_documents_below_its_path(read_one):
    annex = a_docx(lambda word: word.add_paragraph("Leeds gets £5m."))
    outcome = read_one("deal.eml", a_mail(("annex.docx", annex), ("list.csv", b"a,b\n1,2\n")))
    assert [document.path for document in outcome.documents] == [
        "deal.eml",
        "deal.eml/annex.docx",
        "deal.eml/list.csv",
    ]
    assert outcome.documents[1].text == "Leeds gets £5m."


def test_an_attachment_that_cannot_be_read_is_a_problem_and_the_mail_is_read(read_one):
    outcome = read_one("deal.eml", a_mail(("old.doc", b"\xd0\xcf"), ("no.pdf", b"No PDF."), ("a.txt", b"Text.")))
    assert [document.path for document in outcome.documents] == ["deal.eml", "deal.eml/a.txt"]
    assert [(problem.path, problem.reason) for problem in outcome.problems] == [
        ("deal.eml/old.doc", "unsupported"),
        ("deal.eml/no.pdf", "corrupt"),
    ]


def test_mails_inside_mails_are_read_three_deep(read_one):
    data = a_mail(subject="Depth 5", text="Depth five.")
    for depth in (4, 3, 2, 1):
        data = a_mail(("inner.eml", data), subject=f"Depth {depth}", text=f"Depth {depth}.")
    outcome = read_one("deal.eml", data)
    assert [document.path.count("/") for document in outcome.documents] == [0, 1, 2, 3]
    assert [problem.reason for problem in outcome.problems] == ["unsupported"]


def test_the_limit_of_characters_holds_for_a_mail_and_its_attachments_together(read_one):
    texts = [(f"{number}.txt", b"word " * 150) for number in range(4)]
    outcome = read_one("deal.eml", a_mail(*texts), max_characters=2_000)
    assert [problem.reason for problem in outcome.problems] == ["too_large"] * 2


@pytest.mark.parametrize("ocr", ["off", pytest.param("auto", marks=with_tesseract)])
def test_a_scan_without_any_text_is_not_read_and_never_an_empty_document(read_one, ocr):
    outcome = read_one("scan.pdf", a_scan(), ocr=ocr)
    assert isinstance(outcome, UnreadableDocument)
    assert outcome.reason == "no_text"
    assert ("tesseract" in outcome.hint) == (ocr == "off")


@with_tesseract
def test_a_scanned_page_is_recognised_and_marked_as_such(read_one):
    outcome = read_one("scan.pdf", a_scanned_page("Bristol keeps its rates."), ocr="auto")
    (document,) = outcome.documents
    assert "Bristol keeps its rates." in document.text
    assert [page.page for page in document.coverage.recognised] == [1]


@with_tesseract
def test_a_scan_attached_to_a_mail_is_recognised_too(read_one):
    outcome = read_one("deal.eml", a_mail(("scan.pdf", a_scanned_page("Leeds gets five million."))), ocr="auto")
    assert outcome.documents[1].path == "deal.eml/scan.pdf"
    assert "five million" in outcome.documents[1].text


@with_tesseract
def test_a_page_with_text_is_not_recognised(read_one):
    outcome = read_one("a.pdf", a_pdf([(72, 700, 11, "Bristol keeps its rates.")]), ocr="auto")
    assert outcome.documents[0].coverage.recognised == ()
