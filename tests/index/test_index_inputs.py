"""What goes into an index and what must not: bad files beside good ones, hidden text, edits that look like none."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable

import docx
import pytest
from index_world import HashEmbedder, make_world, settings_of
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from dealqa.assistant import Assistant
from dealqa.index import build_index, open_index

HIDDEN_SUM = "55M"


def a_pdf(draw: Callable[[Canvas], object], **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def a_word_file(*runs: tuple[str, bool]) -> bytes:
    """A paragraph of (text, hidden) runs."""
    word = docx.Document()
    paragraph = word.add_paragraph()
    for text, hidden in runs:
        paragraph.add_run(text).font.hidden = hidden
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


BAD: dict[str, tuple[bytes, str]] = {
    "damaged.pdf": (b"%PDF-1.7 and nothing more", "corrupt"),
    "empty.txt": (b"", "empty"),
    "locked.pdf": (
        a_pdf(lambda page: page.drawString(72, 700, "Secret."), encrypt=StandardEncryption("a")),
        "encrypted",
    ),
    "noise.md": (b"\x00\x01\x02 no text" * 40, "undecodable"),
    "old.doc": (b"\xd0\xcf\x11\xe0", "unsupported"),
    "packed.docx": (b"PK\x03\x04 no archive", "corrupt"),
    "picture.pdf": (a_pdf(lambda page: page.rect(72, 600, 200, 100, fill=1)), "no_text"),
    "vast.txt": (b"x" * (1024 * 1024 + 1), "too_large"),
}


def test_one_bad_file_of_each_kind_is_reported_with_its_reason_and_the_others_are_indexed(tmp_path):
    settings = make_world(tmp_path, documents=3).model_copy(update={"max_file_mib": 1, "ocr": "off"})
    for name, (content, _) in BAD.items():
        (settings.corpus / name).write_bytes(content)
    os.mkfifo(settings.corpus / "pipe.txt")
    (settings.corpus / "link.txt").symlink_to("/etc/hostname")
    report = build_index(settings, embedder=HashEmbedder())
    expected = {name: reason for name, (_, reason) in BAD.items()} | {"pipe.txt": "unsafe", "link.txt": "unsafe"}
    assert {failure.path: failure.reason for failure in report.failures} == expected
    assert all(failure.path in failure.message for failure in report.failures)
    assert (report.documents, report.published) == (3, True)
    index = open_index(settings.index)
    recorded = {path: reason for path, reason, _ in index.failures()}
    index.close()
    assert recorded == expected


def draw_in_white(canvas: Canvas) -> None:
    canvas.drawString(72, 700, "The indemnity of the deal is limited.")
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 650, f"The indemnity of the deal is {HIDDEN_SUM} in all.")


HIDING: dict[str, bytes] = {
    "a.pdf": a_pdf(draw_in_white),
    "b.docx": a_word_file(("The indemnity is limited. ", False), (f"The indemnity is {HIDDEN_SUM} in all.", True)),
    "c.html": f"<p>The indemnity is limited.<p style='display:none'>The indemnity is {HIDDEN_SUM} in all.".encode(),
    "d.md": f"The indemnity is limited.\n\n<!-- The indemnity is {HIDDEN_SUM} in all. -->\n".encode(),
}


def test_hidden_text_is_in_no_passage_no_search_and_no_answer(tmp_path):
    settings = settings_of(tmp_path)
    settings.corpus.mkdir()
    for name, content in HIDING.items():
        (settings.corpus / name).write_bytes(content)
    assert build_index(settings).failures == ()
    with Assistant(settings) as assistant:
        assert all(info.coverage.hidden for info in assistant.documents())
        assert assistant.search("the indemnity")
        for question in (f"Is the indemnity {HIDDEN_SUM}?", "How much is the indemnity in all?"):
            answer = assistant.ask(question)
            assert HIDDEN_SUM not in answer.text
            shown = [*answer.citations, *(answer.refusal.nearest if answer.refusal else ())]
            assert not [citation for citation in shown if HIDDEN_SUM in citation.quote]
            assert not [hit for hit in answer.hits if HIDDEN_SUM in f"{hit.passage.context} {hit.passage.text}"]
        with assistant.hold() as snapshot:
            assert not snapshot.mentions(HIDDEN_SUM)


def test_an_edit_that_keeps_the_size_and_puts_the_time_back_is_found(tmp_path):
    settings = make_world(tmp_path, documents=2)
    path = settings.corpus / "paper-1.md"
    long_ago = time.time() - 10_000
    os.utime(path, (long_ago, long_ago))
    time.sleep(2.1)  # what changed within two seconds is looked at once more
    build_index(settings, embedder=HashEmbedder())
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("agreed", "denied"), encoding="utf-8")
    os.utime(path, (long_ago, long_ago))
    assert build_index(settings, embedder=HashEmbedder()).changed == 1


YEARS_NS = 10 * 365 * 86_400 * 10**9


@pytest.mark.parametrize("jump", [-YEARS_NS, YEARS_NS])
def test_an_edit_is_found_though_the_clock_was_years_off_in_the_run_before(jump, tmp_path, monkeypatch):
    settings = make_world(tmp_path, documents=2)
    now = time.time_ns
    with monkeypatch.context() as jumped:
        jumped.setattr(time, "time_ns", lambda: now() + jump)
        build_index(settings, embedder=HashEmbedder())
    path = settings.corpus / "paper-1.md"
    path.write_text(path.read_text(encoding="utf-8").replace("agreed", "denied"), encoding="utf-8")
    report = build_index(settings, embedder=HashEmbedder())
    assert (report.changed, report.unchanged) == (1, 1)


@pytest.mark.parametrize("version", ["READING_VERSION", "SPLITTER_VERSION"])
def test_what_another_version_of_the_program_read_or_split_is_read_again(version, tmp_path, monkeypatch):
    settings = make_world(tmp_path, documents=2)
    build_index(settings, embedder=HashEmbedder())
    monkeypatch.setattr(f"dealqa.index.build.{version}", "another")
    report = build_index(settings, embedder=HashEmbedder())
    assert (len(report.read), report.published) == (2, True)
