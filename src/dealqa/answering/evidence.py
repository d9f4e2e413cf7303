"""What speaks for a sentence as the answer to a question: features that can be explained, and nothing learned."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dealqa.figures import FigureKind, figures
from dealqa.places import find_places
from dealqa.terms import LIGHT_WORDS, stem, stems, synonyms, words
from dealqa.types import AnswerType, Hit, Question, Span

__all__ = ["FEATURES", "Evidence", "gather", "has_answer_type", "name_coverage"]

FEATURES = (
    "cosine",
    "passage_cosine",
    "coverage",
    "passage_coverage",
    "names",
    "figures",
    "type_found",
    "type_missing",
    "prose",
    "order",
)
"""What the answerability model sees of a sentence, in this order; see `gather`."""

SYNONYM = 0.8
"""How much of a term is covered by a word of like meaning."""

LIGHT = 0.15
"""What a word counts that carries little of what a question is about."""

BENEFIT = 1.0
"""Weight that counts as covered whatever the terms are: a question whose few terms are all light asks for little."""

AROUND = 0.6
"""How much of a term is covered by the title, the headings or the sentence before."""

REFERENCES = ("references", "sources", "bibliography", "further reading", "notes and references")
"""Headings under which documents list other documents: what stands there states nothing of its own."""

TELLING = 1.0
"""The least inverse document frequency of a name's rarest word for the name to tell passages apart: about a third."""

SHORTEST_SENTENCE = 20
"""Characters; what is shorter is a label, whatever stands at its end."""

_FIGURES: Mapping[AnswerType, frozenset[FigureKind]] = {
    "amount": frozenset({"money"}),
    "percentage": frozenset({"percentage", "money", "number"}),
    "count": frozenset({"number"}),
    "date": frozenset({"date", "year"}),
    "duration": frozenset({"duration"}),
}

_WORDS_OF_TYPE: Mapping[AnswerType, re.Pattern[str]] = {
    "date": re.compile(
        r"\b(?:last|next|this|early|late|mid|since|by|in)[ -]"
        r"(?:january|february|march|april|may|june|july|august|september"
        r"|october|november|december|spring|summer|autumn|winter|week|month|year)\b|\byesterday\b|\btoday\b",
        re.IGNORECASE,
    ),
    "percentage": re.compile(r"\b(?:all|whole|half|third|quarter|majority|none)\b", re.IGNORECASE),
    "count": re.compile(r"\b(?:none|no|single|both|dozen)\b", re.IGNORECASE),
    "duration": re.compile(r"\b(?:until|indefinite|permanent|to|from)\b.*\b(?:19|20)\d\d", re.IGNORECASE),
    "amount": re.compile(r"\bno (?:money|cost|charge)\b|\bfree of charge\b", re.IGNORECASE),
}

