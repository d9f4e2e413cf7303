"""The registry of deals: read strictly, looked up leniently."""

from __future__ import annotations

from pathlib import Path

import pytest

from dealqa.deals import Deal, Registry, load_registry
from dealqa.errors import ConfigError
from dealqa.types import DocumentInfo

FULL = """
[programme]
documents = ["programme/timeline.md"]

[[deal]]
name = "Bristol and West of England City Deal"
places = ["Bristol", "Bath and North East Somerset", "West of England"]
aliases = ["Bristol City Region deal"]
parties = ["Bristol City Council"]
lep = "West of England LEP"
combined_authority = "West of England Combined Authority (WECA)"
wave = "1"
announced = 2012-07-05
signed = "2012-09"
ends = "2039"
documents = ["bristol/summary.md", "press/digest.md"]

[[deal]]
name = "Newcastle City Deal"
places = ["Newcastle", "NewcastleGateshead"]
documents = ["press/digest.md", "newcastle/gone.md", "../outside.md"]
"""


def corpus_with(root: Path, registry: str) -> Path:
    for path in ("programme/timeline.md", "bristol/summary.md", "press/digest.md"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text("Some text.", encoding="utf-8")
    (root / "deals.toml").write_text(registry, encoding="utf-8")
    return root


def deal(name: str, *places: str, **more: object) -> Deal:
    return Deal(name=name, places=places, **more)


def names(deals: tuple[Deal, ...]) -> list[str]:
    return [deal.name for deal in deals]


def test_everything_that_a_deal_says_is_read(tmp_path):
    bristol, newcastle = load_registry(corpus_with(tmp_path, FULL)).deals
    assert bristol == Deal(
        name="Bristol and West of England City Deal",
        places=("Bristol", "Bath and North East Somerset", "West of England"),
        aliases=("Bristol City Region deal",),
        parties=("Bristol City Council",),
        lep="West of England LEP",
        combined_authority="West of England Combined Authority (WECA)",
        wave="1",
        dates={"announced": "2012-07-05", "signed": "2012-09", "ends": "2039"},
        documents=("bristol/summary.md", "press/digest.md"),
    )
    assert (newcastle.lep, newcastle.wave, dict(newcastle.dates)) == ("", "", {})


def test_tables_may_have_short_names_instead(tmp_path):
    text = FULL.replace("[[deal]]", "[deals.bristol]", 1).replace("[[deal]]", "[deals.newcastle]")
    (tmp_path / "listed").mkdir()
    (tmp_path / "keyed").mkdir()
    listed, keyed = (load_registry(corpus_with(tmp_path / n, t)) for n, t in (("listed", FULL), ("keyed", text)))
    assert keyed.deals == listed.deals


def test_a_deal_cannot_be_changed_and_can_be_a_key(tmp_path):
    bristol = load_registry(corpus_with(tmp_path, FULL)).deals[0]
    with pytest.raises(TypeError):
        bristol.dates["signed"] = "2013"
    assert {bristol: 1}[bristol] == 1


def test_a_corpus_without_a_registry_has_an_empty_one(tmp_path):
    assert load_registry(tmp_path) == Registry.empty()
    assert Registry.empty().deals_named("What does Bristol retain?") == ()


def test_documents_that_are_not_there_are_named_and_do_no_harm(tmp_path):
    registry = load_registry(corpus_with(tmp_path, FULL))
    assert len(registry.problems) == 2
    assert "newcastle/gone.md" in registry.problems[0] and "Newcastle City Deal" in registry.problems[0]
    assert "../outside.md" in registry.problems[1]


def test_a_document_knows_its_deals(tmp_path):
    registry = load_registry(corpus_with(tmp_path, FULL))
    assert names(registry.for_document("bristol/summary.md")) == ["Bristol and West of England City Deal"]
    assert len(registry.for_document("press/digest.md")) == 2
    assert registry.for_document("programme/timeline.md") == ()
    assert registry.programme == ("programme/timeline.md",)


@pytest.mark.parametrize(
    ("registry", "named"),
    [
        ("[[deal]", "valid TOML"),
        ("[towns.bristol]\nname = 'x'", "'towns'"),
        ("deals = ['x']", "'deals'"),
        ("deals.bristol = 'x'", "'\\[deals.bristol\\]'"),
        ("[deals.bristol]\nplaces = ['x']", "deals.bristol.: 'name' is missing"),
        ("[deal]\nname = 'x'", "'deal'"),
        ("[[deal]]\nplaces = ['x']", "number 1: 'name' is missing"),
        ("[[deal]]\nname = 'A'\n[[deal]]\nname = 3", "number 2: 'name'"),
        ("[[deal]]\nname = ' '", "number 1: 'name'"),
        ("[[deal]]\nname = 'A'\nplace = 'x'", "'A': 'place'"),
        ("[[deal]]\nname = 'A'\nplaces = 'x'", "'A': 'places'"),
        ("[[deal]]\nname = 'A'\nplaces = [1]", "'A': 'places'"),
        ("[[deal]]\nname = 'A'\nwave = 1", "'A': 'wave'"),
        ("[[deal]]\nname = 'A'\nsigned = 'in July'", "'A': 'signed'"),
        ("[[deal]]\nname = 'A'\nsigned = '2012-02-31'", "'A': 'signed'"),
        ("[[deal]]\nname = 'A'\nsigned = '2012-13'", "'A': 'signed'"),
        ("[[deal]]\nname = 'A'\nsigned = 2012", "'A': 'signed'"),
        ("[[deal]]\nname = 'A & B'\n[[deal]]\nname = 'a and b'", "'a and b': 'name'"),
        ("[programme]\npapers = []", r"\[programme\]"),
        ("programme = 1", r"\[programme\]"),
        ("[[deal]]\nname = '" + "x" * 201 + "'", "'name' has more than"),
    ],
)
def test_what_makes_no_sense_is_an_error_that_names_table_and_key(tmp_path, registry, named):
    with pytest.raises(ConfigError, match=named) as caught:
        load_registry(corpus_with(tmp_path, registry))
    assert "deals.toml" in caught.value.message and caught.value.hint


def test_a_registry_that_is_no_utf_8_is_a_clear_error(tmp_path):
    (tmp_path / "deals.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(ConfigError, match="valid TOML"):
        load_registry(tmp_path)


def test_a_registry_that_is_a_folder_is_a_clear_error(tmp_path):
    (tmp_path / "deals.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load_registry(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Bristol", "What does Bristol retain?"),
        ("Bristol", "what does bristol retain"),
        ("Bristol", "BRISTOL'S DEAL"),
        ("Bristol", "Bristol’s deal"),
        ("NewcastleGateshead", "What of Newcastle-Gateshead?"),
        ("Newcastle-Gateshead", "What of NewcastleGateshead?"),
        ("Newcastle Gateshead", "What of Newcastle‑Gateshead?"),
        ("NewcastleGateshead", "What of Newcastle and Gateshead?"),
        ("Greater Birmingham and Solihull", "the Greater Birmingham & Solihull deal"),
        ("Greater Birmingham & Solihull", "the greater birmingham and solihull deal"),
        ("Brighton and Hove", "Brighton & Hove"),
        ("Stoke-on-Trent", "the deal of Stoke on Trent"),
        ("St Helens", "the deal of St. Helens"),
        ("St. Helens", "the deal of St Helens"),
        ("Hull and Humber", "the Hull/Humber deal"),
        ("West of England", "the West  of\nEngland"),
    ],
)
def test_a_name_is_found_however_it_is_written(name, text):
    assert names(Registry((deal("Some agreement", name),)).deals_named(text)) == ["Some agreement"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Hull", "The hulls were painted."),
        ("Leeds", "He misleeds us."),
        ("West of England", "in the west. Of England he said"),
        ("Hull and Humber", "Hull, and Humber besides"),
        ("Reading", "On reading the deal"),
        ("Bath", "he took a bath"),
        ("North East", "it lies to the north east"),
        ("Bristol City", "Bristol. City Deals were made."),
        ("and", "this and that"),
        ("–", "this – and that"),
    ],
)
def test_what_is_no_name_is_not_found(name, text):
    assert Registry((deal("Some agreement", name),)).deals_named(text) == ()


