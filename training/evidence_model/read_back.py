"""Read the evidence model that ships back into weights that can be trained on.

    .venv/bin/python -m training.evidence_model.read_back --out .scratch/evidence/shipped

Its eight bits become 32, but for the words' own vectors: these were never trained, so they are those of the encoder.
Where an answer begins and ends (`Network.ends`) is not in the graph and begins at nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from training.evidence_model.network import Network, load_encoder

from dealqa.answering.evidence_model.reader import FOLDER
from dealqa.config import load_settings
from dealqa.embedding.source import locate_model

_PRODUCT = re.compile(r"^/(?P<layer>.+)/(?:Gemm_)?MatMul_quant$")
"""The name of the node that multiplies with a linear layer's weights."""

_ENDING = "_quantized"


def read_back(graph: Path) -> dict[str, torch.Tensor]:
    """The weights in an evidence model's graph, by their name in `Network`; those of a linear layer as torch lays them.

    Raises:
        ValueError: it holds a product with weights whose layer cannot be told.
    """
    model = onnx.load(str(graph)).graph
    stored = {one.name: numpy_helper.to_array(one) for one in model.initializer}
    weights: dict[str, np.ndarray] = {
        name: array for name, array in stored.items() if name.endswith((".bias", "LayerNorm.weight"))
    }
    for name, array in stored.items():
        if not name.endswith(_ENDING):
            continue
        whole = name.removesuffix(_ENDING)
        exact = (array.astype(np.float32) - stored[f"{whole}_zero_point"].astype(np.float32)) * stored[f"{whole}_scale"]
        if whole.endswith("embeddings.weight"):
            weights[whole] = exact
            continue
        (node,) = (one for one in model.node if name in one.input and one.op_type == "MatMulInteger")
        if (found := _PRODUCT.match(node.name)) is None:
            raise ValueError(f"{node.name} multiplies with {name}, but is no layer's.")
        weights[f"{found['layer'].replace('/', '.')}.weight"] = exact.T
    return {name: torch.tensor(array, dtype=torch.float32) for name, array in weights.items()}


def restore(network: Network, weights: dict[str, torch.Tensor]) -> None:
    """Give the network these weights, and nothing to `ends`.

    Raises:
        ValueError: others are missing, or do not belong.
    """
    words = "encoder.embeddings.word_embeddings.weight"
    missing, surplus = network.load_state_dict({**weights, words: network.state_dict()[words]}, strict=False)
    missing = [name for name in missing if not name.startswith("ends.")]
    if missing or surplus:
        raise ValueError(f"Missing: {missing}; not the network's: {surplus}.")
    torch.nn.init.zeros_(network.ends.weight)
    torch.nn.init.zeros_(network.ends.bias)


def main() -> int:
    """Write `weights.pt` and `training.json`, as `training.evidence_model.train` does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("src/dealqa") / FOLDER)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    network: Any = Network(load_encoder(locate_model(load_settings()).folder))
    restore(network, read_back(arguments.model / "model.onnx"))
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), arguments.out / "weights.pt")
    before = json.loads((arguments.model / "card.json").read_text(encoding="utf-8"))["training"]
    told = {"deals": before["deals"], "before": before}
    (arguments.out / "training.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
