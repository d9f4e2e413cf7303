"""Question → the passages that bear on it, best first, each sentence weighed.

Two searches that fail in different ways, dense (Chroma) and lexical (SQLite's BM25), each give their best passages;
reciprocal rank fusion picks the candidates; these are then scored again with evidence that only they can afford:
exact cosines, the best sentence, and how much of what the question names they cover.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dealqa.embedding import Embedder
from dealqa.embedding.embedder import FloatArray
from dealqa.index import Index, StoredPassage
from dealqa.terms import content_words, stem, stems, words
from dealqa.types import Hit, Question

__all__ = ["RRF_K", "Weights", "retrieve", "term_weights"]

RRF_K = 60
"""Rank fusion's constant. Source: Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet and
individual rank learning methods", SIGIR 2009: score = Σ 1 / (k + rank)."""

RESCORED = 40
"""How many fused candidates are scored again."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each piece of evidence counts in a passage's score; a passage's cosine counts 1.

    Chosen on the public question sets for development, all suites together, never on the suite's test split.
    """

    sentence_cosine: float = 1.5
    coverage: float = 0.4
    lexical: float = 1.0
    sentence_coverage: float = 0.8


def retrieve(
    index: Index,
    embedder: Embedder,
    question: Question,
    *,
    limit: int,
    candidates: int,
    documents: Sequence[str] | None = None,
    weights: Weights | None = None,
) -> tuple[Hit, ...]:
    """The passages that bear on a question, best first.

    Args:
        question: `resolved` is searched for.
        limit: the most hits to return.
        candidates: how many passages each search contributes.
        documents: document ids to restrict the search to.
    """
    weights = weights or Weights()
    vector = embedder.embed_question(question.resolved)
    dense = index.nearest(vector, candidates, documents)
    terms = content_words(question.resolved) or words(question.resolved)
    lexical = index.match(terms, candidates, documents)

    fused: dict[str, float] = {}
    for ranking in (dense, lexical):
        for rank, (passage_id, _) in enumerate(ranking, start=1):
            fused[passage_id] = fused.get(passage_id, 0.0) + 1.0 / (RRF_K + rank)
    chosen = sorted(fused, key=lambda passage_id: (-fused[passage_id], passage_id))
    stored = index.load(chosen[: max(RESCORED, limit)])
    lexical_scores = dict(lexical)
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
        )
        scored.append((score, passage_id, features, sentence_scores, cosines))
    scored.sort(key=lambda item: (-item[0], item[1]))
    return tuple(
        Hit(
            passage=stored[passage_id].passage,
            document=index.info(stored[passage_id].passage.document_id),
            rank=rank,
            score=score,
            features=features,
            sentence_scores=sentence_scores,
            sentence_cosines=cosines,
        )
        for rank, (score, passage_id, features, sentence_scores, cosines) in enumerate(scored[:limit], start=1)
    )


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
