"""The embedder: passages and questions to unit vectors, and a passage's sentences in the same pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from dealqa.embedding.engines import Engine, OnnxRuntimeEngine, OpenVinoEngine
from dealqa.embedding.source import GRAPH, MANIFEST, TOKENIZER
from dealqa.errors import ModelInvalid
from dealqa.types import Span

__all__ = ["Embedder", "FloatArray", "OnnxEmbedder"]

FloatArray = npt.NDArray[np.float32]

BATCH_TOKENS = 512
"""Tokens of one batch, padding included: bounds the memory of a pass and keeps short texts in large batches."""


BULK_TEXTS = 32
"""From so many texts on it pays to compile the graph for the engine that is faster then."""


class Embedder(Protocol):
    """Turns text into vectors: float32, rows of unit length (so a dot product is a cosine)."""

    @property
    def fingerprint(self) -> str:
        """Names the weights and the way they are run; vectors with different fingerprints must never be mixed."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """What is longer than this many tokens, the model's own special tokens included, would be cut off."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, special tokens included, nothing cut off."""

    def embed_question(self, question: str) -> FloatArray:
        """The vector of a question, shape (dimension,); a question beyond `max_tokens` is cut off there."""

    def embed_passages(
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Span]],
        progress: Callable[[int], None] | None = None,
    ) -> tuple[FloatArray, list[FloatArray]]:
        """The vectors of passages and of the sentences in them.

        Args:
            texts: as embedded, context included.
            sentences: for each text, half-open spans of code points in it.
            progress: told after each batch how many texts it held.

        Returns:
            (n, dimension), and for each text (its number of sentences, dimension).
        """


