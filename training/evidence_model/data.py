"""Questions with their candidate sentences, encoded: those that collect.py wrote, and the pairs of our own."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dealqa.answering.evidence_model.pair_encoding import QUESTION, SENTENCE, Pair, encode_pairs

__all__ = ["NO_SPAN", "Group", "TokenSpan", "answer_span", "own", "public"]

TokenSpan = tuple[int, int]
"""The first and the last of the tokens of a pair that an answer is made of."""

NO_SPAN: TokenSpan = (-1, -1)

OWN_HELD = 0.05
"""The share of our own questions that is held out: the last ones, whose deals no other question names."""


@dataclass(frozen=True, slots=True)
class Group:
    """One question with sentences.

    Attributes:
        labels: 1 for each sentence that answers.
        spans: where the answer stands among the tokens of a sentence that answers, as far as it is known.
        logits: what an earlier model says of each sentence, where the network is to say that, whatever the labels are.
    """

    source: str
    pairs: tuple[Pair, ...]
    encoded: list[tuple[list[int], list[int]]]
    labels: list[int]
    spans: list[TokenSpan]
    logits: list[float] | None = None


def public(folder: Path, name: str, tokenizer: Any, most: int | None, *, held: bool) -> list[Group]:
    """The questions of a file that collect.py wrote.

    Args:
        most: so many sentences that do not answer of each, the first two and others at random; None for all.
        held: those that nothing is trained on, or the others.
    """
    groups = []
    for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        if asked["held"] != held:
            continue
        right = [candidate for candidate in asked["candidates"] if candidate["label"]]
        wrong = [candidate for candidate in asked["candidates"] if not candidate["label"]]
        if most is not None:
            first, others = wrong[:2], wrong[2:]
            wrong = first + random.sample(others, min(len(others), most - len(first)))
        chosen = right + wrong
        if chosen:
            pairs = tuple((asked["question"], one["sentence"], one["around"]) for one in chosen)
            labels = [one["label"] for one in chosen]
            spans = [
                answer_span(tokenizer, asked["question"], one["sentence"], asked["answers"] if one["label"] else [])
                for one in chosen
            ]
            groups.append(Group(name, pairs, encode_pairs(tokenizer, pairs), labels, spans))
    return groups


def answer_span(tokenizer: Any, question: str, sentence: str, answers: list[str]) -> TokenSpan:
    """Where the first of the answers that the sentence holds stands in the pair's tokens."""
    at = next((found for answer in answers if (found := _place(sentence, answer)) is not None), None)
    if at is None:
        return NO_SPAN
    tokens = [
        i
        for i, (start, end) in enumerate(tokenizer.encode(sentence, add_special_tokens=False).offsets)
        if start < at[1] and at[0] < end and i < SENTENCE
    ]
    if not tokens:
        return NO_SPAN
    before = 2 + min(len(tokenizer.encode(question, add_special_tokens=False).ids), QUESTION)
    return before + tokens[0], before + tokens[-1]


def _place(sentence: str, answer: str) -> tuple[int, int] | None:
    words = " ".join(answer.split())  # as the sentence: `sentence_in_context` evens out white space
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", sentence, re.IGNORECASE) if words else None
    return found.span() if found else None


def own(folder: Path, tokenizer: Any, most: int) -> tuple[list[Group], list[Group]]:
    """The pairs of training/deal_pairs grouped by question, at most so many questions: to train on, and held out."""
    by_question: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in (folder / "deals.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        by_question.setdefault((pair["group"], pair["question"]), []).append(pair)
    groups = []
    for (_, question), found in list(by_question.items())[:most]:
        pairs = tuple((question, pair["sentence"], pair["heading"]) for pair in found)
        labels = [int(pair["label"]) for pair in found]
        groups.append(Group("deals", pairs, encode_pairs(tokenizer, pairs), labels, [NO_SPAN] * len(pairs)))
    cut = int(len(groups) * (1 - OWN_HELD))
    return groups[:cut], groups[cut:]
