"""What is measured of the passages found for one case.

Each function returns a number or None; None means that there is nothing to judge: the case is left out of the mean and
counted as excluded, it is never a 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ir_measures

from dealqa.evaluation.cases import EvalCase, Evidence
from dealqa.evaluation.contract import HITS, Prediction
from dealqa.evaluation.evidence import first_ranks
from dealqa.types import Span

__all__ = [
    "CHARACTER_DEPTHS",
    "bearing",
    "characters_at",
    "other_deals_at",
    "ranking",
    "recall_at",
    "wrong_documents_at",
]

CHARACTER_DEPTHS = (1, 2, 4, 8, 16, 32, 64)
"""How many passages character-level precision and recall look at, as in LegalBench-RAG."""

RANKING = {
    "hit@1": ir_measures.Success @ 1,
    "hit@5": ir_measures.Success @ 5,
    "hit@10": ir_measures.Success @ 10,
    "mrr": ir_measures.RR,
    "ndcg@10": ir_measures.nDCG @ 10,
}


def ranking(cases: Sequence[EvalCase], predictions: Sequence[Prediction]) -> list[dict[str, float | None]]:
    """hit@1, hit@5, hit@10, MRR and nDCG@10 of each case, by the ir_measures library.

    A hit is a passage that overlaps gold evidence (`evidence.is_met`). The relevant items are the pieces of evidence
    (pieces that say the same count as one, `EvalCase.needs`), each found at the first hit that meets it; a later hit
    that meets only what was already found counts as a miss, and a hit that meets two new pieces finds them one after
    the other. So the ideal depends on the gold evidence alone, not on how documents were split.

    - hit@k = 1 when one of the first k hits meets evidence, else 0 (success@k).
    - MRR: mean over cases of 1 / rank of the first hit that meets evidence; 0 when none of the 64 does. Source:
      Voorhees (1999), The TREC-8 Question Answering Track Report.
    - nDCG@10 = DCG / ideal DCG with DCG = Σ_{i≤10} rel_i / log2(i + 1), rel_i in {0, 1}. Source: Järvelin & Kekäläinen
      (2002), doi:10.1145/582415.582418; evidence found once, as nuggets: Clarke et al. (2008),
      doi:10.1145/1390334.1390446.

    Nothing to judge: a case that is not answerable, or has no gold evidence.
    """
    judged = {str(number): case for number, case in enumerate(cases) if case.answerable and case.evidence}
    qrels = {key: {f"evidence:{i}": 1 for i in range(len(case.needs))} for key, case in judged.items()}
    runs = {key: _run(case, predictions[int(key)]) for key, case in judged.items()}
    found: list[dict[str, float | None]] = [dict.fromkeys(RANKING) for _ in cases]
    names = {measure: name for name, measure in RANKING.items()}
    for result in ir_measures.iter_calc(list(RANKING.values()), qrels, runs) if judged else ():
        found[int(result.query_id)][names[result.measure]] = float(result.value)
    return found


def bearing(hits: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The hits that the answer says bear on the question; all where it does not say."""
    return [hit for hit in hits if hit.get("bears", True)]


def _run(case: EvalCase, prediction: Prediction) -> dict[str, float]:
    """The ranked items of one case for ir_measures: item to score, a better rank having a higher score."""
    hits = bearing(prediction["hits"][:HITS])
    ranks = first_ranks(case.needs, hits)
    order: list[str] = []
    for rank in range(1, len(hits) + 1):
        order += [f"evidence:{i}" for i, first in enumerate(ranks) if first == rank] or [f"miss:{rank}"]
    return {name: float(len(order) - place) for place, name in enumerate(order)}


def recall_at(case: EvalCase, prediction: Prediction, k: int) -> float | None:
    """The share of the case's gold evidence that the first k hits meet.

    recall@k = |{e : some hit of rank ≤ k overlaps e}| / |evidence|, pieces that say the same (`EvalCase.needs`)
    counting as one. Source: Manning, Raghavan & Schütze (2008),
    Introduction to Information Retrieval, 8.3, with pieces of evidence as the relevant items.
    Nothing to judge: a case that is not answerable, or has no gold evidence.
    """
    if not case.answerable or not case.evidence:
        return None
    ranks = first_ranks(case.needs, prediction["hits"][:k])
    return sum(rank is not None for rank in ranks) / len(ranks)


