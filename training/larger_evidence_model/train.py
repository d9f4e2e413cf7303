"""Train the larger evidence model's adapters, on all that the small one was trained on and more passages.

    .venv/bin/python -m training.larger_evidence_model.train --encoder FOLDER --data .scratch/evidence
        --out .scratch/evidence/larger

Part of one pass over the questions, with fewer of the sentences that do not answer. Losses and batches are those of
`training.evidence_model.train`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from training.evidence_model.adapt import corpus_groups
from training.evidence_model.data import Group, own, public
from training.evidence_model.train import batches, loss_of, report, tensors
from training.larger_evidence_model.adapters import prepared
from training.questions import SETS
from training.written_passages.groups import FILES, written_groups
from transformers import get_linear_schedule_with_warmup

SEED = 20261130
RATE = 3e-4
FIRST, LAST, LAST_RATE = 1000, 200, 1.1e-4
"""So many batches at a rate that falls as if all were to come; then so many of the others while it falls to nothing.

What ships was broken off so, for want of time; all of them at `RATE` is what one would do.
"""

DEALS, CORPUS = 1000, 5000
"""Questions of the pairs on deals, and on the corpus."""

SHARE = {"passages": 1.0, "reworded": 0.6, "plain": 0.6}
"""Of the questions of each file of written passages."""

RIGHT = 2
"""The most sentences of a question that answer it, but for the public sets."""


def thinned(group: Group, most: int, *, first: bool) -> Group:
    """The question with fewer sentences.

    Args:
        most: of the sentences that do not answer.
        first: the first of them, or some at random.
    """
    right = [i for i, label in enumerate(group.labels) if label][:RIGHT]
    wrong = [i for i, label in enumerate(group.labels) if not label]
    kept = [*right, *(wrong[:most] if first else random.sample(wrong, min(most, len(wrong))))]
    if not first:
        kept.sort()
    return replace(
        group,
        pairs=tuple(group.pairs[i] for i in kept),
        encoded=[group.encoded[i] for i in kept],
        labels=[group.labels[i] for i in kept],
        spans=[group.spans[i] for i in kept],
    )


def questions(folder: Path, tokenizer: Any) -> tuple[dict[str, list[Group]], dict[str, list[Group]]]:
    """By source, what is trained on and what is held out."""
    held = {name: public(folder, name, tokenizer, None, held=True) for name in SETS}
    seen = {name: public(folder, name, tokenizer, 3, held=False) for name in SETS}
    held["city_deals dev"] = public(folder, "dev", tokenizer, None, held=True)
    seen["deals"] = random.sample(own(folder, tokenizer, 6000)[0], DEALS)
    for file in FILES:
        written = written_groups(tokenizer, [file], held=False)
        if apart := written_groups(tokenizer, [file], held=True):
            held[file.stem] = apart
        if SHARE[file.stem] < 1:
            written = random.sample(written, int(len(written) * SHARE[file.stem]))
        seen[file.stem] = [thinned(group, 2, first=False) for group in written]
    corpus = random.sample(corpus_groups(folder, tokenizer, 8), CORPUS)
    seen["corpus"] = [thinned(group, 3, first=True) for group in corpus]
    return seen, held


def fit(network: Any, learnt: dict[str, torch.Tensor], plan: list[list[Group]], rate: float, total: int) -> None:
    """Take one step for each batch; tells how it goes on standard error.

    Args:
        total: the number of steps after which the rate would be nothing.
    """
    optimizer = torch.optim.AdamW(learnt.values(), lr=rate, weight_decay=0.01, fused=True)
    schedule = get_linear_schedule_with_warmup(optimizer, total // 20, total)
    started, running = time.monotonic(), 0.0
    network.train()
    for step, batch in enumerate(plan, 1):
        loss = loss_of(*network.both(**tensors([pair for group in batch for pair in group.encoded])), batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt.values(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        running = 0.98 * running + 0.02 * float(loss.detach()) if step > 1 else float(loss.detach())
        if step % 50 == 0:
            sys.stderr.write(f"{step}/{len(plan)} loss {running:.3f}, {time.monotonic() - started:.0f} s\n")


def main() -> int:
    """Train, keep what was learnt, report on what is held out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    random.seed(SEED)
    torch.manual_seed(SEED)
    tokenizer, network = prepared(arguments.encoder)
    seen, held = questions(arguments.data, tokenizer)
    generator = random.Random(SEED)  # noqa: S311
    plan = list(batches([group for part in seen.values() for group in part], generator))
    learnt = {name: weights for name, weights in network.named_parameters() if weights.requires_grad}
    fit(network, learnt, plan[:FIRST], RATE, len(plan))
    rest = random.Random(5).sample(plan[FIRST:], LAST)  # noqa: S311
    fit(network, learnt, rest, LAST_RATE, LAST)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save({name: weights.detach() for name, weights in learnt.items()}, arguments.out / "learnt.pt")
    told = {
        "seed": SEED,
        "rate": RATE,
        "questions": {name: len(part) for name, part in seen.items()},
        "pairs": sum(len(group.labels) for part in seen.values() for group in part),
        "batches": len(plan),
        "steps": FIRST + LAST,
        "weights learnt": sum(weights.numel() for weights in learnt.values()),
    }
    (arguments.out / "training.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(report(network, held), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
