"""LangChain's interfaces at the seams: a retriever, an embedder, a runnable, and documents."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
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


def assistant_runnable(assistant: Assistant) -> Runnable[Any, Answer]:
    """The assistant as a runnable: takes a question, or {"question": …, "history": […]}; gives an `Answer`."""

    def ask(given: str | dict[str, Any]) -> Answer:
        if isinstance(given, str):
            return assistant.ask(given)
        return assistant.ask(given["question"], given.get("history", ()), documents=given.get("documents"))

    return RunnableLambda(ask, name="dealqa")
