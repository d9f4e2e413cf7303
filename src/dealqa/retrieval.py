"""Question → the passages that bear on it, best first, each sentence weighed.

Two searches that fail in different ways, dense (Chroma) and lexical (SQLite's BM25), each give their best passages;
reciprocal rank fusion picks the candidates; these are then scored again with evidence that only they can afford:
exact cosines, the best sentence, and how much of what the question names they cover.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dealqa.embedding import Embedder
from dealqa.embedding.embedder import FloatArray
from dealqa.index import Index, StoredPassage
from dealqa.terms import content_words, stem, stems, words
from dealqa.types import Hit, Question

__all__ = ["RRF_K", "Weights", "retrieve", "term_weights", "weighed"]

Item = TypeVar("Item")

TWIN = 0.9
"""Passages that share so many of their words (Jaccard) say the same."""

ALIKE = 0.05
"""By so much the cosines of such passages with the question differ at most: others need not be compared."""

_TELLING = re.compile(r"\d[\d.,]*|\b[A-Z]\w+")
"""Figures and names."""

RRF_K = 60
"""Rank fusion's constant. Source: Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet and
individual rank learning methods", SIGIR 2009: score = Σ 1 / (k + rank)."""

RESCORED = 40
"""How many fused candidates are scored again."""

SHARE = 0.4
"""The most that one document may take of the passages, so that it cannot crowd out the others."""

FEW = 4
"""So many passages of one document are let through whatever their share."""

RETRIEVED = 2.0
"""What a passage's score counts beside the logit of its best sentence's probability. Chosen on the dev split and the
public question sets for development."""

BEARS = 2.5
"""By so much less than the best one, both counted together, a passage still bears on the question; chosen likewise."""


FOLLOWED = 3
"""Documents that one of so many best passages names by their titles come next."""

_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each piece of evidence counts in a passage's score; a passage's cosine counts 1.

    Chosen on the public question sets for development, all suites together, never on the suite's test split. Others
    than these serve to see what each part is worth (`benchmarks/ablation.py`).

    Attributes:
        fused_dense, fused_lexical: what the ranks of the two searches count where they are fused; 0 leaves one out.
        share: the most that one document may take of the passages; 1 for as many as there are.
        deals: what it counts that a document may tell of the deals that the question names.
    """

    sentence_cosine: float = 1.5
    coverage: float = 0.4
    lexical: float = 1.0
    sentence_coverage: float = 0.8
    fused_dense: float = 1.0
    fused_lexical: float = 1.0
    share: float = SHARE
    deals: float = 0.3


def retrieve(
    index: Index,
    embedder: Embedder,
    question: Question,
    *,
    limit: int,
    candidates: int,
    documents: Sequence[str] | None = None,
    preferred: Collection[str] = (),
    weights: Weights | None = None,
) -> tuple[Hit, ...]:
    """The passages that bear on a question, best first.

    Args:
        question: `resolved` is searched for.
        limit: the most hits to return.
        candidates: how many passages each search contributes.
        documents: document ids to restrict the search to.
        preferred: ids of documents that may tell of the deals that the question names: they are searched by themselves
            as well, and their passages come first among equals.
    """
    weights = weights or Weights()
    vector = embedder.embed_question(question.resolved)
    terms = content_words(question.resolved) or words(question.resolved)
    first = frozenset(preferred) if weights.deals else frozenset()
    fused: dict[str, float] = {}
    lexical_scores: dict[str, float] = {}
    for scope in [sorted(first), documents] if first else [documents]:
        dense = index.nearest(vector, candidates, scope) if weights.fused_dense else []
        lexical = index.match(terms, candidates, scope) if weights.fused_lexical else []
        lexical_scores.update(lexical)
        for counts, ranking in ((weights.fused_dense, dense), (weights.fused_lexical, lexical)):
            for rank, (passage_id, _) in enumerate(ranking, start=1):
                fused[passage_id] = fused.get(passage_id, 0.0) + counts / (RRF_K + rank)
    chosen = sorted(fused, key=lambda passage_id: (-fused[passage_id], passage_id))
    stored = index.load(chosen[: max(RESCORED, limit)])
    best_lexical = max(lexical_scores.values(), default=0.0)
    idf = term_weights(index, terms)

    scored: list[tuple[float, str, dict[str, float], tuple[float, ...], tuple[float, ...]]] = []
    for passage_id in chosen:
        if passage_id not in stored:
            continue
        features, sentence_scores, cosines = _evidence(stored[passage_id], vector, idf, weights)
        features["lexical"] = lexical_scores.get(passage_id, 0.0) / best_lexical if best_lexical > 0 else 0.0
        features["fused"] = fused[passage_id]
        score = (
            features["cosine"]
            + weights.sentence_cosine * features["sentence_cosine"]
            + weights.coverage * features["coverage"]
            + weights.lexical * features["lexical"]
            + weights.sentence_coverage * features["sentence_coverage"]
            + (weights.deals if stored[passage_id].passage.document_id in first else 0.0)
        )
        scored.append((score, passage_id, features, sentence_scores, cosines))
    scored.sort(key=lambda item: (-item[0], item[1]))
    if documents is None or len(documents) > 1:
        scored = _spread(scored, lambda item: stored[item[1]].passage.document_id, weights.share)
    hits = (
        Hit(
            passage=stored[passage_id].passage,
            document=index.info(stored[passage_id].passage.document_id),
            rank=rank,
            score=score,
            features=features,
            sentence_scores=sentence_scores,
            sentence_cosines=cosines,
        )
        for rank, (score, passage_id, features, sentence_scores, cosines) in enumerate(scored, start=1)
    )
    return _merged(hits, limit)


def _merged(hits: Iterable[Hit], limit: int) -> tuple[Hit, ...]:
    """The first so many, ranked anew, passages of other documents that say the same merged into the better one."""
    kept: list[Hit] = []
    for hit in hits:
        twin = next((i for i, other in enumerate(kept) if _says_the_same(hit, other)), None)
        if twin is not None:
            kept[twin] = replace(kept[twin], also=(*kept[twin].also, hit.document))
        elif len(kept) == limit:
            break
        else:
            kept.append(replace(hit, rank=len(kept) + 1))
    return tuple(kept)


def _says_the_same(hit: Hit, other: Hit) -> bool:
    """Whether two passages of different documents have the same figures and names, and nearly the same words.

    Look-alikes that differ in a city or a figure are what must be told apart.
    """
    if hit.document.id == other.document.id or abs(hit.features["cosine"] - other.features["cosine"]) > ALIKE:
        return False
    one, two = hit.passage.text, other.passage.text
    if sorted(_TELLING.findall(one)) != sorted(_TELLING.findall(two)):
        return False
    a, b = stems(one), stems(two)
    return len(a & b) >= TWIN * len(a | b)


def _spread(ranked: Sequence[Item], document: Callable[[Item], str], share: float) -> list[Item]:
    """The same in an order in which no document has more than its share of the first k, whatever k is.

    What is held back comes in as soon as the share allows it, and in any case behind all others.
    """
    waiting = list(ranked)
    order: list[Item] = []
    taken: dict[str, int] = {}
    while waiting:
        most = max(FEW, math.ceil(share * (len(order) + 1)))
        at = next((i for i, item in enumerate(waiting) if taken.get(document(item), 0) < most), 0)
        item = waiting.pop(at)
        order.append(item)
        taken[document(item)] = taken.get(document(item), 0) + 1
    return order


def term_weights(index: Index, terms: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of each term's stem: ln((N + 1) / (n + 0.5)), over passages; rarer is higher."""
    total = index.passage_count()
    return {stem(term): math.log((total + 1) / (index.passage_frequency(term) + 0.5)) for term in terms}


