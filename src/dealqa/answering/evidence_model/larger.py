"""The larger evidence model: the encoder all-mpnet-base-v2 with what it was taught about evidence.

Its 110 million weights do not come with dealqa; what was changed in them does: to each matrix of the upper layers a
product of two narrow ones is added (low-rank adaptation, Hu et al. 2021, arXiv:2106.09685), and a head is put on top.
Both together are converted once to a graph, checked, and cached, as embedding models are. It stays in 32 bits: eight
would take two thirds of bfloat16's time and be half a logit off.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from dealqa.answering.evidence_model.reader import EvidenceModel, evidence_model
from dealqa.config import Settings
from dealqa.embedding.once import made_once
from dealqa.embedding.source import locate_model
from dealqa.errors import ModelInvalid

__all__ = ["CHANGES", "LARGER", "convert", "export", "load_evidence_model", "merged"]

LARGER = "data/larger_evidence_model"
CHANGES = "changes.safetensors"
EXPORT_VERSION = 1

AGREES = 0.1
"""How far the converted graph may be from the logits on the card, on average over the card's examples: half as many
bits cost some hundredths."""


def load_evidence_model(settings: Settings) -> EvidenceModel:
    """The small evidence model, with the larger one for a second reading if that is configured.

    The larger one is converted first if this is its first use; later its encoder is not looked for any more.

    Raises:
        ModelMissing: the encoder of the larger one is not on this machine and may not be downloaded.
        ModelInvalid: a file is damaged, the encoder is another one, or the graph does not read as it should.
    """
    if not settings.larger_evidence_model:
        return evidence_model()
    return evidence_model(_larger(settings))


def _larger(settings: Settings) -> EvidenceModel:
    with as_file(files("dealqa").joinpath(LARGER)) as shipped:
        card = json.loads((shipped / "card.json").read_text(encoding="utf-8"))
        changes = (shipped / CHANGES).read_bytes()
    changed = hashlib.sha256(changes).hexdigest()
    if changed != card["sha256"][CHANGES]:
        raise ModelInvalid(f"{shipped / CHANGES} is not the file that was published.", hint="Install dealqa again.")
    target = settings.cache / "models" / f"evidence-{changed[:16]}-v{EXPORT_VERSION}"
    return _opened(
        made_once(target, "card.json", lambda folder: _make(settings, changes, card, folder)), settings.threads
    )


@cache
def _opened(made: Path, threads: int) -> EvidenceModel:
    try:
        return EvidenceModel(made, threads=threads, large=True)
    except ModelInvalid as err:
        raise ModelInvalid(err.message, hint=f"Delete {made}: it is made again.") from err


def _make(settings: Settings, changes: bytes, card: dict[str, Any], folder: Path) -> None:
    from safetensors.numpy import load

    source = locate_model(settings, settings.larger_evidence_model)
    if source.sha256 != card["begins_with"]["weights_sha256"]:
        raise ModelInvalid(
            f"{source.folder} does not hold the weights of {card['begins_with']['model']} that the larger evidence"
            f" model was built on (SHA-256 {source.sha256[:12]}…).",
            hint="Download that model as it was published, and set DEALQA_LARGER_EVIDENCE_MODEL to its folder.",
        )
    convert(source.folder, load(changes), folder)
    found = EvidenceModel(folder, large=True).logits([tuple(one["pair"]) for one in card["examples"]])
    off = float(np.abs(found - np.array([one["logit"] for one in card["examples"]])).mean())
    if not off <= AGREES:
        raise ModelInvalid(
            f"The larger evidence model does not read as it should on this machine (off by {off:.2f}).",
            hint="Leave DEALQA_LARGER_EVIDENCE_MODEL empty: the small one is used then.",
        )


def convert(encoder: Path, changes: dict[str, np.ndarray], folder: Path) -> None:
    """Write the three files of an `EvidenceModel`.

    Args:
        encoder, changes: see `merged`.
    """
    from tokenizers import Tokenizer

    graph = folder / "model.onnx"
    export(merged(encoder, changes), graph, ("input_ids", "attention_mask"))
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / "tokenizer.json"))
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (graph, folder / "tokenizer.json")}
    (folder / "card.json").write_text(json.dumps({"sha256": hashes}), encoding="utf-8")


def merged(encoder: Path, changes: dict[str, np.ndarray]) -> Any:
    """The encoder with the changes in it and the head on top: a torch module from token ids and mask to logits.

    Args:
        encoder: folder of all-mpnet-base-v2.
        changes: by name, `<matrix>.narrow` (rank, in) and `<matrix>.wide` (out, rank), whose product is added;
            `head.weight` and `head.bias`; and whatever replaces a weight of the encoder, by its name there.
    """
    import torch
    from transformers import AutoModel
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()  # it warns of a pooler that is left out on purpose
    model = AutoModel.from_pretrained(encoder, local_files_only=True, use_safetensors=True, add_pooling_layer=False)
    weights = dict(model.named_parameters())
    given = {name: torch.from_numpy(array.astype(np.float32)) for name, array in changes.items()}

    class Reader(torch.nn.Module):
        """Token ids and mask, each (n, tokens), to logits, (n,)."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.head = torch.nn.Linear(model.config.hidden_size, 1)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            return self.head(hidden[:, 0])[:, 0]

    reader = Reader()
    with torch.no_grad():
        reader.head.weight.copy_(given.pop("head.weight"))
        reader.head.bias.copy_(given.pop("head.bias"))
        for name, value in given.items():
            if name.endswith(".narrow"):
                matrix = name.removesuffix(".narrow")
                weights[f"{matrix}.weight"] += given[f"{matrix}.wide"] @ value
            elif not name.endswith(".wide"):
                weights[name].copy_(value)
    return reader.eval()


def export(reader: Any, path: Path, names: Sequence[str]) -> None:
    """Write the graph of a torch module: inputs of these names, each (n, tokens), to `logits`, (n,)."""
    import torch

    ids = torch.tensor([[0, 4, 2, 5, 2]])
    example = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracing exporter warns of its own age
        torch.onnx.export(
            reader.eval(),
            tuple(example[name] for name in names),
            str(path),
            input_names=list(names),
            output_names=["logits"],
            dynamic_axes={**{name: {0: "pairs", 1: "tokens"} for name in names}, "logits": {0: "pairs"}},
            opset_version=17,
            dynamo=False,
        )
