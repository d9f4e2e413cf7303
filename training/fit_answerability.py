"""Fit the answerability model: the weights in src/dealqa/data/answerability.json.

A logistic regression over the features of `dealqa.answering.evidence`, one row a sentence: does this sentence answer
this question? Fitted on the public training sets (licences and attribution: training/README.md) and on the dev split
of evals/city_deals; nothing that figures are reported on is read here.

    .venv/bin/python training/fit_answerability.py --train ../shared/train [--questions 600]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from dealqa.answering.evidence import FEATURES, Evidence, gather
from dealqa.assistant import Assistant
from dealqa.config import Settings, load_settings
from dealqa.index import build_index

TARGET = Path("src/dealqa/data/answerability.json")
SEED = 20261123


def normalised(text: str) -> str:
    """Lower case, without punctuation and articles."""
    text = re.sub(r"[^\w\s]", " ", text.lower())
    return " ".join(word for word in text.split() if word not in ("a", "an", "the"))


def is_right(case: dict[str, Any], evidence: Evidence) -> bool:
    """Whether the sentence overlaps gold evidence and holds a gold answer (where an answer can be looked for)."""
    if not case["answerable"]:
        return False
    here = [
        gold
        for gold in case["evidence"]
        if gold["doc"] == evidence.hit.document.path
        and gold["start"] is not None
        and gold["start"] < evidence.span[1]
        and evidence.span[0] < gold["end"]
    ]
    if not here:
        return False
    spans = case["meta"].get("answer_spans")
    if spans:
        return any(start < evidence.span[1] and evidence.span[0] < end for start, end in spans)
    answers = [normalised(answer) for answer in case["answers"] if normalised(answer)]
    long_gold = any(gold["end"] - gold["start"] > 400 for gold in here)
    return not long_gold or any(answer in normalised(evidence.text) for answer in answers)


def rows(assistant: Assistant, cases: list[dict[str, Any]]) -> Iterator[tuple[list[float], bool, float]]:
    """(features, label, weight) of the best sentences of each question; each question weighs the same."""
    for case in cases:
        question = assistant.understand(case["question"], case.get("history", ()))
        documents = [case["scope"]] if case["scope"] else None
        hits = assistant.search(question, documents=documents, limit=12)
        found = gather(question, hits, assistant.idf)
        found = sorted(found, key=lambda item: -item.features["cosine"] - item.features["coverage"])[:12]
        for item in found:
            yield item.vector, is_right(case, item), 1.0 / len(found)


def load(path: Path) -> list[dict[str, Any]]:
    """The cases of a questions.jsonl."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def collect(settings: Settings, cases: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, labels and weights of all sentences of some cases."""
    build_index(settings)
    with Assistant(settings) as assistant:
        data = list(rows(assistant, cases))
    return np.array([r[0] for r in data]), np.array([r[1] for r in data]), np.array([r[2] for r in data])


def main() -> int:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=600, help="the most questions to take of each public set")
    parser.add_argument("--scratch", type=Path, default=Path(".scratch/training"))
    arguments = parser.parse_args()
    random.seed(SEED)
    parts: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    for name in ("squad2", "tatqa", "hotpotqa"):
        folder = arguments.train / name
        cases = load(folder / "questions.jsonl")
        random.shuffle(cases)
        settings = load_settings(corpus=folder / "corpus", index=arguments.scratch / name)
        parts[name] = collect(settings, cases[: arguments.questions])
    dev = [case for case in load(Path("evals/city_deals/questions.jsonl")) if case["meta"]["split"] == "dev"]
    parts["city_deals dev"] = collect(load_settings(corpus=Path("docs_corpus"), index=arguments.scratch / "deals"), dev)

    features = np.concatenate([part[0] for part in parts.values()])
    labels = np.concatenate([part[1] for part in parts.values()])
    # Each set weighs the same, however many questions it has.
    weights = np.concatenate([part[2] / part[2].sum() for part in parts.values()]) * 1000
    model = LogisticRegression(C=10.0, max_iter=2000).fit(features, labels, sample_weight=weights)
    figures = {
        name: {
            "sentences": len(part[1]),
            "right": int(part[1].sum()),
            "auroc": round(float(roc_auc_score(part[1], model.predict_proba(part[0])[:, 1])), 3),
        }
        for name, part in parts.items()
    }
    TARGET.write_text(
        json.dumps(
            {
                "what": "logistic regression: P(this sentence answers this question); from training/fit_answerability.py",
                "features": list(FEATURES),
                "weights": [round(float(weight), 4) for weight in model.coef_[0]],
                "bias": round(float(model.intercept_[0]), 4),
                "fitted_on": figures,
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    sys.stdout.write(TARGET.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
