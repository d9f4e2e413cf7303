"""One ONNX graph out of a sentence-transformers model: done once per model, checked, then cached."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dealqa.config import Settings
from dealqa.embedding.embedder import OnnxEmbedder
from dealqa.embedding.once import made_once
from dealqa.embedding.source import GRAPH, MANIFEST, TOKENIZER, ModelSource, locate_model
from dealqa.errors import ModelInvalid

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["EXPORT_VERSION", "ensure_exported", "load_embedder"]

EXPORT_VERSION = 1

MIN_COSINE = 0.9999
"""The exported graph must give the vectors of the original model; anything below this is an error."""

PROBES = (
    "What does Bristol retain?",
    "The four councils keep 100% of the growth in business rates for 25 years.",
    "Signed on 5 July 2012: £1.2bn over thirty years.",
    "a",
    "The joint committee shall publish its first implementation plan, with the risks that each party carries, before "
    "the money for the second year is released; " * 6,
)


def ensure_exported(source: ModelSource, cache: Path) -> Path:
    """The folder with the exported graph, its tokenizer and a manifest; exported now if it is not there yet.

    Raises:
        ModelInvalid: the model cannot be exported, or the graph does not agree with it.
    """
    target = cache / "models" / f"{source.sha256[:16]}-v{EXPORT_VERSION}"
    return made_once(target, MANIFEST, lambda folder: _export(source, folder))


def _export(source: ModelSource, folder: Path) -> None:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # it would break into our own progress display
    model = SentenceTransformer(
        str(source.folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )
    model.eval()
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise ModelInvalid(f"The model {source.name!r} has no fast tokenizer, which dealqa needs for exact offsets.")

    wrapper = _wrapper(model)
    encoded = model.preprocess(["A first sentence.", "Another one, somewhat longer."])
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in encoded]
    outputs = ["sentence_embedding", "token_embeddings"]
    axes: dict[str, dict[int, str]] = {name: {0: "batch", 1: "tokens"} for name in [*names, "token_embeddings"]}
    axes["sentence_embedding"] = {0: "batch"}
    with warnings.catch_warnings(), torch.no_grad():
        # The tracing exporter warns of its own age and of shape checks; the check below is what counts.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            wrapper,
            tuple(encoded[name] for name in names),
            str(folder / GRAPH),
            input_names=names,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    tokenizer.save(str(folder / TOKENIZER))
    prompts = dict(model.prompts or {})
    manifest = {
        "export_version": EXPORT_VERSION,
        "model": source.name,
        "weights_sha256": source.sha256,
        "inputs": names,
        "dimension": int(model.get_embedding_dimension() or 0),
        "max_tokens": int(model.max_seq_length or 512),
        "query_prompt": prompts.get("query", ""),
        "document_prompt": prompts.get("document", prompts.get("passage", "")),
        "token_space": _token_space(model),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    _check(model, folder, source)


def _wrapper(model: SentenceTransformer) -> Any:
    import torch

    class Pooled(torch.nn.Module):
        """The model with pooling and normalisation inside, from token ids to unit vectors."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any = None) -> tuple[Any, Any]:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            if token_type_ids is not None:
                features["token_type_ids"] = token_type_ids
            out = self.model(features)
            unit = torch.nn.functional.normalize(out["sentence_embedding"], p=2, dim=1)
            return unit, out["token_embeddings"]

    return Pooled()


def _token_space(model: SentenceTransformer) -> bool:
    """Whether the mean of some tokens' vectors lies in the same space as the passage's vector."""
    kinds = [type(module).__name__ for module in model]
    pooling: list[Any] = [module for module in model if type(module).__name__ == "Pooling"]
    mean = len(pooling) == 1 and pooling[0].get_config_dict().get("pooling_mode") in (None, "mean")
    return mean and set(kinds) <= {"Transformer", "Pooling", "Normalize"}


def _check(model: SentenceTransformer, folder: Path, source: ModelSource) -> None:
    expected = np.asarray(model.encode(list(PROBES), normalize_embeddings=True, prompt=""), dtype=np.float32)
    found = OnnxEmbedder(folder, threads=1).encode(list(PROBES))
    worst = float((expected * found).sum(axis=1).min())
    if worst < MIN_COSINE:
        raise ModelInvalid(
            f"The exported graph of {source.name!r} does not agree with the model (cosine {worst:.5f}).",
            hint="Choose another model; this one cannot be run by onnxruntime as it is.",
        )


def load_embedder(settings: Settings) -> OnnxEmbedder:
    """The configured model, ready to run; converted first if this is its first use.

    Raises:
        ModelMissing: it is not on this machine and may not be downloaded.
        ModelInvalid: its files are not what they should be.
    """
    source = locate_model(settings)
    folder = ensure_exported(source, settings.cache)
    return OnnxEmbedder(folder, threads=settings.threads, precision=settings.precision)
