"""What is remembered of files from run to run: problems inside them, and pages that nothing could read yet."""

from __future__ import annotations

import io
import os
import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.index import build_index, open_index

ROOT = Path(__file__).resolve().parents[2]


def message_with(*attached: tuple[str, bytes], text: str = "The board meets four times a year.") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "clerk@example.org", "The growth deal"
    message.set_content(text)
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def duplicates_by_path(settings: Settings) -> dict[str, tuple[str, ...]]:
    index = open_index(settings.index)
    found = {info.path: info.duplicates for info in index.documents}
    index.close()
    return found


def a_page_of_text_and_one_of_noise() -> bytes:
    stream = io.BytesIO()
    page = canvas.Canvas(stream, pagesize=A4, invariant=True)
    page.drawString(72, 700, "Aberwick keeps forty per cent of the growth in business rates for ten years.")
    page.showPage()
    noise = Image.frombytes("L", (60, 80), bytes((x * 37 + y * 91) % 256 for y in range(80) for x in range(60)))
    page.drawImage(ImageReader(noise), 0, 0, width=A4[0], height=A4[1])
    page.showPage()
    page.save()
    return stream.getvalue()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    cache = Path(os.environ["DEALQA_CACHE"])
    return Settings(corpus=tmp_path / "corpus", index=tmp_path / "index", cache=cache, ocr="off")


def test_a_problem_inside_an_unchanged_message_is_still_told_in_the_next_run(settings):
    (settings.corpus / "letter.eml").write_bytes(message_with(("annex.zip", b"PK\x03\x04 no archive")))
    first = build_index(settings)
    assert [failure.path for failure in first.failures] == ["letter.eml/annex.zip"]
    assert build_index(settings).failures == first.failures


def test_a_problem_inside_a_message_is_forgotten_when_the_message_no_longer_has_it(settings):
    (settings.corpus / "letter.eml").write_bytes(message_with(("annex.zip", b"PK\x03\x04 no archive")))
    build_index(settings)
    (settings.corpus / "letter.eml").write_bytes(message_with(("annex.txt", b"Four trams run in the hour.")))
    assert build_index(settings).failures == ()


def test_an_attachment_that_also_lies_in_the_folder_is_one_document_with_two_paths(settings):
    (settings.corpus / "letter.eml").write_bytes(message_with(("annex.txt", b"Four trams run in the hour.\n")))
    (settings.corpus / "note.txt").write_bytes(b"Four trams run in the hour.\n")
    build_index(settings)
    assert duplicates_by_path(settings) == {"letter.eml": (), "note.txt": ("letter.eml/annex.txt",)}


def test_an_attachment_that_two_messages_carry_or_one_carries_twice_is_one_document(settings):
    annex = b"Four trams run in the hour.\n"
    (settings.corpus / "a.eml").write_bytes(message_with(("annex.txt", annex), ("copy.txt", annex), text="As agreed."))
    (settings.corpus / "b.eml").write_bytes(message_with(("annex.txt", annex), text="As agreed, again."))
    report = build_index(settings)
    assert (report.documents, report.duplicates) == (3, 2)
    assert duplicates_by_path(settings)["a.eml/annex.txt"] == ("a.eml/copy.txt", "b.eml/annex.txt")


def test_a_message_that_lies_in_the_folder_twice_is_indexed_once_with_its_attachments(settings):
    message = message_with(("annex.txt", b"Four trams run in the hour.\n"))
    for name in ("a.eml", "b.eml"):
        (settings.corpus / name).write_bytes(message)
    build_index(settings)
    assert duplicates_by_path(settings) == {"a.eml": ("b.eml",), "a.eml/annex.txt": ("b.eml/annex.txt",)}


def test_an_answer_from_an_attachment_names_all_places_of_it(settings):
    (settings.corpus / "letter.eml").write_bytes(message_with(("annex.txt", b"Bristol keeps 100% of its rates.\n")))
    (settings.corpus / "note.txt").write_bytes(b"Bristol keeps 100% of its rates.\n")
    build_index(settings)
    with Assistant(settings) as assistant:
        answer = assistant.ask("What does Bristol keep?")
    assert [citation.document for citation in answer.citations] == ["note.txt"]
    assert any("also lies at letter.eml/annex.txt" in notice for notice in answer.notices)


def test_an_attachment_stays_when_the_file_that_was_its_copy_goes(settings):
    (settings.corpus / "letter.eml").write_bytes(message_with(("annex.txt", b"Four trams run in the hour.\n")))
    (settings.corpus / "note.txt").write_bytes(b"Four trams run in the hour.\n")
    build_index(settings)
    (settings.corpus / "note.txt").unlink()
    build_index(settings)
    assert duplicates_by_path(settings) == {"letter.eml": (), "letter.eml/annex.txt": ()}


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="text recognition is not installed")
def test_pages_that_were_not_read_are_read_when_text_recognition_is_there(settings):
    scan = next((ROOT / "docs_corpus").rglob("public-notice-2012.pdf"))
    shutil.copy(scan, settings.corpus / "notice.pdf")
    (settings.corpus / "note.txt").write_text("The board meets.", encoding="utf-8")
    assert [failure.reason for failure in build_index(settings).failures] == ["no_text"]
    with_recognition = settings.model_copy(update={"ocr": "auto"})
    report = build_index(with_recognition)
    assert (report.failures, report.added) == ((), 1)
    assert not build_index(with_recognition).published


def test_a_page_that_recognition_cannot_read_either_is_not_read_again_in_each_run(settings):
    (settings.corpus / "deal.pdf").write_bytes(a_page_of_text_and_one_of_noise())
    with_recognition = settings.model_copy(update={"ocr": "auto"})
    build_index(with_recognition)
    index = open_index(settings.index)
    unread = [info.coverage.unread_pages for info in index.documents]
    index.close()
    assert unread == [(2,)]
    assert build_index(with_recognition).read == ()
