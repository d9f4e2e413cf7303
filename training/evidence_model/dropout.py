"""Dropout whose masks are cut out of random numbers that were drawn once: drawing them anew takes half of a step."""

from __future__ import annotations

import random
from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

__all__ = ["replace_dropout"]

DRAWN = 2**26
"""So many random bits are drawn; a mask begins at a random one of them."""

RATE = 0.1
"""That of all layers of the default model."""


class DrawnDropout(torch.nn.Module):
    """What torch's dropout does, with masks cut out of `kept`, of shape (DRAWN,)."""

    def __init__(self, kept: Any) -> None:
        super().__init__()
        self.p = RATE  # encoders ask their layers for it
        self.kept = kept

    def forward(self, given: Any) -> Any:
        """The same numbers; while training, a tenth of them 0 and the others greater in turn."""
        number = given.numel()
        if not self.training:
            return given
        if number > DRAWN:
            return torch.nn.functional.dropout(given, RATE)
        begin = random.randrange(DRAWN - number + 1)  # noqa: S311
        mask = self.kept[begin : begin + number].view(given.shape)
        return given * mask.to(given.dtype) / (1 - RATE)


def _attend(module: Any, query: Any, key: Any, value: Any, mask: Any, scaling: float, **_: Any) -> tuple[Any, Any]:
    """Plain attention with the layer's own dropout, which transformers passes by and takes only the rate of."""
    weights = query @ key.transpose(2, 3) * scaling
    weights = torch.softmax(weights if mask is None else weights + mask, dim=-1)
    return (module.dropout(weights) @ value).transpose(1, 2).contiguous(), weights


def replace_dropout(network: Any) -> None:
    """Let all dropout within a network of a BERT encoder take its masks from numbers drawn now.

    Raises:
        ValueError: a layer of it has another rate than `RATE`.
    """
    layers = [
        (parent, name, child)
        for parent in list(network.modules())
        for name, child in parent.named_children()
        if isinstance(child, torch.nn.Dropout)
    ]
    if any(child.p != RATE for _, _, child in layers):
        raise ValueError(f"A layer of this network has another rate of dropout than {RATE}.")
    shared = DrawnDropout(torch.rand(DRAWN) >= RATE)
    for parent, name, _ in layers:
        setattr(parent, name, shared)
    AttentionInterface.register("drawn", _attend)
    AttentionMaskInterface.register("drawn", eager_mask)
    network.encoder.config._attn_implementation = "drawn"
