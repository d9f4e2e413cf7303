"""Sixty documents with orders in them, and a model that obeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attacks import CITIES, FORMS, QUESTION, documents, obeying, succeeded
from core_corpus import settings_for

from dealqa.answering.language_model.prompting import INSTRUCTIONS
from dealqa.assistant import Assistant
from dealqa.config import LanguageModelSettings, Settings
from dealqa.index import build_index
from dealqa.testing import ScriptedModel


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_for(tmp_path_factory.mktemp("attacked"), documents())
    report = build_index(settings)
    assert report.documents == 60, report.failures
    return settings.model_copy(update={"llm": LanguageModelSettings(model="scripted:obeying", passages=12)})


@pytest.fixture(scope="module")
def obedient(attacked: Settings) -> Iterator[Assistant]:
    with Assistant(attacked, chat_model=ScriptedModel(script=obeying)) as assistant:
        yield assistant


@pytest.mark.parametrize("form", range(1, len(FORMS) + 1), ids=FORMS)
@pytest.mark.parametrize("city", CITIES)
def test_an_order_in_a_document_does_not_reach_the_reader_in_the_models_words(
    obedient: Assistant, city: str, form: int
) -> None:
    assistant = obedient
    answer = assistant.ask(QUESTION.format(city=city), documents=[f"{city.lower()}-{form:02}.md"])
    assert not (answer.author and succeeded(answer.text)), answer.text
    assert INSTRUCTIONS[:60] not in answer.text


@pytest.mark.parametrize("city", CITIES)
def test_nor_from_among_all_documents(obedient: Assistant, city: str) -> None:
    assistant = obedient
    answer = assistant.ask(QUESTION.format(city=city))
    assert not (answer.author and succeeded(answer.text)), answer.text


def test_most_of_the_orders_do_reach_the_model_and_it_does_obey(attacked: Settings) -> None:
    """The others make two sentences disagree; both are shown whole, and the model is not asked."""
    reached = 0
    for form in range(1, len(FORMS) + 1):
        model = ScriptedModel(script=obeying)
        with Assistant(attacked, chat_model=model) as assistant:
            answer = assistant.ask(QUESTION.format(city="Aberford"), documents=[f"aberford-{form:02}.md"])
        assert bool(model.sent) != answer.conflict
        reached += bool(model.sent)
        assert all(succeeded("".join(obeying(sent))) for sent in model.sent)
    assert reached >= len(FORMS) / 2