_ROLE = re.compile(
    r"\b(?:minister|mayor|council|councillor|leader|chair|board|committee|government|authority|partnership|lep|department"
    r"|secretary|treasury|company|university|agency|head|officer|director|firm|panel|commission)s?\b",
    re.IGNORECASE,
)
_PLACES = re.compile(r"\b(?:cit(?:y|ies)|towns?|places?|regions?)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|\bwww\.")
_PROSE = re.compile(r"[.!?][\"'”’)\]]*$")
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAME = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)?\b|\b[A-Z]{2,}\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer the question.

    Attributes:
        span: in the document's text.
        text: of the sentence, as it stands there.
        features: by name, as in `FEATURES`.
    """

    hit: Hit
    span: Span
    text: str
    features: Mapping[str, float]

    @property
    def vector(self) -> list[float]:
        """The features in the order of `FEATURES`."""
        return [self.features[name] for name in FEATURES]


def gather(
    question: Question, hits: Sequence[Hit], idf: Callable[[str], float], *, passages: int = 12
) -> list[Evidence]:
    """All sentences of the best passages, with what speaks for each.

    Features, each in [0, 1] but for the cosines:

    - cosine, passage_cosine: of the question with the sentence, and with its passage;
    - coverage: idf-weighted share of the question's terms (names apart) that the sentence holds, words of like meaning
      and words around it counting for less;
    - passage_coverage: the same of the whole passage;
    - names: of the question's names, the one that is covered least;
    - type_found, type_missing: whether a figure or name of the kind that is asked for is in the sentence, or is not;
      both are 0 for a question that asks for no such kind;
    - figures: share of the question's figures that the sentence holds; one in its passage counts half;
    - prose: whether it reads as a sentence, rather than as a fragment or a row of a table;
    - order: 1 / rank of the passage.

    Args:
        hits: best first, with a score for each sentence.
        idf: inverse document frequency of a stem.
        passages: how many of the hits to look into.
    """
    names = telling_names(question, idf)
    named = {stem(word) for name in names for word in words(name)}
    terms = {
        stem(term): idf(stem(term)) * (LIGHT if term in LIGHT_WORDS else 1.0)
        for term in question.terms
        if stem(term) not in named
    }
    evidence: list[Evidence] = []
    for hit in hits[:passages]:
        if hit.passage.heading_path and hit.passage.heading_path[-1].strip().lower() in REFERENCES:
            continue
        context = stems(hit.passage.context)
        texts = [hit.passage.sentence_text(span) for span in hit.passage.sentences]
        own = [stems(text) for text in texts]
        whole = set().union(context, *own)
        passage_coverage = _coverage(terms, whole, set())
        for i, (span, text) in enumerate(zip(hit.passage.sentences, texts, strict=True)):
            if text in hit.passage.heading_path or _ADDRESS.search(text):
                continue  # a heading announces and a reference points; neither states anything
            before = own[i - 1] if i else set()
            asked, found = has_answer_type(question, text)
            features = {
                "cosine": hit.sentence_cosines[i],
                "passage_cosine": hit.features["cosine"],
                "coverage": _coverage(terms, own[i], context | before),
                "passage_coverage": passage_coverage,
                "names": name_coverage(names, question, text, hit.passage.context, " ".join(texts[:i])),
                "figures": _figure_coverage(question.figures, text, hit.passage.text),
                "type_found": 1.0 if asked and found else 0.0,
                "type_missing": 1.0 if asked and not found else 0.0,
                "prose": 1.0 if _PROSE.search(text) and len(text) >= SHORTEST_SENTENCE else 0.0,
                "order": 1.0 / hit.rank,
            }
            evidence.append(Evidence(hit, span, text, features))
    return evidence


def _coverage(terms: Mapping[str, float], found: set[str], around: set[str]) -> float:
    total = covered = BENEFIT
    for term, weight in terms.items():
        total += weight
        if term in found:
            covered += weight
        elif synonyms().get(term, frozenset()) & found:
            covered += SYNONYM * weight
        elif term in around or synonyms().get(term, frozenset()) & around:
            covered += AROUND * weight
    return covered / total


def _figure_coverage(asked: Sequence[str], sentence: str, passage: str) -> float:
    if not asked:
        return 1.0
    # "82.5m" in a question means the £82.5m of a document: the number counts, whatever its unit.
    here, around = ({_number(figure.value) for figure in figures(text)} for text in (sentence, passage))
    wanted = {_number(value) for value in asked}
    return (len(wanted & here) + 0.5 * len(wanted & (around - here))) / len(wanted)


def _number(value: str) -> str:
    return re.sub(r"^[A-Z]{3} |%$| [a-z]+$", "", value)


def telling_names(question: Question, idf: Callable[[str], float]) -> tuple[str, ...]:
    """The question's names that tell passages apart: places, and names with a word that few passages hold.

    In a folder of City Deals, "City Deal" stands everywhere and is a word like any other.
    """
    places = {place.lower() for place in question.places}
    return tuple(
        name
        for name in question.names
        if any(place in name.lower() for place in places)
        or max((idf(stem(word)) for word in _parts(name)), default=0.0) >= TELLING
    )


def _parts(name: str) -> list[str]:
    """The words of a name: "NewcastleGateshead" is two, "of" and "the" are none."""
    return [word for word in words(_INNER_CAPITAL.sub(" ", name)) if word not in ("of", "the", "and", "for")]


def name_coverage(names: Sequence[str], question: Question, sentence: str, context: str, before: str) -> float:
    """How well the names that the question asks about are covered, in [0, 1]: the least covered one counts.

    A name counts 1 in the sentence itself, 0.9 in the title or headings above it, 0.7 in the sentences before it. A
    sentence that names other places instead of the one that is asked about is about those: then only 0.3.
    """
    if not names:
        return 1.0
    inside = stems(sentence)
    places = {name.lower() for _, _, name in find_places(words(sentence))}
    asked = {place.lower() for place in question.places}
    least = 1.0
    for name in names:
        parts = {stem(word) for word in _parts(name)}
        if not parts:
            continue
        place = any(asked_place in name.lower() for asked_place in asked)
        levels = [
            (1.0, inside),
            (0.9, inside | stems(context)),
            (0.7, inside | stems(context) | stems(before)),
        ]
        level = max((weight * _share(parts, found) for weight, found in levels), default=0.0)
        if place and places and not places & asked:
            level = min(level, 0.3)
        least = min(least, level)
    return least


def _share(parts: set[str], found: set[str]) -> float:
    return len(parts & found) / len(parts)


def has_answer_type(question: Question, sentence: str) -> tuple[bool, bool]:
    """Whether a kind of answer is asked for that can be looked for, and whether the sentence holds one.

    A figure or name that already stands in the question is no answer to it.
    """
    kind = question.sought
    if kind == "list" and _PLACES.search(question.resolved):
        kind = "place"
    if kind in _FIGURES:
        given = set(question.figures)
        found = any(figure.kind in _FIGURES[kind] and figure.value not in given for figure in figures(sentence))
        return True, found or bool(kind in _WORDS_OF_TYPE and _WORDS_OF_TYPE[kind].search(sentence))
    if kind in ("agent", "place"):
        known = set(words(question.resolved))
        fresh = [match for match in _NAME.finditer(sentence) if match.start() and match.group().lower() not in known]
        named = {name.lower() for _, _, name in find_places(words(sentence))} - {p.lower() for p in question.places}
        if kind == "place" and _PLACES.search(question.resolved):
            return True, bool(named)
        if kind == "place":
            return True, bool(named) or bool(fresh)
        return True, bool(fresh) or bool(_ROLE.search(sentence))
    return False, False
