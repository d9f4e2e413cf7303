"""Statements that disagree are set next to each other; those that speak of other things are not."""

from __future__ import annotations

import pytest
from core_corpus import candidate_of, settings_for

from dealqa.answering.accounts.conflicts import accounts, disagreement
from dealqa.assistant import Assistant
from dealqa.deals import Deal, Registry
from dealqa.index import build_index
from dealqa.understanding import analyse
from dealqa.understanding.asked_accounts import offered_figures, what_changed

SUNDERLAND = Registry((Deal("Sunderland City Deal", places=("Sunderland", "South Tyneside")),))
JOBS = analyse("How many jobs does the Northport deal bring?")
FIRST = candidate_of("The Northport deal brings 5,200 jobs.", document="a.md", date="2014-03", status="agreed")


def texts(chosen):
    return [one.evidence.text for one in chosen]


def test_another_figure_for_the_same_thing_is_a_conflict():
    other = candidate_of("The planning page gives 7,850 jobs for Northport.", 0.8, document="b.md")
    assert texts(accounts(JOBS, [FIRST, other])) == [FIRST.evidence.text, other.evidence.text]


@pytest.mark.parametrize(
    ("text", "probability", "features"),
    [
        ("In Northport the deal brings 5,200 jobs by 2027.", 0.9, {}),
        ("The Northport deal brings 900 homes.", 0.9, {}),
        ("The Northport deal brings £30m.", 0.9, {}),
        ("The Northport deal brings many jobs.", 0.9, {}),
        ("The Northport deal counts 7,850 jobs in construction.", 0.9, {"coverage": 0.7}),
        ("The Southport deal brings 7,850 jobs.", 0.9, {"names": 0.3}),
        ("The Northport deal might bring 7,850 jobs.", 0.3, {}),
    ],
    ids=["the same figure", "other things", "another kind", "no figure", "fewer terms", "another name", "unlikely"],
)
def test_what_is_said_of_something_else_is_no_conflict(text, probability, features):
    other = candidate_of(text, probability, features=features, document="b.md")
    assert accounts(JOBS, [FIRST, other]) == [FIRST]


def test_nearly_the_same_sentence_with_another_figure_is_a_conflict_though_it_is_less_sure():
    other = candidate_of("The Northport deal brings 7,850 jobs.", 0.5, document="b.md")
    assert accounts(JOBS, [FIRST, other]) == [FIRST, other]


def test_nearly_the_same_sentence_is_about_the_same_though_it_holds_fewer_of_the_terms():
    other = candidate_of("The Northport deal brings 7,850 jobs.", 0.5, document="b.md", features={"coverage": 0.3})
    assert accounts(JOBS, [FIRST, other]) == [FIRST, other]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("In August reports gave 7,850 jobs for the Northport deal.", True),
        ("The page of Northport now says 7,850 jobs and 33,500 homes.", True),
        ("In Northport a firm of shipwrights with a yard by the old quay hopes for 7,850 jobs.", False),
        ("Northport counts 7,850 jobs in shipping.", False),
        ("Of 9,000 jobs in Northport 7,850 jobs are new.", False),
    ],
    ids=["another report", "beside other counts", "much of its own", "of one kind", "two numbers"],
)
def test_another_count_of_the_same_thing_is_a_conflict_though_it_is_worded_otherwise(text, shown):
    other = candidate_of(text, 0.4, document="b.md", features={"coverage": 0.4})
    assert accounts(JOBS, [FIRST, other]) == ([FIRST, other] if shown else [FIRST])


def test_a_month_is_no_other_date_than_a_day_in_it():
    asked = analyse("When did Northport pass its review?")
    day = candidate_of("12 May 2020: Northport passes its review.")
    month = candidate_of("Northport passed its review in May 2020.", document="b.md")
    year = candidate_of("Northport passed its review in June 2021.", document="c.md")
    assert accounts(asked, [day, month, year]) == [day, year]


def test_a_place_of_the_deal_that_is_asked_about_is_no_other_place():
    asked = analyse("How many jobs does the Sunderland deal bring?", registry=SUNDERLAND)
    first = candidate_of("The Sunderland deal brings 5,200 jobs.")
    other = candidate_of("South Tyneside's page gives 7,850 jobs.", 0.8, document="b.md")
    assert accounts(asked, [first, other]) == [first, other]


def test_what_is_said_of_two_places_that_are_asked_about_is_no_conflict():
    asked = analyse("How many jobs do the deals of Sunderland and Hull bring?", registry=SUNDERLAND)
    first = candidate_of("The Sunderland deal brings 5,200 jobs.")
    other = candidate_of("The Hull deal brings 7,850 jobs.", 0.8, document="b.md")
    assert accounts(asked, [first, other]) == [first]


def test_a_number_behind_what_it_counts_is_set_beside_one_before_it():
    first = candidate_of("The first offer had 15,420 homes.")
    other = candidate_of("The number of homes is still 17,420.", 0.6, document="b.md")
    asked = analyse("Did the number of homes in Northport change?")
    assert accounts(asked, [first, other]) == [first, other]


