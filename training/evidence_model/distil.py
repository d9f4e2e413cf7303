"""Train the evidence model on what it and the larger one say of the questions that both were trained on.

    .venv/bin/python -m training.evidence_model.distil --data .scratch/evidence --begin .scratch/evidence/averaged
        --out .scratch/evidence/distilled

`taught.jsonl` comes from `training.evidence_model.teach`. How sure the teachers are tells more of a sentence
than whether it answers: which of those that do not answer nearly do. Source: Hinton, Vinyals, Dean, "Distilling the
knowledge in a neural network", 2015, arXiv:1503.02531.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from training.evidence_model.data import Group, public
from training.evidence_model.teach import TAUGHT
from training.evidence_model.train import batches, first_questions, fit, keep, place_loss, prepared
from training.written_passages.groups import FILES, written_groups

from dealqa.answering.evidence_model.pair_encoding import encode_pairs

SEED = 20261202
LARGER = 0.65
"""What the larger model's logit counts in the teachers' mean; the small one, which reads tables better, counts the
rest."""

LABELS = 0.3
"""What the true answers count beside what the teachers say."""

CHOICE = 0.5
PLACE = 0.3
"""What the choice among a question's sentences, and finding the answer within one, count beside the pairs."""

SHOWN = ("squad2", "city_deals dev")
"""Of what is held out, what is read while it goes on, too."""


@dataclass(frozen=True, slots=True)
class Taught(Group):
    """A question with what the teachers say of its sentences: logits."""

    said: tuple[float, ...] = ()


def taught(path: Path, tokenizer: Any) -> list[Taught]:
    """The lines of `teach`, encoded."""
    groups = []
    with path.open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            pairs = tuple(tuple(pair) for pair in line["pairs"])
            said = tuple(
                LARGER * larger + (1 - LARGER) * small
                for small, larger in zip(line["small"], line["larger"], strict=True)
            )
            spans = [tuple(span) for span in line["spans"]]
            groups.append(
                Taught(line["source"], pairs, encode_pairs(tokenizer, pairs), line["labels"], spans, said)  # type: ignore[arg-type]
            )
    return groups


def loss_of(logits: torch.Tensor, ends: torch.Tensor, batch: Sequence[Taught]) -> torch.Tensor:
    """Of each pair; of the choice among each question's sentences, "none of them" (logit 0) included; of the place."""
    labels = torch.tensor([label for group in batch for label in group.labels], dtype=torch.float32)
    said = torch.tensor([one for group in batch for one in group.said])
    wanted = LABELS * labels + (1 - LABELS) * torch.sigmoid(said)
    pairs = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted)
    total, start, nothing = torch.zeros(()), 0, torch.zeros(1)
    for group in batch:
        part = slice(start, start + len(group.labels))
        start = part.stop
        right = labels[part]
        true = torch.cat([right, nothing if right.any() else nothing + 1])
        share = LABELS * true / true.sum() + (1 - LABELS) * torch.softmax(torch.cat([said[part], nothing]), 0)
        total = total - (share * torch.log_softmax(torch.cat([logits[part], nothing]), 0)).sum()
    return pairs + CHOICE * total / len(batch) + PLACE * place_loss(ends, batch)


def main() -> int:
    """Read what the teachers said, train on it, report on what is held out, and keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--begin", type=Path, required=True, help="folder with the weights to go on from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--epochs", type=int, default=1)
    arguments = parser.parse_args()
    tokenizer, network = prepared(SEED, bf16=True)
    network.load_state_dict(torch.load(arguments.begin / "weights.pt", weights_only=True))
    told = json.loads((arguments.begin / "training.json").read_text(encoding="utf-8"))
    _, held = first_questions(arguments.data, tokenizer, told["deals"])
    for file in FILES:
        if apart := written_groups(tokenizer, [file], held=True):
            held[file.stem] = apart
    held["city_deals dev"] = public(arguments.data, "dev", tokenizer, None, held=True)
    groups = taught(arguments.data / TAUGHT, tokenizer)
    generator = random.Random(SEED)  # noqa: S311
    plan = [batch for _ in range(arguments.epochs) for batch in batches(groups, generator)]
    fit(network, plan, arguments.rate, {name: held[name] for name in SHOWN}, loss_of)
    told["then, taught by both models"] = {
        "seed": SEED,
        "rate": arguments.rate,
        "questions": dict(Counter(group.source for group in groups)),
        "steps": len(plan),
    }
    keep(network, held, told, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
