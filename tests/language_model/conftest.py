"""Assistants over the small corpus whose language model does as a script says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "core"))

from core_corpus import DOCUMENTS, settings_for

from dealqa.assistant import Assistant
from dealqa.config import LanguageModelSettings, Settings
from dealqa.index import build_index
from dealqa.testing import Script, ScriptedModel

Scripted = Callable[..., Assistant]


@pytest.fixture(scope="session")
def deal_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index over the small corpus, built once; no test may write to it."""
    settings = settings_for(tmp_path_factory.mktemp("written"), DOCUMENTS)
    build_index(settings)
    return settings


@pytest.fixture(scope="session")
def plain(deal_settings: Settings) -> Iterator[Assistant]:
    """The same without a language model."""
    with Assistant(deal_settings) as assistant:
        yield assistant


@pytest.fixture
def scripted(deal_settings: Settings) -> Iterator[Scripted]:
    """Opens an assistant whose model does as the script says; settings of the model may be given."""
    with ExitStack() as opened:

        def made(script: Script, **llm: Any) -> Assistant:
            chosen = deal_settings.model_copy(update={"llm": LanguageModelSettings(model="scripted:model", **llm)})
            return opened.enter_context(Assistant(chosen, chat_model=ScriptedModel(script=script)))

        yield made
