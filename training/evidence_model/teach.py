"""Let both evidence models read the questions that they were trained on, and write down what they say.

    DEALQA_LARGER_EVIDENCE_MODEL=FOLDER .venv/bin/python -m training.evidence_model.teach --data .scratch/evidence

FOLDER is that of all-mpnet-base-v2. `taught.jsonl` holds a line for each question: its sentences with what stands
around them, whether they answer, the logits of the small model and those of the larger one.
`training.evidence_model.distil` trains on it. Lines are written as they are read: a second run goes on where the first
stopped.
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

from tokenizers import Tokenizer
from training.evidence_model.adapt import corpus_groups
from training.evidence_model.data import Group, own, public
from training.questions import SETS
from training.written_passages.groups import written_groups

from dealqa.answering.evidence_model import load_evidence_model
from dealqa.config import load_settings
from dealqa.embedding.source import locate_model

__all__ = ["TAUGHT", "questions"]

TAUGHT = "taught.jsonl"
SEED = 20261201

DEALS = 4000
"""Questions of the pairs on deals: they are made by rule, and there is less to learn in them."""

WRONG = {"squad2": 5, "tatqa": 5, "hotpotqa": 6, "corpus": 5, "written": 3, "deals": 4}
"""The most sentences of a question that do not answer it."""

AT_A_TIME = 64


def questions(folder: Path, tokenizer: Any) -> list[Group]:
    """All that is trained on, in a random order that is always the same."""
    random.seed(SEED)
    groups = [group for name in SETS for group in public(folder, name, tokenizer, WRONG[name], held=False)]
    groups += random.sample(own(folder, tokenizer, 6000)[0], DEALS)
    groups += corpus_groups(folder, tokenizer, 8)
    groups += written_groups(tokenizer, held=False)
    thin = [_thinned(group) for group in groups]
    random.shuffle(thin)
    return thin


def _thinned(group: Group) -> Group:
    right = [i for i, label in enumerate(group.labels) if label]
    wrong = [i for i, label in enumerate(group.labels) if not label]
    most = WRONG[group.source]
    kept = sorted([*right[:2], *(random.sample(wrong, most) if len(wrong) > most else wrong)])
    return replace(
        group,
        pairs=tuple(group.pairs[i] for i in kept),
        encoded=[group.encoded[i] for i in kept],
        labels=[group.labels[i] for i in kept],
        spans=[group.spans[i] for i in kept],
    )


def main() -> int:
    """Read all of them, telling on standard error how it goes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    settings = load_settings()
    small = load_evidence_model(settings)
    larger = small.second
    if larger is None:
        parser.error("set DEALQA_LARGER_EVIDENCE_MODEL to the folder of all-mpnet-base-v2")
    tokenizer: Any = Tokenizer.from_file(str(locate_model(settings).folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    groups = questions(arguments.data, tokenizer)
    path = arguments.data / TAUGHT
    done = len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0
    started = time.monotonic()
    with path.open("a", encoding="utf-8") as out:
        for begin in range(done, len(groups), AT_A_TIME):
            some = groups[begin : begin + AT_A_TIME]
            pairs = [pair for group in some for pair in group.pairs]
            read = list(zip(small.logits(pairs).tolist(), larger.logits(pairs).tolist(), strict=True))
            for group in some:
                mine, read = read[: len(group.pairs)], read[len(group.pairs) :]
                line = {
                    "source": group.source,
                    "pairs": group.pairs,
                    "labels": group.labels,
                    "spans": group.spans,
                    "small": [round(one, 3) for one, _ in mine],
                    "larger": [round(one, 3) for _, one in mine],
                }
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
            out.flush()
            sys.stderr.write(f"{begin + len(some)}/{len(groups)}, {time.monotonic() - started:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