def _evidence(
    stored: StoredPassage, vector: FloatArray, idf: Mapping[str, float], weights: Weights
) -> tuple[dict[str, float], tuple[float, ...], tuple[float, ...]]:
    passage = stored.passage
    context = stems(passage.context)
    cosines = stored.sentence_vectors @ vector
    covered = [_coverage(stems(passage.sentence_text(span)) | context, idf) for span in passage.sentences]
    sentence_scores = tuple(
        float(cosine) + weights.sentence_coverage * cover for cosine, cover in zip(cosines, covered, strict=True)
    )
    best = max(range(len(sentence_scores)), key=lambda i: sentence_scores[i])
    features = {
        "cosine": float(stored.vector @ vector),
        "sentence_cosine": float(cosines[best]),
        "coverage": _coverage(stems(passage.text) | context, idf),
        "sentence_coverage": covered[best],
    }
    return features, sentence_scores, tuple(float(cosine) for cosine in cosines)


def _coverage(found: set[str], idf: Mapping[str, float]) -> float:
    """The idf-weighted share of the question's terms that are found, in [0, 1]."""
    total = sum(idf.values())
    return sum(weight for term, weight in idf.items() if term in found) / total if total > 0 else 0.0


def weighed(hits: Sequence[Hit], passages: Mapping[str, float]) -> tuple[Hit, ...]:
    """The hits in the order of their scores and of what their sentences were found to say, counted together.

    Those whose sentences were not looked into come last.

    Args:
        passages: ids of passages with the greatest probability that one of their sentences answers, in (0, 1).
    """
    worth = {
        hit.passage.id: math.log(p / (1.0 - p)) + RETRIEVED * hit.score
        for hit in hits
        if (p := passages.get(hit.passage.id)) is not None
    }
    order = sorted(hits, key=lambda hit: (-worth.get(hit.passage.id, -math.inf), hit.rank))
    least = max(worth.values(), default=0.0) - BEARS
    return tuple(
        replace(hit, rank=rank, bears=rank == 1 or worth.get(hit.passage.id, -math.inf) >= least)
        for rank, hit in enumerate(_with_named(order), start=1)
    )


def _with_named(order: Sequence[Hit]) -> list[Hit]:
    """The hits, behind the first `FOLLOWED` those whose document's title one of these names.

    What a question asks of somebody whom it does not name stands in another document, which the first one names.
    """
    followed = order[:FOLLOWED]
    said = " ".join(f" {' '.join(words(hit.passage.text))} " for hit in followed)
    known = {hit.document.id for hit in followed}
    named = [hit for hit in order[FOLLOWED:] if hit.document.id not in known and _is_named(hit, said)]
    return [*followed, *named, *(hit for hit in order[FOLLOWED:] if hit not in named)]


def _is_named(hit: Hit, said: str) -> bool:
    """Whether the title of a hit's document, of two words at least, stands in a text as words between spaces."""
    own = words(_IN_BRACKETS.sub(" ", hit.document.title))
    return len(own) > 1 and f" {' '.join(own)} " in said
