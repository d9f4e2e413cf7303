"""Train the evidence model: (question, sentence in its context) to the logit that the sentence answers the question.

    .venv/bin/python -m training.evidence_model.train --data .scratch/evidence --out .scratch/evidence/model

The weights begin as those of the default embedding model; the words' own vectors stay as they are. Sentences of one
question stay together: the loss is that of each pair (does it answer?) and that of the choice among a question's
sentences, none of them being a choice too.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from training.evidence_model.data import Group, own, public
from training.evidence_model.dropout import replace_dropout
from training.evidence_model.network import Network, figures, load_encoder
from training.questions import SETS
from transformers import get_linear_schedule_with_warmup

from dealqa.answering.evidence_model.pair_encoding import padded
from dealqa.config import load_settings
from dealqa.embedding.source import locate_model

SEED = 20261124
NEGATIVES = 4
BATCH_TOKENS = 4096
WIDTH = 8
CHOICE = 0.5
"""What the choice among a question's sentences counts beside the pairs."""

KEPT = 0.3
"""What the squared distance from an earlier model's logits counts, for the questions that are to be read as before."""

PLACE = 0.5
"""What finding the answer within the sentence counts beside the pairs."""


def batches(groups: list[Group], generator: random.Random) -> Iterator[list[Group]]:
    """Groups of like length together, up to `BATCH_TOKENS` tokens, in random order."""
    order = sorted(groups, key=lambda group: _longest(group) + generator.random() * 12)
    made: list[list[Group]] = []
    batch: list[Group] = []
    longest = number = 0
    for group in order:
        length = _longest(group)
        if batch and max(longest, length) * (number + len(group.encoded)) > BATCH_TOKENS:
            made.append(batch)
            batch, longest, number = [], 0, 0
        batch.append(group)
        longest, number = max(longest, length), number + len(group.encoded)
    if batch:
        made.append(batch)
    generator.shuffle(made)
    yield from made


def _longest(group: Group) -> int:
    return max(len(ids) for ids, _ in group.encoded)


def tensors(encoded: list[tuple[list[int], list[int]]]) -> dict[str, torch.Tensor]:
    """What the network reads; as long as a multiple of `WIDTH`, since kernels are made for each new shape."""
    arrays = padded(encoded)
    more = -arrays["input_ids"].shape[1] % WIDTH
    return {name: torch.from_numpy(np.pad(array, ((0, 0), (0, more)))) for name, array in arrays.items()}


def loss_of(logits: torch.Tensor, ends: torch.Tensor, batch: list[Group]) -> torch.Tensor:
    """Of each pair; of the choice among each question's sentences, "none of them" (logit 0) included; of the place.

    Of a question that is to be read as before: how far the logits are from those.
    """
    total = torch.zeros(())
    pairs = []
    start = 0
    for group in batch:
        part = logits[start : start + len(group.labels)]
        start += len(group.labels)
        if group.logits is not None:
            total = total + KEPT * torch.nn.functional.mse_loss(part, torch.tensor(group.logits))
            continue
        labels = torch.tensor(group.labels, dtype=torch.float32)
        pairs.append(torch.nn.functional.binary_cross_entropy_with_logits(part, labels, reduction="none"))
        right = labels > 0
        everything = torch.logsumexp(torch.cat([part, torch.zeros(1)]), 0)
        total = total + CHOICE * (everything - (torch.logsumexp(part[right], 0) if right.any() else 0.0))
    each = torch.cat(pairs).mean() if pairs else torch.zeros(())
    return each + total / len(batch) + PLACE * _place_loss(ends, batch)


def _place_loss(ends: torch.Tensor, batch: list[Group]) -> torch.Tensor:
    """Of where the answer begins and ends, over the sentences of which that is known."""
    spans = torch.tensor([span for group in batch for span in group.spans])
    known = spans[:, 0] >= 0
    if not known.any():
        return torch.zeros(())
    found = ends[known].transpose(1, 2).flatten(0, 1)
    return torch.nn.functional.cross_entropy(found, spans[known].flatten())


