"""Lists over all deals or documents ("which cities have …?"): each is asked, not only what the search puts first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dealqa.answering.accounts.same_matter import same_but_for_figures
from dealqa.answering.draft import Corpus, Search
from dealqa.answering.quoting import said_anew
from dealqa.answering.weighing.evidence import SUPPORT
from dealqa.answering.weighing.ranking import Candidate, Ranking, Reader, rank
from dealqa.places import find_places
from dealqa.terms import words
from dealqa.types import Hit, Question

__all__ = ["asks_for_deals", "every_deal", "ranked_of_every_document", "told_of"]

EACH = 3
"""So many passages of every document are looked into."""

SEARCHED = 400
"""So many passages, of all documents together, are searched for them; a folder of this size is asked whole."""

READ = 60
"""So many sentences the evidence model reads."""

ALSO = 0.85
"""A further deal joins the list when its statement is at least this probable, as a share of the best one's."""

_SEVERAL = re.compile(
    r"\b(?:which|what|list|name|give|show)\b(?:(?! (?:is|was|does|did|has)\b)[^?,;])*?"
    r"\b(?:cities|deals|places|areas|regions|towns|councils|authorities|counties|partnerships|leps"
    r"|agreements|contracts|leases|licences|policies|documents|papers)\b",
    re.IGNORECASE,
)


_EACH = re.compile(
    r"\b(city|deal|place|area|region|town|council|authority|county|partnership|agreement|contract|lease) by \1\b"
    r"|\b(?:each|every) (?:city|deal|place|area|region|town|agreement|contract|lease)\b"
    r"|\b(?:each|every one|all) of (?:the|these|those)\b[^?,;]*?"
    r"\b(?:cities|deals|places|areas|regions|towns|agreements|contracts|leases)\b"
    r"|\bwhose (?:[\w-]+ ){0,2}(?:deals|agreements|contracts|leases)\b",
    re.IGNORECASE,
)
"""What asks something of all deals or places, one after the other: "city by city", "each of the Scottish deals"."""


def asks_for_deals(question: Question, corpus: Corpus) -> bool:
    """Whether a question is one to all the deals, places or documents there are, and names none itself.

    It asks which of them something holds for, or the same of each of them.
    """
    plural = question.sought in ("list", "place") and _SEVERAL.search(question.resolved) is not None
    of_all = plural or _EACH.search(question.resolved) is not None
    return of_all and not question.deals and not question.places and len(corpus.documents) > 1


def ranked_of_every_document(question: Question, search: Search, corpus: Corpus, reader: Reader | None) -> Ranking:
    """The sentences of the best passages of every document, those first that answer best."""
    taken: dict[str, int] = {}
    hits: list[Hit] = []
    for hit in search(question, SEARCHED):
        taken[hit.document.id] = taken.get(hit.document.id, 0) + 1
        if taken[hit.document.id] <= EACH:
            hits.append(hit)
    return rank(question, hits, corpus, reader, passages=len(hits), read=READ)


def every_deal(candidates: Sequence[Candidate], least: float, corpus: Corpus) -> list[Candidate]:
    """The best statement, and one for each deal or place, or group of them, that none before it tells of.

    What says of another deal what the best one says, in the same words but for figures, need not be as probable.

    Args:
        candidates: best first; not empty.
        least: the least probability with which a sentence is given as an answer.
    """
    chosen = [candidates[0]]
    told = set(_subjects(candidates[0], corpus))
    others = max(least, ALSO * candidates[0].probability)
    for candidate in candidates[1:]:
        features = candidate.evidence.features
        said_again = same_but_for_figures(candidate.evidence.text, candidates[0].evidence.text)
        against = SUPPORT in features and features[SUPPORT] <= 0 and not said_again
        if candidate.probability < (least if said_again else others) or against:
            continue
        here = set(_subjects(candidate, corpus))
        document = candidate.evidence.hit.document.id
        # Two contracts may have the same clause to the letter; of two statements on deals the second adds nothing then.
        if here - told and (here == {document} or said_anew(candidate.evidence, [one.evidence for one in chosen])):
            chosen.append(candidate)
            told |= here
    return chosen


def _subjects(candidate: Candidate, corpus: Corpus) -> list[str]:
    """What a statement is about: deals, or where none is known the places that it names, or else its document."""
    item = candidate.evidence
    places = [place for _, _, place in find_places(words(item.text))]
    return told_of([candidate], corpus) or places or [item.hit.document.id]


def told_of(chosen: Sequence[Candidate], corpus: Corpus) -> list[str]:
    """The deals that statements name, or the one deal that their document tells of, each once."""
    found: dict[str, None] = {}
    for candidate in chosen:
        named = [deal.name for deal in corpus.registry.deals_named(candidate.evidence.text)]
        only = candidate.evidence.hit.document.deals
        found.update(dict.fromkeys(named or (only if len(only) == 1 else ())))
    return list(found)
