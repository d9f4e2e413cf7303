"""What a reader sees of a language model that is right, wrong, hostile, slow, silent or gone."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from core_corpus import settings_for

from dealqa.assistant import Assistant
from dealqa.config import LanguageModelSettings
from dealqa.index import build_index
from dealqa.testing import (
    Script,
    ScriptedModel,
    cites,
    copies,
    fails,
    obeys,
    passages_in,
    repeats,
    says,
    stalls,
    statement,
    states,
)
from dealqa.types import Answer

Scripted = Callable[..., Assistant]

BRISTOL = "How much of the growth in business rates does Bristol keep?"
EXTRACTIVE = "Bristol keeps 100% of the growth in business rates in five enterprise areas for 25 years."
OWN_WORDS = "For 25 years Bristol keeps all growth in business rates, 100%, in five enterprise areas."


def is_extractive(answer: Answer) -> bool:
    return answer.author == "" and answer.sentences[0].text == EXTRACTIVE


class Refused(Exception):
    """An error with a status, as the providers' clients raise them."""

    def __init__(self, status: int) -> None:
        super().__init__("Bearer canary-key was sent")
        self.status_code = status


class Wrapped(Exception):
    """An error that says nothing by itself, as some clients put it around the one that does."""

    def __init__(self, status: int) -> None:
        super().__init__("canary")
        self.__cause__ = Refused(status)


# --- what is right ----------------------------------------------------------------------------------------------------


def test_a_true_statement_is_shown_with_the_sentence_that_says_it(scripted: Scripted) -> None:
    answer = scripted(states(OWN_WORDS, (1,), ("keeps 100% of the growth",))).ask(BRISTOL)
    assert answer.author == "scripted:model"
    assert [sentence.text for sentence in answer.sentences] == [OWN_WORDS]
    assert [citation.quote for citation in answer.citations] == [EXTRACTIVE]
    assert answer.dropped == 0


def test_the_documents_own_sentences_come_first_and_what_was_verified_takes_their_place(scripted: Scripted) -> None:
    assistant = scripted(copies(lambda sentence: OWN_WORDS))
    first, *_, last = assistant.stream(BRISTOL)
    assert first.partial
    assert is_extractive(first)
    assert not last.partial
    assert last.text == f"{OWN_WORDS} [1]"


def test_each_statement_is_shown_as_soon_as_it_was_verified(scripted: Scripted) -> None:
    one = statement(OWN_WORDS)
    assistant = scripted(says(one, 3_600.0), seconds=60)
    answers = assistant.stream(BRISTOL)
    shown = next(answer for answer in answers if answer.author)
    answers.close()
    assert shown.partial
    assert shown.sentences[0].text == OWN_WORDS


def test_the_extractive_answer_can_be_kept_back(scripted: Scripted) -> None:
    assistant = scripted(states(OWN_WORDS), show_extractive_first=False)
    assert all(
        answer.author
        for answer in assistant.stream(BRISTOL)
        if answer.partial and answer.sentences[0].text != EXTRACTIVE
    )
    assert next(assistant.stream(BRISTOL)).author == "scripted:model"


def test_the_same_question_is_not_sent_twice(scripted: Scripted) -> None:
    calls: list[str] = []

    def script(sent: str) -> list[str]:
        calls.append(sent)
        return [statement(OWN_WORDS)]

    assistant = scripted(script)
    assert assistant.ask(BRISTOL).text == assistant.ask(BRISTOL).text
    assert len(calls) == 1


def test_what_could_not_be_verified_is_asked_for_once_more_with_what_is_wrong(scripted: Scripted) -> None:
    def script(sent: str) -> list[str]:
        told = "there is no passage 7" in sent
        return [statement(OWN_WORDS, (1,) if told else (7,))]

    answer = scripted(script).ask(BRISTOL)
    assert answer.sentences[0].text == OWN_WORDS
    assert answer.dropped == 0


# --- what is wrong ----------------------------------------------------------------------------------------------------

