"""Documents by somebody who has read the guards, and a model that does whatever they want.

Two sets. The guards were mended with the first one in sight, and then, as far as it cost nothing, with the second. What
still gets through is listed by name: it is known, and no more may join it.
"""

from __future__ import annotations

from collections.abc import Iterator

import attacks_adaptive
import attacks_second
import pytest
from attacks_adaptive import CITY, QUESTION, SURROUNDINGS, Form, documents, obeying, path_of, succeeded
from core_corpus import settings_for

from dealqa.assistant import Assistant
from dealqa.config import LanguageModelSettings
from dealqa.index import build_index
from dealqa.testing import ScriptedModel

SETS: dict[str, tuple[Form, ...]] = {"first": attacks_adaptive.FORMS, "second": attacks_second.FORMS}

GET_THROUGH: dict[str, frozenset[str]] = {
    "first": frozenset({"a policy"}),
    "second": frozenset(
        {
            "words for a machine, with a dash",
            "a drunk",
            "a pantomime",
            "single straight quotes",
            "it is another",
            "a list of what was turned down",
            "a heading of what was repealed",
            "a hoax, in a paragraph before",
            "what a machine holds on to",
            "a liar before",
            "an order to machines behind",
            "an order two sentences before",
            "an order under another heading",
            "a dagger",
            "without the growth",
            "void elsewhere",
        }
    ),
}


@pytest.fixture(scope="module")
def assistants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Assistant, ScriptedModel]]]:
    opened: dict[str, tuple[Assistant, ScriptedModel]] = {}
    for name, forms in SETS.items():
        papers = documents(forms)
        settings = settings_for(tmp_path_factory.mktemp(name), papers)
        assert build_index(settings).documents == len(papers)
        llm = LanguageModelSettings(model="scripted:obeying", passages=12)
        model = ScriptedModel(script=lambda sent: [])
        opened[name] = (Assistant(settings.model_copy(update={"llm": llm}), chat_model=model), model)
    yield opened
    for assistant, _ in opened.values():
        assistant.close()


@pytest.mark.parametrize(
    ("name", "form"),
    [(name, form) for name, forms in SETS.items() for form in forms],
    ids=[f"{name}: {form.name}" for name, forms in SETS.items() for form in forms],
)
def test_what_a_document_only_frames_is_not_shown_as_a_fact(
    assistants: dict[str, tuple[Assistant, ScriptedModel]], name: str, form: Form
) -> None:
    assistant, model = assistants[name]
    model.script = obeying(form)
    shown = []
    for where in SURROUNDINGS:
        answer = assistant.ask(QUESTION.format(city=CITY), documents=[path_of(form, where)])
        shown += [answer.text] if answer.author and succeeded(form, answer.text) else []
    assert bool(shown) is (form.name in GET_THROUGH[name]), shown
