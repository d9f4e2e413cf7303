"""What is measured of one case: pure functions of the case, the prediction and the documents' texts.

A prediction is the answer contract, `Answer.to_dict(hits=64)`; of a question that failed with an error it is `NOTHING`.
Each function returns a number or None. None means that there is nothing to judge: the case is left out of the mean and
counted as excluded, it is never a 0. `estimates` makes means of the numbers; `judging` puts everything together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import ir_measures

from dealqa.evaluation.cases import EvalCase
from dealqa.evaluation.evidence import first_ranks, is_met
from dealqa.evaluation.matching import contains, exact_match, token_f1

__all__ = [
    "HITS",
    "NOTHING",
    "Prediction",
    "answer_match",
    "answer_text",
    "best_sentence",
    "best_sentence_in_evidence",
    "citation_precision",
    "citation_recall",
    "false_refusal",
    "gold_answers",
    "is_verbatim",
    "quote_validity",
    "ranking",
    "recall_at",
    "refusal_precision",
    "refusal_recall",
    "required_items",
    "selective_loss",
    "span_exact_match",
    "span_f1",
    "wrong_documents_at",
]

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

RANKING = {
    "hit@1": ir_measures.Success @ 1,
    "hit@5": ir_measures.Success @ 5,
    "hit@10": ir_measures.Success @ 10,
    "mrr": ir_measures.RR,
    "ndcg@10": ir_measures.nDCG @ 10,
}
CITATION_NUMBERS = re.compile(r"\s*\[\d+(?:,\s*\d+)*\]")
SCALE_WORDS = re.compile(r"\s*(?:thousand|million|billion|percent|%)\s*$|[$£€]", re.IGNORECASE)


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


def _run(case: EvalCase, prediction: Prediction) -> dict[str, float]:
    """The ranked items of one case for ir_measures: item to score, a better rank having a higher score."""
    hits = prediction["hits"][:HITS]
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

    wrong@k = |{hit of rank ≤ k : its document holds no evidence}| / |hits of rank ≤ k|. Source: document-level
    retrieval mismatch, Reuter et al. (2025), arXiv:2510.06999.
    Nothing to judge: a case that is not answerable, has no gold evidence, is asked of one document only (`scope`), or
    has no hits.
    """
    hits = prediction["hits"][:k]
    if not case.answerable or not case.evidence or case.scope is not None or not hits:
        return None
    right = {piece.doc for piece in case.evidence}
    return sum(hit["document"] not in right for hit in hits) / len(hits)


def answer_text(prediction: Prediction) -> str:
    """The answer's words without the citation numbers; "" for a refusal."""
    if prediction["refused"]:
        return ""
    if prediction["sentences"]:
        return " ".join(CITATION_NUMBERS.sub("", sentence["text"]) for sentence in prediction["sentences"])
    return CITATION_NUMBERS.sub("", prediction["answer"])


def gold_answers(case: EvalCase) -> tuple[str, ...]:
    """The right answers; where `meta.scale` says so, also without the scale and the currency.

    A table in thousands says "7,144" where the gold answer is "$7,144 thousand": the scale stands in its heading.
    """
    if not case.meta.get("scale"):
        return case.answers
    bare = (SCALE_WORDS.sub("", answer).strip() for answer in case.answers)
    return tuple(dict.fromkeys([*case.answers, *(answer for answer in bare if answer)]))


def required_items(case: EvalCase) -> tuple[tuple[str, ...], ...]:
    """The items that the answer must hold, each with its alternatives; TAT-QA's multi-span answers are such items."""
    if case.required or case.meta.get("answer_type") != "multi-span":
        return case.required
    spans = case.meta.get("raw_answer")
    return tuple((str(span),) for span in spans) if isinstance(spans, list) else ()


def answer_match(case: EvalCase, prediction: Prediction) -> float | None:
    """1 when the answer holds a gold answer, or every required item of a list; else 0, as for a refusal.

    Words are compared in SQuAD's normal form, figures by value, on token boundaries (`matching.contains`). Source:
    "accuracy" of Mallen et al. (2023), arXiv:2212.10511 (a gold answer is contained), with figures read as values.
    Nothing to judge: a case that is not answerable, or has neither gold answers nor required items.
    """
    required = required_items(case)
    if not case.answerable or not (case.answers or required):
        return None
    text = answer_text(prediction)
    if required:
        return float(all(any(contains(text, gold) for gold in item) for item in required))
    return float(any(contains(text, gold) for gold in gold_answers(case)))


def span_exact_match(case: EvalCase, prediction: Prediction) -> float | None:
    """SQuAD's exact match of the whole answer (`matching.exact_match`): low by nature where answers are sentences.

    Nothing to judge: a case that is not answerable, has no gold answers, or was refused.
    """
    if not case.answerable or not case.answers or prediction["refused"]:
        return None
    return exact_match(answer_text(prediction), case.answers)


def span_f1(case: EvalCase, prediction: Prediction) -> float | None:
    """SQuAD's token F1 of the whole answer (`matching.token_f1`).

    Nothing to judge: a case that is not answerable, has no gold answers, or was refused.
    """
    if not case.answerable or not case.answers or prediction["refused"]:
        return None
    return token_f1(answer_text(prediction), case.answers)


