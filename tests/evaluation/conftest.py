"""The dev split of the City Deals suite, asked once; and copies of the run with something broken in it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import dealqa
from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.evaluation import EvalRun, Suite, ask_suite, load_suite
from dealqa.index import build_index

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(dealqa.__file__).resolve().parent


def _version_of_the_index() -> str:
    """A hash of all code that decides what is in an index: an index that other code made is not to be asked."""
    rooms = ("reading/*.py", "embedding/*.py", "index/*.py", "passages.py", "sentences.py", "terms.py", "data/*.txt")
    files = [path for room in rooms for path in sorted(SOURCE.glob(room))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]


@pytest.fixture(scope="session")
def dev_suite() -> Suite:
    return load_suite(ROOT / "evals" / "city_deals", "dev")


@pytest.fixture(scope="session")
def city_settings() -> Settings:
    """Settings of an index of the demonstration corpus, which is kept for the next time and brought up to date."""
    cache = Path(os.environ["DEALQA_CACHE"])
    folder = cache / "evals" / f"gate-{_version_of_the_index()}"
    for old in (cache / "evals").glob("gate-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    # Without text recognition, which is not installed everywhere, and of which versions differ.
    settings = Settings(corpus=ROOT / "docs_corpus", index=folder, cache=cache, ocr="off")
    build_index(settings)
    return settings


@pytest.fixture(scope="session")
def city_assistant(city_settings: Settings) -> Iterator[Assistant]:
    with Assistant(city_settings) as assistant:
        yield assistant


@pytest.fixture(scope="session")
def dev_run(dev_suite: Suite, city_assistant: Assistant) -> EvalRun:
    return ask_suite(dev_suite, city_assistant)
