"""Answer with the documents' own sentences: no language model, nothing that is not quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from dealqa.answering.answerability import answerability
from dealqa.answering.draft import Corpus, Draft
from dealqa.answering.evidence import Evidence, gather
from dealqa.answering.refusing import MIN_COVERAGE, MIN_NAMES, missing_kind, refuse, unknown_names, unmet
from dealqa.answering.wording import readable, relative_date
from dealqa.figures import figures
from dealqa.terms import stems, words
from dealqa.types import AnswerSentence, Citation, Hit, Question, Span

__all__ = ["answer_extractively"]

MUST_HAVE = ("amount", "percentage", "count", "date", "duration")
"""Kinds of answer that are there or not: a sentence without an amount does not say how much."""

ALSO = 0.85
"""A further sentence joins a list when it is at least this probable, as a share of the best one's probability."""

OF_ITS_OWN = 0.8
"""How much of the question's names and terms a further sentence must cover itself, not through its neighbours."""

SAME = 0.75
"""Two sentences that share this much of their words (Jaccard) say the same."""

_LEANS_BACK = re.compile(
    r"^\W*(?:it|its|they|their|these|this|that|those|he|she|his|her|such|both"
    r"|the (?:latter|former|fund|deal|scheme|board))\b",
    re.IGNORECASE,
)

_COMPARES = re.compile(
    r"\b(?:differ\w*|compar\w*|than|versus|vs|both|same|each|respectively|whereas|more|less|fewer)\b"
    r"|\w{2,}er\b.*\bor\b|\bor\b.*\b\w{2,}er\b",
    re.IGNORECASE,
)
"""Words of a comparison: each place then needs a sentence of its own. "Leeds and Newcastle" alone is no comparison."""

Search = Callable[[Question], Sequence[Hit]]
Ranked = list[tuple[float, Evidence]]


def answer_extractively(
    question: Question, hits: Sequence[Hit], corpus: Corpus, search: Search, *, max_sentences: int
) -> Draft:
    """The sentence that answers, or for a list the sentences that do, or a refusal.

    Args:
        question: analysed.
        hits: best first.
        corpus: the documents as a whole.
        search: looks for another question, where one has to be asked of each place alone.
        max_sentences: the most sentences of an answer.
    """
    if not question.terms and not question.names:
        return refuse(
            "out_of_scope",
            "The question names nothing that could be looked up. Ask for a place, a deal or a topic.",
            0.0,
        )
    ranked = _rank(question, hits, corpus)
    if unknown := unknown_names(question, corpus):
        return _refuse_unknown(unknown, question, ranked)
    if not ranked:
        return refuse("no_evidence", "Nothing in these documents bears on the question.", 0.0)
    if len(question.places) > 1 and _COMPARES.search(question.resolved):
        return _compare(question, search, corpus, max_sentences)
    return _answer(question, ranked, max_sentences)


def _rank(question: Question, hits: Sequence[Hit], corpus: Corpus) -> Ranked:
    model = answerability()
    candidates = gather(question, hits, corpus.idf)
    candidates.sort(key=lambda item: (-model.preference(item), item.hit.rank, item.span))
    return [(model.probability(item), item) for item in candidates]


def _answer(question: Question, ranked: Ranked, max_sentences: int) -> Draft:
    about = [(p, item) for p, item in ranked if item.features["names"] >= MIN_NAMES]
    if not about:
        names = " and ".join(question.names)
        message = f"The documents mention {names}, but nothing there answers this."
        return refuse("no_evidence", message, ranked[0][0] / 2, _nearest(ranked))
    best, first = about[0]
    if contradiction := _contradicted_figure(question, first):
        about_whom = f" on {' and '.join(question.names)}" if question.names else ""
        message = f"The question speaks of {contradiction}; what was found{about_whom} gives another figure."
        return refuse("false_premise", message, best / 2, _nearest(about))
    if first.features["type_missing"]:
        # "Which cities have hubs?" is answered by a sentence that names cities, if there is a convincing one.
        of_kind = [(p, item) for p, item in about if item.features["type_found"]]
        if of_kind and (question.sought in MUST_HAVE or _convincing(*of_kind[0])):
            about = of_kind
            best, first = about[0]
    missing = question.sought in MUST_HAVE and first.features["type_missing"] > 0
    if missing or not _convincing(best, first):
        return refuse(
            "no_evidence", _what_is_missing(question, first), min(best, 0.3 if missing else best), _nearest(about)
        )
    return _compose(question, _selected(question, about, max_sentences), best)


def _convincing(probability: float, evidence: Evidence) -> bool:
    covered = evidence.features["passage_coverage"] >= MIN_COVERAGE
    return covered and probability >= answerability().threshold


def _contradicted_figure(question: Question, evidence: Evidence) -> str:
    """A figure of the question in whose place the sentence has another one of the same kind; "" when there is none.

    "Why does Bristol keep only 50%?" is not answered by the sentence that says 100%.
    """
    around = {figure.value for figure in figures(evidence.hit.passage.text)}
    kinds = {figure.kind for figure in figures(evidence.text)}
    for figure in figures(question.resolved):
        asked_for = figure.kind in ("percentage", "money", "duration") and question.sought in (
            "reason",
            "yes_no",
            "any",
        )
        if asked_for and figure.value not in around and figure.kind in kinds:
            return question.resolved[figure.start : figure.end]
    return ""


