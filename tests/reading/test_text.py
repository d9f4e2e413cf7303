"""Plain text and Markdown: the text is the file, blocks are spans of it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_files import assert_blocks_are_sound, texts

from dealqa.reading.cleaning import clean
from dealqa.reading.markdown import parse_markdown
from dealqa.reading.plain import parse_plain

LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "# Deal",
                "## Skills ##", "- item", "  - nested", "1. first", "| a | b |", "|---|---|", "| 1 | 2 |",
                "> quote",
                "---", "===", "```", "<div>", "</div>", "<!-- hidden", "-->", "Date: 5 July 2012", "\tindented", "",
                "Bristol keeps 100% of growth.", "Summary", "2.1 Funding", "**Bold line**", "<p hidden>x</p>",
            ]
        ),
        st.text(alphabet=st.characters(codec="utf-8"), max_size=30),
    ),
    max_size=20,
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@pytest.mark.parametrize("parse", [parse_plain, parse_markdown])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES, end=ENDS)
def test_blocks_of_any_text_are_trimmed_in_order_and_do_not_overlap(parse, lines, end):
    text = clean(end.join(lines)).text
    parsed = parse(text)
    assert parsed.text == text
    previous = 0
    for block in parsed.blocks:
        body = text[block.start : block.end]
        assert body and body == body.strip() and block.start >= previous
        previous = block.end


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_cleaning_a_cleaned_text_changes_nothing(text):
    once = clean(text)
    again = clean(once.text)
    assert (again.text, again.removed, again.normalised) == (once.text, 0, False)


@pytest.mark.parametrize("name", ["deal.txt", "deal.md"])
def test_the_text_of_a_text_file_is_the_file_with_its_line_ends(read, name):
    content = "# Deal\r\n\r\nBristol keeps 100%.\rLeeds does not.\n"
    assert read(name, content).text == content


def test_invisible_characters_are_removed_and_counted(read):
    document = read("deal.txt", "\ufeffBristol ke\u200beps \u202eone\U000e0041 hundred per\u00ad cent.\n")
    assert document.text == "Bristol keeps one hundred per cent.\n"
    assert any("5 invisible characters" in warning for warning in document.warnings)


def test_an_untouched_file_has_no_warning(read):
    assert read("deal.txt", "Bristol keeps £1m – all of it.\n").warnings == ()


def test_a_windows_file_is_decoded_and_says_so(read):
    document = read("deal.txt", "Bristol keeps £1m – all of it.".encode("cp1252"))
    assert document.text == "Bristol keeps £1m – all of it."
    assert "Windows-1252" in document.warnings[0]


def test_utf_16_with_its_mark_is_decoded(read):
    assert texts(read("deal.txt", "Bristol keeps £1m.".encode("utf-16"))) == ["Bristol keeps £1m."]


def test_markdown_headings_make_the_path_of_what_follows(read):
    document = read("deal.md", "# Deal\n\n## Skills\n\nText one.\n\n## Transport\n\nText two.\n")
    paths = [block.heading_path for block in document.blocks if block.kind == "paragraph"]
    assert paths == [("Deal", "Skills"), ("Deal", "Transport")]


def test_a_markdown_heading_covers_its_words_only(read):
    document = read("deal.md", "# The *Bristol* deal ##\n\nSetext\n---\n\nx\n")
    assert texts(document, "heading") == ["The *Bristol* deal", "Setext"]
    assert document.title == "The Bristol deal"


def test_each_markdown_list_item_is_a_block(read):
    document = read("deal.md", "- one\n  more\n  - nested\n- two\n\n  second paragraph\n")
    assert texts(document, "list_item") == ["one\n  more", "nested", "two\n\n  second paragraph"]


def test_each_markdown_table_row_is_a_block_and_knows_its_header(read):
    document = read("deal.md", "| City | £m |\n|---|---|\n| Leeds | 4 |\n|  | 8 |\n")
    assert texts(document) == ["City | £m", "Leeds | 4", "| 8"]
    assert [block.table_header for block in document.blocks] == ["", "City | £m", "City | £m"]


def test_front_matter_is_metadata_and_no_text(read):
    document = read("deal.md", "---\ntitle: The deal\ndate: 2012-07-05\nstatus: Agreed\n---\nText.\n")
    assert (document.title, document.date, document.status) == ("The deal", "2012-07-05", "agreed")
    assert texts(document) == ["Text."]


def test_key_value_lines_at_the_top_are_metadata(read):
    document = read("deal.txt", "Title: The deal\nDate: 5 July 2012\nStatus: revised\n\nText of it.\n")
    assert (document.title, document.date, document.status) == ("The deal", "2012-07-05", "revised")
    assert texts(document) == ["Text of it."]


def test_a_rule_at_the_top_is_no_front_matter(read):
    assert "Prose begins here and goes on." in texts(read("deal.md", "---\nProse begins here and goes on.\n"))


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- the secret -->",
        '<div style="display:none">\n\nthe secret\n\n</div>',
        "<p hidden>the secret</p>",
        "<script>the secret</script>",
    ],
)
def test_hidden_html_in_markdown_is_in_no_block(read, hidden):
    document = read("deal.md", f"Before.\n\n{hidden}\n\nAfter.\n")
    assert texts(document) == ["Before.", "After."]


def test_a_comment_inside_a_paragraph_is_in_no_block(read):
    assert texts(read("deal.md", "Before <!-- the secret --> after.\n")) == ["Before", "after."]


def test_visible_html_in_markdown_is_read(read):
    document = read(
        "deal.md", '<div>\n    <h2 class="x">Skills</h2>\n\n<p>Leeds gains.</p>\n<ul><li>one</li></ul></div>\n'
    )
    assert [(b.kind, t) for b, t in zip(document.blocks, texts(document), strict=True)] == [
        ("heading", "Skills"),
        ("paragraph", "Leeds gains."),
        ("list_item", "one"),
    ]


def test_a_short_line_alone_is_a_heading_in_plain_text(read):
    document = read(
        "deal.txt",
        "A notice that is long enough to be nothing but a sentence of text.\n\nLocal growth and freedom\n\nText.\n",
    )
    assert texts(document, "heading") == ["Local growth and freedom"]
    assert document.title == "Local growth and freedom"


@pytest.mark.parametrize(
    "line",
    [
        "05 July 2012",
        "Authors: Ann Example",
        "Dr Ann Example",
        "Call 020 7946 0000 or write",
        "post@example.org or so",
        "London SW1A 2AA",
        "The cap is fifteen per cent.",
        "a lower-case line",
        "Figure 1: growth",
        "Wait, there is more:",
    ],
)
def test_a_line_that_is_no_heading_is_not_taken_for_one(read, line):
    document = read(
        "deal.txt", f"The first paragraph says something in a sentence.\n\n{line}\n\nMore text follows here.\n"
    )
    assert texts(document, "heading") == []


def test_the_last_line_of_a_text_heads_nothing(read):
    assert texts(read("deal.txt", "Some text stands here.\n\nShort last line\n"), "heading") == []


def test_numbered_headings_nest(read):
    document = read(
        "deal.txt", "The deal\n\n1. Skills\n\nText a.\n\n1.1 Funding\n\nText b.\n\n2. Transport\n\nText c.\n"
    )
    paths = [block.heading_path for block in document.blocks if block.kind == "paragraph"]
    assert paths == [
        ("The deal", "1. Skills"),
        ("The deal", "1. Skills", "1.1 Funding"),
        ("The deal", "2. Transport"),
    ]


def test_lists_in_plain_text_are_items(read):
    document = read(
        "deal.txt", "The deal has:\n- skills and\n  training\n- transport\n\n1. first thing\n2. second thing\n"
    )
    assert texts(document, "paragraph") == ["The deal has:"]
    assert texts(document, "list_item") == ["skills and\n  training", "transport", "1. first thing", "2. second thing"]


def test_underlined_lines_are_headings(read):
    document = read("deal.txt", "Some deal\n=========\nText one here.\n\nPart\n----\nText two here.\n")
    assert texts(document) == ["Some deal", "Text one here.", "Part", "Text two here."]
    assert [block.level for block in document.blocks] == [1, None, 2, None]


def test_a_paragraph_of_wrapped_lines_is_one_block(read):
    assert texts(read("deal.txt", "Bristol keeps\nits rates and\nspends them.\n")) == [
        "Bristol keeps\nits rates and\nspends them."
    ]


def test_a_file_name_is_the_title_of_last_resort(read):
    assert read("bristol_city-deal.txt", "Bristol keeps its rates, and it spends them.\n").title == "Bristol city deal"


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("5 July 2012", "2012-07-05"),
        ("05 July 2012", "2012-07-05"),
        ("July 2012", "2012-07"),
        ("2012-07-05", "2012-07-05"),
        ("Published on 5th July 2012", "2012-07-05"),
        ("July 5, 2012", "2012-07-05"),
        ("31 June 2012", "2012-06"),
        ("Page 2012", None),
        ("In the long run, all of what was said on 5 July 2012 will have been of no matter.", None),
    ],
)
def test_the_date_is_taken_from_a_short_line_near_the_top(read, line, date):
    assert read("deal.txt", f"The deal\n\n{line}\n\nText of the deal goes here.\n").date == date


def test_the_same_bytes_have_the_same_id_under_any_name(read):
    one, other = read("a.txt", "Bristol keeps its rates."), read("b.md", "Bristol keeps its rates.")
    assert one.id == other.id and len(one.id) == 17 and one.sha256.startswith(one.id[1:])


def test_every_format_of_text_gives_sound_blocks(read):
    assert_blocks_are_sound(read("deal.md", "# A\n\n- b\n\n| c | d |\n|---|---|\n| 1 | 2 |\n\n> e\n\n```\nf\n```\n"))
