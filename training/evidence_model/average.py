"""Average two trained evidence models, weight by weight: what one of them forgot, the other still knows.

    .venv/bin/python -m training.evidence_model.average --of .scratch/evidence/first .scratch/evidence/second
        --out .scratch/evidence/averaged

Source: Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without
increasing inference time", ICML 2022, arXiv:2203.05482. It holds for models that were trained on from the same weights.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

__all__ = ["averaged"]


def averaged(models: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of each weight; what is no number with a fraction is taken from the first.

    Args:
        models: with the same weights by name and shape; not empty.

    Raises:
        ValueError: they have not.
    """
    first = models[0]
    if any(
        other.keys() != first.keys() or any(other[name].shape != first[name].shape for name in first)
        for other in models
    ):
        raise ValueError("The models to average have not the same weights.")
    return {
        name: torch.stack([model[name] for model in models]).mean(0) if weights.is_floating_point() else weights
        for name, weights in first.items()
    }


def main() -> int:
    """Write the averaged weights with what is told of the training of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    told = [json.loads((folder / "training.json").read_text(encoding="utf-8")) for folder in arguments.of]
    weights = averaged([torch.load(folder / "weights.pt", weights_only=True) for folder in arguments.of])
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(weights, arguments.out / "weights.pt")
    then = [one.pop("then", {"steps": 0}) for one in told]  # one that was read back was trained no further
    card = {**told[0], "then, the average of": then}
    (arguments.out / "training.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"averaged {len(then)} models\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
