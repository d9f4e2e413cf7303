"""The conversation as HTML: what comes from outside stays text, and an answer, a refusal and a problem look apart."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dealqa.types import Answer, AnswerSentence, Citation, Question, Refusal
from dealqa.web.ask.conversation import Turn, citation_name, conversation, evidence_of, header, welcome
from dealqa.web.markup import text

HOSTILE = '<img src=x onerror="window.owned=1"><script>alert(1)</script>&amp;\'"'

CITATION = Citation(
    number=1,
    document_id="d0123456789abcdef",
    document="wave1/bristol.md",
    title="Bristol paper",
    page=None,
    heading_path=("Bristol paper", "Business rates"),
    start=10,
    end=33,
    quote="Bristol keeps the rates",
)
ANSWER = Answer(
    text="Bristol keeps the rates [1]",
    sentences=(AnswerSentence("Bristol keeps the rates.", (1,)),),
    citations=(CITATION,),
    question=Question("What does Bristol keep?", "What does Bristol keep?"),
    generation="000001-abc",
    confidence=0.934,
    timings_ms={"total": 41.6},
)
REFUSED = replace(
    ANSWER,
    sentences=(),
    citations=(),
    refusal=Refusal("unknown_place", "None of the documents mentions Cardiff.", (CITATION,)),
)


class Page(HTMLParser):
    """The tags, attributes and text of a piece of HTML, as a browser's parser sees them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def names(self) -> set[str]:
        return {tag for tag, _ in self.tags}

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.tags if name in (attributes.get("class") or "").split()]


def shown(turn: Turn) -> Page:
    return Page(conversation((turn,)))


def hostile_answer() -> Answer:
    citation = replace(CITATION, title=HOSTILE, document=HOSTILE, heading_path=(HOSTILE,), quote=HOSTILE)
    return replace(
        ANSWER,
        sentences=(AnswerSentence(HOSTILE, (1,)),),
        citations=(citation,),
        question=Question(HOSTILE, HOSTILE + " resolved"),
        notices=(HOSTILE,),
        generation=HOSTILE,
    )


def hostile_refusal() -> Answer:
    nearest = replace(CITATION, title=HOSTILE, quote=HOSTILE)
    return replace(REFUSED, refusal=Refusal("no_evidence", HOSTILE, (nearest,)))


@pytest.mark.parametrize(
    "turn",
    [
        Turn(HOSTILE),
        Turn(HOSTILE, problem=HOSTILE),
        Turn(HOSTILE, answer=hostile_answer()),
        Turn(HOSTILE, answer=hostile_refusal()),
    ],
    ids=["question", "problem", "answer", "refusal"],
)
def test_markup_from_outside_stays_text_in_every_kind_of_turn(turn: Turn) -> None:
    page = shown(turn)
    assert not page.names() & {"img", "script"}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert HOSTILE in page.words


def test_a_hostile_example_stays_text() -> None:
    page = Page(welcome(1, {0: HOSTILE}))
    assert "img" not in page.names()
    assert HOSTILE in page.words


def test_the_name_of_a_citation_cannot_leave_its_attribute() -> None:
    (link,) = shown(Turn("?", answer=hostile_answer())).with_class("cite")
    assert link["aria-label"] == f"Citation 1: {citation_name(hostile_answer().citations[0])}"
    assert set(link) == {"class", "href", "aria-label"}