FABRICATED: dict[str, Script] = {
    "a passage that was not given": cites(99),
    "passage 0": cites(0),
    "a negative passage": cites(-1),
    "a range": cites("1-3"),
    "a section": cites("[SPA p.4]"),
    "a title": cites("Bristol City Deal"),
    "an address": cites("https://example.org/deal"),
    "a file": cites("bristol.md"),
    "a half": cites(1.5),
    "true": cites(True),
    "null": cites(None),
    "an object": cites({"number": 1}),
    "a huge number": cites(10**30),
    "one that is there and one that is not": cites(1, 99),
    "nothing": cites(),
    "a citation in the text alone": says("Bristol keeps 100% of the growth in business rates (see page 4)."),
    "brackets in the text": says("Bristol keeps 100% of the growth in business rates [99]."),
}


@pytest.mark.parametrize("script", FABRICATED.values(), ids=FABRICATED)
def test_a_fabricated_citation_is_not_shown(scripted: Scripted, script: Script) -> None:
    answer = scripted(script).ask(BRISTOL)
    assert is_extractive(answer)
    assert answer.dropped == 1
    assert any("could not be verified" in notice for notice in answer.notices)


MISQUOTED: dict[str, Script] = {
    "a quote that stands nowhere": states(OWN_WORDS, (1,), ("keeps 80% of the growth",)),
    "a quote of another passage": states(OWN_WORDS, (1,), ("Leeds keeps 50% of the growth",)),
    "a quote with another figure": states(OWN_WORDS, (1,), ("for 30 years",)),
    "a quote that is too short": states(OWN_WORDS, (1,), ("Bristol",)),
    "one true quote and one false": states(OWN_WORDS, (1,), ("keeps 100% of the growth", "and for ever after")),
    "sentences of which one is false": states(OWN_WORDS, (1,), (f"It goes to five councils. {EXTRACTIVE}",)),
    "another passage": copies(lambda sentence: EXTRACTIVE, passage=2),
}


@pytest.mark.parametrize("script", MISQUOTED.values(), ids=MISQUOTED)
def test_what_a_model_quotes_wrongly_is_shown_with_the_sentence_that_says_it_or_not_at_all(
    scripted: Scripted, script: Script
) -> None:
    answer = scripted(script).ask(BRISTOL)
    assert answer.author
    assert [citation.quote for citation in answer.citations] == [EXTRACTIVE]


@pytest.mark.parametrize("quote", ["Bristol keeps 80% of the growth in business rates for 30 years.", EXTRACTIVE])
def test_a_quote_carries_nothing_that_its_sentence_does_not_say(scripted: Scripted, quote: str) -> None:
    lie = "Bristol keeps 80% of the growth in business rates for 30 years."
    assert is_extractive(scripted(states(lie, (1,), (quote,))).ask(BRISTOL))


@pytest.mark.parametrize(
    ("old", "new"),
    [("100%", "80%"), ("25 years", "30 years"), ("Bristol", "Leeds"), ("keeps", "may keep"), ("keeps", "does not keep"),
     ("five", "six"), ("in five enterprise areas", "at https://example.org")],
)  # fmt: skip
def test_a_changed_statement_is_not_shown(scripted: Scripted, old: str, new: str) -> None:
    assert is_extractive(scripted(states(EXTRACTIVE.replace(old, new))).ask(BRISTOL))


def test_a_true_statement_beside_the_point_is_not_shown(scripted: Scripted) -> None:
    answer = scripted(copies(passage=2)).ask(BRISTOL)
    assert is_extractive(answer)


def test_a_true_statement_without_what_was_asked_for_is_not_shown(scripted: Scripted) -> None:
    text = "Bristol keeps the growth in business rates in five enterprise areas."
    answer = scripted(states(text, (1,), ("in five enterprise areas",))).ask(
        "For how long does Bristol keep the growth?"
    )
    assert is_extractive(answer)


def test_one_of_two_who_did_something_together_is_no_answer_to_who_did_it(scripted: Scripted) -> None:
    alone = copies(lambda sentence: "Newcastle can borrow £92 million." if "Newcastle" in sentence else sentence)
    answer = scripted(alone).ask("Who can borrow £92 million?")
    assert answer.author == ""
    assert answer.dropped == 1


def test_a_quote_may_put_sentences_next_to_each_other(scripted: Scripted) -> None:
    quote = f"The money goes into a shared fund of the four councils. {EXTRACTIVE}"
    answer = scripted(states(OWN_WORDS, (1,), (quote,))).ask(BRISTOL)
    assert answer.author
    assert [citation.quote for citation in answer.citations] == [EXTRACTIVE]


