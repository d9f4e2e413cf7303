"""Go on training the evidence model that ships, on dossiers, without its forgetting the public sets.

    .venv/bin/python -m training.evidence_model.go_on --data .scratch/evidence --trained .scratch/evidence/shipped
        --remembers .scratch/evidence/before --out .scratch/evidence/fourth

To show it some of the public questions again was not enough: the training before this one cost it tables. So it is held
to what an earlier model, which knew them better, says of their sentences, logit by logit. Source: Li & Hoiem, "Learning
without Forgetting", ECCV 2016, arXiv:1606.09282. Besides the dossiers it sees the questions on the corpus that several
sentences answer, and some that one does. No question of evals/city_deals is trained on.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from training.dossiers.groups import FILE, dossier_groups, near_groups
from training.evidence_model.adapt import corpus_groups
from training.evidence_model.data import Group, public
from training.evidence_model.network import Network
from training.evidence_model.train import NEGATIVES, batches, fit, keep, prepared, tensors
from training.questions import SETS

SEED = 20261201
OTHERS = 1
NOWHERE_ELSE = 10**9
"""No question is asked of another place as well: see `corpus_groups`."""


def held_to(network: Network, groups: Sequence[Group]) -> list[Group]:
    """The same questions, to be read as this network reads them."""
    network.eval()
    with torch.no_grad():
        found = [replace(group, logits=network(**tensors(group.encoded)).tolist()) for group in groups]
    network.train()
    return found


def main() -> int:
    """Train on, report, and keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="of collect.py, and of training.corpus_questions.pairs"
    )
    parser.add_argument("--trained", type=Path, required=True, help="the weights to go on from")
    parser.add_argument("--remembers", type=Path, required=True, help="those of the model that knew the public sets")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dossiers", type=Path, default=FILE, help="a file like training/dossiers/dossiers.jsonl")
    parser.add_argument(
        "--near", type=Path, help="further questions on these dossiers, like training/dossiers/near_misses.jsonl"
    )
    parser.add_argument("--rate", type=float, default=7e-5)
    parser.add_argument(
        "--of-several", type=int, default=10**6, help="questions on the corpus that several sentences answer"
    )
    parser.add_argument("--of-one", type=int, default=600, help="questions on the corpus that one sentence answers")
    parser.add_argument("--public", type=int, default=1200, help="questions of the public sets")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    tokenizer, network = prepared(arguments.seed, bf16=False)
    generator = random.Random(arguments.seed)  # noqa: S311
    network.load_state_dict(torch.load(arguments.remembers / "weights.pt", weights_only=True))
    known = [group for name in SETS for group in public(arguments.data, name, tokenizer, NEGATIVES, held=False)]
    kept = held_to(network, random.sample(known, min(arguments.public, len(known))))
    network.load_state_dict(torch.load(arguments.trained / "weights.pt", weights_only=True))

    dossiers = dossier_groups(tokenizer, arguments.dossiers)
    near = near_groups(tokenizer, arguments.dossiers, arguments.near) if arguments.near else []
    corpus = corpus_groups(arguments.data, tokenizer, NOWHERE_ELSE, OTHERS)
    several = [group for group in corpus if sum(group.labels) > 1]
    of_one = [group for group in corpus if sum(group.labels) <= 1]
    several = random.sample(several, min(arguments.of_several, len(several)))
    drawn = random.sample(of_one, min(arguments.of_one, len(of_one)))
    held = {name: public(arguments.data, name, tokenizer, None, held=True) for name in SETS}
    held["city_deals dev"] = public(arguments.data, "dev", tokenizer, None, held=True)
    plan = list(batches(dossiers + near + several + drawn + kept, generator))
    fit(network, plan, arguments.rate, held)

    told = json.loads((arguments.trained / "training.json").read_text(encoding="utf-8"))
    told["then"] = {
        "seed": arguments.seed,
        "rate": arguments.rate,
        "questions": {
            "on dossiers": len(dossiers),
            "on dossiers, near misses": len(near),
            "on the corpus, of several sentences": len(several),
            "on the corpus, of one": len(drawn),
            "of the public sets, as read before": len(kept),
        },
        "steps": len(plan),
    }
    keep(network, held, told, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
