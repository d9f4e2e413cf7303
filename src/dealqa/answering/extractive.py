"""Answer with the documents' own sentences: no language model, nothing that is not quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from dealqa.answering.accounts.conflicts import accounts, disagreement
from dealqa.answering.composing import compose
from dealqa.answering.draft import Corpus, Draft, Search
from dealqa.answering.lists.comparing import (
    Side,
    has_figure_of,
    of_different_deals,
    sides_of,
    statements,
    told_together,
)
from dealqa.answering.lists.enumerating import asks_for_deals, every_deal, ranked_of_every_document, told_of
from dealqa.answering.lists.listing import cite_block, items_of, stands_for_its_list, with_a_second, with_others
from dealqa.answering.quoting import answered_by_quote, cite
from dealqa.answering.refusing.contradicting import contradiction
from dealqa.answering.refusing.demands import not_answered, those_first_that_are_asked_for
from dealqa.answering.refusing.refusals import MIN_NAMES, names_nothing, refuse, unknown_names, unknown_words
from dealqa.answering.tabular import (
    NOT_WORKED_OUT,
    asks_to_calculate,
    row_asked_for,
    stands_for_heads,
)
from dealqa.answering.weighing.kinds_of_answer import KINDS_OF_FIGURE
from dealqa.answering.weighing.ranking import Candidate, Ranking, Reader, rank
from dealqa.answering.wording import readable
from dealqa.rows import is_row
from dealqa.types import AnswerSentence, Hit, Question

__all__ = ["answer_extractively"]

K = TypeVar("K")


def answer_extractively(
    question: Question,
    hits: Sequence[Hit],
    corpus: Corpus,
    search: Search,
    *,
    max_sentences: int,
    reader: Reader | None = None,
) -> Draft:
    """The sentence that answers, or for a list or a comparison the sentences that do, or a refusal.

    Args:
        question: analysed.
        hits: best first.
        corpus: the documents as a whole.
        search: looks for another question, where one has to be asked of each side alone.
        max_sentences: the most sentences of an answer; a comparison has one for each side.
        reader: the evidence model; without it the features of `dealqa.answering.weighing.evidence` decide alone.
    """
    if names_nothing(question):
        return refuse(
            "out_of_scope",
            "The question names nothing that could be looked up. Ask for a place, a deal or a topic.",
            0.0,
        )
    if unknown_words(question, corpus):
        return refuse("no_evidence", "None of the words of this question stands in these documents.", 0.0)
    ranking = rank(question, hits, corpus, reader)
    if unknown := unknown_names(question, corpus, ranking.candidates):
        names = " or ".join(unknown)
        is_place = any(place.lower() in name.lower() for name in unknown for place in question.places)
        reason = "unknown_place" if is_place else "no_evidence"
        return refuse(reason, f"No document mentions {names}.", 0.02, ranking.candidates)  # type: ignore[arg-type]  # two of its literals
    if not ranking.candidates:
        return refuse("no_evidence", "Nothing in these documents bears on the question.", 0.0)
    sides = sides_of(question, corpus)
    if question.answer_type == "comparison" and sides:
        compared = _compare(question, sides, ranking, search, corpus, reader)
        if not sides[0].is_thing or len(_told_of(compared)) == len(sides):
            return compared
    draft = _answer(question, ranking, search, corpus, reader, max_sentences)
    if of_different_deals(sides) and not _tells_of_each(question, sides, draft, corpus):
        # "Who chairs it in Leeds, and who in Hull?": no sentence may tell of both, and yet the documents of each.
        compared = _compare(question, sides, ranking, search, corpus, reader)
        if len(_told_of(compared)) == len(sides):
            draft = compared
    return replace(draft, passages={**draft.passages, **ranking.passages}, read=ranking.read)


def _told_of(compared: Draft) -> set[str]:
    """The sides of a comparison of which something is stated."""
    return {label for sentence in compared.sentences for label in sentence.about}


def _tells_of_each(question: Question, sides: Sequence[Side], draft: Draft, corpus: Corpus) -> bool:
    """Whether a draft answers of all sides, or refuses for another reason than want of evidence.

    Where a figure is asked for there must be one for each side; else each must be named.
    """
    if draft.refusal is not None:
        return draft.refusal.reason != "no_evidence"
    if question.sought not in KINDS_OF_FIGURE:
        told = {deal.name for sentence in draft.sentences for deal in corpus.registry.deals_named(sentence.text)}
        return all(not told.isdisjoint(side.question.deals) for side in sides)
    return all(any(has_figure_of(side, sentence.text) for sentence in draft.sentences) for side in sides)


def _answer(
    question: Question, ranking: Ranking, search: Search, corpus: Corpus, reader: Reader | None, max_sentences: int
) -> Draft:
    told = [one for one in ranking.candidates if one.evidence.features["subjects"] >= MIN_NAMES]
    about = [one for one in told if not stands_for_heads(one.evidence)]
    if not about:
        names = " and ".join(question.names)
        message = f"The documents mention {names}, but nothing there answers this."
        return refuse("no_evidence", message, ranking.candidates[0].probability / 2, ranking.candidates)
    if denied := contradiction(question, about):
        said, by = denied
        message = f"The question takes “{said}” for granted; the documents say otherwise."
        return refuse("false_premise", message, about[0].probability / 2, [by, *about])
    about = those_first_that_are_asked_for(question, about, ranking.threshold)
    best = about[0]
    sure = answered_by_quote(best.evidence, ranking.read)
    if refused := not_answered(question, about, ranking.threshold, sure):
        return refused
    row = row_asked_for(question, about)
    if row is not best:  # its table answers as surely as the best row of it did
        best = replace(row, probability=best.probability)
        about = [best, *(one for one in about if one is not row)]
    if listed := _listed(question, best, corpus, sure):
        return listed
    if asks_for_deals(question, corpus):
        return _enumerated(question, best, search, corpus, reader, sure)
    return _stated(question, about, ranking, max_sentences, sure)


def _stated(question: Question, about: Sequence[Candidate], ranking: Ranking, max_sentences: int, sure: float) -> Draft:
    """What the best sentence says; with it, whatever disagrees with it, completes it, or answers as well."""
    best = about[0]
    chosen = accounts(question, about)
    if len(chosen) > 1:
        order, notice = disagreement(chosen)
        return compose(question, order, sure, ranking.read, conflict=notice)
    if question.sought == "list":
        chosen = with_others(about, ranking.threshold, max_sentences)
    elif max_sentences > 1:
        chosen = with_a_second(question, about, ranking.threshold)
    draft = compose(question, chosen, sure, ranking.read)
    if is_row(best.evidence.text) and asks_to_calculate(question):
        return replace(draft, notices=(*draft.notices, NOT_WORKED_OUT))
    return draft


def _listed(question: Question, best: Candidate, corpus: Corpus, sure: float) -> Draft | None:
    """The items of the list that the best sentence announces or stands in, one citation each; None without one."""
    item = best.evidence
    document = corpus.document(item.hit.document.id)
    within = (
        question.sought == "list" and not asks_for_deals(question, corpus) and stands_for_its_list(question, item.text)
    )
    blocks = items_of(document, item.span, within=within)
    if not blocks:
        return None
    intro = [] if blocks[0].start <= item.span[0] else [cite(item, 1)]
    cited = [
        *intro,
        *(
            cite_block(document, item.hit.document, block, number)
            for number, block in enumerate(blocks, len(intro) + 1)
        ),
    ]
    sentences = tuple(AnswerSentence(readable(one.quote, item.hit), (one.number,)) for one in cited)
    return Draft(sentences, tuple(cited), sure)


def _enumerated(
    question: Question, best: Candidate, search: Search, corpus: Corpus, reader: Reader | None, sure: float
) -> Draft:
    """A statement for each deal that the documents say it of, and of how many deals that is."""
    ranking = ranked_of_every_document(question, search, corpus, reader)
    others = [one for one in ranking.candidates if one.evidence.key != best.evidence.key]
    chosen = every_deal([best, *others], ranking.threshold, corpus)
    told, deals = len(told_of(chosen, corpus)), len(corpus.registry.deals)
    tell = f"; the statements tell of {told:,} of {deals:,} deals" if told else ""  # a folder may be of something else
    asked = f"All {len(corpus.documents):,} documents were asked{tell}."
    draft = compose(question, chosen, sure, ranking.read)
    return replace(draft, notices=(*draft.notices, asked), passages=ranking.passages)


def _compare(
    question: Question,
    sides: Sequence[Side],
    ranking: Ranking,
    search: Search,
    corpus: Corpus,
    reader: Reader | None,
) -> Draft:
    """A sentence for each side, and one that tells of all; a refusal where the documents have none for any of them.

    Args:
        ranking: of the whole question.
    """
    found = statements(question, sides, search, corpus, reader)
    passages = _greatest(one.passages for one in found)
    all_sides = tuple(side.label for side in sides)
    stated: list[tuple[tuple[str, ...], Candidate]] = [
        ((one.side.label,), one.best) for one in found if one.best is not None
    ]
    together, enough = told_together(question, sides, ranking, [best for _, best in stated])
    if together is not None:
        stated = [(all_sides, together), *([] if enough else stated)]
    if not stated:
        first = found[0]
        message = f"The documents do not say this of {first.side.label}."
        confidence = first.candidates[0].probability if first.candidates else 0.05
        return replace(refuse("no_evidence", message, confidence, first.candidates), passages=passages)
    least = min(best.probability for _, best in stated)
    read = _greatest([ranking.read, *(one.read for one in found)])
    draft = compose(question, [best for _, best in stated], least, read, labels=[labels for labels, _ in stated])
    told = {label for labels, _ in stated for label in labels}
    missing = [label for label in all_sides if label not in told]
    notices = (f"Not stated for {' and '.join(missing)}.",) if missing else ()
    return replace(
        draft,
        compared=all_sides,
        confidence=draft.confidence * len(told) / len(sides),
        notices=(*notices, *draft.notices),
        passages=passages,
    )


def _greatest(found: Iterable[Mapping[K, float]]) -> dict[K, float]:
    """Of each key the greatest value that it has in one of these."""
    together: dict[K, float] = {}
    for one in found:
        for key, value in one.items():
            together[key] = max(together.get(key, value), value)
    return together
