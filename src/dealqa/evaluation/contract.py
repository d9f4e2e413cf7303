"""What is judged: the answer contract of each question, as `Answer.to_dict(hits=64)` gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["HITS", "NOTHING", "Prediction", "answer_text", "without_numbers"]

HITS = 64
"""How many hits of each question are judged and written down."""

Prediction = Mapping[str, Any]
NOTHING: Prediction = {
    "answer": "",
    "refused": False,
    "refusal": None,
    "confidence": None,
    "sentences": [],
    "citations": [],
    "hits": [],
}
"""The prediction of a question that failed with an error."""

CITATION_NUMBERS = re.compile(r"\s*\[\d+(?:,\s*\d+)*\]")


def without_numbers(text: str) -> str:
    """A text without the numbers of its citations."""
    return CITATION_NUMBERS.sub("", text)


def answer_text(prediction: Prediction) -> str:
    """The answer's words without the citation numbers; "" for a refusal."""
    if prediction["refused"]:
        return ""
    if prediction["sentences"]:
        return " ".join(without_numbers(sentence["text"]) for sentence in prediction["sentences"])
    return without_numbers(prediction["answer"])
