"""Damaged files of every format: each is read or explained, no process hangs, and the parent lives on."""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from fuzzing import damaged

from dealqa.config import Settings
from dealqa.errors import CorpusError
from dealqa.reading import FileReading, Readers

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "reading"))

from reading_files import a_docx, a_pdf, a_pptx, an_xlsx  # noqa: E402

FORMATS = ("pdf", "docx", "pptx", "xlsx", "csv", "tsv", "html", "md", "txt", "eml")
FEW, MANY = 12, 500
EXPLAINED = {
    *("changing", "corrupt", "crashed", "empty", "encrypted", "hidden_markup", "no_text", "out_of_memory"),
    *("timeout", "too_large", "undecodable", "unsupported"),
}

TEXT = (
    "# A deal\n\nDate: 2012-07-05\n\nBristol keeps its rates:\n\n- one\n- two\n\n"
    "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n"
)
PAGE = (
    "<!DOCTYPE html><html><head><title>A deal</title><meta name=date content=2012><style>.x{display:none}</style>"
    "<body><main><h1>A deal</h1><p class=x>Hidden.<p>Bristol keeps <b>its</b> rates.<ul><li>one<li>two</ul>"
    "<table><tr><th colspan=2>a<th>b<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5</table></main></body></html>"
)


def _mail() -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Zoë <z@example.org>", "a@example.org", "The Bristol deal"
    message["Date"] = "Thu, 05 Jul 2012 10:00:00 +0100"
    message.set_content("Bristol keeps its rates.\n\n> Earlier it did not.\n")
    message.add_alternative(PAGE, subtype="html")
    message.add_attachment(a_docx(_fill_word), maintype="application", subtype="octet-stream", filename="annex.docx")
    message.add_attachment(TEXT, filename="notes.md")
    return message.as_bytes()


def _fill_word(word) -> None:
    word.add_heading("A deal", 1)
    word.add_paragraph("Bristol keeps its rates.")
    word.add_paragraph("first", style="List Number")
    table = word.add_table(rows=2, cols=3)
    for cell in (cell for row in table.rows for cell in row.cells):
        cell.text = "cell"


def _fill_book(book) -> None:
    for row in (["Deal", "Year", "Amount"], ["Bristol", 2012, 1_000_000.5], ["Leeds", 2013, "=C2*2"]):
        book.active.append(row)
    book.active["C2"].number_format = "£#,##0.00"
    book.create_sheet("Second").append(["more", None, "text"])


def _fill_deck(deck) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "A deal"
    slide.placeholders[1].text = "Bristol keeps its rates.\nLeeds too."
    slide.notes_slide.notes_text_frame.text = "A note."


@cache
def sound(suffix: str) -> tuple[bytes, ...]:
    """Sound files of a format: one made here, and the three smallest of the demonstration corpus."""
    made = {
        "pdf": lambda: a_pdf([(72, 700, 20, "A deal"), (72, 650, 11, "Bristol keeps its rates.")], [(72, 9, 5, "2")]),
        "docx": lambda: a_docx(_fill_word),
        "pptx": lambda: a_pptx(_fill_deck),
        "xlsx": lambda: an_xlsx(_fill_book),
        "csv": lambda: "Deal;Year;Amount\nBristol;2012;£1,000\nLeeds;2013;£2,000\n".encode(),
        "tsv": lambda: b"Deal\tYear\tAmount\nBristol\t2012\t1000\nLeeds\t2013\t2000\n",
        "html": lambda: PAGE.encode(),
        "md": lambda: f"---\ntitle: A deal\n---\n{TEXT}<div hidden>Hidden</div>\n\n```\ncode\n```\n".encode(),
        "txt": lambda: TEXT.encode(),
        "eml": _mail,
    }[suffix]()
    files = sorted((ROOT / "docs_corpus").rglob(f"*.{suffix}"), key=lambda file: (file.stat().st_size, file.name))
    return (made, *(file.read_bytes() for file in files[:3]))


def outcomes(folder: Path, suffixes: tuple[str, ...], numbers: range) -> list[FileReading | CorpusError]:
    names = []
    for suffix in suffixes:
        for number in numbers:
            sources = sound(suffix)
            names.append(f"{number:04}.{suffix}")
            (folder / names[-1]).write_bytes(damaged(sources[number % len(sources)], suffix, number))
    with Readers(Settings(corpus=folder, ocr="off", read_seconds=20)) as readers:
        return [outcome for _, outcome in readers.read(names)]


def check(found: list[FileReading | CorpusError]) -> None:
    """Every outcome is a reading, whose soundness `Readers` has checked, or an error that is explained."""
    counted = Counter("read" if isinstance(outcome, FileReading) else outcome.reason for outcome in found)
    assert set(counted) <= EXPLAINED | {"read"}, counted
    for outcome in found:
        problems = outcome.problems if isinstance(outcome, FileReading) else (outcome,)
        assert all(problem.message and problem.hint for problem in problems)
    crashed = [str(outcome) for outcome in found if getattr(outcome, "reason", "") == "crashed"]
    assert crashed == []


def test_some_damaged_files_are_read_or_explained(tmp_path):
    check(outcomes(tmp_path, FORMATS, range(FEW)))


@pytest.mark.faults
@pytest.mark.timeout(900)
@pytest.mark.parametrize("suffix", FORMATS)
def test_many_damaged_files_are_read_or_explained(tmp_path, suffix):
    check(outcomes(tmp_path, (suffix,), range(MANY)))
