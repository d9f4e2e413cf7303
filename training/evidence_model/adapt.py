"""Go on training the evidence model, on questions about the demonstration corpus and on passages written for it.

    .venv/bin/python -m training.evidence_model.adapt --data .scratch/evidence --trained .scratch/evidence/model
        --out .scratch/evidence/adapted

What was learnt before is among the rest, so that it is not forgotten. No question of evals/city_deals
is trained on: the dev split is there to fit what decides, and to choose by (its figures are reported as it goes on); of
questions that it has seen, a model thinks too well.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from pathlib import Path
from typing import Any

import torch
from training.evidence_model.data import NO_SPAN, Group, public
from training.evidence_model.train import batches, first_questions, fit, keep, prepared
from training.questions import load
from training.written_passages.groups import FILES, written_groups

from dealqa.answering.evidence_model.pair_encoding import Pair, encode_pairs
from dealqa.deals import load_registry
from dealqa.places import find_places
from dealqa.terms import words

SEED = 20261128

HARD, OTHERS = 3, 3
"""So many sentences of each question that do not answer: those that the features put first, and others."""

RIGHT = 6
"""The most sentences of a question that answer it."""


def corpus_groups(folder: Path, tokenizer: Any, apart: int, others: int = OTHERS) -> list[Group]:
    """The questions of `corpus.jsonl` (of `training.corpus_questions.pairs`).

    Args:
        apart: one in so many questions that an answer was found to is asked of another place as well.
        others: see `OTHERS`.
    """
    groups = []
    for number, line in enumerate(load(folder / "corpus.jsonl")):
        right = [one for one in line["candidates"] if one["label"]]
        wrong = [one for one in line["candidates"] if not one["label"]]
        right = random.sample(right, min(RIGHT, len(right)))
        chosen = right + wrong[:HARD] + random.sample(wrong[HARD:], min(others, len(wrong[HARD:])))
        groups.append(_group(tokenizer, line["question"], chosen))
        if number % apart == 0 and right and (swapped := elsewhere(line["question"], chosen)):
            groups.append(_group(tokenizer, *swapped))
    return groups


def elsewhere(question: str, candidates: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]] | None:
    """The question with another place in it, which what answered it does not answer; None for one without a place."""
    named = sorted({name for _, _, name in find_places(words(question))})
    if not named:
        return None
    other = random.choice([place for place in _places() if place not in named])  # noqa: S311
    swapped = re.sub(rf"\b{re.escape(named[0])}\b", other, question, flags=re.IGNORECASE)
    kept = [{**one, "label": 0} for one in candidates[: HARD + 1] if other not in f"{one['sentence']} {one['around']}"]
    return (swapped, kept) if kept and swapped != question else None


def _places() -> list[str]:
    return sorted({place for deal in load_registry(Path("docs_corpus")).deals for place in deal.places})


def _group(tokenizer: Any, question: str, candidates: list[dict[str, Any]]) -> Group:
    pairs: tuple[Pair, ...] = tuple((question, one["sentence"], one["around"]) for one in candidates)
    labels = [int(one["label"]) for one in candidates]
    return Group("corpus", pairs, encode_pairs(tokenizer, pairs), labels, [NO_SPAN] * len(pairs))


def main() -> int:
    """Train on, report, and keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument(
        "--elsewhere", type=int, default=8, help="one question in so many is asked of another place too"
    )
    parser.add_argument(
        "--written", nargs="*", choices=[file.stem for file in FILES], default=["passages"], help="which passages"
    )
    parser.add_argument(
        "--others", type=int, default=OTHERS, help="further sentences of a question on the corpus that do not answer it"
    )
    parser.add_argument("--rehearsed", type=int, default=1200, help="questions of the first training, of each epoch")
    arguments = parser.parse_args()
    tokenizer, network = prepared(SEED, bf16=True)
    generator = random.Random(SEED)  # noqa: S311
    network.load_state_dict(torch.load(arguments.trained / "weights.pt", weights_only=True))
    told = json.loads((arguments.trained / "training.json").read_text(encoding="utf-8"))
    known, held = first_questions(arguments.data, tokenizer, told["deals"])
    corpus = corpus_groups(arguments.data, tokenizer, arguments.elsewhere, arguments.others)
    files = [file for file in FILES if file.stem in arguments.written]
    written = written_groups(tokenizer, files, held=False)
    held["written"] = written_groups(tokenizer, held=True)
    held["city_deals dev"] = public(arguments.data, "dev", tokenizer, None, held=True)
    plan = [
        batch
        for _ in range(arguments.epochs)
        for batch in batches(corpus + written + random.sample(known, arguments.rehearsed), generator)
    ]
    fit(network, plan, arguments.rate, held)

    told["then"] = {
        "seed": SEED,
        "epochs": arguments.epochs,
        "rate": arguments.rate,
        "questions": {
            "on the corpus": len(corpus),
            "on written passages": len(written),
            "of the first training": arguments.rehearsed,
        },
        "steps": len(plan),
    }
    keep(network, held, told, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
