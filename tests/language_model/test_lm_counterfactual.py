"""What was taken out of the documents is not said any more, however well a model knows it by heart."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_corpus import DOCUMENTS, settings_for

from dealqa.assistant import Assistant
from dealqa.config import LanguageModelSettings, Settings
from dealqa.index import build_index
from dealqa.testing import ScriptedModel, passages_in, statement

KNOWN: dict[str, str] = {
    "How much of the growth in business rates does Bristol keep?": (
        "Bristol keeps 100% of the growth in business rates in five enterprise areas for 25 years."
    ),
    "How much of the growth in business rates does Leeds keep?": (
        "Leeds keeps 50% of the growth in business rates in one enterprise zone for 10 years."
    ),
    "How large is the transport fund of Leeds?": "Leeds sets up a transport fund of £1 billion over ten years.",
    "How large is the venture capital fund of Nottingham?": (
        "Nottingham has a venture capital fund of £45 million for young technology firms."
    ),
    "How many apprentices does Sheffield train?": "Sheffield trains 4,000 apprentices with local employers.",
    "How much can Newcastle and Gateshead borrow?": (
        "Newcastle and Gateshead keep the rates of four sites for 25 years, so that they can borrow £92 million."
    ),
    "When was the Bristol deal signed?": "The Bristol deal was signed in July 2012 by four councils.",
    "When was the Leeds deal signed?": "The Leeds deal was signed in September 2012 by five councils.",
}


@pytest.fixture(scope="module")
def poorer(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An index of the same documents without these sentences."""
    left = dict(DOCUMENTS)
    for sentence in KNOWN.values():
        for path, text in left.items():
            left[path] = text.replace(sentence, "")
    settings = settings_for(tmp_path_factory.mktemp("poorer"), left)
    build_index(settings)
    return settings


def knowing(settings: Settings, sentence: str) -> Assistant:
    """An assistant whose model says a sentence whatever it is given, of each passage, with a quote and without."""

    def script(sent: str) -> list[str]:
        numbers = list(passages_in(sent))
        return [statement(sentence, (number,), quotes) for number in numbers for quotes in ((), (sentence,))]

    llm = settings.model_copy(update={"llm": LanguageModelSettings(model="scripted:model")})
    return Assistant(llm, chat_model=ScriptedModel(script=script))


@pytest.mark.parametrize(("question", "sentence"), KNOWN.items(), ids=list(KNOWN))
def test_what_the_documents_say_is_shown(deal_settings: Settings, question: str, sentence: str) -> None:
    with knowing(deal_settings, sentence) as assistant:
        answer = assistant.ask(question)
    assert sentence in [" ".join(one.text.split()) for one in answer.sentences]


@pytest.mark.parametrize(("question", "sentence"), KNOWN.items(), ids=list(KNOWN))
def test_what_they_say_no_longer_is_not(poorer: Settings, question: str, sentence: str) -> None:
    with knowing(poorer, sentence) as assistant:
        answer = assistant.ask(question)
    assert answer.author == ""
    assert sentence not in answer.text


def test_the_sentences_stood_in_the_documents(deal_settings: Settings, poorer: Settings) -> None:
    def texts(settings: Settings) -> str:
        files = sorted(path for path in Path(settings.corpus).rglob("*") if path.is_file())
        return " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in files if path.suffix != ".bin")

    before, after = texts(deal_settings), texts(poorer)
    assert [sentence for sentence in KNOWN.values() if sentence not in before] == []
    assert [sentence for sentence in KNOWN.values() if sentence in after] == []