def test_two_sentences_in_one_statement_are_each_said_by_a_sentence(scripted: Scripted) -> None:
    text = f"{EXTRACTIVE} The money goes into a shared fund of the four councils."
    answer = scripted(states(text)).ask(BRISTOL)
    assert answer.author
    assert len(answer.citations) == 2


def test_it_is_who_was_spoken_of_before_and_nobody_else(scripted: Scripted) -> None:
    text = "The Bristol deal was signed in July 2012 by four councils. It keeps 50% of the growth for 10 years."
    assert is_extractive(scripted(states(text, (1, 2, 3))).ask(BRISTOL))


def test_of_two_statements_the_one_that_stands_is_shown(scripted: Scripted) -> None:
    answer = scripted(says(statement(OWN_WORDS), statement("Bristol keeps it for 99 years."))).ask(BRISTOL)
    assert [sentence.text for sentence in answer.sentences] == [OWN_WORDS]
    assert answer.dropped == 1


@pytest.mark.parametrize(
    "question", ["How much of the growth in business rates does Cardiff keep?", "Who is the mayor of Oslo?"]
)
def test_what_the_documents_do_not_say_is_refused_and_the_model_not_asked(
    scripted: Scripted, plain: Assistant, question: str
) -> None:
    answer = scripted(fails(AssertionError("it was asked"))).ask(question)
    assert answer.refusal == plain.ask(question).refusal
    assert answer.refused
    assert answer.notices == plain.ask(question).notices


def test_a_comparison_stays_what_it_is(scripted: Scripted, plain: Assistant) -> None:
    question = "How much of the growth in business rates do Bristol and Leeds keep?"
    assert plain.ask(question).compared
    assert scripted(fails(AssertionError("it was asked"))).ask(question).comparison == plain.ask(question).comparison


# --- what is hostile --------------------------------------------------------------------------------------------------


def test_a_model_that_obeys_a_document_shows_nothing_of_it(scripted: Scripted) -> None:
    assistant = scripted(obeys(r"(answer 42|every deal is worth £99 billion)"))
    for question in ("What is the Sheffield deal worth?", "How long is the Sheffield deal?", BRISTOL):
        answer = assistant.ask(question)
        assert "42" not in answer.text
        assert answer.author == ""


def test_a_model_that_tells_its_prompt_shows_nothing_of_it(scripted: Scripted) -> None:
    assert is_extractive(scripted(obeys(r"$^")).ask(BRISTOL))


def test_passages_are_sent_between_marks_that_no_document_can_know(scripted: Scripted) -> None:
    sent: list[str] = []

    def script(prompt: str) -> list[str]:
        sent.append(prompt)
        return []

    assistant = scripted(script)
    assistant.ask(BRISTOL)
    assistant.ask("How much of the growth in business rates does Leeds keep?")
    assert EXTRACTIVE.split(" in five")[0] in passages_in(sent[0])[1].replace("\n", " ")
    marks = {prompt.split("BEGIN ")[1].split(" ")[0] for prompt in sent}
    assert len(marks) == 2


def test_a_conflict_stays_what_it_is(tmp_path: Path) -> None:
    documents = {
        "deal.md": "# Northport deal\n\nDate: March 2014\n\nThe harbour park of Northport is to bring 5,200 jobs.\n",
        "new.md": "# Northport park\n\nDate: June 2018\n\nThe harbour park of Northport is to bring 7,850 jobs.\n",
    }
    settings = settings_for(tmp_path, documents)
    build_index(settings)
    llm = settings.model_copy(update={"llm": LanguageModelSettings(model="scripted:model")})
    with Assistant(llm, chat_model=ScriptedModel(script=fails(AssertionError("it was asked")))) as assistant:
        answer = assistant.ask("How many jobs is the harbour park of Northport to bring?")
    assert answer.conflict
    assert ["7,850" in answer.text, "5,200" in answer.text, answer.author] == [True, True, ""]


# --- what is slow, silent or gone -------------------------------------------------------------------------------------

