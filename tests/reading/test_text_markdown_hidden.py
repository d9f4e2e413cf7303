"""Markdown: what HTML in it hides is in no block and no heading, and is counted."""

from __future__ import annotations

import pytest
from reading_files import assert_blocks_are_sound, texts


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ("Before.\n\n<!-- secret -->\n\nAfter.\n", ["Before.", "After."]),
        ("Before. <!-- secret --> After.\n", ["Before.", "After."]),
        ("Before. <span hidden>secret</span> After.\n", ["Before.", "After."]),
        ("Before. <b style='display:none'>se<b>cr</b>et</b> After.\n", ["Before.", "After."]),
        ("- Before. <!-- secret --> After.\n", ["Before.", "After."]),
        ("- Before.\n\n  <!-- secret -->\n\n  After.\n", ["Before.", "After."]),
        ("| Before. <i hidden>secret</i> | After. |\n|---|---|\n", ["Before.", "| After."]),
        ("<div hidden>\n\nsecret\n\n</div>\n\nAfter.\n", ["After."]),
        ("<p style='color:white'>secret</p>\n\nAfter.\n", ["After."]),
    ],
)
def test_what_html_hides_is_in_no_block_and_counted(read, content, seen):
    document = read("deal.md", content)
    assert texts(document) == seen
    assert sum(hidden.characters for hidden in document.coverage.hidden) == 6
    assert_blocks_are_sound(document)


def test_what_is_hidden_in_a_heading_is_not_in_the_path(read):
    document = read("deal.md", "# The deal <span hidden>secret</span>\n\nText.\n")
    assert document.blocks[-1].heading_path == ("The deal",)


def test_a_comment_shown_as_code_is_text(read):
    assert "shown" in texts(read("deal.md", "```\n<!-- shown -->\n```\n"))[0]


@pytest.mark.parametrize("content", ["<p>Cap is <del>10%</del> 15%.</p>\n", "Cap is <del>10%</del> 15%.\n"])
def test_deleted_text_is_left_out_and_counted(read, content):
    document = read("deal.md", content)
    assert texts(document) == ["Cap is", "15%."]
    assert document.coverage.deletions == 1


def test_tables_are_counted(read):
    assert read("deal.md", "| a | b |\n|---|---|\n| 1 | 2 |\n").coverage.tables == 1
    assert read("deal.txt", "City\tAmount\nLeeds\t4\n").coverage.tables == 1


@pytest.mark.parametrize(
    "content",
    [
        "<" * 30_000,
        "<!--" * 20_000,
        "<b hidden>" * 10_000,
        "a <span>" * 10_000,
        "> " * 3_000,
        "- " * 3_000,
        "[" * 20_000,
    ],
    ids=lambda content: content[:10],
)
@pytest.mark.timeout(60)
def test_a_text_made_to_be_slow_is_read_in_time(read, content):
    assert "The text." in read("deal.md", f"The text.\n\n{content}\n").text
