"""What a paper of the demonstration corpus is before it is rendered: its header, its Markdown, its blocks.

A source begins with a TOML header between two `+++` lines (title, path, kind, date, status, deals, sources) and goes
on in Markdown: headings, paragraphs of one line each, lists, tables, **bold**, footnotes `[^1]`. A marker such as
`{BRS-03}` after a sentence says which fact of the fact base the sentence states; it is not rendered. In Word papers
`[-old-][+new+]` is a tracked change. `layout` in the header is "columns" or "scan", for PDF only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

SUFFIXES = (".pdf", ".docx", ".html", ".md", ".txt", ".xlsx", ".csv", ".pptx")
LAYOUTS = ("", "columns", "scan")
STATUSES = ("proposed", "agreed", "revised", "result")
ABOUT = (
    "This paper was written for the dealqa demonstration corpus from the public sources listed above. "
    "It was not issued by any council, partnership or department."
)
# Facts that nobody could check against a source: they may not be stated anywhere in the corpus.
UNVERIFIED = frozenset(
    [
        *("PRG-36", "PRG-37", "BRS-25", "BRS-26", "MAN-18", "MAN-19", "LIV-24", "LIV-25", "NCL-17"),
        *("NOT-11", "NOT-12", "BIR-14", "SCW-16", "SCW-17", "DEV-31", "DEV-32", "DEV-33"),
    ]
)

# How many facts the fact base has of each kind; they are numbered from 1, UNVERIFIED ones among them.
NUMBERED = {
    "PRG": 37,
    "SEED": 16,
    "BRS": 26,
    "MAN": 19,
    "LDS": 21,
    "LIV": 25,
    "NCL": 17,
    "NOT": 12,
    "SHF": 13,
    "BIR": 14,
    "PRE": 13,
    "TVB": 7,
    "IPS": 4,
    "SOL": 6,
    "BLK": 6,
    "COV": 3,
    "HUL": 4,
    "TEE": 3,
    "NOR": 5,
    "PLY": 4,
    "OXF": 5,
    "STK": 7,
    "LEI": 3,
    "SOU": 3,
    "BTN": 3,
    "SUN": 6,
    "CAM": 11,
    "SWI": 2,
    "SCW": 17,
    "DEV": 33,
    "BRR": 8,
    "EVA": 16,
}
VERIFIED = frozenset(f"{kind}-{n:02d}" for kind, last in NUMBERED.items() for n in range(1, last + 1)) - UNVERIFIED

_HEADER = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n+(.*)\Z", re.DOTALL)
_MARKER = re.compile(r" ?\{([A-Z]{3,4}-\d\d(?:, ?[A-Z]{3,4}-\d\d)*)\}")
_FOOTNOTE = re.compile(r"^\[\^(\w+)\]: (.*)$", re.MULTILINE)
_CHANGE = re.compile(r"\[([-+])(.*?)\1\]")
_REFERENCE = re.compile(r"\[\^(\w+)\]")
_SENTENCE = re.compile(r'(?<=[.!?])\s+(?=[A-Z0-9£“"(])')


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style; `note` is the label of a footnote that is called after it.

    `change` is "+" for text that a tracked change puts in and "-" for text that it takes out.
    """

    text: str
    bold: bool = False
    note: str | None = None
    change: str = ""


