"""The walk over a folder, and opening a file in it safely."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from reading_files import MAX_BYTES, a_docx, a_pdf, a_pptx, a_scan, an_xlsx

from dealqa.errors import CorpusError, UnreadableDocument, UnsafePath
from dealqa.reading import read_document, walk_corpus


def put(root: Path, path: str, content: bytes = b"Some text.") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def reasons(root: Path) -> dict[str, str]:
    return {
        p.path: p.reason for p in walk_corpus(root, max_bytes=MAX_BYTES).problems if isinstance(p, UnreadableDocument)
    }


def test_documents_are_found_at_any_depth_and_sorted(tmp_path):
    for path in ("z.txt", "a/b/c.PDF", "a.md", "a/x.docx", "b.htm"):
        put(tmp_path, path)
    walk = walk_corpus(tmp_path, max_bytes=MAX_BYTES)
    assert walk.files == ("a.md", "a/b/c.PDF", "a/x.docx", "b.htm", "z.txt")
    assert walk.problems == ()


def test_hidden_files_lock_files_and_code_are_passed_over_without_a_word(tmp_path):
    for path in (".hidden.txt", ".git/x.txt", "~$deal.docx", "build.py", "deals.toml", "__pycache__/x.txt"):
        put(tmp_path, path)
    walk = walk_corpus(tmp_path, max_bytes=MAX_BYTES)
    assert (walk.files, walk.problems) == ((), ())


def test_a_file_of_another_kind_is_a_problem(tmp_path):
    put(tmp_path, "old.doc")
    assert reasons(tmp_path) == {"old.doc": "unsupported"}


def test_a_file_that_is_too_large_names_the_setting(tmp_path):
    put(tmp_path, "big.txt", b"x" * 100)
    (problem,) = walk_corpus(tmp_path, max_bytes=99).problems
    assert "max_file_mib" in str(problem)


def test_the_ignore_file_is_honoured(tmp_path):
    put(tmp_path, ".dealqaignore", b"drafts/\n*.htm\n!keep.htm\n")
    for path in ("drafts/a.txt", "b.htm", "keep.htm", "c.txt"):
        put(tmp_path, path)
    assert walk_corpus(tmp_path, max_bytes=MAX_BYTES).files == ("c.txt", "keep.htm")


def test_an_ignore_file_that_makes_no_sense_is_a_clear_error(tmp_path):
    put(tmp_path, ".dealqaignore", b"!\n")
    with pytest.raises(CorpusError, match=r"\.dealqaignore"):
        walk_corpus(tmp_path, max_bytes=MAX_BYTES)


def test_a_link_out_of_the_folder_is_unsafe(tmp_path):
    put(tmp_path, "outside.txt")
    put(tmp_path, "corpus/a.txt")
    (tmp_path / "corpus/link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "corpus/folder").symlink_to(tmp_path)
    walk = walk_corpus(tmp_path / "corpus", max_bytes=MAX_BYTES)
    assert walk.files == ("a.txt",)
    assert [type(problem) for problem in walk.problems] == [UnsafePath, UnsafePath]


def test_a_link_inside_the_folder_is_passed_over(tmp_path):
    put(tmp_path, "a.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    walk = walk_corpus(tmp_path, max_bytes=MAX_BYTES)
    assert (walk.files, walk.problems) == (("a.txt",), ())


def test_a_named_pipe_is_unsafe_and_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (problem,) = walk_corpus(tmp_path, max_bytes=MAX_BYTES).problems
    assert isinstance(problem, UnsafePath)
    with pytest.raises(UnsafePath):
        read_document(tmp_path, "pipe.txt", max_bytes=MAX_BYTES)


def test_a_device_is_unsafe(tmp_path):
    try:
        os.mknod(tmp_path / "zero.txt", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except (OSError, AttributeError):
        pytest.skip("only root may make a device")
    (problem,) = walk_corpus(tmp_path, max_bytes=MAX_BYTES).problems
    assert isinstance(problem, UnsafePath)
    with pytest.raises(UnsafePath):
        read_document(tmp_path, "zero.txt", max_bytes=MAX_BYTES)


def test_a_name_that_is_not_utf_8_is_a_problem_that_can_be_shown(tmp_path):
    put(tmp_path, os.fsdecode(b"caf\xe9.txt"))
    (problem,) = walk_corpus(tmp_path, max_bytes=MAX_BYTES).problems
    assert str(problem).encode("utf-8")


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_a_corpus_that_is_no_folder_is_a_clear_error(tmp_path, name):
    put(tmp_path, "file.txt")
    with pytest.raises(CorpusError, match=name):
        walk_corpus(tmp_path / name, max_bytes=MAX_BYTES)


@pytest.mark.parametrize(
    "path", ["../outside.txt", "/etc/hostname", "a/../../outside.txt", "", "a\0b.txt", "link.txt", "link/a.txt"]
)
def test_no_path_leads_out_of_the_folder(tmp_path, path):
    put(tmp_path, "outside.txt")
    put(tmp_path, "elsewhere/a.txt")
    put(tmp_path, "corpus/a/b.txt")
    (tmp_path / "corpus/link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "corpus/link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafePath):
        read_document(tmp_path / "corpus", path, max_bytes=MAX_BYTES)


def test_a_file_that_vanished_is_a_clear_error(tmp_path):
    with pytest.raises(UnreadableDocument) as caught:
        read_document(tmp_path, "gone.txt", max_bytes=MAX_BYTES)
    assert caught.value.reason == "vanished"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_clear_error(tmp_path):
    put(tmp_path, "a.txt").chmod(0)
    with pytest.raises(UnreadableDocument) as caught:
        read_document(tmp_path, "a.txt", max_bytes=MAX_BYTES)
    assert caught.value.reason == "forbidden"


PDF = a_pdf([(72, 700, 11, "Bristol keeps its rates.")])
DOCX = a_docx(lambda word: word.add_paragraph("Bristol keeps its rates."))
XLSX = an_xlsx(lambda book: book.active.append(["Bristol", "rates"]))
PPTX = a_pptx(lambda deck: deck.slides.add_slide(deck.slide_layouts[5]))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\r\n", "empty"),
        ("a.md", b"<!-- only a comment -->", "empty"),
        ("a.pdf", b"", "empty"),
        ("a.txt", b"text\0text", "undecodable"),
        ("a.txt", bytes(range(1, 32)) * 9, "undecodable"),
        ("a.txt", b"\xff\xfe\x00\xd8\x41\x00", "undecodable"),
        ("a.txt", PDF, "undecodable"),
        ("a.md", DOCX, "undecodable"),
        ("a.html", PDF, "undecodable"),
        ("a.pdf", b"Only text.", "corrupt"),
        ("a.docx", b"Only text.", "corrupt"),
        ("a.pdf", DOCX, "corrupt"),
        ("a.docx", PDF, "corrupt"),
        ("a.xlsx", DOCX, "corrupt"),
        ("a.pptx", XLSX, "corrupt"),
        ("a.docx", PPTX, "corrupt"),
        ("a.xlsx", b"Only text.", "corrupt"),
        ("a.xlsx", XLSX[:2000], "corrupt"),
        ("a.pptx", PPTX[:2000], "corrupt"),
        ("a.csv", XLSX, "undecodable"),
        ("a.csv", b",,\n,,\n", "empty"),
        ("a.tsv", b"a\0b", "undecodable"),
        ("a.xlsx", an_xlsx(lambda book: None), "empty"),
        ("a.pptx", PPTX, "empty"),
        ("a.pptx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.pdf", PDF[:200], "corrupt"),
        ("a.docx", DOCX[:2000], "corrupt"),
        ("a.pdf", a_pdf([(72, 700, 11, "Secret.")], encrypt="key"), "encrypted"),
        ("a.pdf", a_scan(), "no_text"),
        ("a.doc", b"x", "unsupported"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_in_one_sentence_and_what_to_do(tmp_path, name, content, reason):
    put(tmp_path, name, content)
    with pytest.raises(UnreadableDocument) as caught:
        read_document(tmp_path, name, max_bytes=MAX_BYTES)
    assert caught.value.reason == reason
    assert name in caught.value.message and caught.value.hint


def test_an_encrypted_pdf_is_called_password_protected(tmp_path):
    put(tmp_path, "a.pdf", a_pdf([(72, 700, 11, "Secret.")], encrypt="key"))
    with pytest.raises(UnreadableDocument, match="password protected"):
        read_document(tmp_path, "a.pdf", max_bytes=MAX_BYTES)
