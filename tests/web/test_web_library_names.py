"""Names of files that are sent: what is made of hostile ones, and which are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealqa.errors import UnreadableDocument
from dealqa.reading import SUFFIXES
from dealqa.web.library.names import NAME_BYTES, clean_name, format_of

CLEANED = [
    ("deal.pdf", "deal.pdf"),
    ("../../etc/deal.pdf", "deal.pdf"),
    ("..\\..\\windows\\deal.pdf", "deal.pdf"),
    ("/etc/cron.d/deal.md", "deal.md"),
    ("C:\\papers\\deal.docx", "deal.docx"),
    ("\\\\server\\share\\deal.docx", "deal.docx"),
    ("a/../b/deal.txt", "deal.txt"),
    (".hidden.pdf", "hidden.pdf"),
    ("...deal.pdf", "deal.pdf"),
    ("~$deal.docx", "$deal.docx"),
    ("deal.pdf. .", "deal.pdf"),
    ("deal.pdf   ", "deal.pdf"),
    ("  deal.pdf", "deal.pdf"),
    ("deal .pdf", "deal.pdf"),
    ("a\x00b.pdf", "ab.pdf"),
    ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
    ("a\x1b]52;c;b.pdf", "a]52;c;b.pdf"),
    ("deal\u202efdp.txt", "dealfdp.txt"),
    ("de\u200bal.pdf", "deal.pdf"),
    ("deal.pdf:evil.txt", "deal.pdf_evil.txt"),
    ("deal<script>.html", "deal_script_.html"),
    ('a"b|c?d*.csv', "a_b_c_d_.csv"),
    ("CON.pdf", "_CON.pdf"),
    ("nul.tar.pdf", "_nul.tar.pdf"),
    ("com1.docx", "_com1.docx"),
    ("LPT¹.txt", "_LPT¹.txt"),
    ("cafe\u0301.pdf", "café.pdf"),
    ("DEAL.PDF", "DEAL.PDF"),
    ("-rf.txt", "-rf.txt"),
    ("%2e%2e%2fdeal.pdf", "%2e%2e%2fdeal.pdf"),
    ("Übersicht – 2012.xlsx", "Übersicht – 2012.xlsx"),
    ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
    ("é" * 300 + ".pdf", "é" * 73 + ".pdf"),
]

REFUSED = [
    "",
    ".",
    "..",
    "/",
    "...",
    "\x00",
    ".pdf",
    "deal",
    "deal.",
    "deal.exe",
    "deal.pdf.exe",
    "deal.docm",
    "deal.zip",
    ".dealqaignore",
    "deals.toml",
    "../deals.toml",
    "a.pdf/",
    "a.pdf/..",
    "dealqa.sqlite",
    "\u202e.pdf",
]


@pytest.mark.parametrize(("sent", "kept"), CLEANED)
def test_a_name_is_made_one_that_every_system_can_keep(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


@pytest.mark.parametrize("sent", REFUSED)
def test_what_is_no_name_of_a_document_is_refused(sent: str) -> None:
    with pytest.raises(UnreadableDocument):
        clean_name(sent)


@given(st.text(max_size=400), st.sampled_from(sorted(SUFFIXES)))
def test_whatever_is_sent_the_name_that_is_kept_is_one_name(sent: str, suffix: str) -> None:
    try:
        name = clean_name(sent + suffix)
    except UnreadableDocument:
        return
    assert not set(name) & set('/\\\0<>:"|?*')
    assert not name.startswith((".", "~"))
    assert len(name.encode("utf-8")) <= NAME_BYTES
    assert clean_name(name) == name


def test_each_format_that_is_read_has_a_name() -> None:
    assert "Other" not in {format_of(f"paper{suffix}") for suffix in SUFFIXES}
