"""Fit the answerability model: the weights in src/dealqa/data/answerability.json.

Two small models over the features of `dealqa.answering.weighing.evidence`, each a handful of weights that can be read:

- choosing: a conditional logit over the sentences of one question: which of them answers it best?
- deciding: a logistic regression over the chosen sentence: does it answer the question at all?

Both are fitted without an evidence model, and with what each of the two says of a sentence as one feature more; these
only on questions that the evidence models were not trained on. The public training sets (licences and attribution:
training/README.md) and the dev split of evals/city_deals are used; nothing that figures are reported on is read here.
Questions that must be refused are the sets' own and questions of one document asked of another.

    .venv/bin/python -m training.fit_answerability --train ../shared/train --larger FOLDER [--questions 400]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from training.questions import SETS, dev_cases, is_held, is_right, load, with_misplaced

from dealqa.answering.evidence_model import EvidenceModel, load_evidence_model
from dealqa.answering.weighing.answerability import ALONE, WITH, WITH_LARGER, WITHOUT
from dealqa.answering.weighing.evidence import FEATURES, TOGETHER, gather
from dealqa.answering.weighing.evidence_text import sentence_in_context
from dealqa.answering.weighing.kinds_of_answer import figures_asked_for
from dealqa.answering.weighing.ranking import PASSAGES, READ, READ_AGAIN, standing, support_of
from dealqa.assistant import Assistant
from dealqa.config import Settings, load_settings
from dealqa.index import build_index
from dealqa.terms import stems

TARGET = Path("src/dealqa/data/answerability.json")
SEED = 20261123
"""Fixed: the same data give the same weights."""

DEV = "city_deals dev"
SHARES = {"squad2": 1.0, "tatqa": 1.0, "hotpotqa": 0.0, DEV: 2.0}
"""What each set counts in deciding. A question of HotpotQA takes two documents: no one sentence decides it."""

CHOICE = {DEV: 5.0}
"""What each set counts in choosing, if not 1: these are the documents that dealqa is for."""

RIDGE = 0.02
"""Penalty on the squared weights of the choosing model: the features overlap, and weights must stay readable."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: features of its candidate sentences, shape (n, features), and which of them answer it.

    Attributes:
        held: whether the evidence model has not seen the question.
        texts, figures, documents: of each candidate, what `dealqa.answering.weighing.ranking.standing` looks at.
        pairs: what the evidence model reads of each candidate; empty for questions that it has seen.
    """

    features: np.ndarray
    right: np.ndarray
    held: bool
    texts: tuple[str, ...]
    figures: tuple[tuple[str, ...], ...]
    documents: tuple[str, ...]
    pairs: tuple[tuple[str, str, str], ...] = ()

    def only(self, chosen: np.ndarray) -> Asked:
        """The question with some of its candidates, in this order."""
        parts = (tuple(part[i] for i in chosen) for part in (self.texts, self.figures, self.documents))
        pairs = tuple(self.pairs[i] for i in chosen) if self.pairs else ()
        return Asked(self.features[chosen], self.right[chosen], self.held, *parts, pairs)


def collect(settings: Settings, cases: list[dict[str, Any]], held: frozenset[str]) -> Iterator[Asked]:
    """Ask each question and describe the sentences that might answer it."""
    build_index(settings)
    with Assistant(settings) as assistant, assistant.hold() as snapshot:
        for case in cases:
            question = assistant.understand(case["question"], case.get("history", ()))
            documents = [case["scope"]] if case["scope"] else None
            found = gather(question, assistant.search(question, documents=documents, limit=PASSAGES), snapshot)
            if not found:
                continue
            unseen = case["id"] in held
            yield Asked(
                np.array([[item.features[name] for name in FEATURES] for item in found]),
                np.array([case["answerable"] and is_right(case, item) for item in found]),
                unseen,
                tuple(item.text for item in found),
                tuple(tuple(sorted(figures_asked_for(question, item.text))) for item in found),
                tuple(item.hit.document.id for item in found),
                tuple((question.resolved, *sentence_in_context(item.hit, item.span)) for item in found if unseen),
            )


def collect_all(train: Path, scratch: Path, most: int) -> dict[str, list[Asked]]:
    """All sets: every held question, and of the others at most so many."""
    random.seed(SEED)
    groups = {}
    for name in SETS:
        cases = load(train / name / "questions.jsonl")
        random.shuffle(cases)
        held = [case for case in cases if is_held(name, case)]
        seen = [case for case in cases if not is_held(name, case)][:most]
        settings = load_settings(corpus=train / name / "corpus", index=scratch / name, evidence_model=False)
        ids = frozenset(case["id"] for case in held)
        groups[name] = list(collect(settings, with_misplaced(held) + with_misplaced(seen), ids))
    settings = load_settings(corpus=Path("docs_corpus"), index=scratch / "deals", ocr="off", evidence_model=False)
    cases = dev_cases()
    groups[DEV] = list(collect(settings, cases, frozenset(case["id"] for case in cases)))
    return groups


def save(path: Path, groups: dict[str, list[Asked]]) -> None:
    """Keep what `collect_all` gave, so that a change of the fit alone need not ask everything again."""
    with path.open("w", encoding="utf-8") as file:
        for name, part in groups.items():
            for asked in part:
                line = {
                    "set": name,
                    "features": asked.features.round(6).tolist(),
                    "right": [int(right) for right in asked.right],
                    "held": asked.held,
                    "texts": asked.texts,
                    "figures": asked.figures,
                    "documents": asked.documents,
                    "pairs": asked.pairs,
                }
                file.write(json.dumps(line) + "\n")


def load_saved(path: Path) -> dict[str, list[Asked]]:
    """What `save` kept."""
    groups: dict[str, list[Asked]] = {}
    for line in load(path):
        asked = Asked(
            np.array(line["features"]),
            np.array(line["right"], dtype=bool),
            line["held"],
            tuple(line["texts"]),
            tuple(tuple(values) for values in line["figures"]),
            tuple(line["documents"]),
            tuple((question, sentence, around) for question, sentence, around in line["pairs"]),
        )
        groups.setdefault(line["set"], []).append(asked)
    return groups


def closest(asked: Asked, choosing: np.ndarray, most: int = READ) -> Asked:
    """The candidates that are looked at closely, those first that the choice prefers."""
    return asked.only(np.argsort(-(asked.features @ choosing), kind="stable")[:most])


def with_support(
    groups: dict[str, list[Asked]], choosing: np.ndarray, most: int, model: EvidenceModel
) -> dict[str, list[Asked]]:
    """The held questions, their best sentences read by an evidence model: one feature more.

    Args:
        most: so many sentences of each.
    """
    read: dict[str, list[Asked]] = {}
    for name, part in groups.items():
        for asked in part:
            if asked.held:
                best = closest(asked, choosing, most)
                support = support_of(model.logits(best.pairs))
                read.setdefault(name, []).append(replace(best, features=np.column_stack([best.features, support])))
    return read


def decided(asked: Asked, choosing: np.ndarray) -> tuple[np.ndarray, bool]:
    """The features of the sentence that is chosen, with how it stands among the others, and whether it answers."""
    best = closest(asked, choosing)
    preferences = best.features @ choosing
    stood = standing(
        [stems(text) for text in best.texts],
        [frozenset(values) for values in best.figures],
        best.documents,
        list(preferences),
    )
    return np.concatenate([best.features[0], stood[0]]), bool(best.right[0])


def fit_choice(groups: dict[str, list[Asked]]) -> np.ndarray:
    """Weights that maximise the probability of the right sentences among each question's own; see `CHOICE`."""
    chosen = [
        (asked, CHOICE.get(name, 1.0) / len(usable))
        for name, part in groups.items()
        for usable in [[asked for asked in part if asked.right.any()]]
        for asked in usable
    ]

    def loss(weights: np.ndarray) -> float:
        total = 0.0
        for asked, share in chosen:
            scores = asked.features @ weights
            total -= share * (logsumexp(scores[asked.right]) - logsumexp(scores))
        return total + RIDGE * float(weights @ weights)

    return minimize(loss, np.zeros(chosen[0][0].features.shape[1]), method="L-BFGS-B").x


