"""Public training questions and our own dev split, and which sentence answers one."""

from __future__ import annotations

import hashlib
import json
import random
import re
from pathlib import Path
from typing import Any

from dealqa.answering.weighing.evidence import Evidence

__all__ = ["SETS", "dev_cases", "is_held", "is_right", "load", "with_misplaced"]

SETS = ("squad2", "tatqa", "hotpotqa")

HELD_ARTICLE = "Normans.txt"
"""The article of squad2 that the evidence model never sees."""

HELD_SHARE = 8
"""One in so many documents of tatqa and questions of hotpotqa is held out of the evidence model's training."""

KEPT_APART = "cdf-d"
"""How the ids of those of our further questions begin on which nothing is fitted."""


def load(path: Path) -> list[dict[str, Any]]:
    """The cases of a questions.jsonl."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def dev_cases() -> list[dict[str, Any]]:
    """The dev splits of our own suites but for `KEPT_APART`; the test split is not read."""
    suites = ("city_deals", "city_deals_further")
    cases = [case for name in suites for case in load(Path(f"evals/{name}/questions.jsonl"))]
    return [case for case in cases if case["meta"]["split"] == "dev" and not case["id"].startswith(KEPT_APART)]


def is_held(name: str, case: dict[str, Any]) -> bool:
    """Whether the evidence model is not trained on this case; by document, so that nothing of it is known.

    Args:
        name: of the set.
        case: as it is in the set, not a misplaced one.
    """
    if name == "squad2":
        return bool(case["scope"] == HELD_ARTICLE)
    key = case["scope"] if name == "tatqa" else case["id"]
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % HELD_SHARE == 0


def with_misplaced(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cases, and for every third one with a scope the same question asked of another document."""
    scopes = sorted({case["scope"] for case in cases if case["scope"]})
    misplaced = []
    for case in cases[::3]:
        if case["scope"] and len(scopes) > 1:
            other = random.choice([scope for scope in scopes if scope != case["scope"]])  # noqa: S311
            misplaced.append({**case, "scope": other, "answerable": False, "evidence": []})
    return cases + misplaced


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
    answers = [_normalised(answer) for answer in case["answers"] if _normalised(answer)]
    long_gold = any(gold["end"] - gold["start"] > 400 for gold in here)
    return not long_gold or any(answer in _normalised(evidence.text) for answer in answers)


def _normalised(text: str) -> str:
    """Lower case, without punctuation and articles."""
    text = re.sub(r"[^\w\s]", " ", text.lower())
    return " ".join(word for word in text.split() if word not in ("a", "an", "the"))
