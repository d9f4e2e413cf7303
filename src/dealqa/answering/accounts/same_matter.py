"""Whether two statements of the documents are about the same thing, so that other figures in them disagree."""

from __future__ import annotations

import re
from functools import cache

from dealqa.answering.accounts.attribution import foretells, supposes, without_attribution
from dealqa.answering.weighing.about import IN_SENTENCE
from dealqa.answering.weighing.evidence import Evidence
from dealqa.answering.weighing.kinds_of_answer import units_asked_for
from dealqa.figures import figures
from dealqa.guards.amounts import counted
from dealqa.places import find_places
from dealqa.rows import cells_of, is_row
from dealqa.terms import LIGHT_WORDS, STOP_WORDS, content_words, stem, stems, words
from dealqa.types import Question

__all__ = [
    "counts_the_same",
    "of_other_places",
    "rows_of_other_things",
    "same_but_for_figures",
    "same_matter",
    "same_names",
    "same_thing",
]

ALIKE = 0.6
"""How like the best statement another one must be (Jaccard, of stems without figures) to be the same one with another
figure."""

SHARED = 2
"""So many words two accounts of the same thing have in common, besides places."""

OWN_TERMS = 0.5
"""How many of the question's terms that the best statement holds another one must hold itself."""

OF_ITS_OWN = 0.5
"""The most of its words that a statement may have for itself to count the same thing: "jobs in building the tunnel" are
others than the jobs that are asked for."""

_NARROWED = re.compile(
    r"\s(?:[a-z-]+\s){0,2}?[a-z-]+\s(?:in|at|on)\s(?:the\s|an?\s)?(?!\w+teen\b|\w+ years?\b)([a-z]+)"
)


def rows_of_other_things(one: Evidence, best: Evidence) -> bool:
    """Whether two rows of a document have other labels, neither of which says when: "New roads", and "Old roads"."""
    if one.hit.document.id != best.hit.document.id or not (is_row(one.text) and is_row(best.text)):
        return False
    labels = {cells_of(text)[0] for text in (one.text, best.text)}
    return len(labels) == 2 and not any(figures(label) for label in labels)


def of_other_places(question: Question, one: Evidence, best: Evidence) -> bool:
    """Whether two statements name places, and none that is the same.

    Where one place is asked about, what names its deal is of no other: South Tyneside belongs to the Sunderland deal.
    """
    if question.deals and len(question.places) < 2 and one.features["subjects"] == IN_SENTENCE:
        return False
    places, of_best = _places(one.text), _places(best.text)
    return bool(places and of_best) and places.isdisjoint(of_best)


def same_matter(one: str, best: str) -> bool:
    """Whether two statements share words of what they say, besides the places that they say it of."""
    shared = stems(content_words(one)) & stems(content_words(best))
    return len(shared - _words_of_places(one)) >= SHARED


def same_but_for_figures(one: str, best: str) -> bool:
    """Whether a statement is nearly the best one over again: "deals worth up to £1.1bn" and "worth up to £1.4bn".

    What came of a forecast is no other account of it, nor is what might come.
    """
    if foretells(one) != foretells(best) or supposes(one) != supposes(best):
        return False
    a, b = (stems(_without_figures(text)) for text in (one, best))
    return bool(a | b) and len(a & b) >= ALIKE * len(a | b)


def counts_the_same(question: Question, one: str, best: str) -> bool:
    """Whether two statements count what a question asks for, once each, and the first says little besides.

    "In July the deal was said to bring 28,000 jobs", "In August reports gave 29,000 jobs for the deal".
    """
    if supposes(one) != supposes(best):
        return False
    asked = units_asked_for(question)
    found = [figure for figure in figures(one) if counted(one, figure) in asked]
    if len(found) != 1 or sum(counted(best, figure) in asked for figure in figures(best)) != 1:
        return False
    known = _matter(best) | stems(question.resolved)
    narrowed = _NARROWED.match(one, found[0].end)
    if narrowed and not stems(narrowed[1]) - _light() <= known:
        return False  # "7,850 jobs in construction"
    own = _matter(one)
    return len(own - known) <= OF_ITS_OWN * len(own)


def same_thing(question: Question, one: str, best: str) -> bool:
    """Whether a statement says in its own words, and not only through what stands around it, what the best one does.

    The figures that the question names tell that, or else most of its terms that the best one holds.
    """
    asked = set(question.figures)
    if asked and all(asked <= {figure.value for figure in figures(text)} for text in (one, best)):
        return True
    terms = {stem(term) for term in question.terms if term not in LIGHT_WORDS} & stems(best)
    return len(terms & stems(one)) >= OWN_TERMS * len(terms)


def same_names(question: Question, one: Evidence, best: Evidence) -> bool:
    """Whether a statement holds, or stands under, each name of the question that the best one does.

    Names of deals have others that mean the same, which `names` among the features knows.
    """
    if question.deals:
        return True
    named = {stem(word) for name in question.names for word in words(name)}
    return named & _with_headings(best) <= _with_headings(one)


def _with_headings(evidence: Evidence) -> set[str]:
    return stems(evidence.text) | stems(evidence.hit.passage.context)


def _matter(text: str) -> set[str]:
    """The stems of what a statement says: without figures, places, light words, and whose account it is."""
    said = stems(without_attribution(_without_figures(text))) - _words_of_places(text)
    return {word for word in said if not word.isdigit()} - _light()


@cache
def _light() -> frozenset[str]:
    return frozenset(stem(word) for word in (*STOP_WORDS, *LIGHT_WORDS))


def _places(text: str) -> set[str]:
    return {place for _, _, place in find_places(words(text))}


def _words_of_places(text: str) -> set[str]:
    own = words(text)
    return stems([word for start, end, _ in find_places(own) for word in own[start:end]])


def _without_figures(text: str) -> str:
    for figure in reversed(figures(text)):
        text = text[: figure.start] + " " + text[figure.end :]
    return text
