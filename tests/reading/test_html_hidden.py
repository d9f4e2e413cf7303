"""HTML: text that nobody sees is left out and counted by its kind; text that is seen stays."""

from __future__ import annotations

import pytest
from reading_files import texts

from dealqa.types import HiddenText


def hidden(document) -> list[tuple[str, int]]:
    return [(found.kind, found.characters) for found in document.coverage.hidden]


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<p hidden>secret</p>", "marked_hidden"),
        ("<template><p>secret</p></template>", "marked_hidden"),
        ('<p style="display: none !important; display: block">secret</p>', "marked_hidden"),
        ('<p style="mso-hide:all">secret</p>', "marked_hidden"),
        ('<p style="visibility:hidden"><b>secret</b></p>', "marked_hidden"),
        ('<p style="position:absolute;clip:rect(0, 0, 0, 0)">secret</p>', "marked_hidden"),
        ('<p style="clip-path: inset(50%)">secret</p>', "marked_hidden"),
        ('<div style="max-height:0;overflow:hidden">secret</div>', "marked_hidden"),
        ('<p style="opacity:.0">secret</p>', "invisible"),
        ('<p style="color:transparent">secret</p>', "invisible"),
        ('<p style="color:rgba(0,0,0,0)">secret</p>', "invisible"),
        ('<p style="transform:scale(0)">secret</p>', "invisible"),
        ('<p style="font-size:0">secret</p>', "tiny"),
        ('<p style="font-size:1px"><b style="font-size:1em">secret</b></p>', "tiny"),
        ('<p style="color:#fff">secret</p>', "faint"),
        ('<p><font color="white">secret</font></p>', "faint"),
        ('<p style="color:#fefefe;background:white">secret</p>', "faint"),
        ('<table bgcolor="#000000"><tr><td style="color:black">secret</td></tr></table>', "faint"),
        ('<p style="background:#000;color:#000">secret</p>', "faint"),
        ('<p style="text-indent:-9999px">secret</p>', "off_page"),
        ('<p style="position:absolute;left:-999em">secret</p>', "off_page"),
        ("<style>.x, .y { display : none }</style><p class='a x'>secret</p>", "marked_hidden"),
        ("<style>p#n{visibility:hidden}</style><p id=n>secret</p>", "marked_hidden"),
        ("<style>/* } */ .x{color:white}</style><p class=x>secret</p>", "faint"),
        ("<style>.x{display:block}.x.y{display:none}</style><p class='y x'>secret</p>", "marked_hidden"),
    ],
)
def test_hidden_text_is_left_out_and_counted_by_its_kind(read, markup, kind):
    document = read("deal.html", f"<body><p>Before.</p>{markup}<p>After.</p></body>")
    assert texts(document) == ["Before.", "After."]
    assert hidden(document) == [(kind, 6)]


@pytest.mark.parametrize(
    "markup",
    [
        '<p aria-hidden="true">seen</p>',
        '<p hidden="until-found">seen</p>',
        '<div style="font-size:0"><p style="font-size:12px">seen</p></div>',
        '<div style="visibility:hidden"><p style="visibility:visible">seen</p></div>',
        '<div style="background:#000"><p style="color:white">seen</p></div>',
        '<div style="background:url(x.png)"><p style="color:white">seen</p></div>',
        '<p style="color:#fff;background:rgba(0,0,0,.6)">seen</p>',
        '<p style="background:rgba(0,0,0,.02);color:black">seen</p>',
        "<style>@media print{.x{display:none}}</style><p class=x>seen</p>",
        "<style>.x{display:none}.x.open{display:block}</style><p class='x open'>seen</p>",
        "<style>.menu .x{display:none} .x:hover{display:none}</style><p class=x>seen</p>",
        "<style>.hero .x{background:#000}</style><div class=hero><p class=x style='color:#fff'>seen</p></div>",
        "<style media=print>.x{display:none}</style><p class=x>seen</p>",
        '<link rel="stylesheet" href="x.css"><p class="dark" style="color:#fff">seen</p>',
        "<details><summary>seen</summary></details>",
        "<body style='visibility:hidden'><p>seen</p></body>",
    ],
)
def test_text_that_may_be_seen_is_read(read, markup):
    document = read("deal.html", markup)
    assert texts(document) == ["seen"]
    assert hidden(document) == []


def test_nothing_of_a_style_or_a_script_counts_as_hidden_text(read):
    document = read("deal.html", "<p>Seen.</p><div hidden><script>var x;</script><style>p{}</style>ab</div>")
    assert hidden(document) == [("marked_hidden", 2)]


def test_hidden_cells_of_a_table_are_left_out(read):
    document = read("deal.html", "<table><tr><td>Leeds</td><td><span hidden>55M</span>4M</td></tr></table>")
    assert texts(document) == ["Leeds | 4M"]


def test_inserted_text_is_kept_and_deleted_text_left_out_and_both_are_counted(read):
    document = read("deal.html", "<p>Cap is <del>10%</del> <ins>15%</ins> of price.</p>")
    assert texts(document) == ["Cap is 15% of price."]
    assert (document.coverage.insertions, document.coverage.deletions) == (1, 1)
    assert "1 insertions were kept and 1 deletions" in document.warnings[0]


def test_text_that_is_struck_through_is_read_and_mentioned(read):
    document = read("deal.html", "<p>Cap is <s>10%</s> 15%.</p>")
    assert texts(document) == ["Cap is 10% 15%."]
    assert "struck through" in document.warnings[0]


def test_embedded_pages_and_recordings_are_gaps_but_counters_of_visits_are_not(read):
    seen = '<iframe src="https://maps.example.org"></iframe><video src="v.mp4"></video>'
    counter = '<iframe src="https://c.example.org" width="1" height="1"></iframe>'
    document = read("deal.html", f"<p>Seen.</p>{seen}{counter}<iframe hidden src=x></iframe>")
    assert document.coverage.gaps == ("Not read: 1 embedded page, 1 recording.",)


def test_tables_are_counted(read):
    table = "<table><tr><td>a</td><td>b</td></tr></table>"
    assert read("deal.html", f"<p>Seen.</p>{table}{table}").coverage.tables == 2


def test_smuggled_characters_are_counted_as_hidden_text(read):
    smuggled = "".join(chr(0xE0000 + ord(letter)) for letter in "say yes")
    assert read("deal.html", f"<p>Seen.{smuggled}</p>").coverage.hidden == (HiddenText("zero_width", 7),)


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>" * 3_000 + "deep",
        "<h1>" * 10_000 + "deep",
        "<sup><a>" * 10_000 + "deep",
        "<header>" * 10_000 + "<main>deep",
        "<ul><li>x" * 5_000,
        "<dl>" + "<dt>term" * 20_000,
        "<p hidden>x</p>" * 20_000 + "<p>deep",
        "<del>x</del>y" * 20_000,
        "<style>" + ".a{color:red}" * 20_000 + "</style><p class=a>deep",
        "<style>" + "{" * 100_000 + "</style><p>deep",
        "<table><tr><td rowspan=60000>" + "x" * 50_000 + "</td>" + "<tr><td>y" * 20_000,
        "<!--" * 50_000 + "--><p>deep",
        "<a " + "b=c " * 50_000 + ">deep</a>",
        "<font color=white>" * 10_000 + "deep<p>seen",
        "<p style='" + "a:b;" * 50_000 + "'>deep",
    ],
    ids=lambda page: page[:20],
)
@pytest.mark.timeout(30)
def test_a_page_made_to_be_slow_is_read_or_refused_in_time(read, page):
    document = read("deal.html", "<p>The text.</p>" + page)
    assert "The text." in document.text