def wrong_documents_at(case: EvalCase, prediction: Prediction, k: int) -> float | None:
    """The share of the first k hits that come from documents without any gold evidence; smaller is better.

    Only hits that the answer says bear on the question are looked at, as in hit@k and MRR.

    wrong@k = |{hit of rank ≤ k : its document holds no evidence}| / |hits of rank ≤ k|. Source: document-level
    retrieval mismatch, Reuter et al. (2025), arXiv:2510.06999.
    Nothing to judge: a case that is not answerable, has no gold evidence, is asked of one document only (`scope`), or
    has no hits.
    """
    hits = bearing(prediction["hits"][:k])
    if not case.answerable or not case.evidence or case.scope is not None or not hits:
        return None
    right = {piece.doc for piece in case.evidence}
    return sum(hit["document"] not in right for hit in hits) / len(hits)


def other_deals_at(case: EvalCase, prediction: Prediction, k: int) -> float | None:
    """The share of the first k hits that come from documents on other deals than the question names; smaller is better.

    Only hits that the answer says bear on the question are looked at. A paper on the whole programme is of no other
    deal. What `wrong_documents_at` counts besides are papers on the right deal that hold no gold evidence.
    Nothing to judge: a case that is not answerable, is asked of one document only (`scope`), names no deal that the
    registry knows, or has no hits; predictions of a version that did not write down the deals.
    """
    hits = bearing(prediction["hits"][:k])
    asked = set(prediction.get("understood", {}).get("deals", ()))
    if not case.answerable or case.scope is not None or not asked or not hits or "deals" not in hits[0]:
        return None
    return sum(bool(hit["deals"]) and asked.isdisjoint(hit["deals"]) for hit in hits) / len(hits)


def characters_at(
    case: EvalCase, prediction: Prediction, depths: Sequence[int] = CHARACTER_DEPTHS
) -> dict[str, float | None]:
    """Character-level precision and recall of the first k passages, by "char_precision@k" and "char_recall@k".

    precision@k = |retrieved ∩ gold| / |retrieved|, recall@k = |retrieved ∩ gold| / |gold|, all counted in characters of
    the documents' texts; a character that lies in two passages counts once. Source: Pipitone & Alami (2024),
    LegalBench-RAG, arXiv:2408.10343. Evidence that says the same in several places (`EvalCase.needs`), which that paper
    does not have: precision counts all of the places as gold; recall counts of each group the place that is covered
    best, so that a reader who has one of them misses nothing.
    Nothing to judge: a case that is not answerable, has no gold evidence, or has evidence whose offsets are not known;
    for precision, also a case without hits.
    """
    names = [f"char_{kind}@{depth}" for depth in depths for kind in ("precision", "recall")]
    placed = [[piece for piece in group if piece.start is not None] for group in case.needs]
    if not case.answerable or not placed or not all(placed):
        return dict.fromkeys(names)
    gold = _by_document((piece.doc, _span(piece)) for group in placed for piece in group)
    scores: dict[str, float | None] = {}
    for depth in depths:
        hits = prediction["hits"][:depth]
        found = _by_document((hit["document"], (hit["start"], hit["end"])) for hit in hits)
        retrieved = sum(_length(spans) for spans in found.values())
        common = sum(_common(spans, gold.get(document, [])) for document, spans in found.items())
        best = [max((_covered(piece, found) for piece in group), key=_share) for group in placed]
        scores[f"char_precision@{depth}"] = common / retrieved if retrieved else None
        scores[f"char_recall@{depth}"] = sum(have for have, _ in best) / sum(length for _, length in best)
    return scores


def _span(piece: Evidence) -> Span:
    return piece.start or 0, piece.end or 0


def _covered(piece: Evidence, found: Mapping[str, Sequence[Span]]) -> tuple[int, int]:
    """How many of the piece's characters were found, and how many there are."""
    span = _span(piece)
    return _common([span], found.get(piece.doc, [])), max(span[1] - span[0], 1)


def _share(covered: tuple[int, int]) -> float:
    return covered[0] / covered[1]


def _by_document(places: Iterable[tuple[str, Span]]) -> dict[str, list[Span]]:
    """The spans of each document, rising, those that overlap or touch made one."""
    merged: dict[str, list[Span]] = {}
    for document, (start, end) in sorted(places):
        spans = merged.setdefault(document, [])
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return merged


def _length(spans: Iterable[Span]) -> int:
    return sum(end - start for start, end in spans)


def _common(some: Iterable[Span], others: Sequence[Span]) -> int:
    return sum(max(0, min(end, stop) - max(start, begin)) for start, end in some for begin, stop in others)