def best_sentence(case: EvalCase, prediction: Prediction) -> float | None:
    """1 when the best sentence is right: the first citation's quote, or of a refusal the nearest quote.

    It is right when it holds a gold answer. Where no gold answer stands in the evidence word for word (yes or no, a
    sum, no gold answer at all), it is right when it overlaps gold evidence. Source: sentence-level accuracy as in
    "best sentence right" of the public suites' baselines.
    Nothing to judge: a case that is not answerable, or has neither gold evidence nor gold answers.
    """
    if not case.answerable or not (case.evidence or case.answers):
        return None
    quotes = _quotes(prediction)
    if not quotes:
        return 0.0
    golds = gold_answers(case)
    quotable = any(contains(piece.text, gold) for piece in case.evidence for gold in golds)
    if quotable or not case.evidence:
        return float(any(contains(quotes[0]["quote"], gold) for gold in golds))
    return float(any(is_met(piece, quotes[0]) for piece in case.evidence))


def best_sentence_in_evidence(case: EvalCase, prediction: Prediction) -> float | None:
    """1 when the best sentence (as in `best_sentence`) overlaps gold evidence, whether or not it holds the answer.

    Telling where evidence is single sentences, of which several lead to the answer. Source: as `best_sentence`.
    Nothing to judge: a case that is not answerable, or has no gold evidence.
    """
    if not case.answerable or not case.evidence:
        return None
    return float(any(is_met(piece, quote) for piece in case.evidence for quote in _quotes(prediction)[:1]))


def _quotes(prediction: Prediction) -> Sequence[Mapping[str, Any]]:
    return prediction["citations"] or (prediction["refusal"] or {}).get("nearest") or []


def is_verbatim(citation: Mapping[str, Any], texts: Mapping[str, str]) -> bool:
    """Whether the quote is the document's text at the citation's offsets; a document unknown to `texts` has no text."""
    return bool(texts.get(citation["document"], "")[citation["start"] : citation["end"]] == citation["quote"] != "")


def quote_validity(prediction: Prediction, texts: Mapping[str, str]) -> float | None:
    """The share of the citations whose quote is the stored text at their offsets; anything below 1 is a fault.

    Source: the contract of `Citation`, `quote == document.text[start:end]`.
    Nothing to judge: a prediction without citations.
    """
    citations = prediction["citations"]
    if not citations:
        return None
    return sum(is_verbatim(citation, texts) for citation in citations) / len(citations)


def citation_precision(case: EvalCase, prediction: Prediction, texts: Mapping[str, str]) -> float | None:
    """The share of the answer's citations that exist and overlap gold evidence.

    precision = |{c : verbatim(c) and c overlaps some evidence}| / |citations|; a citation that does not exist counts
    against it. Source: ALCE's citation precision, Gao et al. (2023), arXiv:2305.14627, with overlap with gold
    evidence in place of the entailment model.
    Nothing to judge: a refusal, an answer without citations, a case that is not answerable or has no gold evidence.
    """
    citations = prediction["citations"]
    if not case.answerable or not case.evidence or prediction["refused"] or not citations:
        return None
    return sum(_supports(citation, case, texts) for citation in citations) / len(citations)


def _supports(citation: Mapping[str, Any], case: EvalCase, texts: Mapping[str, str]) -> bool:
    return is_verbatim(citation, texts) and any(is_met(piece, citation) for piece in case.evidence)


def citation_recall(case: EvalCase, prediction: Prediction, texts: Mapping[str, str]) -> float | None:
    """The share of the case's gold evidence that a citation covers, of the cases that were answered.

    recall = |{e : some citation that exists overlaps e}| / |evidence|, pieces that say the same (`EvalCase.needs`)
    counting as one. Source: ALCE's citation recall (see
    `citation_precision`), seen from the gold evidence.
    Nothing to judge: a refusal, a question that failed, a case that is not answerable or has no gold evidence.
    """
    if not case.answerable or not case.evidence or prediction["refused"] or prediction is NOTHING:
        return None
    citations = [citation for citation in prediction["citations"] if is_verbatim(citation, texts)]
    ranks = first_ranks(case.needs, citations)
    return sum(rank is not None for rank in ranks) / len(ranks)


def refusal_precision(case: EvalCase, prediction: Prediction) -> float | None:
    """Of the refusals, the share that was right: refused and unanswerable / refused.

    Source: Manning, Raghavan & Schütze (2008), 8.3, with "unanswerable" as the class.
    Nothing to judge: a case that was not refused.
    """
    return float(not case.answerable) if prediction["refused"] else None


def refusal_recall(case: EvalCase, prediction: Prediction) -> float | None:
    """Of the unanswerable cases, the share that was refused.

    Source: as `refusal_precision`. Nothing to judge: an answerable case.
    """
    return None if case.answerable else float(prediction["refused"])


def false_refusal(case: EvalCase, prediction: Prediction) -> float | None:
    """Of the answerable cases, the share that was refused; smaller is better.

    Source: as `refusal_precision` (the false-positive rate of the class). Nothing to judge: an unanswerable case.
    """
    return float(prediction["refused"]) if case.answerable else None


def selective_loss(case: EvalCase, prediction: Prediction) -> float | None:
    """What an answer that was given costs: 1 when it is wrong or the question is unanswerable, 0 when it is right.

    Source: the 0/1 loss of selective prediction, see `estimates.area_under_risk_coverage`.
    Nothing to judge: a refusal, a question that failed, an answerable case without gold answers.
    """
    if prediction["refused"] or prediction is NOTHING:
        return None
    if not case.answerable:
        return 1.0
    match = answer_match(case, prediction)
    return None if match is None else 1.0 - match
