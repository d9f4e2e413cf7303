"""Lists: items that a sentence announces, items that others add, and a statement for each deal."""

from __future__ import annotations

import pytest
from core_corpus import candidate_of, settings_for

from dealqa.answering.lists.enumerating import asks_for_deals, every_deal
from dealqa.answering.lists.listing import stands_for_its_list, with_a_second, with_others
from dealqa.assistant import Assistant
from dealqa.index import build_index
from dealqa.understanding import analyse

NAMES = ("Ashford", "Barnsley", "Carlisle", "Durham", "Exeter", "Falmouth", "Grimsby", "Hereford")
WITH_HUB = NAMES[:6]


@pytest.fixture(scope="module")
def eight(tmp_path_factory):
    """Eight deals, of which six open a growth hub, and a list of parts."""
    documents = {
        f"{name.lower()}.md": f"# {name} City Deal\n\nThe {name} deal was signed in 2013.\n\n"
        + (f"{name} opens a growth hub for small firms.\n" if name in WITH_HUB else f"{name} widens its harbour.\n")
        for name in NAMES
    }
    documents["sites.md"] = (
        "# Westport City Deal\n\nThe growth sites of Westport are these.\n\n- the old harbour;\n- the brickworks.\n\n"
        "They open in May.\n"
    )
    documents["parts.md"] = (
        "# Inverport City Deal\n\nThe Inverport deal has three parts:\n\n- a bridge over the river;\n- a tram line;\n"
        "- a school of music.\n\nNobody has said more.\n"
    )
    registry = "".join(
        f'[[deal]]\nname = "{name} City Deal"\nplaces = ["{name}"]\ndocuments = ["{name.lower()}.md"]\n'
        for name in NAMES
    )
    settings = settings_for(tmp_path_factory.mktemp("eight"), {**documents, "deals.toml": registry})
    build_index(settings)
    with Assistant(settings) as assistant:
        yield assistant


def test_a_list_over_deals_has_a_statement_for_each_deal_that_there_is_one_for(eight):
    answer = eight.ask("Which cities open a growth hub?")
    assert {name for name in NAMES if any(name in sentence.text for sentence in answer.sentences)} == set(WITH_HUB)
    assert len(answer.citations) == len(answer.sentences) == len(WITH_HUB)


def test_a_list_over_deals_says_of_how_many_deals_and_documents_it_speaks(eight):
    notices = eight.ask("Which cities open a growth hub?").notices
    assert "All 10 documents were asked; the statements tell of 6 of 8 deals." in notices


def test_a_sentence_that_announces_a_list_is_answered_with_its_items(eight):
    answer = eight.ask("What parts does the Inverport deal have?")
    told = [sentence.text for sentence in answer.sentences]
    assert told == [
        "The Inverport deal has three parts:", "a bridge over the river;", "a tram line;", "a school of music."
    ]  # fmt: skip
    assert [citation.number for citation in answer.citations] == [1, 2, 3, 4]


def test_these_announces_a_list_as_a_colon_does(eight):
    answer = eight.ask("Which are the growth sites of Westport?")
    assert [sentence.text for sentence in answer.sentences][-2:] == ["the old harbour;", "the brickworks."]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which cities open a growth hub?", True),
        ("List the deals with a tram.", True),
        ("Which city opens a growth hub?", False),
        ("Which cities does the Durham deal cover?", False),
        ("How much do the cities pay?", False),
        ("How many jobs does each city promise?", True),
        ("growth hubs, city by city", True),
        ("What do each of the coastal deals pay for?", True),
        ("Whose deals have a tram?", True),
        ("How much does the hub pay each year?", False),
        ("What does each of the towns in the Durham deal pay?", False),
    ],
)
def test_what_is_asked_of_every_deal(question, expected, eight):
    with eight.hold() as snapshot:
        assert asks_for_deals(eight.understand(question), snapshot) is expected


def test_a_sentence_that_enumerates_is_not_repeated_in_other_words():
    first = candidate_of("The zones are Northside, the Quarter, Eastgate and Speke.")
    same = candidate_of("The Quarter is one of the zones that are to be built.", 0.88, document="b.md")
    more = candidate_of("Another zone is to be in Kirkby, as the board says.", 0.87, document="c.md")
    assert with_others([first, same, more], 0.5, 3) == [first, more]


