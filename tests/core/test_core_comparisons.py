"""Comparisons: a statement for each side, whose figure is that side's, or "not stated"."""

from __future__ import annotations

import pytest
from core_corpus import candidate_of, settings_for

from dealqa.answering.lists.comparing import Side, has_figure_of, told_together
from dealqa.answering.weighing.ranking import Ranking
from dealqa.assistant import Assistant
from dealqa.index import build_index
from dealqa.types import Answer, AnswerSentence
from dealqa.understanding import analyse
from dealqa.understanding.comparisons import things_compared

BOTH = "The Leeds transport fund of £1bn is twice the size of the Sheffield fund, which could be worth £500m."
LEEDS_ONLY = "The Sheffield fund is a possibility, while the Leeds fund is stated as £1bn."


@pytest.fixture(scope="module")
def funds(tmp_path_factory):
    documents = {
        "leeds.md": "# Leeds City Deal\n\nThe transport fund of Leeds is worth £1 billion.\n",
        "sheffield.md": "# Sheffield City Deal\n\nThe transport fund of Sheffield is worth £500 million.\n\n"
        f"{LEEDS_ONLY}\n",
        "derby.md": "# Derby City Deal\n\nDerby has a museum of trains.\n",
    }
    settings = settings_for(tmp_path_factory.mktemp("funds"), documents)
    build_index(settings)
    with Assistant(settings) as assistant:
        yield assistant


def test_each_side_has_a_row_with_its_own_statement(funds):
    answer = funds.ask("Which is larger, the Leeds or the Sheffield transport fund?")
    rows = {side: sentence.text for side, sentence in answer.comparison}
    assert list(rows) == ["Leeds", "Sheffield"]
    assert "£1 billion" in rows["Leeds"] and "£500 million" in rows["Sheffield"]


def test_a_side_that_nothing_is_stated_of_is_named(funds):
    answer = funds.ask("Which is larger, the Leeds or the Derby transport fund?")
    assert dict(answer.comparison)["Derby"] is None
    assert "Not stated for Derby." in answer.notices
    assert answer.to_dict()["comparison"][1] == {"side": "Derby", "text": None, "citations": []}


def test_a_question_on_several_deals_is_put_to_each_where_no_sentence_tells_of_both(funds):
    answer = funds.ask("How much is the transport fund of Leeds worth, and that of Sheffield?")
    assert "£1 billion" in answer.text and "£500 million" in answer.text


def test_several_deals_in_keywords_are_put_to_each(funds):
    answer = funds.ask("worth of the transport fund: Leeds, Sheffield")
    assert "£1 billion" in answer.text and "£500 million" in answer.text


@pytest.mark.parametrize(
    ("question", "compares"),
    [
        ("What is the transport fund worth in Leeds, and what in Sheffield?", True),
        ("What transport fund does the Leeds deal have, and which does Sheffield's?", True),
        ("Whose fund is that in the Leeds deal, and whose museum has Derby?", False),
        ("How much is the fund of Leeds worth, and who runs that of Derby?", False),
    ],
)
def test_the_same_asked_of_another_in_few_words_is_a_comparison_and_another_question_is_none(question, compares, funds):
    assert (funds.understand(question).answer_type == "comparison") == compares


def test_what_is_asked_in_turn_has_a_row_for_each(funds):
    answer = funds.ask("What is the transport fund worth in Leeds, and what in Sheffield?")
    rows = {side: sentence.text for side, sentence in answer.comparison}
    assert "£1 billion" in rows["Leeds"] and "£500 million" in rows["Sheffield"]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Do the Leeds and Derby deals run for the same length of time?", "duration"),
        ("Which lasts longer, the Leeds or the Derby deal?", "duration"),
        ("Which is larger, the Leeds or the Derby fund?", "comparison"),
        ("transport investment leeds vs derby", "amount"),
    ],
)
def test_each_side_wants_the_kind_that_the_question_compares(question, kind, funds):
    assert funds.understand(question).sought == kind


def test_a_question_on_several_deals_is_refused_where_only_one_side_is_stated(funds):
    answer = funds.ask("How much is the transport fund of Leeds worth, and who runs that of Derby?")
    assert answer.refused


def test_a_comparison_of_which_nothing_is_stated_is_refused(funds):
    assert funds.ask("Which has the deeper harbour, Leeds or Derby?").refused


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("Leeds", BOTH, True),
        ("Sheffield", BOTH, True),
        ("Leeds", LEEDS_ONLY, True),
        ("Sheffield", LEEDS_ONLY, False),
        ("Sheffield", "The fund is £2m.", True),
        ("Leeds", "The zone of Leeds and Bradford has £3m.", True),
        ("Bradford", "The zone of Leeds and Bradford has £3m.", True),
        ("Sheffield", "Sheffield has a fund.", False),
    ],
)
def test_a_figure_belongs_to_the_place_that_is_named_before_it(label, text, expected):
    side = Side(label, analyse(f"How much is the {label} transport fund?"))
    assert has_figure_of(side, text) is expected


def test_the_row_of_a_table_with_a_column_for_each_side_answers_for_both(tmp_path):
    table = "| | Ashford | Barnsley |\n| --- | --- | --- |\n| Term of the deal | 20 years | 15 years |\n"
    text = f"# Ashford and Barnsley City Deals\n\n{table}\nThe Barnsley deal was looked at after eight years.\n"
    settings = settings_for(tmp_path, {"both.md": text})
    build_index(settings)
    with Assistant(settings) as assistant:
        answer = assistant.ask("Do the deals of Ashford and Barnsley run for the same length of time?")
    assert "20 years" in answer.text and "15 years" in answer.text and "eight" not in answer.text


