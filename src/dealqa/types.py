"""The words of dealqa, as frozen values.

Offsets are half-open `[start, end)` in code points of `Document.text`, everywhere. A page number is 1-based.
Nothing here reads a file, opens an index or knows a third-party package.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

__all__ = [
    "Answer",
    "AnswerSentence",
    "AnswerType",
    "Block",
    "BlockKind",
    "Box",
    "Citation",
    "Coverage",
    "Document",
    "DocumentInfo",
    "HiddenKind",
    "HiddenText",
    "Hit",
    "Page",
    "Passage",
    "Premise",
    "PremiseKind",
    "Question",
    "RecognisedPage",
    "Refusal",
    "RefusalReason",
    "Span",
    "document_id_of",
]

Span = tuple[int, int]
"""A half-open range of code points."""

BlockKind = Literal["title", "heading", "paragraph", "list_item", "table_row", "footnote"]

AnswerType = Literal[
    "amount",
    "percentage",
    "count",
    "date",
    "duration",
    "place",
    "agent",
    "reason",
    "yes_no",
    "list",
    "definition",
    "comparison",
    "any",
]

PremiseKind = Literal["figure", "status", "claim"]

HiddenKind = Literal["invisible", "tiny", "faint", "covered", "off_page", "marked_hidden", "zero_width"]
"""Why text is not seen: drawn with no ink, too small, in the colour of its ground, under something opaque, beside
the page, marked as hidden by the format, or made of characters without a shape."""

RefusalReason = Literal["no_evidence", "unknown_place", "false_premise", "out_of_scope"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a PDF page, in points (1/72 inch), origin at the page's lower left."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, table row or footnote of a document.

    Attributes:
        heading_path: the headings above this block, outermost first; a heading's own text is the last
            element of its own path.
        level: depth of a heading or title, 1 for the outermost; None for other kinds.
        table_header: for a table row, the header cells of its table joined by " | "; else "".
        boxes: where the block stands on its page; empty for formats without pages.
    """

    kind: BlockKind
    start: int
    end: int
    heading_path: tuple[str, ...] = ()
    level: int | None = None
    page: int | None = None
    table_header: str = ""
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a paged document and the range of `Document.text` that stands on it; sizes in points."""

    number: int
    start: int
    end: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Text in a file that nobody sees who looks at it; it is in no block and no passage.

    Attributes:
        characters: how many there are, white space not counted.
    """

    kind: HiddenKind
    characters: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """A page without text of its own whose image was read by text recognition.

    Attributes:
        confidence: the mean confidence of its words, in [0, 1].
    """

    page: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a file was read.

    Attributes:
        unread_pages: pages that have no text and whose image was not read either.
        recognised: pages that were read from their image.
        tables: how many tables were read.
        hidden: what was left out because nobody sees it.
        insertions, deletions: tracked changes: stretches that were kept, and stretches that were left out.
        gaps: what else was not read, a sentence each, for example an attachment or an embedded file.
    """

    unread_pages: tuple[int, ...] = ()
    recognised: tuple[RecognisedPage, ...] = ()
    tables: int = 0
    hidden: tuple[HiddenText, ...] = ()
    insertions: int = 0
    deletions: int = 0
    gaps: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is known to be unread."""
        return not self.unread_pages and not self.gaps


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read.

    Attributes:
        id: "d" and 16 hexadecimal digits of the content's hash: the same bytes have the same id, wherever they lie.
        path: relative to the corpus folder, with "/" between its parts.
        text: for `.txt` and `.md` the file itself, so that offsets are offsets into the file; for other
            formats the blocks' texts with blank lines between them.
        blocks: in reading order; they do not overlap; together they hold all the words of the text that count.
        date: ISO 8601 (a year, a month or a day: "2012", "2012-07", "2012-07-05") where the document says one.
        status: "proposed", "agreed", "revised" or "result" where the document says so.
        sha256: of the file's bytes.
        warnings: what was not read or was changed, in sentences.
    """

    id: str
    path: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    sha256: str
    pages: tuple[Page, ...] = ()
    date: str | None = None
    status: str | None = None
    deals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)


def document_id_of(sha256: str) -> str:
    """The id of the document whose bytes have this hash."""
    return f"d{sha256[:16]}"


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What there is to say of an indexed document without its text.

    Attributes:
        duplicates: other paths in the corpus that hold the same bytes.
    """

    id: str
    path: str
    title: str
    date: str | None
    status: str | None
    deals: tuple[str, ...]
    sha256: str
    characters: int
    pages: int
    passages: int
    warnings: tuple[str, ...]
    duplicates: tuple[str, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document that is embedded and retrieved as a whole.

    Attributes:
        id: a hash of the document's content, the offsets, the context and the splitting settings.
        text: `document.text[start:end]`.
        context: what stands in front of the text when it is embedded and lexically indexed (title, heading
            path, header of a table); it is never part of a quote.
        sentences: spans in `Document.text`, in order, each inside `[start, end)`; a list item or a table row
            counts as a sentence.
    """

    id: str
    document_id: str
    start: int
    end: int
    text: str
    context: str
    heading_path: tuple[str, ...]
    page: int | None
    sentences: tuple[Span, ...]

    def sentence_text(self, span: Span) -> str:
        """The text of one of `sentences`."""
        return self.text[span[0] - self.start : span[1] - self.start]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was retrieved.

    Attributes:
        rank: 1 for the best.
        score: comparable within one question only.
        features: the parts of the score, by name.
        sentence_scores: one for each of `passage.sentences`: how well it bears on the question.
        sentence_cosines: likewise: its vector's cosine with the question's.
    """

    passage: Passage
    document: DocumentInfo
    rank: int
    score: float
    features: Mapping[str, float] = field(default_factory=dict)
    sentence_scores: tuple[float, ...] = ()
    sentence_cosines: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Premise:
    """Something that a question takes for granted: "Why does Bristol keep only 50%?" that it is 50%.

    Attributes:
        kind: "figure" for a figure, "status" for something that is said to have happened to a deal or a measure
            ("scrapped"), "claim" for the statement that the question is built on.
        text: as it stands in the question.
        value: of a figure its one form, of a status its base form ("scrap"); of a claim the same as `text`.
    """

    kind: PremiseKind
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed.

    Attributes:
        text: as typed.
        resolved: as understood, with what a follow-up leaves out put back in.
        names: proper names in it, as written: places, deals, organisations, programmes.
        places: those of the names that are places.
        deals: names of the deals that it may mean, as the registry has them; several where a place has several.
        figures: amounts, percentages, years and other numbers, normalised.
        terms: its content words, lower case, without stop words.
        organisations, programmes: bodies and instruments that it names or abbreviates, under their full names.
        compared: of a comparison, the kind of answer that each side has; else "any".
        premises: what it takes for granted.
    """

    text: str
    resolved: str
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    deals: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    answer_type: AnswerType = "any"
    terms: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    compared: AnswerType = "any"
    premises: tuple[Premise, ...] = ()

    @property
    def sought(self) -> AnswerType:
        """What a single sentence must have to answer: of a comparison, what each of its sides must."""
        return self.compared if self.answer_type == "comparison" else self.answer_type

    def without(self, unmeant: Collection[str]) -> Question:
        """The question with some of what was understood taken out: names, deals, figures, a kind of answer.

        Its words stay; what is not in it anyway is passed over.

        Args:
            unmeant: as `understood` gives them.
        """
        gone = {name.casefold() for name in unmeant}
        kept: dict[str, Any] = {
            name: tuple(value for value in getattr(self, name) if value.casefold() not in gone)
            for name in ("names", "places", "deals", "figures", "organisations", "programmes")
        }
        return replace(
            self,
            **kept,
            answer_type="any" if self.answer_type in gone else self.answer_type,
            compared="any" if self.answer_type in gone else self.compared,
            premises=tuple(premise for premise in self.premises if premise.value.casefold() not in gone),
        )

    def understood(self) -> dict[str, Any]:
        """What was understood, as the answer contract gives it (JSON types only)."""
        shown = {name.casefold() for name in (*self.places, *self.deals)}
        others = dict.fromkeys((*self.names, *self.organisations, *self.programmes))
        return {
            "deals": list(self.deals),
            "places": list(self.places),
            "names": [name for name in others if name.casefold() not in shown],
            "answer_type": self.answer_type,
            "figures": list(self.figures),
            "premises": [
                {"kind": premise.kind, "text": premise.text, "value": premise.value} for premise in self.premises
            ],
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and where it stands: `quote == document.text[start:end]`, always."""

    number: int
    document_id: str
    document: str
    title: str
    page: int | None
    heading_path: tuple[str, ...]
    start: int
    end: int
    quote: str

    def to_dict(self) -> dict[str, Any]:
        """The citation as the answer contract gives it (JSON types only)."""
        return {
            "number": self.number,
            "document": self.document,
            "title": self.title,
            "page": self.page,
            "heading_path": list(self.heading_path),
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer and the numbers of the citations that it rests on (at least one)."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An honest "not in these documents".

    Attributes:
        message: one or two sentences for the reader, naming what is missing.
        nearest: the nearest things that the documents do say; they do not answer the question.
    """

    reason: RefusalReason
    message: str
    nearest: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What `Assistant.ask` returns: an answer with citations, or a refusal, never both.

    Attributes:
        text: the sentences as one text with citation numbers in brackets; for a refusal, its message.
        citations: numbered from 1; for a refusal empty (see `Refusal.nearest`).
        confidence: probability that the documents answer the question and this is the answer, in [0, 1].
        hits: best first.
        notices: sentences that the reader should see beside the answer.
        generation: which state of the index the answer was drawn from.
        dropped: how many drafted sentences were dropped because they could not be verified.
    """

    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    question: Question
    generation: str
    confidence: float
    refusal: Refusal | None = None
    hits: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    dropped: int = 0

    @property
    def refused(self) -> bool:
        """Whether this is a refusal."""
        return self.refusal is not None

    def to_dict(self, *, hits: int = 10) -> dict[str, Any]:
        """The answer contract: one JSON object, the same for the command line, Python, HTTP and MCP.

        Args:
            hits: how many of the hits to include, best first.
        """
        refusal = None
        if self.refusal is not None:
            refusal = {
                "reason": self.refusal.reason,
                "message": self.refusal.message,
                "nearest": [citation.to_dict() for citation in self.refusal.nearest],
            }
        return {
            "question": self.question.text,
            "resolved_question": self.question.resolved,
            "understood": self.question.understood(),
            "answer": self.text,
            "refused": self.refused,
            "refusal": refusal,
            "confidence": round(self.confidence, 4),
            "sentences": [
                {"text": sentence.text, "citations": list(sentence.citations)} for sentence in self.sentences
            ],
            "citations": [citation.to_dict() for citation in self.citations],
            "hits": [
                {
                    "rank": hit.rank,
                    "document": hit.document.path,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "page": hit.passage.page,
                    "score": round(hit.score, 6),
                }
                for hit in self.hits[:hits]
            ],
            "notices": list(self.notices),
            "generation": self.generation,
            "timings_ms": {name: round(value, 1) for name, value in self.timings_ms.items()},
        }