def test_a_list_has_no_more_sentences_than_are_allowed():
    found = [candidate_of(f"The {name} scheme is one of them.", document=f"{name}.md") for name in NAMES]
    assert with_others(found, 0.5, 3) == found[:3]


@pytest.fixture(scope="module")
def leases(tmp_path_factory):
    """A folder of another kind, without a registry."""
    texts = {
        "mill.txt": "The Mill\n\nThe lease of the mill may be ended after nine years. The rent is £900 a year.",
        "shop.txt": "The Shop\n\nThe lease of the shop may be ended after four years. The rent is £700 a year.",
        "barn.txt": "The Barn\n\nThe barn is let with its yard. The rent is £300 a year.",
    }
    settings = settings_for(tmp_path_factory.mktemp("leases"), texts)
    build_index(settings)
    with Assistant(settings) as assistant:
        yield assistant


def test_a_folder_without_deals_is_asked_document_by_document(leases):
    answer = leases.ask("Which leases may be ended early?")
    assert sorted(citation.document for citation in answer.citations) == ["mill.txt", "shop.txt"]
    assert "All 3 documents were asked." in answer.notices


def test_what_is_asked_of_each_document_is_answered_from_each(leases):
    answer = leases.ask("What is the rent of each lease?")
    assert sorted(citation.document for citation in answer.citations) == ["barn.txt", "mill.txt", "shop.txt"]


def test_a_list_over_documents_takes_in_what_says_the_same_of_another_though_less_probable(leases):
    with leases.hold() as snapshot:
        best = candidate_of("The lease of the mill may be ended after nine years.", 0.9, document="a.md")
        same = candidate_of("The lease of the shop may be ended after four years.", 0.5, document="b.md")
        other = candidate_of("The tenant of the barn has a break clause.", 0.5, document="c.md")
        assert every_deal([best, same, other], 0.4, snapshot) == [best, same]


def test_a_single_document_is_no_folder_to_be_listed(tmp_path):
    settings = settings_for(tmp_path, {"lease.txt": "The lease runs for nine years."})
    build_index(settings)
    with Assistant(settings) as assistant, assistant.hold() as snapshot:
        assert not asks_for_deals(analyse("Which leases run for nine years?"), snapshot)


def test_an_item_that_holds_the_place_alone_stands_for_its_list():
    asked = analyse("Which sites are protected in Bristol?")
    assert stands_for_its_list(asked, "Avonmouth in Bristol")


def test_an_item_that_holds_what_is_asked_for_answers_without_its_neighbours():
    asked = analyse("Which cities get growth hubs?")
    assert not stands_for_its_list(asked, "Manchester and Bristol: City Growth Hubs")
    assert stands_for_its_list(asked, "Sheffield")


HELD = "The council holds the risk of the fund."
LENDER = "A lender in the town bears the losses."


def test_a_second_sentence_that_answers_as_well_follows():
    first, second = candidate_of(HELD, 0.8), candidate_of(LENDER, 0.75, document="b.md")
    assert with_a_second(analyse("Who bears the risk?", []), [first, second], 0.4) == [first, second]


def test_one_second_sentence_is_enough():
    told = [candidate_of(text, 0.8) for text in (HELD, LENDER, "The board of the bank is liable.")]
    assert with_a_second(analyse("Who bears the risk?", []), told, 0.4) == told[:2]


@pytest.mark.parametrize(
    ("text", "probability"),
    [(LENDER, 0.6), (LENDER, 0.39), (HELD, 0.8), ("Risk | the lender", 0.8)],
    ids=["less probable", "below the threshold", "the same again", "a row"],
)
def test_what_is_no_second_answer_does_not_follow(text, probability):
    first = candidate_of(HELD, 0.8 if probability > 0.4 else 0.4)
    other = candidate_of(text, probability, document="b.md")
    assert with_a_second(analyse("Who bears the risk?", []), [first, other], 0.4) == [first]


def test_no_second_sentence_follows_the_figure_that_is_asked_for():
    first, second = candidate_of("The fund has £3m.", 0.8), candidate_of("It is held by the council.", 0.8)
    assert with_a_second(analyse("How much is in the fund?", []), [first, second], 0.4) == [first]
