"""The real embedder and one index over the small corpus, shared by all tests of the core."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from core_corpus import DOCUMENTS, settings_for

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.embedding import OnnxEmbedder, load_embedder
from dealqa.index import build_index


@pytest.fixture(scope="session")
def embedder() -> OnnxEmbedder:
    """The default model."""
    return load_embedder(Settings(cache=Path(os.environ["DEALQA_CACHE"])))


@pytest.fixture(scope="session")
def deal_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index over the small corpus, built once; no test may write to it."""
    settings = settings_for(tmp_path_factory.mktemp("deals"), DOCUMENTS)
    report = build_index(settings)
    assert report.documents == len(DOCUMENTS), report.failures
    return settings


@pytest.fixture(scope="session")
def deals(deal_settings: Settings) -> Iterator[Assistant]:
    """An assistant over the small corpus."""
    with Assistant(deal_settings) as assistant:
        yield assistant