def test_places_that_are_words_too_are_found_in_capitals():
    registry = Registry((deal("Thames Valley Berkshire City Deal", "Reading"),))
    assert names(registry.deals_named("What does Reading gain?")) == ["Thames Valley Berkshire City Deal"]


def test_the_longest_name_wins():
    registry = Registry((deal("Bath deal", "Bath"), deal("Somerset deal", "Bath and North East Somerset")))
    assert names(registry.deals_named("Bath and North East Somerset Council")) == ["Somerset deal"]
    assert names(registry.deals_named("Bath and Somerset")) == ["Bath deal"]


def test_a_mention_says_where_the_name_stands():
    registry = Registry((deal("Birmingham deal", "Greater Birmingham and Solihull"), deal("Leeds deal", "Leeds")))
    text = "Leeds, and Greater Birmingham & Solihull's LEP"
    assert [text[found.start : found.end] for found in registry.mentions(text)] == [
        "Leeds",
        "Greater Birmingham & Solihull",
    ]


def test_several_deals_come_in_the_order_of_their_mention_and_once():
    registry = Registry((deal("A", "Leeds"), deal("B", "Sheffield")))
    assert names(registry.deals_named("Sheffield and Leeds: what does Sheffield gain?")) == ["B", "A"]


def test_a_deal_that_is_called_so_comes_before_one_that_only_takes_the_place_in():
    registry = Registry((deal("Devolution deal", "Leeds", "York"), deal("City Deal", aliases=("Leeds",))))
    assert names(registry.deals_named("What does Leeds gain?")) == ["City Deal", "Devolution deal"]


@pytest.mark.parametrize(
    "text",
    ["West of England LEP", "the West of England Combined Authority", "WECA's mayor", "Bristol City Region Deal"],
)
def test_aliases_and_partnerships_name_a_deal(tmp_path, text):
    registry = load_registry(corpus_with(tmp_path, FULL))
    assert names(registry.deals_named(text)) == ["Bristol and West of England City Deal"]


def test_a_deal_is_found_by_its_own_name():
    assert names(Registry((deal("Greater Ipswich City Deal"),)).deals_named("When was the greater Ipswich city deal?"))


def test_a_long_text_is_looked_through():
    registry = Registry((deal("A", "Leeds City Region"),))
    assert len(registry.mentions("of the Leeds City Region and of the " * 2_000)) == 2_000


def info(path: str, title: str) -> DocumentInfo:
    return DocumentInfo(
        id=path, path=path, title=title, date=None, status=None, deals=(), sha256="", characters=1, pages=0, passages=1
    , warnings=())  # fmt: skip


def test_places_in_titles_stand_in_for_deals():
    registry = Registry.from_titles(
        [
            info("a.md", "Bristol City Deal: a summary"),
            info("b.md", "Press digest"),
            info("c.md", "Leeds and Bristol compared"),
            info("d.md", "On reading a deal"),
        ]
    )
    assert {deal.name: deal.documents for deal in registry.deals} == {"Bristol": ("a.md", "c.md"), "Leeds": ("c.md",)}
    assert names(registry.deals_named("What does bristol keep?")) == ["Bristol"]
    assert names(registry.for_document("c.md")) == ["Bristol", "Leeds"]
