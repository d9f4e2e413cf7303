"""Documents as they are read, split and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Block",
    "BlockKind",
    "Box",
    "Coverage",
    "Document",
    "DocumentInfo",
    "HiddenKind",
    "HiddenText",
    "Hit",
    "Page",
    "Passage",
    "RecognisedPage",
    "Span",
    "document_id_of",
]

Span = tuple[int, int]
"""A half-open range of code points."""

BlockKind = Literal["title", "heading", "paragraph", "list_item", "table_row", "footnote"]

HiddenKind = Literal["invisible", "tiny", "faint", "covered", "off_page", "marked_hidden", "zero_width"]
"""Why text is not seen: drawn with no ink, too small, in the colour of its ground, under something opaque, beside
the page, marked as hidden by the format, or made of characters without a shape."""


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

    @property
    def table_header(self) -> str:
        """The header of the table whose rows it holds, in its last lines of context; "" without one."""
        return self.context.partition("\n")[2]

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
        bears: whether it bears on the question, as far as its sentences were weighed; the passages of an answer that do
            not are kept for those who study the search.
        also: other documents in which nearly the same passage stands: the same figures and names, and hardly a word
            more or less.
    """

    passage: Passage
    document: DocumentInfo
    rank: int
    score: float
    features: Mapping[str, float] = field(default_factory=dict)
    sentence_scores: tuple[float, ...] = ()
    sentence_cosines: tuple[float, ...] = ()
    bears: bool = True
    also: tuple[DocumentInfo, ...] = ()
