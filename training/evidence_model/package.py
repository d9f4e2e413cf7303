"""Put a trained evidence model into the package: an ONNX graph in eight bits, its tokenizer, and a card.

    .venv/bin/python -m training.evidence_model.package --trained .scratch/evidence/model --data .scratch/evidence

What eight bits cost is measured on the held-out questions and written into the card beside the figures in 32 bits.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from tokenizers import Tokenizer
from training.deal_pairs import deal_pairs
from training.evidence_model.data import Group, own, public
from training.evidence_model.network import Network, figures, load_encoder

from dealqa.answering.evidence_model import EvidenceModel
from dealqa.answering.evidence_model.larger import export
from dealqa.config import load_settings
from dealqa.embedding.source import locate_model

TARGET = Path("src/dealqa/data/evidence_model")
EXAMPLES, EXAMPLES_SEED = 40, 12
OF_OURS = 3
"""One in so many of our own questions is read to measure a model: there are many, and each is read twice."""


def write(folder: Path, graph: bytes, tokenizer: bytes, card: dict[str, Any]) -> None:
    """The three files of a model, the card naming the hashes of the other two."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(graph)
    (folder / "tokenizer.json").write_bytes(tokenizer)
    hashes = {
        "model.onnx": hashlib.sha256(graph).hexdigest(),
        "tokenizer.json": hashlib.sha256(tokenizer).hexdigest(),
    }
    (folder / "card.json").write_text(json.dumps({**card, "sha256": hashes}, indent=1) + "\n", encoding="utf-8")


def measured(folder: Path, held: dict[str, list[Group]]) -> dict[str, dict[str, float]]:
    """The figures of a packaged model on what it has not seen."""
    model = EvidenceModel(folder)
    return {
        name: figures(groups, [np.asarray(model.logits(group.pairs)) for group in groups])
        for name, groups in held.items()
    }


def examples(folder: Path) -> list[dict[str, Any]]:
    """Pairs of our own with their logits, each read alone: another processor must find the same."""
    model = EvidenceModel(folder)
    pairs = [(one.question, one.sentence, one.heading) for one in deal_pairs(EXAMPLES_SEED, EXAMPLES)]
    return [{"pair": pair, "logit": round(float(model.logits([pair])[0]), 3)} for pair in pairs]


def main() -> int:
    """Export, quantise, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    source = locate_model(load_settings())
    tokenizer = Tokenizer.from_file(str(source.folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    network = Network(load_encoder(source.folder))
    network.load_state_dict(torch.load(arguments.trained / "weights.pt", weights_only=True))
    trained = json.loads((arguments.trained / "training.json").read_text(encoding="utf-8"))

    held = {name: public(arguments.data, name, tokenizer, None, held=True) for name in ("squad2", "tatqa", "hotpotqa")}
    held["deals"] = own(arguments.data, tokenizer, trained["deals"])[1]
    held["city_deals dev"] = public(arguments.data, "dev", tokenizer, None, held=True)[::OF_OURS]
    text = tokenizer.to_str().encode("utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        whole, prepared, small = (Path(scratch) / name for name in ("whole", "prepared.onnx", "small.onnx"))
        whole.mkdir()
        export(network, whole / "exported.onnx", ("input_ids", "attention_mask", "token_type_ids"))
        write(whole, (whole / "exported.onnx").read_bytes(), text, {})
        quant_pre_process(str(whole / "exported.onnx"), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(str(prepared), str(small), weight_type=QuantType.QInt8, per_channel=True)
        card = {
            "what": "(question, sentence with what stands around it) to the logit that the sentence answers",
            "begins_with": {"model": source.name, "weights_sha256": source.sha256},
            "training": trained,
            "held_out, 32 bits": measured(whole, held),
        }
        write(TARGET, small.read_bytes(), text, card)
        card["held_out, 8 bits"] = measured(TARGET, held)
        card["examples"] = examples(TARGET)
        write(TARGET, small.read_bytes(), text, card)
    sys.stdout.write((TARGET / "card.json").read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