class OnnxEmbedder:
    """An exported sentence-transformers model, run on the processor.

    A sentence's vector is the mean of its tokens' vectors in the passage's own pass ("late" pooling): it costs no
    second pass, and a sentence that says "it" has read who "it" is. Source of the idea: Günther et al., "Late
    chunking: contextual chunk embeddings using long-context embedding models", 2024 (arXiv 2409.04701).

    Args:
        folder: as `ensure_exported` returns it.
        threads: processor threads; 0 for as many as this process may use.
        precision: of the products by which passages are embedded; questions are always embedded in single precision.

    Raises:
        ModelInvalid: the folder's files are damaged.
    """

    def __init__(self, folder: Path, *, threads: int = 0, precision: Literal["f32", "bf16"] = "f32") -> None:
        from tokenizers import Tokenizer

        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._engine: Engine = OnnxRuntimeEngine(folder / GRAPH, threads=threads)
        except Exception as err:  # onnxruntime and tokenizers raise bare Exceptions of their own
            raise ModelInvalid(
                f"The converted model in {folder} is damaged: {err}.", hint="Delete that folder and try again."
            ) from err
        self._folder = folder
        self._threads = threads
        self._precision: Literal["f32", "bf16"] = precision
        self._bulk_engine: Engine | None = None
        self._inputs: list[str] = manifest["inputs"]
        self._dimension: int = manifest["dimension"]
        self._max_tokens: int = manifest["max_tokens"]
        self._query_prompt: str = manifest["query_prompt"]
        self._document_prompt: str = manifest["document_prompt"]
        self._token_space: bool = manifest["token_space"]
        self._fingerprint = f"{manifest['weights_sha256'][:16]}-v{manifest['export_version']}"
        if precision != "f32":
            self._fingerprint += f"-{precision}"
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    @property
    def fingerprint(self) -> str:
        """See `Embedder.fingerprint`."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """See `Embedder.dimension`."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """See `Embedder.max_tokens`; the document prompt's tokens, if any, are already taken off."""
        prompt = len(self._tokenizer.encode(self._document_prompt, add_special_tokens=False).ids)
        return self._max_tokens - prompt

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See `Embedder.count_tokens`."""
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]

    def embed_question(self, question: str) -> FloatArray:
        """See `Embedder.embed_question`."""
        vector: FloatArray = self.encode([self._query_prompt + question])[0]
        return vector

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of plain texts, shape (n, dimension), without any prompt."""
        vectors, _ = self._run(self._engine, texts, [()] * len(texts), None)
        return vectors

    def embed_passages(
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Span]],
        progress: Callable[[int], None] | None = None,
    ) -> tuple[FloatArray, list[FloatArray]]:
        """See `Embedder.embed_passages`."""
        shift = len(self._document_prompt)
        prompted = [self._document_prompt + text for text in texts]
        shifted = [[(start + shift, end + shift) for start, end in spans] for spans in sentences]
        engine = self._engine_for(len(texts))
        if self._token_space:
            return self._run(engine, prompted, shifted, progress)
        # A model with layers after the pooling has no token space to pool in: its sentences are passed on their own.
        vectors, _ = self._run(engine, prompted, [()] * len(texts), progress)
        parts = [
            self.encode([text[start:end] for start, end in spans])
            for text, spans in zip(prompted, shifted, strict=True)
        ]
        return vectors, parts

    def _engine_for(self, texts: int) -> Engine:
        if self._precision == "f32" and texts < BULK_TEXTS and self._bulk_engine is None:
            return self._engine
        if self._bulk_engine is None:
            self._bulk_engine = OpenVinoEngine(self._folder / GRAPH, threads=self._threads, precision=self._precision)
        return self._bulk_engine

    def _run(
        self,
        engine: Engine,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]],
        progress: Callable[[int], None] | None,
    ) -> tuple[FloatArray, list[FloatArray]]:
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        parts: list[FloatArray] = [np.zeros((len(of), self._dimension), dtype=np.float32) for of in spans]
        if not texts:
            return vectors, parts
        encodings = self._tokenizer.encode_batch(list(texts))
        # Texts of like length share a batch, so that little is padded.
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        for batch in self._batches(order, [min(len(e.ids), self._max_tokens) for e in encodings]):
            width = min(max(len(encodings[i].ids) for i in batch), self._max_tokens)
            arrays = {name: np.zeros((len(batch), width), dtype=np.int64) for name in self._inputs}
            for row, i in enumerate(batch):
                ids = encodings[i].ids[:width]
                if len(encodings[i].ids) > width:
                    ids = [*ids[:-1], encodings[i].ids[-1]]  # the closing special token stays
                arrays["input_ids"][row, : len(ids)] = ids
                arrays["attention_mask"][row, : len(ids)] = 1
            pooled, tokens = engine.run(arrays)
            for row, i in enumerate(batch):
                vectors[i] = pooled[row]
                if len(spans[i]):
                    parts[i] = _pool(tokens[row], encodings[i].offsets[:width], spans[i], pooled[row])
            if progress is not None:
                progress(len(batch))
        return vectors, parts

    @staticmethod
    def _batches(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
        batches: list[list[int]] = []
        for i in order:
            if batches and lengths[i] * (len(batches[-1]) + 1) <= BATCH_TOKENS:
                batches[-1].append(i)
            else:
                batches.append([i])
        return batches


def _pool(tokens: FloatArray, offsets: Sequence[Span], spans: Sequence[Span], whole: FloatArray) -> FloatArray:
    """Mean token vector of each span, unit length; a span without a token of its own takes the whole's vector."""
    starts = np.fromiter((start for start, _ in offsets), dtype=np.int64, count=len(offsets))
    ends = np.fromiter((end for _, end in offsets), dtype=np.int64, count=len(offsets))
    out = np.empty((len(spans), tokens.shape[1]), dtype=np.float32)
    for row, (start, end) in enumerate(spans):
        inside = (starts < end) & (ends > start) & (ends > starts)
        if not inside.any():
            out[row] = whole
            continue
        mean = tokens[: len(offsets)][inside].mean(axis=0)
        out[row] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return out
