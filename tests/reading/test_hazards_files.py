"""Hazard files through `Readers`: each gives the promised reason, and the parent does not grow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import hazard_files as hazards
import pytest
from reading_files import a_docx, a_pdf, a_scan

from dealqa.config import Settings
from dealqa.errors import CorpusError, UnreadableDocument
from dealqa.reading import FileReading, Readers

MIB = 1024 * 1024


def owner_only() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption

    return a_pdf([(72, 700, 11, "Bristol keeps its rates.")], encrypt=StandardEncryption("", ownerPassword="o"))


FILES = {
    "repeated.docx": (lambda: hazards.repeated_paragraphs(60), {"too_large"}),
    "repeated-200.docx": (lambda: hazards.repeated_paragraphs(200), {"too_large"}),
    "laughs.docx": (hazards.laughs, {"hidden_markup"}),
    "outside.docx": (lambda: hazards.outside_entity("docx"), {"hidden_markup"}),
    "outside.xlsx": (lambda: hazards.outside_entity("xlsx"), {"hidden_markup"}),
    "outside.pptx": (lambda: hazards.outside_entity("pptx"), {"hidden_markup"}),
    "utf-16.docx": (lambda: hazards.declared_in("utf-16"), {"hidden_markup"}),
    "utf-7.docx": (lambda: hazards.declared_in("utf-7"), {"corrupt"}),
    "ebcdic.docx": (lambda: hazards.declared_in("cp037"), {"corrupt"}),
    "another-name.docx": (hazards.under_another_name, {"hidden_markup"}),
    "slip.docx": (lambda: hazards.with_names("../outside.xml"), {"corrupt"}),
    "slip-windows.docx": (lambda: hazards.with_names("..\\outside.xml"), {"corrupt"}),
    "absolute.docx": (lambda: hazards.with_names("/etc/passwd"), {"corrupt"}),
    "twice.docx": (lambda: hazards.with_names("word/a.xml", "WORD/A.xml"), {"corrupt"}),
    "overlapping.docx": (hazards.overlapping, {"corrupt", "too_large"}),
    "few-overlapping.docx": (lambda: hazards.overlapping(2), {"corrupt", "too_large"}),
    "encrypted-parts.docx": (hazards.said_to_be_encrypted, {"encrypted"}),
    "flate.pdf": (hazards.nested_flate, {"out_of_memory"}),
    "loop.pdf": (hazards.page_tree_loop, {"corrupt", "no_text"}),
    "deep.pdf": (hazards.deep_array, {"corrupt", "no_text"}),
    "truncated.pdf": (hazards.truncated_pdf, {"corrupt", "no_text"}),
    "pages.pdf": (hazards.many_pages, {"too_large"}),
    "empty.pdf": (lambda: b"", {"empty"}),
    "no.pdf": (lambda: b"This is no PDF.", {"corrupt"}),
    "password.pdf": (lambda: a_pdf([(72, 700, 11, "Secret.")], encrypt="key"), {"encrypted"}),
    "scan.pdf": (a_scan, {"no_text"}),
    "owner.pdf": (owner_only, {"read"}),
    "sound.docx": (lambda: a_docx(lambda word: word.add_paragraph("Text.")), {"read"}),
}

MEASURED = """
import json, resource, sys
from pathlib import Path
from dealqa.config import Settings
from dealqa.reading import Readers

settings = Settings(corpus=Path(sys.argv[1]), ocr="off", read_seconds=20)
with Readers(settings) as readers:
    list(readers.read(["sound.docx"]))  # what is loaded once counts for no file
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = {}
    for path, outcome in readers.read(sorted(file.name for file in Path(sys.argv[1]).iterdir())):
        said = getattr(outcome, "hint", "x") and str(outcome) if isinstance(outcome, Exception) else "read"
        outcomes[path] = [getattr(outcome, "reason", "read"), said]
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"outcomes": outcomes, "grown_kib": after - before}))
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> dict:
    """All hazard files read by a program of its own: what became of each, and how much the program grew."""
    folder = tmp_path_factory.mktemp("hazards")
    for name, (build, _) in FILES.items():
        data = build()
        assert len(data) <= MIB
        (folder / name).write_bytes(data)
    with (folder / "sparse.txt").open("wb") as file:
        file.truncate(51 * MIB)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", MEASURED, str(folder)], capture_output=True, text=True, timeout=110
    )
    assert run.stderr == ""
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", FILES)
def test_a_hazard_file_gives_the_promised_reason(measured, name):
    assert measured["outcomes"][name][0] in FILES[name][1]


def test_a_file_larger_than_allowed_is_refused_without_reading_it(measured):
    reason, said = measured["outcomes"]["sparse.txt"]
    assert reason == "too_large" and "max_file_mib" in said


def test_too_many_pages_are_refused_with_the_name_of_the_setting_or_what_to_do(measured):
    assert "5,000" in measured["outcomes"]["pages.pdf"][1].replace("5000", "5,000")


def test_the_parent_does_not_grow_with_what_it_reads(measured):
    assert measured["grown_kib"] < 100 * 1024


@pytest.fixture
def read_one(tmp_path: Path):
    def read(name: str, data: bytes, **limits: int) -> FileReading | CorpusError:
        (tmp_path / name).write_bytes(data)
        with Readers(Settings(corpus=tmp_path, ocr="off", read_workers=1, **limits)) as readers:
            ((_, outcome),) = readers.read([name])
        return outcome

    return read


def test_millions_of_operators_end_at_a_limit(read_one):
    outcome = read_one("a.pdf", hazards.many_operators(), read_seconds=4, read_memory_mib=512)
    assert isinstance(outcome, UnreadableDocument)
    assert outcome.reason in ("timeout", "out_of_memory")


def test_text_beyond_the_limit_of_characters_is_refused_and_the_setting_named(read_one):
    outcome = read_one("a.docx", hazards.steady_repetition())
    assert isinstance(outcome, UnreadableDocument)
    assert outcome.reason == "too_large"
    assert "max_characters" in outcome.hint


def test_structure_beyond_the_limit_of_memory_is_refused_and_the_setting_named(read_one):
    outcome = read_one("a.docx", hazards.many_paragraphs(), read_memory_mib=256)
    assert isinstance(outcome, UnreadableDocument)
    assert outcome.reason == "out_of_memory"
    assert "read_memory_mib" in outcome.hint
