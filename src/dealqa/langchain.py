"""LangChain's interfaces at the seams: a retriever, an embedder, a runnable, and documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict

from dealqa.assistant import Assistant
from dealqa.embedding import Embedder
from dealqa.types import Answer, Hit

__all__ = ["DealEmbeddings", "DealRetriever", "assistant_runnable", "hit_to_document"]


def hit_to_document(hit: Hit) -> LangChainDocument:
    """A hit as a LangChain document: the passage's own text, and where it stands as metadata."""
    return LangChainDocument(
        id=hit.passage.id,
        page_content=hit.passage.text,
        metadata={
            "source": hit.document.path,
            "title": hit.document.title,
            "page": hit.passage.page,
            "heading_path": list(hit.passage.heading_path),
            "start": hit.passage.start,
            "end": hit.passage.end,
            "rank": hit.rank,
            "score": hit.score,
        },
    )


class DealRetriever(BaseRetriever):
    """dealqa's retrieval as a LangChain retriever: `DealRetriever(assistant=Assistant()).invoke("…")`.

    Attributes:
        k: how many passages to return.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [hit_to_document(hit) for hit in self.assistant.search(query, limit=self.k)]


class DealEmbeddings(Embeddings):
    """dealqa's embedder as LangChain embeddings: unit vectors as lists of floats."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text; what is beyond the model's limit is cut off, as LangChain's users expect."""
        vectors, _ = self._embedder.embed_passages(texts, [()] * len(texts))
        return [[float(x) for x in vector] for vector in vectors]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return [float(x) for x in self._embedder.embed_question(text)]


class AssistantRunnable(Runnable[Any, Answer]):
    """The assistant as a runnable: takes a question, or {"question": …, "history": […]}; gives an `Answer`.

    `stream` gives the answer as it comes into being (`Assistant.stream`): each is whole in itself, and the last one is
    the answer. They are not to be added up.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.name = "dealqa"

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer."""
        return self._call_with_config(self._ask, input, config)

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:
        """The answer as it comes into being."""
        question, others = _asked(input)
        yield from self._assistant.stream(question, **others)

    def _ask(self, given: Any) -> Answer:
        question, others = _asked(given)
        return self._assistant.ask(question, **others)


def _asked(given: str | dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if isinstance(given, str):
        return given, {}
    return given["question"], {"history": given.get("history", ()), "documents": given.get("documents")}


def assistant_runnable(assistant: Assistant) -> Runnable[Any, Answer]:
    """See `AssistantRunnable`."""
    return AssistantRunnable(assistant)
