"""Any bytes and any names: read or explained, and no error but dealqa's own comes out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_files import assert_blocks_are_sound

from dealqa.config import Settings
from dealqa.errors import UnreadableDocument
from dealqa.reading import FileReading, Readers, walk_corpus
from dealqa.reading.read import read_content

TEXTS = (".txt", ".md", ".csv", ".tsv", ".html", ".eml")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "shift_jis", "utf-7")

ODD = (
    *(b"\r", b"\n", b"\r\n", b"\0", b"\x85", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xff\xfe", "\u2028".encode()),
    *(b"a", b"| ", b"- ", b"# ", b"<p>", b'"', b","),
)
written = st.builds(
    lambda text, encoding: text.encode(encoding, "replace"), st.text(max_size=200), st.sampled_from(ENCODINGS)
)
anything = st.one_of(st.binary(max_size=300), written, st.lists(st.sampled_from(ODD), max_size=60).map(b"".join))


@pytest.mark.parametrize("suffix", TEXTS)
@given(data=anything)
def test_any_bytes_are_a_sound_document_or_explained(suffix, data):
    try:
        reading = read_content(data, f"a{suffix}")
    except UnreadableDocument as err:
        assert err.message and err.hint
        return
    for document in reading.documents:
        assert_blocks_are_sound(document)
        assert document.text.encode("utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_the_usual_encodings_are_read_and_the_unusual_ones_named(encoding):
    (document,) = read_content("Crédit agreed – £5m.".encode(encoding), "a.txt").documents
    assert document.text == "Crédit agreed – £5m."
    assert bool(document.warnings) == (encoding != "utf-8")


def test_japanese_in_shift_jis_is_decoded_or_refused_and_never_an_error():
    try:
        (document,) = read_content("東京都の契約。".encode("shift_jis"), "a.txt").documents
    except UnreadableDocument as err:
        assert err.reason == "undecodable"
    else:
        assert document.warnings


NAMES = ("with\nnewline.txt", "with\x1b[31mcolour.txt", "x" * 240 + ".txt", "ünïcode 😀.txt", " .txt", "a'b\"c;d.txt")


def test_strange_names_are_read_or_reported(tmp_path):
    for name in NAMES:
        (tmp_path / name).write_text("Bristol keeps its rates.", encoding="utf-8")
    deep = tmp_path.joinpath(*["folder-with-a-long-name-" + "y" * 100] * 3)
    deep.mkdir(parents=True)
    (deep / "deep.txt").write_text("Bristol keeps its rates.", encoding="utf-8")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("Text.", encoding="utf-8")

    walk = walk_corpus(tmp_path, max_bytes=1000)
    assert len(walk.files) == len(NAMES) + 1
    assert [problem.reason for problem in walk.problems if isinstance(problem, UnreadableDocument)] == ["undecodable"]
    with Readers(Settings(corpus=tmp_path, ocr="off", read_workers=1)) as readers:
        read = list(readers.read(walk.files))
    assert all(isinstance(outcome, FileReading) and outcome.documents[0].path == path for path, outcome in read)


def test_a_name_that_is_no_utf_8_is_reported_when_it_is_asked_for(tmp_path):
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_text("Text.", encoding="utf-8")
    with Readers(Settings(corpus=tmp_path, ocr="off", read_workers=1)) as readers:
        ((_, outcome),) = readers.read([name])
    assert isinstance(outcome, UnreadableDocument)
    assert outcome.reason == "undecodable"
    assert str(outcome).encode("utf-8")


@pytest.mark.parametrize("path", ["/proc/self/environ", "/dev/zero", "../../etc/passwd", "a/../../b.txt"])
def test_paths_that_lead_out_are_values_too(tmp_path, path):
    with Readers(Settings(corpus=tmp_path, ocr="off", read_workers=1)) as readers:
        ((_, outcome),) = readers.read([path])
    assert type(outcome).__name__ == "UnsafePath"
