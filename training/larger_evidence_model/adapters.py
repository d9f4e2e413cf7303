"""Low-rank adapters beside the matrices of an encoder: Hu et al. (2021), arXiv:2106.09685."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from training.evidence_model.network import Network
from transformers import AutoModel

__all__ = ["Adapted", "changes_of", "prepared"]

RANK = 32
SCALE = 2.0
"""What the product of the two narrow matrices is multiplied by."""

LOWER = 3
"""So many of the lowest layers stay as they are: half a second less for each step."""


class Adapted(torch.nn.Module):
    """A matrix that stays as it is, and what is added to it."""

    def __init__(self, base: torch.nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.a = torch.nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
        self.b = torch.nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, inputs: Any) -> Any:
        """The same shape as the matrix alone gives."""
        narrow = torch.nn.functional.linear(inputs, self.a)
        return self.base(inputs) + torch.nn.functional.linear(narrow, self.b) * SCALE


class _Unsegmented(torch.nn.Module):
    """An encoder that knows no segments, called as one that does."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.m = model
        self.config = model.config

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """What the encoder gives."""
        del token_type_ids
        return self.m(input_ids=input_ids, attention_mask=attention_mask)


def prepared(folder: Path) -> tuple[Any, Network]:
    """The tokenizer and the network: of the encoder only the layers' norms learn, and the adapters."""
    tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True, add_pooling_layer=False)
    for weights in model.parameters():
        weights.requires_grad_(False)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0  # one pass over many questions: nothing is seen twice
    for number, layer in enumerate(model.encoder.layer):
        _prepare(layer, learns=number >= LOWER)
    network = Network(_Unsegmented(model), bf16=True)
    network.dropout.p = 0.05
    return tokenizer, network


def _prepare(layer: Any, *, learns: bool) -> None:
    for module in list(layer.modules()):
        if learns and isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)
        for name, child in list(module.named_children()):
            if isinstance(child, torch.nn.Linear):
                child.weight.data = child.weight.data.to(torch.bfloat16)
                if learns:
                    setattr(module, name, Adapted(child))


def changes_of(learnt: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """What training changed, as `dealqa.answering.evidence_model.larger.merged` reads it, in 16 bits.

    Args:
        learnt: the weights that were learnt, by their names in the network.
    """
    changes = {}
    for name, weights in learnt.items():
        if name.startswith("ends."):
            continue  # only training uses it
        inside = name.removeprefix("encoder.m.")
        if inside.endswith(".a"):
            inside = f"{inside[:-2]}.narrow"
        elif inside.endswith(".b"):
            inside, weights = f"{inside[:-2]}.wide", weights * SCALE
        changes[inside] = weights.float().numpy().astype(np.float16)
    return changes
