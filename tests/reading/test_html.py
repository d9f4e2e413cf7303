"""HTML: the main content's visible text in reading order."""

from __future__ import annotations

import pytest
from reading_files import assert_blocks_are_sound, texts

PAGE = """<!DOCTYPE html><html><head><title>Bristol City Deal - GOV.UK</title>
<meta name="dcterms.issued" content="2012-07-05T10:00:00"></head><body>
<header><p>Cookies on this site</p></header>
<nav><a>Home</a></nav>{body}<footer>Crown copyright</footer></body></html>"""


def test_only_the_main_content_is_read(read):
    document = read(
        "deal.html", PAGE.format(body="<main><h1>Bristol City Deal</h1><p>Bristol keeps 100%.</p></main><p>x</p>")
    )
    assert texts(document) == ["Bristol City Deal", "Bristol keeps 100%."]


def test_title_and_date_come_from_the_head(read):
    document = read("deal.html", PAGE.format(body="<p>Bristol keeps 100%.</p>"))
    assert (document.title, document.date) == ("Bristol City Deal", "2012-07-05")


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>secret</script>",
        "<style>secret</style>",
        "<template><p>secret</p></template>",
        "<p hidden>secret</p>",
        '<p style="color:red; DISPLAY : none">secret</p>',
        '<p style="visibility:hidden">secret</p>',
        '<p style="font-size:0px">secret</p>',
        "<!-- secret -->",
        "<form><p>secret</p></form>",
        "<aside>secret</aside>",
        '<div role="navigation">secret</div>',
        "<svg><text>secret</text></svg>",
        "<p><del>secret</del></p>",
    ],
)
def test_what_a_reader_does_not_see_is_not_read(read, hidden):
    assert texts(read("deal.html", f"<body><p>Before.</p>{hidden}<p>After.</p></body>")) == ["Before.", "After."]


def test_hidden_text_is_reported(read):
    document = read("deal.html", "<p>Seen.</p><p hidden>secret</p>")
    assert document.warnings == ("Hidden text was left out: 6 characters marked as hidden.",)


def test_inline_elements_do_not_split_words(read):
    assert texts(read("deal.html", "<p>Bris<b>tol</b> <i>keeps</i>\n 100<span>%</span>.</p>")) == [
        "Bristol keeps 100%."
    ]


def test_the_mark_of_a_footnote_does_not_run_into_the_word(read):
    assert texts(read("deal.html", '<p>It grew.<sup><a href="#fn4">4</a></sup> More.</p>')) == ["It grew. More."]


def test_each_list_item_is_a_block_also_when_nested(read):
    document = read("deal.html", "<ul><li>one<ul><li>two</li></ul></li><li>three</li></ul><p>end</p>")
    assert document.text == "one\ntwo\nthree\n\nend"
    assert [block.kind for block in document.blocks] == ["list_item"] * 3 + ["paragraph"]


def test_a_term_stands_with_its_definition(read):
    assert texts(read("deal.html", "<dl><dt>Lead</dt><dd>the council</dd></dl>")) == ["Lead: the council"]


def test_table_rows_keep_their_columns_and_know_their_header(read):
    document = read(
        "deal.html",
        "<table><tr><th>City</th><th colspan=2>Money</th></tr><tr><td rowspan=2>Leeds</td><td>1</td><td>2</td></tr>"
        "<tr><td>3</td><td>4</td></tr></table>",
    )
    assert texts(document) == ["City | Money |", "Leeds | 1 | 2", "Leeds | 3 | 4"]
    assert document.blocks[2].table_header == "City | Money |"


def test_headings_make_the_path(read):
    document = read("deal.html", "<h1>Deal</h1><h2>Skills</h2><p>x y</p><h2>Transport</h2><p>z</p>")
    assert [b.heading_path for b in document.blocks if b.kind == "paragraph"] == [
        ("Deal", "Skills"),
        ("Deal", "Transport"),
    ]


def test_the_page_says_in_which_encoding_it_is(read):
    page = '<meta charset="iso-8859-2"><p>Kraków and Łódź</p>'.encode("iso-8859-2")
    assert texts(read("deal.html", page)) == ["Kraków and Łódź"]


def test_an_entity_of_a_document_type_is_not_resolved(read):
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><p>Before &x; after.</p>'
    assert "Before" in read("deal.html", page).text and "&x;" in read("deal.html", page).text


def test_deep_nesting_is_read(read):
    document = read("deal.html", "<p>start</p>" + "<div>" * 2_000 + "deep" + "</div>" * 2_000 + "<p>end</p>")
    assert texts(document) == ["start", "deep", "end"]


def test_nesting_beyond_all_bounds_is_a_gap(read):
    document = read("deal.html", "<p>start</p>" + "<div>" * 20_000 + "deep" + "</div>" * 20_000 + "<p>end</p>")
    assert texts(document) == ["start"]
    assert document.coverage.gaps == ("The page is nested too deep: what stands after that place was not read.",)


def test_blocks_are_sound(read):
    assert_blocks_are_sound(
        read("deal.html", PAGE.format(body="<p>a<br>b<br><br>c</p><blockquote>d</blockquote><pre> e\n f</pre>"))
    )


def test_control_characters_in_a_page_are_no_crash(read):
    assert texts(
        read("deal.html", "<p a\x01b='c' \x02=x>Bristol keeps its rates.</p>" + "<p>and more of them</p>" * 9)
    )[0] == ("Bristol keeps its rates.")