def test_rows_of_other_things_are_no_conflict():
    first = candidate_of("Northport | 5,200 jobs | 2014")
    other = candidate_of("Southport | 7,850 jobs | 2014")
    again = candidate_of("Northport | 7,850 jobs | 2016")
    assert accounts(JOBS, [first, other]) == [first]
    assert accounts(JOBS, [first, again]) == [first, again]


def test_what_came_of_a_forecast_is_no_other_account_of_it():
    other = candidate_of("The Northport deal would bring 7,850 jobs.", 0.5, document="b.md")
    assert accounts(JOBS, [FIRST, other]) == [FIRST]


@pytest.mark.parametrize(
    ("date", "words"), [("2017-01", "the later statement comes first"), ("2014-03", "is not known")], ids=["two", "one"]
)
def test_which_statement_is_the_later_one_is_told_only_where_their_dates_tell_it(date, words):
    other = candidate_of("The Northport deal brings 7,850 jobs.", document="b.md", date=date, status="agreed")
    _, told = disagreement([FIRST, other])
    assert words in told


def test_a_rate_is_no_conflict_with_a_total():
    asked = analyse("How much is the Northport fund?")
    total = candidate_of("The Northport fund is £900m.")
    rate = candidate_of("The Northport fund pays £30m a year, £900m in all.", document="b.md")
    assert accounts(asked, [total, rate]) == [total]


def test_the_figures_that_a_question_offers_are_both_looked_for():
    asked = analyse("Is it 5,200 or 7,850 jobs in Northport?")
    other = candidate_of("The planning page gives 7,850 jobs.", 0.3, document="b.md", features={"coverage": 0.5})
    assert accounts(asked, [FIRST, other]) == [FIRST, other]


@pytest.mark.parametrize(
    "question",
    [
        "jobs in the Northport deal - do the sources agree?",
        "How has the number of jobs in Northport changed?",
        "Has the count of Northport jobs been revised since the deal?",
        "I have read more than one figure for the jobs in Northport.",
        "Northport jobs: from what to what?",
        "Did the target for jobs in Northport shrink?",
        "Northport jobs, bid vs deal",
        "Did the jobs in Northport come when they were meant to?",
        "Were the jobs in Northport scaled back?",
        "Has Northport seen the jobs that it was counting on?",
        "Are the jobs in Northport certain or still to be decided?",
        "Does Northport still promise its jobs?",
        "How many jobs did Northport promise, and did that ever change?",
        "Some papers give Northport few jobs and others many; which are right?",
        "Jobs in Northport in 2012 and again later?",
    ],
)
def test_a_question_that_asks_for_several_accounts_gets_them_though_they_are_worded_otherwise(question):
    other = candidate_of("A count of 2025 found 896 jobs.", 0.5, document="b.md", features={"coverage": 0.2})
    assert accounts(analyse(question), [FIRST, other]) == [FIRST, other]


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        (
            "How did the government cash for Northport's park change over the years?",
            "what is the government cash for Northport's park?",
        ),
        (
            "Did the number of homes in the Northport deal change before it was signed?",
            "what is the number of homes in the Northport deal?",
        ),
        ("How did the Northport fund develop?", "what is the Northport fund?"),
        ("northport deal: jobs, bid vs deal", "northport deal: jobs,"),
        ("How many jobs does the Northport deal bring?", ""),
        ("When did the mayor change the target?", ""),
    ],
)
def test_of_a_question_about_a_change_the_reader_is_asked_for_what_changed(question, plain):
    assert what_changed(analyse(question)) == plain


def test_a_question_when_something_was_changed_asks_for_no_accounts():
    asked = analyse("When was the number of jobs in Northport revised?")
    first = candidate_of("It was revised in March 2014.")
    assert accounts(asked, [first, candidate_of("It grew in 2019.", 0.5, document="b.md")]) == [first]


def test_a_statement_without_a_figure_is_no_account_where_others_have_one():
    vague = candidate_of("The number changed within weeks.", 0.95, document="b.md")
    other = candidate_of("A count of 2025 found 896 jobs.", 0.6, document="c.md")
    asked = analyse("How has the number of jobs in Northport changed?")
    assert accounts(asked, [vague, FIRST, other]) == [FIRST, other]


def test_without_figures_what_is_reported_stands_beside_what_is_not():
    official = candidate_of("The growth goes to the partnership.")
    reported = candidate_of("A magazine wrote that the growth goes to the council.", 0.7, document="b.md")
    asked = analyse("Who gets the growth? The accounts differ.")
    assert accounts(asked, [official, reported]) == [official, reported]


def test_what_another_source_says_of_the_same_thing_need_not_be_as_sure():
    other = candidate_of("A local paper wrote that the Northport deal brings 7,850 jobs.", 0.2, document="b.md")
    assert accounts(JOBS, [FIRST, other]) == [FIRST, other]


