"""Fit the answerability model: the weights in src/dealqa/data/answerability.json.

Two small models over the features of `dealqa.answering.evidence`, each a handful of weights that can be read:

- choosing: a conditional logit over the sentences of one question: which of them answers it best?
- deciding: a logistic regression over the chosen sentence: does it answer the question at all?

Fitted on the public training sets (licences and attribution: training/README.md) and on the dev split of
evals/city_deals; nothing that figures are reported on is read here. Questions that must be refused are the training
sets' own and questions of one document asked of another.

    .venv/bin/python training/fit_answerability.py --train ../shared/train [--questions 400]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from dealqa.answering.evidence import FEATURES, Evidence, gather
from dealqa.assistant import Assistant
from dealqa.config import Settings, load_settings
from dealqa.index import build_index

TARGET = Path("src/dealqa/data/answerability.json")
SEED = 20261123
"""Fixed: the same data give the same weights."""

RIDGE = 0.02
"""Penalty on the squared weights of the choosing model: the features overlap, and weights must stay readable."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: features of its candidate sentences, shape (n, features), and which of them answer it."""

    features: np.ndarray
    right: np.ndarray
    answerable: bool


def normalised(text: str) -> str:
    """Lower case, without punctuation and articles."""
    text = re.sub(r"[^\w\s]", " ", text.lower())
    return " ".join(word for word in text.split() if word not in ("a", "an", "the"))


def is_right(case: dict[str, Any], evidence: Evidence) -> bool:
    """Whether the sentence overlaps gold evidence and holds a gold answer (where an answer can be looked for)."""
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


def load(path: Path) -> list[dict[str, Any]]:
    """The cases of a questions.jsonl."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def with_misplaced(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cases, and for every third one with a scope the same question asked of another document."""
    scopes = sorted({case["scope"] for case in cases if case["scope"]})
    misplaced = []
    for case in cases[::3]:
        if case["scope"] and len(scopes) > 1:
            other = random.choice([scope for scope in scopes if scope != case["scope"]])  # noqa: S311
            misplaced.append({**case, "scope": other, "answerable": False, "evidence": []})
    return cases + misplaced


def collect(settings: Settings, cases: list[dict[str, Any]]) -> Iterator[Asked]:
    """Ask each question and describe the sentences that might answer it."""
    build_index(settings)
    with Assistant(settings) as assistant:
        for case in cases:
            question = assistant.understand(case["question"], case.get("history", ()))
            documents = [case["scope"]] if case["scope"] else None
            hits = assistant.search(question, documents=documents, limit=12)
            found = gather(question, hits, assistant.idf)
            if found:
                right = np.array([case["answerable"] and is_right(case, item) for item in found])
                yield Asked(np.array([item.vector for item in found]), right, case["answerable"])


def save_features(path: Path, groups: dict[str, list[Asked]]) -> None:
    """Keep what `collect` gave, so that a change of the fit alone need not ask everything again."""
    arrays: dict[str, np.ndarray] = {}
    for name, part in groups.items():
        arrays[f"{name}/features"] = np.concatenate([asked.features for asked in part])
        arrays[f"{name}/right"] = np.concatenate([asked.right for asked in part])
        arrays[f"{name}/lengths"] = np.array([len(asked.right) for asked in part])
        arrays[f"{name}/answerable"] = np.array([asked.answerable for asked in part])
    np.savez(path, **arrays)


def load_features(path: Path) -> dict[str, list[Asked]]:
    """What `save_features` kept."""
    with np.load(path, allow_pickle=False) as stored:
        names = dict.fromkeys(key.partition("/")[0] for key in stored)
        groups: dict[str, list[Asked]] = {}
        for name in names:
            cuts = np.cumsum(stored[f"{name}/lengths"])[:-1]
            parts = zip(
                np.split(stored[f"{name}/features"], cuts),
                np.split(stored[f"{name}/right"], cuts),
                stored[f"{name}/answerable"],
                strict=True,
            )
            groups[name] = [Asked(features, right, bool(answerable)) for features, right, answerable in parts]
        return groups


