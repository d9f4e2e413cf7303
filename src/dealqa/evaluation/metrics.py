"""What is measured of one case's answer and of its refusal: pure functions of the case and the prediction.

A prediction is the answer contract, `Answer.to_dict(hits=64)`; of a question that failed with an error it is `NOTHING`.
Each function returns a number or None. None means that there is nothing to judge: the case is left out of the mean and
counted as excluded, it is never a 0. `retrieval_metrics` and `citation_metrics` judge the rest; `estimates` makes means
of the numbers; `judging` puts everything together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dealqa.evaluation.cases import EvalCase
from dealqa.evaluation.contract import NOTHING, Prediction, answer_text, without_numbers
from dealqa.evaluation.evidence import is_met
from dealqa.evaluation.matching import Figure, contains, exact_match, figures, token_f1

__all__ = [
    "answer_match",
    "best_sentence",
    "best_sentence_in_evidence",
    "brier_score",
    "conflict_shown",
    "false_conflict",
    "false_refusal",
    "figure_match",
    "gold_answers",
    "holds_gold",
    "list_scores",
    "refusal_precision",
    "refusal_recall",
    "required_items",
    "selective_loss",
    "span_exact_match",
    "span_f1",
]

YEARS = range(1900, 2101)  # a bare whole number in here is taken for a year and not compared with other numbers

SCALE_WORDS = re.compile(r"\s*(?:thousand|million|billion|percent|%)\s*$|[$£€]", re.IGNORECASE)


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
        return float(all(_holds(text, item) for item in required))
    return float(_holds(text, gold_answers(case)))


def _holds(text: str, item: Sequence[str]) -> bool:
    return any(contains(text, gold) for gold in item)


def holds_gold(case: EvalCase, text: str) -> bool:
    """Whether a text holds what answers: all required items; without them a gold answer, or all amounts of one.

    Amounts are the figures with a unit (£, $, €, %); bare numbers occur anywhere.
    """
    required = required_items(case)
    if required:
        return all(_holds(text, item) for item in required)
    if _holds(text, gold_answers(case)):
        return True
    have = figures(text)
    amounts = [[figure for figure in figures(gold) if figure.unit] for gold in gold_answers(case)]
    return any(wanted and all(any(other.answers(figure) for other in have) for figure in wanted) for wanted in amounts)


def figure_match(case: EvalCase, prediction: Prediction) -> float | None:
    """1 when the answer gives every gold figure and no wrong one, else 0.

    The gold figures are those of the required items or, where these have none, of a gold answer (any of the
    alternatives). A figure of the answer is wrong when it is of the kind of a gold figure (an amount in the same
    currency, a percentage, a year, another number), but stands neither in the gold answers and required items nor in
    the gold evidence nor in the question. Figures are compared by value ("£1.2bn" = "£1,200 million"). Source: the
    numeric agreement of TAT-QA's exact match, Zhu et al. (2021), arXiv:2105.07624, with wrong figures counted too.
    Nothing to judge: a case that is not answerable or has no gold figure, a refusal.
    """
    items = _figure_items(case)
    if not case.answerable or not items or prediction["refused"]:
        return None
    text = answer_text(prediction)
    have = figures(text)
    complete = all(any(_gives(have, text, gold) for gold in item) for item in items)
    golds = [figure for item in items for gold in item for figure in figures(gold)]
    known = [*golds, *_figures_of(case)]
    rivals = [figure for figure in have if _kind(figure) in {_kind(gold) for gold in golds}]
    wrong = any(not any(_same_value(figure, other) for other in known) for figure in rivals)
    return float(complete and not wrong)


def _figure_items(case: EvalCase) -> list[tuple[str, ...]]:
    """What must be given, each with its alternatives, as far as it holds figures."""
    items = [item for item in required_items(case) if any(map(figures, item))]
    if items:
        return items
    golds = gold_answers(case)
    return [golds] if any(map(figures, golds)) else []


def _gives(have: Sequence[Figure], text: str, gold: str) -> bool:
    wanted = figures(gold)
    if not wanted:
        return contains(text, gold)
    return all(any(figure.answers(other) for figure in have) for other in wanted)


def _figures_of(case: EvalCase) -> list[Figure]:
    """Every figure that the case itself names: gold answers, required items, evidence, and the questions."""
    items = [gold for item in required_items(case) for gold in item]
    evidence = [piece.text for piece in case.evidence]
    texts = [*gold_answers(case), *items, *evidence, case.question, *case.history]
    return [figure for text in texts for figure in figures(text)]


def _kind(figure: Figure) -> str:
    return figure.unit or ("year" if figure.value in YEARS else "number")


def _same_value(one: Figure, other: Figure) -> bool:
    return one.value == other.value and (one.unit == other.unit or "" in (one.unit, other.unit))


def list_scores(case: EvalCase, prediction: Prediction) -> dict[str, float | None]:
    """How complete and how clean the answer to a list is: "list_precision", "list_recall" and "list_f1".

    recall = |required items that the answer holds| / |required items|. precision = |sentences of the answer that hold
    a required item| / |sentences|: an answer that quotes gives its items sentence by sentence, and a sentence without
    any is what should not be in the list. F1 = 2PR / (P + R), 0 when both are 0. Source: Manning, Raghavan & Schütze
    (2008), 8.3, with the items of the list as the relevant items.
    Nothing to judge: a case that is not answerable or has fewer than two required items, a refusal; for precision, also
    an answer without a sentence.
    """
    names = ("list_precision", "list_recall", "list_f1")
    required = required_items(case)
    if not case.answerable or len(required) < 2 or prediction["refused"]:
        return dict.fromkeys(names)
    text = answer_text(prediction)
    sentences = [without_numbers(sentence["text"]) for sentence in prediction["sentences"]] or ([text] if text else [])
    recall = sum(_holds(text, item) for item in required) / len(required)
    useful = sum(any(_holds(sentence, item) for item in required) for sentence in sentences)
    precision = useful / len(sentences) if sentences else None
    both = (precision or 0.0) + recall
    f1 = 2 * (precision or 0.0) * recall / both if both else 0.0
    return dict(zip(names, (precision, recall, f1), strict=True))


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


def conflict_shown(case: EvalCase, prediction: Prediction) -> float | None:
    """Of the answers to questions on which the documents disagree (`meta.conflict`), the share that says so.

    Nothing to judge: a case without such a disagreement, a suite that does not say where there are any, or a refusal.
    """
    if not case.meta.get("conflict") or prediction["refused"]:
        return None
    return float(bool(prediction.get("conflict")))


def false_conflict(case: EvalCase, prediction: Prediction) -> float | None:
    """Of the answers to other questions, the share that sets disagreeing statements side by side; smaller is better.

    Nothing to judge: a case that says nothing of disagreement in its `meta`, or says that there is one; a refusal.
    """
    if case.meta.get("conflict", True) or prediction["refused"]:
        return None
    return float(bool(prediction.get("conflict")))


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


def brier_score(case: EvalCase, prediction: Prediction) -> float | None:
    """How far the confidence of an answer is from what came of it: (confidence - right)², right being 0 or 1.

    Source: Brier (1950), Verification of forecasts expressed in terms of probability. Smaller is better; always saying
    0.5 gives 0.25. Nothing to judge: as `selective_loss`.
    """
    loss = selective_loss(case, prediction)
    confidence = prediction["confidence"]
    return None if loss is None or confidence is None else (float(confidence) - (1.0 - loss)) ** 2