Inline = tuple[Run, ...]


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list or a table: `cells[row][column]`; all but tables have one column."""

    kind: Literal["heading", "paragraph", "bullets", "numbers", "table"]
    cells: tuple[tuple[Inline, ...], ...]
    level: int = 0


@dataclass(frozen=True)
class Source:
    """One document before it is rendered."""

    name: str
    head: dict[str, Any]
    body: str

    @property
    def path(self) -> str:
        """Where the rendered document lies, relative to the corpus."""
        return str(self.head["path"])

    @property
    def layout(self) -> str:
        """How a PDF is laid out: "" for one column, "columns" for two, "scan" for pictures of pages."""
        return str(self.head.get("layout", ""))

    @property
    def day(self) -> str:
        """The date in words: "5 July 2012", "July 2012" or "2012"."""
        parts = [int(part) for part in str(self.head["date"]).split("-")]
        whole = date(*[*parts, 1, 1][:3])
        return [f"{whole:%Y}", f"{whole:%B %Y}", f"{whole.day} {whole:%B %Y}"][len(parts) - 1]

    @property
    def facts_line(self) -> tuple[str, str, str]:
        """What stands under the title of every document: kind, date and status."""
        return str(self.head["kind"]), f"Date: {self.day}", f"Status: {self.head['status']}"

    @property
    def text(self) -> str:
        """The Markdown with the references and without markers."""
        references = "\n".join(f"{number}. {line}" for number, line in enumerate(self.head["sources"], 1))
        return f"{_MARKER.sub('', self.body).strip()}\n\n## References\n\n{references}\n\n{ABOUT}\n"


def load(path: Path) -> Source:
    """Read one source file; ValueError when its header is not what it should be."""
    match = _HEADER.match(path.read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"{path.name} has no +++ header.")
    source = Source(path.stem, tomllib.loads(match.group(1)), match.group(2))
    missing = {"title", "path", "kind", "date", "status", "deals", "sources"} - set(source.head)
    if missing or source.head["status"] not in STATUSES or Path(source.path).suffix not in SUFFIXES:
        raise ValueError(f"The header of {path.name} is wrong: {', '.join(sorted(missing)) or 'status or path'}.")
    if source.layout not in LAYOUTS:
        raise ValueError(f"The header of {path.name} is wrong: its layout is none of {LAYOUTS}.")
    return source


def facts(source: Source) -> Iterator[dict[str, str]]:
    """The facts that a source states: fact id, document and the sentence, as it will read in the document.

    A scanned paper states what others state as well; it is left out, because its words cannot be looked up.
    """
    if source.layout == "scan":
        return
    for line in source.body.splitlines():
        start = 0
        for match in _MARKER.finditer(line):
            before = accepted(_MARKER.sub("", line[: match.start()]))
            before = re.sub(r"^(?:[-*] |\d+\. |#+ |\| |\[\^\w+\]: )", "", before)
            sentence = _SENTENCE.split(_REFERENCE.sub("", before).strip())[-1]
            for fact in re.split(r", ?", match.group(1)):
                if fact in UNVERIFIED:
                    raise ValueError(f"{source.name} states {fact}, which is unverified.")
                yield {"fact": fact, "doc": source.path, "text": sentence}
            start = match.end()
        if "{" in line[start:]:
            raise ValueError(f"{source.name} has a marker that cannot be read: {line[start:]}")


def accepted(text: str) -> str:
    """The text with its tracked changes accepted."""
    return re.sub(r" {2,}", " ", _CHANGE.sub(lambda match: match[2] if match[1] == "+" else "", text))


def _changes(text: str, bold: bool, note: str | None) -> Iterator[Run]:
    """The runs of a text with tracked changes; the note belongs to the last of them."""
    pieces = _CHANGE.split(text)
    runs = [Run(pieces[0], bold)]
    for sign, changed, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        runs += [Run(changed, bold, change=sign), Run(after, bold)]
    runs[-1] = Run(runs[-1].text, bold, note)
    yield from (run for run in runs if run.text or run.note is not None)


def inline(token: Token) -> Inline:
    """The runs of one inline token."""
    runs: list[Run] = []
    bold = False
    for child in token.children or ():
        if child.type in ("strong_open", "strong_close"):
            bold = child.type == "strong_open"
        elif child.type == "softbreak":
            runs.append(Run(" ", bold))
        elif child.type == "text":
            pieces = _REFERENCE.split(child.content)
            for text, note in zip(pieces[::2], [*pieces[1::2], None], strict=True):
                runs.extend(_changes(text, bold, note))
    return tuple(runs)


def parse(text: str) -> tuple[list[Block], dict[str, Inline]]:
    """The blocks and the footnotes of a Markdown text."""
    parser = MarkdownIt("commonmark").enable("table")
    notes = {label: inline(parser.parseInline(note)[0]) for label, note in _FOOTNOTE.findall(text)}
    blocks: list[Block] = []
    tokens = parser.parse(_FOOTNOTE.sub("", text))
    opening: list[Token] = []
    rows: list[list[Inline]] = []
    for token in tokens:
        if token.type == "inline":
            if token.level == 1:
                kind: Any = "heading" if opening[-1].type == "heading_open" else "paragraph"
                blocks.append(
                    Block(kind, ((inline(token),),), int(opening[-1].tag[1:] or 0) if kind == "heading" else 0)
                )
            elif opening[0].type == "table_open":
                rows[-1].append(inline(token))
            else:
                rows.append([inline(token)])
        elif token.nesting == 1:
            opening.append(token)
            if token.type == "tr_open":
                rows.append([])
        elif token.nesting == -1:
            closed = opening.pop().type
            if closed in _KINDS:
                blocks.append(Block(_KINDS[closed], tuple(tuple(row) for row in rows)))
                rows = []
    return blocks, notes


_KINDS: dict[str, Any] = {"bullet_list_open": "bullets", "ordered_list_open": "numbers", "table_open": "table"}


def plain(runs: Inline) -> str:
    """The runs as text, without footnote calls."""
    return "".join(run.text for run in runs)
