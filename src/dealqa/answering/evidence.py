"""What speaks for a sentence as the answer to a question: features that can be explained, and nothing learned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dealqa.answering.about import About, telling_names
from dealqa.answering.draft import Corpus
from dealqa.answering.frames import is_asserted
from dealqa.figures import FigureKind, figures
from dealqa.guards.amounts import counted, units_in
from dealqa.places import find_places
from dealqa.terms import LIGHT_WORDS, stem, stems, synonyms, words
from dealqa.types import AnswerType, Hit, Question, Span

__all__ = [
    "FEATURES",
    "KINDS_OF_FIGURE",
    "SUPPORT",
    "TOGETHER",
    "Evidence",
    "figure_asked_for",
    "figures_asked_for",
    "gather",
    "has_answer_type",
]

FEATURES = (
    "cosine",
    "passage_cosine",
    "coverage",
    "passage_coverage",
    "names",
    "subjects",
    "figures",
    "type_found",
    "type_missing",
    "prose",
    "order",
    "score",
)
"""What the answerability model sees of a sentence; see `gather`."""

SUPPORT = "support"
"""One feature more where the evidence model has read the sentence: its logit, from -1 (-8 or less) to 1 (8 or more)."""

TOGETHER = ("margin", "agreement")
"""What it sees besides when it decides: how the sentence stands among the others; see `dealqa.answering.ranking`."""

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

SHORTEST_SENTENCE = 20
"""Characters; what is shorter is a label, whatever stands at its end."""

KINDS_OF_FIGURE: Mapping[AnswerType, frozenset[FigureKind]] = {
    "amount": frozenset({"money"}),
    "percentage": frozenset({"percentage", "money", "number"}),
    "count": frozenset({"number"}),
    "date": frozenset({"date", "year"}),
    "duration": frozenset({"duration"}),
    "comparison": frozenset({"money", "percentage", "number", "duration"}),
}
"""The kinds of figure that answer a question for something."""

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
_ASKS = re.compile(
    r"\b(?:explain(?:s|ed)?|ask(?:s|ed)?|look(?:s|ed)? at|sets? out|describe[sd]?|consider(?:s|ed)?|discuss(?:es|ed)?"
    r"|examine[sd]?|wanted to know) (?:how|what|why|who|whether|which|where|when)\b|\?[\"'”’)]*$",
    re.IGNORECASE,
)
_STRICTLY_A_SHARE = re.compile(
    r"\bper ?cent(?:age)?\b|\b(?:interest )?rates? of\b|\binterest rate\b|\bproportion\b", re.I
)
_ADDRESS = re.compile(r"https?://|\bwww\.")
_BOUND = re.compile(
    r"\b(?:(?:up|close|as (?:much|many) as) to|(?:at (?:least|most)|as (?:much|many) as|more than|less than|fewer than"
    r"|no more than|not more than|over|under|about|around|nearly|almost|some|roughly|approximately|a maximum of"
    r"|a minimum of|up to))\s$",
    re.IGNORECASE,
)
_PROSE = re.compile(r"[.!?][\"'”’)\]]*$")
_NAME = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)?\b|\b[A-Z]{2,}\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer the question.

    Attributes:
        span: in the document's text.
        text: of the sentence, as it stands there.
        features: by name: `FEATURES`, and once it has been ranked `TOGETHER` and, where it has been read, `SUPPORT`.
    """

    hit: Hit
    span: Span
    text: str
    features: Mapping[str, float]


