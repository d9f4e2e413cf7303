"""Questions: what kind of answer they ask for, whom and what they name, and what a follow-up leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealqa.understanding import analyse, answer_type, resolve_follow_up

EARLIER = "What does Bristol keep?"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How long does Bristol keep it?", "duration"),
        ("For how many years does it run?", "duration"),
        ("Over what period is it paid?", "duration"),
        ("What percentage does Bristol keep?", "percentage"),
        ("How much of the growth is kept?", "percentage"),
        ("How much does Leeds get?", "amount"),
        ("What is the value of the fund?", "amount"),
        ("How big is the transport fund?", "amount"),
        ("What is the deal worth?", "amount"),
        ("How many firms are advised?", "count"),
        ("What is the number of hubs?", "count"),
        ("When was it signed?", "date"),
        ("and when was the Leeds deal signed?", "date"),
        ("In what year does it end?", "date"),
        ("Since when does it run?", "date"),
        ("Who signed it?", "agent"),
        ("Which minister signed it?", "agent"),
        ("Whose fund is it?", "agent"),
        ("Which cities have growth hubs?", "list"),
        ("List the measures on skills", "list"),
        ("Which hubs were created under the deal?", "list"),
        ("full list of places that bid", "list"),
        ("Which process was used?", "any"),
        ("What do the deals each add up to?", "amount"),
        ("Where is the enterprise zone?", "place"),
        ("Which city has a hub?", "place"),
        ("Why might it fail?", "reason"),
        ("the rates pilot in Leeds, what held it up", "reason"),
        ("What slowed down the first trials?", "reason"),
        ("What caused the funding gap?", "reason"),
        ("What was the size of the cause?", "amount"),
        ("When the deal was signed, what would become of the fund?", "any"),
        ("What help for firms is in the deal?", "any"),
        ("How much would that take off the bills?", "percentage"),
        ("bridge money - could it be spent on the park?", "yes_no"),
        ("new cash for the harbour, strings attached", "any"),
        ("To what two factors is the gap attributed?", "reason"),
        ("How do they account for the gap?", "reason"),
        ("Does Leeds have a hub?", "yes_no"),
        ("and is there a fund?", "yes_no"),
        ("What is a growth hub?", "definition"),
        ("What does NEET stand for?", "definition"),
        ("What does Bristol retain?", "any"),
        ("Tell me about trams.", "any"),
        ("", "any"),
    ],
)
def test_the_wording_says_what_kind_of_answer_is_asked_for(question, kind):
    assert answer_type(question) == kind


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What does Bristol retain?", ("Bristol",)),
        ("What did Greg Clark say about Leeds?", ("Greg Clark", "Leeds")),
        ("Is the Cities Policy Unit in London?", ("Cities Policy Unit", "London")),
        ("Leeds’s fund is how large?", ("Leeds",)),
        ("What is the fund?", ()),
        ("Which cities keep their rates?", ()),
        ("what does bristol retain?", ("Bristol",)),
    ],
)
def test_proper_names_are_known_by_their_capitals_or_as_places(question, names):
    assert analyse(question).names == names


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("what does bristol retain?", ("Bristol",)),
        ("WHAT DOES LEEDS GET?", ("Leeds",)),
        ("is it leeds, hull or newcastle?", ("Leeds", "Hull", "Newcastle")),
        ("Bristol’s fund and Bristol again", ("Bristol",)),
        ("reading the paper in the bath", ()),
        ("What does Reading get?", ("Reading",)),
        ("What does Atlantis get?", ()),
    ],
)
def test_places_are_known_in_any_case_unless_they_are_words_as_well(question, places):
    assert analyse(question).places == places


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Which town helps youngsters who'd been in trouble?", ("town", "helps", "youngsters", "trouble")),
        ("They’ve a fund for trams that they'll share?", ("fund", "trams", "share")),
        ("Who'd pay for the trams if they didn't run?", ("pay", "trams", "run")),
    ],
)
def test_a_shortened_verb_leaves_no_letters_behind_that_would_be_looked_for(question, terms):
    assert analyse(question, ()).terms == terms


def test_figures_and_terms_of_a_question_are_listed():
    asked = analyse("Does Leeds get £1bn or 50% by July 2012?")
    assert asked.figures == ("GBP 1000000000", "50%", "2012-07")
    assert "leeds" in asked.terms
    assert not {"does", "or", "by", "50", "2012"} & set(asked.terms)


@pytest.mark.parametrize(
    ("question", "resolved"),
    [
        ("And Leeds?", "What does Leeds keep?"),
        ("and leeds?", "What does leeds keep?"),
        ("What about Leeds?", "What does Leeds keep?"),
        ("But how about in Leeds", "What does Leeds keep?"),
        ("And Foo\\1?", "What does Foo\\1 keep?"),
        ("And Foo\\g<0>?", "What does Foo\\g<0> keep?"),
        ("And the one around Leeds?", "What does Leeds keep?"),
        ("why?", "Why (Bristol keep)?"),
        ("And when?", "When (Bristol keep)?"),
        ("how long", "How long (Bristol keep)?"),
        ("How long does it last?", "How long does it last (Bristol keep)?"),
        ("Who pays for this?", "Who pays for this (Bristol keep)?"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out_from_the_question_before(question, resolved):
    assert resolve_follow_up(question, EARLIER) == resolved


@pytest.mark.parametrize(
    ("earlier", "question", "resolved"),
    [
        ("How did Leeds vote on the Hull deal?", "Is it still in the club?", "Is Leeds still in the club?"),
        ("How much has Leeds paid into the fund?", "When did it join?", "When did Leeds join?"),
        (
            "Who pays in Leeds?",
            "By when do they want a clean River Mersey?",
            "By when do they want a clean River Mersey?",
        ),
        ("How long does the Leeds transport fund last?", "How big is it?", "How big is the Leeds transport fund?"),
    ],
    ids=["who voted", "who has paid", "they is anybody", "no verb stands behind it"],
)
def test_a_pronoun_means_the_one_who_did_what_was_asked_about(earlier, question, resolved):
    assert resolve_follow_up(question, earlier) == resolved


@pytest.mark.parametrize(
    "question",
    [
        "What does Leeds keep?",
        "When was the Manchester deal signed?",
        "How many firms does the growth hub in Manchester advise?",
        "what does leeds keep for its people?",
        "Which public bodies fund young technology firms in competition?",
    ],
)
def test_a_question_with_a_topic_of_its_own_inherits_nothing(question):
    assert analyse(question, [EARLIER]).resolved == question


def test_a_follow_up_of_a_follow_up_is_about_the_last_topic():
    assert analyse("And Hull?", [EARLIER, "And Leeds?"]).resolved == "What does Hull keep?"
    assert "Leeds" in analyse("how long?", [EARLIER, "And Leeds?"]).resolved


def test_without_a_question_before_a_follow_up_stays_as_it_is():
    assert analyse("And Leeds?").resolved == "And Leeds?"


def test_a_correction_is_applied_to_the_resolved_question_and_not_to_the_typed_one():
    asked = analyse("What does Bristel keep?", correct={"bristel": "Bristol"}.get)
    assert (asked.text, asked.resolved) == ("What does Bristel keep?", "What does Bristol keep?")


@pytest.mark.parametrize(
    ("question", "resolved"),
    [
        ("For a note to the board, what does it cover?", "What does it cover?"),
        ("Before we take counsel's opinion, who carries the risk?", "Who carries the risk?"),
        ("I am writing about public awareness. Who had heard of the label?", "Who had heard of the label?"),
        ("For a note on Leeds, what does it cover?", "For a note on Leeds, what does it cover?"),
        ("For a note, why?", "For a note, why?"),
        ("In the bid, how much private money was promised?", "In the bid, how much private money was promised?"),
        ("For the audit, who is responsible in the end?", "For the audit, who is responsible in the end?"),
        ("We are doing a paper on the fund. Who else got it?", "We are doing a paper on the fund. Who else got it?"),
        ("For the transport fund, how long is the term?", "For the transport fund, how long is the term?"),
        ("Leaving Nottingham aside, what did Hull get?", "What did Hull get?"),
        ("ok forget Leeds. what did Hull get?", "What did Hull get?"),
        ("Apart from trams and buses, what else did Hull get?", "What else did Hull get?"),
        ("Apart from Leeds, it went well.", "Apart from Leeds, it went well."),
        ("Forget it.", "Forget it."),
    ],
)
def test_what_a_question_is_asked_for_and_what_it_is_not_about_is_left_out(question, resolved):
    assert analyse(question).resolved == resolved


def test_what_a_question_leaves_out_is_no_place_that_it_asks_about():
    assert analyse("Which regions outside Greater London joined?").places == ()
    assert analyse("Which places other than Leeds have what Hull has?").places == ("Hull",)


def test_another_thing_takes_the_place_of_the_whole_name_and_another_place_that_of_the_place():
    earlier = "How much does the Preston Western Distributor cost?"
    assert resolve_follow_up("And the Penwortham Bypass?", earlier) == "How much does the Penwortham Bypass cost?"
    assert resolve_follow_up("And in Leeds?", earlier) == "How much does the Leeds Western Distributor cost?"


def test_what_is_left_out_names_nothing():
    asked = analyse("For a note to the Health and Wellbeing Board, what does Leeds keep?")
    assert asked.names == ("Leeds",)


@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=3))
def test_any_question_after_any_others_is_analysed(question, history):
    asked = analyse(question, history)
    assert asked.text == question
    assert set(asked.terms) == {term.lower() for term in asked.terms}


PIECES = st.sampled_from(
    ["And ", "what about ", "Leeds", "(", ")", "?", "\\1", "it ", "why", "Bristol’s ", " of ", "£5m"]
)


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), min_size=1, max_size=5))
def test_any_conversation_of_follow_ups_is_resolved(turns):
    assert analyse(turns[-1], turns[:-1]).resolved or not turns[-1].strip()