def report(network: Network, held: dict[str, list[Group]], most: int | None = None) -> dict[str, dict[str, float]]:
    """The figures on what is held out."""
    network.eval()
    with torch.no_grad():
        found = {
            name: figures(groups[:most], [network(**tensors(group.encoded)).numpy() for group in groups[:most]])
            for name, groups in held.items()
        }
    network.train()
    return found


def fit(network: Network, plan: list[list[Group]], rate: float, held: dict[str, list[Group]]) -> None:
    """Take one step for each batch; tells how it goes on standard error."""
    learnt = [weights for weights in network.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=rate, weight_decay=0.01, fused=True)
    schedule = get_linear_schedule_with_warmup(optimizer, len(plan) // 10, len(plan))
    started, running = time.monotonic(), 0.0
    network.train()
    for step, batch in enumerate(plan, 1):
        loss = loss_of(*network.both(**tensors([pair for group in batch for pair in group.encoded])), batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        running = 0.98 * running + 0.02 * float(loss.detach()) if step > 1 else float(loss.detach())
        if step % 100 == 0:
            sys.stderr.write(f"{step}/{len(plan)} loss {running:.3f}, {time.monotonic() - started:.0f} s\n")
        if step % (len(plan) // 4 or 1) == 0:
            sys.stderr.write(f"{json.dumps(report(network, held, 300))}\n")


def prepared(seed: int, *, bf16: bool) -> tuple[Any, Network]:
    """The tokenizer and an untrained network of the default model's encoder, chance set to its beginning.

    There are few questions: words keep the meaning that they have.
    """
    random.seed(seed)
    torch.manual_seed(seed)
    source = locate_model(load_settings())
    tokenizer: Any = Tokenizer.from_file(str(source.folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    network = Network(load_encoder(source.folder), bf16=bf16)
    replace_dropout(network)
    network.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    return tokenizer, network


def first_questions(folder: Path, tokenizer: Any, deals: int) -> tuple[list[Group], dict[str, list[Group]]]:
    """The public sets and so many of our own pairs: what the first training sees, and by set what is held out."""
    seen: list[Group] = []
    held: dict[str, list[Group]] = {}
    for name in SETS:
        seen += public(folder, name, tokenizer, NEGATIVES, held=False)
        held[name] = public(folder, name, tokenizer, None, held=True)
    ours, held["deals"] = own(folder, tokenizer, deals)
    return seen + ours, held


def keep(network: Network, held: dict[str, list[Group]], told: dict[str, Any], out: Path) -> None:
    """Write the weights and what is told of their training, and print how they read what is held out."""
    out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), out / "weights.pt")
    (out / "training.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(report(network, held), indent=1) + "\n")


def main() -> int:
    """Read the data, train, report on what is held out, and keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--deals", type=int, default=6000, help="the most questions of our own pairs")
    parser.add_argument("--bf16", action="store_true", help="multiply in bfloat16: twice as fast where there is AMX")
    arguments = parser.parse_args()
    tokenizer, network = prepared(SEED, bf16=arguments.bf16)
    generator = random.Random(SEED)  # noqa: S311
    train, held = first_questions(arguments.data, tokenizer, arguments.deals)
    held["city_deals dev"] = public(arguments.data, "dev", tokenizer, None, held=True)
    plan = [batch for _ in range(arguments.epochs) for batch in batches(train, generator)]
    fit(network, plan, arguments.rate, held)

    told = {
        "seed": SEED,
        "epochs": arguments.epochs,
        "rate": arguments.rate,
        "deals": arguments.deals,
        "bf16": arguments.bf16,
        "questions": {name: sum(group.source == name for group in train) for name in (*SETS, "deals")},
        "pairs": sum(len(group.labels) for group in train),
        "steps": len(plan),
    }
    keep(network, held, told, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