def test_control_characters_are_replaced_and_line_breaks_kept() -> None:
    assert text("a\x00b\x1b[31m\n") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[31m\n"


def test_the_figure_that_answers_stands_in_front() -> None:
    page = shown(Turn("?", answer=replace(ANSWER, short=HOSTILE)))
    assert len(page.with_class("short")) == 1
    assert page.words.index(HOSTILE) < page.words.index("Bristol keeps the rates.")


def test_a_comparison_is_a_table_with_a_row_for_each_side() -> None:
    sentence = replace(ANSWER.sentences[0], about=("Bristol",))
    answer = replace(ANSWER, sentences=(sentence,), compared=("Bristol", HOSTILE))
    page = shown(Turn("?", answer=answer))
    assert [attributes for tag, attributes in page.tags if tag == "th"] == [{"scope": "row", "dir": "auto"}] * 2
    assert HOSTILE in page.words and "not stated" in page.words
    assert len(page.with_class("cite")) == 1


def test_statements_that_differ_are_a_list() -> None:
    answer = replace(ANSWER, sentences=ANSWER.sentences * 2, conflict=True)
    page = shown(Turn("?", answer=answer))
    assert len(page.with_class("statements")) == 1
    assert len(page.with_class("sentence")) == 2


def test_a_citation_links_to_its_turn_and_number() -> None:
    html = conversation((Turn("a", problem="no"), Turn("b", answer=ANSWER)))
    (link,) = Page(html).with_class("cite")
    assert link["href"] == "#cite-2-1"


def test_a_sentence_shows_only_citations_that_exist() -> None:
    answer = replace(ANSWER, sentences=(AnswerSentence("Bristol keeps the rates.", (1, 7)),))
    assert len(shown(Turn("a", answer=answer)).with_class("cite")) == 1


def test_a_refusal_says_that_it_is_not_in_the_documents_and_offers_the_nearest() -> None:
    page = shown(Turn("What does Cardiff retain?", answer=REFUSED))
    assert "Not in these documents" in page.words
    assert "None of the documents mentions Cardiff." in page.words
    assert [link["href"] for link in page.with_class("nearest")] == ["#cite-1-1"]
    assert not page.with_class("answer")


def test_an_answer_is_not_dressed_as_a_refusal() -> None:
    page = shown(Turn("a", answer=ANSWER))
    assert page.with_class("answer")
    assert not page.with_class("refusal")


def test_the_evidence_of_a_refusal_is_what_is_nearest() -> None:
    assert evidence_of(REFUSED) == (CITATION,)


def test_the_small_print_gives_confidence_time_and_generation() -> None:
    assert "Confidence 93% · 42 ms · index 000001-abc" in shown(Turn("a", answer=ANSWER)).words


def test_a_time_of_a_second_or_more_is_given_in_seconds() -> None:
    answer = replace(ANSWER, timings_ms={"total": 1234.0})
    assert "· 1.2 s ·" in shown(Turn("a", answer=answer)).words


def test_a_resolved_follow_up_is_shown_when_it_differs_from_what_was_typed() -> None:
    answer = replace(ANSWER, question=Question("And Leeds?", "What does Leeds keep?"))
    assert "Understood as: What does Leeds keep?" in shown(Turn("And Leeds?", answer=answer)).words


def test_a_resolved_question_that_differs_in_spaces_and_case_only_is_not_shown() -> None:
    assert "Understood as" not in shown(Turn("  what does  Bristol keep? ", answer=ANSWER)).words


def test_how_a_follow_up_was_understood_is_said_once() -> None:
    question = Question("And Leeds?", "What does Leeds keep?")
    answer = replace(ANSWER, question=question, notices=("Understood as: What does Leeds keep?",))
    assert shown(Turn("And Leeds?", answer=answer)).words.count("What does Leeds keep?") == 1


def test_notices_are_shown() -> None:
    answer = replace(ANSWER, notices=("One file could not be read.",))
    assert "One file could not be read." in shown(Turn("a", answer=answer)).words


def test_a_question_of_a_hundred_thousand_characters_does_not_fill_the_page() -> None:
    assert len(conversation((Turn("a" * 100_000, problem="Too long."),))) < 2_000


def test_the_log_is_there_before_the_first_question() -> None:
    (log,) = Page(conversation(())).with_class("log")
    assert log["role"] == "log"
    assert log["aria-live"] == "polite"


def test_an_empty_index_says_what_to_do() -> None:
    assert "Add documents on the page Documents" in Page(welcome(0, {0: "What?"})).words


@pytest.mark.parametrize(("count", "words"), [(1, "Ask 1 document"), (1200, "Ask 1,200 documents")])
def test_the_header_counts_the_documents(count: int, words: str) -> None:
    assert words in Page(header(count)).words


@pytest.mark.parametrize(
    ("page", "path", "name"),
    [
        (4, ("Bristol paper", "Rates"), "Bristol paper, page\N{NO-BREAK SPACE}4"),
        (None, ("Bristol paper", "Rates"), "Bristol paper, Rates"),
        (None, ("Bristol paper",), "Bristol paper"),
        (None, (), "Bristol paper"),
    ],
)
def test_a_citation_is_called_by_its_title_and_page_or_heading(
    page: int | None, path: tuple[str, ...], name: str
) -> None:
    assert citation_name(replace(CITATION, page=page, heading_path=path)) == name