def fit_threshold(asked: list[Asked], features: np.ndarray, deciding: LogisticRegression) -> float:
    """The cut of the dev split at which precision and recall of refusing have the greatest F1, the lower of equal ones.

    A question is rightly refused where no candidate is right.

    Args:
        asked: the questions of the dev split; one can be answered where some candidate is right.
        features: of the sentence that is chosen for each.
    """
    answerable = np.array([one.right.any() for one in asked])
    probabilities = deciding.predict_proba(features)[:, 1]
    cuts = np.arange(1, 100) / 100
    worth = [f1_score(~answerable, probabilities < cut, zero_division=0.0) for cut in cuts]
    return float(cuts[int(np.argmax(worth))])


def fit(groups: dict[str, list[Asked]], names: tuple[str, ...]) -> dict[str, Any]:
    """What the file says of both models.

    Args:
        names: of the features.
    """
    choosing = fit_choice(groups)
    rows = {}
    for name, part in groups.items():
        chosen = [decided(asked, choosing) for asked in part]
        rows[name] = np.array([features for features, _ in chosen]), np.array([right for _, right in chosen])
    weights = np.concatenate([np.full(len(r), 100.0 * SHARES[name] / len(r)) for name, (_, r) in rows.items()])
    features = np.concatenate([part for part, _ in rows.values()])
    labels = np.concatenate([part for _, part in rows.values()])
    deciding = LogisticRegression(C=1.0, max_iter=5000).fit(features, labels, sample_weight=weights)
    figures = {}
    for name, (part, right) in rows.items():
        answerable = np.array([asked.right.any() for asked in groups[name]])
        figures[name] = {
            "questions": len(right),
            "chosen right, where some candidate is": round(float(right[answerable].mean()), 3),
            "AUROC of deciding": round(float(roc_auc_score(right, deciding.predict_proba(part)[:, 1])), 3),
        }
    return {
        "choosing": _named(names, choosing),
        "deciding": _named((*names, *TOGETHER), deciding.coef_[0]),
        "bias": round(float(deciding.intercept_[0]), 4),
        "threshold": fit_threshold(groups[DEV], rows[DEV][0], deciding),
        "fitted_on": figures,
    }


