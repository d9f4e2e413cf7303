"""From the sentences that were chosen to a draft: each is quoted once, and the figure that answers stands in front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dealqa.answering.draft import Draft, SentenceKey
from dealqa.answering.quoting import cite
from dealqa.answering.tabular import cell_asked_for
from dealqa.answering.weighing.kinds_of_answer import figure_asked_for
from dealqa.answering.weighing.ranking import Candidate
from dealqa.answering.wording import readable, relative_date
from dealqa.types import AnswerSentence, Citation, Question, Span

__all__ = ["compose"]


def compose(
    question: Question,
    chosen: Sequence[Candidate],
    confidence: float,
    read: Mapping[SentenceKey, float],
    *,
    conflict: str = "",
    labels: Sequence[tuple[str, ...]] = (),
) -> Draft:
    """The draft that says what was chosen.

    Args:
        read: the sentences that were read closely, with the probability that each answers.
        conflict: what the reader is told where the sentences disagree.
        labels: of a comparison, the sides that each of the chosen speaks for.
    """
    sentences: dict[SentenceKey, AnswerSentence] = {}
    citations: list[Citation] = []
    notices = [conflict] if conflict else []
    alone = {candidate.evidence.key for candidate in chosen}  # each of these gets a quote of its own
    for i, candidate in enumerate(chosen):
        item = candidate.evidence
        about = labels[i] if labels else ()
        if (same := sentences.get(item.key)) is not None:
            known = tuple(dict.fromkeys((*same.about, *about)))
            sentences[item.key] = replace(same, about=known)
            continue
        citation = cite(item, len(citations) + 1, where=_where(question), read=read, elsewhere=alone)
        alone |= {(item.hit.document.id, span) for span in item.hit.passage.sentences if _holds(citation, span)}
        citations.append(citation)
        sentences[item.key] = AnswerSentence(readable(citation.quote, item.hit), (citation.number,), about)
        if also := [info.title for info in item.hit.also if info.id != item.hit.document.id]:
            notices.append(f"Nearly the same passage stands in: {'; '.join(dict.fromkeys(also))}.")
        if question.sought == "date" and (note := relative_date(citation.quote, item.hit.document.date)):
            notices.append(note)
    return Draft(
        tuple(sentences.values()),
        tuple(citations),
        confidence,
        notices=tuple(dict.fromkeys(notices)),
        short=_short(question, chosen[0]) if len(sentences) == 1 else "",
        conflict=bool(conflict),
    )


def _where(question: Question) -> bool:
    return question.sought == "place" and not question.places


def _holds(citation: Citation, span: Span) -> bool:
    return citation.start <= span[0] and span[1] <= citation.end


def _short(question: Question, candidate: Candidate) -> str:
    """The figure that answers, if there is no doubt which one it is; what is quoted beside its sentence has no say."""
    item = candidate.evidence
    text = readable(cite(item, 1, where=_where(question)).quote, item.hit)
    return figure_asked_for(question, text) or cell_asked_for(question, item)
