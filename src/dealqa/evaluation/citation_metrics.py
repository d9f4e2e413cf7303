"""What is measured of an answer's citations: whether they exist, and whether they support what they stand behind.

Definitions are ALCE's: Gao et al. (2023), Enabling Large Language Models to Generate Text with Citations,
arXiv:2305.14627, section 3. Where ALCE asks an entailment model whether passages support a statement, `_support` asks
the gold evidence: passages support when one of them overlaps gold evidence or, failing that, when their words hold all
that is required (`metrics.holds_gold`). So no model judges, and a sentence that says the same in a place that nobody
listed still counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dealqa.evaluation.cases import EvalCase
from dealqa.evaluation.contract import NOTHING, Prediction
from dealqa.evaluation.evidence import first_ranks, is_met
from dealqa.evaluation.metrics import holds_gold

__all__ = ["citation_precision", "citation_recall", "evidence_cited", "is_verbatim", "quote_validity"]

Cited = Mapping[str, Any] | None
"""A citation, or None where an answer names a number that no citation has."""


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


def citation_recall(case: EvalCase, prediction: Prediction, texts: Mapping[str, str]) -> float | None:
    """The share of the answer's sentences that their citations support.

    recall = |{s : the citations of s that exist support it together}| / |sentences|; a sentence without citations is
    not supported. Source: ALCE's citation recall (see the module's docstring).
    Nothing to judge: a refusal, a question that failed, an answer without a sentence, a case that is not answerable or
    of which no gold is known.
    """
    statements = _statements(prediction)
    if not _is_judged(case, prediction) or not statements:
        return None
    return sum(_support(cited, case, texts) for cited in statements) / len(statements)


def citation_precision(case: EvalCase, prediction: Prediction, texts: Mapping[str, str]) -> float | None:
    """The share of the citations that exist and that their sentence needs.

    A citation counts as right when its sentence is supported and the citation is not irrelevant; it is irrelevant when
    it does not support the sentence alone and the others do without it. precision = |right| / |citations|. A citation
    that does not exist (a number without a citation, or a quote that is not the document's text) counts against it; so
    does one that no sentence names, unless it supports alone. Source: ALCE's citation precision (see the module's
    docstring).
    Nothing to judge: a refusal, a question that failed, an answer without citations, a case that is not answerable or
    of which no gold is known.
    """
    if not _is_judged(case, prediction):
        return None
    statements = _statements(prediction)
    named = {number for sentence in prediction["sentences"] for number in sentence["citations"]}
    if prediction["sentences"]:
        statements = [*statements, *([c] for c in prediction["citations"] if c["number"] not in named)]
    judged = [_is_right(place, cited, case, texts) for cited in statements for place in range(len(cited))]
    return sum(judged) / len(judged) if judged else None


def evidence_cited(case: EvalCase, prediction: Prediction, texts: Mapping[str, str]) -> float | None:
    """The share of the case's gold evidence that a citation covers, of the cases that were answered.

    |{e : some citation that exists overlaps e}| / |evidence|, pieces that say the same (`EvalCase.needs`) counting as
    one. Source: recall (Manning, Raghavan & Schütze, 2008, 8.3) with pieces of evidence as the relevant items.
    Nothing to judge: a refusal, a question that failed, a case that is not answerable or has no gold evidence.
    """
    if not case.answerable or not case.evidence or prediction["refused"] or prediction is NOTHING:
        return None
    citations = [citation for citation in prediction["citations"] if is_verbatim(citation, texts)]
    ranks = first_ranks(case.needs, citations)
    return sum(rank is not None for rank in ranks) / len(ranks)


def _is_judged(case: EvalCase, prediction: Prediction) -> bool:
    known = bool(case.evidence or case.answers or case.required)
    return case.answerable and known and not prediction["refused"] and prediction is not NOTHING


def _statements(prediction: Prediction) -> list[list[Cited]]:
    """The citations of each sentence; an answer that is not divided into sentences is one."""
    by_number = {citation["number"]: citation for citation in prediction["citations"]}
    if prediction["sentences"]:
        return [[by_number.get(number) for number in sentence["citations"]] for sentence in prediction["sentences"]]
    return [list(by_number.values())] if prediction["answer"] else []


def _is_right(place: int, cited: Sequence[Cited], case: EvalCase, texts: Mapping[str, str]) -> bool:
    citation = cited[place]
    if citation is None or not is_verbatim(citation, texts) or not _support(cited, case, texts):
        return False
    others = [*cited[:place], *cited[place + 1 :]]
    return _support([citation], case, texts) or not _support(others, case, texts)


def _support(cited: Sequence[Cited], case: EvalCase, texts: Mapping[str, str]) -> bool:
    """Whether the citations that exist support an answer together."""
    real = [citation for citation in cited if citation is not None and is_verbatim(citation, texts)]
    if any(is_met(piece, citation) for piece in case.evidence for citation in real):
        return True
    return bool(real) and holds_gold(case, "\n".join(citation["quote"] for citation in real))
