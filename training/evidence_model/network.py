"""The network of the evidence model, and how its figures are computed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from training.evidence_model.data import Group
from transformers import AutoModel

__all__ = ["Network", "figures", "load_encoder"]


class Network(torch.nn.Module):
    """A BERT encoder with one logit on its first token; and, to learn more from few questions, two on each other one.

    To say where the answer begins and ends takes the same reading as to say whether there is one. Only the first logit
    is used afterwards.

    Args:
        bf16: multiply in bfloat16 where that is safe.
    """

    def __init__(self, encoder: Any, *, bf16: bool = False) -> None:
        super().__init__()
        self.encoder = encoder
        self.bf16 = bf16
        self.dropout = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(encoder.config.hidden_size, 1)
        self.ends = torch.nn.Linear(encoder.config.hidden_size, 2)

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Logits, shape (n,), of ids, mask and segments, each (n, tokens)."""
        return self.both(input_ids, attention_mask, token_type_ids)[0]

    def both(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> tuple[Any, Any]:
        """The logits, and those of where the answer begins and ends: (n, tokens, 2), very low outside the sentence."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
            hidden = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            logits = self.head(self.dropout(hidden[:, 0]))[:, 0].float()
            ends = self.ends(hidden).float()
        return logits, ends.masked_fill((token_type_ids == 0)[:, :, None], -1e4)


def load_encoder(folder: Path) -> Any:
    """The encoder of a sentence-transformers model on this machine."""
    return AutoModel.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, add_pooling_layer=False, attn_implementation="eager"
    )


def figures(groups: Sequence[Group], logits: Sequence[np.ndarray]) -> dict[str, float]:
    """Best sentence right where there is one; AUROC of the greatest logit over answerable or not, and of pairs."""
    pairs = list(zip(groups, logits, strict=True))
    right = [bool(group.labels[int(np.argmax(found))]) for group, found in pairs if any(group.labels)]
    answerable = [any(group.labels) for group in groups]
    out = {"questions": float(len(groups)), "best sentence right": float(np.mean(right))}
    if len(set(answerable)) == 2:
        out["AUROC, answerable"] = float(roc_auc_score(answerable, [float(found.max()) for found in logits]))
    out["AUROC, pairs"] = float(
        roc_auc_score(np.concatenate([group.labels for group in groups]), np.concatenate(logits))
    )
    return {name: round(value, 3) for name, value in out.items()}
