"""Put what the larger evidence model has learnt into the package: the changes, and a card with figures and examples.

.venv/bin/python -m training.larger_evidence_model.package --encoder FOLDER --data .scratch/evidence
--trained .scratch/evidence/larger
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save
from tokenizers import Tokenizer
from training.evidence_model.data import own, public
from training.evidence_model.network import figures
from training.larger_evidence_model.adapters import changes_of
from training.questions import SETS

from dealqa.answering.evidence_model import EvidenceModel
from dealqa.answering.evidence_model.larger import CHANGES, LARGER, convert
from dealqa.config import load_settings
from dealqa.embedding.source import locate_model

TARGET = Path("src/dealqa") / LARGER
MEASURED = 40
"""So many questions of each set are read for the figures: all of them would take an hour."""

EXAMPLES = 12
"""So many pairs of our own, with their logits, by which a converted model is checked where it is used."""


def main() -> int:
    """Convert, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--trained", type=Path, required=True)
    arguments = parser.parse_args()
    source = locate_model(load_settings(), arguments.encoder)
    tokenizer = Tokenizer.from_file(str(source.folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    changes = changes_of(torch.load(arguments.trained / "learnt.pt", weights_only=True))
    held = {name: public(arguments.data, name, tokenizer, None, held=True) for name in SETS}
    held["deals"] = own(arguments.data, tokenizer, 6000)[1]
    held["city_deals dev"] = public(arguments.data, "dev", tokenizer, None, held=True)
    apart = held["deals"]
    examples = [pair for group in apart[:: len(apart) // EXAMPLES] for pair in group.pairs[:1]]
    with tempfile.TemporaryDirectory() as scratch:
        convert(source.folder, changes, Path(scratch))
        model = EvidenceModel(Path(scratch), large=True)
        found = {
            name: figures(groups[:MEASURED], [np.asarray(model.logits(group.pairs)) for group in groups[:MEASURED]])
            for name, groups in held.items()
        }
        logits = model.logits(examples)
    data = save({name: np.ascontiguousarray(array) for name, array in changes.items()})
    card = {
        "what": "what is added to an encoder's weights, and a head: (question, sentence with what stands around it)"
        " to the logit that the sentence answers",
        "begins_with": {"model": "sentence-transformers/all-mpnet-base-v2", "weights_sha256": source.sha256},
        "training": json.loads((arguments.trained / "training.json").read_text(encoding="utf-8")),
        f"held_out (at most {MEASURED} questions of each)": found,
        "examples": [
            {"pair": pair, "logit": round(float(logit), 3)} for pair, logit in zip(examples, logits, strict=True)
        ],
        "sha256": {CHANGES: hashlib.sha256(data).hexdigest()},
    }
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / CHANGES).write_bytes(data)
    (TARGET / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write((TARGET / "card.json").read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