LARGER = analyse("Which is larger, the Leeds or the Sheffield transport fund?")
DIFFER = analyse("How do the boards of Leeds and Sheffield differ?")
SIDES = [Side(name, LARGER) for name in ("Leeds", "Sheffield")]


def test_a_sentence_with_a_figure_for_each_side_tells_of_both_and_is_enough():
    both, one = candidate_of(BOTH, 0.6), candidate_of(LEEDS_ONLY, 0.8)
    assert told_together(LARGER, SIDES, Ranking((one, both), 0.3), []) == (both, True)


def test_a_sentence_with_a_figure_for_one_side_does_not_tell_of_both():
    assert told_together(LARGER, SIDES, Ranking((candidate_of(LEEDS_ONLY),), 0.3), []) == (None, False)


def test_figures_for_both_sides_are_not_enough_where_what_is_stated_of_each_is_more_probable():
    both, alone = candidate_of(BOTH, 0.6), candidate_of("The Leeds fund is £1bn.", 0.7)
    assert told_together(LARGER, SIDES, Ranking((both,), 0.3), [alone]) == (both, False)


def test_a_sentence_that_names_both_sides_stands_in_front_where_no_figure_is_asked_for():
    both = candidate_of("In Leeds firms have half of the seats; in Sheffield they have none.", 0.5)
    assert told_together(DIFFER, SIDES, Ranking((both,), 0.3), [candidate_of("Leeds has a board.")]) == (both, False)


def test_a_sentence_on_both_sides_that_is_much_less_probable_than_their_own_is_left_out():
    both = candidate_of("Leeds and Sheffield have boards.", 0.35)
    assert told_together(DIFFER, SIDES, Ranking((both,), 0.3), [candidate_of("Leeds has a board.")])[0] is None


def test_figures_of_places_with_a_word_in_common_are_told_apart():
    sides = [Side(name, analyse(f"Which is larger, the {name} deal?")) for name in ("East Midlands", "West Midlands")]
    one = candidate_of("The East Midlands is given £38m a year.")
    assert told_together(LARGER, sides, Ranking((one,), 0.3), [])[0] is None


def test_a_comparison_is_answered_with_the_sentence_on_both_sides_once(tmp_path):
    documents = {
        "leeds.md": f"# Leeds City Deal\n\n{BOTH}\n\nThe Leeds office has a rent of £2m.\n",
        "sheffield.md": "# Sheffield City Deal\n\nThe Sheffield office has a rent of £3m.\n",
    }
    settings = settings_for(tmp_path, documents)
    build_index(settings)
    with Assistant(settings) as assistant:
        answer = assistant.ask("Which is larger, the Leeds or the Sheffield transport fund?")
    assert [sentence.text for sentence in answer.sentences] == [BOTH]
    assert [side for side, _ in answer.comparison] == ["Leeds", "Sheffield"]


@pytest.mark.parametrize(
    ("question", "compares"),
    [
        ("Transport funds of Leeds and Derby: how big was each?", True),
        ("Jobs forecast: Leeds, Sheffield and Derby", True),
        ("Jobs of Leeds and Sheffield", False),
    ],
)
def test_who_asks_for_each_or_lists_three_compares(question, compares, funds):
    assert (funds.understand(question).answer_type == "comparison") is compares


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Who pays more, the county or the pension fund?", ("the county", "the pension fund")),
        ("The county or the pension fund: who pays more?", ("The county", "the pension fund")),
        ("How does the bypass compare in cost with the harbour road?", ("the bypass", "the harbour road")),
        ("What is the difference between a grant and a loan?", ("a grant", "a loan")),
        ("Was it open, or not till later?", ()),
        ("Does the county or the fund pay more?", ()),
        ("Who pays, the county or the fund?", ()),
        ("Which is later?", ()),
    ],
)
def test_two_things_that_are_no_deals_are_known_by_how_they_are_set_against_each_other(question, things):
    assert things_compared(question) == things


@pytest.fixture(scope="module")
def payers(tmp_path_factory):
    text = (
        "# Northport City Deal\n\nThe county pays £71m towards the Northport deal.\n\n"
        "The harbour board pays £34m towards the Northport deal.\n\nThe deal was signed in May 2013.\n"
    )
    settings = settings_for(tmp_path_factory.mktemp("payers"), {"a.md": text})
    build_index(settings)
    with Assistant(settings) as assistant:
        yield assistant


def test_two_things_of_one_deal_are_compared_as_two_deals_are(payers):
    answer = payers.ask("Who pays more towards the Northport deal, the county or the harbour board?")
    rows = {side: sentence.text for side, sentence in answer.comparison if sentence is not None}
    assert "£71m" in rows["the county"] and "£34m" in rows["the harbour board"]


def test_what_is_said_of_another_thing_is_not_said_of_one_that_is_compared(payers):
    answer = payers.ask("Who pays more towards the Northport deal, the county or the university?")
    assert not answer.compared and "£34m" not in answer.text


def test_a_sentence_on_both_sides_has_a_row_of_its_own_before_those_on_each():
    joint, one, other = (
        AnswerSentence(text, (number,), about)
        for number, (text, about) in enumerate(
            [("Both have boards.", ("Leeds", "Hull")), ("Leeds has six.", ("Leeds",)), ("Hull has two.", ("Hull",))], 1
        )
    )
    answer = Answer("", (joint, one, other), (), LARGER, "g", 0.5, compared=("Leeds", "Hull"))
    assert answer.comparison == (("Leeds and Hull", joint), ("Leeds", one), ("Hull", other))
