import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def script(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    # dataclasses look their module up by name while the class is made
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def papers():
    return script("papers", ROOT / "docs_corpus" / "papers.py")


@pytest.fixture(scope="session")
def build(papers):
    for name in ("scans", "office", "paged", "renderers"):
        script(name, ROOT / "docs_corpus" / f"{name}.py")
    return script("docs_corpus_build", ROOT / "docs_corpus" / "build.py")


@pytest.fixture(scope="session")
def check():
    return script("city_deals_check", ROOT / "evals" / "city_deals" / "check.py")


@pytest.fixture(scope="session")
def sources(build, papers):
    return [papers.load(path) for path in sorted(build.SOURCES.glob("*.md"))]


@pytest.fixture(scope="session")
def cases(check):
    return check.rows(check.QUESTIONS)


@pytest.fixture(scope="session")
def facts(check):
    return check.rows(check.FACTS)