@pytest.mark.parametrize(
    ("first", "text"),
    [
        ("The Preston deal brings 5,200 jobs.", "The press gave Preston 7,850 jobs."),
        ("The press gave the Preston deal 5,200 jobs.", "The press reported a dam and 7,850 jobs of the Preston deal."),
    ],
    ids=["they share the place and one word", "it is the same source"],
)
def test_what_is_said_elsewhere_must_be_of_the_same_thing_and_of_another_source_to_be_less_sure(first, text):
    best, other = candidate_of(first), candidate_of(text, 0.2, document="b.md")
    assert accounts(analyse("How many jobs does the Preston deal bring?"), [best, other]) == [best]


WHO = analyse("Who gets the growth in rates in Leeds?")


def test_what_two_sources_say_in_words_is_a_conflict():
    ministers = candidate_of("By the ministerial statement the growth in rates goes to the LEP.")
    council = candidate_of("Council sources say that the growth in rates goes to the zones.", 0.2, document="b.md")
    assert accounts(WHO, [ministers, council]) == [ministers, council]


def test_two_sources_that_give_the_same_figures_do_not_disagree():
    asked = analyse("Did Leeds keep £92m of the growth?")
    first = candidate_of("Leeds keeps £92m of the growth in rates.")
    other = candidate_of("The press wrote that Leeds keeps £92m of the growth in rates.", document="b.md")
    assert accounts(asked, [first, other]) == [first]


def test_what_is_said_of_another_place_is_no_conflict_though_the_question_names_none():
    asked = analyse("How big was the pot?")
    first = candidate_of("The pot of Liverpool holds £130m.")
    other = candidate_of("The pot of Leeds holds £200m.", document="b.md")
    assert accounts(asked, [first, other]) == [first]


def test_how_sure_the_accounts_must_be_is_measured_at_the_first_that_gives_a_figure():
    vague = candidate_of("Other papers give other figures.", 0.5, document="b.md")
    first = candidate_of("The deal document speaks of £10m.", 0.25, document="c.md")
    other = candidate_of("The press release speaks of £28m.", 0.15, document="d.md")
    asked = analyse("private money in Northport - do the sources agree?")
    assert accounts(asked, [vague, first, other]) == [first, other]


def test_fewer_terms_are_enough_where_the_evidence_model_is_for_the_statement():
    features = {"coverage": 0.7, "support": 0.4}
    other = candidate_of("The planning page gives 7,850 jobs for Northport.", 0.8, document="b.md", features=features)
    assert accounts(JOBS, [FIRST, other]) == [FIRST, other]


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("Is the fund £120m or £130m?", {"120000000", "130000000"}),
        ("private investment, 120 or 130 million", {"120000000", "130000000"}),
        ("Is the £1bn programme spread over 25 or 30 years?", {"25", "30"}),
        ("How much is the fund?", set()),
    ],
)
def test_the_figures_that_a_question_offers_for_choice_share_their_unit(question, figures):
    assert offered_figures(analyse(question)) == figures


def test_the_later_statement_comes_first_and_what_was_only_proposed_last():
    later = candidate_of("b", document="b.md", date="2018-06", status="result")
    proposed = candidate_of("c", document="c.md", date="2019-01", status="proposed")
    undated = candidate_of("d", document="d.md")
    order, notice = disagreement([proposed, FIRST, undated, later])
    assert texts(order)[:2] == ["b", FIRST.evidence.text]
    assert "Paper b.md (2018-06, result); Paper a.md (2014-03, agreed)" in notice


@pytest.fixture(scope="module")
def northport(tmp_path_factory):
    documents = {
        "deal.md": "# Northport City Deal\n\nDate: March 2014\n\nThe harbour park of Northport is to bring 5,200 jobs."
        "\n",
        "update.md": "# Northport park, an update\n\nDate: June 2018\n\nThe harbour park of Northport is to bring 7,850"
        " jobs.\n",
        "east.md": "# Eastport City Deal\n\nDate: May 2014\n\nThe harbour park of Eastport is to bring 410 jobs.\n",
    }
    settings = settings_for(tmp_path_factory.mktemp("northport"), documents)
    build_index(settings)
    with Assistant(settings) as assistant:
        yield assistant


def test_both_sides_of_a_conflict_are_given_with_their_dates(northport):
    answer = northport.ask("How many jobs is the harbour park of Northport to bring?")
    assert answer.conflict
    assert ["7,850" in answer.sentences[0].text, "5,200" in answer.sentences[1].text] == [True, True]
    (notice,) = [notice for notice in answer.notices if "differ" in notice]
    assert notice.index("2018-06") < notice.index("2014-03")


def test_another_place_of_the_same_kind_is_no_conflict(northport):
    answer = northport.ask("How many jobs is the harbour park of Eastport to bring?")
    assert not answer.conflict and "410" in answer.text and "5,200" not in answer.text
