"""Sentences in the order in which they answer a question, each with its probability."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dealqa.answering.draft import Corpus, SentenceKey
from dealqa.answering.evidence_model.pair_encoding import Pair
from dealqa.answering.weighing.answerability import WITH, WITH_LARGER, WITHOUT, Answerability, answerability
from dealqa.answering.weighing.evidence import SECOND_SUPPORT, SUPPORT, Evidence, gather
from dealqa.answering.weighing.evidence_text import sentence_in_context
from dealqa.answering.weighing.kinds_of_answer import figures_asked_for
from dealqa.terms import stems
from dealqa.types import Hit, Question
from dealqa.understanding.asked_accounts import what_changed

__all__ = ["PASSAGES", "READ", "READ_AGAIN", "Candidate", "Ranking", "Reader", "rank", "standing", "support_of"]

READ = 24
"""How many sentences the evidence model reads, and are compared with each other: those that the other features put
first."""

READ_AGAIN = 8
"""How many of these the larger evidence model reads, where there is one: the best so far; the others follow them."""

PASSAGES = 20
"""How many passages are looked into for an answer: the sentences that are read come from these."""

CLEAR = 8.0
"""A logit beyond this is as sure as can be."""

AGREE = 0.5
"""Two sentences that share this much of their words (Jaccard) speak of the same thing."""

ENOUGH = 2
"""So many other documents that say the same are as good as more."""

MARGIN = 4.0
"""A preference by so much is as clear as can be."""


class Reader(Protocol):
    """What reads a question and a sentence together."""

    @property
    def second(self) -> Reader | None:
        """What reads the best sentences once more, if there is such."""

    def logits(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float32]:
        """For each question, sentence and what stands around it: the logit that the sentence answers."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence and the probability, in (0, 1), that it answers the question."""

    probability: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates, best first, and the least probability with which one is given as an answer.

    The best is not always the most probable: which sentence answers best, and whether it answers at all, are two
    questions.
    """

    candidates: tuple[Candidate, ...]
    threshold: float

    @property
    def passages(self) -> dict[str, float]:
        """The passages that were looked into, by id, with the greatest probability of one of their sentences."""
        found: dict[str, float] = {}
        for one in self.candidates:
            passage_id = one.evidence.hit.passage.id
            found[passage_id] = max(found.get(passage_id, 0.0), one.probability)
        return found

    @property
    def read(self) -> dict[SentenceKey, float]:
        """The probability of each sentence, by the id of its document and its span."""
        return {one.evidence.key: one.probability for one in self.candidates}


def rank(
    question: Question,
    hits: Sequence[Hit],
    corpus: Corpus,
    reader: Reader | None,
    *,
    passages: int = PASSAGES,
    read: int = READ,
) -> Ranking:
    """The sentences of the best passages, those first that answer best.

    Args:
        hits: best first.
        reader: the evidence model, or None to do without it.
        passages: how many of the hits are looked into.
        read: how many of their sentences are looked at closely: only these are returned.
    """
    model = answerability(WITHOUT)
    found = _in_order(gather(question, hits[:passages], corpus), model)[:read]
    if reader is None or not found:
        return Ranking(_decided(question, found, model), model.threshold)
    model = answerability(WITH)
    wordings = [question.resolved, *filter(None, [what_changed(question)])]
    found = _in_order(_read(wordings, found, reader, SUPPORT), model)
    candidates = _decided(question, found, model)
    if reader.second is not None:
        model = answerability(WITH_LARGER)
        again = _in_order(_read(wordings, found[:READ_AGAIN], reader.second, SECOND_SUPPORT), model)
        candidates = (*_beside(_decided(question, again, model), candidates), *candidates[READ_AGAIN:])
    return Ranking(candidates, model.threshold)


def _beside(again: Sequence[Candidate], before: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates as read again, the best one first; the others no less probable than they were.

    The larger model is so sure of the one that answers best that it leaves little for another item of a list or another
    account of the same thing, and the rules for these weigh them against the best one.
    """
    known = {(one.evidence.hit.passage.id, one.evidence.span): one.probability for one in before}
    others = (
        replace(one, probability=max(one.probability, known[one.evidence.hit.passage.id, one.evidence.span]))
        for one in again[1:]
    )
    return (*again[:1], *others)


def _decided(question: Question, items: Sequence[Evidence], model: Answerability) -> tuple[Candidate, ...]:
    together = _together(question, items, [model.preference(item) for item in items])
    return tuple(Candidate(model.probability(item), item) for item in together)


def _in_order(items: Sequence[Evidence], model: Answerability) -> list[Evidence]:
    return sorted(items, key=lambda item: (-model.preference(item), item.hit.rank, item.span))


def support_of(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The evidence model's logits as a feature, in [-1, 1]."""
    support: npt.NDArray[np.float32] = np.clip(logits / CLEAR, -1.0, 1.0)
    return support


def _read(wordings: Sequence[str], items: Sequence[Evidence], reader: Reader, feature: str) -> list[Evidence]:
    """The same sentences with what an evidence model says of each as one feature more, by this name.

    Args:
        wordings: of the question, at least one; a sentence need answer but one of them.
    """
    pairs = [(wording, *sentence_in_context(item.hit, item.span)) for wording in wordings for item in items]
    supports = support_of(reader.logits(pairs)).reshape(len(wordings), len(items)).max(axis=0)
    return [
        replace(item, features={**item.features, feature: float(support)})
        for item, support in zip(items, supports, strict=True)
    ]


def _together(question: Question, items: Sequence[Evidence], preferences: Sequence[float]) -> list[Evidence]:
    """The same sentences with two features more, which say how each stands among the others: see `standing`.

    Args:
        preferences: of each of the items, comparable with each other.
    """
    stood = standing(
        [stems(item.text) for item in items],
        [figures_asked_for(question, item.text) for item in items],
        [item.hit.document.id for item in items],
        preferences,
    )
    return [
        replace(item, features={**item.features, "margin": margin, "agreement": agreement})
        for item, (margin, agreement) in zip(items, stood, strict=True)
    ]


def standing(
    said: Sequence[AbstractSet[str]],
    given: Sequence[AbstractSet[str]],
    documents: Sequence[str],
    preferences: Sequence[float],
) -> list[tuple[float, float]]:
    """How each of a question's sentences stands among the others.

    - margin: by how much it is preferred to the best of those that say something else, from -1 to 1;
    - agreement: how many other documents say the same, from 0 to 1 (two or more): the figure that is asked for, or
      mostly the same words.

    Args:
        said: of each sentence the stems of its words.
        given: the figures in it that are of the kind that is asked for.
        documents: the document that it stands in.
        preferences: how good an answer it is beside the others.

    Returns:
        (margin, agreement) of each.
    """
    number = range(len(said))
    stood = []
    for i in number:
        same = [i == j or _agree(said[i], said[j], given[i], given[j]) for j in number]
        others = [preferences[j] for j in number if not same[j]]
        margin = (preferences[i] - max(others)) / MARGIN if others else 1.0
        agreeing = {documents[j] for j in number if same[j]} - {documents[i]}
        stood.append((max(-1.0, min(1.0, margin)), min(1.0, len(agreeing) / ENOUGH)))
    return stood


def _agree(one: AbstractSet[str], other: AbstractSet[str], figures: AbstractSet[str], others: AbstractSet[str]) -> bool:
    if figures and others:
        return not figures.isdisjoint(others)
    return len(one & other) >= AGREE * len(one | other)
