"""The metrics in words that everybody understands, the field's term beside them; and how figures are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dealqa.evaluation.estimates import Estimate
from dealqa.evaluation.judging import METRICS

__all__ = [
    "CAUSE_WORDS",
    "GROUPS",
    "HEADLINES",
    "REST",
    "Told",
    "class_words",
    "day_and_time",
    "figure",
    "span",
    "split_words",
]


@dataclass(frozen=True, slots=True)
class Told:
    """How a metric is told.

    Attributes:
        words: what it says, plainly.
        term: what the field calls it.
        is_share: whether it is a share of something and written in per cent.
    """

    metric: str
    words: str
    term: str
    is_share: bool = True

    @property
    def less_is_better(self) -> bool:
        """Whether a smaller figure is the better one."""
        return not _HIGHER_IS_BETTER[self.metric]


_HIGHER_IS_BETTER: Final = {metric.name: metric.higher_is_better for metric in METRICS}

GROUPS: Final[dict[str, tuple[str, tuple[Told, ...]]]] = {
    "Finding": (
        "Whether the passages that answer are found, and how far up they stand.",
        (
            Told("hit@1", "The right passage is first", "hit@1"),
            Told("hit@5", "A right passage is among the first five", "hit@5"),
            Told("recall@10", "Of all that answers, this much is among the first ten passages", "recall@10"),
            Told("wrong_document@1", "The first passage is from a wrong document", "wrong document@1"),
            Told("ndcg@10", "How near the order is to the best possible one (1 is best)", "nDCG@10", is_share=False),
        ),
    ),
    "Answering": (
        "Whether the answers say what is right.",
        (
            Told("correct", "All in all right: answered rightly, or rightly refused", "correct"),
            Told("answer_match", "An answerable question gets the right answer", "answer match"),
            Told("figure_match", "Every figure in the answer is right, and none is missing", "figure match"),
            Told("list_f1", "Lists are complete and hold nothing else", "list F1"),
            Told("conflict_shown", "Where documents disagree, the answer shows it", "conflict shown"),
            Told("false_conflict", "A disagreement is shown where there is none", "false conflict"),
        ),
    ),
    "Citing": (
        "Whether what is cited supports what is said.",
        (
            Told("quote_validity", "Quotes are the documents' own words, letter for letter", "quote validity"),
            Told("citation_recall", "Sentences are supported by what they cite", "citation recall"),
            Told("citation_precision", "Citations are needed and support their sentence", "citation precision"),
            Told("evidence_cited", "Of all that answers, this much is cited", "evidence cited"),
        ),
    ),
    "Refusing": (
        "Whether dealqa says that the documents do not tell, when they do not, and only then.",
        (
            Told("refusal_recall", "What the documents do not say is refused", "refusal recall"),
            Told("refusal_precision", "A refusal is right", "refusal precision"),
            Told("false_refusal", "An answerable question is refused", "false refusal"),
            Told("wrong_answer", "An answer that is given is wrong", "wrong answer"),
        ),
    ),
    "Knowing how sure to be": (
        "Whether the confidence of an answer says how likely it is to be right.",
        (
            Told("auroc", "Answerable questions get a higher confidence than others (0.5 is chance, 1 is best)",
                 "AUROC", is_share=False),
            Told("aurc", "Wrong answers among the surest, on average over all thresholds (0 is best)",
                 "AURC", is_share=False),
            Told("calibration_error", "How far the confidence is from the share that is right (0 is best)",
                 "ECE", is_share=False),
            Told("brier", "How far the confidence is from what came of each answer (0 is best)",
                 "Brier score", is_share=False),
        ),
    ),
}  # fmt: skip
"""What is shown first: a heading, what it is about, and its metrics."""

HEADLINES: Final = ("correct", "hit@1", "citation_recall", "refusal_recall")
"""One figure of each of the first four groups, for the top of the page and the table by class."""

_SHOWN: Final = {told.metric for _, metrics in GROUPS.values() for told in metrics}

REST: Final = tuple(
    Told(metric.name, metric.title[:1].upper() + metric.title[1:], metric.name, is_share=metric.name != "mrr")
    for metric in METRICS
    if metric.name not in _SHOWN
)
"""All other metrics, by the titles of the evaluation's own report."""

CAUSE_WORDS: Final = {
    "error": "The question ended in an error.",
    "missed_refusal": "The documents do not answer this, and yet an answer was given.",
    "not_indexed": "What answers is in no indexed document.",
    "not_retrieved": "The passage that answers was not found.",
    "ranked_too_low": "The passage that answers was found, but too far down the list.",
    "false_refusal": "The passage that answers was found, and yet the question was refused.",
    "wrong_citation": "A quote is not what stands in the document.",
    "wrong_document": "The answer rests on the wrong document.",
    "incomplete_list": "Something that belongs to the answer is missing.",
    "wrong_figure": "The answer gives another figure.",
    "wrong_sentence": "The right document was cited, but not the sentence that answers.",
}
"""Why a case failed, by its cause (`dealqa.evaluation.causes`)."""

_CLASSES: Final = {
    "city_deals": {
        "SF": "a single fact",
        "NUM": "an amount or a number",
        "DUR": "a duration or a date",
        "REV": "which city, given the measure",
        "CMP": "a comparison",
        "AGG": "a list",
        "RSK": "a condition or a risk",
        "WHO": "who is responsible",
        "FUP": "a follow-up question",
        "NA": "not in the documents",
        "FP": "a false premise",
        "TMP": "a figure that changed, or is disputed",
    }
}
"""What the classes of the suite that comes with dealqa ask; other suites name theirs as they like."""


def class_words(suite: str, name: str) -> str:
    """A class of question, with what it asks where that is known: "NUM – an amount or a number"."""
    known = _CLASSES.get(suite, {}).get(name)
    return f"{name} – {known}" if known else name


def split_words(split: str) -> str:
    """The part of a suite in words."""
    known = {"": "all questions", "dev": "dev (the questions for tuning)", "test": "test (never tuned on)"}
    return known.get(split, split)


def figure(value: float | None, *, is_share: bool) -> str:
    """A figure: "87.2%", "0.876", or a dash for None."""
    if value is None:
        return "–"
    return f"{100 * value:.1f}%" if is_share else f"{value:.3f}"


def span(estimate: Estimate, *, is_share: bool) -> str:
    """The 95% interval of a figure: "83.4% to 90.7%"."""
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{figure(estimate.low, is_share=is_share)} to {figure(estimate.high, is_share=is_share)}"


def day_and_time(moment: datetime) -> str:
    """A moment: "29 November 2025, 01:36"."""
    return f"{moment.day} {moment:%B %Y, %H:%M}"