def gather(question: Question, hits: Sequence[Hit], corpus: Corpus) -> list[Evidence]:
    """All sentences of the passages that were found, with what speaks for each.

    Features, each in [0, 1] but for the cosines:

    - cosine, passage_cosine: of the question with the sentence, and with its passage;
    - coverage: idf-weighted share of the question's terms (names apart) that the sentence holds, words of like meaning
      and words around it counting for less;
    - passage_coverage: the same of the whole passage;
    - names: of the question's names, how well the one is covered that is covered least;
    - subjects: the same of the deals and places among them;
    - type_found, type_missing: whether a figure or name of the kind that is asked for is in the sentence, or is not;
      both are 0 for a question that asks for no such kind;
    - figures: share of the question's figures that the sentence holds; one in its passage counts half;
    - prose: whether it reads as a sentence, rather than as a fragment or a row of a table;
    - order: 1 / rank of the passage;
    - score: by how much the passage's score is less than that of the best one; 0 for that.

    Args:
        hits: best first, with a score for each sentence.
        corpus: the documents as a whole.
    """
    idf = corpus.idf
    about = About(question, corpus.registry, idf)
    named = {stem(word) for name in telling_names(question, idf) for word in words(name)}
    terms = {
        stem(term): idf(stem(term)) * (LIGHT if term in LIGHT_WORDS else 1.0)
        for term in question.terms
        if stem(term) not in named
    }
    evidence: list[Evidence] = []
    highest = max((hit.score for hit in hits), default=0.0)
    for hit in hits:
        if hit.passage.heading_path and hit.passage.heading_path[-1].strip().lower() in REFERENCES:
            continue
        context = stems(hit.passage.context)
        texts = [hit.passage.sentence_text(span) for span in hit.passage.sentences]
        own = [stems(text) for text in texts]
        whole = set().union(context, *own)
        passage_coverage = _coverage(terms, whole, set())
        for i, (span, text) in enumerate(zip(hit.passage.sentences, texts, strict=True)):
            if text in hit.passage.heading_path or _ADDRESS.search(text) or _ASKS.search(text):
                continue  # a heading announces, a reference points, an indirect question asks; none states anything
            before = own[i - 1] if i else set()
            asked, found = has_answer_type(question, text)
            covered = about.coverage(text, hit, " ".join(texts[:i]))
            features = {
                "cosine": hit.sentence_cosines[i],
                "passage_cosine": hit.features["cosine"],
                "coverage": _coverage(terms, own[i], context | before),
                "passage_coverage": passage_coverage,
                "names": covered.names,
                "subjects": covered.subjects,
                "figures": _figure_coverage(question.figures, text, hit.passage.text),
                "type_found": 1.0 if asked and found else 0.0,
                "type_missing": 1.0 if asked and not found else 0.0,
                "prose": 1.0 if _PROSE.search(text) and len(text) >= SHORTEST_SENTENCE else 0.0,
                "order": 1.0 / hit.rank,
                "score": hit.score - highest,
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


def has_answer_type(question: Question, sentence: str) -> tuple[bool, bool]:
    """Whether a kind of answer is asked for that can be looked for, and whether the sentence holds one.

    A figure or name that already stands in the question is no answer to it.
    """
    kind = question.sought
    if kind == "list" and _PLACES.search(question.resolved):
        kind = "place"
    if kind in KINDS_OF_FIGURE:
        found = bool(figures_asked_for(question, sentence))
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


def figures_asked_for(question: Question, text: str) -> frozenset[str]:
    """The values in a text that are of the kind that is asked for.

    Those that the question names itself are left out, and those that count others than it asks for.
    """
    kinds = KINDS_OF_FIGURE.get(question.sought, frozenset())
    if question.sought == "percentage" and _STRICTLY_A_SHARE.search(question.resolved):
        kinds = kinds & {"percentage"}
    asked = units_in(question.resolved) if question.sought in ("count", "comparison") else frozenset()
    if asked:
        kinds = kinds & {"number"}
    return frozenset(
        one.value
        for one in figures(text)
        if one.kind in kinds
        and one.value not in question.figures
        and not (asked and (unit := counted(text, one)) and unit not in asked)
    )


def figure_asked_for(question: Question, text: str) -> str:
    """The one figure in a text that is of the kind that is asked for, as it is written; "" for none or several.

    What bounds it ("up to") belongs to it; one whose bound stands elsewhere cannot be cut out.
    """
    kinds = KINDS_OF_FIGURE.get(question.sought, frozenset())
    if not kinds or not is_asserted(text):
        return ""  # "It is untrue that …" is shown whole or not at all
    wanted = [one for one in figures(text) if one.kind in kinds and one.value not in question.figures]
    if not wanted or len({one.value for one in wanted}) > 1:
        return ""
    start, end = wanted[0].start, wanted[0].end
    bound = _BOUND.search(text, 0, start)
    if bound is None:
        return "" if wanted[0].bound else text[start:end]
    return text[bound.start() : end]
