"""What a file is called and what it holds: the content decides, and what does not fit is refused with a reason."""

from __future__ import annotations

import io
import zipfile

import pytest
from reading_files import a_docx, a_pdf, a_pptx, an_xlsx
from reportlab.pdfgen.canvas import Canvas

from dealqa.errors import UnreadableDocument
from dealqa.reading import SUFFIXES, walk_corpus


def a_deck() -> bytes:
    def fill(deck) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = "A deal"
        slide.placeholders[1].text = "Bristol keeps its rates."

    return a_pptx(fill)


def a_zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "Text.")
    return buffer.getvalue()


CONTENTS = {
    "pdf": a_pdf([(72, 700, 11, "Bristol keeps its rates.")]),
    "docx": a_docx(lambda word: word.add_paragraph("Bristol keeps its rates.")),
    "xlsx": an_xlsx(lambda book: book.active.append(["Bristol", "rates"])),
    "pptx": a_deck(),
    "html": b"<!DOCTYPE html><title>A deal</title><p>Bristol keeps its rates.</p>",
    "text": b"Bristol keeps its rates.\n",
    "zip": a_zip("readme.txt"),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
}

READABLE = {
    ".pdf": {"pdf"},
    ".docx": {"docx"},
    ".xlsx": {"xlsx"},
    ".pptx": {"pptx"},
    ".html": {"html", "text"},
    ".txt": {"text"},
    ".csv": {"text"},
    ".md": {"text", "html"},
}
"""Pages may stand in Markdown, and a text without marks is HTML; nothing else passes for something else."""


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("suffix", READABLE)
def test_a_file_is_read_only_if_its_content_is_what_its_name_says(read, suffix, content):
    try:
        document = read(f"deal{suffix}", CONTENTS[content])
    except UnreadableDocument as err:
        outcome = err.reason
        assert err.message and err.hint
    else:
        outcome = "read"
        assert "Bristol" in document.text
    expected = "read" if content in READABLE[suffix] else "undecodable" if suffix in (".txt", ".csv", ".html") else None
    assert outcome == (expected or ("undecodable" if suffix == ".md" else "corrupt"))


def also_a_pdf() -> bytes:
    """A Word file in whose first kilobyte a PDF begins."""
    buffer = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(CONTENTS["docx"]))
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("cover.pdf", CONTENTS["pdf"])
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.docx", also_a_pdf(), "corrupt"),
        ("a.pdf", also_a_pdf(), "corrupt"),
        ("a.pdf", b"GIF89a" + CONTENTS["pdf"], "corrupt"),
        ("a.pdf", b"PK\x03\x04" + CONTENTS["pdf"], "corrupt"),
        ("a.html", b"GIF89a/*" + CONTENTS["html"], "undecodable"),
        ("a.txt", b"MZ\x90\x00" + b"This program cannot be run.", "undecodable"),
        ("a.txt", bytes(range(256)) * 4, "undecodable"),
        ("a.pdf", b"", "empty"),
        ("a.docx", b"", "empty"),
        ("a.docx", a_zip(), "corrupt"),
        ("a.docx", a_zip("word/document.xml"), "corrupt"),
    ],
)
def test_two_formats_at_once_and_no_format_at_all_are_refused(read, name, content, reason):
    with pytest.raises(UnreadableDocument) as caught:
        read(name, content)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.doc", "Save it as .docx"),
        ("a.docm", "without its macros"),
        ("a.xls", "Save it as .xlsx"),
        ("a.xlsm", "without its macros"),
        ("a.ppt", "Save it as .pptx"),
        ("a.pptm", "without its macros"),
        ("a.zip", "Unpack it"),
        ("a.7z", "Unpack it"),
        ("a.RAR", "Unpack it"),
        ("a.tif", "text recognition"),
        ("a.msg", ".eml"),
        ("a.xyz", ".docx"),
    ],
)
def test_a_kind_that_is_not_read_is_refused_with_advice(tmp_path, name, advice):
    (tmp_path / name).write_bytes(b"content")
    (problem,) = walk_corpus(tmp_path, max_bytes=1000).problems
    assert isinstance(problem, UnreadableDocument) and problem.reason == "unsupported"
    assert advice in problem.hint


def test_a_file_with_macros_under_the_name_of_one_without_is_refused(read):
    source = zipfile.ZipFile(io.BytesIO(CONTENTS["docx"]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
                content = content.replace(plain, b"application/vnd.ms-word.document.macroEnabled.main+xml")
            archive.writestr(name, content)
    with pytest.raises(UnreadableDocument) as caught:
        read("deal.docx", buffer.getvalue())
    assert caught.value.reason == "corrupt"


def test_a_pdf_with_a_script_and_a_link_is_read_for_its_text(read):
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 700, "Bristol keeps its rates.")
    canvas.linkURL("http://192.0.2.1/canary", (72, 690, 200, 710))
    canvas._doc.Catalog.OpenAction = "<</S /JavaScript /JS (app.launchURL\\('http://192.0.2.1/canary'\\))>>"
    canvas.save()
    assert b"/JavaScript" in buffer.getvalue()
    assert read("deal.pdf", buffer.getvalue()).text == "Bristol keeps its rates."


CANARY = "http://192.0.2.1/canary.png"


def with_a_picture_elsewhere() -> bytes:
    """A Word file with a picture and a template that lie on a web server."""
    source = zipfile.ZipFile(io.BytesIO(CONTENTS["docx"]))
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = "".join(
        f'<Relationship Id="rId9{i}" Type="{relation}/{kind}" Target="{CANARY}" TargetMode="External"/>'
        for i, kind in enumerate(("image", "attachedTemplate", "oleObject"))
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/_rels/document.xml.rels":
                content = content.replace(b"</Relationships>", added.encode() + b"</Relationships>")
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", with_a_picture_elsewhere()),
        ("a.html", f"<link rel=stylesheet href={CANARY}><img src={CANARY}><p>Bristol keeps its rates.".encode()),
        ("a.md", f"![x]({CANARY})\n\nBristol keeps its rates.".encode()),
        ("a.eml", f"From: a\nContent-Type: text/html\n\n<img src={CANARY}><p>Bristol keeps its rates.".encode()),
    ],
)
def test_nothing_is_fetched(read, name, content):
    """The tests' own fence ends a test that reaches for an address outside this machine."""
    assert "Bristol keeps its rates." in read(name, content).text


def test_every_kind_that_is_read_has_a_parser(read):
    for suffix in SUFFIXES:
        with pytest.raises(UnreadableDocument) as caught:
            read(f"deal{suffix}", CONTENTS["picture"])
        assert caught.value.reason in ("corrupt", "undecodable")
