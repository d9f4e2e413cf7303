"""Ask questions of deal documents; every sentence of an answer is quoted and cited, or the answer is a refusal."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from dealqa.environment import quieten

if TYPE_CHECKING:
    from dealqa.assistant import Assistant
    from dealqa.config import Settings, load_settings
    from dealqa.errors import DealqaError
    from dealqa.index import build_index
    from dealqa.langchain import DealEmbeddings, DealRetriever
    from dealqa.types import Answer, Citation, Document, Hit, Passage, Question, Refusal

quieten()  # before any third party is imported

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "DealEmbeddings",
    "DealRetriever",
    "DealqaError",
    "Document",
    "Hit",
    "Passage",
    "Question",
    "Refusal",
    "Settings",
    "__version__",
    "build_index",
    "load_settings",
]

_HOME = {
    "Answer": "types",
    "Assistant": "assistant",
    "Citation": "types",
    "DealEmbeddings": "langchain",
    "DealRetriever": "langchain",
    "DealqaError": "errors",
    "Document": "types",
    "Hit": "types",
    "Passage": "types",
    "Question": "types",
    "Refusal": "types",
    "Settings": "config",
    "build_index": "index",
    "load_settings": "config",
}


def __getattr__(name: str) -> Any:
    # Loaded on first use: `dealqa --help` must not wait for onnxruntime, Chroma or LangChain.
    if name not in _HOME:
        raise AttributeError(f"module 'dealqa' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"dealqa.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
