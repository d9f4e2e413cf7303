"""Imports point one way: from what the user touches down to the words everything is made of.

The rooms stand in `ROOMS` in their order; a module imports rooms that stand before its own, never the other way. A
third-party package that gives a room its purpose is imported in that room only. Both are read from the source, so
that imports inside functions and for type checkers count too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "dealqa"

ROOMS = (
    "environment",
    "loopback",
    "errors",
    "types",
    "config",
    "serialising",
    "coverage",
    "rows",
    "reading",
    "terms",
    "figures",
    "places",
    "naming",
    "deals",
    "access",
    "sentences",
    "passages",
    "embedding",
    "index",
    "watching",
    "updating",
    "understanding",
    "retrieval",
    "guards",
    "answering",
    "citing",
    "snapshot",
    "following",
    "answers",
    "assistant",
    "matrix",
    "exporting",
    "evaluation",
    "langchain",
    "testing",
    "web",
    "cli",
    "__main__",
)

LEAVES = {
    "environment": set(),
    "loopback": set(),
    "errors": set(),
    "types": {"errors"},
    "config": {"errors"},
    "serialising": {"types"},
    "coverage": {"types"},
    "rows": set(),
}
"""The first rooms may import less than the order alone allows."""

HOMES = {
    "chromadb": {"index"},
    "gradio": {"web"},
    "fastapi": {"web"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "huggingface_hub": {"embedding"},
    "onnx": {"embedding"},
    "onnxruntime": {"embedding", "answering/evidence_model/reader", "answering/evidence_model/larger"},
    "openvino": {"embedding"},
    "sentence_transformers": {"embedding"},
    "tokenizers": {
        "embedding",
        "answering/evidence_model/reader",
        "answering/evidence_model/larger",
        "answering/evidence_model/pair_encoding",
    },
    "torch": {"embedding", "answering/evidence_model/larger"},
    "transformers": {"embedding", "answering/evidence_model/larger"},
    "langchain": {"langchain", "answering/language_model/provider"},
    "langchain_core": {
        "langchain",
        "testing",
        "cli/doctor_language_model",
        *(f"answering/language_model/{module}" for module in ("answerer", "asking", "provider", "rewriting")),
    },
    "docx": {"reading", "matrix/docx_table", "exporting"},
    "lxml": {"reading"},
    "openpyxl": {"reading", "matrix/xlsx_sheets"},
    "pptx": {"reading"},
    "markdown_it": {"reading"},
    "pypdfium2": {"reading"},
    "ir_measures": {"evaluation"},
    "mcp": {"web"},
    "reportlab": {"exporting"},
}
"""Where third-party packages live: a room, or one module of a room. What is not listed may be used anywhere."""

EXCEPTIONS = {
    (
        "assistant",
        "dealqa.langchain.assistant_runnable",
    ): "as_runnable() is a method where LangChain's users look for it",
    ("assistant", "langchain_core.runnables.Runnable"): "its return type, for type checkers only",
    ("assistant", "langchain_core.language_models.BaseChatModel"): "an argument's type, for type checkers only",
}
"""Single imports against the rule, each with its reason."""

PUBLIC_SURFACE = ("__init__",)
SURFACE_NAMES = {"__version__"}


def imports(tree: ast.Module, module: tuple[str, ...], *, is_package: bool) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The line and the dotted name, in parts, of everything that a module imports, wherever in it."""
    package = ("dealqa", *module) if is_package else ("dealqa", *module[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "dealqa":  # harmless in itself: what counts is what is taken from it
                    yield from _taken_from(tree, alias.asname or alias.name)
                else:
                    yield node.lineno, tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            origin = (*base, *(node.module.split(".") if node.module else ()))
            for alias in node.names:
                yield node.lineno, (*origin, alias.name)
        elif isinstance(node, ast.Call) and _name(node.func) in {"import_module", "__import__"} and node.args:
            target = node.args[0]
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                yield node.lineno, tuple(target.value.split("."))


def _taken_from(tree: ast.Module, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            yield node.lineno, ("dealqa", node.attr)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def complaint(module: tuple[str, ...], imported: tuple[str, ...]) -> str | None:
    """Why `module` may not import `imported`; None if it may."""
    room = module[0] if module else "__init__"
    top = imported[0]
    if top != "dealqa":
        homes = HOMES.get(top)
        if homes is None or room in homes or "/".join(module) in homes:
            return None
        return f"{top} belongs to {', '.join(sorted(homes))}"

    target = imported[1] if len(imported) > 1 else "__init__"
    if room in PUBLIC_SURFACE or target == room or (len(imported) == 2 and target in SURFACE_NAMES):
        return None
    if target not in ROOMS:
        return f"{'.'.join(imported)} is the public surface, or in a room that ROOMS does not name"
    if room in LEAVES and target not in LEAVES[room]:
        return f"{room} is a leaf and may not know {target}"
    if ROOMS.index(target) >= ROOMS.index(room):
        return f"{target} stands after {room}"
    return None


def module_of(path: Path, source: Path) -> tuple[str, ...]:
    parts = path.relative_to(source).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts


def violations(source: Path) -> list[str]:
    """A sentence for each import in `source` that goes the wrong way, and for each exception without a use."""
    found = []
    unused = set(EXCEPTIONS) if (source / "assistant.py").is_file() else set()
    for path in sorted(source.rglob("*.py")):
        module = module_of(path, source)
        if module[0] not in (*ROOMS, *PUBLIC_SURFACE):
            found.append(f"{path.relative_to(source)}: in a room that ROOMS does not name")
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        is_package = path.name == "__init__.py"
        base = () if module == PUBLIC_SURFACE else module
        for line, imported in imports(tree, base, is_package=is_package):
            reason = complaint(base, imported)
            exception = ("/".join(base), ".".join(imported))
            if reason and exception in EXCEPTIONS:
                unused.discard(exception)
            elif reason:
                found.append(f"{path.relative_to(source)}:{line}: imports {'.'.join(imported)}, but {reason}")
    return found + [f"{module}.py no longer imports {name}: strike the exception" for module, name in sorted(unused)]


def test_every_import_points_to_an_earlier_room_and_third_parties_stay_in_theirs():
    assert violations(SOURCE) == []


def test_the_check_reads_real_modules():
    assert len(list(SOURCE.rglob("*.py"))) > 3


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("errors.py", "from dealqa.types import Answer"),
        ("types.py", "import dealqa.config"),
        ("config.py", "from dealqa import types"),
        ("passages.py", "from dealqa.retrieval import search"),
        ("answering/extractive.py", "from dealqa.assistant import Assistant"),
        ("answering/extractive.py", "from ..citing import verify"),
        ("answering/__init__.py", "from ..citing import verify"),
        ("retrieval.py", "def f():\n    from dealqa.web.server import serve"),
        ("retrieval.py", "if TYPE_CHECKING:\n    from dealqa.cli import main"),
        ("retrieval.py", "import importlib\nimportlib.import_module('dealqa.cli')"),
        ("web/server.py", "from dealqa import Assistant"),
        ("web/server.py", "import dealqa\ndealqa.Assistant()"),
        ("utils.py", "import re"),
        ("retrieval.py", "import chromadb"),
        ("retrieval.py", "def f():\n    from chromadb.config import Settings"),
        ("cli.py", "import gradio as gr"),
        ("index/build.py", "from onnxruntime import InferenceSession"),
        ("answering/extractive.py", "from langchain_core.messages import HumanMessage"),
        ("passages.py", "import lxml.html"),
    ],
)
def test_an_import_that_goes_the_wrong_way_is_found(tmp_path, file, line):
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(line, encoding="utf-8")
    assert len(violations(tmp_path)) == 1


def test_an_exception_that_is_no_longer_needed_is_found(tmp_path):
    (tmp_path / "assistant.py").write_text("", encoding="utf-8")
    assert len(violations(tmp_path)) == len(EXCEPTIONS)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("__init__.py", "from dealqa.assistant import Assistant"),
        ("types.py", "from dealqa.errors import DealqaError"),
        ("cli.py", "from dealqa import __version__"),
        ("cli.py", "import dealqa\nversion = dealqa.__version__"),
        ("cli.py", "from dealqa.web import serve"),
        ("reading/pdf.py", "from . import walk"),
        ("reading/pdf.py", "from ..errors import UnreadableDocument\nimport pypdfium2"),
        ("index/store.py", "import chromadb.config"),
        ("embedding/export.py", "def f():\n    import torch"),
        ("answering/language_model/asking.py", "from langchain_core.messages import HumanMessage"),
        ("langchain.py", "from langchain_core.retrievers import BaseRetriever"),
        ("retrieval.py", "import sqlite3\nimport numpy as np"),
    ],
)
def test_an_import_that_goes_the_right_way_is_not_complained_about(tmp_path, file, line):
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(line, encoding="utf-8")
    assert violations(tmp_path) == []