def fit_choice(groups: dict[str, list[Asked]]) -> np.ndarray:
    """Weights that maximise the probability of the right sentences among each question's own; each set counts alike."""
    chosen = [
        (asked, 1.0 / len(usable))
        for part in groups.values()
        for usable in [[asked for asked in part if asked.right.any()]]
        for asked in usable
    ]

    def loss(weights: np.ndarray) -> float:
        total = 0.0
        for asked, share in chosen:
            scores = asked.features @ weights
            total -= share * (logsumexp(scores[asked.right]) - logsumexp(scores))
        return total + RIDGE * float(weights @ weights)

    return minimize(loss, np.zeros(len(FEATURES)), method="L-BFGS-B").x


def fit_threshold(features: np.ndarray, right: np.ndarray, deciding: LogisticRegression) -> float:
    """The lowest cut on the dev split that sorts all but two as many sentences rightly as the best cut does.

    A wrong answer counts as much as a false refusal. Of cuts that a split of this size cannot tell apart the lowest is
    taken: below it stand the further checks of `dealqa.answering`, above it only refusals.
    """
    probabilities = deciding.predict_proba(features)[:, 1]
    cuts = np.arange(0.3, 0.7, 0.01)
    sorted_rightly = np.array([((probabilities >= cut) == right).sum() for cut in cuts])
    return round(float(cuts[sorted_rightly >= sorted_rightly.max() - 2][0]), 2)


def main() -> int:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=400, help="the most questions to take of each public set")
    parser.add_argument("--scratch", type=Path, default=Path(".scratch/training"))
    parser.add_argument("--cached", action="store_true", help="use the features that the last run put into --scratch")
    arguments = parser.parse_args()
    cache = arguments.scratch / "features.npz"
    if arguments.cached:
        groups = load_features(cache)
    else:
        random.seed(SEED)
        groups = {}
        for name in ("squad2", "tatqa", "hotpotqa"):
            cases = load(arguments.train / name / "questions.jsonl")
            random.shuffle(cases)
            settings = load_settings(corpus=arguments.train / name / "corpus", index=arguments.scratch / name)
            groups[name] = list(collect(settings, with_misplaced(cases[: arguments.questions])))
        dev = [case for case in load(Path("evals/city_deals/questions.jsonl")) if case["meta"]["split"] == "dev"]
        settings = load_settings(corpus=Path("docs_corpus"), index=arguments.scratch / "deals")
        groups["city_deals dev"] = list(collect(settings, dev))
        save_features(cache, groups)

    choosing = fit_choice(groups)
    best = {name: [int(np.argmax(asked.features @ choosing)) for asked in part] for name, part in groups.items()}
    rows = {
        name: (
            np.array([asked.features[i] for asked, i in zip(part, best[name], strict=True)]),
            np.array([bool(asked.right[i]) for asked, i in zip(part, best[name], strict=True)]),
        )
        for name, part in groups.items()
    }
    # Our own documents count double. A question of HotpotQA takes two documents: no one sentence decides it.
    share = {"squad2": 1.0, "tatqa": 1.0, "hotpotqa": 0.0, "city_deals dev": 2.0}
    weights = np.concatenate([np.full(len(r), 1000.0 * share[name] / len(r)) for name, (_, r) in rows.items()])
    features = np.concatenate([part for part, _ in rows.values()])
    labels = np.concatenate([part for _, part in rows.values()])
    deciding = LogisticRegression(C=1.0, max_iter=5000).fit(features, labels, sample_weight=weights / 10)
    figures = {}
    for name, (part, right) in rows.items():
        answerable = np.array([asked.right.any() for asked in groups[name]])
        figures[name] = {
            "questions": len(right),
            "chosen right, where some candidate is": round(float(right[answerable].mean()), 3),
            "AUROC of deciding": round(float(roc_auc_score(right, deciding.predict_proba(part)[:, 1])), 3),
        }
    threshold = fit_threshold(*rows["city_deals dev"], deciding)
    content = {
        "what": "weights over the features of a sentence; see training/README.md",
        "features": list(FEATURES),
        "choosing": [round(float(weight), 4) for weight in choosing],
        "deciding": [round(float(weight), 4) for weight in deciding.coef_[0]],
        "bias": round(float(deciding.intercept_[0]), 4),
        "threshold": threshold,
        "fitted_on": figures,
    }
    TARGET.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(TARGET.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
