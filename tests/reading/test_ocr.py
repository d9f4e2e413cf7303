"""Text recognition: tesseract as a process of its own, bounded, with its words in points."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reading_files import a_pdf

from dealqa.config import Settings
from dealqa.errors import ConfigError, CorpusError
from dealqa.reading.ocr import PageImage, Tesseract, find_recogniser
from dealqa.reading.pdf import render_page

IMAGE = PageImage(3, 600, 800, 144.0, b"P5 600 800 255\n" + b"\xff" * 480_000)
HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


def a_program(folder: Path, script: str) -> Tesseract:
    """A recogniser whose program is a shell script."""
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o700)
    return Tesseract(str(program), "eng", "1", seconds=30)


def printing(folder: Path, *rows: str) -> Tesseract:
    (folder / "table").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return a_program(folder, f"cat >/dev/null; cat '{folder}/table'")


def test_places_are_points_from_the_lower_left(tmp_path):
    recogniser = printing(
        tmp_path, "4\t1\t2\t1\t3\t0\t0\t0\t600\t20\t-1\t", "5\t1\t2\t1\t3\t1\t100\t200\t50\t20\t96.5\tdeal"
    )
    (word,) = recogniser.words(IMAGE)
    assert (word.text, word.line) == ("deal", (2, 1, 3))
    assert (word.left, word.right, word.bottom, word.top) == (50, 75, 290, 300)
    assert word.confidence == pytest.approx(0.965)


def test_a_quotation_mark_is_a_word_like_others(tmp_path):
    recogniser = printing(
        tmp_path, '5\t1\t1\t1\t1\t1\t10\t10\t50\t20\t90\t"deal', "5\t1\t1\t1\t1\t2\t70\t10\t50\t20\t90\tit"
    )
    assert [word.text for word in recogniser.words(IMAGE)] == ['"deal', "it"]


def test_dirt_is_no_word(tmp_path):
    recogniser = printing(tmp_path, "5\t1\t1\t1\t1\t1\t10\t10\t5\t5\t20\t~", "5\t1\t1\t1\t1\t2\t70\t10\t50\t20\t95\t|")
    assert [word.text for word in recogniser.words(IMAGE)] == ["|"]


def test_an_empty_picture_has_no_words(tmp_path):
    assert printing(tmp_path).words(IMAGE) == ()


def test_the_picture_goes_in_through_standard_input(tmp_path):
    recogniser = a_program(tmp_path, f"cat > '{tmp_path}/seen'")
    recogniser.words(IMAGE)
    assert (tmp_path / "seen").read_bytes() == IMAGE.pgm


def test_it_runs_with_one_thread_and_without_our_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("DEALQA_ANYTHING", "x")
    a_program(tmp_path, f"cat >/dev/null; env > '{tmp_path}/seen'").words(IMAGE)
    seen = (tmp_path / "seen").read_text()
    assert "OMP_THREAD_LIMIT=1\n" in seen
    assert "DEALQA_ANYTHING" not in seen


def test_a_program_that_fails_is_named_with_the_page(tmp_path):
    with pytest.raises(CorpusError, match=r"page 3 \(it ended with status 7\)"):
        a_program(tmp_path, "cat >/dev/null; exit 7").words(IMAGE)


def test_a_program_that_does_not_end_is_ended(tmp_path):
    slow = Tesseract(a_program(tmp_path, "exec sleep 100").program, "eng", "1", seconds=0.2)
    with pytest.raises(CorpusError, match=r"page 3 took longer than 0\.2 seconds"):
        slow.words(IMAGE)


def test_a_program_that_has_gone_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match="could not be started"):
        Tesseract(str(tmp_path / "gone"), "eng", "1").words(IMAGE)


def test_recognition_can_be_switched_off():
    assert find_recogniser(Settings(ocr="off")) is None


def test_without_tesseract_there_is_no_recogniser(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_recogniser(Settings()) is None


def test_a_language_that_is_missing_is_named_with_the_setting(monkeypatch, tmp_path):
    a_program(tmp_path, 'echo "List of available languages (2):"; echo eng; echo osd')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(ConfigError, match="language called 'cym', which the setting 'ocr_languages' names"):
        find_recogniser(Settings(ocr_languages="eng+cym"))


def test_a_tesseract_that_does_not_run_is_an_error(monkeypatch, tmp_path):
    a_program(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(ConfigError, match="does not run"):
        find_recogniser(Settings())


@needs_tesseract
def test_the_version_names_the_program_and_its_languages():
    recogniser = find_recogniser(Settings())
    assert recogniser is not None
    assert recogniser.name == "tesseract"
    assert recogniser.version.endswith(" eng")


@needs_tesseract
def test_a_drawn_page_is_read_word_for_word():
    recogniser = find_recogniser(Settings())
    assert recogniser is not None
    words = recogniser.words(render_page(a_pdf([(72, 700, 14, "The deal is worth £1.2bn in 25 years.")]), 1))
    assert " ".join(word.text for word in words) == "The deal is worth £1.2bn in 25 years."
    assert words[0].left == pytest.approx(72, abs=2)
    assert words[0].bottom == pytest.approx(700, abs=2)
    assert all(0.5 < word.confidence <= 1 for word in words)
