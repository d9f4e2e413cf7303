"""What speaks for a sentence as the answer to a question: features that can be explained, and nothing learned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dealqa.answering.draft import Corpus, SentenceKey
from dealqa.answering.weighing.about import About, telling_names
from dealqa.answering.weighing.kinds_of_answer import has_answer_type
from dealqa.figures import figures
from dealqa.terms import LIGHT_WORDS, related, stem, stems, words
from dealqa.types import Hit, Question, Span

__all__ = [
    "FEATURES",
    "SECOND_SUPPORT",
    "SUPPORT",
    "TOGETHER",
    "Evidence",
    "gather",
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

SECOND_SUPPORT = "second_support"
"""The same of the larger evidence model."""

TOGETHER = ("margin", "agreement")
"""What it sees besides when it decides: how the sentence stands among the others; see `standing` in `ranking`."""

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

_ASKS = re.compile(
    r"\b(?:explain(?:s|ed)?|ask(?:s|ed)?|look(?:s|ed)? at|sets? out|describe[sd]?|consider(?:s|ed)?|discuss(?:es|ed)?"
    r"|examine[sd]?|wanted to know) (?:how|what|why|who|whether|which|where|when)\b|\?[\"'”’)]*$",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"^This (?:note|update|paper|summary|briefing|digest|page|document|overview|reader|section|table|list) "
    r"(?:covers?|gives?|adds?|sums|summari[sz]es|describes?|explains?|lists?|sets out|does not|is about|brings"
    r"|puts|tells)\b"
)
_ADDRESS = re.compile(r"https?://|\bwww\.")
_PROSE = re.compile(r"[.!?][\"'”’)\]]*$")
_STATE_NOTHING = (_ADDRESS, _ASKS, _OF_ITSELF)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer the question.

    Attributes:
        span: in the document's text.
        text: of the sentence, as it stands there.
        features: by name: `FEATURES`, and once it has been ranked `TOGETHER` and, where it has been read, `SUPPORT` and
            `SECOND_SUPPORT`.
    """

    hit: Hit
    span: Span
    text: str
    features: Mapping[str, float]

    @property
    def key(self) -> SentenceKey:
        """What it is known by among all sentences."""
        return self.hit.document.id, self.span


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
            if text in hit.passage.heading_path or any(one.search(text) for one in _STATE_NOTHING):
                continue  # a heading announces, a reference points, an indirect question asks, a paper tells of itself
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
        elif related().get(term, frozenset()) & found:
            covered += SYNONYM * weight
        elif term in around or related().get(term, frozenset()) & around:
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