BAD: dict[str, tuple[Script, str]] = {
    "says nothing": (says(), "gave no answer"),
    "says white space": (says(" ", "\n"), "gave no answer"),
    "never answers": (stalls(), "took too long"),
    "stops half way": (stalls(after='{"statements": [{"text": "Bristol'), "took too long"),
    "repeats itself": (repeats(), "did not come to an end"),
    "repeats a line": (repeats("Bristol keeps what it keeps and keeps it.\n"), "did not come to an end"),
    "writes for ever": (lambda sent: (f"{number} " for number in range(10**7)), "did not come to an end"),
    "cannot be reached": (fails(ConnectionError("canary-key")), "cannot be reached"),
    "is overloaded": (fails(Refused(503)), "error 503"),
    "takes no more": (fails(Refused(429)), "takes no more questions"),
    "takes no more, says its client in an error of its own": (fails(Wrapped(429)), "takes no more questions"),
    "does not know the key": (fails(Refused(401)), "does not accept the key"),
    "breaks": (fails(ValueError("canary-key")), "failed (ValueError)"),
}


@pytest.mark.parametrize(("script", "told"), BAD.values(), ids=BAD)
def test_a_reader_of_a_bad_model_has_the_extractive_answer_and_is_told_why(
    scripted: Scripted, script: Script, told: str
) -> None:
    answer = scripted(script, seconds=2, retries=0).ask(BRISTOL)
    assert is_extractive(answer)
    (notice,) = [notice for notice in answer.notices if "language model" in notice]
    assert told in notice
    assert notice.endswith("What is shown are the documents' own sentences.")
    assert "canary" not in repr(answer)


def test_what_was_verified_before_a_model_fell_silent_is_shown(scripted: Scripted) -> None:
    answer = scripted(stalls(after=statement(OWN_WORDS)), seconds=2).ask(BRISTOL)
    assert answer.sentences[0].text == OWN_WORDS
    assert any("may not be complete" in notice for notice in answer.notices)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_help_is_tried_again(scripted: Scripted, status: int) -> None:
    assert scripted(fails(Refused(status), 2, states(OWN_WORDS)), retries=2).ask(BRISTOL).author


@pytest.mark.parametrize("status", [400, 401, 404])
def test_what_will_not_help_is_not_tried_again(scripted: Scripted, status: int) -> None:
    assert not scripted(fails(Refused(status), 1, states(OWN_WORDS)), retries=2).ask(BRISTOL).author


def test_a_model_into_which_no_passage_fits_is_not_asked(scripted: Scripted) -> None:
    asked = fails(AssertionError("it was asked"))
    answer = scripted(asked, context_tokens=512, answer_tokens=400).ask(BRISTOL)
    assert is_extractive(answer)
    assert any("No passage fits into `llm.context_tokens`" in notice for notice in answer.notices)


def test_who_comes_while_the_model_is_busy_has_the_extractive_answer_at_once(scripted: Scripted) -> None:
    assistant = scripted(stalls(), seconds=60, concurrency=1)
    first = assistant.stream(BRISTOL)
    list(islice(first, 2))
    answer = assistant.ask(BRISTOL)
    first.close()
    assert is_extractive(answer)
    assert any("busy" in notice for notice in answer.notices)


def test_when_a_reader_leaves_the_model_stops_with_its_next_word(scripted: Scripted) -> None:
    written: list[int] = []

    def script(sent: str) -> object:
        for number in range(10_000):
            written.append(number)
            yield f"{number} "
            yield 0.02

    assistant = scripted(script, seconds=60)
    answers = assistant.stream(BRISTOL)
    list(islice(answers, 2))
    answers.close()
    time.sleep(0.2)  # for the word that is being written
    so_far = len(written)
    time.sleep(0.3)
    assert len(written) == so_far


def test_langchains_runnable_streams_the_answer_as_it_comes(scripted: Scripted) -> None:
    first, *_, last = scripted(states(OWN_WORDS)).as_runnable().stream({"question": BRISTOL})
    assert is_extractive(first)
    assert last.sentences[0].text == OWN_WORDS


def test_the_model_is_an_ordinary_chat_model_of_langchain() -> None:
    assert ScriptedModel(script=says("Yes", ".")).invoke("Is it?").content == "Yes."
