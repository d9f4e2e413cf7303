"""The dossiers that were written to train on, with their questions, as the evidence model sees them.

A line of `dossiers.jsonl` is an affair of invention, written with a large language model's help: papers of several
years that promise, count, report and dispute, look-alikes among them, and questions in other words than the papers'. Of
each question it holds every sentence that answers it, in whichever paper ("by", the numbers of the document and of the
sentence), and some that a hasty reader would take ("not").
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from training.evidence_model.data import NO_SPAN, Group
from training.questions import load

from dealqa.answering.evidence_model.pair_encoding import Pair, encode_pairs
from dealqa.answering.weighing.evidence_text import AROUND, BEFORE

__all__ = ["FILE", "NEAR", "dossier_groups", "near_groups"]

FILE = Path(__file__).with_name("dossiers.jsonl")
NEAR = Path(__file__).with_name("near_misses.jsonl")
"""Further questions on the same dossiers: such as look answered and are not, or suppose what is not so, and their twins
that are answered. "dossier" is the number of its line, from 0; the rest is as there."""

RIGHT = 6
"""The most sentences of a question that answer it."""

WRONG, OTHERS = 4, 1
"""So many sentences that do not answer: those that look so first, and others of the same dossier."""


def dossier_groups(tokenizer: Any, file: Path = FILE) -> list[Group]:
    """Each question with sentences that answer it, such as look so, and others.

    Args:
        file: like `FILE`.
    """
    return [group for dossier in load(file) for group in _groups(tokenizer, dossier["documents"], dossier["questions"])]


def near_groups(tokenizer: Any, file: Path = FILE, near: Path = NEAR) -> list[Group]:
    """The same of the questions that were asked later, to teach what only looks like an answer.

    Args:
        file: the dossiers, like `FILE`.
        near: questions on them, like `NEAR`.
    """
    dossiers = load(file)
    return [
        group for asked in load(near) for group in _groups(tokenizer, dossiers[asked["dossier"]]["documents"], [asked])
    ]


def _groups(tokenizer: Any, documents: list[dict[str, Any]], questions: list[dict[str, Any]]) -> list[Group]:
    shown = {
        (number, at): (sentence, _around(document, at))
        for number, document in enumerate(documents)
        for at, sentence in enumerate(document["sentences"])
    }
    groups = []
    for asked in questions:
        right = [tuple(place) for place in asked["by"]]
        wrong = [tuple(place) for place in asked["not"]]
        others = wrong[WRONG:] + [place for place in shown if place not in right and place not in wrong]
        chosen = [*_drawn(right, RIGHT), *wrong[:WRONG], *_drawn(others, OTHERS)]
        pairs: tuple[Pair, ...] = tuple((asked["question"], *shown[place]) for place in chosen)
        labels = [int(place in right) for place in chosen]
        groups.append(Group("dossiers", pairs, encode_pairs(tokenizer, pairs), labels, [NO_SPAN] * len(pairs)))
    return groups


def _drawn(places: list[tuple[int, ...]], most: int) -> list[tuple[int, ...]]:
    return random.sample(places, min(most, len(places)))


def _around(document: dict[str, Any], at: int) -> str:
    """What stands around a sentence, as `dealqa.answering.weighing.evidence_text.sentence_in_context` puts it."""
    titles = f"{document['title']} › {document['section']}"
    before = [document["sentences"][at - 1][-BEFORE:]] if at else []
    return " · ".join([titles[-AROUND:], *before])