def _named(names: tuple[str, ...], weights: np.ndarray) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def main() -> int:
    """Fit and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=400, help="the most questions to take of each public set")
    parser.add_argument("--scratch", type=Path, default=Path(".scratch/training"))
    parser.add_argument("--larger", default="", help="name or folder of all-mpnet-base-v2, to fit the part with it")
    parser.add_argument("--parts", nargs="+", default=[*ALONE], choices=[*ALONE], help="the others stay as they are")
    parser.add_argument("--cached", action="store_true", help="use the features that the last run put into --scratch")
    arguments = parser.parse_args()
    if not arguments.larger and WITH_LARGER in arguments.parts:
        parser.error(
            "The part with the larger evidence model needs --larger; name the other parts by --parts to do without."
        )
    both = load_evidence_model(load_settings(larger_evidence_model=arguments.larger))
    arguments.scratch.mkdir(parents=True, exist_ok=True)
    cache = arguments.scratch / "features.jsonl"
    if arguments.cached:
        groups = load_saved(cache)
    else:
        groups = collect_all(arguments.train, arguments.scratch, arguments.questions)
        save(cache, groups)
    content = json.loads(TARGET.read_text(encoding="utf-8"))
    for part, before, most, model in (
        (WITHOUT, None, 0, None),
        (WITH, WITHOUT, READ, both),
        (WITH_LARGER, WITH, READ_AGAIN, both.second),
    ):
        if before is not None and model is not None:
            groups = with_support(groups, np.array(list(content[before]["choosing"].values())), most, model)
        if part in arguments.parts:
            content[part] = fit(groups, ALONE[part])
    TARGET.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(TARGET.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