def _selected(question: Question, ranked: Ranked, max_sentences: int) -> list[Evidence]:
    """The best sentence; for a list also the others that are nearly as probable and say something else."""
    best, first = ranked[0]
    least = max(answerability().threshold, ALSO * best)
    chosen = [first]
    if question.sought != "list":
        return chosen
    for probability, item in ranked[1:]:
        if item.features["type_missing"] > first.features["type_missing"]:
            continue
        if len(chosen) >= max_sentences or probability < least:
            break
        itself = item.features["names"] >= OF_ITS_OWN and item.features["coverage"] >= OF_ITS_OWN
        if itself and all(_overlap(item.text, other.text) < SAME for other in chosen):
            chosen.append(item)
    return chosen


def _compare(question: Question, search: Search, corpus: Corpus, max_sentences: int) -> Draft:
    """A sentence for each place that the question names; all of them, or a refusal that says which is missing."""
    chosen: list[Evidence] = []
    least = 1.0
    for place in question.places:
        alone = _of_one_place(question, place)
        ranked = _rank(alone, search(alone), corpus)
        about = [(p, item) for p, item in ranked if item.features["names"] >= MIN_NAMES]
        if not about or not _convincing(*about[0]):
            message = f"The documents do not say this of {place}."
            return refuse("no_evidence", message, about[0][0] if about else 0.05, _nearest(about or ranked))
        least = min(least, about[0][0])
        if about[0][1].span not in [item.span for item in chosen]:
            chosen.append(about[0][1])
    return _compose(question, chosen[: max(max_sentences, len(question.places))], least)


def _of_one_place(question: Question, place: str) -> Question:
    """The question asked of one of its places: the others are looked for on their own."""
    others = [other for other in question.places if other != place]
    resolved = question.resolved
    for other in others:
        resolved = re.sub(rf"\b{re.escape(other)}\b(?:['’]s)?", "", resolved, flags=re.IGNORECASE)
    gone = {word for other in others for word in words(other)}
    return replace(
        question,
        resolved=" ".join(resolved.split()),
        names=tuple(name for name in question.names if not any(other.lower() in name.lower() for other in others)),
        places=(place,),
        terms=tuple(term for term in question.terms if term not in gone),
    )


def _compose(question: Question, chosen: Sequence[Evidence], confidence: float) -> Draft:
    sentences: list[AnswerSentence] = []
    citations: list[Citation] = []
    notices: list[str] = []
    for number, item in enumerate(chosen, start=1):
        citation = _citation(item, number)
        citations.append(citation)
        sentences.append(AnswerSentence(readable(citation.quote, item.hit), (number,)))
        if question.sought == "date" and (note := relative_date(citation.quote, item.hit.document.date)):
            notices.append(note)
    return Draft(tuple(sentences), tuple(citations), confidence, notices=tuple(dict.fromkeys(notices)))


def _refuse_unknown(unknown: Sequence[str], question: Question, ranked: Ranked) -> Draft:
    names = " or ".join(unknown)
    is_place = any(place.lower() in name.lower() for name in unknown for place in question.places)
    reason = "unknown_place" if is_place else "no_evidence"
    return refuse(reason, f"No document mentions {names}.", 0.02, _nearest(ranked))  # type: ignore[arg-type]  # two of its literals


def _what_is_missing(question: Question, evidence: Evidence) -> str:
    about = f" on {' and '.join(question.names)}" if question.names else ""
    if missing := unmet(question, evidence):
        words = ", ".join(f"“{term}”" for term in missing[:3])
        return f"The documents do not answer this: nothing was found{about} that speaks of {words}."
    if evidence.features["type_missing"] and (kind := missing_kind(question)):
        return f"The documents do not answer this: what they say{about} does not give {kind}."
    return f"The documents do not answer this: nothing that was found{about} says it."


def _nearest(ranked: Ranked) -> list[tuple[Evidence, Citation]]:
    chosen: list[tuple[Evidence, Citation]] = []
    for _, item in ranked:
        if all(_overlap(item.text, other.text) < SAME for other, _ in chosen):
            chosen.append((item, _citation(item, len(chosen) + 1)))
        if len(chosen) == 2:
            break
    return chosen


def _citation(evidence: Evidence, number: int) -> Citation:
    start, end = _span(evidence)
    passage, document = evidence.hit.passage, evidence.hit.document
    return Citation(
        number=number,
        document_id=document.id,
        document=document.path,
        title=document.title,
        page=passage.page,
        heading_path=passage.heading_path,
        start=start,
        end=end,
        quote=passage.text[start - passage.start : end - passage.start],
    )


def _span(evidence: Evidence) -> Span:
    """The sentence, with the one before it when it cannot be understood alone ("It offers £45 million …")."""
    sentences = evidence.hit.passage.sentences
    at = sentences.index(evidence.span)
    if at and _LEANS_BACK.match(evidence.text):
        before = evidence.hit.passage.sentence_text(sentences[at - 1])
        gap = evidence.hit.passage.text[
            sentences[at - 1][1] - evidence.hit.passage.start : evidence.span[0] - evidence.hit.passage.start
        ]
        if "\n\n" not in gap and before.rstrip()[-1:] in ".!?”\"'":
            return sentences[at - 1][0], evidence.span[1]
    return evidence.span


def _overlap(one: str, other: str) -> float:
    a, b = stems(one), stems(other)
    return len(a & b) / len(a | b) if a | b else 1.0
